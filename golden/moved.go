package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// moved prepares a layer whose channels are those of its inputs, requantized.
func moved(l *spec.Layer) step {
	tails := channelTails(l)
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		return parallel(ctx, cores, out.Shape.C, func() func(int) {
			return func(oc int) {
				i, c := l.Source(oc)
				dst := out.Plane(oc)
				for k, x := range ins[i].Plane(c) {
					dst[k] = int32(tails[oc].apply(int64(x)))
				}
			}
		})
	}
}
