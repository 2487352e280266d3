package equiv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func z3(t testing.TB) *Confirmer {
	s, err := smt.Z3()
	require.NoError(t, err)
	ints, err := smt.Start(context.Background(), s, smt.Limits{})
	require.NoError(t, err)
	bits, err := smt.Start(context.Background(), s.WithLogic("QF_BV"), smt.Limits{})
	require.NoError(t, err)
	t.Cleanup(func() { ints.Close(); bits.Close() })
	return &Confirmer{Answers: NewAnswers(), Ints: smt.Panel{{Name: "z3", Checker: ints}}, Bits: smt.Panel{{Name: "z3", Checker: bits}}}
}

// prove settles and confirms one point.
func prove(t testing.TB, c *Confirmer, m *Model, gate *netlist.Module) (Settled, error) {
	s := NewQuestion(m, gate).Settle()
	if s.Verdict != verdict.Proved {
		return s, nil
	}
	for _, claim := range s.Claims {
		a := c.Claim(context.Background(), NewQuestion(m, gate), &s, claim)
		require.Equal(t, verdict.Proved, a.Verdict, "%s: %v: %s", gate.Name, a.Reason, a.Detail)
	}
	if s.Tail != nil {
		u, differs, err := s.Tail.Enumerate(s.Tail.Range)
		require.NoError(t, err)
		require.False(t, differs, "%s: tail differs at %d", gate.Name, u)
		a := c.Tail(context.Background(), s.Tail, s.Tail.Range, false)
		require.Equal(t, verdict.Proved, a.Verdict, "%s: %v: %s", gate.Name, a.Reason, a.Detail)
	}
	return s, nil
}

func TestTinyUnderEveryKnob(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	c := z3(t)
	for _, l := range net.Layers {
		if l.Kind() == "dense" {
			continue
		}
		for _, o := range shiftadd.Combinations() {
			var acc spec.Accumulator
			if conv, ok := l.Op.(*spec.Conv); ok {
				acc = conv.Acc
			}
			if shiftadd.Check(acc, o) != nil {
				continue
			}
			g, err := shiftadd.New(l, o)
			require.NoError(t, err)
			for _, u := range g.Modules() {
				if u.Kind == shiftadd.KindShared {
					continue
				}
				gate := g.Module(u)
				if sh := g.Shared(); sh != nil && u.Kind == shiftadd.KindChannel {
					if linked, err := netlist.Link(gate, sh); err == nil {
						gate = linked
					}
				}
				s, _ := prove(t, c, ModelOf(l, u), gate)
				require.Equal(t, verdict.Proved, s.Verdict, "%s %v: %v %s", u.Name, o, s.Reason, s.Detail)
			}
		}
	}
	t.Logf("%d queries, %d shared", c.Answers.Asked, c.Answers.Hits)
}
