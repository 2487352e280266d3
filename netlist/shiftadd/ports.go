package shiftadd

import "github.com/hashiflex/hashiflex/netlist"

// module is the built module without ports on which no output depends. For example, a
// clamp can make a sum constant, and truncation can remove a term. It trims only
// channels, since an addition or a mean has the ports of every channel.
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
