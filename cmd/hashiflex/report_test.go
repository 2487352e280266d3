package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// checked proves one layer of tiny with an adder of channel 3 that subtracts, and a
// solver that may answer wrongly.
func checked(t *testing.T, dir string, faulty bool, others ...smt.Opinion) *dossier.Dossier {
	t.Helper()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	z3, err := smt.Z3()
	require.NoError(t, err)
	j := &signoff.Job{
		Network: net, Opened: "tiny", Dir: dir, Program: "test", Reports: signoffReports,
		Chain: chain.Options{Edges: verdict.Edges(), Jobs: 2, Opinions: append([]smt.Opinion{{Solver: z3}}, others...), Seed: 1, Layers: []string{"project"}},
	}
	ctx := context.Background()
	if faulty {
		ctx = plant.With(ctx, plant.Hooks{Module: func(u shiftadd.Unit, _ string, mod *netlist.Module) {
			if u.Name != "project_c3" {
				return
			}
			for i := range mod.Cells {
				if mod.Cells[i].Op == netlist.OpAdd {
					mod.Cells[i].Op = netlist.OpSub
					return
				}
			}
			t.Error("nothing to plant a fault in")
		}})
	}
	_, err = signoff.Run(ctx, *j)
	require.NoError(t, err)
	run, err := rundir.Read(dir)
	require.NoError(t, err)
	require.NoError(t, run.Verify())
	d, err := dossier.Of(run, dossier.Options{NoTimings: true})
	require.NoError(t, err)
	return d
}

// The witness that a real run writes is what the reports read: package reports does
// not know the types behind witness.json.
func TestReportOfARefutedRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	d := checked(t, dir, true)
	require.Equal(t, reports.NetworkRefuted, d.Signoff.Conclusion)
	require.Equal(t, verdict.Point{Layer: "project", Edge: verdict.GoldenNetlist, Label: "3"}.ID(), d.Problems[0].ID)
	w := d.Problems[0].Witness
	require.Equal(t, "project_c3", w.Module)
	require.NotEqual(t, w.Gold, w.Netlist)
	require.NotEmpty(t, w.Inputs)
	require.NotEmpty(t, w.Minimal)
	require.Len(t, w.Causes, 1)
	require.Contains(t, w.Causes[0].Words, "coefficient")
	require.Contains(t, w.Causes[0].Text, " - ")
	roots, first := 0, 0
	for _, s := range w.Cone {
		if s.Root {
			roots++
		}
		if s.First {
			first++
		}
	}
	require.Equal(t, []int{1, 1}, []int{roots, first})
	last := w.Cone[len(w.Cone)-1]
	require.True(t, last.Differs())
	require.Equal(t, []int64{w.Gold, w.Netlist}, []int64{last.Gold, last.Gate})
	// The other edge fails for the same reason, and leads there.
	require.Equal(t, verdict.Point{Layer: "project", Edge: verdict.GoldenRTL, Label: "3"}.ID(), d.Problems[1].ID)
	require.Equal(t, filepath.Base(filepath.Dir(w.File)), d.Problems[1].Witness.Full)

	text, err := os.ReadFile(filepath.Join(dir, "reports", "signoff.html"))
	require.NoError(t, err)
	for _, want := range []string{"first difference", `class="box off root"`, "The same cause is drawn", "coefficient"} {
		require.True(t, strings.Contains(string(text), want), want)
	}
}

// Solvers that disagree are told apart from those that gave no answer.
func TestReportOfDisagreement(t *testing.T) {
	path, err := filepath.Abs(filepath.Join("..", "..", "equiv", "signoff", "testdata", "answer"))
	require.NoError(t, err)
	d := checked(t, filepath.Join(t.TempDir(), "run"), false, smt.Opinion{Solver: smt.Solver{Name: "liar", Path: path, Args: []string{"sat"}}})
	require.Equal(t, reports.MachineryFailed, d.Signoff.Conclusion)
	disputed := 0
	for _, c := range d.Claims {
		disputed += c.Disputed
	}
	require.Positive(t, disputed)
	for _, p := range d.Problems {
		if p.Verdict == verdict.Failed {
			require.True(t, p.Reason.Disputes(), p.Reason)
		}
	}
}
