package term

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// randomForm is a small form over the first n inputs.
func randomForm(rng *rand.Rand, n int) Form {
	f := Int(rng.Int63n(41) - 20)
	for i := 0; i < n; i++ {
		f = f.Add(Form{Monos: []Mono{{Atom(i), 1}}}.Scale(rng.Int63n(33) - 16))
	}
	return f
}

// TestCanonicalFormsKeepTheirValue builds nested floors, bitwise words and
// functions and compares the form's value with the operation's, for inputs over
// their whole intervals.
func TestCanonicalFormsKeepTheirValue(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	box := []spec.Range{{Lo: -8, Hi: 7}, {Lo: 0, Hi: 15}, {Lo: -3, Hi: 4}}
	inputs := func() []int64 {
		x := make([]int64, len(box))
		for i, r := range box {
			x[i] = r.Lo + rng.Int63n(r.Hi-r.Lo+1)
		}
		return x
	}
	value := func(sp *Space, f Form, x []int64) int64 {
		v, ok := sp.Eval(f, x)
		require.True(t, ok)
		r := sp.Bounds(f)
		require.True(t, r.Lo <= v && v <= r.Hi, "%v outside %v", v, r)
		return v
	}
	for round := 0; round < 3000; round++ {
		sp := NewSpace(box)
		f, g := randomForm(rng, 3), randomForm(rng, 3)
		k, j := rng.Intn(6), rng.Intn(6)
		q := sp.Floor(f, k)
		q2 := sp.Floor(q.Add(g), j)
		w := 1 + rng.Intn(10)
		table := uint16(rng.Intn(256))
		leaves := []Form{f, g, randomForm(rng, 2)}
		word := sp.Bitwise(table, leaves, w)
		for n := 0; n < 20; n++ {
			x := inputs()
			vf, vg := value(sp, f, x), value(sp, g, x)
			require.Equal(t, vf>>k, value(sp, q, x))
			require.Equal(t, (vf>>k+vg)>>j, value(sp, q2, x))
			vh := value(sp, leaves[2], x)
			var want int64
			for b := 0; b < w; b++ {
				i := vf>>b&1 | vg>>b&1<<1 | vh>>b&1<<2
				want |= int64(table>>i&1) << b
			}
			got, _ := sp.Eval(word, x)
			require.Equal(t, want, got&(1<<w-1), "table %08b width %d", table, w)
			require.True(t, f.EqualMod(f.Symmetric(w), w))
			s, _ := sp.Eval(f.Symmetric(w), x)
			require.Zero(t, (vf-s)&(1<<w-1))
			r, _ := sp.Eval(f.Reduce(w), x)
			require.Zero(t, (vf-r)&(1<<w-1))
		}
	}
}

// TestQuotientsBesideTheirDividends: floor(-x/2) is -x + floor(x/2), and lies where
// a quotient of -x does.
func TestQuotientsBesideTheirDividends(t *testing.T) {
	sp := NewSpace([]spec.Range{{Lo: -128, Hi: 127}, {Lo: 0, Hi: 7}})
	x, y := sp.Input(0), sp.Input(1)
	for _, c := range []struct {
		f    Form
		want spec.Range
	}{
		{sp.Floor(x.Neg(), 1), spec.Range{Lo: -64, Hi: 64}},
		{sp.Floor(x.Neg(), 3).Add(y), spec.Range{Lo: -16, Hi: 23}},
		{sp.Floor(x.Scale(-3), 2).Scale(5), spec.Range{Lo: -480, Hi: 480}},
		{sp.Floor(x.Neg(), 1).Add(sp.Floor(y.Neg(), 2)), spec.Range{Lo: -66, Hi: 64}},
		{sp.Floor(x, 1).Neg().Add(x), spec.Range{Lo: -64, Hi: 64}},
		{sp.Floor(x, 1).Add(x), spec.Range{Lo: -192, Hi: 190}},
	} {
		r := sp.Bounds(c.f)
		require.Equal(t, c.want, r, "%v", c.f)
		for a := int64(-128); a <= 127; a++ {
			for b := int64(0); b <= 7; b++ {
				v, ok := sp.Eval(c.f, []int64{a, b})
				require.True(t, ok && r.Lo <= v && v <= r.Hi)
			}
		}
	}
}

