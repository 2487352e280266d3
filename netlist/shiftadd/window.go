package shiftadd

import (
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// PixelName is the port of Max and Average that reads a pixel of the window.
func PixelName(row, column int) string {
	return "x_" + strconv.Itoa(row) + "_" + strconv.Itoa(column)
}

// pixels are the ports of a window.
func (g *Generator) pixels(b *builder, w spec.Window) []word {
	ws := make([]word, 0, w.Taps())
	for row := range w.Kernel[0] {
		for column := range w.Kernel[1] {
			ws = append(ws, g.input(b, 0, PixelName(row, column)))
		}
	}
	return ws
}

// Max builds the largest value of a window: an input for each pixel, output y. One module
// serves every channel. Padded pixels must be the low end of InRange.
func (g *Generator) Max() *netlist.Module {
	w := g.l.Op.(*spec.MaxPool).Window
	b := g.builder(g.l.Name+"_max", 64+4*w.Taps())
	b.m.Doc = g.maxDoc(w)
	ws := g.pixels(b, w)
	if b.o.Tree == Linear {
		for i, x := range ws[1:] {
			ws[0] = b.greater(ws[0], x)
			b.label(ws[0].v, i+1, 0, "")
		}
		ws = ws[:1]
	}
	for level := 1; len(ws) > 1; level++ {
		next := make([]word, 0, (len(ws)+1)/2)
		for i := 0; i+1 < len(ws); i += 2 {
			x := b.greater(ws[i], ws[i+1])
			b.label(x.v, level, i/2, "")
			next = append(next, x)
		}
		ws = append(next, ws[len(ws)/2*2:]...)
	}
	b.tail(ws[0], g.l.Out, g.l.Shift(0))
	return b.m
}

// greater is the greater of two words of one format.
func (b *builder) greater(x, y word) word {
	x.v = b.m.Mux(b.less(x.v, y.v, x.signed), y.v, x.v)
	return x
}

// Average builds the mean of a window: an input for each pixel, output y. One module
// serves every channel. It multiplies by the reciprocal with shifts and additions, one for
// each non-zero digit.
func (g *Generator) Average() *netlist.Module {
	pool := g.l.Op.(*spec.AvgPool)
	b := g.builder(g.l.Name+"_average", 64+2*pool.Taps())
	b.m.Doc = g.averageDoc(pool)
	var leaves []word
	for _, x := range g.pixels(b, pool.Window) {
		if w, ok := b.leaf(x, 0, false); ok {
			leaves = append(leaves, w)
		}
	}
	sum := b.sum(leaves)
	b.tail(b.scaled(sum, pool.Recip), g.l.Out, g.l.Shift(0))
	return b.m
}

// scaled is x × c, c > 0.
func (b *builder) scaled(x word, c int64) word {
	if c == 1 {
		return x
	}
	// From here on x is the one variable.
	r := x.r
	b.one, b.bias, b.uniform, b.tree = &r, 0, 0, "p"
	x.lin = linear{1, 0}
	var leaves []word
	for _, d := range slices.Backward(spec.Spell(c)) {
		if w, ok := b.leaf(x, d.Shift(), d.Sign() < 0); ok {
			leaves = append(leaves, w)
		}
	}
	product := b.sum(leaves)
	b.m.Label(product.v, "product")
	return product
}

// Pass builds the requantization of a value that is moved to output channel oc: input
// x, output y. One module serves every channel of its input.
func (g *Generator) Pass(oc int) *netlist.Module {
	i, _ := g.l.Source(oc)
	b := g.builder(g.l.Name+"_pass"+strconv.Itoa(i), 16)
	b.m.Doc = g.passDoc(i, oc)
	b.tail(g.input(b, i, "x"), g.l.Out, g.l.Shift(oc))
	return b.m
}
