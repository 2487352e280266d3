package shiftadd

import "github.com/hashiflex/hashiflex/netlist"

// carrySave reduces the leaves with 3:2 compressors to a sum and a carry, then
// adds these. Everything is n bits wide from the start: a sum and a carry that
// were extended separately would each invent a sign.
func (b *builder) carrySave(leaves []word, n int) word {
	r := b.total(leaves)
	_, signed := width(r)
	var positive, negative []netlist.Value
	for _, w := range leaves {
		if v := b.fit(w, n); w.neg {
			negative = append(negative, v)
		} else {
			positive = append(positive, v)
		}
	}
	out := word{signed: signed, r: r}
	switch {
	case len(negative) == 0:
		out.v = b.compress(positive, "")
	case len(positive) == 0:
		out.v = b.m.Neg(b.compress(negative, "n"))
	default:
		out.v = b.m.Sub(b.compress(positive, ""), b.compress(negative, "n"))
	}
	return out
}

// compress is the sum of vs modulo 2^width. Group i of a level becomes
// l<level>_<i>s and l<level>_<i>c, with side in between.
func (b *builder) compress(vs []netlist.Value, side string) netlist.Value {
	level := 1
	for ; len(vs) > 2; level++ {
		var next []netlist.Value
		i := 0
		for ; i+2 < len(vs); i += 3 {
			s, c := b.compressor(vs[i], vs[i+1], vs[i+2])
			b.label(s, level, i/3, side+"s")
			b.label(c, level, i/3, side+"c")
			next = append(next, s, c)
		}
		vs = append(next, vs[i:]...)
	}
	if len(vs) == 1 {
		return vs[0]
	}
	v := b.m.Add(vs[0], vs[1])
	b.label(v, level, 0, side)
	return v
}

// compressor is a row of full adders: x + y + z = s + c modulo 2^width.
func (b *builder) compressor(x, y, z netlist.Value) (s, c netlist.Value) {
	m := b.m
	s = m.Xor(m.Xor(x, y), z)
	majority := m.Or(m.Or(m.And(x, y), m.And(y, z)), m.And(x, z))
	n := m.Width(x)
	if n == 1 {
		return s, m.Const(1, 0)
	}
	return s, m.Concat(m.Const(1, 0), m.Slice(majority, 0, n-1))
}