func TestCompressorAddsUp(t *testing.T) {
	sp := NewSpace([]spec.Range{{Lo: 0, Hi: 255}, {Lo: 0, Hi: 255}, {Lo: -128, Hi: 127}})
	a, b, c := sp.Input(0).Scale(4), sp.Input(1).Neg(), sp.Input(2)
	const w = 12
	s := sp.Bitwise(0x96, []Form{a, b, c}, w)
	m := sp.Bitwise(0xe8, []Form{c, a, b}, w)
	require.True(t, s.AddScaled(m, 2).EqualMod(a.Add(b).Add(c), w))
	require.False(t, s.Add(m).EqualMod(a.Add(b).Add(c), w))
}

// pointwise follows op from point to point, as no one would on a wide interval.
func pointwise(op func(args []int64) int64) func([]Curve) Curve {
	return func(args []Curve) Curve {
		return refine(args, func(out *Curve, t, end int64, ps []Piece) {
			vals := make([]int64, len(ps))
			for x := t; x <= end; x++ {
				for i, p := range ps {
					vals[i] = p.Value + p.Slope*(x-t)
				}
				out.run(x, x, op(vals), 0)
			}
		})
	}
}

func TestFunctionsAreCanonical(t *testing.T) {
	sp := NewSpace([]spec.Range{{Lo: -100, Hi: 100}, {Lo: 0, Hi: 50}})
	v := sp.Input(0).Scale(3).Add(sp.Input(1)).AddConst(7)
	one, ok := sp.Apply("lo first", pointwise(func(a []int64) int64 { return min(max(a[0], -64), 63) }), v)
	require.True(t, ok)
	under, ok := sp.Apply("less", pointwise(func(a []int64) int64 {
		if a[0] < -64 {
			return 1
		}
		return 0
	}), v)
	require.True(t, ok)
	two, ok := sp.Apply("select", pointwise(func(a []int64) int64 {
		switch {
		case a[0] == 1:
			return -64
		case a[1] > 63:
			return 63
		}
		return a[1]
	}), under, v)
	require.True(t, ok)
	require.True(t, one.Equal(two), "%v and %v", one, two)
	require.Equal(t, spec.Range{Lo: -64, Hi: 63}, sp.Bounds(one))

	// A clamp that cannot be reached is no clamp.
	same, ok := sp.Apply("wide", pointwise(func(a []int64) int64 { return min(max(a[0], -1000), 1000) }), v)
	require.True(t, ok)
	require.True(t, same.Equal(v))

	// Read with another sign, negated or doubled, it is the same function.
	other, ok := sp.Apply("moved", pointwise(func(a []int64) int64 { return 2048 - 2*min(max(a[0], -64), 63) }), v)
	require.True(t, ok)
	require.True(t, other.Equal(one.Scale(-2).AddConst(2048)), "%v and %v", one, other)

	// A step over a quotient: the word is a function of the quotient, though the
	// quotient is one of the input as well.
	q := sp.Floor(sp.Input(1), 2)
	over, ok := sp.Apply("over", pointwise(func(a []int64) int64 { return max(a[0]-5, 0) }), q)
	require.True(t, ok)
	both, ok := sp.Apply("select", pointwise(func(a []int64) int64 {
		if a[0] != 0 {
			return 5
		}
		return a[1]
	}), over, q)
	require.True(t, ok)
	direct, ok := sp.Apply("cap", pointwise(func(a []int64) int64 { return min(a[0], 5) }), q)
	require.True(t, ok)
	require.True(t, both.Equal(direct), "%v and %v", both, direct)

	_, ok = sp.Apply("two variables", pointwise(func(a []int64) int64 { return a[0] }), sp.Input(0), sp.Input(1))
	require.False(t, ok)
}

func TestOverflowIsAnErrorNotAResult(t *testing.T) {
	err := Guard(func() { Int(1 << 62).Add(Int(1 << 62)) })
	require.ErrorIs(t, err, ErrOverflow)
	err = Guard(func() { NewSpace([]spec.Range{{Lo: 0, Hi: 1 << 40}}).Input(0).Scale(1 << 40).Scale(1 << 30) })
	require.ErrorIs(t, err, ErrOverflow)
}
