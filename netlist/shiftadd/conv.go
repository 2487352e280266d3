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

// term is one operand of a channel: a tap, or a shared sum of two.
type term struct {
	x      word
	code   spec.Code
	shared bool
}

// Channel builds output channel oc of a convolution: inputs for the taps whose
// weight is not zero and that no shared term covers, then the shared terms;
// output y in the output format.
func (g *Generator) Channel(oc int) *netlist.Module {
	conv := g.l.Op.(*spec.Conv)
	codes := g.l.Channel(oc)
	count := 0
	for _, c := range codes {
		if c != 0 {
			count++
		}
	}
	b := g.builder(g.channelName(oc), 64+5*count)
	terms := g.terms(b, oc, codes)
	b.m.Doc = g.channelDoc(oc, count, len(terms))
	b.tail(g.accumulate(b, conv, oc, terms), g.l.Out, g.l.Shift(oc))
	return b.module()
}

// terms makes the ports of the channel and says in which order they are added.
// A tap that cannot vary is a constant and gets no port.
func (g *Generator) terms(b *builder, oc int, codes []spec.Code) []term {
	covered := g.shared.cover(g.l, oc)
	var terms []term
	var pairs []use
	for t := 0; t < len(codes); t++ {
		if u, ok := covered.at(t); ok {
			terms = append(terms, term{code: u.code, shared: true})
			pairs = append(pairs, u)
			t++ // a pair covers its second tap too
			continue
		}
		if codes[t] == 0 {
			continue
		}
		if r := g.l.InRange(0); constant(r) {
			terms = append(terms, term{x: b.constant(r.Lo), code: codes[t]})
			continue
		}
		terms = append(terms, term{x: g.input(b, 0, TapName(g.l, oc, t)), code: codes[t]})
	}
	for i := range terms {
		if terms[i].shared {
			s := g.shared.pairs[pairs[0].pair]
			pairs = pairs[1:]
			n, signed := width(s.r)
			terms[i].x = word{v: b.m.Input(s.name(), n), signed: signed, r: s.r}
			b.bias += int64(terms[i].code.Sign()) * s.missing << terms[i].code.Shift()
		}
	}
	return terms
}

// accumulate sums the terms as the accumulator is declared.
func (g *Generator) accumulate(b *builder, conv *spec.Conv, oc int, terms []term) word {
	bias := int64(conv.Bias[oc])
	if len(terms) == 0 {
		return b.constant(bias)
	}
	operand := func(i int) (word, bool) {
		w, ok := b.tap(conv.Acc, terms[i].code, terms[i].x)
		if ok && g.o.Tree == CarrySave {
			// A compressor reads its operands several times. An adder reads
			// them once, and a wire of its own for each would only be more to
			// read, for people and for Yosys.
			b.m.Label(w.v, "t_"+b.m.Names[terms[i].x.v])
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
		return b.sum(leaves)
	}
	b.limit = conv.Acc.Width
	acc := b.sum(leaves)
	if full := (spec.Format{Signed: true, Width: conv.Acc.Width}).Range(); !acc.r.Within(full) {
		acc = word{v: b.fit(acc, conv.Acc.Width), signed: true, r: full}
	}
	return acc
}
