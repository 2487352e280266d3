package encode

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Logic of single bits and tables of few bits are sums, too. A conjunction of bits is
// one free integer, like the majority of words. The circuit has a particular one, so
// what is proved for any integer holds for the circuit. A net that the lifter found to
// be linear in bits is written as a sum. That the net equals this sum is a claim of its
// own, which Ints.Tables lists and EqualTable writes.
//
// If that is too weak, a query can be strict: every net is written from its own cell,
// and conditions are Booleans.

// Strict makes the query write every net from its own cell.
func (q *Ints) Strict() *Ints {
	q.strict = true
	return q
}

// Tables returns the nets that the query writes as sums of bits. Each is a claim of its
// own.
func (q *Ints) Tables() []*lift.Table { return q.tables }

// Lenient reports whether the query is weaker than a strict one.
func (q *Ints) Lenient() bool { return len(q.tables) > 0 || len(q.parts) > 0 || len(q.places) > 0 }

func (q *Ints) table(v netlist.Value) (*lift.Table, bool) {
	if q.strict || q.lemmas == nil {
		return nil, false
	}
	return q.lemmas.Table(v)
}

// logic returns the cut over which a net of one bit is written as a sum.
func (q *Ints) logic(v netlist.Value) (lift.Cut, bool) {
	c := &q.gate.Cells[v]
	if q.strict || c.Width != 1 || c.Op == netlist.OpNot {
		return lift.Cut{}, false
	}
	return q.lemmas.BestCut(v)
}

// linear writes nets that are sums of bits.
func (q *Ints) linear(v netlist.Value) (body string, ok bool) {
	if t, ok := q.table(v); ok {
		q.tables = append(q.tables, t)
		var b smt.Builder
		sum := q.asRead(t)
		b.Str("(+ ").Int(sum.Const)
		for _, x := range sum.Terms {
			b.Str(" (* ").Int(x.Coef).Str(" ").Str(q.part(x.Net, x.Bit, 1)).Str(")")
		}
		return b.Str(")").String(), true
	}
	if cut, ok := q.logic(v); ok {
		return q.polynomial(cut), true
	}
	return "", false
}

// asRead is a table's sum with coefficients that suit its users. If they read the word
// as signed, and all its values fit, the coefficients are those of a signed word.
func (q *Ints) asRead(t *lift.Table) lift.Table {
	if int(t.Net) >= len(q.signs) || q.signs[t.Net] != signSigned {
		return *t
	}
	w := q.gate.Width(t.Net)
	low := func(c int64) int64 { return c << (64 - w) >> (64 - w) }
	sum := lift.Table{Net: t.Net, Const: low(t.Const), Terms: slices.Clone(t.Terms)}
	for i := range sum.Terms {
		sum.Terms[i].Coef = low(sum.Terms[i].Coef)
	}
	if !within(tableRange(&sum), window(w, true)) {
		return *t
	}
	return sum
}

// extensions says for every net in v's cone how it is extended, directly or after
// operators of the same width. It only chooses between equivalent sums.
func extensions(m *netlist.Module, v netlist.Value) []sign {
	s := make([]sign, v+1)
	for ; v > 0; v-- {
		c := &m.Cells[v]
		switch c.Op {
		case netlist.OpSext:
			s[c.Args[0]] |= signSigned
		case netlist.OpZext:
			s[c.Args[0]] |= signUnsigned
		case netlist.OpAdd, netlist.OpSub, netlist.OpNeg:
			for _, a := range c.Args[:c.Op.Arity()] {
				s[a] |= s[v]
			}
		case netlist.OpMux:
			s[c.Args[1]] |= s[v]
			s[c.Args[2]] |= s[v]
		}
	}
	return s
}

// tableRange is the interval of a sum of bits.
func tableRange(t *lift.Table) spec.Range {
	r := spec.Range{Lo: t.Const, Hi: t.Const}
	for _, x := range t.Terms {
		r = spec.Range{Lo: r.Lo + min(x.Coef, 0), Hi: r.Hi + max(x.Coef, 0)}
	}
	return r
}

