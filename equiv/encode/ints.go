package encode

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Variable is a free integer that the circuit and the model share: an input, or a net
// and a term that an earlier claim showed equal.
type Variable int32

// None is no variable.
const None Variable = -1

// Ints writes one query over the integers.
type Ints struct {
	t      smt.Builder
	gate   *netlist.Module
	lemmas *lift.Lifter
	input  []Variable // by net: inputs and cut nets
	model  *golden.Terms
	cut    []Variable   // by term: variables and cut terms
	bounds []spec.Range // by variable

	nets    []string      // by net, "" if not yet encoded
	ranges  []*spec.Range // by net: of the integer in nets, nil if not known
	uses    []int32       // by net: within the cone
	bits    map[netlist.Value]string
	major   map[[3]netlist.Value]string
	exact   map[exactKey]string
	nodes   []string // by term
	windows []string
	inside  int // windows shown by intervals
	next    int
	places  map[Variable][]int // where variables are cut into digits; see digits.go
	known   []netlist.Known    // of the circuit, computed when needed
	parts   map[string]string  // conjunctions of bits, by the bits
	tables  []*lift.Table      // by which nets were written
	signs   []sign             // of the nets, as they are extended
	strict  bool               // every net is written from its own cell
	bent    bool               // a div, mod or ite occurs, so the query is not linear
	names   []string           // by variable: canonical name, "" if not met yet
	order   []Variable         // in order of first use
	err     error
}

type exactKey struct {
	v      netlist.Value
	signed bool
}

// NewInts starts a query. inputs names the variable of each input and cut net,
// cuts that of each variable and cut term of the model, both None elsewhere;
// bounds are the variables' intervals. lemmas is the lifter that lifted the
// circuit.
func NewInts(lemmas *lift.Lifter, gate *netlist.Module, inputs []Variable, model *golden.Terms, cuts []Variable, bounds []spec.Range) *Ints {
	q := &Ints{
		gate: gate, lemmas: lemmas, input: inputs, model: model, cut: cuts, bounds: bounds,
		names: make([]string, len(bounds)),
		nodes: make([]string, len(model.Nodes)),
	}
	if gate != nil {
		q.nets = make([]string, len(gate.Cells))
		q.ranges = make([]*spec.Range, len(gate.Cells))
		q.uses = make([]int32, len(gate.Cells))
		q.bits = map[netlist.Value]string{}
		q.major = map[[3]netlist.Value]string{}
		q.exact = map[exactKey]string{}
	}
	return q
}

// variable names variables v0, v1, … in the order in which the query meets them.
func (q *Ints) variable(x Variable) string {
	if q.names[x] == "" {
		q.names[x] = "v" + strconv.Itoa(len(q.order))
		q.order = append(q.order, x)
	}
	return q.names[x]
}

// Claim is what a query proves. Scale × net Net + Offset equals term Term, as integers
// if Modulus is 0, and otherwise modulo 2^Modulus. If Range is set, the term lies in
// it. If Multiple is not 0, Term - Offset is a multiple of it. If Net is 0, the claim
// is only about the term's range and multiple.
type Claim struct {
	Net      netlist.Value
	Scale    int64
	Offset   int64
	Term     golden.Term
	Modulus  int
	Range    *spec.Range
	Multiple int64
}

// Prove returns the query's text. It is satisfiable exactly if, within the variables'
// bounds, some window lemma or the claim fails. The text omits windows and ranges that
// interval propagation over the cells and terms shows (intervals.go). It also omits the
// variables' bounds if nothing needs them: an identity over all integers is proved for
// all integers. The error names a cell that has no integer encoding.
func (q *Ints) Prove(c Claim) (string, error) {
	if c.Net != 0 {
		if !q.strict {
			q.signs = extensions(q.gate, c.Net)
		}
		q.count(c.Net)
	}
	model, net := q.term(c.Term), ""
	if c.Net != 0 {
		net = q.net(c.Net)
	}
	if q.err != nil {
		return "", q.err
	}
	if c.Range != nil {
		if r, ok := q.termRange(c.Term); ok && c.Range.Lo <= r.Lo && r.Hi <= c.Range.Hi {
			c.Range = nil
			q.inside++
		}
	}
	bounded := len(q.windows) > 0 || c.Range != nil || c.Modulus != 0 || q.bent
	var out smt.Builder
	for i := 0; i < len(q.order); i++ {
		q.declareVariable(&out, i, q.order[i], bounded)
	}
	out.Join(&q.t)
	out.Str("(assert (not (and true")
	for _, w := range q.windows {
		out.Str("\n ").Str(w)
	}
	if c.Net != 0 {
		out.Str("\n ").Str(equal(c, net, model))
	}
	if c.Multiple != 0 {
		out.Str("\n (= 0 (mod (- ").Str(model).Str(" ").Int(c.Offset).Str(") ").Int(c.Multiple).Str("))")
	}
	if c.Range != nil {
		out.Str("\n (<= ").Int(c.Range.Lo).Str(" ").Str(model).Str(" ").Int(c.Range.Hi).Str(")")
	}
	out.Str(")))\n")
	return out.String(), nil
}

