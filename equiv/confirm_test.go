package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestOnlyWhatStaysUnprovedIsKept: a claim that holds from the inputs on, though not
// for every value of what was given, leaves no query behind; one that is wrong
// leaves the query that it ends with, once however often it is asked.
func TestOnlyWhatStaysUnprovedIsKept(t *testing.T) {
	m, gate := oneChannel(t, []spec.Code{4, 3, -1, 2}, 20, spec.Accumulator{Mode: spec.AccSaturate, Width: 7},
		spec.Requant{Format: spec.Format{Signed: true, Width: 7, Frac: 4}, Overflow: spec.SAT})
	c := z3(t)
	var kept []string
	c.Answers.Keep = func(hash string, _ smt.Query, _ string) { kept = append(kept, hash) }
	s, err := prove(t, c, m, gate)
	require.NoError(t, err)
	require.Equal(t, verdict.Proved, s.Verdict)
	require.Empty(t, kept)

	claim := s.Claims[len(s.Claims)-1]
	require.NotEmpty(t, claim.Given)
	loose := claim
	loose.Given = []Given{{claim.Given[0].Net, claim.Given[0].Term, spec.Range{Lo: -1 << 20, Hi: 1 << 20}}}
	asked := c.Answers.Asked
	require.Equal(t, verdict.Proved, c.Claim(context.Background(), NewQuestion(m, gate), &s, loose).Verdict)
	require.Equal(t, asked+2, c.Answers.Asked, "the claim does not need to be asked again")
	require.Empty(t, kept)

	wrong := loose
	wrong.Offset++
	a := c.Claim(context.Background(), NewQuestion(m, gate), &s, wrong)
	require.Equal(t, verdict.Failed, a.Verdict)
	require.Equal(t, []string{a.Query}, kept)
	c.Claim(context.Background(), NewQuestion(m, gate), &s, wrong)
	require.Len(t, kept, 1)

	c.Answers.All = true
	wrong.Offset++
	c.Claim(context.Background(), NewQuestion(m, gate), &s, wrong)
	require.Len(t, kept, 3, "all queries are asked for")
}

// saying is a solver that says one thing.
type saying smt.Result

func (s saying) Check(context.Context, smt.Query) smt.Result { return smt.Result(s) }

// TestWhatStandsAloneIsAskedTwice: a point in bit-vectors and a tail that was not
// enumerated are proved by two solvers, or marked as one's word, and never proved
// where the second has a model.
func TestWhatStandsAloneIsAskedTwice(t *testing.T) {
	m, gate := oneChannel(t, []spec.Code{4, 3, -1, 2}, 20, spec.Accumulator{},
		spec.Requant{Format: spec.Format{Signed: true, Width: 7, Frac: 4}, Overflow: spec.SAT})
	s := NewQuestion(m, gate).Settle()
	require.Equal(t, verdict.Proved, s.Verdict)
	unsat := saying{Status: smt.Unsat}
	for _, c := range []struct {
		name    string
		second  *saying
		verdict verdict.Verdict
		reason  verdict.Reason
		basis   verdict.Basis
	}{
		{"nobody", nil, verdict.Proved, "", verdict.OneSolver},
		{"agrees", &unsat, verdict.Proved, "", verdict.TwoSolvers},
		{"has a model", &saying{Status: smt.Sat}, verdict.Failed, verdict.SolverDiffers, ""},
		{"out of time", &saying{Reason: smt.Timeout}, verdict.Proved, "", verdict.OneSolver},
		{"crashes", &saying{Reason: smt.Crashed}, verdict.Proved, "", verdict.OneSolver},
		{"talks nonsense", &saying{Status: smt.Error, Reason: smt.Protocol}, verdict.Failed, verdict.SolverBroken, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			panel := smt.Panel{{Name: "first", Checker: unsat}}
			if c.second != nil {
				panel = append(panel, smt.Voice{Name: "other", Alone: true, Checker: *c.second})
			}
			conf := &Confirmer{Answers: NewAnswers(), Bits: panel}
			direct, w := conf.Direct(context.Background(), NewQuestion(m, gate))
			require.Nil(t, w)
			for _, a := range []Answer{direct, conf.Tail(context.Background(), s.Tail, s.Tail.Range, true)} {
				require.Equal(t, c.verdict, a.Verdict, a.Detail)
				require.Equal(t, c.reason, a.Reason)
				require.Equal(t, c.basis, a.Basis)
				require.NotEmpty(t, a.Query)
			}
			// What was enumerated has two words already, and nobody is asked.
			enumerated := conf.Tail(context.Background(), s.Tail, s.Tail.Range, false)
			require.Equal(t, verdict.Proved, enumerated.Verdict)
			require.Empty(t, enumerated.Basis)
		})
	}
	both := &Confirmer{Answers: NewAnswers(), Bits: smt.Panel{{Name: "first", Checker: unsat}, {Name: "second", Checker: unsat}}}
	direct, _ := both.Direct(context.Background(), NewQuestion(m, gate))
	require.Equal(t, verdict.TwoSolvers, direct.Basis)
}

// TestFactsRestOnTheirWeakestAnswer however many others were given twice.
func TestFactsRestOnTheirWeakestAnswer(t *testing.T) {
	once := smt.Result{Status: smt.Unsat, By: []string{"a"}}
	twice := smt.Result{Status: smt.Unsat, By: []string{"a", "b"}}
	third := smt.Result{Status: smt.Unsat, By: []string{"a", "c"}}
	for _, c := range []struct {
		answers []smt.Result
		want    verdict.Basis
		by      []string
	}{
		{nil, "", nil},
		{[]smt.Result{twice, twice}, verdict.TwoSolvers, []string{"a", "b"}},
		{[]smt.Result{twice, third}, verdict.TwoSolvers, []string{"a", "b", "c"}},
		{[]smt.Result{twice, once}, verdict.OneSolver, nil},
		{[]smt.Result{once, twice}, verdict.OneSolver, nil},
		{[]smt.Result{{Status: smt.Sat}, twice}, verdict.TwoSolvers, []string{"a", "b"}},
	} {
		var f Fact
		for _, r := range c.answers {
			f.Rest(Answered("", r, Answer{}))
		}
		require.Equal(t, c.want, f.Basis, "%v", c.answers)
		require.Equal(t, c.by, f.By, "%v", c.answers)
	}
	// What is computed and then asked rests on those that were asked.
	f := Fact{Basis: verdict.Computed}
	f.Rest(Answered("", smt.Result{Status: smt.Unknown}, Answer{}))
	require.Equal(t, verdict.Computed, f.Basis)
	f.Rest(Answered("", twice, Answer{}))
	require.Equal(t, verdict.TwoSolvers, f.Basis)
	f.Basis = verdict.Computed
	f.Rest(Answered("", once, Answer{}))
	require.Equal(t, verdict.OneSolver, f.Basis)
}
