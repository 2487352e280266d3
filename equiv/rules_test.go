package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// sweep is every rule over small widths, and some wide ones.
func across() []Rule {
	var rs []Rule
	widths := []int{1, 2, 3, 4, 5, 7, 8, 13, 17, 24}
	for _, w := range widths {
		two := [3]int{w, w}
		rs = append(rs,
			Rule{Op: netlist.OpAdd, Width: w, Args: two},
			Rule{Op: netlist.OpSub, Width: w, Args: two},
			Rule{Op: netlist.OpNeg, Width: w, Args: [3]int{w}},
			Rule{Op: netlist.OpNot, Width: w, Args: [3]int{w}},
		)
		if w <= 8 {
			for _, k := range []int64{-3, -1, 0, 1, 2, 5} {
				k = k << (64 - w) >> (64 - w)
				rs = append(rs, Rule{Op: netlist.OpMul, Width: w, Args: two, Const: k})
			}
		}
		for _, from := range widths {
			if from < w {
				rs = append(rs,
					Rule{Op: netlist.OpZext, Width: w, Args: [3]int{from}},
					Rule{Op: netlist.OpSext, Width: w, Args: [3]int{from}},
					Rule{Op: netlist.OpConcat, Width: w, Args: [3]int{from, w - from}},
				)
			}
			if from > w {
				for _, low := range []int{0, 1, from - w} {
					rs = append(rs, Rule{Op: netlist.OpSlice, Width: w, Args: [3]int{from}, Aux: int64(low)})
				}
			}
		}
		if w > 1 {
			rs = append(rs, Rule{Width: w, Adder: true})
			for _, ones := range []int64{0, 1, 1<<(w-1) - 1, 1<<w - 1} {
				rs = append(rs, Rule{Op: netlist.OpAnd, Width: w, Args: two, Const: ones})
			}
		}
	}
	return rs
}

// TestEveryRuleHoldsAndNoFaultPasses: the obligation of each lifting rule is
// unsatisfiable, and satisfiable once the rule is broken.
func TestEveryRuleHoldsAndNoFaultPasses(t *testing.T) {
	c := z3(t).Bits[0]
	ask := func(r Rule, fault netlist.Op) smt.Status {
		q, err := r.Query(fault)
		require.NoError(t, err)
		return c.Check(context.Background(), q).Status
	}
	seen := map[Rule]bool{}
	ops := map[netlist.Op]int{}
	for _, r := range across() {
		if seen[r] {
			continue
		}
		seen[r] = true
		ops[r.Op]++
		require.Equal(t, smt.Unsat, ask(r, netlist.OpInvalid), "%v", r)
		if r.Adder {
			for _, gate := range []netlist.Op{netlist.OpAnd, netlist.OpOr, netlist.OpXor} {
				require.Equal(t, smt.Sat, ask(r, gate), "%v with a fault in %v", r, gate)
			}
			continue
		}
		require.Equal(t, smt.Sat, ask(r, r.Op), "%v with a fault", r)
	}
	t.Logf("%d rules: %v", len(seen), ops)
}

// TestAFaultInOneRuleIsNoOthers: breaking one operator leaves the rules of all
// others true, so that a failing rule names its culprit.
func TestAFaultInOneRuleIsNoOthers(t *testing.T) {
	c := z3(t).Bits[0]
	for _, r := range []Rule{
		{Op: netlist.OpAdd, Width: 6, Args: [3]int{6, 6}},
		{Op: netlist.OpSext, Width: 6, Args: [3]int{4}},
		{Op: netlist.OpSlice, Width: 3, Args: [3]int{6}, Aux: 2},
	} {
		for _, fault := range []netlist.Op{netlist.OpSub, netlist.OpNot, netlist.OpZext, netlist.OpConcat} {
			q, err := r.Query(fault)
			require.NoError(t, err)
			require.Equal(t, smt.Unsat, c.Check(context.Background(), q).Status, "%v with a fault in %v", r, fault)
		}
	}
}