// equal writes the equality that c claims between net and term.
func equal(c Claim, net, model string) string {
	var scaled, moved, out smt.Builder
	if c.Scale != 1 {
		net = scaled.Str("(* ").Int(c.Scale).Str(" ").Str(net).Str(")").String()
	}
	if c.Offset != 0 {
		net = moved.Str("(+ ").Str(net).Str(" ").Int(c.Offset).Str(")").String()
	}
	if c.Modulus == 0 {
		return out.Str("(= ").Str(net).Str(" ").Str(model).Str(")").String()
	}
	return out.Str("(= 0 (mod (- ").Str(net).Str(" ").Str(model).Str(") ").Int(1 << c.Modulus).Str("))").String()
}

// Windows returns the number of window lemmas that the query proves, and the number
// that interval propagation showed.
func (q *Ints) Windows() (inQuery, byInterval int) { return len(q.windows), q.inside }

func (q *Ints) fail(v netlist.Value, why string) string {
	if q.err == nil {
		c := &q.gate.Cells[v]
		q.err = fmt.Errorf("%s: cell %v %q of width %d at %q: %s", q.gate.Name, c.Op, q.gate.Names[v], c.Width, q.gate.Sources[c.Src], why)
	}
	return "0"
}

func (q *Ints) fresh(prefix string) string {
	q.next++
	return prefix + strconv.Itoa(q.next)
}

// define emits a definition and returns its name.
func (q *Ints) define(sort, body string) string {
	n := q.fresh("g")
	q.t.Define(n, sort, body)
	return n
}

// net is an integer congruent to v's bits modulo 2^width.
func (q *Ints) net(v netlist.Value) string {
	if q.nets[v] == "" {
		q.descend(v)
	}
	return q.nets[v]
}

// count counts the uses of every net in v's cone. A net with one use is written in
// place, since names cost solvers most of their time.
func (q *Ints) count(v netlist.Value) {
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		q.uses[top]++
		if q.uses[top] == 1 && q.input[top] == None {
			if !q.strict {
				q.cuts(top)
			}
			stack = append(stack, q.operands(top)...)
		}
	}
}

