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
