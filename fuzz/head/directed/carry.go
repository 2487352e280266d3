package directed

import (
	"fmt"
	"math/bits"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// crossings runs layers whose weight rows go across each power of two, with other weights
// where a row comes to whose carry is lost, and commits programs whose rows are counted
// across it and just fit, or just do not. They begin in the middle of the memory, since
// the program says where a layer begins.
func (m *maker) crossings() {
	const before, after = 2, 2
	in := min(m.p.Features, before+after)
	m.aim("weight rows across every power of two", func(s *steps) {
		for row := range min(4, m.p.Rows) {
			s.row(row, func(int) int8 { return int8(-100 - row) })
		}
		for o := range min(2, m.p.Biases) {
			s.bias(o, int32(o))
		}
		for k := 1; 1<<k < m.p.Rows; k++ {
			first := max(1<<k-before, 0)
			if first+in > m.p.Rows {
				first = m.p.Rows - in
			}
			for i := range in {
				s.row(first+i, func(lane int) int8 { return int8(7*k + 16*i + lane) })
			}
			s.program(true, plainly(npu.Layer{In: in, Out: 1, Row: first}))
			s.image(s.random(in)...)
			for i := range in {
				s.read(npu.Address(npu.RegionWeights, (first+i)*m.p.RowWords()))
			}
			s.results()
		}
	}).Bare = true
	// The smallest layer that counts its rows across 2^k and ends with the memory.
	fitting := func(k int) (l npu.Layer, ok bool) {
		left := m.p.Rows - (1<<k - 1)
		groups := (left + m.p.Features - 1) / m.p.Features
		l = plainly(npu.Layer{In: m.p.Features, Out: groups * m.p.Lanes})
		l.Row = m.p.Rows - groups*l.In
		return l, left > 0 && l.Row >= 0 && l.Out <= m.p.Biases
	}
	m.aim("rows counted across every power of two", func(s *steps) {
		for k := range bits.Len(uint(m.p.Rows)) {
			l, ok := fitting(k)
			if !ok {
				continue
			}
			over, short := l, l
			over.Row++
			short.In--
			for _, x := range []npu.Layer{l, over, short} {
				s.program(false, x)
				s.read(npu.Register(npu.RegStatus))
				s.read(npu.Register(npu.RegError))
				s.write(npu.Register(npu.RegError), 63)
			}
		}
	}).Bare = true
}

// most runs layers of as many outputs as there are biases, so that lanes and outputs are
// counted across every power of two that the head has.
func (m *maker) most() {
	for _, out := range around(1, min(m.p.Biases, m.p.Rows*m.p.Lanes), 1) {
		if out < m.p.Lanes-1 || m.p.Lanes == 1 && out < m.p.Biases || !m.holds(1, out) {
			continue
		}
		m.aim(fmt.Sprintf("%d outputs", out), func(s *steps) {
			for row := range m.rows(1, out) {
				s.row(row, func(lane int) int8 { return int8(lane*3 + row) })
			}
			for o := range out {
				s.bias(o, int32(o<<8))
			}
			s.program(true, plainly(npu.Layer{In: 1, Out: out}))
			s.image(s.random(1)...)
			s.results()
		}).Bare = true
	}
}
