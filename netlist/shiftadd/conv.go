package shiftadd

import (
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

func (g *Generator) channelName(oc int) string { return g.l.Name + "_c" + strconv.Itoa(oc) }

// TapName is the port that tap t of output channel oc reads: x<ic>, with kernel
// row and column where the kernel has more than one tap per channel.
func TapName(l *spec.Layer, oc, t int) string {
	ic, ky, kx := l.TapSource(oc, t)
	name := "x" + strconv.Itoa(ic)
	if l.Op.(*spec.Conv).Kernel != [2]int{1, 1} {
		name += "_" + strconv.Itoa(ky) + "_" + strconv.Itoa(kx)
	}
	return name
}

// term is one operand of a channel: a term of a tap's weight, or a shared sum of two.
type term struct {
	x      word
	code   spec.Code
	shared bool
}

// Channel builds output channel oc of a convolution. Its inputs are the taps with a term
// that no shared term covers, then the shared terms. Its output is y, in the output
// format.
func (g *Generator) Channel(oc int) *netlist.Module { return g.channel(oc, false) }

func (g *Generator) channel(oc int, bare bool) *netlist.Module {
	conv := g.l.Op.(*spec.Conv)
	count := 0
	for _, c := range g.l.Channel(oc) {
		if c != 0 {
			count++
		}
	}
	b := g.builder(g.channelName(oc), 64+7*count)
	if bare {
		b.m.Names = nil
	}
	terms := g.terms(b, oc)
	b.m.Doc = g.channelDoc(oc, count, len(terms))
	b.tail(g.accumulate(b, conv, oc, terms), g.l.Out, g.l.Shift(oc))
	return b.module()
}

// terms makes the ports of the channel and returns the terms in the order of addition.
// A tap that cannot vary is a constant and gets no port.
func (g *Generator) terms(b *builder, oc int) []term {
	covered := g.shared.cover(g.l, oc)
	terms := make([]term, 0, g.l.Taps()*g.l.Op.(*spec.Conv).PerWeight())
	var pairs []use
	names := g.taps(oc)
	for t := range g.l.Taps() {
		var x *word
		for j, c := range g.l.Weight(oc, t) {
			if u, ok := covered.at(t, j); ok {
				if t%2 == 0 { // a pair covers its second tap too
					terms = append(terms, term{code: u.code, shared: true})
					pairs = append(pairs, u)
				}
				continue
			}
			if x == nil {
				w := g.operand(b, names[t])
				x = &w
			}
			terms = append(terms, term{x: *x, code: c})
		}
	}
	ports := map[int]netlist.Value{}
	for i := range terms {
		if terms[i].shared {
			s := g.shared.pairs[pairs[0].pair]
			pairs = pairs[1:]
			n, signed := width(s.r)
			v, ok := ports[s.id]
			if !ok {
				v = b.m.Input(s.name(), n)
				ports[s.id] = v
			}
			terms[i].x = word{v: v, signed: signed, r: s.r}
			b.bias += int64(terms[i].code.Sign()) * s.missing << terms[i].code.Shift()
		}
	}
	return terms
}

// operand is the input of a tap: a port, or a constant if it cannot vary.
func (g *Generator) operand(b *builder, port string) word {
	if r := g.l.InRange(0); constant(r) {
		return b.constant(r.Lo)
	}
	return g.input(b, 0, port)
}

// taps are the ports of the taps of output channel oc.
func (g *Generator) taps(oc int) []string {
	conv := g.l.Op.(*spec.Conv)
	group := oc / (conv.OutC / conv.Groups)
	g.mu.Lock()
	defer g.mu.Unlock()
	names, ok := g.ports[group]
	if !ok {
		names = make([]string, g.l.Taps())
		for t := range names {
			names[t] = TapName(g.l, oc, t)
		}
		if g.ports == nil {
			g.ports = map[int][]string{}
		}
		g.ports[group] = names
	}
	return names
}

// accumulate sums the terms as the accumulator is declared.
func (g *Generator) accumulate(b *builder, conv *spec.Conv, oc int, terms []term) word {
	bias := int64(conv.Bias[oc])
	if len(terms) == 0 {
		return b.constant(bias)
	}
	operand := func(i int) (word, bool) {
		w, ok := b.tap(conv.Acc, terms[i].code, terms[i].x)
		if ok && g.o.Tree == CarrySave && b.m.Names != nil {
			// A compressor reads its operands several times. An adder reads
			// them once, and a wire of its own for each would only be more to
			// read, for people and for Yosys.
			name := "t_" + b.m.Names[terms[i].x.v]
			if conv.PerWeight() > 1 {
				name += "_k" + strconv.Itoa(terms[i].code.Shift())
			}
			b.m.Label(w.v, name)
		}
		return w, ok
	}
	if conv.Acc.Mode == spec.AccSaturate {
		return b.saturating(bias, conv.Acc.Width, len(terms), operand)
	}
	b.bias += bias
	leaves := make([]word, 0, len(terms)+1)
	for i := range terms {
		if w, ok := operand(i); ok {
			leaves = append(leaves, w)
		}
	}
	if conv.Acc.Mode == spec.AccExact {
		if conv.PerWeight() == 1 || conv.Acc.Termwise() {
			return b.sum(leaves)
		}
		// Terms of one weight read the same input, so their sum has a smaller range
		// than the sum of their intervals. No adder need be wider than that.
		r := g.l.AccRange(oc)
		n, signed := width(r)
		b.limit = n
		acc := b.sum(leaves)
		b.limit = 0
		if !acc.r.Within(r) {
			acc = word{v: b.fit(acc, n), signed: signed, r: r}
		}
		return acc
	}
	b.limit = conv.Acc.Width
	acc := b.sum(leaves)
	if full := (spec.Format{Signed: true, Width: conv.Acc.Width}).Range(); !acc.r.Within(full) {
		acc = word{v: b.fit(acc, conv.Acc.Width), signed: true, r: full}
	}
	return acc
}
