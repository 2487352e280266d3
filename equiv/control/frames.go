package control

import (
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/bitvec"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// frames is a query about a module over several cycles. It has only the cells that the
// query needs.
type frames struct {
	m    *netlist.Module
	text smt.Builder
	nets *bitvec.Nets
	read []string               // the variables, in the order of their declaration
	kept map[netlist.Value]bool // registers with the same value in every cycle
	is   map[netlist.Value]int  // registers with this value in cycle 0

	// If opaque is set, products are variables, one for all products of the same factors.
	// That forgets what a product is, which the monitor's lemmas say where it matters, so
	// that unsat is unsat and sat may be not.
	opaque   bool
	products map[factors]string
	classes  map[bitvec.At]int
	shapes   map[shape]int
}

// factors are the classes of a product's factors.
type factors [2]int

// shape is a cell over classes of words that are the same term: equal shapes are equal
// words.
type shape struct {
	op    netlist.Op
	width uint8
	aux   int64
	args  [3]int
	at    bitvec.At // of a source, which is like no other
}

func newFrames(m *netlist.Module, opaque bool) *frames {
	f := &frames{m: m, opaque: opaque, products: map[factors]string{}, classes: map[bitvec.At]int{}, shapes: map[shape]int{}}
	f.nets = bitvec.NewNets(m, f, &f.text)
	return f
}

// variable is the name of a value in a cycle.
func variable(v netlist.Value, cycle int) string {
	return "v" + strconv.Itoa(int(v)) + "_" + strconv.Itoa(cycle)
}

// class is the class of a word. Words of a class are equal in every run.
func (f *frames) class(at bitvec.At) int {
	if id, ok := f.classes[at]; ok {
		return id
	}
	c := &f.m.Cells[at.Net]
	id := 0
	switch {
	case c.Op == netlist.OpReg && at.Cycle > 0 && f.kept[at.Net]:
		id = f.class(bitvec.At{Net: at.Net})
	case c.Op == netlist.OpReg && at.Cycle > 0:
		id = f.class(bitvec.At{Net: f.m.Regs[c.Aux].D, Cycle: at.Cycle - 1})
	default:
		s := shape{op: c.Op, width: c.Width, aux: c.Aux}
		if c.Op != netlist.OpConst && c.Op.Class() == netlist.ClassSource {
			s.at = at
		}
		for i, a := range c.Args[:c.Op.Arity()] {
			s.args[i] = f.class(bitvec.At{Net: a, Cycle: at.Cycle})
		}
		if _, ok := f.shapes[s]; !ok {
			f.shapes[s] = len(f.shapes)
		}
		id = f.shapes[s]
	}
	f.classes[at] = id
	return id
}

// Known implements bitvec.Words: a register that is kept has the word of cycle 0, and
// an opaque product that of its factors.
func (f *frames) Known(at bitvec.At) string {
	if c := &f.m.Cells[at.Net]; f.opaque && c.Op == netlist.OpMul && !f.constant(c.Args[0]) && !f.constant(c.Args[1]) {
		key := factors{f.class(bitvec.At{Net: c.Args[0], Cycle: at.Cycle}), f.class(bitvec.At{Net: c.Args[1], Cycle: at.Cycle})}
		if f.products[key] == "" {
			f.products[key] = f.Variable(at)
		}
		return f.products[key]
	}
	if k, ok := f.is[at.Net]; ok && at.Cycle == 0 {
		var t smt.Builder
		return t.BV(int64(k), f.m.Width(at.Net)).String()
	}
	if at.Cycle > 0 && f.kept[at.Net] {
		return f.nets.Word(bitvec.At{Net: at.Net})
	}
	return ""
}

func (f *frames) constant(v netlist.Value) bool { return f.m.Cells[v].Op == netlist.OpConst }

// Name implements bitvec.Words.
func (f *frames) Name(at bitvec.At) string { return variable(at.Net, at.Cycle) }

// Variable implements bitvec.Words.
func (f *frames) Variable(at bitvec.At) string {
	n := variable(at.Net, at.Cycle)
	f.text.Declare(n, smt.BitVec(f.m.Width(at.Net)))
	f.read = append(f.read, n)
	return n
}

// demand asserts that the one-bit value v is want in a cycle.
func (f *frames) demand(v netlist.Value, cycle int, want bool) {
	word := f.nets.Word(bitvec.At{Net: v, Cycle: cycle})
	f.text.Str("(assert (= ").Str(word).Str(" #b").Num(bit(want)).Str("))\n")
}

// deny asserts that some one-bit value of vs is 0 in a cycle.
func (f *frames) deny(vs []netlist.Value, cycle int) {
	if len(vs) == 1 {
		f.demand(vs[0], cycle, false)
		return
	}
	for _, v := range vs { // words first: they may write definitions
		f.nets.Word(bitvec.At{Net: v, Cycle: cycle})
	}
	f.text.Str("(assert (or false")
	for _, v := range vs {
		f.text.Str(" (= ").Str(f.nets.Word(bitvec.At{Net: v, Cycle: cycle})).Str(" #b0)")
	}
	f.text.Str("))\n")
}

// changed asserts that some register of regs differs in cycle 1 from cycle 0.
func (f *frames) changed(regs []netlist.Value) {
	for _, r := range regs { // words first: they may write definitions
		f.nets.Word(bitvec.At{Net: r})
		f.nets.Word(bitvec.At{Net: r, Cycle: 1})
	}
	f.text.Str("(assert (or false")
	for _, r := range regs {
		f.text.Str(" (not (= ").Str(f.nets.Word(bitvec.At{Net: r})).Str(" ").Str(f.nets.Word(bitvec.At{Net: r, Cycle: 1})).Str("))")
	}
	f.text.Str("))\n")
}

// fix gives a register a value in cycle 0. It must be called before anything is demanded.
func (f *frames) fix(r netlist.Value, k int) { f.is = map[netlist.Value]int{r: k} }

// least asserts that a register has at least a value in cycle 0.
func (f *frames) least(r netlist.Value, k int) {
	word := f.nets.Word(bitvec.At{Net: r})
	f.text.Str("(assert (bvule ").BV(int64(k), f.m.Width(r)).Str(" ").Str(word).Str("))\n")
}

// keep asserts that no register of regs changes, and uses one word for both cycles. It
// must be called before anything of cycle 1 is demanded.
func (f *frames) keep(regs []netlist.Value) {
	f.kept = make(map[netlist.Value]bool)
	for _, r := range regs {
		f.kept[r] = true
		old, next := f.nets.Word(bitvec.At{Net: r}), f.nets.Word(bitvec.At{Net: f.m.Regs[f.m.Cells[r].Aux].D})
		f.text.Str("(assert (= ").Str(old).Str(" ").Str(next).Str("))\n")
	}
}

// query is the query of all demands; on sat it reads back every variable.
func (f *frames) query() smt.Query { return f.text.Query(f.read...) }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
