package verdict

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerdictsAreTheSameAsText(t *testing.T) {
	for _, v := range ByGravity() {
		text, err := v.MarshalText()
		require.NoError(t, err)
		var back Verdict
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, v, back)
		assert.Equal(t, v.String(), string(text))
	}
	assert.Len(t, ByGravity(), len(names))
	_, err := Verdict(len(names)).MarshalText()
	assert.Error(t, err)
	assert.Error(t, new(Verdict).UnmarshalText([]byte("Proved")))
}

// A proof that leans on itself proves nothing: the kinds have an order in which
// each rests only on earlier ones, but for a kind that rests on its own.
func TestKindsRestOnNoCircle(t *testing.T) {
	state := map[Kind]int{} // 1: being visited, 2: done
	var visit func(k Kind, path []Kind)
	visit = func(k Kind, path []Kind) {
		require.NotEqual(t, 1, state[k], "%v rests on itself: %v", k, path)
		if state[k] == 2 {
			return
		}
		state[k] = 1
		row, ok := k.Row()
		require.True(t, ok, "%q has no row", k)
		for _, a := range row.Assumes {
			if a != k {
				visit(a, append(path, a))
			}
		}
		state[k] = 2
	}
	for _, r := range Kinds() {
		visit(r.Kind, []Kind{r.Kind})
	}
}

func TestKindsHaveOneRowAndAClaim(t *testing.T) {
	seen := map[Kind]bool{}
	for _, r := range Kinds() {
		assert.False(t, seen[r.Kind], "%q has two rows", r.Kind)
		seen[r.Kind] = true
		assert.Regexp(t, `^[A-Z].*\.$`, r.Claim, "%q", r.Kind)
	}
	_, ok := Kind("head").Row()
	assert.False(t, ok)
}

func TestPointsAreReadAsPrinted(t *testing.T) {
	for _, e := range Edges() {
		for _, layer := range []string{"features.0.0", "a/b", string(e), "x/" + string(e), string(e) + "/" + string(e)} {
			for _, label := range []string{"0", "17", "accumulate"} {
				p := Point{layer, e, label}
				back, err := ParsePoint(p.ID())
				require.NoError(t, err)
				assert.Equal(t, p, back)
			}
		}
	}
}

func TestWhatIsNoPointIsRefused(t *testing.T) {
	for _, id := range []ID{
		"", "a", "a/b/c", "/golden = rtl/1", "a/golden = rtl/", "a/golden = rtl/1/range",
		Point{"a", GoldenRTL, "1"}.ID().Part(Range), Bounds.Only(), LiftingRule.ID("add"), TailID("a", "0123456789abcdef01"),
	} {
		_, err := ParsePoint(id)
		assert.Error(t, err, "%q", id)
	}
}

func TestEdgesHaveNamesForFiles(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Edges() {
		assert.Regexp(t, `^[a-z]+$`, e.Short())
		assert.False(t, seen[e.Short()])
		seen[e.Short()] = true
		assert.NotEqual(t, string(e), e.Claim())
	}
}

func TestBasesAreKnown(t *testing.T) {
	assert.False(t, Basis("").Known())
	assert.Equal(t, OneSolver, Basis("").OrWeakest())
	assert.Equal(t, Simulated, Simulated.OrWeakest())
	assert.True(t, Premises.Known())
	assert.False(t, Basis("hope").Known())
}
