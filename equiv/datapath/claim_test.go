package datapath

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// pair is data of two words of three bits.
type pair struct {
	*data
	x, y         netlist.Value
	xt, yt       golden.Term
	signX, signY bool
}

func newPair(signX, signY bool) *pair {
	p := &pair{data: newData("pair", nil, false), signX: signX, signY: signY}
	p.x, p.xt = p.word("x", 3, signX)
	p.y, p.yt = p.word("y", 3, signY)
	return p
}

// each calls f for all values, as bits and as numbers.
func (p *pair) each(f func(x, y uint64, xn, yn int64)) {
	for x := range uint64(8) {
		for y := range uint64(8) {
			f(x, y, number(x, 3, p.signX), number(y, 3, p.signY))
		}
	}
}

// fixed is what claims may use where both words have one value.
func (p *pair) fixed(x, y int64) *known {
	k := newKnown(p.g, p.t)
	k.add(word(p.x, p.xt, 3, p.signX).between(x, x))
	k.add(word(p.y, p.yt, 3, p.signY).between(y, y))
	return k
}

func solve(t *testing.T, pool smt.Panel, k *known, l link) smt.Result {
	t.Helper()
	q, err := k.query(l)
	require.NoError(t, err)
	r := pool.Check(context.Background(), q.smt())
	require.Contains(t, []smt.Status{smt.Sat, smt.Unsat}, r.Status, "%v\n%s", r, q.smt().Text)
	return r
}

func z3(t *testing.T) smt.Panel {
	t.Helper()
	p, err := newProver(context.Background(), Options{Jobs: 1})
	require.NoError(t, err)
	t.Cleanup(p.panel.Close)
	return p.panel
}

// Every operation of the model is, as the solver reads it, what it evaluates to,
// and nothing else.
func TestTermsAreWhatTheyEvaluateTo(t *testing.T) {
	pool := z3(t)
	for name, build := range map[string]func(t *golden.Terms, x, y golden.Term) golden.Term{
		"sum":     func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Sum(x, y, t.Const(-5), x) },
		"neg":     func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Neg(t.Sum(x, y)) },
		"mul":     func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Mul(x, y) },
		"shl":     func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Shl(t.Sum(x, y), 3) },
		"shr":     func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Shr(t.Mul(x, y), 2) },
		"shr all": func(t *golden.Terms, x, y golden.Term) golden.Term { return t.Shr(t.Mul(x, y), 40) },
		"if less": func(t *golden.Terms, x, y golden.Term) golden.Term { return t.IfLess(x, y, t.Neg(x), t.Shl(y, 1)) },
	} {
		for i := range 4 {
			p := newPair(i&1 == 1, i>>1 == 1)
			term := build(p.t, p.xt, p.yt)
			p.each(func(x, y uint64, xn, yn int64) {
				k, want := p.fixed(xn, yn), p.t.Eval(term, []int64{xn, yn})
				require.Equal(t, smt.Unsat, solve(t, pool, k, word(p.g.Const(10, uint64(want)), term, 10, true)).Status, "%s of %d and %d is %d", name, xn, yn, want)
				if x == y {
					require.Equal(t, smt.Sat, solve(t, pool, k, word(p.g.Const(10, uint64(want+1)), term, 10, true)).Status, "%s of %d and %d is not %d", name, xn, yn, want+1)
				}
			})
		}
	}
}

// A claim says that the term lies in its interval, and may use the intervals of
// what is known, of no more.
func TestIntervalsAreClaimedAndUsed(t *testing.T) {
	pool := z3(t)
	p := newPair(true, false)
	sum := p.t.Sum(p.xt, p.yt)
	net := p.g.M.Add(p.g.M.Sext(p.x, 5), p.g.M.Zext(p.y, 5))
	l := word(net, sum, 5, true)
	require.Equal(t, smt.Unsat, solve(t, pool, p.k, l.between(-4, 10)).Status)
	require.Equal(t, smt.Sat, solve(t, pool, p.k, l.between(-3, 10)).Status)
	require.Equal(t, smt.Sat, solve(t, pool, p.k, l.between(-4, 9)).Status)

	// In four bits the sum wraps, unless x is known to be small.
	narrow := word(p.g.M.Slice(net, 0, 4), sum, 4, true)
	require.Equal(t, smt.Sat, solve(t, pool, p.k, narrow).Status)
	k := newKnown(p.g, p.t)
	k.add(word(p.x, p.xt, 3, true).between(-4, 0))
	k.add(word(p.y, p.yt, 3, false))
	require.Equal(t, smt.Unsat, solve(t, pool, k, narrow).Status)

	// A cut forgets what it stands for, and keeps its interval.
	k = newKnown(p.g, p.t)
	k.add(l.between(0, 3))
	twice := word(p.g.M.Add(net, net), p.t.Shl(sum, 1), 5, true)
	require.Equal(t, smt.Unsat, solve(t, pool, k, twice.between(0, 6)).Status)
	require.Equal(t, smt.Sat, solve(t, pool, k, twice.between(0, 5)).Status)
	_, err := k.query(word(p.x, p.xt, 3, true))
	require.ErrorContains(t, err, "not known")

	// A net that is a constant has no other value, and the constant stays one.
	k = newKnown(p.g, p.t)
	zero := p.t.Const(0)
	k.add(word(net, zero, p.g.M.Width(net), true))
	require.Equal(t, smt.Unsat, solve(t, pool, k, word(net, zero, p.g.M.Width(net), true)).Status)
	require.Equal(t, smt.Unsat, solve(t, pool, k, word(p.g.Const(3, 0), zero, 3, true)).Status)
	require.Equal(t, smt.Sat, solve(t, pool, k, word(p.g.Const(3, 1), zero, 3, true)).Status)
}

// A product is known only where its operands are the model's and it fits.
func TestProductsAreKnownWhereTheyFit(t *testing.T) {
	p, err := newProver(context.Background(), Options{Jobs: 1})
	require.NoError(t, err)
	defer p.panel.Close()
	for _, c := range []struct {
		width int
		signY bool
		sext  bool // how y is extended
		found bool
	}{
		{6, true, true, true}, {7, false, false, true},
		{5, true, true, false},  // 16 does not fit
		{6, true, false, false}, // y is taken for unsigned
		{7, false, true, false},
	} {
		d := newPair(true, c.signY)
		m := d.g.M
		v := m.Mul(m.Sext(d.x, c.width), m.Extend(d.y, c.width, c.sext))
		var f equiv.Fact
		p.products(context.Background(), &f, d.data, word(v, d.t.Mul(d.xt, d.yt), c.width, true))
		_, found := d.k.nets[v]
		require.Equal(t, c.found, found, "%+v", c)
	}
}

// Texts depend on what is asked, not on how it is numbered.
func TestEqualQuestionsHaveEqualTexts(t *testing.T) {
	text := func(before int) string {
		d := newData("q", nil, false)
		for i := range before {
			d.word(fmt.Sprint("other ", i), 4, true)
		}
		x, xt := d.word("x", 8, true)
		q, err := d.k.query(word(d.g.M.Add(x, d.g.M.Const(8, 3)), wrap32(d.t, xt), 8, true))
		require.NoError(t, err)
		return string(q.smt().Text)
	}
	require.Equal(t, text(0), text(5))
}
