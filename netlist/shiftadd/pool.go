package shiftadd

import (
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// FrameRange is the interval of the sum over a whole frame of a pool. Mean may assume it
// of its input.
func FrameRange(l *spec.Layer) spec.Range {
	s := l.InShape(0)
	return times(l.InRange(0), int64(s.H)*int64(s.W))
}

// FrameWidth is the width of the accumulator of a pool, and whether it is
// signed: it holds every sum from none to all of the frame.
func FrameWidth(l *spec.Layer) (n int, signed bool) { return width(FrameRange(l).Hull(spec.Range{})) }

// Accumulate builds one step of a pool's sum. Its inputs are acc, the sum so far, with
// the width of the whole frame's sum, and x; its output is next. The sum never exceeds
// that width within a frame that starts from 0.
func (g *Generator) Accumulate() *netlist.Module {
	b := g.builder(g.l.Name+"_accumulate", 8)
	b.m.Doc = g.accumulateDoc()
	n, _ := FrameWidth(g.l)
	acc := b.m.Input("acc", n)
	x := g.input(b, 0, "x")
	b.m.Output("next", b.m.Label(b.m.Add(acc, b.fit(x, n)), "next"))
	return b.m
}

// Mean builds the end of a pool: input acc, the sum over the frame; output y.
// The reciprocal is a sum of shifted accumulators, one for each non-zero digit.
func (g *Generator) Mean() *netlist.Module {
	pool := g.l.Op.(*spec.Pool)
	b := g.builder(g.l.Name+"_mean", 64)
	b.m.Doc = g.meanDoc()
	frame := FrameRange(g.l)
	b.one = &frame
	n, signed := FrameWidth(g.l)
	acc := word{v: b.m.Input("acc", n), signed: signed, r: frame, lin: linear{1, 0}}
	var leaves []word
	for _, c := range slices.Backward(spec.Spell(pool.Recip)) {
		if w, ok := b.leaf(acc, c.Shift(), c.Sign() < 0); ok {
			leaves = append(leaves, w)
		}
	}
	product := b.sum(leaves)
	b.m.Label(product.v, "product")
	b.tail(product, g.l.Out, g.l.Shift(0))
	return b.m
}
