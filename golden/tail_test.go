package golden

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// Many accumulators become what each becomes by itself, for every mode and shift, up to the
// ends of 64 bits where the modes allow it.
func TestTailOfMany(t *testing.T) {
	r := seeded(t)
	for round := range 20000 {
		f := spec.Format{Signed: round%2 == 0, Width: int(within(r, 2, 31)), Frac: 0}
		q := spec.Requant{Format: f, Rounding: spec.Roundings()[round%len(spec.Roundings())], Overflow: spec.Overflows()[round/7%len(spec.Overflows())]}
		if round%3 == 0 {
			lo := within(r, f.Min(), f.Max())
			q.Clamp = &spec.Range{Lo: lo, Hi: within(r, lo, f.Max())}
		}
		tail := newTail(q, int(within(r, -3, 50)))
		accs := make([]int64, within(r, 1, 21))
		for i := range accs {
			accs[i] = int64(r.Uint64()>>1) >> within(r, 4, 62)
			if r.IntN(2) == 0 {
				accs[i] = -accs[i]
			}
		}
		if tail.left == 0 && !tail.even {
			accs[0] = []int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64 - 1<<50, -1, 0, 1}[r.IntN(6)]
		}
		want, got := make([]int32, len(accs)), make([]int32, len(accs))
		for i, acc := range accs {
			want[i] = int32(tail.apply(acc))
		}
		tail.all(got, accs)
		require.Equal(t, want, got, "%+v, %+v, %v", q, tail, accs)
	}
}
