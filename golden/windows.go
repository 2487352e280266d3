package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// maxPool prepares the largest value of each window; it ignores padding.
func maxPool(l *spec.Layer, op *spec.MaxPool) step {
	return windows(l, op.Window, func(xs []int64) int64 { return Greatest(Int64{}, xs) })
}

// avgPool prepares the scaled sum over each window; padding adds 0.
func avgPool(l *spec.Layer, op *spec.AvgPool) step {
	return windows(l, op.Window, func(xs []int64) int64 { return AverageScale(Int64{}, op, xs) })
}

// windows prepares a layer whose outputs are requantized accumulators of a window's
// pixels. accumulator gets the pixels in the frame, of which there is at least one.
func windows(l *spec.Layer, w spec.Window, accumulator func(xs []int64) int64) step {
	requantize := newTail(l.Out, l.Shift(0))
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		in := ins[0].Shape
		return parallel(ctx, cores, out.Shape.C, func() func(int) {
			xs := make([]int64, 0, w.Taps())
			return func(c int) {
				src, dst := ins[0].Plane(c), out.Plane(c)
				for oy := range out.Shape.H {
					for ox := range out.Shape.W {
						top, left := oy*w.Stride[0]-w.Pad[0], ox*w.Stride[1]-w.Pad[1]
						xs = xs[:0]
						for y := max(top, 0); y < min(top+w.Kernel[0], in.H); y++ {
							for x := max(left, 0); x < min(left+w.Kernel[1], in.W); x++ {
								xs = append(xs, int64(src[y*in.W+x]))
							}
						}
						dst[oy*out.Shape.W+ox] = int32(requantize.apply(accumulator(xs)))
					}
				}
			}
		})
	}
}
