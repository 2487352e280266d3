package mutant

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// Fault is one change to one netlist.
type Fault struct {
	Kind  Kind
	Value netlist.Value // the cell of the original that it changes, or the first of them
	Site  string        // that cell for a reader: its name, operation and width
	Words string        // description of the change

	from  *netlist.Module
	edits map[netlist.Value]edit
}

func (f Fault) kind() Kind { return f.Kind }

// String is the kind, the site and the words.
func (f Fault) String() string { return fmt.Sprintf("%s at %s: %s", f.Kind, f.Site, f.Words) }

// Apply builds the mutant: a new module that differs from the original only in the
// fault.
func (f Fault) Apply() *netlist.Module { return apply(f.from, f.edits) }

// Faults lists every fault of the catalogue that m can have, in the order of its
// cells. Cells that no output or register depends on have none. The module must
// not change while its faults are in use.
func Faults(m *netlist.Module) []Fault {
	s := newScan(m)
	for i := 1; i < len(m.Cells); i++ {
		v := netlist.Value(i)
		if !s.live[v] {
			continue
		}
		c := &m.Cells[v]
		for _, find := range finders {
			find(s, v, c)
		}
	}
	s.swappedInputs()
	s.swappedTerms()
	return s.faults
}

// finders look at one live cell and add the faults that it can have.
var finders = []func(s *scan, v netlist.Value, c *netlist.Cell){
	(*scan).shifts,
	(*scan).sums,
	(*scan).inputs,
	(*scan).complements,
	(*scan).narrow,
	(*scan).extensions,
	(*scan).rounding,
	(*scan).constants,
	(*scan).ties,
	(*scan).selections,
	(*scan).comparisons,
	(*scan).slices,
	(*scan).negateOrder,
	(*scan).carrySave,
}

// scan is one search for faults.
type scan struct {
	m      *netlist.Module
	live   []bool
	users  [][]netlist.Value // live cells that read a value
	terms  []operand         // of adders, in order
	faults []Fault
}

// operand is a slot of an adder or subtractor that holds a leaf: an input, moved,
// inverted or extended.
type operand struct {
	at     netlist.Value // the adder
	slot   int
	leaf   netlist.Value // without its extension to the adder's width
	signed bool          // how it is extended
}

func newScan(m *netlist.Module) *scan {
	s := &scan{m: m, live: make([]bool, len(m.Cells)), users: make([][]netlist.Value, len(m.Cells))}
	for _, o := range m.Outputs {
		s.live[o.Value] = true
	}
	for _, r := range m.Regs {
		s.live[r.D], s.live[r.Q] = true, true
	}
	for v := len(m.Cells) - 1; v > 0; v-- {
		if !s.live[v] {
			continue
		}
		c := &m.Cells[v]
		for _, a := range c.Args[:c.Op.Arity()] {
			s.live[a] = true
			s.users[a] = append(s.users[a], netlist.Value(v))
		}
	}
	return s
}

func (s *scan) add(kind Kind, v netlist.Value, e edit, words string, args ...any) {
	s.addAll(kind, v, map[netlist.Value]edit{v: e}, words, args...)
}

func (s *scan) addAll(kind Kind, v netlist.Value, edits map[netlist.Value]edit, words string, args ...any) {
	s.faults = append(s.faults, Fault{
		Kind: kind, Value: v, Site: s.site(v), Words: fmt.Sprintf(words, args...), from: s.m, edits: edits,
	})
}

// name is v's signal name, or "n" and its id, as Verilog has it.
func (s *scan) name(v netlist.Value) string {
	if n := s.m.Names[v]; n != "" {
		return n
	}
	if k, ok := s.m.ConstOf(v); ok {
		return fmt.Sprint(k)
	}
	return fmt.Sprintf("n%d", v)
}

func (s *scan) site(v netlist.Value) string {
	c := &s.m.Cells[v]
	return fmt.Sprintf("%s (%v, %d bits)", s.name(v), c.Op, c.Width)
}

// leaf follows wiring and complements down to an input; ok is false where there
// is anything else.
func (s *scan) leaf(v netlist.Value) (input netlist.Value, ok bool) {
	for {
		c := &s.m.Cells[v]
		switch c.Op {
		case netlist.OpInput:
			return v, true
		case netlist.OpZext, netlist.OpSext, netlist.OpSlice, netlist.OpNot, netlist.OpNeg:
			v = c.Args[0]
		case netlist.OpConcat:
			if k, ok := s.m.ConstOf(c.Args[0]); !ok || k != 0 {
				return 0, false
			}
			v = c.Args[1]
		default:
			return 0, false
		}
	}
}

// plain is v without the extension that fits it to its user.
func (s *scan) plain(v netlist.Value) (inner netlist.Value, signed bool) {
	if c := &s.m.Cells[v]; c.Op == netlist.OpZext || c.Op == netlist.OpSext {
		return c.Args[0], c.Op == netlist.OpSext
	}
	return v, false
}

// signs are the ways in which v's users extend it, or both where they do not.
func (s *scan) signs(v netlist.Value) []bool {
	signed, unsigned := false, false
	for _, u := range s.users[v] {
		switch s.m.Cells[u].Op {
		case netlist.OpSext, netlist.OpSlt:
			signed = true
		case netlist.OpZext, netlist.OpUlt:
			unsigned = true
		}
	}
	if signed == unsigned {
		return []bool{true, false}
	}
	return []bool{signed}
}

func filler(signed bool) string {
	if signed {
		return "its sign bit"
	}
	return "zeros"
}