// polynomial writes a function of bits as an integer 0 or 1: a sum of conjunctions with
// integer coefficients. A majority is one free integer. The exclusive or of three bits
// is their sum minus twice the majority.
func (q *Ints) polynomial(cut lift.Cut) string {
	leaves := make([]string, len(cut.Leaves))
	for i, leaf := range cut.Leaves {
		leaves[i] = q.integer(leaf, false)
	}
	if len(leaves) == 3 {
		sum := "(+ " + strings.Join(leaves, " ") + " (* (- 2) " + q.free("m", leaves) + "))"
		switch uint8(cut.Table) {
		case 0xe8:
			return q.free("m", leaves)
		case 0x17:
			return "(- 1 " + q.free("m", leaves) + ")"
		case 0x96:
			return sum
		case 0x69:
			return "(- 1 " + sum + ")"
		}
	}
	var out smt.Builder
	out.Str("(+ ").Int(int64(cut.Table & 1))
	for s := 1; s < 1<<len(leaves); s++ {
		// Möbius inversion: the coefficient of the conjunction of the leaves in s.
		var c int64
		for t := s; ; t = (t - 1) & s {
			if cut.Table>>t&1 == 1 {
				c += 1 - 2*int64(bits.OnesCount(uint(s^t))&1)
			}
			if t == 0 {
				break
			}
		}
		if c == 0 {
			continue
		}
		var of []string
		for i, leaf := range leaves {
			if s>>i&1 == 1 {
				of = append(of, leaf)
			}
		}
		out.Str(" (* ").Int(c).Str(" ").Str(q.free("a", of)).Str(")")
	}
	return out.Str(")").String()
}

// free returns the free integer for the conjunction or majority of bits. A single bit
// is itself.
func (q *Ints) free(kind string, of []string) string {
	if len(of) == 1 {
		return of[0]
	}
	of = slices.Clone(of)
	slices.Sort(of)
	key := kind + " " + strings.Join(of, " ")
	if q.parts == nil {
		q.parts = map[string]string{}
	}
	n, ok := q.parts[key]
	if !ok {
		n = q.fresh(kind)
		q.t.Declare(n, "Int")
		q.parts[key] = n
	}
	return n
}

// above is floor(x / 2^k) of a variable that is cut at bit k.
func (q *Ints) above(x Variable, k int) (body string, ok bool) {
	var t smt.Builder
	t.Str("(+ 0")
	for _, d := range q.digits(x) {
		switch {
		case d.at == k:
			ok = true
			fallthrough
		case d.at > k:
			t.Str(" (* ").Int(1 << (d.at - k)).Str(" ").Str(d.name).Str(")")
		}
	}
	return t.Str(")").String(), ok
}

// EqualTable returns the text of a QF_BV query. It is satisfiable exactly if, for some
// words of the table's leaves, the table differs from what the cells compute.
func EqualTable(gate *netlist.Module, t *lift.Table) (string, error) {
	m := netlist.New("table")
	at := map[netlist.Value]netlist.Value{}
	for i, x := range t.Support {
		if at[x] == 0 {
			at[x] = m.Input(string(rune('a'+i)), gate.Width(x))
		}
	}
	var visit func(v netlist.Value) netlist.Value
	visit = func(v netlist.Value) netlist.Value {
		if n, ok := at[v]; ok {
			return n
		}
		c := gate.Cells[v]
		c.Src = 0
		for i, a := range c.Args[:c.Op.Arity()] {
			c.Args[i] = visit(a)
		}
		m.Cells = append(m.Cells, c)
		at[v] = netlist.Value(len(m.Cells) - 1)
		return at[v]
	}
	net := visit(t.Net)
	w := gate.Width(t.Net)
	sum := m.Const(w, t.Const)
	for _, x := range t.Terms {
		bit := m.Slice(at[x.Net], x.Bit, 1)
		sum = m.Add(sum, m.Mux(bit, m.Const(w, x.Coef), m.Const(w, 0)))
	}
	return Equal(m, net, sum)
}
