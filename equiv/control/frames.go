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
}

func newFrames(m *netlist.Module) *frames {
	f := &frames{m: m}
	f.nets = bitvec.NewNets(m, f, &f.text)
	return f
}

// variable is the name of a value in a cycle.
func variable(v netlist.Value, cycle int) string {
	return "v" + strconv.Itoa(int(v)) + "_" + strconv.Itoa(cycle)
}

// Known implements bitvec.Words: a register that is kept has the word of cycle 0.
func (f *frames) Known(at bitvec.At) string {
	if at.Cycle > 0 && f.kept[at.Net] {
		return f.nets.Word(bitvec.At{Net: at.Net})
	}
	return ""
}

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

// query is the query of all demands; on sat it reads back every variable.
func (f *frames) query() smt.Query { return f.text.Query(f.read...) }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
