package encode

import (
	"fmt"
	"math/bits"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// whole is an integer of the model: an unsigned word of at most span, plus least. A
// constant has no word and width 0.
type whole struct {
	name  string
	width int
	least int64
	span  uint64
}

// interval is a whole with the width that span needs, still without a word.
func interval(least int64, span uint64) whole {
	return whole{width: bits.Len64(span), least: least, span: span}
}

// low is the low w bits of u in two's complement.
func (u whole) low(w int) string {
	if u.width == 0 {
		return literal(u.least, w)
	}
	x := resize(u.name, u.width, w)
	if w < 64 && u.least&(1<<w-1) == 0 || u.least == 0 {
		return x
	}
	return "(bvadd " + x + " " + literal(u.least, w) + ")"
}

// term is a node of the model.
func (q *Bits) term(v golden.Term) whole {
	stack := []golden.Term{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if _, ok := q.terms[top]; ok {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		for _, a := range q.model.Nodes[top].Args {
			if _, ok := q.terms[a]; !ok {
				stack = append(stack, a)
				ready = false
			}
		}
		if ready {
			q.terms[top] = q.node(top)
			stack = stack[:len(stack)-1]
		}
	}
	return q.terms[v]
}

// node writes one operation over integers as one over words that cannot wrap. It sums
// the constants separately.
func (q *Bits) node(v golden.Term) whole {
	n := &q.model.Nodes[v]
	arg := func(i int) whole { return q.terms[n.Args[i]] }
	var u whole
	switch n.Op {
	case golden.TermConst:
		u.least = n.K
	case golden.TermSum:
		args := make([]whole, len(n.Args))
		for i := range args {
			args[i] = arg(i)
		}
		u = q.sum(args)
	case golden.TermNeg:
		u = q.negate(arg(0))
	case golden.TermMul:
		u = q.product(arg(0), arg(1))
	case golden.TermShl:
		u = q.scale(arg(0), n.K)
	case golden.TermShr:
		u = q.floor(arg(0), min(n.K, 63))
	case golden.TermIfLess:
		u = q.choose(arg(0), arg(1), arg(2), arg(3))
	default:
		q.fail(fmt.Errorf("model variable %d has no word", n.K))
	}
	const limit = 1 << 61
	if u.least < -limit || u.least > limit || u.span > limit {
		q.fail(fmt.Errorf("the model's integers need more than 62 bits"))
		return whole{}
	}
	return u
}

// sum is n-ary, as the model's is: a chain in which every partial sum fits.
func (q *Bits) sum(args []whole) whole {
	var least int64
	var span uint64
	var words []whole
	for _, a := range args {
		// Both stay below 2^62 before node looks at them, or q has failed.
		least += a.least
		span += a.span
		if span > 1<<61 || least > 1<<61 || least < -1<<61 {
			return whole{span: 1 << 62}
		}
		if a.width > 0 {
			words = append(words, a)
		}
	}
	u := interval(least, span)
	switch len(words) {
	case 0:
	case 1:
		u.name, u.width = words[0].name, words[0].width
	default:
		var t smt.Builder
		t.Str("(bvadd")
		for _, a := range words {
			u.width = max(u.width, a.width)
		}
		for _, a := range words {
			t.Str(" ").Str(resize(a.name, a.width, u.width))
		}
		u.name = q.define(u.width, t.Str(")").String())
	}
	return u
}

// negate is the complement: ~x = 2^width - 1 - x.
func (q *Bits) negate(a whole) whole {
	if a.width == 0 {
		return whole{least: -a.least}
	}
	top := uint64(1)<<a.width - 1
	return whole{q.define(a.width, "(bvnot "+a.name+")"), a.width, -a.least - int64(top), top}
}

// scale is a × 2^k.
func (q *Bits) scale(a whole, k int64) whole {
	if k > 61 || bits.Len64(a.span)+int(k) > 62 || bits.Len64(mag(a.least))+int(k) > 62 {
		return whole{span: 1 << 62}
	}
	u := whole{"", a.width, a.least << k, a.span << k}
	if a.width > 0 {
		u.width += int(k)
		u.name = q.define(u.width, "(concat "+a.name+" "+literal(0, int(k))+")")
	}
	return u
}

// floor is floor(a / 2^k).
func (q *Bits) floor(a whole, k int64) whole {
	rest := a.least & (1<<k - 1)
	u := whole{least: a.least >> k}
	if a.width == 0 {
		return u
	}
	a.least = 0
	a = q.add(a, uint64(rest))
	u.span = a.span >> k
	if u.width = a.width - int(k); u.width <= 0 {
		u.width = 0
		return u
	}
	var t smt.Builder
	t.Str("((_ extract ").Num(a.width - 1).Str(" ").Num(int(k)).Str(") ").Str(a.name).Str(")")
	u.name = q.define(u.width, t.String())
	return u
}

// add moves c from a's constant into its word.
func (q *Bits) add(a whole, c uint64) whole {
	if c == 0 {
		return a
	}
	u := interval(a.least-int64(c), a.span+c)
	u.width = max(u.width, a.width)
	if a.width == 0 {
		u.name = literal(int64(c), u.width)
		return u
	}
	u.name = q.define(u.width, "(bvadd "+resize(a.name, a.width, u.width)+" "+literal(int64(c), u.width)+")")
	return u
}

// align gives a and b the same constant and width.
func (q *Bits) align(a, b whole) (whole, whole) {
	least := min(a.least, b.least)
	a, b = q.add(a, uint64(a.least-least)), q.add(b, uint64(b.least-least))
	w := max(a.width, b.width, 1)
	a.name, b.name = resize(a.name, a.width, w), resize(b.name, b.width, w)
	a.width, b.width = w, w
	return a, b
}

// choose is then where a < b, else els.
func (q *Bits) choose(a, b, then, els whole) whole {
	a, b = q.align(a, b)
	then, els = q.align(then, els)
	u := whole{width: then.width, least: then.least, span: max(then.span, els.span)}
	u.name = q.define(u.width, "(ite (bvult "+a.name+" "+b.name+") "+then.name+" "+els.name+")")
	return u
}

// product is a×b. Either may be a constant.
func (q *Bits) product(a, b whole) whole {
	if a.width == 0 {
		a, b = b, a
	}
	if b.width == 0 {
		c := b.least
		switch {
		case a.width == 0:
			return whole{least: a.least * c}
		case c < 0:
			a, c = q.negate(a), -c
		case c == 0:
			return whole{}
		}
		if bits.Len64(a.span)+bits.Len64(uint64(c)) > 62 || bits.Len64(mag(a.least))+bits.Len64(uint64(c)) > 62 {
			return whole{span: 1 << 62}
		}
		u := interval(a.least*c, a.span*uint64(c))
		u.width = max(u.width, 1) // a word may have no span
		u.name = q.define(u.width, "(bvmul "+literal(c, u.width)+" "+resize(a.name, a.width, u.width)+")")
		return u
	}
	// Use two's complement: offsets would turn one product into four.
	x, y := spec.Range{Lo: a.least, Hi: a.least + int64(a.span)}, spec.Range{Lo: b.least, Hi: b.least + int64(b.span)}
	r, ok := multiply(x, y)
	if !ok {
		return whole{span: 1 << 62}
	}
	u := interval(r.Lo, uint64(r.Hi-r.Lo))
	u.width = max(u.width, 1)
	u.name = q.define(u.width, "(bvadd (bvmul "+a.low(u.width)+" "+b.low(u.width)+") "+literal(-r.Lo, u.width)+")")
	return u
}
