// Package example writes run directories for tests: small networks with made-up
// obligations, written and finished as a real run is.
package example

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Run describes the run to write. The zero value is an empty run, which is not signed
// off.
type Run struct {
	Network   string
	Layers    []Layer
	Uncovered []reports.Uncovered
	Omissions []reports.Omission
	Options   []reports.Setting
	Head      *reports.Head   // with its obligations; nil: none
	Stream    *reports.Stream // likewise
	Mutation  *reports.Mutation
	Revision  *reports.Revision
	// Change may give an obligation another verdict than proved.
	Change func(o *reports.Obligation)
	// Omit may leave points out.
	Omit func(o *reports.Obligation) bool
}

// Layer is a layer to write.
type Layer struct {
	Name   string
	Kind   string
	Points int
}

// Edges of every example.
var Edges = verdict.Edges()

// Small is three layers with everything proved.
func Small() Run {
	return Run{Network: "small", Layers: []Layer{{"stem", "conv", 6}, {"depthwise", "conv", 24}, {"add", "add", 1}}}
}

// Waived is Small with a cell outside all proofs' cones, and the function that waives
// it.
func Waived() (Run, func(*reports.Signoff) error) {
	r := Small()
	r.Uncovered = []reports.Uncovered{{Kind: "cells", Object: "dbg", Source: "stem.v:3"}}
	return r, func(s *reports.Signoff) error {
		s.Uncovered[0].Waiver, s.Coverage[0].Waived = "observation only", 1
		return nil
	}
}

// MobileNet has the size of MobileNetV2: 17,056 channels in 52 convolutions, ten
// additions, and the pool.
func MobileNet() Run {
	r := Run{Network: "mobilenet_v2_1.0_224"}
	left := 17056
	for i := range 52 {
		n := left / (52 - i)
		left -= n
		r.Layers = append(r.Layers, Layer{fmt.Sprintf("expanded_conv_%d_depthwise", i), "conv", n})
		if i%5 == 4 {
			r.Layers = append(r.Layers, Layer{fmt.Sprintf("expanded_conv_%d_add", i), "add", 1})
		}
	}
	r.Layers = append(r.Layers, Layer{"global_average_pooling2d", "pool", 2})
	return r
}

// Hostile is text with special meaning in some output format.
var Hostile = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `'; DROP TABLE --`, "two\nlines\r\n", "]]>", "a|b|c",
	"\x00\x07\x1b[31m", "&amp;&lt;", "`code` *bold* [link](javascript:alert(1))", "\u202egnp.exe", "bad\xffbyte", "{{.Signoff}}",
	"-->", "</style></script>", "%s%n%d", "../../etc/passwd", "\u2028", "javascript:alert(1)",
}

