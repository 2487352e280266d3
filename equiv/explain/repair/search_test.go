package repair

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// TestTrialIsTheCircuit: a circuit without edits gives on every lane what the
// question's own execution gives.
func TestTrialIsTheCircuit(t *testing.T) {
	q := channel(t, func(*netlist.Module) {})
	vs := Vectors(q, resting(q.Model))
	tr, err := newTrial(q, vs)
	require.NoError(t, err)
	_, got, err := q.Execute(vs)
	require.NoError(t, err)
	w := q.Gate.Width(q.Out)
	for i := range vs {
		require.Equal(t, uint64(got[i])&mask(w), tr.vals[q.Out][i])
	}
	require.Empty(t, tr.failing, "the generator's hardware is right")
}

// TestRepairsMend: every repair that is found makes the circuit right on inputs that the
// search has not seen, and one of the smallest is at the cell that was changed.
func TestRepairsMend(t *testing.T) {
	for name, spoil := range map[string]func(m *netlist.Module, v netlist.Value) bool{
		"subtraction": func(m *netlist.Module, v netlist.Value) bool {
			c := &m.Cells[v]
			if c.Op != netlist.OpSub {
				return false
			}
			c.Op = netlist.OpAdd
			return true
		},
		"comparison": func(m *netlist.Module, v netlist.Value) bool {
			c := &m.Cells[v]
			if c.Op != netlist.OpMux {
				return false
			}
			c.Args[1], c.Args[2] = c.Args[2], c.Args[1]
			return true
		},
		"sign": func(m *netlist.Module, v netlist.Value) bool {
			c := &m.Cells[v]
			if c.Op != netlist.OpSext {
				return false
			}
			c.Op = netlist.OpZext
			return true
		},
	} {
		at := netlist.Value(0)
		q := channel(t, func(m *netlist.Module) {
			for v := netlist.Value(1); int(v) < len(m.Cells) && at == 0; v++ {
				if spoil(m, v) {
					at = v
				}
			}
		})
		require.NotZero(t, at, name)
		w, err := q.Search(1)
		require.NoError(t, err)
		require.NotNil(t, w, name)
		found, err := Search(Problem{Question: q, Witness: w.Inputs, Form: none})
		require.NoError(t, err)
		require.NotEmpty(t, found, name)
		hit := false
		for _, r := range found {
			hit = hit || r.Cost == found[0].Cost && r.Cell == at
		}
		require.True(t, hit, "%s: none of the smallest is at %d: %+v", name, at, found[0])
	}
}

// TestNothingToRepair: inputs on which both sides agree are no witness.
func TestNothingToRepair(t *testing.T) {
	q := channel(t, func(*netlist.Module) {})
	found, err := Search(Problem{Question: q, Witness: resting(q.Model), Form: none})
	require.NoError(t, err)
	require.Empty(t, found)
}

func none(netlist.Value) (f term.Form, ok bool) { return f, false }

// channel is a channel of tiny in hardware that was changed.
func channel(t *testing.T, spoil func(m *netlist.Module)) *equiv.Question {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	l := net.Layer("expand")
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	u := shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: 0, Name: "expand"}
	m := g.Channel(0)
	spoil(m)
	return equiv.NewQuestion(equiv.ModelOf(l, u), m)
}
