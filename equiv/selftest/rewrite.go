package selftest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// rewrite builds m again, with some cells in another form that has the same bits.
func rewrite(rng *rand.Rand, m *netlist.Module) (*netlist.Module, string) {
	to := netlist.New(m.Name)
	at := make([]netlist.Value, len(m.Cells))
	var done []string
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		if c.Op == netlist.OpInput {
			p := m.Inputs[c.Aux]
			at[v] = to.Input(p.Name, p.Width)
			continue
		}
		if c.Op == netlist.OpConst {
			at[v] = to.Const(int(c.Width), c.Aux)
			continue
		}
		a, b, s := at[c.Args[0]], at[c.Args[1]], at[c.Args[2]]
		forms := rewritings[c.Op]
		if len(forms) > 0 && rng.IntN(3) == 0 {
			n := rng.IntN(len(forms))
			at[v] = forms[n](to, a, b, s)
			done = append(done, fmt.Sprintf("%v %d", c.Op, n))
			continue
		}
		at[v] = to.Build(c.Op, int(c.Width), c.Aux, a, b, s)
	}
	for _, p := range m.Outputs {
		to.Output(p.Name, at[p.Value])
	}
	slices.Sort(done)
	return to, fmt.Sprint(slices.Compact(done))
}

type form func(m *netlist.Module, a, b, c netlist.Value) netlist.Value

// rewritings are other forms of operators, each with the same bits.
var rewritings = map[netlist.Op][]form{
	netlist.OpAdd: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Add(b, a) },
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Sub(a, m.Neg(b)) },
		// The carry apart from the sum.
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			return m.Add(m.Xor(a, b), m.Shl(m.And(a, b), m.Const(2, 1)))
		},
		// One bit more, which nobody reads.
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			w := m.Width(a)
			if w >= netlist.MaxWidth {
				return m.Add(a, b)
			}
			return m.Slice(m.Add(m.Sext(a, w+1), m.Zext(b, w+1)), 0, w)
		},
	},
	netlist.OpSub: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Add(a, m.Neg(b)) },
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			return m.Add(m.Add(a, m.Not(b)), m.Const(m.Width(a), 1))
		},
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Not(m.Add(m.Not(a), b)) },
	},
	netlist.OpNeg: {
		func(m *netlist.Module, a, _, _ netlist.Value) netlist.Value {
			return m.Add(m.Not(a), m.Const(m.Width(a), 1))
		},
	},
	netlist.OpSext: nil, // its width is not known to a form
	netlist.OpMux: {
		func(m *netlist.Module, a, b, c netlist.Value) netlist.Value { return m.Mux(m.Not(a), c, b) },
		// The arms under masks.
		func(m *netlist.Module, a, b, c netlist.Value) netlist.Value {
			w := m.Width(b)
			mask := a
			if w > 1 {
				mask = m.Sext(a, w)
			}
			return m.Or(m.And(mask, b), m.And(m.Not(mask), c))
		},
	},
	netlist.OpAnd: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Not(m.Or(m.Not(a), m.Not(b))) },
	},
	netlist.OpOr: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Not(m.And(m.Not(a), m.Not(b))) },
	},
	netlist.OpXor: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			return m.Or(m.And(a, m.Not(b)), m.And(m.Not(a), b))
		},
	},
	netlist.OpEq: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value { return m.Not(m.RedOr(m.Xor(a, b))) },
	},
	netlist.OpUlt: {
		// The borrow.
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			w := m.Width(a)
			if w >= netlist.MaxWidth {
				return m.Ult(a, b)
			}
			return m.Slice(m.Sub(m.Zext(a, w+1), m.Zext(b, w+1)), w, 1)
		},
	},
	netlist.OpSlt: {
		func(m *netlist.Module, a, b, _ netlist.Value) netlist.Value {
			w := m.Width(a)
			if w >= netlist.MaxWidth {
				return m.Slt(a, b)
			}
			return m.Slice(m.Sub(m.Sext(a, w+1), m.Sext(b, w+1)), w, 1)
		},
	},
	netlist.OpRedOr: {
		func(m *netlist.Module, a, _, _ netlist.Value) netlist.Value {
			return m.Not(m.Eq(a, m.Const(m.Width(a), 0)))
		},
	},
}
