package directed

import (
	"fmt"
	"math"
	"slices"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Shifts of a tail.
const (
	leastShift    = -31
	greatestShift = 33
)

// few is the number of outputs of a layer that applies a tail to its biases.
const few = 13

// sums is a layer of one feature, which is 0: its sums are its biases.
func (m *maker) sumsOf(most int) npu.Layer {
	out, _ := m.outputs(1, (most+m.p.Lanes-1)/m.p.Lanes)
	return npu.Layer{In: 1, Out: min(out, most)}
}

// show runs images whose sums are the values, one for each of the out outputs of a layer
// at a time. During every other image the output stream is seldom ready.
func (s *steps) show(out int, values []int64) {
	chunks(values, out, func(i int, part []int64) {
		for k, v := range part {
			s.bias(k, int32(v))
		}
		step := s.frame(0)
		if i%2 == 1 {
			step.Out = 0x1111_1111_1111_1111
		}
		s.add(step)
	})
}

// tidy removes values beyond 32 bits and duplicates.
func tidy(values []int64) []int64 {
	values = slices.DeleteFunc(values, func(v int64) bool { return v < math.MinInt32 || v > math.MaxInt32 })
	slices.Sort(values)
	return slices.Compact(values)
}

// beside is sums at an output of a shift, at the middle between two, and next to both, for
// the outputs k.
func beside(shift int, ks ...int64) (values []int64) {
	if shift <= 0 {
		for _, k := range ks {
			values = append(values, k>>-shift, k)
		}
		return tidy(values)
	}
	half := int64(1) << (shift - 1)
	for _, k := range ks {
		for _, d := range []int64{0, 1, -1, half - 1, half, half + 1} {
			values = append(values, k<<shift+d)
		}
	}
	return tidy(values)
}

// roundings rounds at every shift in every mode, ties of even and odd outputs on both
// sides of zero, and up to the limits of the sums.
func (m *maker) roundings() {
	for shift := 1; shift <= greatestShift; shift++ {
		m.aim(fmt.Sprintf("roundings at shift %d", shift), func(s *steps) {
			ks := []int64{0, 1, 2, 3, -1, -2, -3, math.MaxInt32 >> shift, math.MinInt32 >> shift, 0x2aaaaaaa >> shift, -0x2aaaaaaa >> shift}
			values := beside(shift, ks...)
			l := plainly(s.sumsOf(few))
			l.Shift = shift
			for _, l.Rounding = range roundings {
				s.program(false, l)
				s.show(l.Out, values)
			}
		})
	}
}

// inner does the same as roundings in a layer that is not the last, in every format that it may
// have, and shows its outputs through a layer that passes them on.
func (m *maker) inner() {
	n := min(m.p.Features, m.p.Biases/2, 8)
	for n > 0 && (npu.Layer{Out: n}).Groups(m.p.Lanes)*n > m.p.Rows {
		n--
	}
	if m.p.Layers < 2 || n < 1 {
		return
	}
	for shift := leastShift; shift <= greatestShift; shift++ {
		if m.brief && shift%4 != 1 {
			continue
		}
		m.aim(fmt.Sprintf("a tail between layers at shift %d", shift), func(s *steps) {
			s.identity(0, n)
			for i := range n {
				s.bias(n+i, 0)
			}
			pass := plainly(npu.Layer{In: n, Out: n, Bias: n})
			for i, rounding := range roundings {
				for j, overflow := range overflows {
					l := npu.Layer{In: 1, Out: n, Shift: shift, Rounding: rounding, Overflow: overflow}
					l.Width = 1 + (i+2*j+shift&7)%8
					l.Signed, l.ReLU = (i+j+shift)%2 == 0, (i+j/2+shift/2)%3 == 0
					f := spec.Format{Signed: l.Signed, Width: l.Width}
					s.program(false, l, pass)
					s.show(n, beside(shift, 0, 1, -1, -2, f.Max(), f.Min(), f.Min()-1))
				}
			}
		})
	}
}

// identity writes weights that pass n features on, from a row on.
func (s *steps) identity(row, n int) {
	for g := range (npu.Layer{Out: n}).Groups(s.p.Lanes) {
		for i := range n {
			s.row(row+g*n+i, func(lane int) int8 {
				if g*s.p.Lanes+lane == i {
					return 1
				}
				return 0
			})
		}
	}
}

// formats fits sums at both limits of every format, at every shift, in every mode.
func (m *maker) formats() {
	for shift := leastShift; shift <= greatestShift; shift++ {
		if m.brief && shift%8 != 1 {
			continue
		}
		m.aim(fmt.Sprintf("formats at shift %d", shift), func(s *steps) {
			l := s.sumsOf(few)
			l.Shift = shift
			s.program(false, plainly(l))
			i := shift - leastShift
			for _, l.Signed = range []bool{false, true} {
				for l.Width = 1; l.Width <= 31 || l.Signed && l.Width <= 32; l.Width++ {
					for _, l.Overflow = range overflows {
						l.Rounding, l.ReLU = roundings[i%len(roundings)], i%3 == 0
						i++
						s.write(npu.Descriptor(0, npu.FieldTail), l.Words()[npu.FieldTail])
						s.write(npu.Register(npu.RegControl), npu.ControlCommit)
						s.show(l.Out, limits(l))
					}
				}
				i++
			}
		})
	}
}

// limits are sums around what a layer's format holds.
func limits(l npu.Layer) (values []int64) {
	f := spec.Format{Signed: l.Signed, Width: l.Width}
	for _, d := range []int64{-1, 0, 1, 2} {
		for _, v := range []int64{f.Max() + d, f.Min() - d} {
			if l.Shift >= 0 {
				v <<= l.Shift
			} else {
				v >>= -l.Shift
			}
			values = append(values, v)
		}
	}
	return tidy(append(values, math.MaxInt32, math.MinInt32, 0, -1))
}

// fields commits every value of every field of a tail, in the last layer and before it. It
// reads from STATUS whether the head accepts it.
func (m *maker) fields() {
	for k := range min(m.p.Layers, 2) {
		m.aim(fmt.Sprintf("every value of a tail's fields, %d layers behind", k), func(s *steps) {
			ls := make([]npu.Layer, k+1)
			for i := range ls {
				ls[i] = npu.Layer{In: 1, Out: 1, Width: 8, Signed: true}
			}
			s.program(false, ls...)
			try := func(l npu.Layer) {
				s.write(npu.Descriptor(0, npu.FieldTail), l.Words()[npu.FieldTail])
				s.read(npu.Descriptor(0, npu.FieldTail))
				s.write(npu.Register(npu.RegControl), npu.ControlCommit)
				s.read(npu.Register(npu.RegStatus))
			}
			for shift := -64; shift < 64; shift++ {
				l := ls[0]
				l.Shift = shift
				try(l)
			}
			for rounding := range 8 {
				for overflow := range 4 {
					l := ls[0]
					l.Rounding, l.Overflow = spec.Rounding(rounding), spec.Overflow(overflow)
					try(l)
				}
			}
			for width := range 64 {
				for i := range 4 {
					l := ls[0]
					l.Width, l.Signed, l.ReLU = width, i%2 == 0, i/2 == 0
					try(l)
				}
			}
		})
	}
}
