package directed

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// shape is a layer's place and size.
type shape struct{ in, out, row, bias int }

func (m *maker) rows(in, out int) int { return npu.Layer{Out: out}.Groups(m.p.Lanes) * in }

// holds reports whether a layer of the given size fits the head.
func (m *maker) holds(in, out int) bool {
	return in >= 1 && out >= 1 && in <= m.p.Features && out <= m.p.Biases && m.rows(in, out) <= m.p.Rows
}

// shapes runs layers of every size, at the beginning of the memories and flush with their
// ends. It also runs layers whose rows and biases go across every power of two. For a
// large head it takes only sizes around powers of two, in one direction at a time.
func (m *maker) shapes() {
	var all []shape
	place := func(in, out int) {
		if m.holds(in, out) {
			all = append(all, shape{in, out, 0, 0}, shape{in, out, m.p.Rows - m.rows(in, out), m.p.Biases - out})
		}
	}
	whole := m.p.Features*m.p.Biases <= 400
	for _, in := range around(1, m.p.Features, small/2) {
		for _, out := range around(1, m.p.Biases, small/2) {
			if whole || in <= 2 || out <= 2 {
				place(in, out)
			}
		}
	}
	for b := 2; b < m.p.Rows; b <<= 1 {
		if in := min(2, m.p.Features); b-1+in <= m.p.Rows {
			all = append(all, shape{in, 1, b - 1, 0}, shape{1, 1, b - 1, 0}, shape{1, 1, b, 0})
		}
	}
	for b := 2; b < m.p.Biases; b <<= 1 {
		if m.holds(1, 2) && b+1 <= m.p.Biases {
			all = append(all, shape{1, 2, 0, b - 1}, shape{1, 1, 0, b - 1}, shape{1, 1, 0, b})
		}
	}
	chunks(all, m.many(8), func(i int, part []shape) {
		m.aim(fmt.Sprintf("sizes of a layer, %d", i), func(s *steps) {
			for k, x := range part {
				s.program(k%2 == 1, plainly(npu.Layer{In: x.in, Out: x.out, Row: x.row, Bias: x.bias}))
				s.image(s.random(x.in)...)
				s.results()
			}
		})
	})
}

// fits commits programs that just fit, and programs that just do not, for each rule of
// Params.Fit. It also commits a fitting program with each bit of its sizes flipped.
func (m *maker) fits() {
	good := npu.Layer{Width: 8, Signed: true}
	var all []npu.Layer
	add := func(l npu.Layer) { all = append(all, l) }
	for _, in := range around(1, m.p.Features, 16) {
		for _, out := range around(1, m.p.Biases, 16) {
			if !m.holds(in, out) || in > 2 && out > 2 && m.p.Features*m.p.Biases > 400 {
				continue
			}
			l := good
			l.In, l.Out, l.Row, l.Bias = in, out, m.p.Rows-m.rows(in, out), m.p.Biases-out
			add(l)
			over := l
			over.Row++
			add(over)
			over = l
			over.Bias++
			add(over)
		}
	}
	one := good
	one.In, one.Out = 1, 1
	for _, change := range []func(*npu.Layer, int){
		func(l *npu.Layer, v int) { l.In ^= v }, func(l *npu.Layer, v int) { l.Out ^= v },
		func(l *npu.Layer, v int) { l.Bias ^= v }, func(l *npu.Layer, v int) { l.Row ^= v },
	} {
		for _, at := range []int{0, m.p.Features - 1} {
			for b := range 20 {
				l := one
				l.In += at
				if !m.holds(l.In, 1) {
					continue
				}
				if change(&l, 1<<b); max(l.In, l.Out, l.Bias) < 1<<16 {
					add(l)
				}
			}
		}
	}
	for _, in := range []int{0, m.p.Features, m.p.Features + 1, 65535} {
		l := one
		if l.In = in; in < 1<<16 {
			add(l)
		}
	}
	for _, out := range []int{0, m.p.Biases, m.p.Biases + 1, 65535} {
		l := one
		if l.Out = out; out < 1<<16 {
			add(l)
		}
	}
	chunks(all, m.many(16), func(i int, part []npu.Layer) {
		m.aim(fmt.Sprintf("programs that just fit, %d", i), func(s *steps) {
			for _, l := range part {
				s.program(false, l)
				s.read(npu.Register(npu.RegStatus))
				s.read(npu.Register(npu.RegError))
				s.write(npu.Register(npu.RegError), 63)
			}
		})
	})
	m.aim("numbers of layers that just fit", func(s *steps) {
		for k := range m.p.Layers {
			s.descriptor(k, one)
		}
		for _, n := range around(0, 255, 8) {
			s.commit(n, false)
			s.read(npu.Register(npu.RegStatus))
			s.read(npu.Register(npu.RegError))
			s.write(npu.Register(npu.RegError), 63)
		}
		for _, n := range around(0, min(m.p.Layers+1, 255), 16) {
			s.commit(n, false)
			s.read(npu.Register(npu.RegStatus))
		}
		// Layers that do not meet, at every place.
		for _, k := range around(0, m.p.Layers-1, 16) {
			for _, change := range []func(*npu.Layer){
				func(l *npu.Layer) { l.In = 2 }, func(l *npu.Layer) { l.Out = 2 }, func(l *npu.Layer) { l.Width = 9 },
				func(l *npu.Layer) { l.Row = m.p.Rows }, func(l *npu.Layer) { l.Bias = m.p.Biases },
			} {
				l := one
				change(&l)
				s.descriptor(k, l)
				s.commit(m.p.Layers, false)
				s.read(npu.Register(npu.RegStatus))
				s.descriptor(k, one)
			}
		}
		s.commit(m.p.Layers, false)
		s.read(npu.Register(npu.RegStatus))
	})
}

