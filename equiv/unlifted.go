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

// Unlifted is a compare point as one QF_BV query, written from the cells and the
// model's terms with nothing from the lifter: no form, no lemma, no cut. It is
// satisfiable exactly if the sides differ somewhere in the inputs' ranges. A
// solver that proves it checks the lifter, and needs to reason about sums as
// integers to do so. The values to read are the inputs', a signed one of w bits as
// its value plus 2^(w-1).
func (q *Question) Unlifted() (smt.Query, error) { return q.differ(q.Out, q.Model.Out) }

// differ asks for inputs at which a net of the circuit has other bits than a term of
// the model.
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

// Crosscheck asks c to prove a point unlifted: it is proved again, by nothing but its
// cells. The query is what was asked, without values to read: a model says that the
// lifter or the solver is wrong, whatever it is. It is the zero query if there is no
// encoding.
func Crosscheck(ctx context.Context, c smt.Checker, q *Question) (Answer, smt.Query) {
	query, err := q.Unlifted()
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}, smt.Query{}
	}
	query.Read = nil
	return Confirm(ctx, c, query, logicBits), query
}
