package golden

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Every constructor, over every combination of constants and variables as
// operands, means what Int64 computes.
func TestTermsMeanWhatInt64Computes(t *testing.T) {
	values := []int64{-5, -4, -1, 0, 1, 3, 4}
	type operand struct {
		constant bool
		value    int64
	}
	var operands []operand
	for _, v := range values {
		operands = append(operands, operand{true, v}, operand{false, v})
	}
	terms, alg := NewTerms(), Int64{}
	check := func(want int64, ops []operand, build func(ts []Term) Term) {
		t.Helper()
		ts, vars, folds := make([]Term, len(ops)), make([]int64, len(ops)), true
		for i, o := range ops {
			vars[i] = o.value
			ts[i] = terms.Var(i)
			if o.constant {
				ts[i] = terms.Const(o.value)
			}
			folds = folds && o.constant
		}
		got := build(ts)
		require.Equal(t, want, terms.Eval(got, vars), "%s with %v", terms.String(got), vars)
		if folds {
			require.Equal(t, TermConst, terms.Nodes[got].Op, "%s is not folded", terms.String(got))
		}
		require.Equal(t, got, build(ts), "built twice")
	}
	for _, a := range operands {
		one := []operand{a}
		check(-a.value, one, func(ts []Term) Term { return terms.Neg(ts[0]) })
		check(a.value, one, func(ts []Term) Term { return terms.Sum(ts...) })
		for _, k := range []int{0, 1, 2, 40} {
			check(alg.Shl(a.value, k), one, func(ts []Term) Term { return terms.Shl(ts[0], k) })
			check(alg.Shr(a.value, k), one, func(ts []Term) Term { return terms.Shr(ts[0], k) })
		}
		check(alg.Shr(a.value, 63), one, func(ts []Term) Term { return terms.Shr(ts[0], 70) })
		for _, b := range operands {
			two := []operand{a, b}
			check(a.value*b.value, two, func(ts []Term) Term { return terms.Mul(ts[0], ts[1]) })
			check(a.value+b.value, two, func(ts []Term) Term { return terms.Sum(ts...) })
			check(2*a.value+b.value, two, func(ts []Term) Term { return terms.Sum(ts[0], ts[1], ts[0]) })
			for _, c := range operands {
				for _, d := range operands {
					check(alg.IfLess(a.value, b.value, c.value, d.value), []operand{a, b, c, d},
						func(ts []Term) Term { return terms.IfLess(ts[0], ts[1], ts[2], ts[3]) })
				}
			}
		}
	}
	require.Zero(t, terms.Eval(terms.Sum(), nil))
	require.Zero(t, terms.Eval(terms.Var(9), []int64{1}), "a variable without a value is 0")
}

func TestTermsFoldWithoutSolving(t *testing.T) {
	terms := NewTerms()
	x, y := terms.Var(0), terms.Var(1)
	require.Equal(t, x, terms.IfLess(x, y, x, x), "equal branches")
	require.Equal(t, y, terms.IfLess(terms.Const(2), terms.Const(2), x, y), "a decided comparison with open branches")
	require.Equal(t, x, terms.IfLess(terms.Const(1), terms.Const(2), x, y))
	require.Equal(t, x, terms.Shl(x, 0))
	require.Equal(t, x, terms.Shr(x, 0))
	require.Equal(t, x, terms.Sum(x))
	require.Equal(t, terms.Sum(x, y), terms.Sum(x, y))
	require.NotEqual(t, terms.Shl(x, 1), terms.Shr(x, 1))
	require.NotEqual(t, terms.Shl(x, 1), terms.Shl(x, 2))
	require.NotEqual(t, terms.Sum(x, y), terms.Sum(x, y, y))
	require.NotEqual(t, terms.IfLess(x, y, x, y), terms.IfLess(y, x, x, y))
}

func TestTermsReachable(t *testing.T) {
	terms := NewTerms()
	x, unused, y := terms.Var(0), terms.Var(7), terms.Var(1)
	s := terms.Sum(x, y)
	other := terms.Neg(unused)
	m := terms.Mul(s, s)
	require.Equal(t, []Term{x, y, s, m}, terms.Reachable(m))
	require.Equal(t, []Term{unused, other}, terms.Reachable(other))
	require.Equal(t, []Term{x, unused, y, s, other}, terms.Reachable(other, s, s))
	require.Empty(t, terms.Reachable())
}

func TestTermsString(t *testing.T) {
	terms := NewTerms()
	x, y := terms.Var(0), terms.Var(1)
	require.Equal(t, "x0", terms.String(x))
	require.Equal(t, "-3", terms.String(terms.Const(-3)))
	require.Equal(t, "((x0 << 2) + -x1 + 5)", terms.String(terms.Sum(terms.Shl(x, 2), terms.Neg(y), terms.Const(5))))
	require.Equal(t, "(x0 * 3)", terms.String(terms.Mul(x, terms.Const(3))))

	terms = NewTerms()
	s := terms.Sum(terms.Var(0), terms.Var(1))
	c := terms.IfLess(s, terms.Const(0), terms.Const(0), s)
	require.Equal(t, "t2 = (x0 + x1)\n(t2 < 0 ? 0 : t2)", terms.String(c))
	require.Equal(t, "t2 = (x0 + x1)\n((t2 < 0 ? 0 : t2) >> 4)", terms.String(terms.Shr(c, 4)))

	// Written out, this sum has 2^41 leaves; printed it has one line per node.
	deep := s
	for range 40 {
		deep = terms.Sum(deep, deep)
	}
	require.Less(t, len(terms.String(deep)), 1000)
}
