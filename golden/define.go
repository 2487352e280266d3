package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// byDefinition prepares a convolution that is computed one output at a time,
// with Convolve itself. It is correct for every accumulator that spec can declare. Tests
// compare every faster way with it.
func byDefinition(l *spec.Layer) step {
	conv := l.Op.(*spec.Conv)
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		return parallel(ctx, cores, conv.OutC, func() func(int) {
			xs := make([]int64, l.Taps())
			return func(oc int) {
				plane := out.Plane(oc)
				for oy := range out.Shape.H {
					for ox := range out.Shape.W {
						for t := range xs {
							ic, ky, kx := l.TapSource(oc, t)
							xs[t] = int64(ins[0].AtPadded(ic, oy*conv.Stride[0]+ky-conv.Pad[0], ox*conv.Stride[1]+kx-conv.Pad[1]))
						}
						plane[oy*out.Shape.W+ox] = int32(Convolve(Int64{}, l, oc, xs))
					}
				}
			}
		})
	}
}
