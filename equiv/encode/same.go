package encode

import (
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/merge"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// Same returns the text of a QF_BV query. It is satisfiable exactly if a changed cell
// gives other bits from its new operands than from its own; a cell that is neither
// wiring nor bitwise logic must read the same words. Nets of such cells are free words,
// so the proof holds whatever computes them. Each cell is checked alone, with operands
// of the unchanged circuit. By induction over the cells, every net then keeps its bits
// under all changes together.
func Same(gate *netlist.Module, changes []merge.Change) (string, error) {
	both := *gate
	both.Cells = slices.Clone(gate.Cells)
	q := NewBits(&both, golden.NewTerms())
	words := func(v netlist.Value) string {
		q.free(v)
		q.net(v)
		return q.as(v, false)
	}
	var claim smt.Builder
	same := func(a, b netlist.Value) {
		claim.Str("\n (= ").Str(words(a)).Str(" ").Str(words(b)).Str(")")
	}
	for _, c := range changes {
		cell := gate.Cells[c.Cell]
		if !merge.Seen(cell.Op) {
			for i, a := range cell.Args[:cell.Op.Arity()] {
				same(a, c.Args[i])
			}
			continue
		}
		cell.Args = c.Args
		both.Cells = append(both.Cells, cell)
		same(c.Cell, netlist.Value(len(both.Cells)-1))
	}
	if q.err != nil {
		return "", q.err
	}
	var out smt.Builder
	out.Join(&q.vars).Join(&q.t)
	out.Str("(assert (not (and true").Str(claim.String()).Str(")))\n")
	return out.String(), nil
}

// Equal returns the text of a QF_BV query. It is satisfiable exactly if two nets of the
// same width differ for some words of the inputs.
func Equal(m *netlist.Module, a, b netlist.Value) (string, error) {
	q := NewBits(m, golden.NewTerms())
	q.signs = make([]sign, len(m.Cells))
	for i, p := range m.Inputs {
		name := "f" + strconv.Itoa(i)
		q.vars.Declare(name, smt.BitVec(p.Width))
		q.nets[p.Value] = word{name, false}
	}
	q.net(a)
	q.net(b)
	if q.err != nil {
		return "", q.err
	}
	var out smt.Builder
	out.Join(&q.vars).Join(&q.t)
	out.Str("(assert (not (= ").Str(q.as(a, false)).Str(" ").Str(q.as(b, false)).Str(")))\n")
	return out.String(), nil
}

// free declares the nets in v's cone down to the first that are neither wiring nor
// bitwise logic. Those are free words.
func (q *Bits) free(v netlist.Value) {
	met := map[netlist.Value]bool{}
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, done := q.nets[v]; done || met[v] {
			continue
		}
		met[v] = true
		c := &q.gate.Cells[v]
		if merge.Seen(c.Op) {
			stack = append(stack, c.Args[:c.Op.Arity()]...)
			continue
		}
		name := "f" + strconv.Itoa(len(q.nets))
		q.vars.Declare(name, smt.BitVec(int(c.Width)))
		q.nets[v] = word{name, false}
	}
}
