package explain

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// runner executes both sides of a compare point on batches of inputs.
type runner struct {
	q    *equiv.Question
	m    *equiv.Model
	prog *netlist.Program
	work int64 // cells computed so far
	// Where the accumulator is linear, coefs and bias are its form, and the model
	// is executed through them; what is found so is checked with the model itself.
	coefs []int64
	bias  int64
	tail  func(int64) int64
}

func newRunner(q *equiv.Question) (*runner, error) {
	gate := q.Gate
	if _, err := q.Bind(); err != nil {
		return nil, fmt.Errorf("module %s: %w", gate.Name, err)
	}
	ins := make([]netlist.Value, len(gate.Inputs))
	for i, p := range gate.Inputs {
		ins[i] = p.Value
	}
	prog, err := netlist.Compile(gate, ins, []netlist.Value{q.Out})
	if err != nil {
		return nil, err
	}
	r := &runner{q: q, m: q.Model, prog: prog}
	return r, term.Guard(r.linear)
}

// linear finds the accumulator's form.
func (r *runner) linear() {
	if r.m.Tail == nil {
		return
	}
	sp := term.NewSpace(make([]spec.Range, len(r.m.Vars)))
	vars := make([]term.Form, len(r.m.Vars))
	for i := range vars {
		vars[i] = sp.Input(i)
	}
	for _, n := range r.m.Terms.Reachable(r.m.Acc) {
		switch r.m.Terms.Nodes[n].Op {
		case golden.TermShr, golden.TermIfLess:
			return
		}
	}
	f, ok := (&lift.Golden{Space: sp, Terms: r.m.Terms, Vars: vars}).Form(r.m.Acc)
	if !ok {
		return
	}
	r.coefs, r.bias = make([]int64, len(vars)), f.Const
	for _, x := range f.Monos {
		r.coefs[x.Atom] = x.Coef
	}
	r.tail = golden.Compile(r.m.Tail.Out, r.m.Tail.Shift)
}

// gold runs the model.
func (r *runner) gold(v []int64) int64 {
	if r.tail == nil {
		return r.m.Run(v)
	}
	acc := r.bias
	for i, c := range r.coefs {
		acc += c * v[i]
	}
	return r.tail(acc)
}

// gate runs the circuit; each of vs has a value for every variable of the model.
func (r *runner) gate(vs [][]int64) []int64 {
	out := [][]uint64{make([]uint64, len(vs))}
	r.prog.Run(len(vs), r.q.Lanes(vs), out)
	r.work += int64(len(vs)) * int64(r.prog.Cells()+len(r.m.Vars))
	res := make([]int64, len(vs))
	width := r.q.Gate.Width(r.q.Out)
	for j, b := range out[0] {
		res[j] = read(b, width, r.m.Signed())
	}
	return res
}

// failing is the index of the first of vs on which the sides differ, or -1.
func (r *runner) failing(vs [][]int64) int {
	if len(vs) == 0 {
		return -1
	}
	for j, g := range r.gate(vs) {
		if r.gold(vs[j]) != g && r.m.Run(vs[j]) != g {
			return j
		}
	}
	return -1
}

func (r *runner) fails(v []int64) bool { return r.failing([][]int64{v}) == 0 }

// read is the number of w bits.
func read(b uint64, w int, signed bool) int64 {
	b &= 1<<w - 1
	if signed {
		return int64(b) << (64 - w) >> (64 - w)
	}
	return int64(b)
}