// descend encodes v's cone bottom up without deep recursion.
func (q *Ints) descend(v netlist.Value) {
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if q.nets[top] != "" {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		if q.input[top] == None {
			for _, a := range q.operands(top) {
				if q.nets[a] == "" {
					stack = append(stack, a)
					ready = false
				}
			}
		}
		if ready {
			q.nets[top] = q.cell(top)
			if r, ok := q.netRange(top); ok {
				q.ranges[top] = &r
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func (q *Ints) operands(v netlist.Value) []netlist.Value {
	if t, ok := q.table(v); ok {
		var nets []netlist.Value
		for _, x := range t.Terms {
			nets = append(nets, x.Net)
		}
		return slices.Compact(nets)
	}
	if leaves, _, ok := q.adder(v); ok {
		return leaves
	}
	if b, ok := q.logic(v); ok {
		return b.Leaves
	}
	c := &q.gate.Cells[v]
	return c.Args[:c.Op.Arity()]
}

// adder reports whether v is a full adder's sum or carry word.
func (q *Ints) adder(v netlist.Value) ([]netlist.Value, uint8, bool) {
	c := &q.gate.Cells[v]
	if c.Width == 1 || c.Op == netlist.OpNot {
		return nil, 0, false
	}
	b, ok := q.lemmas.BestCut(v)
	if !ok || len(b.Leaves) != 3 {
		return nil, 0, false
	}
	switch t := uint8(b.Table); t {
	case 0x96, 0x69, 0xe8, 0x17:
		return b.Leaves, t, true
	}
	return nil, 0, false
}

func (q *Ints) cell(v netlist.Value) string {
	if x := q.input[v]; x != None {
		return q.variable(x)
	}
	c := &q.gate.Cells[v]
	if c.Width > lift.MaxWidth {
		return q.fail(v, "too wide")
	}
	if body, ok := q.linear(v); ok {
		if q.uses[v] > 1 && len(body) > 40 {
			return q.define("Int", body)
		}
		return body
	}
	body, final := intCells[c.Op].write(q, v, c)
	if final || q.uses[v] <= 1 && len(body) < inlineLimit {
		return body
	}
	return q.define("Int", body)
}

// inlineLimit is the longest expression that is written in place. Without a limit,
// copying up a chain of adders would be quadratic.
const inlineLimit = 4096

// bitwise encodes full adders and low masks.
func (q *Ints) bitwise(v netlist.Value) (string, bool) {
	if leaves, table, ok := q.adder(v); ok {
		key := [3]netlist.Value(slices.Clone(leaves))
		m, ok := q.major[key]
		if !ok {
			m = q.fresh("m")
			q.t.Declare(m, "Int")
			q.major[key] = m
		}
		sum := "(+ " + q.nets[leaves[0]] + " " + q.nets[leaves[1]] + " " + q.nets[leaves[2]] + " (* (- 2) " + m + "))"
		switch table {
		case 0xe8:
			return m, true
		case 0x17:
			return "(- (- 1) " + m + ")", true
		case 0x96:
			return sum, true
		default:
			return "(- (- 1) " + sum + ")", true
		}
	}
	c := &q.gate.Cells[v]
	if word, ones, ok := lift.Mask(q.gate, c); ok && (q.strict || ones == 1<<q.gate.Width(v)-1) {
		if ones == 1<<q.gate.Width(v)-1 {
			// The mask keeps all bits, so a mod is not needed.
			return q.nets[word], true
		}
		q.bent = true
		return "(mod " + q.nets[word] + " " + strconv.FormatUint(ones+1, 10) + ")", true
	}
	if word, ones, ok := lift.Constant(q.gate, c); ok {
		return q.masked(c.Op, word, ones), true
	}
	if a, b := q.knownBits(c.Args[0]), q.knownBits(c.Args[1]); (a.Mask&^a.Bits|b.Mask&^b.Bits)&(1<<c.Width-1) == 1<<c.Width-1 {
		// No bit is set in both.
		if c.Op == netlist.OpAnd {
			return "0", true
		}
		return "(+ " + q.integer(c.Args[0], false) + " " + q.integer(c.Args[1], false) + ")", true
	}
	return "", false
}

func (q *Ints) knownBits(v netlist.Value) netlist.Known {
	if q.known == nil {
		q.known = netlist.KnownBits(q.gate)
	}
	return q.known[v]
}

// factor is what a net is as a number in two's complement, if it is the same for all inputs.
// Not only cells that are constants are: the word of a constant memory at an address that a
// loop counts is chosen by multiplexers.
func (q *Ints) factor(v netlist.Value) (string, bool) {
	w := q.gate.Width(v)
	k := q.knownBits(v)
	if k.Mask != 1<<w-1 {
		return "", false
	}
	var t smt.Builder
	return t.Int(int64(k.Bits) << (64 - w) >> (64 - w)).String(), true
}

// masked writes bitwise logic of a word and a constant. x & k is the digits of x at the
// ones of k, x | k is x + k - (x & k), and x ^ k is x + k - 2(x & k).
func (q *Ints) masked(op netlist.Op, word netlist.Value, ones uint64) string {
	parts := ""
	for _, r := range lift.Runs(ones) {
		var t smt.Builder
		parts += t.Str(" (* ").Int(1 << r.Lo).Str(" ").Str(q.part(word, r.Lo, r.Len)).Str(")").String()
	}
	var t smt.Builder
	switch op {
	case netlist.OpAnd:
		t.Str("(+ 0").Str(parts).Str(")")
	case netlist.OpOr:
		t.Str("(+ ").Str(q.nets[word]).Str(" ").Int(int64(ones)).Str(" (* (- 1) (+ 0").Str(parts).Str(")))")
	default:
		t.Str("(+ ").Str(q.nets[word]).Str(" ").Int(int64(ones)).Str(" (* (- 2) (+ 0").Str(parts).Str(")))")
	}
	return t.String()
}

// boolean defines v as a Boolean and returns its integer view.
func (q *Ints) boolean(v netlist.Value, body string) string {
	q.bent = true
	p := q.define("Bool", body)
	q.bits[v] = p
	return "(ite " + p + " 1 0)"
}

// bit is the Boolean view of a one-bit net.
func (q *Ints) bit(v netlist.Value) string {
	if p, ok := q.bits[v]; ok {
		return p
	}
	p := "(= 1 (mod " + q.net(v) + " 2))"
	q.bits[v] = p
	return p
}

// integer is v's bits as an integer: its own encoding if a lemma says that it cannot
// wrap, and with an explicit mod otherwise.
func (q *Ints) integer(v netlist.Value, signed bool) string {
	key := exactKey{v, signed}
	if n, ok := q.exact[key]; ok {
		return n
	}
	n := q.net(v)
	w := q.gate.Width(v)
	win := int64(1) << w
	var out string
	lem, ok := q.lemmas.Lemma(v, signed)
	digits, whole := "", false
	if c := &q.gate.Cells[v]; c.Op == netlist.OpSlice && !signed && !q.strict && q.input[v] == None {
		digits, _, whole = q.slice(c.Args[0], int(c.Aux), w, false)
	}
	switch {
	case q.gate.Cells[v].Op == netlist.OpConst:
		k := q.gate.Cells[v].Aux & (win - 1)
		if signed {
			k = k << (64 - w) >> (64 - w)
		}
		var t smt.Builder
		out = t.Int(k).String()
	case q.bits[v] != "" && !signed:
		out = n
	case whole:
		out = digits
	case q.fits(v, win, signed):
		out = n
		q.inside++
	case ok && !lem.Loose:
		// The window lemma repeats the net, so give it a name.
		if n[0] == '(' {
			n = q.define("Int", n)
			q.nets[v] = n
		}
		out = n
		if lem.Offset != 0 {
			var t smt.Builder
			out = q.define("Int", t.Str("(+ ").Str(n).Str(" ").Int(lem.Offset).Str(")").String())
		}
		var t smt.Builder
		if signed {
			t.Str("(<= ").Int(-win / 2).Str(" ").Str(out).Str(" ").Int(win/2 - 1).Str(")")
		} else {
			t.Str("(<= 0 ").Str(out).Str(" ").Int(win - 1).Str(")")
		}
		q.windows = append(q.windows, t.String())
	case signed:
		q.bent = true
		var t smt.Builder
		t.Str("(- (mod (+ ").Str(n).Str(" ").Int(win / 2).Str(") ").Int(win).Str(") ").Int(win / 2).Str(")")
		out = q.define("Int", t.String())
	default:
		q.bent = true
		var t smt.Builder
		out = q.define("Int", t.Str("(mod ").Str(n).Str(" ").Int(win).Str(")").String())
	}
	q.exact[key] = out
	return out
}

// term encodes a node of the model.
func (q *Ints) term(v golden.Term) string {
	stack := []golden.Term{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if q.nodes[top] != "" {
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		if q.cut[top] == None {
			for _, a := range q.model.Nodes[top].Args {
				if q.nodes[a] == "" {
					stack = append(stack, a)
					ready = false
				}
			}
		}
		if ready {
			q.nodes[top] = q.node(top)
			stack = stack[:len(stack)-1]
		}
	}
	return q.nodes[v]
}

func (q *Ints) node(v golden.Term) string {
	if x := q.cut[v]; x != None {
		return q.variable(x)
	}
	n := &q.model.Nodes[v]
	arg := func(i int) string { return q.nodes[n.Args[i]] }
	var t smt.Builder
	switch n.Op {
	case golden.TermConst:
		return t.Int(n.K).String()
	case golden.TermVar:
		if q.err == nil {
			q.err = fmt.Errorf("model variable %d has no name", n.K)
		}
		return "0"
	case golden.TermSum:
		t.Str("(+")
		for i := range n.Args {
			t.Str(" ").Str(arg(i))
		}
		t.Str(")")
	case golden.TermNeg:
		t.Str("(- ").Str(arg(0)).Str(")")
	case golden.TermMul:
		t.Str("(* ").Str(arg(0)).Str(" ").Str(arg(1)).Str(")")
	case golden.TermShl:
		t.Str("(* ").Int(1 << n.K).Str(" ").Str(arg(0)).Str(")")
	case golden.TermShr:
		if x := q.cut[n.Args[0]]; x != None {
			if body, ok := q.above(x, int(n.K)); ok {
				return body
			}
		}
		q.bent = true
		t.Str("(div ").Str(arg(0)).Str(" ").Int(1 << min(n.K, 62)).Str(")")
	case golden.TermIfLess:
		q.bent = true
		t.Str("(ite (< ").Str(arg(0)).Str(" ").Str(arg(1)).Str(") ").Str(arg(2)).Str(" ").Str(arg(3)).Str(")")
		return q.define("Int", t.String())
	}
	if t.Len() > 200 || n.Op == golden.TermShr {
		return q.define("Int", t.String())
	}
	return t.String()
}

// Outside returns the text of a query over one free integer, variable 0 of cuts. It is
// satisfiable exactly if term v can lie outside r.
func Outside(terms *golden.Terms, v golden.Term, cuts []Variable, r spec.Range) (string, error) {
	q := NewInts(nil, nil, nil, terms, cuts, make([]spec.Range, 1))
	q.strict = true
	body := q.term(v)
	if q.err != nil {
		return "", q.err
	}
	var out smt.Builder
	for i := range q.order {
		out.Str("(declare-const ").Var('v', i).Str(" Int)\n")
	}
	out.Join(&q.t)
	out.Str("(assert (not (<= ").Int(r.Lo).Str(" ").Str(body).Str(" ").Int(r.Hi).Str(")))\n")
	return out.String(), nil
}
