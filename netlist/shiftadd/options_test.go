package shiftadd

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// The legal combinations, spelled out a second time: everything else is refused.
func TestEveryKnobOnEveryAccumulator(t *testing.T) {
	for _, mode := range spec.AccModes() {
		for _, drop := range []int{0, 2} {
			acc := spec.Accumulator{Mode: mode, Drop: drop, Width: 9}
			for _, o := range Combinations() {
				want := true
				if mode == spec.AccSaturate && (o.Tree != Linear || o.Share == Pairs) {
					want = false
				}
				if drop > 0 && o.Share == Pairs {
					want = false
				}
				require.Equal(t, want, Check(acc, o) == nil, "%v, drop %d, %v: %v", mode, drop, o, Check(acc, o))
			}
			require.NoError(t, Check(acc, For(acc)))
		}
	}
}

// Each cell of the table alone: the knob at fault is the only one that is not
// the accumulator's safe setting.
func TestEveryCellOfTheTable(t *testing.T) {
	accs := [alternatives]spec.Accumulator{
		exact:     {},
		wraps:     {Mode: spec.AccWrap, Width: 9},
		saturates: {Mode: spec.AccSaturate, Width: 9},
		drops:     {Drop: 1},
	}
	illegal := map[string][alternatives]bool{
		"balanced":  {saturates: true},
		"carrysave": {saturates: true},
		"pairs":     {saturates: true, drops: true},
	}
	settings := map[string]Options{
		"balanced": {}, "linear": {Tree: Linear}, "carrysave": {Tree: CarrySave},
		"tight": {Tree: Linear}, "uniform": {Tree: Linear, Widths: Uniform},
		"sub": {Tree: Linear}, "invert": {Tree: Linear, Subtract: InvertCarry},
		"none": {Tree: Linear}, "pairs": {Tree: Linear, Share: Pairs},
	}
	require.Len(t, table, len(settings))
	for knob, o := range settings {
		require.Contains(t, table, knob)
		for a, acc := range accs {
			err := Check(acc, o)
			if !illegal[knob][a] {
				require.NoError(t, err, "%s with %s", knob, alternativeNames[a])
				continue
			}
			require.ErrorContains(t, err, knob)
			require.ErrorContains(t, err, alternativeNames[a])
		}
	}
}

func TestCheckReportsEveryProblem(t *testing.T) {
	err := Check(spec.Accumulator{Mode: spec.AccSaturate, Width: 8, Drop: 1}, Options{Tree: CarrySave, Share: Pairs})
	require.Len(t, strings.Split(err.Error(), "\n"), 3)
	require.ErrorContains(t, Check(spec.Accumulator{}, Options{Tree: 3}), "Tree(3)")
	require.ErrorContains(t, Check(spec.Accumulator{}, Options{Widths: 2}), "Widths(2)")
	require.ErrorContains(t, Check(spec.Accumulator{}, Options{Subtract: 2}), "Subtract(2)")
	require.ErrorContains(t, Check(spec.Accumulator{}, Options{Share: 2}), "Share(2)")
	require.ErrorContains(t, Check(spec.Accumulator{Mode: 3}, Options{}), "mode")
}

func TestKnobsReadBackFromTheirNames(t *testing.T) {
	var knobs []string
	for _, o := range Combinations() {
		var p Options
		for _, pair := range []struct {
			from interface{ MarshalText() ([]byte, error) }
			to   interface{ UnmarshalText([]byte) error }
		}{{o.Tree, &p.Tree}, {o.Widths, &p.Widths}, {o.Subtract, &p.Subtract}, {o.Share, &p.Share}} {
			b, err := pair.from.MarshalText()
			require.NoError(t, err)
			require.NoError(t, pair.to.UnmarshalText(b))
			knobs = append(knobs, string(b))
			require.Error(t, pair.to.UnmarshalText([]byte("no such "+string(b))))
		}
		require.Equal(t, o, p)
	}
	require.Len(t, Combinations(), 24)
	for _, k := range []string{"balanced", "linear", "carrysave", "tight", "uniform", "sub", "invert", "none", "pairs"} {
		require.Contains(t, knobs, k)
	}
}
