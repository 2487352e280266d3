package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/spec"
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
	require.Equal(t, Proved, s.Verdict)
	require.Empty(t, kept)

	claim := s.Claims[len(s.Claims)-1]
	require.NotEmpty(t, claim.Given)
	loose := claim
	loose.Given = []Given{{claim.Given[0].Net, claim.Given[0].Term, term.Interval{Lo: -1 << 20, Hi: 1 << 20}}}
	asked := c.Answers.Asked
	require.Equal(t, Proved, c.Claim(context.Background(), m, gate, &s, loose).Verdict)
	require.Equal(t, asked+2, c.Answers.Asked, "the claim does not need to be asked again")
	require.Empty(t, kept)

	wrong := loose
	wrong.Offset++
	a := c.Claim(context.Background(), m, gate, &s, wrong)
	require.Equal(t, Failed, a.Verdict)
	require.Equal(t, []string{a.Query}, kept)
	c.Claim(context.Background(), m, gate, &s, wrong)
	require.Len(t, kept, 1)

	c.Answers.All = true
	wrong.Offset++
	c.Claim(context.Background(), m, gate, &s, wrong)
	require.Len(t, kept, 3, "all queries are asked for")
}
