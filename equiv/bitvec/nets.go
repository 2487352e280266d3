package bitvec

import (
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// At is a net in a cycle. Combinational modules have cycle 0 only.
type At struct {
	Net   netlist.Value
	Cycle int
}

// Words names the words of a query, and says where it is cut.
type Words interface {
	// Known returns the word of a net that the query already has, such as a cut; "" if
	// the net must be written.
	Known(At) string
	// Variable declares a free word: an input or an undefined word in any cycle, a
	// register in cycle 0.
	Variable(At) string
	// Name returns an unused name for the definition of a net.
	Name(At) string
}

// Nets holds the nets of a module in a query.
type Nets struct {
	m     *netlist.Module
	words Words
	text  *smt.Builder
	names map[At]string
}

// NewNets returns Nets that write nets of m into text, under the names that words
// gives.
func NewNets(m *netlist.Module, words Words, text *smt.Builder) *Nets {
	return &Nets{m: m, words: words, text: text, names: map[At]string{}}
}

// Word returns the term of a net, with the net's width. It first writes all nets that
// the net depends on.
func (n *Nets) Word(at At) string {
	if name, ok := n.names[at]; ok {
		return name
	}
	name := n.words.Known(at)
	if name == "" {
		name = n.write(at)
	}
	n.names[at] = name
	return name
}

func (n *Nets) write(at At) string {
	c := &n.m.Cells[at.Net]
	switch {
	case c.Op == netlist.OpConst:
		var t smt.Builder
		return t.BV(c.Aux, int(c.Width)).String()
	case c.Op == netlist.OpReg && at.Cycle > 0:
		return n.Word(At{n.m.Regs[c.Aux].D, at.Cycle - 1})
	case c.Op.Class() == netlist.ClassSource:
		return n.words.Variable(at)
	}
	cell := Cell{Op: c.Op, Width: int(c.Width), Aux: c.Aux}
	for i, a := range c.Args[:c.Op.Arity()] {
		cell.Args[i], cell.Widths[i] = n.Word(At{a, at.Cycle}), n.m.Width(a)
	}
	name := n.words.Name(at)
	n.text.Str("(define-fun ").Str(name).Str(" () ").Str(smt.BitVec(cell.Width)).Str(" ")
	cell.Write(n.text)
	n.text.Str(")\n")
	return name
}