// TestCollectFindsTheRulesOfAModule: what a module's cells need is what is
// proved, no cell's rule is left out.
func TestCollectFindsTheRulesOfAModule(t *testing.T) {
	m := netlist.New("m")
	a, b := m.Input("a", 4), m.Input("b", 4)
	s := m.Add(m.Zext(a, 6), m.Sext(b, 6))
	m.Output("y", m.Slice(m.Not(m.Sub(s, m.Concat(m.Const(2, 0), a))), 1, 4))
	rs := Rules{}
	rs.Collect(m)
	want := []Rule{
		{Op: netlist.OpSlice, Width: 4, Args: [3]int{6}, Aux: 1},
		{Op: netlist.OpConcat, Width: 6, Args: [3]int{2, 4}},
		{Op: netlist.OpZext, Width: 6, Args: [3]int{4}},
		{Op: netlist.OpSext, Width: 6, Args: [3]int{4}},
		{Op: netlist.OpAdd, Width: 6, Args: [3]int{6, 6}},
		{Op: netlist.OpSub, Width: 6, Args: [3]int{6, 6}},
		{Op: netlist.OpNot, Width: 6, Args: [3]int{6}},
	}
	require.Equal(t, want, rs.Sorted())

	m = netlist.New("masks")
	a, b = m.Input("a", 4), m.Input("b", 4)
	m.Output("y", m.Or(m.And(a, m.Const(4, 3)), m.And(m.Const(4, 7), b)))
	rs = Rules{}
	rs.Collect(m)
	two := [3]int{4, 4}
	require.Equal(t, []Rule{
		{Width: 4, Adder: true},
		{Op: netlist.OpAnd, Width: 4, Args: two, Const: 3},
		{Op: netlist.OpAnd, Width: 4, Args: two, Const: 7},
	}, rs.Sorted())
}

// TestUnliftedQueriesSeeWhatABrokenLifterHides: for each operator, a circuit that
// is wrong by a constant such that a lifter that misreads the operator takes it
// for the model. The forms are equal then; the unlifted query of the same point
// is satisfiable.
func TestUnliftedQueriesSeeWhatABrokenLifterHides(t *testing.T) {
	bits := z3(t).Bits[0]
	model := func() *Model {
		m := &Model{Terms: golden.NewTerms()}
		a := m.variable(Var{"a", 4, false, spec.Range{Lo: 0, Hi: 15}})
		b := m.variable(Var{"b", 4, false, spec.Range{Lo: 0, Hi: 15}})
		m.Acc = m.Terms.Sum(a, m.Terms.Shl(b, 1), m.Terms.Const(40))
		m.Out = m.Acc
		m.Run = func(xs []int64) int64 { return xs[0] + 2*xs[1] + 40 }
		return m
	}
	const w = 8
	// circuits compute a + 2b + 40 through an operator of each kind.
	type build func(m *netlist.Module, a, b netlist.Value) netlist.Value
	circuits := map[netlist.Op]build{
		netlist.OpAdd: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Sub(m.Add(m.Zext(a, w), m.Zext(m.ShlConst(b, 1), w)), m.Const(w, -40))
		},
		netlist.OpSub: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Add(m.Sub(m.Zext(a, w), m.Neg(m.Zext(m.ShlConst(b, 1), w))), m.Const(w, 40))
		},
		netlist.OpNeg: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Sub(m.Add(m.Zext(a, w), m.Const(w, 40)), m.Neg(m.Zext(m.ShlConst(b, 1), w)))
		},
		netlist.OpNot: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Sub(m.Add(m.Zext(a, w), m.Const(w, 39)), m.Not(m.Zext(m.ShlConst(b, 1), w)))
		},
		netlist.OpZext: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Add(m.Add(m.Concat(a, m.Const(4, 0)), m.Zext(m.ShlConst(b, 1), w)), m.Const(w, 40))
		},
		netlist.OpSext: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			neg := m.Sub(m.Const(6, 0), m.Concat(a, m.Const(2, 0)))
			return m.Add(m.Sub(m.Concat(m.ShlConst(b, 1), m.Const(3, 0)), m.Sext(neg, w)), m.Const(w, 40))
		},
		netlist.OpConcat: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Add(m.Add(m.Zext(a, w), m.Zext(m.ShlConst(b, 1), w)), m.Const(w, 40))
		},
		netlist.OpSlice: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			twice := m.Sub(m.Zext(m.ShlConst(a, 1), w), m.Const(w, 0))
			four := m.Add(twice, m.Add(m.Zext(m.ShlConst(b, 2), w), m.Const(w, 80)))
			return m.Zext(m.Slice(four, 1, w-1), w)
		},
		netlist.OpMul: func(m *netlist.Module, a, b netlist.Value) netlist.Value {
			return m.Add(m.Add(m.Zext(a, w), m.Mul(m.Zext(b, w), m.Const(w, 2))), m.Const(w, 40))
		},
	}
	for op, f := range circuits {
		t.Run(op.String(), func(t *testing.T) {
			gate := netlist.New("sum")
			a, b := gate.Input("a", 4), gate.Input("b", 4)
			y := f(gate, a, b)
			m := model()
			right, _ := Crosscheck(context.Background(), bits, about(m, gate, y))
			require.Equal(t, verdict.Proved, right.Verdict, "the circuit is right to begin with")

			form := func(y netlist.Value, fault netlist.Op) (term.Form, term.Form) {
				sp := term.NewSpace([]spec.Range{{Lo: 0, Hi: 15}, {Lo: 0, Hi: 15}})
				l := lift.New(sp, gate, []lift.Net{{Form: sp.Input(0), Range: spec.Range{Lo: 0, Hi: 15}}, {Form: sp.Input(1), Range: spec.Range{Lo: 0, Hi: 15}}})
				if fault != netlist.OpInvalid {
					l.PlantFault(fault)
				}
				g := &lift.Golden{Space: sp, Terms: m.Terms, Vars: []term.Form{sp.Input(0), sp.Input(1)}}
				want, ok := g.Form(m.Acc)
				require.True(t, ok)
				return l.Net(y).Form, want
			}
			got, want := form(y, netlist.OpInvalid)
			require.True(t, got.EqualMod(want, w))
			got, want = form(y, op)
			off := got.Sub(want)
			require.True(t, off.IsConst(), "%v", off)
			require.NotZero(t, off.Const&(1<<w-1), "the fault in %v has no effect here", op)

			// The correction goes through an operator that is not broken; in the
			// broken reading it undoes the fault.
			bad := gate.Sub(y, gate.Const(w, off.Const))
			if op == netlist.OpSub {
				bad = gate.Add(y, gate.Const(w, -off.Const))
			}
			got, want = form(bad, op)
			require.True(t, got.EqualMod(want, w), "the broken lifter takes the wrong circuit for the model")
			found, _ := Crosscheck(context.Background(), bits, about(m, gate, bad))
			require.Equal(t, verdict.Failed, found.Verdict)
			require.Equal(t, verdict.SolverDiffers, found.Reason)
		})
	}
}

