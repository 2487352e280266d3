package bench

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// gold is the model as a circuit. Each term is one operator on words so wide that
// nothing wraps, and a sum is a chain. Signals are named g<term>, so a tool that pairs
// signals by name pairs only the ports. As in the generated hardware, inputs with zero
// weight have no port.
func gold(m *equiv.Model) (*netlist.Module, error) {
	bounds := map[golden.Term]spec.Range{}
	least := m.Tail.Out.Format.Width
	for i, v := range m.Vars {
		bounds[m.Refs[i]] = spec.Range(v.Range)
		least = max(least, v.Width+1) // an unsigned input gets a sign bit
	}
	w, ok := encode.Width(m.Terms, m.Out, bounds, least)
	if !ok {
		return nil, fmt.Errorf("the model's integers need more than 62 bits")
	}
	c := netlist.New("gold")
	values := make([]netlist.Value, len(m.Terms.Nodes))
	for _, t := range m.Terms.Reachable(m.Out) {
		n := &m.Terms.Nodes[t]
		arg := func(i int) netlist.Value { return values[n.Args[i]] }
		switch n.Op {
		case golden.TermVar:
			v := m.Vars[n.K]
			values[t] = c.Extend(c.Input(v.Port, v.Width), w, v.Signed)
			continue
		case golden.TermConst:
			values[t] = c.Const(w, n.K)
			continue
		case golden.TermSum:
			sum := arg(0)
			for i := range n.Args[1:] {
				sum = c.SetName(c.Add(sum, arg(i+1)), "g%d_%d", t, i)
			}
			values[t] = sum
		case golden.TermNeg:
			values[t] = c.Neg(arg(0))
		case golden.TermMul:
			values[t] = c.Mul(arg(0), arg(1))
		case golden.TermShl:
			values[t] = c.Slice(c.ShlConst(arg(0), int(n.K)), 0, w)
		case golden.TermShr:
			k := int(min(n.K, int64(w-1)))
			values[t] = c.Sext(c.Slice(arg(0), k, w-k), w)
		case golden.TermIfLess:
			values[t] = c.Mux(c.SetName(c.Slt(arg(0), arg(1)), "g%d_less", t), arg(2), arg(3))
		}
		c.SetName(values[t], "g%d", t)
	}
	c.Output("y", c.Slice(values[m.Out], 0, m.Tail.Out.Format.Width))
	return c, nil
}
