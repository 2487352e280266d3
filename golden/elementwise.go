package golden

import (
	"context"

	"github.com/hashiflex/hashiflex/spec"
)

// addMaps is a residual addition. AddAligned over the integers is two shifts.
func addMaps(ctx context.Context, l *spec.Layer, a, b, out Tensor) error {
	left := uint(l.AccFrac(0) - l.InFormat(0).Frac)
	right := uint(l.AccFrac(0) - l.InFormat(1).Frac)
	requantize := newTail(l.Out, l.Shift(0))
	return parallel(ctx, out.Shape.C, func() func(int) {
		return func(c int) {
			as, bs := a.Plane(c), b.Plane(c)
			for i := range out.Plane(c) {
				out.Plane(c)[i] = requantize.apply(int64(as[i])<<left + int64(bs[i])<<right)
			}
		}
	})
}

// pool averages each channel over the frame.
func pool(ctx context.Context, l *spec.Layer, p *spec.Pool, in, out Tensor) error {
	return parallel(ctx, out.Shape.C, func() func(int) {
		return func(c int) {
			var sum int64
			for _, v := range in.Plane(c) {
				sum += int64(v)
			}
			out.Data[c] = int32(Requantize(Int64{}, l.Out, l.Shift(0), PoolScale(Int64{}, p, sum)))
		}
	})
}
