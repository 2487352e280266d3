package term

import (
	"math/bits"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// points are a curve's values.
func points(c Curve) []int64 {
	var out []int64
	for i, p := range c.runs {
		for t := p.Start; t <= c.end(i); t++ {
			out = append(out, p.Value+p.Slope*(t-p.Start))
		}
	}
	return out
}

// randomCurve has up to four pieces.
func randomCurve(rng *rand.Rand, dom spec.Range) Curve {
	c := Curve{dom: dom}
	for t := dom.Lo; t <= dom.Hi; {
		end := min(dom.Hi, t+rng.Int63n(dom.Hi-dom.Lo+1))
		c.run(t, end, rng.Int63n(61)-30, rng.Int63n(9)-4)
		t = end + 1
	}
	return c
}

// greedy are the maximal pieces of values found one after the other.
func greedy(start int64, vals []int64) []Piece {
	var ps []Piece
	for i, v := range vals {
		t := start + int64(i)
		if n := len(ps); n > 0 {
			p := &ps[n-1]
			if t == p.Start+1 {
				p.Slope = v - p.Value
				continue
			}
			if p.Value+p.Slope*(t-p.Start) == v {
				continue
			}
		}
		ps = append(ps, Piece{t, v, 0})
	}
	return ps
}

// TestCurvesArePointwise: every operation gives at each point what it says of the
// operands' values there, and pieces are those of the values.
func TestCurvesArePointwise(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	bit := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	for range 5000 {
		lo := rng.Int63n(21) - 10
		dom := spec.Range{Lo: lo, Hi: lo + rng.Int63n(24)}
		c, d, e := randomCurve(rng, dom), randomCurve(rng, dom), randomCurve(rng, dom)
		k := 1 + rng.Intn(7)
		m := rng.Int63n(7) - 3
		flat := c.Less(d)
		fn := &Function{Domain: spec.Range{Lo: -300, Hi: 300}, Pieces: randomCurve(rng, spec.Range{Lo: -300, Hi: 300}).pieces()}
		line := straight(dom, rng.Int63n(41)-20, rng.Int63n(9)-4)
		for name, op := range map[string]struct {
			got  Curve
			want func(i int, a, b, x int64) int64
		}{
			"plus":     {c.Plus(m, d), func(_ int, a, b, _ int64) int64 { return a + m*b }},
			"floor":    {c.Floor(k), func(_ int, a, _, _ int64) int64 { return a >> k }},
			"far":      {c.Floor(63), func(_ int, a, _, _ int64) int64 { return a >> 63 }},
			"unsigned": {c.Word(k, false), func(_ int, a, _, _ int64) int64 { return a & (1<<k - 1) }},
			"signed":   {c.Word(k, true), func(_ int, a, _, _ int64) int64 { return a << (64 - k) >> (64 - k) }},
			"less":     {flat, func(_ int, a, b, _ int64) int64 { return bit(a < b) }},
			"equal":    {c.Equal(d), func(_ int, a, b, _ int64) int64 { return bit(a == b) }},
			"select": {Select(flat, d, e), func(_ int, a, b, x int64) int64 {
				if a < b {
					return b
				}
				return x
			}},
			"parity": {Select(flat, c.Constant(7), c.Constant(-2)).Parity(), func(_ int, a, b, _ int64) int64 {
				if a < b {
					return 1
				}
				return int64(bits.OnesCount64(^uint64(1)) & 1)
			}},
			"of": {fn.of(line), func(i int, _, _, _ int64) int64 { return fn.At(points(line)[i]) }},
		} {
			require.True(t, op.got.Known(), name)
			got, as, bs, xs := points(op.got), points(c), points(d), points(e)
			require.Len(t, got, len(as), name)
			for i := range got {
				require.Equal(t, op.want(i, as[i], bs[i], xs[i]), got[i], "%s at %d of %v, %v, %v", name, i, as, bs, xs)
			}
			require.Equal(t, greedy(dom.Lo, got), op.got.pieces(), "%s: %v", name, got)
		}
		if require.True(t, c.Known()); len(c.runs) > 0 && c.runs[0].Slope != 0 {
			require.False(t, Select(c, d, e).Known())
			require.False(t, c.Parity().Known())
		}
	}
}

// TestWideCurves: what a clamp does to a word of 60 bits is known without a look at
// its values, and a curve that moves in too many steps is not.
func TestWideCurves(t *testing.T) {
	sp := NewSpace([]spec.Range{{Lo: -1 << 58, Hi: 1<<58 - 1}})
	clamp := func(a []Curve) Curve {
		lo, hi := a[0].Constant(-1<<40), a[0].Constant(1<<40-1)
		return Select(a[0].Less(lo), lo, Select(hi.Less(a[0]), hi, a[0]))
	}
	f, ok := sp.Apply("clamp", clamp, sp.Input(0).Scale(2).AddConst(1))
	require.True(t, ok)
	require.Equal(t, 3, sp.Pieces(f.Monos[0].Atom))
	for _, x := range []int64{-1 << 58, -1<<39 - 1, -1 << 39, 0, 1<<39 - 1, 1 << 39, 1<<58 - 1} {
		got, ok := sp.Eval(f, []int64{x})
		require.True(t, ok)
		require.Equal(t, min(max(2*x+1, -1<<40), 1<<40-1), got)
	}
	_, ok = sp.Apply("word", func(a []Curve) Curve { return a[0].Word(8, false) }, sp.Input(0))
	require.False(t, ok)
	require.False(t, straight(spec.Range{Lo: 0, Hi: 1 << 40}, 0, 1).Floor(3).Known())
	require.False(t, Point(0).Plus(2, Point(maxValue)).Known())
}
