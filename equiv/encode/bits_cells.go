package encode

import (
	"github.com/hashiflex/hashiflex/netlist"
)

// sign says how the users of a net read its top bit. It chooses between equal
// spellings and nothing depends on it being right.
type sign uint8

const (
	signNone     sign = 0
	signSigned   sign = 1
	signUnsigned sign = 2
	signBoth     sign = signSigned | signUnsigned
)

// signs are the signs of the nets that v depends on.
func signs(m *netlist.Module, v netlist.Value) []sign {
	s := make([]sign, v+1)
	need := make([]bool, v+1)
	need[v] = true
	for ; v > 0; v-- {
		if !need[v] {
			continue
		}
		c := &m.Cells[v]
		args := c.Args[:c.Op.Arity()]
		for _, a := range args {
			need[a] = true
		}
		switch c.Op {
		case netlist.OpSext, netlist.OpSar:
			s[args[0]] |= signSigned
		case netlist.OpSlt:
			s[args[0]] |= signSigned
			s[args[1]] |= signSigned
		case netlist.OpZext, netlist.OpShr:
			s[args[0]] |= signUnsigned
		case netlist.OpUlt:
			s[args[0]] |= signUnsigned
			s[args[1]] |= signUnsigned
		case netlist.OpConcat:
			s[args[0]] |= signUnsigned
			s[args[1]] |= s[v]
		case netlist.OpSlice:
			if int(c.Aux)+int(c.Width) == m.Width(args[0]) {
				if c.Width == 1 {
					s[args[0]] |= signSigned
				} else {
					s[args[0]] |= s[v]
				}
			}
		}
	}
	return s
}

// net is v's word.
func (q *Bits) net(v netlist.Value) word {
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if _, ok := q.nets[top]; ok {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		c := &q.gate.Cells[top]
		for _, a := range c.Args[:c.Op.Arity()] {
			if _, ok := q.nets[a]; !ok {
				stack = append(stack, a)
				ready = false
			}
		}
		if ready {
			q.nets[top] = q.cell(top)
			stack = stack[:len(stack)-1]
		}
	}
	return q.nets[v]
}

// as is v's bits, with the top one inverted if flip.
func (q *Bits) as(v netlist.Value, flip bool) string {
	x, w := q.nets[v], q.gate.Width(v)
	switch c := &q.gate.Cells[v]; {
	case x.flip == flip:
		return x.name
	case c.Op == netlist.OpConst:
		return literal(c.Aux+1<<(w-1), w)
	case w == 1:
		return "(bvnot " + x.name + ")"
	default:
		return "(bvadd " + x.name + " " + literal(1<<(w-1), w) + ")"
	}
}

func (q *Bits) cell(v netlist.Value) word {
	c := &q.gate.Cells[v]
	w := int(c.Width)
	plain := func(i int) string { return q.as(c.Args[i], false) }
	flipped := func(i int) string { return q.as(c.Args[i], true) }
	arg := func(i int) word { return q.nets[c.Args[i]] }
	aw := 0
	if c.Op.Arity() > 0 {
		aw = q.gate.Width(c.Args[0])
	}
	var t text
	flip := false
	bit := func(cond string) { t.str("(ite ").str(cond).str(" #b1 #b0)") }
	switch c.Op {
	case netlist.OpConst:
		return word{literal(c.Aux, w), false}
	case netlist.OpSlice:
		flip = arg(0).flip && int(c.Aux)+w == aw
		t.str("((_ extract ").num(int(c.Aux) + w - 1).str(" ").num(int(c.Aux)).str(") ").str(arg(0).name).str(")")
	case netlist.OpConcat:
		flip = arg(1).flip
		t.str("(concat ").str(arg(1).name).str(" ").str(plain(0)).str(")")
	case netlist.OpZext:
		t.str(resize(plain(0), aw, w))
	case netlist.OpSext:
		flip = true
		t.str(widen(flipped(0), aw, w))
	case netlist.OpAdd, netlist.OpSub, netlist.OpNeg:
		flip = q.flip(v)
		q.add2(&t, c, w, flip)
	case netlist.OpNot:
		flip = arg(0).flip
		t.str("(bvnot ").str(arg(0).name).str(")")
	case netlist.OpXor:
		flip = arg(0).flip != arg(1).flip
		t.str("(bvxor ").str(arg(0).name).str(" ").str(arg(1).name).str(")")
	case netlist.OpMul:
		t.str("(bvmul ").str(plain(0)).str(" ").str(plain(1)).str(")")
	case netlist.OpAnd:
		t.str("(bvand ").str(plain(0)).str(" ").str(plain(1)).str(")")
	case netlist.OpOr:
		t.str("(bvor ").str(plain(0)).str(" ").str(plain(1)).str(")")
	case netlist.OpShl, netlist.OpShr, netlist.OpSar:
		flip = q.shift(&t, c)
	case netlist.OpEq:
		bit("(= " + arg(0).name + " " + q.as(c.Args[1], arg(0).flip) + ")")
	case netlist.OpUlt:
		bit("(bvult " + plain(0) + " " + plain(1) + ")")
	case netlist.OpSlt:
		bit("(bvult " + flipped(0) + " " + flipped(1) + ")")
	case netlist.OpRedAnd:
		bit("(= " + plain(0) + " " + literal(-1, aw) + ")")
	case netlist.OpRedOr:
		bit("(not (= " + plain(0) + " " + literal(0, aw) + "))")
	case netlist.OpRedXor:
		t.str("(bvxor #b0")
		for i := range aw {
			t.str(" ((_ extract ").num(i).str(" ").num(i).str(") ").str(plain(0)).str(")")
		}
		t.str(")")
	case netlist.OpMux:
		flip = q.flip(v)
		one := "#b1"
		if arg(0).flip {
			one = "#b0"
		}
		t.str("(ite (= ").str(arg(0).name).str(" ").str(one).str(") ").str(q.as(c.Args[1], flip)).str(" ").str(q.as(c.Args[2], flip)).str(")")
	default:
		q.fail(unknownCell(q.gate, v))
		return word{literal(0, w), false}
	}
	return word{q.define(w, string(t.b)), flip}
}

