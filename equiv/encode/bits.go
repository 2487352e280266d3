package encode

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Bits writes one query in QF_BV, straight from the cells and the model's terms. Each
// becomes one operator on the words of its operands.
//
// The encoding of a word decides whether a solver that treats bit-vectors as integers
// ends in milliseconds or never. Such a solver writes each operator modulo 2^width,
// with an integer for the quotient. In two's complement, the quotient of almost every
// operator on signed numbers depends on their signs, which needs a case split. For
// non-negative numbers, the bounds alone show that the quotient is constant. So signed
// numbers are encoded with an offset:
//
//   - A net is a word that equals its bits, or its bits with the top one inverted,
//     which adds 2^(width-1) modulo 2^width. See signs.
//   - A term of the model is an unsigned word plus a constant, its least value. Its
//     width is what its interval needs, so that no operator wraps. See node.
type Bits struct {
	t     smt.Builder
	vars  smt.Builder
	gate  *netlist.Module
	nets  map[netlist.Value]word
	signs []sign // of the nets: how their users read them
	model *golden.Terms
	words map[golden.Term]word // of the variables that ports carry
	terms map[golden.Term]whole
	next  int
	err   error
}

// word is a net: its bits, with the top one inverted if flip.
type word struct {
	name string
	flip bool
}

// NewBits starts a query about a circuit and a model.
func NewBits(gate *netlist.Module, model *golden.Terms) *Bits {
	return &Bits{gate: gate, nets: map[netlist.Value]word{}, words: map[golden.Term]word{}, model: model, terms: map[golden.Term]whole{}}
}

// Word declares a variable for the model's term t within b, as a word of w bits that
// ports can carry. If signed, its numeral is t + 2^(w-1). If b is one value, cells and
// model have a numeral instead, which solvers fold.
func (q *Bits) Word(name string, t golden.Term, w int, signed bool, b spec.Range) {
	least := int64(0)
	if signed {
		least = -1 << (w - 1)
	}
	if b.Lo == b.Hi {
		var numeral smt.Builder
		value := numeral.BV(b.Lo-least, w).String()
		q.vars.Define(name, smt.BitVec(w), value)
		q.words[t], q.terms[t] = word{value, least != 0}, interval(b.Lo, 0)
		return
	}
	q.declare(name, w, uint64(b.Lo-least), uint64(b.Hi-least))
	q.words[t] = word{name, least != 0}
	q.terms[t] = whole{name: name, width: w, least: least, span: uint64(b.Hi - least)}
}

// Carry makes net v the bits of a Word of its width.
func (q *Bits) Carry(v netlist.Value, t golden.Term) {
	q.nets[v] = q.words[t]
}

// Integer declares a variable for the model's term t within b. Its numeral is t - b.Lo;
// if b is one value, there is no variable.
func (q *Bits) Integer(name string, t golden.Term, b spec.Range) {
	u := interval(b.Lo, uint64(b.Hi-b.Lo))
	if u.width > 0 {
		u.name = name
		q.declare(name, u.width, 0, u.span)
	}
	q.terms[t] = u
}

func (q *Bits) declare(name string, w int, lo, hi uint64) {
	q.vars.Str("(declare-const ").Str(name).Str(" (_ BitVec ").Num(w).Str("))(assert (and (bvule ").
		BV(int64(lo), w).Str(" ").Str(name).Str(") (bvule ").Str(name).Str(" ").BV(int64(hi), w).Str(")))\n")
}

// Affine makes v the low bits of m×x + c for a declared term x.
func (q *Bits) Affine(v netlist.Value, x golden.Term, m, c int64) {
	w := q.gate.Width(v)
	u := q.terms[x]
	var t smt.Builder
	t.Str("(bvadd (bvmul ").BV(m, w).Str(" ").Str(resize(u.name, u.width, w)).Str(") ").BV(m*u.least+c, w).Str(")")
	q.nets[v] = word{q.define(w, t.String()), false}
}

// Differ returns the query text. It is satisfiable exactly if, within the variables'
// bounds, the bits of net v can differ from the low bits of term a.
func (q *Bits) Differ(v netlist.Value, a golden.Term) (string, error) {
	q.signs = signs(q.gate, v)
	model, net, w := q.term(a), q.net(v), q.gate.Width(v)
	if q.err != nil {
		return "", q.err
	}
	if net.flip {
		model.least += 1 << (w - 1)
	}
	var out smt.Builder
	out.Join(&q.vars).Join(&q.t)
	out.Str("(assert (not (= ").Str(net.name).Str(" ").Str(model.low(w)).Str(")))\n")
	return out.String(), nil
}

func (q *Bits) define(w int, body string) string {
	q.next++
	var t smt.Builder
	n := t.Var('b', q.next).String()
	q.t.Define(n, smt.BitVec(w), body)
	return n
}

func (q *Bits) fail(err error) {
	if q.err == nil {
		q.err = err
	}
}

// resize is the low to bits of an expression of from bits, with zeros above.
func resize(x string, from, to int) string {
	var t smt.Builder
	switch {
	case to == from:
		return x
	case from == 0:
		t.BV(0, to)
	case to > from:
		t.Str("((_ zero_extend ").Num(to - from).Str(") ").Str(x).Str(")")
	default:
		t.Str("((_ extract ").Num(to - 1).Str(" 0) ").Str(x).Str(")")
	}
	return t.String()
}

// literal is c modulo 2^w.
func literal(c int64, w int) string {
	var t smt.Builder
	return t.BV(c, w).String()
}

func unknownCell(m *netlist.Module, v netlist.Value) error {
	c := &m.Cells[v]
	return fmt.Errorf("%s: cell %v %q at %q: not combinational", m.Name, c.Op, m.Names[v], m.Sources[c.Src])
}
