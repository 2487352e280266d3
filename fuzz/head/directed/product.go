package directed

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// corners are the bytes at which products fail most often: the limits, and both sides of
// powers of two.
func corners() (all []int) {
	for b := range 8 {
		all = append(all, 1<<b-1, 1<<b, -(1 << b), 1-1<<b)
	}
	return append(all, 127, -127, -128)
}

// products multiplies, in every lane, every weight by every feature, signed and unsigned.
// All features of an image are the same, and all weights of a lane are different. So one
// image covers all weights of the layer. The tail passes sums unchanged. In brief it
// multiplies only corners by corners.
func (m *maker) products() {
	in := min(m.p.Features, 64)
	out, groups := m.outputs(in, 8)
	if out > m.p.Lanes { // whole groups, so that all lanes are visible
		out -= out % m.p.Lanes
		groups = out / m.p.Lanes
	}
	rows := in * groups
	var weights, features []int
	if m.brief {
		weights, features = corners(), corners()
		for _, c := range corners() {
			if c < 0 {
				features = append(features, 256+c)
			}
		}
	} else {
		for w := -128; w < 128; w++ {
			weights = append(weights, w)
		}
		for x := -128; x < 256; x++ {
			features = append(features, x)
		}
	}
	chunks(weights, rows, func(i int, some []int) {
		chunks(features, 64, func(k int, part []int) {
			m.aim(fmt.Sprintf("products of weights, %d, and features, %d", i, k), func(s *steps) {
				// Every lane has all of these weights, at other rows.
				for row := range rows {
					s.row(row, func(lane int) int8 { return int8(some[(row+7*lane)%len(some)]) })
				}
				layer := plainly(npu.Layer{In: in, Out: out})
				s.program(false, layer)
				signed := false
				for _, x := range part {
					if now := x < 0; now != signed {
						signed = now
						s.commit(1, signed)
					}
					xs := make([]uint8, in)
					for j := range xs {
						xs[j] = uint8(x)
					}
					s.image(xs...)
				}
			})
		})
	})
}

// outputs is the largest number of outputs of a layer with in features and at most so many
// groups.
func (m *maker) outputs(in, groups int) (out, used int) {
	groups = min(groups, m.p.Rows/in)
	out = min(groups*m.p.Lanes, m.p.Biases)
	return out, npu.Layer{Out: out}.Groups(m.p.Lanes)
}
