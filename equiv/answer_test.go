package equiv

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestOnlyUnsatProves walks every status and every reason that there is: nothing but
// unsat is proved, no answer is Unknown, and a defect is Failed.
func TestOnlyUnsatProves(t *testing.T) {
	model := Answer{Verdict: verdict.Refuted, Detail: "the caller's"}
	require.Equal(t, Answer{Verdict: verdict.Proved, Basis: verdict.OneSolver}, Answered("z3", smt.Result{Status: smt.Unsat}, model))
	require.Equal(t, Answer{Verdict: verdict.Proved, Basis: verdict.TwoSolvers}, Answered("z3", smt.Result{Status: smt.Unsat, Seconded: true}, model))
	require.Equal(t, model, Answered("z3", smt.Result{Status: smt.Sat}, model))
	for _, r := range []smt.Reason{"", smt.Timeout, smt.Memory, smt.Crashed, smt.Cancelled, smt.GaveUp} {
		a := Answered("z3", smt.Result{Reason: r, Seconded: true}, model)
		require.Equal(t, verdict.Unknown, a.Verdict, r)
		require.Equal(t, verdict.SolverUnknown, a.Reason, r)
		require.Contains(t, a.Detail, "z3: unknown", r)
		require.Empty(t, a.Basis, r)
	}
	for r, reason := range map[smt.Reason]verdict.Reason{
		"": verdict.SolverBroken, smt.BadQuery: verdict.SolverBroken, smt.Rejected: verdict.SolverBroken,
		smt.Protocol: verdict.SolverBroken, smt.NoSolver: verdict.SolverBroken, smt.Disagreement: verdict.SolverDiffers,
	} {
		a := Answered("", smt.Result{Status: smt.Error, Reason: r, Seconded: true}, model)
		require.Equal(t, verdict.Failed, a.Verdict, r)
		require.Equal(t, reason, a.Reason, r)
		require.Empty(t, a.Basis, r)
	}
	// A status that nobody knows is no answer.
	require.Equal(t, verdict.Unknown, Answered("", smt.Result{Status: 99}, model).Verdict)
}

// TestTheGravestAnswerStays whatever the order in which solvers gave them.
func TestTheGravestAnswerStays(t *testing.T) {
	byGravity := []Answer{
		{Verdict: verdict.Proved},
		{Reason: verdict.SolverUnknown},
		{Verdict: verdict.Failed, Reason: verdict.SolverBroken},
		{Verdict: verdict.Failed, Reason: verdict.SolverDiffers},
	}
	for i, a := range byGravity {
		for j, b := range byGravity {
			require.Equal(t, byGravity[max(i, j)], worse(a, b))
		}
		second := a
		second.Detail = "second"
		require.Equal(t, a, worse(a, second))
	}
}
