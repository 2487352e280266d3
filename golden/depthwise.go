package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// depthwise prepares a convolution with an exact accumulator whose groups have
// one input channel each. With so few taps per output, gathering windows would
// cost more than the sums; here a row of accumulators takes one tap after the
// other from the input's rows.
func depthwise(l *spec.Layer) step {
	conv := l.Op.(*spec.Conv)
	tails := channelTails(l)
	n := l.Taps()
	weights := make([]int64, 0, conv.OutC*n)
	for oc := range conv.OutC {
		for t := range n {
			weights = append(weights, l.Weight(oc, t).Value())
		}
	}
	if conv.Stride == [2]int{1, 1} {
		return padded(l, weights, tails)
	}
	return func(ctx context.Context, ins []Tensor, out Tensor) error {
		in, columns := ins[0], out.Shape.W
		return parallel(ctx, conv.OutC, func() func(int) {
			row := make([]int64, columns)
			return func(oc int) {
				ic, _, _ := l.TapSource(oc, 0)
				src, dst := in.Plane(ic), out.Plane(oc)
				for oy := range out.Shape.H {
					for i := range row {
						row[i] = int64(conv.Bias[oc])
					}
					for t, w := range weights[oc*n : (oc+1)*n] {
						ky, kx := t/conv.Kernel[1], t%conv.Kernel[1]
						iy := oy*conv.Stride[0] + ky - conv.Pad[0]
						if w == 0 || iy < 0 || iy >= in.Shape.H {
							continue
						}
						addRow(row, src[iy*in.Shape.W:(iy+1)*in.Shape.W], w, conv.Stride[1], kx-conv.Pad[1])
					}
					tails[oc].all(dst[oy*columns:(oy+1)*columns], row)
				}
			}
		})
	}
}

// rowTile is about how many accumulators of padded stay in a core's first cache.
const rowTile = 512

// padded is depthwise for strides of 1. A channel's plane is copied with its padding, and
// rows are as long in the accumulators as in the copy. So one tap of many rows is one long
// row, whose sums between two rows nobody reads.
func padded(l *spec.Layer, weights []int64, tails []*tail) step {
	conv := l.Op.(*spec.Conv)
	n := l.Taps()
	return func(ctx context.Context, ins []Tensor, out Tensor) error {
		in, columns, rows := ins[0], out.Shape.W, out.Shape.H
		pitch := columns + conv.Kernel[1] - 1
		tile := min(rows, max(1, rowTile/pitch))
		return parallel(ctx, conv.OutC, func() func(int) {
			// The last tap of the last row ends behind the plane.
			plane := make([]int32, (rows+conv.Kernel[0]-1)*pitch+conv.Kernel[1]-1)
			accs := make([]int64, tile*pitch)
			return func(oc int) {
				ic, _, _ := l.TapSource(oc, 0)
				src, dst := in.Plane(ic), out.Plane(oc)
				for y := range in.Shape.H {
					copy(plane[(y+conv.Pad[0])*pitch+conv.Pad[1]:], src[y*in.Shape.W:(y+1)*in.Shape.W])
				}
				for top := 0; top < rows; top += tile {
					count := min(tile, rows-top)
					long := accs[:count*pitch]
					for i := range long {
						long[i] = int64(conv.Bias[oc])
					}
					for t, w := range weights[oc*n : (oc+1)*n] {
						if w != 0 {
							addRow(long, plane[(top+t/conv.Kernel[1])*pitch+t%conv.Kernel[1]:], w, 1, 0)
						}
					}
					for y := range count {
						tails[oc].all(dst[(top+y)*columns:(top+y+1)*columns], long[y*pitch:][:columns])
					}
				}
			}
		})
	}
}

// addRow adds weight × src[i·stride + offset] to each row[i]; what lies outside
// src is 0.
func addRow(row []int64, src []int32, weight int64, stride, offset int) {
	first := 0
	if offset < 0 {
		first = (-offset + stride - 1) / stride
	}
	end := min(len(row), (len(src)-offset+stride-1)/stride)
	if first >= end {
		return
	}
	row, src = row[first:end], src[first*stride+offset:]
	done := addFirst(row, src, weight, stride)
	row, src = row[done:], src[done*stride:]
	if stride == 1 {
		for i, x := range src[:len(row)] {
			row[i] += weight * int64(x)
		}
		return
	}
	for i := range row {
		row[i] += weight * int64(src[i*stride])
	}
}
