package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// addMaps prepares a residual addition. AddAligned over the integers is two
// shifts.
func addMaps(l *spec.Layer) step {
	left := uint(l.AccFrac(0) - l.InFormat(0).Frac)
	right := uint(l.AccFrac(0) - l.InFormat(1).Frac)
	requantize := newTail(l.Out, l.Shift(0))
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		return parallel(ctx, cores, out.Shape.C, func() func(int) {
			return func(c int) {
				a, b, sum := ins[0].Plane(c), ins[1].Plane(c), out.Plane(c)
				for i := range sum {
					sum[i] = int32(requantize.apply(int64(a[i])<<left + int64(b[i])<<right))
				}
			}
		})
	}
}

// pool prepares the average of each channel over its frame.
func pool(l *spec.Layer, p *spec.Pool) step {
	return func(ctx context.Context, cores int, ins []Tensor, out Tensor) error {
		return parallel(ctx, cores, out.Shape.C, func() func(int) {
			return func(c int) {
				var sum int64
				for _, v := range ins[0].Plane(c) {
					sum += int64(v)
				}
				out.Data[c] = int32(Requantize(Int64{}, l.Out, l.Shift(0), PoolScale(Int64{}, p, sum)))
			}
		})
	}
}
