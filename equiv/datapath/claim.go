package datapath

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/bitvec"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// link says that a net of the circuit, read as signed or unsigned, equals a term of the
// model, which lies between lo and hi. A link is either a variable that both sides
// share or a claim.
type link struct {
	net    netlist.Value
	term   golden.Term
	signed bool
	lo, hi *big.Int
}

// word is the link of a net of w bits that may have every value.
func word(net netlist.Value, term golden.Term, w int, signed bool) link {
	one := big.NewInt(1)
	if signed {
		half := new(big.Int).Lsh(one, uint(w-1))
		return link{net, term, true, new(big.Int).Neg(half), half.Sub(half, one)}
	}
	all := new(big.Int).Lsh(one, uint(w))
	return link{net, term, false, new(big.Int), all.Sub(all, one)}
}

// between is l with a narrower interval.
func (l link) between(lo, hi int64) link {
	l.lo, l.hi = big.NewInt(lo), big.NewInt(hi)
	return l
}

// within reports whether the interval of l is one of w bits.
func (l link) within(w int, signed bool) bool {
	all := word(0, 0, w, signed)
	return l.lo.Cmp(all.lo) >= 0 && l.hi.Cmp(all.hi) <= 0
}

// known is what claims may assume: variables, and proved links.
type known struct {
	g     *unroll.Graph
	t     *golden.Terms
	nets  map[netlist.Value]link
	terms map[golden.Term]link
}

func newKnown(g *unroll.Graph, t *golden.Terms) *known {
	return &known{g, t, map[netlist.Value]link{}, map[golden.Term]link{}}
}

// add makes l known: from now on its net and its term are one variable. If a net or
// term has two links, the first stays. A constant net needs no variable.
func (k *known) add(l link) {
	if _, ok := k.g.Known(l.net); ok {
		return
	}
	if _, ok := k.nets[l.net]; ok {
		return
	}
	if _, ok := k.terms[l.term]; ok {
		return
	}
	if n := &k.t.Nodes[l.term]; n.Op == golden.TermConst {
		// The net's variable has one value; a constant of other claims stays one.
		k.nets[l.net] = l.between(n.K, n.K)
		return
	}
	k.nets[l.net], k.terms[l.term] = l, l
}

// holds reports whether l is known already.
func (k *known) holds(l link) bool {
	old, ok := k.nets[l.net]
	return ok && old.term == l.term && old.signed == l.signed && old.lo.Cmp(l.lo) >= 0 && old.hi.Cmp(l.hi) <= 0
}

// query is a text in QF_BV. It is satisfiable exactly if, with all known links in their
// intervals, one of the claims fails. A claim says that the net, read as an integer,
// equals the term, and that the term lies in the interval.
//
// Nets are written as bit-vectors of their own width, one operator for each cell. Terms
// are integers in two's complement of one width in which none of them wraps, by
// interval arithmetic over the known intervals. Names follow the order in which the
// claims reach things, so equal queries have equal texts.
func (k *known) query(claims ...link) (*question, error) {
	q := &question{k: k, declared: map[netlist.Value]string{}, termName: map[golden.Term]string{}, ranges: map[golden.Term]interval{}}
	q.nets = bitvec.NewNets(k.g.M, q, &q.body)
	for _, c := range claims {
		q.grow(k.g.M.Width(c.net) + flag(!c.signed))
		q.grow(max(bitsOf(c.lo), bitsOf(c.hi)))
		if err := q.measure(c.term); err != nil {
			return nil, err
		}
	}
	var bad []string
	for _, c := range claims {
		term, err := q.term(c.term)
		if err != nil {
			return nil, err
		}
		net := q.nets.Word(bitvec.At{Net: c.net})
		bad = append(bad, fmt.Sprintf("(not (= %s %s))", extend(net, k.g.M.Width(c.net), q.width, c.signed), term))
		if r := q.ranges[c.term]; c.lo.Cmp(r.lo) > 0 {
			bad = append(bad, fmt.Sprintf("(bvslt %s %s)", term, literal(c.lo, q.width)))
		}
		if r := q.ranges[c.term]; c.hi.Cmp(r.hi) < 0 {
			bad = append(bad, fmt.Sprintf("(bvslt %s %s)", literal(c.hi, q.width), term))
		}
	}
	q.body.Assert("(or false " + strings.Join(bad, " ") + ")")
	return q, nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// question is a query that is being written.
type question struct {
	k        *known
	vars     smt.Builder
	body     smt.Builder
	nets     *bitvec.Nets // in body
	width    int          // of every term
	next     int
	declared map[netlist.Value]string // nets of known links
	termName map[golden.Term]string
	ranges   map[golden.Term]interval
	read     []variable
}

// variable is a name of the query and its net.
type variable struct {
	name string
	net  netlist.Value
}

// smt is the query as the solver gets it.
func (q *question) smt() smt.Query {
	var read []string
	for _, v := range q.read {
		read = append(read, v.name)
	}
	var text smt.Builder
	return text.Join(&q.vars).Join(&q.body).Query(read...)
}

func (q *question) grow(w int) { q.width = max(q.width, w) }

// declare is the variable of a known link.
func (q *question) declare(l link) string {
	if name, ok := q.declared[l.net]; ok {
		return name
	}
	w := q.k.g.M.Width(l.net)
	name := q.Variable(bitvec.At{Net: l.net})
	q.declared[l.net] = name
	all := word(0, 0, w, l.signed)
	less := "bvult"
	if l.signed {
		less = "bvslt"
	}
	if l.lo.Cmp(all.lo) > 0 {
		q.vars.Assert(fmt.Sprintf("(not (%s %s %s))", less, name, literal(l.lo, w)))
	}
	if l.hi.Cmp(all.hi) < 0 {
		q.vars.Assert(fmt.Sprintf("(not (%s %s %s))", less, literal(l.hi, w), name))
	}
	if w+flag(!l.signed) <= q.width { // or else the term is part of no claim
		q.termName[l.term] = q.define(q.width, extend(name, w, q.width, l.signed))
	}
	return name
}

// Known implements bitvec.Words: the variables of known links.
func (q *question) Known(at bitvec.At) string {
	if l, ok := q.k.nets[at.Net]; ok {
		return q.declare(l)
	}
	return ""
}

// Variable implements bitvec.Words.
func (q *question) Variable(at bitvec.At) string {
	name := fmt.Sprintf("v%d", len(q.read))
	q.read = append(q.read, variable{name, at.Net})
	q.vars.Declare(name, smt.BitVec(q.k.g.M.Width(at.Net)))
	return name
}

// Name implements bitvec.Words.
func (q *question) Name(bitvec.At) string {
	q.next++
	return fmt.Sprintf("d%d", q.next)
}

func (q *question) define(w int, body string) string {
	name := q.Name(bitvec.At{})
	q.body.Define(name, smt.BitVec(w), body)
	return name
}

func extend(x string, from, to int, signed bool) string {
	var t smt.Builder
	bitvec.Extend(&t, x, from, to, signed)
	return t.String()
}

// literal is v modulo 2^w.
func literal(v *big.Int, w int) string {
	var t smt.Builder
	return t.Big(v, w).String()
}
