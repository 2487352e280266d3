package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// convolveByDefinition computes a convolution one output at a time, with
// Convolve itself. It is right for every accumulator that spec can declare, and
// the measure of every faster way.
func convolveByDefinition(ctx context.Context, l *spec.Layer, in, out Tensor) error {
	conv := l.Op.(*spec.Conv)
	return parallel(ctx, conv.OutC, func() func(int) {
		xs := make([]int64, l.Taps())
		return func(oc int) {
			plane := out.Plane(oc)
			for oy := range out.Shape.H {
				for ox := range out.Shape.W {
					for t := range xs {
						ic, ky, kx := l.TapSource(oc, t)
						xs[t] = int64(in.AtPadded(ic, oy*conv.Stride[0]+ky-conv.Pad[0], ox*conv.Stride[1]+kx-conv.Pad[1]))
					}
					plane[oy*out.Shape.W+ox] = int32(Convolve(Int64{}, l, oc, xs))
				}
			}
		}
	})
}
