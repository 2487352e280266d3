package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// dense is a layer of the programmable head; its features are the input map in
// channel, row, column order.
func dense(ctx context.Context, l *spec.Layer, d *spec.Dense, in, out Tensor) error {
	n := len(in.Data)
	return parallel(ctx, d.OutN, func() func(int) {
		return func(o int) {
			acc := int64(d.Bias[o])
			for i, w := range d.Weights[o*n : (o+1)*n] {
				acc += int64(w) * int64(in.Data[i])
			}
			out.Data[o] = int32(Requantize(Int64{}, l.Out, l.Shift(o), acc))
		}
	})
}