// TestNoCellMakesTheRulesPanic: one cell of every operator, over operands of every
// width and with results of every width that it may have. Whatever is collected has
// an obligation, and what is too wide to be lifted is collected nowhere.
func TestNoCellMakesTheRulesPanic(t *testing.T) {
	constants := []int64{0, 1, -1, 1 << 62, -1 << 63, 0x5555555555555555}
	cells, rules := 0, Rules{}
	try := func(op netlist.Op, width int, aux int64, args ...int) {
		for kind := -1; kind < len(constants); kind++ {
			m := netlist.New("m")
			c := netlist.Cell{Op: op, Width: uint8(width), Aux: aux}
			for i, w := range args {
				if kind >= 0 && i == len(args)-1 {
					c.Args[i] = m.Const(w, constants[kind])
				} else {
					c.Args[i] = m.Input(string(rune('a'+i)), w)
				}
			}
			m.Cells = append(m.Cells, c)
			y := netlist.Value(len(m.Cells) - 1)
			m.Output("y", y)
			require.NoError(t, m.Check())
			cells++

			ranges := make([]spec.Range, len(m.Inputs))
			for i, p := range m.Inputs {
				ranges[i] = spec.Range{Lo: 0, Hi: 1<<min(p.Width, lift.MaxWidth) - 1}
			}
			sp := term.NewSpace(ranges)
			nets := make([]lift.Net, len(ranges))
			for i := range nets {
				nets[i] = lift.Net{Form: sp.Input(i), Range: ranges[i]}
			}
			for _, deep := range []bool{false, true} {
				l := lift.New(sp, m, nets)
				l.Deep = deep
				// Arithmetic beyond 64 bits is an error that Settle reports.
				_ = term.Guard(func() { l.Net(y); l.Exact(y, false); l.Exact(y, true) })
			}
			rules.Collect(m)
			if kind < 0 && len(args) < 2 {
				break // no second operand to hold still
			}
		}
	}
	edges := []int{1, 2, 3, 8, 31, 32, 33, 59, 60, 61, 62, 63, 64}
	for w := 1; w <= netlist.MaxWidth; w++ {
		for _, op := range []netlist.Op{netlist.OpAdd, netlist.OpSub, netlist.OpMul, netlist.OpAnd, netlist.OpOr, netlist.OpXor} {
			try(op, w, 0, w, w)
		}
		for _, op := range []netlist.Op{netlist.OpEq, netlist.OpUlt, netlist.OpSlt} {
			try(op, 1, 0, w, w)
		}
		for _, op := range []netlist.Op{netlist.OpRedAnd, netlist.OpRedOr, netlist.OpRedXor} {
			try(op, 1, 0, w)
		}
		try(netlist.OpNeg, w, 0, w)
		try(netlist.OpNot, w, 0, w)
		try(netlist.OpMux, w, 0, 1, w, w)
		for _, v := range edges {
			for _, op := range []netlist.Op{netlist.OpShl, netlist.OpShr, netlist.OpSar} {
				try(op, w, 0, w, v)
			}
			if w+v <= netlist.MaxWidth {
				try(netlist.OpConcat, w+v, 0, w, v)
			}
			if v > w {
				try(netlist.OpZext, v, 0, w)
				try(netlist.OpSext, v, 0, w)
			}
			for _, low := range []int{0, 1, v / 2, v - w} {
				if low >= 0 && w+low <= v {
					try(netlist.OpSlice, w, int64(low), v)
				}
			}
		}
	}
	wide := 0
	for _, r := range rules.Sorted() {
		_, err := r.Query(netlist.OpInvalid)
		require.NoError(t, err, "%v", r)
		require.LessOrEqual(t, r.Width, lift.MaxWidth)
		if r.Args[0] > lift.MaxWidth {
			require.Equal(t, netlist.OpSlice, r.Op, "%v", r)
			wide++
		}
	}
	t.Logf("%d cells, %d rules, %d of them on wider words than are lifted", cells, len(rules), wide)
	require.NotZero(t, wide)
}

