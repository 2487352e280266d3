package shiftadd

import "github.com/hashiflex/hashiflex/netlist"

// Add builds a residual addition: inputs a and b, output y. One module serves
// every channel.
func (g *Generator) Add() *netlist.Module {
	b := g.builder(g.l.Name+"_add", 32)
	b.m.Doc = g.addDoc()
	f := g.l.AccFrac(0)
	x := b.shl(g.input(b, 0, "a"), f-g.l.InFormat(0).Frac)
	y := b.shl(g.input(b, 1, "b"), f-g.l.InFormat(1).Frac)
	b.tail(b.add(x, y), g.l.Out, g.l.Shift(0))
	return b.m
}
