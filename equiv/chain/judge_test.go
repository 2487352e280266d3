package chain

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// judge decides one point on the netlist edge, by the very code that a run uses,
// and without company: its tail is discharged at once.
func judge(p *prover, m *equiv.Model, gate *netlist.Module) Point {
	p.alone = true
	c := &circuit{unit: shiftadd.Unit{Name: gate.Name}, module: gate, Question: equiv.NewQuestion(m, gate)}
	return p.point(context.Background(), verdict.GoldenNetlist, c, newOutcome())
}

// byForms proves by normal forms and asks no solver.
func byForms(seed int64) *prover { return &prover{o: &Options{Seed: seed}} }

// byZ3 has everything confirmed by Z3.
func byZ3(t testing.TB, seed int64) *prover { return byPatientZ3(t, seed, 10*time.Second) }

// byPatientZ3 is byZ3 with another limit for each query.
func byPatientZ3(t testing.TB, seed int64, limit time.Duration) *prover {
	z3, err := smt.Z3()
	require.NoError(t, err)
	ints, err := smt.Start(context.Background(), z3, smt.Limits{Query: limit})
	require.NoError(t, err)
	bits, err := smt.Start(context.Background(), z3.WithLogic("QF_BV"), smt.Limits{Query: limit})
	require.NoError(t, err)
	pairs, err := smt.Pairs(context.Background(), z3, smt.Limits{}, 1)
	require.NoError(t, err)
	t.Cleanup(func() { ints.Close(); bits.Close(); pairs.Close() })
	return &prover{o: &Options{Seed: seed}, pairs: pairs, conf: &equiv.Confirmer{
		Answers: equiv.NewAnswers(), Ints: smt.Panel{{Name: "z3", Checker: ints}}, Bits: smt.Panel{{Name: "z3", Checker: bits}},
	}}
}

// inputs are the intervals of a model's variables.
func inputs(m *equiv.Model) []mutant.Input {
	ins := make([]mutant.Input, len(m.Vars))
	for i, v := range m.Vars {
		ins[i] = mutant.Input{Name: v.Port, Width: v.Width, Range: v.Range}
	}
	return ins
}

// replays reports whether both sides, executed again on the witness by their own
// definitions, give what it says, and differ.
func replays(t testing.TB, m *equiv.Model, gate *netlist.Module, w *WitnessRecord) bool {
	for i, v := range m.Vars {
		if !v.Range.Contains(w.Inputs[i]) {
			return false
		}
	}
	gold, got, err := equiv.NewQuestion(m, gate).Execute([][]int64{w.Inputs})
	require.NoError(t, err)
	return gold[0] == w.Gold && got[0] == w.Netlist && gold[0] != got[0]
}

func open(t testing.TB, name string) *spec.Network {
	net, err := networks.Open(name)
	require.NoError(t, err)
	return net
}

// tally counts verdicts by kind and by what simulation knows.
type tally map[mutant.Kind]map[string]int

func (c tally) add(k mutant.Kind, class mutant.Class, v verdict.Verdict) {
	if c[k] == nil {
		c[k] = map[string]int{}
	}
	c[k][fmt.Sprintf("%v/%v", class, v)]++
}

// log prints one line for each kind: "difference known to simulation/verdict".
func (c tally) log(t *testing.T, edge string) {
	t.Helper()
	columns := map[string]int{}
	for _, row := range c {
		for col, n := range row {
			columns[col] += n
		}
	}
	names := slices.Sorted(maps.Keys(columns))
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%-28s", edge, "kind")
	for _, n := range names {
		fmt.Fprintf(&b, " %18s", n)
	}
	for _, k := range append(mutant.Kinds(), "all") {
		row := c[k]
		if k == "all" {
			row = columns
		}
		if row == nil {
			continue
		}
		fmt.Fprintf(&b, "\n%-28s", k)
		for _, n := range names {
			fmt.Fprintf(&b, " %18d", row[n])
		}
	}
	t.Log(b.String())
}