// TestRulesAtTheWidestWordsHold, those included that read part of a word which is
// too wide to be lifted itself; none holds once it is broken.
func TestRulesAtTheWidestWordsHold(t *testing.T) {
	c := z3(t).Bits[0]
	var rs []Rule
	for _, from := range []int{61, 62, 63, 64} {
		for _, s := range []struct{ low, width int }{{0, 1}, {0, 8}, {1, 60}, {4, 13}, {60, 1}, {0, 61}} {
			if s.low+s.width < from {
				rs = append(rs, Rule{Op: netlist.OpSlice, Width: s.width, Args: [3]int{from}, Aux: int64(s.low)})
			}
		}
	}
	for _, w := range []int{60, 61} {
		two := [3]int{w, w}
		rs = append(rs,
			Rule{Op: netlist.OpAdd, Width: w, Args: two}, Rule{Op: netlist.OpSub, Width: w, Args: two},
			Rule{Op: netlist.OpNeg, Width: w, Args: [3]int{w}}, Rule{Op: netlist.OpNot, Width: w, Args: [3]int{w}},
			Rule{Op: netlist.OpMul, Width: w, Args: two, Const: 1 << (w - 2)},
			Rule{Op: netlist.OpZext, Width: w, Args: [3]int{w - 1}}, Rule{Op: netlist.OpSext, Width: w, Args: [3]int{w - 1}},
			Rule{Op: netlist.OpConcat, Width: w, Args: [3]int{1, w - 1}}, Rule{Op: netlist.OpConcat, Width: w, Args: [3]int{w - 1, 1}},
			Rule{Width: w, Adder: true},
		)
	}
	for _, r := range rs {
		faulty := r.Op
		if r.Adder {
			faulty = netlist.OpXor
		}
		for fault, want := range map[netlist.Op]smt.Status{netlist.OpInvalid: smt.Unsat, faulty: smt.Sat} {
			q, err := r.Query(fault)
			require.NoError(t, err)
			require.Equal(t, want, c.Check(context.Background(), q).Status, "%v with a fault in %v", r, fault)
		}
	}
}

// TestWordsTooWideToLiftHaveNoFalseBits: a slice that reaches above what the form of
// a wide word says is opaque, and not the zero that the form has there.
func TestWordsTooWideToLiftHaveNoFalseBits(t *testing.T) {
	for _, from := range []int{62, 63, 64} {
		m := netlist.New("m")
		a := m.Input("a", from)
		sp := term.NewSpace([]spec.Range{{Lo: 0, Hi: 1}})
		for low := range from {
			for _, w := range []int{1, 2, 5} {
				if low+w > from {
					continue
				}
				y := m.Slice(a, low, w)
				l := lift.New(sp, m, []lift.Net{{Form: sp.Input(0), Range: spec.Range{Lo: 0, Hi: 1}}})
				f := l.Net(y).Form
				require.False(t, f.IsConst(), "bits %d to %d of %d", low, low+w-1, from)
			}
		}
	}
}

// about is a question about a net that is no output.
func about(m *Model, gate *netlist.Module, out netlist.Value) *Question {
	q := &Question{Model: m, Gate: gate, Out: out}
	q.bind, q.unbound = bindPorts(m, gate)
	return q
}
