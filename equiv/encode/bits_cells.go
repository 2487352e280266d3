package encode

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// sign says how the users of a net read its top bit. It only chooses between equivalent
// encodings, so a wrong sign is harmless.
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
		if mark := bitCells[c.Op].mark; mark != nil {
			mark(m, v, c, s)
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
	if c.Op == netlist.OpConst {
		return word{literal(c.Aux, int(c.Width)), false}
	}
	row := &bitCells[c.Op]
	if row.write == nil {
		q.fail(unknownCell(q.gate, v))
		return word{literal(0, int(c.Width)), false}
	}
	x := bitCell{q: q, v: v, c: c, w: int(c.Width), aw: q.gate.Width(c.Args[0])}
	flip := row.write(&x)
	return word{q.define(x.w, x.t.String()), flip}
}

// flip chooses the encoding of v: as its users read it, or else like its operands args,
// or else the usual one.
func (q *Bits) flip(v netlist.Value, args []netlist.Value, usually bool) bool {
	switch q.signs[v] {
	case signSigned:
		return true
	case signUnsigned:
		return false
	}
	for _, a := range args {
		if q.nets[a].flip {
			return true
		}
	}
	return usually
}

// widen is the sign extension of a word with an inverted top bit; the result has one
// too.
func widen(x string, from, to int) string {
	if from == to {
		return x
	}
	return "(bvadd " + resize(x, from, to) + " " + literal(1<<(to-1)-1<<(from-1), to) + ")"
}

// sum is a sum of words, each negated or not. An inverted top bit is 2^(w-1) more, and
// -y is ~y + 1, since bvneg and bvsub wrap exactly if y is 0.
func (x *bitCell) sum(negated ...bool) (flip bool) {
	args := x.c.Args[:len(negated)]
	flip = x.q.flip(x.v, args, slices.Contains(negated, true))
	odd := flip
	add := int64(0)
	x.t.Str("(bvadd")
	for i, a := range args {
		y := x.q.nets[a]
		odd = odd != y.flip
		if !negated[i] {
			x.t.Str(" ").Str(y.name)
			continue
		}
		x.t.Str(" (bvnot ").Str(y.name).Str(")")
		add++
	}
	if odd {
		add += 1 << (x.w - 1)
	}
	if add != 0 {
		x.t.Str(" ").BV(add, x.w)
	}
	x.t.Str(")")
	return flip
}

func shlConst(x *bitCell, n int) bool {
	x.t.Str("(concat ").Str(extract(x.w-1-n, 0, x.plain(0))).Str(" ").BV(0, n).Str(")")
	return false
}

func shrConst(x *bitCell, n int) bool {
	x.t.Str(resize(extract(x.w-1, n, x.plain(0)), x.w-n, x.w))
	return false
}

func sarConst(x *bitCell, n int) bool {
	x.t.Str(widen(extract(x.w-1, n, x.flipped(0)), x.w-n, x.w))
	return true
}

func extract(hi, lo int, x string) string {
	var t smt.Builder
	t.Str("((_ extract ").Num(hi).Str(" ").Num(lo).Str(") ").Str(x).Str(")")
	return t.String()
}

// shift is a shift. A shift by a constant is written as wiring, which solvers do not
// find by themselves.
func shift(constant func(x *bitCell, n int) (flip bool)) func(*bitCell) bool {
	return func(x *bitCell) (flip bool) {
		k := &x.q.gate.Cells[x.c.Args[1]]
		if k.Op == netlist.OpConst && uint64(k.Aux) < uint64(x.w) && k.Aux > 0 {
			return constant(x, int(k.Aux))
		}
		return plainly(x)
	}
}
