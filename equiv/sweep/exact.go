package sweep

import (
	"maps"
	"math/big"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
)

// bounded is that a word never wraps: modulo 2^width it is a form over other nodes, whose
// values are all in the word's range.
type bounded struct {
	width     int
	outs, ins form // of the word with its sign, and what it is exactly
	used      []use
}

// exactly makes a block of a word that never wraps, which holds in wider words, too.
// Widths of adders are often as tight as the values allow; that is known only over the
// inputs, so that the word is written over them first.
func (s *Sweep) exactly(word []lit) {
	w := len(word)
	if w < 2 || w > maxSum {
		return
	}
	var of form
	for i, l := range word {
		of.add(s.find(l), 1<<i)
	}
	r := s.rewritten(&of, w)
	if len(r.used) == 0 {
		return
	}
	for _, signed := range []bool{false, true} {
		ins := r.integers(signed)
		lo, hi := ins.interval()
		var outs form
		outs.word(word, 1)
		outs = *outs.found(s.find)
		first, last := int64(0), int64(1)<<w-1
		if signed {
			top := s.find(word[w-1])
			outs.add(top, -1<<w)
			first, last = -1<<(w-1), 1<<(w-1)-1
		}
		if lo < first || hi > last {
			continue
		}
		if !s.adding(r) {
			return
		}
		b := &block{cell: noCell, bounded: &bounded{width: w, outs: outs, ins: ins, used: slices.Clone(r.used)}, order: 1 << 30}
		b.outs, b.ins = apart(&outs, &ins)
		if len(b.outs.terms) > 0 {
			s.block(b)
		}
		return
	}
}

// apart writes that outs are ins as an equation whose sides have no node in common.
func apart(outs, ins *form) (left, right form) {
	left.c, right.c = outs.c, ins.c
	both := map[int32]int64{}
	for _, m := range ins.terms {
		both[m.node] = m.coef
	}
	for _, m := range outs.terms {
		if c, ok := both[m.node]; ok {
			both[m.node] = c - m.coef
		} else {
			left.terms = append(left.terms, m)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(both)) {
		if both[n] != 0 {
			right.terms = append(right.terms, monomial{n, both[n]})
		}
	}
	return left, right
}

// integers is what is left of a form, with coefficients of least magnitude. Half of
// 2^width is either; signed takes it for negative.
func (r *rewriting) integers(signed bool) form {
	f := form{c: r.c}
	half := int64(1) << (r.width - 1)
	least := func(c int64) int64 {
		if c > half || signed && c == half {
			return c - 2*half
		}
		return c
	}
	for _, n := range slices.Sorted(maps.Keys(r.coefs)) {
		f.terms = append(f.terms, monomial{n, least(r.coefs[n])})
	}
	f.c = least(f.c)
	return f
}

// interval is of all values of a form's nodes.
func (f *form) interval() (lo, hi int64) {
	lo, hi = f.c, f.c
	for _, m := range f.terms {
		lo += min(0, m.coef)
		hi += max(0, m.coef)
	}
	return lo, hi
}

// text is the query that the word wraps. The word and the form differ by a multiple of
// 2^width, and both are less apart.
func (x *bounded) text() (text string, ok bool) {
	var out smt.Builder
	modulus := new(big.Int).Lsh(big.NewInt(1), uint(x.width))
	left := exact{}
	left.add(&x.outs, 1)
	left.add(&x.ins, -1)
	sides := clone(left)
	nodes := map[int32]bool{}
	x.outs.note(nodes)
	x.ins.note(nodes)
	bits := maps.Clone(nodes)
	over, ok := used(&out, x.used, left, nodes, bits, modulus)
	if !ok {
		return "", false
	}
	out.Str("(declare-const k Int)\n(assert (= k ").Str(over).Str("))\n")
	out.Str("(assert (= ").Str(sides.text()).Str(" (* ").Str(number(modulus)).Str(" k)))\n(assert (or (< k 0) (> k 0)))\n")
	return out.String(), true
}
