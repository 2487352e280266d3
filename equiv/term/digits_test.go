package term

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// TestDigits: sums of quotients of one dividend lie within their bounds, the digits of a
// word add up to it, and a bit of a word has the bounds of a bit.
func TestDigits(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	for _, r := range []spec.Range{{Lo: -128, Hi: 127}, {Lo: 0, Hi: 255}, {Lo: -3, Hi: 100}} {
		sp := NewSpace([]spec.Range{r, {Lo: -8, Hi: 7}})
		x := sp.Input(0)
		bit := func(f Form, b int) Form { return sp.Floor(f, b).AddScaled(sp.Floor(f, b+1), -2) }
		sum, not := Form{}, Form{}
		for b := range 8 {
			require.True(t, sp.Bounds(bit(x, b)).Within(spec.Range{Lo: 0, Hi: 1}), "bit %d of %v", b, r)
			sum = sum.AddScaled(bit(x, b), 1<<b)
			not = not.AddScaled(bit(x.Neg().AddConst(-1), b), 1<<b)
		}
		require.True(t, sum.EqualMod(x, 8))
		require.True(t, not.EqualMod(x.Neg().AddConst(-1), 8))
		for range 2000 {
			f := Form{}
			for range 1 + rng.Intn(5) {
				q := sp.Floor(x, rng.Intn(9))
				if rng.Intn(4) == 0 {
					q = sp.Floor(x.AddScaled(sp.Input(1), 3).AddConst(rng.Int63n(9)), rng.Intn(6))
				}
				f = f.AddScaled(q, rng.Int63n(17)-8)
			}
			b := sp.Bounds(f)
			for range 8 {
				at := []int64{r.Lo + rng.Int63n(r.Hi-r.Lo+1), rng.Int63n(16) - 8}
				v, ok := sp.Eval(f, at)
				require.True(t, ok && b.Lo <= v && v <= b.Hi, "%v at %v is %d, outside %v", f, at, v, b)
			}
		}
	}
}

// TestMaskedAndLogic: a word with a constant is its bits at the ones, and logic of bits
// is the integer that it is, for every table of three bits, some of them one another.
func TestMaskedAndLogic(t *testing.T) {
	sp := NewSpace([]spec.Range{{Lo: -128, Hi: 127}, {Lo: 0, Hi: 1}, {Lo: 0, Hi: 1}, {Lo: 0, Hi: 1}})
	x := sp.Input(0)
	for ones := range int64(256) {
		f := sp.Masked(x, ones, 8)
		for v := int64(-128); v < 128; v++ {
			got, ok := sp.Eval(f, []int64{v, 0, 0, 0})
			require.True(t, ok)
			require.Equal(t, v&ones, got&255, "%d with %08b", v, ones)
		}
	}
	a, b, c := sp.Input(1), sp.Input(2), sp.Input(3)
	for _, leaves := range [][]Form{{a, b, c}, {a, b, a}, {b, b, b}, {Int(1), a, c}, {a, Int(0), Int(1)}, {Int(1).Sub(a), b, a}} {
		for table := range 256 {
			f := sp.Logic(uint16(table), leaves)
			for v := range int64(8) {
				at := []int64{0, v & 1, v >> 1 & 1, v >> 2}
				i := int64(0)
				for k, leaf := range leaves {
					bit, _ := sp.Eval(leaf, at)
					i |= bit << k
				}
				got, ok := sp.Eval(f, at)
				require.True(t, ok)
				require.Equal(t, int64(table)>>i&1, got, "table %08b of %v at %v", table, leaves, at)
			}
		}
	}
}
