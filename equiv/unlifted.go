package equiv

import (
	"context"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Unlifted is a compare point as one QF_BV query, written from the cells and the
// model's terms with nothing from the lifter: no form, no lemma, no cut. It is
// satisfiable exactly if the sides differ somewhere in the inputs' ranges. A
// solver that proves it checks the lifter, and needs to reason about sums as
// integers to do so. The values to read are the inputs', a signed one of w bits as
// its value plus 2^(w-1).
func Unlifted(m *Model, gate *netlist.Module, out netlist.Value) (smt.Query, error) {
	bind, err := bindPorts(m, gate)
	if err != nil {
		return smt.Query{}, err
	}
	q := encode.NewBits(gate, m.Terms)
	read := m.declare(q)
	for i, p := range gate.Inputs {
		q.Carry(p.Value, m.Refs[bind[i]])
	}
	text, err := q.Differ(out, m.Out)
	if err != nil {
		return smt.Query{}, err
	}
	return smt.Query{Text: []byte(text), Read: read}, nil
}

// declare declares the model's variables within their ranges, and returns the names
// to read their values by; see values.
func (m *Model) declare(q *encode.Bits) []string {
	read := make([]string, len(m.Vars))
	for i, v := range m.Vars {
		read[i] = "x" + strconv.Itoa(i)
		q.Word(read[i], m.Refs[i], v.Width, v.Signed, encode.Bound(v.Range))
	}
	return read
}

// Crosscheck asks c to prove a point unlifted.
func Crosscheck(ctx context.Context, c Checker, m *Model, gate *netlist.Module, out netlist.Value) Answer {
	q, err := Unlifted(m, gate, out)
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}
	}
	hash, err := q.Hash(logicBits)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: err.Error()}
	}
	switch r := c.Check(ctx, q); r.Status {
	case smt.Unsat:
		return Answer{Verdict: verdict.Proved, Query: hash}
	case smt.Sat:
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverDiffers, Detail: "the unlifted query is satisfiable: " + r.String(), Query: hash}
	case smt.Error:
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: r.String(), Query: hash}
	default:
		return Answer{Reason: verdict.SolverUnknown, Detail: r.String(), Query: hash}
	}
}
