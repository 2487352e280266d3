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
	two := []string{"z3", "cvc5"}
	model := Answer{Verdict: verdict.Refuted, Detail: "the caller's"}
	require.Equal(t, Answer{Verdict: verdict.Proved, Basis: verdict.OneSolver}, Answered("", smt.Result{Status: smt.Unsat, By: two[:1]}, model))
	require.Equal(t, Answer{Verdict: verdict.Proved, Basis: verdict.TwoSolvers, By: two}, Answered("", smt.Result{Status: smt.Unsat, By: two}, model))
	require.Equal(t, model, Answered("", smt.Result{Status: smt.Sat}, model))
	for r, reason := range map[smt.Reason]verdict.Reason{
		"": verdict.SolverUnknown, smt.Timeout: verdict.SolverTime, smt.Memory: verdict.SolverMemory,
		smt.Crashed: verdict.SolverUnknown, smt.Cancelled: verdict.SolverUnknown, smt.GaveUp: verdict.SolverUnknown,
	} {
		a := Answered("what", smt.Result{Reason: r, By: two}, model)
		require.Equal(t, verdict.Unknown, a.Verdict, r)
		require.Equal(t, reason, a.Reason, r)
		require.True(t, a.Reason.NoAnswer())
		require.Contains(t, a.Detail, "what: z3: unknown", r)
		require.Empty(t, a.Basis, r)
	}
	for r, reason := range map[smt.Reason]verdict.Reason{
		"": verdict.SolverBroken, smt.BadQuery: verdict.SolverBroken, smt.Rejected: verdict.SolverBroken,
		smt.Protocol: verdict.SolverBroken, smt.NoSolver: verdict.SolverBroken, smt.Disagreement: verdict.SolverDiffers,
	} {
		a := Answered("", smt.Result{Status: smt.Error, Reason: r, By: two}, model)
		require.Equal(t, verdict.Failed, a.Verdict, r)
		require.Equal(t, reason, a.Reason, r)
		require.Empty(t, a.Basis, r)
	}
	// A status that nobody knows is no answer.
	require.Equal(t, verdict.Unknown, Answered("", smt.Result{Status: 99}, model).Verdict)
}
