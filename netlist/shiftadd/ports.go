package shiftadd

import "github.com/hashiflex/hashiflex/netlist"

// module is what was built, without the ports that no output depends on: a clamp
// can leave one value of a sum, and truncation nothing of a term. Only channels
// are trimmed: the ports of an addition or a mean are those of every channel.
func (b *builder) module() *netlist.Module {
	m := b.m
	read := make([]bool, len(m.Cells))
	var outs []netlist.Value
	for _, o := range m.Outputs {
		outs = append(outs, o.Value)
	}
	stack := append([]netlist.Value(nil), outs...)
	inputs := 0
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if read[v] {
			continue
		}
		read[v] = true
		c := &m.Cells[v]
		if c.Op == netlist.OpInput {
			inputs++
		}
		stack = append(stack, c.Args[:c.Op.Arity()]...)
	}
	if inputs == len(m.Inputs) {
		return m
	}
	m, _ = netlist.Cone(m, outs)
	return m
}
