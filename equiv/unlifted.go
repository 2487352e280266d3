package equiv

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// Unlifted is a compare point as one QF_BV query, written from the cells and the
// model's terms with nothing from the lifter: no form, no lemma, no cut. It is
// satisfiable exactly if the sides differ somewhere in the inputs' ranges. A
// solver that proves it checks the lifter, and needs to reason about sums as
// integers to do so.
func Unlifted(m *Model, gate *netlist.Module, out netlist.Value) (smt.Query, error) {
	bind, err := bindPorts(m, gate)
	if err != nil {
		return smt.Query{}, err
	}
	least := gate.Width(out)
	bounds := map[golden.Term]encode.Bound{}
	terms := map[golden.Term]string{}
	vars := make([]encode.Var, len(m.Vars))
	for i, v := range m.Vars {
		vars[i] = encode.Var{Name: "x" + strconv.Itoa(i), Bound: encode.Bound(v.Range), Width: v.Width, Signed: v.Signed}
		bounds[m.Refs[i]] = vars[i].Bound
		least = max(least, v.Width+1)
	}
	w, ok := encode.Width(m.Terms, m.Out, bounds, least)
	if !ok {
		return smt.Query{}, fmt.Errorf("the model's integers need more than 62 bits")
	}
	nets := map[netlist.Value]string{}
	q := encode.NewBits(w, gate, nets, m.Terms, terms)
	for i, v := range vars {
		terms[m.Refs[i]] = q.Word(v)
	}
	for i, p := range gate.Inputs {
		nets[p.Value] = vars[bind[i]].Name
	}
	text, err := q.Differ(vars, out, m.Out)
	if err != nil {
		return smt.Query{}, err
	}
	read := make([]string, len(vars))
	for i, v := range vars {
		read[i] = v.Name
	}
	return smt.Query{Text: []byte(text), Read: read}, nil
}

// Crosscheck asks c to prove a point unlifted.
func Crosscheck(ctx context.Context, c Checker, m *Model, gate *netlist.Module, out netlist.Value) Answer {
	q, err := Unlifted(m, gate, out)
	if err != nil {
		return Answer{Reason: NoEncoding, Detail: err.Error()}
	}
	hash, err := q.Hash(logicBits)
	if err != nil {
		return Answer{Verdict: Failed, Reason: SolverBroken, Detail: err.Error()}
	}
	switch r := c.Check(ctx, q); r.Status {
	case smt.Unsat:
		return Answer{Verdict: Proved, Query: hash}
	case smt.Sat:
		return Answer{Verdict: Failed, Reason: SolverDiffers, Detail: "the unlifted query is satisfiable: " + r.String(), Query: hash}
	case smt.Error:
		return Answer{Verdict: Failed, Reason: SolverBroken, Detail: r.String(), Query: hash}
	default:
		return Answer{Reason: SolverUnknown, Detail: r.String(), Query: hash}
	}
}