// HostileRun uses Hostile for the names of layers, points, reasons and everything else.
// It has every verdict.
func HostileRun() Run {
	r := Run{Network: strings.Join(Hostile, "")}
	for i, h := range Hostile {
		r.Layers = append(r.Layers, Layer{h, h, 2})
		r.Uncovered = append(r.Uncovered, reports.Uncovered{Kind: h, Object: h, Source: h})
		r.Omissions = append(r.Omissions, reports.Omission{What: h, Why: h, Blocks: i%2 == 0})
	}
	all := strings.Join(Hostile, "")
	r.Mutation = &reports.Mutation{Seed: 1}
	for i, h := range Hostile {
		one := reports.MutationScore{Name: h, Killed: 1, Lived: 1}
		r.Mutation.Faults, r.Mutation.Layers = append(r.Mutation.Faults, one), append(r.Mutation.Layers, one)
		r.Mutation.Total.Add(&one)
		r.Mutation.Survivors = append(r.Mutation.Survivors, reports.Survivor{Mutant: i, Point: h, Where: h, Fault: h, Why: h})
	}
	r.Head = Head()
	r.Head.Program.Layers, r.Head.Program.Found, r.Head.Campaign.Found = Hostile, all, all
	r.Head.Rates[0].Layers = all
	r.Head.Toggles.Missing = nil
	for _, h := range Hostile {
		r.Head.Toggles.Missing = append(r.Head.Toggles.Missing, reports.HeadGap{Where: h, Count: 1, Why: h})
		r.Head.Proofs = append(r.Head.Proofs, reports.HeadProof{ID: verdict.HeadLane.ID(h), Kind: verdict.HeadLane, Name: h, Claim: h, Verdict: verdict.Proved, Method: h})
	}
	r.Head.Toggles.Total = r.Head.Toggles.Hit + len(Hostile)
	r.Revision = &reports.Revision{Commit: all, Date: all, Changed: true}
	r.Stream = Stream()
	r.Stream.Top, r.Stream.Claim, r.Stream.Design = all, all, "../../etc/passwd"
	r.Stream.Blocks[0].Rows, r.Stream.Blocks[0].Row = 0, 0
	for i, h := range Hostile {
		b := &r.Stream.Blocks[i%len(r.Stream.Blocks)]
		b.Instance, b.Layer = fmt.Sprint(i, h), h
		if i < 3 {
			b.Kind = h
		}
	}
	r.Change = func(o *reports.Obligation) {
		if o.Kind == verdict.HeadFuzz {
			Refute(o)
			o.Layer = all
		}
		i := slices.Index(Hostile, o.Layer)
		if i < 0 {
			return
		}
		h := Hostile[i]
		o.Detail, o.Claim, o.Source, o.Checks = h, h, []string{h + ":7"}, []string{h}
		switch i % 5 {
		case 1:
			Refute(o)
		case 2:
			o.Verdict, o.Strategy, o.Reason = verdict.Unknown, "", verdict.Reason(h)
		case 3:
			o.Verdict, o.Strategy, o.Reason = verdict.Failed, "", verdict.Reason(h)
		case 4:
			o.Verdict, o.Strategy, o.Reason = verdict.Vacuous, "", verdict.Reason(h)
		default:
			o.Strategy = h
		}
	}
	return r
}

// Refute makes o refuted; Write gives it a witness.
func Refute(o *reports.Obligation) {
	o.Verdict, o.Strategy, o.Witness = verdict.Refuted, "", "asked for"
}

// TimeOut makes o unknown.
func TimeOut(o *reports.Obligation) {
	o.Verdict, o.Strategy, o.Checks = verdict.Unknown, "", nil
	o.Reason, o.Detail = "timeout", "no answer within 60 s"
}

// Write makes a finished run directory of r in dir.
func Write(dir string, r Run) error {
	options := []reports.Setting{{Name: "tree", Value: "balanced"}, {Name: "seed", Value: "1"}}
	options = append(options, r.Options...)
	tools := []reports.ToolRecord{{Name: "yosys", Version: "0.23", SHA256: strings.Repeat("23", 32)}, {Name: "z3", Version: "4.8.12", SHA256: strings.Repeat("48", 32)}}
	run, err := rundir.Open(rundir.Config{Dir: dir, Identity: rundir.Identity{Network: r.Network, Options: options}, Tools: tools, Program: "example"})
	if err != nil {
		return err
	}
	defer run.Close()
	s := &reports.Signoff{
		Program: "v0.0.0 go", Command: "hashiflex signoff --network " + r.Network, Revision: r.Revision, Network: r.Network, Options: options, Edges: Edges, Tools: tools,
		Inputs:    []reports.Input{{Name: "network.json", SHA256: strings.Repeat("ab", 32)}, {Name: "weights.safetensors", SHA256: strings.Repeat("cd", 32)}},
		Trust:     []string{"Yosys' Verilog front end", "the solvers"},
		Coverage:  []reports.Coverage{{Kind: "cells", Total: 100 + len(r.Uncovered), Covered: 100}},
		Uncovered: r.Uncovered, Omissions: r.Omissions, Mutation: r.Mutation,
	}
	if len(r.Layers) == 0 {
		s.Edges, s.Coverage = nil, nil
	}
	w := &writer{run: run, r: r}
	for i, l := range r.Layers {
		if err := w.layer(i, l, s); err != nil {
			return err
		}
	}
	if err := w.stream(s); err != nil {
		return err
	}
	if err := w.head(s); err != nil {
		return err
	}
	if err := run.Time(rundir.Timing{What: "run", Begin: "2026-02-03T04:05:06Z", Wall: time.Duration(len(r.Layers)+1) * 1234567890}); err != nil {
		return err
	}
	if err := run.Fill(s); err != nil {
		return err
	}
	return run.Finish(s)
}

