package head

import (
	"math"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// sums are numbers of 32 bits at which shifts and roundings differ.
func sums(r *rand.Rand) (all []int64) {
	for k := range 32 {
		for d := int64(-2); d <= 2; d++ {
			all = append(all, 1<<k+d, -1<<k+d, 3<<k+d)
		}
	}
	for range 200 {
		all = append(all, int64(int32(r.Uint32())>>r.Intn(32)))
	}
	for i, v := range all {
		all[i] = int64(int32(v))
	}
	return append(all, math.MaxInt32, math.MinInt32, 0)
}

// The prepared scale is golden's Round.
func TestScaleIsRound(t *testing.T) {
	for _, sum := range sums(rand.New(rand.NewSource(1))) {
		for shift := -31; shift <= tieShifts; shift++ {
			for _, r := range spec.Roundings() {
				s := scaleOf(npu.Layer{Shift: shift, Rounding: r})
				require.Equal(t, golden.Round(golden.Int64{}, r, shift, sum), s.of(sum), "%d by %d, %v", sum, shift, r)
			}
		}
	}
}

// What a goal asks for is what its value counts: the equations hold for data exactly if
// the data hit it.
func TestGoalsAskForWhatIsCounted(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	all := sums(r)
	held := map[string]int{}
	b := NewBins(small)
	for _, g := range b.Goals() {
		for i := range g.Tries {
			try := &g.Tries[i]
			if try.Layer == nil {
				continue
			}
			for range 30 {
				*g.count = 0
				products := int64(0)
				terms := golden.NewTerms()
				d := Data{Bias: terms.Const(0)}
				for range try.Layer.In {
					w, x := int64(0), int64(0)
					if try.Free {
						w, x = int64(int8(r.Uint32())), int64(r.Intn(256))
						if r.Intn(2) == 0 {
							w, x = int64(1)<<r.Intn(7), int64(r.Intn(2))<<r.Intn(8)
						}
					}
					products += w * x
					d.Weights, d.Features = append(d.Weights, terms.Const(w)), append(d.Features, terms.Const(x))
				}
				bias := all[r.Intn(len(all))]
				d.Bias = terms.Const(bias)
				s := scaleOf(*try.Layer)
				exact := products + bias
				b.values.output(&s, products, exact, int64(int32(exact)))
				holds := true
				for _, equal := range try.Equal {
					x, want := equal(terms, d)
					require.Equal(t, golden.TermConst, terms.Nodes[x].Op, g.Name)
					holds = holds && terms.Nodes[x].K == want
				}
				// A tie or a limit of a sum that left 32 bits is that of what is left of it.
				if try.Free || exact == int64(int32(exact)) {
					signs := 1
					if !try.Free && len(try.Equal) == 2 {
						signs = 2 // the other sign is another try, or another goal
					}
					if holds {
						require.True(t, g.Hit(), "%s: %d and %d", g.Name, products, bias)
						held[g.Name]++
					} else if signs == 1 {
						require.False(t, g.Hit(), "%s: %d and %d", g.Name, products, bias)
					}
				}
			}
			if i > 40 {
				break // shifts to the right are many
			}
		}
	}
	require.Greater(t, len(held), 100)
}
