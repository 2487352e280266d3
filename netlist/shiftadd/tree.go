package shiftadd

import (
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// sum adds the leaves and the collected constants. The result is exact, or
// modulo 2^limit where its interval exceeds that.
func (b *builder) sum(leaves []word) word {
	if b.bias != 0 || len(leaves) == 0 {
		bias := b.constant(b.bias)
		if b.o.Tree == Linear {
			leaves = append([]word{bias}, leaves...)
		} else {
			leaves = append(leaves, bias)
		}
	}
	final, _ := b.adderWidth(b.total(leaves))
	if b.o.Widths == Uniform {
		b.uniform = final
		if b.limit > 0 {
			b.uniform = b.limit
		}
	}
	var w word
	switch b.o.Tree {
	case Balanced:
		w = b.balanced(leaves)
	case Linear:
		w = b.chain(leaves)
	case CarrySave:
		w = b.carrySave(leaves, max(final, b.uniform))
	}
	if w.neg {
		w.neg = false
		n, signed := b.adderWidth(minus(w.r))
		w = b.negate(w, n, signed)
	}
	return w
}

// total is the interval of the sum of the leaves.
func (b *builder) total(leaves []word) spec.Range {
	var r spec.Range
	var lin linear
	for _, w := range leaves {
		if w.neg {
			w.r, w.lin = minus(w.r), linear{-w.lin.coef, -w.lin.off}
		}
		r = plus(r, w.r)
		lin = linear{lin.coef + w.lin.coef, lin.off + w.lin.off}
	}
	if b.one != nil {
		r = plus(times(*b.one, lin.coef), spec.Range{Lo: lin.off, Hi: lin.off})
	}
	return r
}

// balanced adds neighbours, level by level; an odd one waits for the next.
func (b *builder) balanced(ws []word) word {
	ws = append([]word(nil), ws...)
	for level := 1; len(ws) > 1; level++ {
		n := 0
		for i := 0; i+1 < len(ws); i += 2 {
			s := b.add(ws[i], ws[i+1])
			b.label(s.v, level, n, "")
			ws[n] = s
			n++
		}
		if len(ws)%2 == 1 {
			ws[n] = ws[len(ws)-1]
			n++
		}
		ws = ws[:n]
	}
	return ws[0]
}

// chain adds one leaf after the other.
func (b *builder) chain(ws []word) word {
	s := ws[0]
	for i, w := range ws[1:] {
		s = b.add(s, w)
		b.label(s.v, i+1, 0, "")
	}
	return s
}

// label names v as element index of a level of the tree.
func (b *builder) label(v netlist.Value, level, index int, suffix string) {
	if b.m.Names == nil {
		return
	}
	b.name = append(append(b.name[:0], b.tree...), 'l')
	b.name = strconv.AppendInt(b.name, int64(level), 10)
	b.name = append(b.name, '_')
	b.name = strconv.AppendInt(b.name, int64(index), 10)
	b.name = append(b.name, suffix...)
	b.m.Label(v, string(b.name))
}
