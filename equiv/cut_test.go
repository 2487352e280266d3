package equiv

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestCutsOfSumsAreThoseOfSingleCells: for right hardware and for hardware with a cell that
// is wrong, the cuts found where only sums are lifted are those that are found with the
// form of every net. Wrong hardware is proved in neither way.
func TestCutsOfSumsAreThoseOfSingleCells(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	bySums, faults := 0, 0
	compare := func(q *Question) {
		if q.unbound != nil {
			return
		}
		m := q.Model
		var found [2][]cutPoint
		var failed error
		for i, sums := range []bool{false, true} {
			ranges := make([]spec.Range, len(m.Vars))
			for j, v := range m.Vars {
				ranges[j] = v.Range
			}
			sp := term.NewSpace(ranges)
			nets := make([]lift.Net, len(q.Gate.Inputs))
			for j, v := range q.bind {
				nets[j] = lift.Net{Form: sp.Input(v), Range: ranges[v]}
			}
			l := lift.New(sp, q.Gate, nets)
			l.Sums = sums
			acc, ok := (&lift.Golden{Space: sp, Terms: m.Terms, Vars: sp.Inputs(len(ranges))}).Form(m.Acc)
			if !ok || acc.IsConst() {
				return
			}
			p, scale, _ := acc.Primitive()
			if sums {
				if found[i], ok = cutsAtSums(l, q.Gate, q.Out, p, scale); !ok {
					return
				}
				bySums++
				continue
			}
			found[i], failed = findCuts(l, q.Gate, q.Out, p, scale)
		}
		require.NoError(t, failed, q.Gate.Name)
		require.ElementsMatch(t, found[0], found[1], q.Gate.Name)
	}
	for _, l := range net.Layers {
		if l.Kind() == "dense" {
			continue
		}
		for _, o := range []shiftadd.Options{{}, {Tree: shiftadd.Linear, Subtract: shiftadd.InvertCarry}, {Widths: shiftadd.Uniform}, {Tree: shiftadd.CarrySave}} {
			g, err := shiftadd.New(l, o)
			require.NoError(t, err)
			for _, u := range g.Modules() {
				model := ModelOf(l, u)
				if model.Tail == nil {
					continue
				}
				gate := g.Bare(u)
				compare(NewQuestion(model, gate))
				for range 3 {
					bad := faulty(rng, gate)
					if bad == nil {
						continue
					}
					q := NewQuestion(model, bad)
					compare(q)
					if w, err := q.Search(1); err == nil && w != nil {
						faults++
						s := q.Settle()
						if s.Verdict == verdict.Proved {
							// Only the tail is left to differ.
							require.NotNil(t, s.Tail)
							_, differs, err := s.Tail.Enumerate(s.Tail.Range)
							require.NoError(t, err)
							require.True(t, differs, "%s is proved with a witness against it", bad.Name)
						}
					}
				}
			}
		}
	}
	t.Logf("%d circuits cut at sums, %d with a fault that shows", bySums, faults)
	require.Greater(t, bySums, 100)
	require.Greater(t, faults, 100)
}

// faulty is a circuit with one cell changed into one of another meaning; nil: the cell has
// no other of its kind.
func faulty(rng *rand.Rand, m *netlist.Module) *netlist.Module {
	bad := *m
	bad.Cells = append([]netlist.Cell(nil), m.Cells...)
	c := &bad.Cells[1+rng.Intn(len(bad.Cells)-1)]
	switch c.Op {
	case netlist.OpAdd:
		c.Op = netlist.OpSub
	case netlist.OpSub:
		c.Op = netlist.OpAdd
	case netlist.OpSext:
		c.Op = netlist.OpZext
	case netlist.OpZext:
		c.Op = netlist.OpSext
	case netlist.OpConst:
		c.Aux ^= 1
	case netlist.OpSlice:
		if c.Aux == 0 {
			return nil
		}
		c.Aux--
	default:
		return nil
	}
	return &bad
}
