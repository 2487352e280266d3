package encode_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/merge"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
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

// TestSameSeesAWrongChange: that a cell may read another net with the same bits is
// unsatisfiable, wherever bits that meet zeros differ too, and satisfiable for any
// other net: of bitwise logic, of wiring, and of arithmetic, whose cells are free.
func TestSameSeesAWrongChange(t *testing.T) {
	m := netlist.New("m")
	a, b := m.Input("a", 4), m.Input("b", 4)
	unsigned, signed, mask := m.Zext(a, 7), m.Sext(a, 7), m.Zext(b, 7)
	xor := m.Xor(signed, m.Sext(b, 7))
	again := m.Sext(m.Slice(xor, 0, 5), 7)
	cut := m.Slice(again, 0, 6)
	and := m.And(signed, mask)
	sum := m.Add(again, mask)
	for _, c := range []struct {
		name string
		to   merge.Change
		want smt.Status
	}{
		{"bits that meet zeros", merge.Change{Cell: and, Args: [3]netlist.Value{unsigned, mask}}, smt.Unsat},
		{"bits that do not", merge.Change{Cell: and, Args: [3]netlist.Value{xor, mask}}, smt.Sat},
		{"redundant sign bits", merge.Change{Cell: sum, Args: [3]netlist.Value{xor, mask}}, smt.Unsat},
		{"other bits into a sum", merge.Change{Cell: sum, Args: [3]netlist.Value{signed, mask}}, smt.Sat},
		{"a sum's operands exchanged", merge.Change{Cell: sum, Args: [3]netlist.Value{mask, again}}, smt.Sat},
		{"wiring", merge.Change{Cell: cut, Args: [3]netlist.Value{xor}}, smt.Unsat},
		{"wiring of other bits", merge.Change{Cell: cut, Args: [3]netlist.Value{mask}}, smt.Sat},
	} {
		text, err := encode.Same(m, []merge.Change{c.to})
		require.NoError(t, err)
		require.Equal(t, c.want, solve(t, text).Status, c.name)
	}
	merged, changes := merge.Operands(m)
	require.NotNil(t, merged)
	text, err := encode.Same(m, changes)
	require.NoError(t, err)
	require.Equal(t, smt.Unsat, solve(t, text).Status)
}
