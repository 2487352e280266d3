package bench

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

func TestRivalsProveAndDoNotProveWhatIsWrong(t *testing.T) {
	net := mobilenet(t)
	p, err := NewPoint(net, 2)
	require.NoError(t, err)
	wrong, err := Faulty(net, p)
	require.NoError(t, err)
	for _, r := range Rivals() {
		t.Run(r.Name, func(t *testing.T) {
			require.NoError(t, r.Check(context.Background(), p, wrong, time.Minute))
			// The check itself must not be content with anything.
			require.ErrorContains(t, r.Check(context.Background(), wrong, wrong, time.Minute), "not set up well")
			require.ErrorContains(t, r.Check(context.Background(), p, p, time.Minute), "not set up well")
		})
	}
}

func TestRivalThatIsLateIsUnsolved(t *testing.T) {
	p, err := NewPoint(mobilenet(t), 64)
	require.NoError(t, err)
	a, err := z3Bits.Ask(context.Background(), p, 300*time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, Answer{Verdict: verdict.Unknown, Reason: timedOut, Time: 300 * time.Millisecond, Peak: a.Peak}, a)
}

func TestVerdictsAreReadFromTheirPlaces(t *testing.T) {
	type read func(int, string, string) (verdict.Verdict, string)
	for _, c := range []struct {
		read           read
		exit           int
		stdout, stderr string
		want           verdict.Verdict
		reason         string
	}{
		{smtVerdict, 0, "unsat\n", "", verdict.Proved, ""},
		{smtVerdict, 0, "sat\n", "", verdict.Refuted, ""},
		{smtVerdict, 0, "unknown\n", "", verdict.Unknown, "exit 0: unknown"},
		{smtVerdict, 1, "unsat\n", "(error \"x\")", verdict.Unknown, "exit 1: unsat (error \"x\")"},
		{smtVerdict, 0, "(error \"unsat\")\nunsat\n", "", verdict.Unknown, "exit 0: (error \"unsat\") unsat"},
		{smtVerdict, -1, "", "killed", verdict.Unknown, "exit -1: killed"},
		{abcVerdict, 0, "noise\nNetworks are equivalent.  Time = 0.1 sec\n\n", "", verdict.Proved, ""},
		{abcVerdict, 0, "Networks are NOT EQUIVALENT.  Time = 0.0 sec\n", "", verdict.Refuted, ""},
		{abcVerdict, 0, "Networks are UNDECIDED.\n", "", verdict.Unknown, "exit 0: Networks are UNDECIDED."},
		{abcVerdict, 0, "Reading network from file has failed.\n", "", verdict.Unknown, "exit 0: Reading network from file has failed."},
		{abcVerdict, 0, "Networks are equivalent.\nNetworks are NOT EQUIVALENT.\n", "", verdict.Unknown, "exit 0: Networks are equivalent. Networks are NOT EQUIVALENT."},
		{abcVerdict, 0, "", "", verdict.Unknown, "exit 0: "},
		{yosysVerdict, 0, "", "", verdict.Proved, ""},
		{yosysVerdict, 1, "", "ERROR: Found 7 unproven $equiv cells in 'equiv_status -assert'.\n", verdict.Unknown, unproven},
		{yosysVerdict, 1, "", "ERROR: Module `gold' not found!\n", verdict.Unknown, "exit 1: ERROR: Module `gold' not found!"},
	} {
		v, reason := c.read(c.exit, c.stdout, c.stderr)
		require.Equal(t, c.want, v, "%d %q %q", c.exit, c.stdout, c.stderr)
		require.Equal(t, c.reason, reason)
	}
}