// layers runs programs of every number of layers, each with rows, biases and a tail of
// its own.
func (m *maker) layers() {
	width := 1
	if m.holds(2, 2) {
		width = 2
	}
	rows := m.rows(width, width)
	chunks(around(1, m.p.Layers, 8), m.many(1), func(i int, part []int) {
		m.aim(fmt.Sprintf("programs of many layers, %d", i), func(s *steps) {
			for _, n := range part {
				for turn := range 2 {
					var ls []npu.Layer
					for k := range n {
						ls = append(ls, npu.Layer{
							In: width, Out: width, Row: (k*rows + turn) % (m.p.Rows - rows + 1), Bias: (k*width + turn) % (m.p.Biases - width + 1),
							Shift: 5 + k%3, Rounding: roundings[(k+turn)%len(roundings)], Overflow: spec.SAT, Width: 8, Signed: (k+turn)%2 == 0,
						})
					}
					ls[n-1] = plainly(ls[n-1])
					s.program(turn == 1, ls...)
					for range 4 {
						s.image(s.random(width)...)
					}
					s.results()
				}
			}
		})
	})
}

// middles runs programs whose layers after the first are as wide as features allow. One
// copies one feature to all outputs, and one passes on as many features as there are rows
// for. Each feature in turn is the only one that is not 0.
func (m *maker) middles() {
	if m.p.Layers < 2 {
		return
	}
	if width := min(m.p.Features, m.p.Biases); m.holds(1, width) && m.holds(width, 1) {
		m.aim("all features in a middle layer", func(s *steps) {
			for turn := range 4 {
				spread := npu.Layer{In: 1, Out: width, Bias: m.p.Biases - width, Overflow: spec.SAT, Shift: turn % 2, Width: 8, Signed: true}
				ls := []npu.Layer{spread, {In: width, Out: 1, Row: m.p.Rows - m.rows(width, 1), Overflow: spec.SAT, Shift: 8, Width: 8, Signed: true}}
				if m.p.Layers > 2 {
					ls = append(ls, npu.Layer{In: 1, Out: 1})
				}
				ls[len(ls)-1] = plainly(ls[len(ls)-1])
				last := m.p.Rows - 1
				for _, weight := range []int8{-128, 127, 1} {
					s.row(last, func(int) int8 { return weight })
					s.program(true, ls[:2+turn/2%(len(ls)-1)]...)
					s.image(s.random(1)...)
				}
			}
		})
	}
	width := min(m.p.Features, m.p.Biases, 256)
	for !m.holds(width, width) {
		width--
	}
	pass := npu.Layer{In: width, Out: width, Overflow: spec.SAT, Width: 8, Signed: true}
	m.aim("every feature of a middle layer", func(s *steps) {
		n := min(m.p.Layers, 3)
		var ls []npu.Layer
		for range n {
			ls = append(ls, pass)
		}
		ls[n-1] = plainly(pass)
		s.identity(0, width)
		for i := range width {
			s.bias(i, 0)
		}
		s.program(true, ls...)
		ramp := make([]uint8, width)
		for i := range ramp {
			ramp[i] = uint8(3*i + 1)
		}
		s.image(ramp...)
		for _, at := range around(0, width-1, 32) {
			for _, x := range []uint8{0x80, 0x7f} {
				one := make([]uint8, width)
				one[at] = x
				s.image(one...)
			}
		}
		s.results()
	})
	m.aim("random features of wide layers", func(s *steps) {
		n := min(m.p.Layers, 3)
		for turn := range 8 {
			var ls []npu.Layer
			for k := range n {
				l := pass
				l.Shift, l.Rounding, l.Row = 7+turn%4, roundings[(turn+k)%len(roundings)], (m.p.Rows-m.rows(width, width))*(k%2)
				ls = append(ls, l)
			}
			ls[n-1] = plainly(ls[n-1])
			s.program(turn%2 == 0, ls...)
			s.image(s.random(width)...)
		}
	})
}
