package spec

import (
	"encoding/json"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCodes(t *testing.T) {
	require.Zero(t, Code(0).Sign())
	for j := range 127 {
		require.Equal(t, 1, Code(1+j).Sign())
		require.Equal(t, -1, Code(-1-j).Sign())
		require.Equal(t, j, Code(1+j).Shift())
		require.Equal(t, j, Code(-1-j).Shift())
	}
}

// Canonical signed digits: the value comes back, no two neighbouring powers are used,
// and no sum of signed powers of two has fewer terms.
func TestSpell(t *testing.T) {
	const limit = 600
	fewest := map[int64]int{0: 0}
	for n, level := 1, []int64{0}; len(level) > 0; n++ {
		var next []int64
		for _, v := range level {
			for j := range 12 {
				for _, d := range []int64{1 << j, -1 << j} {
					if _, known := fewest[v+d]; !known && max(v+d, -v-d) <= 2*limit {
						fewest[v+d] = n
						next = append(next, v+d)
					}
				}
			}
		}
		level = next
	}
	for v := int64(-limit); v <= limit; v++ {
		w := Spell(v)
		require.Equal(t, v, w.Value())
		require.Len(t, w, fewest[v], "%d is %v", v, w)
		require.True(t, canonical(append([]Code{0}, w...)[min(1, len(w)):]), "%d is %v", v, w)
	}
	require.Equal(t, int64(-1<<62), Spell(-1<<62).Value())
	for _, v := range []int64{0x5555_5555_5555, -0x7fff_0f0f_1111} {
		require.Equal(t, v, Spell(v).Value())
		require.LessOrEqual(t, len(Spell(v)), bits.Len64(uint64(max(v, -v)))/2+1)
	}
}

func TestSum(t *testing.T) {
	for v, want := range map[int64]string{0: "0", 1: "1", -2: "−2", 5: "4+1", 7: "8−1", -5: "−4−1", 11: "16−4−1", -6: "−8+2"} {
		require.Equal(t, want, Sum(v))
	}
}

// sums is small with weights of up to three terms: layer a has 5, -7, 0 and 11 among
// its weights.
func sums() *Network {
	n := small()
	a := conv(n, "a")
	a.Bits, a.Terms = 4, 3
	a.Codes = nil
	for _, v := range []int64{5, -7, 0, 11, 0, 0, 0, 0} {
		w := append(Spell(v), 0, 0, 0)
		a.Codes = append(a.Codes, w[:3]...)
	}
	return n
}

func TestWeightsOfSeveralTerms(t *testing.T) {
	n := sums()
	require.NoError(t, n.Validate())
	l := n.Layer("a")
	require.Equal(t, 4, l.Taps())
	require.Len(t, l.Channel(0), 12)
	require.Equal(t, Weight{3, 1}, l.Weight(0, 0))
	require.Equal(t, int64(-7), l.Weight(0, 1).Value())
	require.Empty(t, l.Weight(0, 2))
	require.Equal(t, Weight{5, -3, -1}, l.Weight(0, 3))
	require.False(t, l.Constant(0))
	require.True(t, l.Constant(1))
	x := l.InRange(0)
	require.Equal(t, Range{Lo: 5 + 16*x.Lo - 7*x.Hi, Hi: 5 + 16*x.Hi - 7*x.Lo}, l.AccRange(0))
}

// One term a weight is written as before there were several.
func TestOneTermLeavesNoTrace(t *testing.T) {
	one := small()
	topology, weights, err := Encode(one)
	require.NoError(t, err)
	require.NotContains(t, string(topology), "terms")
	conv(one, "a").Terms = 1
	again, same, err := Encode(one)
	require.NoError(t, err)
	require.Equal(t, topology, again)
	require.Equal(t, weights, same)

	topology, _, err = Encode(sums())
	require.NoError(t, err)
	require.True(t, json.Valid(topology))
	require.Contains(t, string(topology), `"terms": 3`)
}

func TestWeightsAreCanonical(t *testing.T) {
	const field = `layer "a", channel 0: codes: `
	for name, c := range map[string]struct {
		wreck func(*Conv)
		want  string
	}{
		"zero before a term":   {func(c *Conv) { c.Codes[0], c.Codes[1] = 0, 3 }, field + "codes [0 3 0] at tap 0 are not the canonical signed digits of 4, the greatest power first"},
		"ascending":            {func(c *Conv) { c.Codes[0], c.Codes[1] = 1, 3 }, field + "codes [1 3 0] at tap 0 are not the canonical signed digits of 5, the greatest power first"},
		"neighbouring powers":  {func(c *Conv) { c.Codes[1] = 2 }, field + "codes [3 2 0] at tap 0 are not the canonical signed digits of 6, the greatest power first"},
		"a power twice":        {func(c *Conv) { c.Codes[1] = 3 }, field + "codes [3 3 0] at tap 0 are not the canonical signed digits of 8, the greatest power first"},
		"two weights":          {func(c *Conv) { c.Codes[1], c.Codes[4] = 2, -3 }, field + "codes [3 2 0] at tap 0 are not the canonical signed digits of 6, the greatest power first; 1 more such weights in this channel"},
		"outside the window":   {func(c *Conv) { c.Codes[3] = -8 }, field + "code -8 at tap 1 is outside the window -7..7"},
		"wide codes":           {func(c *Conv) { c.Bits = 7 }, `layer "a": conv.bits: 7 bits for a weight of 3 terms: want at most 6`},
		"more terms than fit":  {func(c *Conv) { c.Terms = 9 }, `layer "a": conv.terms: terms 9 is not in 0..8`},
		"fewer than none":      {func(c *Conv) { c.Terms = -1 }, `layer "a": conv.terms: terms -1 is not in 0..8`},
		"codes for other taps": {func(c *Conv) { c.Terms = 2 }, `layer "a": codes: 24 values: want 16`},
	} {
		t.Run(name, func(t *testing.T) {
			n := sums()
			c.wreck(conv(n, "a"))
			require.EqualError(t, n.Validate(), c.want)
		})
	}
}

// Integers of three bits as sums over two taps, against every combination of inputs.
// Where the terms count one by one the range may be wider, but holds all that happens.
func TestAccRangeOfSums(t *testing.T) {
	for _, acc := range []Accumulator{{}, {Mode: AccWrap, Width: 12}, {Drop: 1}, {Drop: 2, Order: ShiftNegate}, {Mode: AccSaturate, Width: 5}} {
		for _, x := range []Range{{-3, 2}, {0, 3}, {1, 2}} {
			for i := range 15 * 15 {
				var codes []Code
				for _, v := range []int{i%15 - 7, i/15 - 7} {
					codes = append(codes, append(Spell(int64(v)), 0, 0)[:2]...)
				}
				l := convLayer(acc, codes, 2, x)
				l.Op.(*Conv).Terms, l.in[0].C = 2, 2
				want := Range{1 << 40, -1 << 40}
				for a := x.Lo; a <= x.Hi; a++ {
					for b := x.Lo; b <= x.Hi; b++ {
						want = want.Hull(point(accumulate(acc, codes, 2, []int64{a, a, b, b})))
					}
				}
				got := l.AccRange(0)
				require.True(t, want.Within(got), "%+v %v %v", acc, codes, x)
				if !acc.Termwise() {
					require.Equal(t, want, got, "%+v %v %v", acc, codes, x)
				}
			}
		}
	}
}
