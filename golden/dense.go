package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// dense prepares a layer of the programmable head; its features are the input
// map in channel, row, column order.
func dense(l *spec.Layer, d *spec.Dense) step {
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		features := ins[0].Data
		return parallel(ctx, cores, d.OutN, func() func(int) {
			return func(o int) {
				acc := int64(d.Bias[o])
				for i, w := range d.Weights[o*len(features) : (o+1)*len(features)] {
					acc += int64(w) * int64(features[i])
				}
				out.Data[o] = int32(Requantize(Int64{}, l.Out, l.Shift(o), acc))
			}
		})
	}
}
