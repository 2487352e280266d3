package equiv

import (
	"context"
	"math/rand"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Unlifted returns a compare point as one QF_BV query, written from the cells and the
// model's terms without the lifter: no form, no lemma, no cut. It is satisfiable
// exactly if the sides differ somewhere in the inputs' ranges. A proof of it checks the
// lifter. The solver must reason about sums as integers to find one. The values to read
// are the inputs', a signed one of w bits as its value plus 2^(w-1).
func (q *Question) Unlifted() (smt.Query, error) { return q.differ(q.Out, q.Model.Out) }

// differ is the query for inputs on which the bits of a net differ from those of a term
// of the model.
func (q *Question) differ(net netlist.Value, t golden.Term) (smt.Query, error) {
	if q.unbound != nil {
		return smt.Query{}, q.unbound
	}
	m := q.Model
	bits := encode.NewBits(q.Gate, m.Terms)
	read := m.declare(bits)
	for i, p := range q.Gate.Inputs {
		bits.Carry(p.Value, m.Refs[q.bind[i]])
	}
	text, err := bits.Differ(net, t)
	if err != nil {
		return smt.Query{}, err
	}
	return smt.Query{Text: []byte(text), Read: read}, nil
}

// Held is the question about a circuit of more than n inputs with all but n of them held
// at values that seed chooses: a part of the question, which solvers reason about where
// the whole is too wide for them. The n follow each other, from where seed says: what
// adds neighbours adds few others to them. The model and the circuit stay.
func (q *Question) Held(n int, seed int64) *Question {
	if q.unbound != nil || len(q.bind) <= n {
		return q
	}
	r := rand.New(rand.NewSource(seed))
	m := *q.Model
	m.Vars = slices.Clone(q.Model.Vars)
	first := r.Intn(len(q.bind))
	for k := n; k < len(q.bind); k++ {
		v := &m.Vars[q.bind[(first+k)%len(q.bind)]]
		x := v.Range.Lo + r.Int63n(v.Range.Hi-v.Range.Lo+1)
		v.Range = spec.Range{Lo: x, Hi: x}
	}
	same := *q
	same.Model = &m
	return &same
}

// declare declares the model's variables within their ranges, and returns the names
// to read their values by; see values.
func (m *Model) declare(q *encode.Bits) []string {
	read := make([]string, len(m.Vars))
	for i, v := range m.Vars {
		read[i] = "x" + strconv.Itoa(i)
		q.Word(read[i], m.Refs[i], v.Width, v.Signed, spec.Range(v.Range))
	}
	return read
}

// Crosscheck asks c to prove a point again, from its cells only. It also returns the
// query, without values to read: any model means that the lifter or the solver is
// wrong. The query is zero if there is no encoding.
func Crosscheck(ctx context.Context, c smt.Checker, q *Question) (Answer, smt.Query) {
	query, err := q.Unlifted()
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}, smt.Query{}
	}
	query.Read = nil
	return Confirm(ctx, c, query, logicBits), query
}

// CrosscheckParts asks in several queries what Crosscheck asks in one, where that is too
// hard: that a net's bits are those of the model's accumulator and a constant, which sums is asked, and
// that the output is the model's whatever the accumulator is, given that the net has its
// bits, which bits is asked. Together they are the point. Settle proposes the nets, and
// nothing else is taken from the lifter: what is asked is written from the cells and the
// model's terms, and the accumulator's interval from these. The answers end with the first
// that is no proof; there are none where no net is proposed.
func CrosscheckParts(ctx context.Context, sums, bits smt.Checker, q *Question) (all []Answer) {
	m := q.Model
	nets := q.accumulators()
	vars := map[golden.Term]spec.Range{}
	for i, v := range m.Vars {
		vars[m.Refs[i]] = v.Range
	}
	acc, ok := encode.Interval(m.Terms, m.Acc, vars)
	if len(nets) == 0 || !ok {
		return nil
	}
	tail := encode.NewBits(q.Gate, m.Terms)
	m.declare(tail)
	for i, p := range q.Gate.Inputs {
		tail.Carry(p.Value, m.Refs[q.bind[i]])
	}
	tail.Integer("acc", m.Acc, acc)
	for _, n := range nets {
		query, err := q.differ(n.net, m.Terms.Sum(m.Acc, m.Terms.Const(n.off)))
		if err != nil {
			return append(all, Answer{Reason: verdict.NoEncoding, Detail: err.Error()})
		}
		query.Read = nil
		a := Confirm(ctx, sums, query, logicBits)
		if all = append(all, a); a.Verdict != verdict.Proved {
			return all
		}
		tail.Affine(n.net, m.Acc, 1, n.off)
	}
	text, err := tail.Differ(q.Out, m.Out)
	if err != nil {
		return append(all, Answer{Reason: verdict.NoEncoding, Detail: err.Error()})
	}
	query := smt.Query{Text: []byte(text)}
	hash, err := query.Hash(logicBits)
	if err != nil {
		return append(all, Answer{Reason: verdict.NoEncoding, Detail: err.Error()})
	}
	// The accumulator may not reach all of its interval.
	a := Answered("", bits.Check(ctx, query), Answer{Reason: verdict.NoStrategy, Detail: "the output differs for some value of the accumulator's interval"})
	a.Query = hash
	return append(all, a)
}

// moved is a net that is the model's accumulator and a constant.
type moved struct {
	net netlist.Value
	off int64
}

// accumulators are the nets that Settle takes for the model's accumulator and a constant.
func (q *Question) accumulators() (nets []moved) {
	s := q.Settle()
	if s.Verdict != verdict.Proved || q.Model.Tail == nil {
		return nil
	}
	for _, c := range s.Claims {
		if n := (moved{c.Net, -c.Offset}); c.Net != 0 && c.Term == q.Model.Acc && c.Scale == 1 && !slices.Contains(nets, n) {
			nets = append(nets, n)
		}
	}
	return nets
}
