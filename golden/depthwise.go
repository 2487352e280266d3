package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// vectorPixels is how many outputs of a row weigh computes at least.
const vectorPixels = 8

// depthwise prepares a convolution with one input channel for each group, whose
// accumulators fit 32 bits. With so few taps per output, gathering windows would cost more
// than the sums. So a channel's plane is copied with its padding, and each tap is the same
// row of the copy, moved by a constant.
//
// Sums are computed with a stride of 1 from left to right, and of those each stride-th is
// kept. With strides of 1 alone, all rows of a plane are one long row, whose sums between
// two rows nobody reads.
func depthwise(l *spec.Layer) step {
	conv := l.Op.(*spec.Conv)
	tails := channelTails(l)
	words := wordTails(l, tails)
	n := l.Taps()
	weights := make([]int32, 0, conv.OutC*n)
	for oc := range conv.OutC {
		for t := range n {
			weights = append(weights, int32(l.Weight(oc, t).Value())<<words[oc].left)
		}
	}
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		in, columns, rows := ins[0], out.Shape.W, out.Shape.H
		// What the last output of a row still reads is the row's last pixel.
		wide := (columns-1)*conv.Stride[1] + 1
		pitch := wide + conv.Kernel[1] - 1
		high := (rows-1)*conv.Stride[0] + conv.Kernel[0]
		offsets := make([]int, n)
		for t := range offsets {
			offsets[t] = t/conv.Kernel[1]*pitch + t%conv.Kernel[1]
		}
		// together is how many rows are one.
		together, long := 1, wide
		if conv.Stride == [2]int{1, 1} {
			together, long = rows, (rows-1)*pitch+wide
		}
		long = (long + vectorPixels - 1) / vectorPixels * vectorPixels
		return parallel(ctx, cores, conv.OutC, func() func(int) {
			plane := make([]int32, high*pitch+conv.Kernel[1]+vectorPixels)
			sums := make([]int32, long)
			return func(oc int) {
				ic, _, _ := l.TapSource(oc, 0)
				src, dst := in.Plane(ic), out.Plane(oc)
				for y := range min(in.Shape.H, high-conv.Pad[0]) {
					copy(plane[(y+conv.Pad[0])*pitch+conv.Pad[1]:][:pitch-conv.Pad[1]], src[y*in.Shape.W:(y+1)*in.Shape.W])
				}
				for top := 0; top < rows; top += together {
					weigh(sums, plane[top*conv.Stride[0]*pitch:], offsets, weights[oc*n:(oc+1)*n], words[oc])
					for y := range together {
						from, to := sums[y*pitch:][:wide], dst[(top+y)*columns:][:columns]
						switch {
						case !words[oc].whole:
							for i := range to {
								to[i] = int32(tails[oc].apply(int64(from[i*conv.Stride[1]]) + int64(conv.Bias[oc])))
							}
						case conv.Stride[1] == 1:
							copy(to, from)
						default:
							for i := range to {
								to[i] = from[i*conv.Stride[1]]
							}
						}
					}
				}
			}
		})
	}
}

// weighPlain is weigh without vectors: each dst[i] is the weighted sum of src[i+offset] over
// the offsets, as the tail makes it.
func weighPlain(dst, src []int32, offsets []int, weights []int32, t wordTail) {
	for i := range dst {
		sum := t.add
		for k, w := range weights {
			sum += w * src[offsets[k]+i]
		}
		dst[i] = max(t.lo, min(t.hi, sum>>t.right))
	}
}
