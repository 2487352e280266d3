package directed

import (
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// greatest puts the largest logit at every place, and two equal ones at every pair of
// places: below zero, above it, and at the limits.
func (m *maker) greatest() {
	layer := plainly(m.sumsOf(few))
	n := layer.Out
	levels := [][2]int32{{5, 9}, {-9, -5}, {-1, 0}, {math.MinInt32, math.MaxInt32}, {math.MinInt32, math.MinInt32 + 1}, {math.MaxInt32 - 1, math.MaxInt32}}
	if m.large() {
		levels = nil
	}
	for turn, level := range levels {
		m.aim(fmt.Sprintf("places of the greatest logit, %d", turn), func(s *steps) {
			s.program(false, layer)
			for i := range n {
				s.bias(i, level[0])
			}
			s.image(0)
			s.results()
			for i := range n {
				for k := i; k < n; k++ {
					s.bias(i, level[1])
					s.bias(k, level[1])
					s.image(0)
					s.results()
					s.bias(i, level[0])
					s.bias(k, level[0])
				}
			}
		})
	}
	if !m.holds(1, m.p.Biases) || m.p.Biases <= n {
		return
	}
	m.aim("places of the greatest of all logits", func(s *steps) {
		s.program(false, plainly(npu.Layer{In: 1, Out: m.p.Biases}))
		for _, at := range around(0, m.p.Biases-1, 4) {
			s.bias(at, math.MaxInt32)
			s.image(0)
			s.results()
			s.bias(at, int32(at))
		}
	})
}

// sums makes sums at the limits of 32 bits and next to them, in every output of a
// layer, in the last layer and before it.
func (m *maker) sums() {
	layer := plainly(m.sumsOf(few))
	for _, product := range []int64{1, -1, 127 * 127, -128 * 127, 128 * 255, -128 * 255} {
		for k := range min(2, m.p.Layers) {
			m.aim(fmt.Sprintf("sums at their limits, product %d, %d layers behind", product, k), func(s *steps) {
				weight, feature := int8(product), uint8(1)
				switch {
				case product > 255*127: // the product of -128 and a feature without a sign is below 0
					weight, feature = 127, 255
				case product > 127:
					weight, feature = 127, 127
				case product < -128*127:
					weight, feature = -128, 255
				case product < -1:
					weight, feature = -128, 127
				}
				exact := int64(weight) * int64(feature)
				for row := range m.rows(1, layer.Out) {
					s.row(row, func(int) int8 { return weight })
				}
				ls := []npu.Layer{layer}
				if k == 1 {
					if !m.holds(layer.Out, 1) {
						return
					}
					ls[0].Width = 8
					ls = append(ls, plainly(npu.Layer{In: layer.Out, Out: 1}))
				}
				s.program(false, ls...)
				for i := range layer.Out {
					for _, d := range []int64{-1, 0, 1, 2} {
						for _, limit := range []int64{math.MaxInt32 + d, math.MinInt32 - d} {
							if bias := limit - exact; bias >= math.MinInt32 && bias <= math.MaxInt32 {
								s.bias(i, int32(bias))
								s.image(feature)
								s.results()
								s.write(npu.Register(npu.RegError), 63)
							}
						}
					}
					s.bias(i, 0)
				}
			})
		}
	}
}

// images counts images across every power of two up to 2^16, in brief up to 2^8. It reads
// the count before, at and after each.
func (m *maker) images() {
	layer := plainly(npu.Layer{In: 1, Out: 1})
	count := func(from, to int) {
		m.aim(fmt.Sprintf("images counted up to %d", to+1), func(s *steps) {
			s.program(false, layer)
			s.flush()
			done := 0
			for b := from; b <= to; b <<= 1 {
				if n := b - 1 - done; n > 0 {
					s.add(s.counted(n))
				}
				s.add(s.counted(1))
				s.add(s.counted(1))
				done = b + 1
			}
			s.results()
		})
	}
	count(1<<2, 1<<8)
	if !m.brief {
		count(1<<9, 1<<16)
	}
}

// counts counts images across every power of two from a count that is written past the bus,
// and reads it before, at and after each.
func (m *maker) counts() {
	layer := plainly(npu.Layer{In: 1, Out: 1})
	m.aim("images counted on from every power of two", func(s *steps) {
		for k := 1; k <= 32; k++ {
			begin := head.Plain(s.note)
			begin.Reset = &head.Reset{For: 1, Images: uint32(1<<k - 2)}
			s.add(begin)
			s.program(false, layer)
			s.flush()
			for range 3 {
				s.add(s.counted(1))
			}
			s.results()
		}
	}).Counted = true
}

// counted is so many images of one feature and one logit, and the count read.
func (s *steps) counted(n int) head.Step {
	step := head.Plain(s.note)
	for i := range n {
		step.Beats = append(step.Beats, head.Beat{Data: uint8(i), Last: true})
	}
	step.AfterIn, step.AfterOut = n, n
	step.Reads = []head.BusRead{{Address: npu.Register(npu.RegImages)}, {Address: npu.Register(npu.RegValue)}}
	return step
}