// flip chooses v's spelling: as its users read it, or else as its operands are.
func (q *Bits) flip(v netlist.Value) bool {
	switch q.signs[v] {
	case signSigned:
		return true
	case signUnsigned:
		return false
	}
	c := &q.gate.Cells[v]
	args := c.Args[:c.Op.Arity()]
	if c.Op == netlist.OpMux {
		args = args[1:]
	}
	for _, a := range args {
		if q.nets[a].flip {
			return true
		}
	}
	return c.Op == netlist.OpSub || c.Op == netlist.OpNeg
}

// widen is the sign extension of a word with an inverted top bit, into another.
func widen(x string, from, to int) string {
	if from == to {
		return x
	}
	return "(bvadd " + resize(x, from, to) + " " + literal(1<<(to-1)-1<<(from-1), to) + ")"
}

// add2 is a sum or difference of words. An inverted top bit is 2^(w-1) more, and
// -y is ~y + 1: bvneg and bvsub wrap where y is 0 and nowhere else.
func (q *Bits) add2(t *text, c *netlist.Cell, w int, flip bool) {
	odd := flip
	add := int64(0)
	t.str("(bvadd")
	for i, a := range c.Args[:c.Op.Arity()] {
		x := q.nets[a]
		odd = odd != x.flip
		if c.Op == netlist.OpAdd || c.Op == netlist.OpSub && i == 0 {
			t.str(" ").str(x.name)
			continue
		}
		t.str(" (bvnot ").str(x.name).str(")")
		add++
	}
	if odd {
		add += 1 << (w - 1)
	}
	if add != 0 {
		t.str(" ").bv(add, w)
	}
	t.str(")")
}

var shiftOps = map[netlist.Op]string{netlist.OpShl: "bvshl", netlist.OpShr: "bvlshr", netlist.OpSar: "bvashr"}

// shift is a shift; by a constant amount it is wiring, as solvers do not see
// otherwise.
func (q *Bits) shift(t *text, c *netlist.Cell) (flip bool) {
	a, by := c.Args[0], c.Args[1]
	w, bw := int(c.Width), q.gate.Width(by)
	if k := &q.gate.Cells[by]; k.Op == netlist.OpConst && uint64(k.Aux) < uint64(w) && k.Aux > 0 {
		n := int(k.Aux)
		part := func(hi, lo int, x string) string {
			var t text
			t.str("((_ extract ").num(hi).str(" ").num(lo).str(") ").str(x).str(")")
			return string(t.b)
		}
		switch c.Op {
		case netlist.OpShl:
			t.str("(concat ").str(part(w-1-n, 0, q.as(a, false))).str(" ").bv(0, n).str(")")
		case netlist.OpShr:
			t.str(resize(part(w-1, n, q.as(a, false)), w-n, w))
		case netlist.OpSar:
			t.str(widen(part(w-1, n, q.as(a, true)), w-n, w))
			return true
		}
		return false
	}
	// The amount is unsigned and of any width; SMT-LIB wants equal ones.
	x := max(w, bw)
	ext := "zero_extend"
	if c.Op == netlist.OpSar {
		ext = "sign_extend"
	}
	t.str("((_ extract ").num(w - 1).str(" 0) (").str(shiftOps[c.Op]).str(" ((_ ").str(ext).str(" ").num(x - w).str(") ").
		str(q.as(a, false)).str(") ((_ zero_extend ").num(x - bw).str(") ").str(q.as(by, false)).str(")))")
	return false
}
