package equiv

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// A saturating accumulator is a chain acc' = clamp(acc + t). In a single claim its
// clamps nest, and a solver that splits cases on them never ends, even if none of them
// can act. So each step is a claim of its own, with one addition and one clamp. The
// step before is one variable in its interval. The earlier claim includes that
// interval, so nothing is taken from the normal forms.

// chain is the claims about the steps of an accumulator so far.
type chain struct {
	m      *Model
	gate   *netlist.Module
	bind   []int // the model's variable by the circuit's input
	claims []Claim
	given  []Given // what later claims may use from the last one
}

// steps pairs each intermediate accumulator of the model, if it has any, with a
// net of the circuit that is congruent to it, whether or not that net clamps
// anything. A step without such a net becomes part of the next claim.
func (q *Question) steps(l *lift.Lifter, g *lift.Golden, sp *term.Space) *chain {
	m, gate, bind := q.Model, q.Gate, q.bind
	c := &chain{m: m, gate: gate, bind: bind}
	var nets *netIndex
	for _, a := range clamped(m) {
		f, ok := g.Form(a)
		if !ok || f.IsConst() {
			continue
		}
		if nets == nil {
			nets = indexNets(gate, l)
		}
		r := sp.Bounds(f)
		for _, net := range nets.congruent(f) {
			if w := gate.Width(net); uint64(r.Hi-r.Lo)>>w == 0 && c.builds(net, a) {
				c.claims = append(c.claims, Claim{Net: net, Scale: 1, Term: a, Range: r, Bounded: true, Given: c.given, Modulus: w})
				c.given = []Given{{net, a, r}}
				break
			}
		}
	}
	return c
}

// clamped are the accumulators that another term is added to, in order.
func clamped(m *Model) []golden.Term {
	var out []golden.Term
	for v := golden.Term(0); v < m.Acc; v++ {
		n := &m.Terms.Nodes[v]
		if n.Op != golden.TermSum {
			continue
		}
		for _, a := range n.Args {
			if m.Terms.Nodes[a].Op == golden.TermIfLess {
				out = append(out, a)
			}
		}
	}
	return out
}

// builds reports whether net, like term a, depends on the earlier steps only through
// the last claim's net. Hardware may compute a partial sum a second time from the
// inputs. A claim about that would relate inputs to a variable that replaces them.
func (c *chain) builds(net netlist.Value, a golden.Term) bool {
	if len(c.given) == 0 {
		return true
	}
	last := c.given[0]
	read := make([]bool, len(c.m.Vars))
	terms, seen := []golden.Term{a}, map[golden.Term]bool{last.Term: true}
	for len(terms) > 0 {
		v := terms[len(terms)-1]
		terms = terms[:len(terms)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		n := &c.m.Terms.Nodes[v]
		if n.Op == golden.TermVar {
			read[n.K] = true
		}
		terms = append(terms, n.Args...)
	}
	nets, met := []netlist.Value{net}, map[netlist.Value]bool{last.Net: true}
	for len(nets) > 0 {
		v := nets[len(nets)-1]
		nets = nets[:len(nets)-1]
		if met[v] {
			continue
		}
		met[v] = true
		cell := &c.gate.Cells[v]
		if cell.Op == netlist.OpInput && !read[c.bind[cell.Aux]] {
			return false
		}
		nets = append(nets, cell.Args[:cell.Op.Arity()]...)
	}
	return true
}

// netIndex finds nets by their forms.
type netIndex struct {
	widths []int                              // that occur
	nets   map[int]map[string][]netlist.Value // by width and form, ascending
}

func indexNets(gate *netlist.Module, l *lift.Lifter) *netIndex {
	x := &netIndex{nets: map[int]map[string][]netlist.Value{}}
	for i := range gate.Cells {
		v := netlist.Value(i)
		w := gate.Width(v)
		if !l.Lifted(v) || w > lift.MaxWidth {
			continue
		}
		f := l.Net(v).Form.Symmetric(w)
		if f.IsConst() {
			continue
		}
		if x.nets[w] == nil {
			x.nets[w] = map[string][]netlist.Value{}
			x.widths = append(x.widths, w)
		}
		key := f.String()
		x.nets[w][key] = append(x.nets[w][key], v)
	}
	return x
}

// congruent returns the nets whose bits are the low bits of f, ascending.
func (x *netIndex) congruent(f term.Form) []netlist.Value {
	var out []netlist.Value
	for _, w := range x.widths {
		out = append(out, x.nets[w][f.Symmetric(w).String()]...)
	}
	slices.Sort(out)
	return out
}
