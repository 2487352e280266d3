package encode_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
)

func solve(t *testing.T, text string) smt.Result {
	z3, err := smt.Z3()
	require.NoError(t, err)
	s, err := smt.Start(context.Background(), z3, smt.Limits{Query: 10 * time.Second})
	require.NoError(t, err)
	defer s.Close()
	return s.Check(context.Background(), smt.Query{Text: []byte(text)})
}

func TestIntervalRulesHold(t *testing.T) {
	for _, r := range encode.IntervalRules() {
		require.Equal(t, smt.Unsat, solve(t, r.Text).Status, r.Name)
	}
}

// TestAWrongIntervalRuleIsFound lets the operand lie one below its lower end.
func TestAWrongIntervalRuleIsFound(t *testing.T) {
	for _, r := range encode.IntervalRules() {
		wrong := strings.Replace(r.Text, "(<= l a h)", "(<= (- l 1) a h)", 1)
		require.Equal(t, smt.Sat, solve(t, wrong).Status, r.Name)
	}
}