type writer struct {
	run *rundir.Run
	r   Run
	seq int
}

func (w *writer) layer(i int, l Layer, s *reports.Signoff) error {
	reads := []string{"input"}
	if i > 0 {
		reads[0] = s.Layers[i-1].Name
	}
	if l.Kind == "add" && i > 1 {
		reads = append(reads, s.Layers[i-2].Name)
	}
	s.Layers = append(s.Layers, reports.Layer{Name: l.Name, Kind: l.Kind, Points: l.Points, Reads: reads})
	s.Hardware = append(s.Hardware, reports.Hardware{
		Layer: l.Name, Inputs: []string{"u8.5"}, Output: "u8.4 RND SAT in [0, 96]",
		FanInMin: 1, FanInMax: 9 + 16*i, Adders: 8 * l.Points * (i + 1), Bits: 90 * l.Points * (i + 1), Depth: 4 + i%8, ModelBits: 80 * l.Points * (i + 1),
		Knobs: []reports.KnobCost{{Knob: "tree=linear", Adders: 8 * l.Points * (i + 1), Bits: 99 * l.Points * (i + 1), Depth: 9 + 16*i, ModelBits: 85 * l.Points * (i + 1)}},
	})
	chunk, err := w.run.Compress(l.Name+".v", func(out io.Writer) error {
		_, err := fmt.Fprintf(out, "// layer %d\nmodule m%d; endmodule\n", i, i)
		return err
	})
	if err != nil {
		return err
	}
	s.Inputs = append(s.Inputs, reports.Input{Name: l.Name + ".v", SHA256: chunk.SHA256})
	err = w.enter(reports.Obligation{
		ID: verdict.Interface.ID(l.Name), Kind: verdict.Interface, Layer: l.Name, Claim: "the layer before gives u8.5 within [0, 255]",
		Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "smt", Queries: []string{strings.Repeat("0f", 32)},
	})
	if err != nil {
		return err
	}
	for p := range l.Points {
		for e, edge := range Edges {
			at := verdict.Point{Layer: l.Name, Edge: edge, Label: fmt.Sprint(p)}
			o := reports.Obligation{
				ID: at.ID(), Kind: verdict.Compare, Layer: at.Layer, Edge: at.Edge, Point: at.Label,
				Claim: fmt.Sprintf("module %s_c%d computes the model", l.Name, p), Verdict: verdict.Proved, RestsOn: verdict.FormsAndSolver, Strategy: "linear form",
				Checks: []string{"z3 4.8.12"}, Queries: []string{fmt.Sprintf("%08x%056x", i*100000+p*2+e, 0)}, Chunk: chunk.Path,
			}
			if p%7 == 3 {
				o.Strategy = "cut at the accumulator"
			}
			if err := w.enter(o); err != nil {
				return err
			}
		}
	}
	return w.run.Time(rundir.Timing{What: "confirm", Object: l.Name, Wall: time.Duration(l.Points) * 7 * time.Millisecond})
}

func (w *writer) enter(o reports.Obligation) error {
	_, err := w.entered(o)
	return err
}

// entered records o and returns it as recorded.
func (w *writer) entered(o reports.Obligation) (reports.Obligation, error) {
	if w.r.Omit != nil && w.r.Omit(&o) {
		return o, nil
	}
	if w.r.Change != nil {
		w.r.Change(&o)
	}
	if o.Verdict == verdict.Refuted {
		text, err := json.MarshalIndent(witness(&o), "", "  ")
		if err != nil {
			return o, err
		}
		stored, err := w.run.WriteIn(rundir.Witnesses, string(o.ID), "witness.json", text)
		if err != nil {
			return o, err
		}
		o.Witness = stored.Path
		if !o.IsPoint() {
			for name, text := range map[string]string{"explain.md": "the first read gives 4, expected 3\n" + o.Claim + "\n", "trace.vcd": trace(o.Claim)} {
				if _, err := w.run.WriteIn(rundir.Witnesses, string(o.ID), name, []byte(text)); err != nil {
					return o, err
				}
			}
		}
	}
	w.seq++
	return o, w.run.Record(w.seq-1, o)
}
