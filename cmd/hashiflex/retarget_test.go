package main

import (
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hashiflex/hashiflex/equiv/retarget"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// classifier writes a classifier with random weights: classifier FILE SEED SIZES…
func classifier(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: classifier FILE SEED SIZES…")
	}
	var numbers []int
	for _, a := range args[1:] {
		n, err := strconv.Atoi(a)
		ts.Check(err)
		numbers = append(numbers, n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), zoo.Classifier(zoo.Options{Seed: uint64(numbers[0])}, numbers[1:]...), 0o644))
}

// signedOff writes the run directory of a signoff in which nobody proved anything, for what
// comes after a signoff: signedoff NETWORK DIR [HEADS].
func signedOff(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: signedoff NETWORK DIR [HEADS]")
	}
	n, inputs, err := openHashed(args[0])
	ts.Check(err)
	p, err := npu.Room(signoff.Dense(n), signoff.HeadLanes)
	ts.Check(err)
	head, err := signoff.HeadInputs(nil, p)
	ts.Check(err)
	run, err := rundir.Open(rundir.Config{Dir: ts.MkAbs(args[1]), Identity: rundir.Identity{Network: n.Name}})
	ts.Check(err)
	s := &reports.Signoff{
		Program: "test", Network: n.Name, Edges: []verdict.Edge{verdict.GoldenNetlist}, Inputs: append(inputs, head...),
		Head: &reports.Head{
			Program: reports.HeadProgram{Size: signoff.HeadSize(p)},
			Proofs:  []reports.HeadProof{{ID: "head lane/step", Kind: verdict.HeadLane, Name: "step", Verdict: verdict.Proved}},
		},
	}
	if len(args) > 2 {
		heads, err := strconv.Atoi(args[2])
		ts.Check(err)
		s.Stream = &reports.Stream{
			Top: n.Name + "_stream", Blocks: []reports.StreamBlock{{Instance: "u_all", Verdict: verdict.Proved}},
			Heads: &reports.StreamHeads{Count: heads, Lanes: signoff.HeadLanes},
		}
	}
	seq := 0
	enter := func(o reports.Obligation) {
		o.Verdict, o.Strategy, o.RestsOn = verdict.Proved, "said so", verdict.Computed
		ts.Check(run.Record(seq, o))
		seq++
	}
	for _, l := range retarget.Hardened(n) {
		s.Layers = append(s.Layers, reports.Layer{Name: l.Name, Kind: l.Kind(), Points: 1})
		at := verdict.Point{Layer: l.Name, Edge: verdict.GoldenNetlist, Label: "0"}
		enter(reports.Obligation{ID: at.ID(), Kind: verdict.Compare, Layer: l.Name, Edge: at.Edge, Point: at.Label})
	}
	for _, kind := range []verdict.Kind{verdict.HeadFuzz, verdict.HeadProgram} {
		enter(reports.Obligation{ID: kind.ID(n.Name), Kind: kind})
	}
	enter(reports.Obligation{ID: "head lane/step", Kind: verdict.HeadLane})
	if s.Stream != nil {
		enter(reports.Obligation{ID: verdict.StreamBlock.ID("u_all"), Kind: verdict.StreamBlock})
		enter(reports.Obligation{ID: verdict.StreamWhole.ID(n.Name), Kind: verdict.StreamWhole})
	}
	ts.Check(run.Fill(s))
	ts.Check(run.Finish(s))
	ts.Check(run.Close())
}
