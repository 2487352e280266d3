package signoff

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// trust is the trust base: what is trusted without proof.
var trust = []string{
	"package golden says what the network means, package spec what its files say",
	"what reads the Verilog: Yosys' front end, package rtl/strict, or both where they must agree; and package rtl, which makes the netlist of what they read",
	"package equiv, which cuts compare points, writes queries and puts the answers together",
	"the solvers, Go's compiler and runtime, and the machine",
}

// headTrust is the additional trust base of the programmable head.
const headTrust = "Verilator and the C++ compiler, which simulate the programmable head, and package fuzz/head, which compares it with its reference"

// Settings lists the options that affect a verdict.
func (j *Job) Settings() []reports.Setting {
	o := &j.Chain
	list := []reports.Setting{
		{Name: "tree", Value: o.Knobs.Tree.String()},
		{Name: "widths", Value: o.Knobs.Widths.String()},
		{Name: "subtract", Value: o.Knobs.Subtract.String()},
		{Name: "share", Value: o.Knobs.Share.String()},
		{Name: "edges", Value: verdict.Join(o.Edges)},
		{Name: "front end", Value: o.FrontEnd.String()},
		{Name: "seed", Value: strconv.FormatInt(o.Seed, 10)},
		{Name: "unlifted", Value: fmt.Sprintf("%d of fan-in up to %d", o.Unlifted, o.UnliftedFanIn)},
		{Name: "vectors", Value: fmt.Sprintf("%s of each chunk", words.Count(o.Vectors, "module"))},
	}
	for i, x := range o.Opinions {
		if i == 0 {
			list = append(list,
				reports.Setting{Name: "solver", Value: x.Name},
				reports.Setting{Name: "limits", Value: fmt.Sprintf("%v and %d MiB a query", o.Limits.Query, o.Limits.Memory>>20)})
			continue
		}
		name, value := "second solver", x.Name
		if i > 1 {
			name = "another solver"
		}
		if x.Logics != nil {
			value += " (" + strings.Join(x.Logics, ", ") + ")"
		}
		switch {
		case x.Alone && i > 1:
			value += ", where one word would stand alone still"
		case x.Alone:
			value += ", where the first's word would stand alone"
		}
		list = append(list, reports.Setting{Name: name, Value: value})
	}
	if j.Stream != nil {
		list = append(list, reports.Setting{Name: "stream", Value: j.Stream.setting()})
		for _, at := range slices.Sorted(maps.Keys(j.Stream.Design.Own)) {
			s := j.Stream.Design.Own[at].Sources
			list = append(list, reports.Setting{Name: "verilog of block " + at, Value: strings.Join(fileNames(&s), ", ")})
			for _, d := range s.Defines {
				list = append(list, reports.Setting{Name: "define of block " + at, Value: strings.TrimSuffix(d.Name+"="+d.Value, "=")})
			}
		}
	}
	if h := j.Head; h != nil {
		list = append(list, reports.Setting{Name: "head", Value: fmt.Sprintf("%d sequences on %v, %d images on %v, seed %d",
			h.Cases, h.Small, h.Images, h.Program.Params, h.Seed)})
	}
	if j.Mutants != nil {
		list = append(list, reports.Setting{Name: "mutants", Value: j.Mutants.setting()})
	}
	for _, layer := range slices.Sorted(maps.Keys(o.Foreign)) {
		s := &o.Foreign[layer].Sources
		list = append(list, reports.Setting{Name: "verilog of " + layer, Value: strings.Join(fileNames(s), ", ")})
		if came := o.Foreign[layer].RTL; came != nil {
			list = append(list, reports.Setting{Name: "rtl of " + layer, Value: strings.Join(fileNames(came), ", ")})
		}
		if c := o.Foreign[layer].Converted(); c != nil {
			list = append(list, reports.Setting{Name: "converter of " + layer, Value: fmt.Sprintf("%s (%s)", c.Command, c.SHA256)})
		}
		for _, f := range s.Extra {
			list = append(list, reports.Setting{Name: "include of " + layer, Value: f.Name})
		}
		for _, d := range s.Defines {
			list = append(list, reports.Setting{Name: "define of " + layer, Value: strings.TrimSuffix(d.Name+"="+d.Value, "=")})
		}
	}
	for _, x := range j.LeftOut {
		list = append(list, reports.Setting{Name: "left out", Value: x.What})
	}
	if o.Layers != nil {
		list = append(list, reports.Setting{Name: "layers", Value: strings.Join(o.Layers, ", ")})
	}
	if o.Channels != nil {
		list = append(list, reports.Setting{Name: "channels", Value: strings.Trim(fmt.Sprint(o.Channels), "[]")})
	}
	return list
}

// fileNames are the files of sources.
func fileNames(s *rtl.Sources) (names []string) {
	for _, f := range s.Files {
		names = append(names, f.Name)
	}
	return names
}

// signoff makes the signoff except the parts that the ledger fills.
func (j *Job) signoff(res *chain.Result, chip *reports.Stream, head *reports.Head, mutation *reports.Mutation) *reports.Signoff {
	s := &reports.Signoff{
		Program: j.Program, Command: j.Command, Revision: j.Revision, Network: j.Network.Name, Options: j.Settings(),
		Edges: j.Chain.Edges, Tools: j.Tools, Inputs: slices.Clone(j.Inputs), Trust: trust, LeftOut: j.LeftOut, Stream: chip, Head: head, Mutation: mutation,
	}
	if head != nil {
		s.Trust = append(slices.Clone(trust), headTrust)
		s.Inputs = append(s.Inputs, j.headFiles...)
	}
	for _, layer := range slices.Sorted(maps.Keys(j.Chain.Foreign)) {
		if c := j.Chain.Foreign[layer].Converted(); c != nil {
			readers := "Yosys reads"
			if c.Icarus {
				readers = "Yosys reads and Icarus executes"
			}
			s.Trust = append(slices.Clone(s.Trust), fmt.Sprintf("%s, which wrote the Verilog of layer %s that %s; vectors compare it with Verilator's run of the files themselves", c.By, layer, readers))
		}
	}
	if j.ImportReport != nil {
		s.Inputs = append(s.Inputs, reports.Input{Name: ImportFile, SHA256: digest.Bytes(j.ImportReport)})
	}
	o := &j.Chain
	var cells, ports reports.Coverage
	lines := reports.Coverage{Kind: reports.Lines}
	for i, rec := range res.Records {
		l := reports.Layer{Name: rec.Layer, Kind: rec.Kind, Points: len(rec.Units), Latency: j.latency(rec)}
		layer := j.Network.Layer(rec.Layer)
		l.Reads = slices.Clone(layer.Inputs)
		h := hardware(layer, rec)
		if f := o.Foreign[rec.Layer]; f != nil {
			l.Own = fileNames(&f.Sources)
			if c := f.Converted(); c != nil {
				l.Converter = c.By
			}
		} else if j.Knobs {
			if o.Progress != nil {
				o.Progress(chain.Progress{Stage: KnobsPhase, Done: i, Total: len(res.Records)})
			}
			h.Knobs = knobs(layer, o)
		}
		s.Layers = append(s.Layers, l)
		s.Hardware = append(s.Hardware, h)
		cells.Total += rec.Cover.Cells
		cells.Covered += rec.Cover.CellsCovered
		ports.Total += rec.Cover.Ports
		ports.Covered += rec.Cover.PortsCovered
		for _, u := range rec.Cover.Uncovered {
			s.Uncovered = append(s.Uncovered, reports.Uncovered{Kind: u.Kind, Object: u.Object, Source: u.Source, SHA256: j.verilogOf(rec, u.Object)})
		}
		for _, c := range rec.Chunks {
			lines.Total += c.Lines
			lines.Covered += c.Lines - len(c.Unentered)
			for _, u := range c.Unentered {
				s.Uncovered = append(s.Uncovered, reports.Uncovered{Kind: u.Kind, Object: u.Object, Source: u.Source, SHA256: c.SHA256})
			}
			if c.SHA256 != "" {
				s.Inputs = append(s.Inputs, reports.Input{Name: VerilogName(c.Name), SHA256: c.SHA256})
			}
		}
	}
	if j.Chain.Proves(verdict.GoldenRTL) {
		cells.Kind, ports.Kind = "cells", "ports"
		s.Coverage = []reports.Coverage{cells, ports}
		if lines.Total > 0 {
			s.Coverage = append(s.Coverage, lines)
		}
	}
	s.Omissions = j.omissions(res)
	return s
}

// secondReader lists what one front end alone has read although the run has two.
func (j *Job) secondReader(res *chain.Result, add func(blocks bool, what, why string)) {
	alone := 0
	for _, rec := range res.Records {
		for _, c := range rec.Chunks {
			switch {
			case slices.Equal(c.Readers, []string{chain.StrictReader}):
				alone++
			case c.Refused != "":
				name := VerilogName(c.Name)
				if f := j.Chain.Foreign[rec.Layer]; f != nil {
					name = strings.Join(fileNames(&f.Sources), ", ")
				}
				add(false, "the strict reader on "+name, c.Refused+"; Yosys alone reads it")
			}
		}
	}
	if alone > 0 {
		add(true, "a second front end", fmt.Sprintf("the strict reader alone read %s; --front-end both holds Yosys' netlist against its", words.Count(alone, "file")))
	}
}

// leavesOut reports whether a layer is outside of the declared scope.
func (j *Job) leavesOut(layer string) bool {
	return slices.ContainsFunc(j.LeftOut, func(x reports.Exclusion) bool { return x.Layer == layer })
}

// missing reports whether a layer of fixed hardware is neither looked at nor outside of
// the declared scope.
func (j *Job) missing() bool {
	if j.Chain.Layers == nil {
		return false
	}
	return slices.ContainsFunc(j.Network.Layers, func(l *spec.Layer) bool {
		return l.Kind() != "dense" && !slices.Contains(j.Chain.Layers, l.Name) && !j.leavesOut(l.Name)
	})
}

// omissions lists the steps of a complete run that this run did not do.
func (j *Job) omissions(res *chain.Result) []reports.Omission {
	var list []reports.Omission
	add := func(blocks bool, what, why string) {
		list = append(list, reports.Omission{What: what, Why: why, Blocks: blocks})
	}
	o := &j.Chain
	generated := slices.ContainsFunc(res.Records, func(r *chain.Record) bool { return o.Foreign[r.Layer] == nil })
	if generated && !o.Proves(verdict.GoldenNetlist) {
		add(true, string(verdict.GoldenNetlist), "not asked for")
	}
	if !o.Proves(verdict.GoldenRTL) {
		add(true, string(verdict.GoldenRTL), "no Verilog was written and read back")
	}
	if len(o.Opinions) == 0 {
		add(true, "confirmation", "no solver was asked: points are settled by normal forms alone")
		add(true, "lifting rules", "no solver was asked")
	}
	for _, rec := range res.Records {
		f := o.Foreign[rec.Layer]
		if f == nil {
			continue
		}
		for _, port := range slices.Sorted(maps.Keys(f.Tied)) {
			add(false, fmt.Sprintf("layer %s: input %s at %d", rec.Layer, port, f.Tied[port]), "its port map ties it: what the hardware does otherwise is not looked at")
		}
		if n := warm(rec); n > 0 {
			add(false, fmt.Sprintf("layer %s: before clock %s after power-up", rec.Layer, words.Number(n)),
				"a constant decides there what the outputs are only when it has come through its registers: nothing is claimed of what comes before")
		}
		for _, u := range f.Left {
			add(false, "layer "+rec.Layer+": port "+u, "its port map declares that nobody uses it: nothing is claimed of it")
		}
	}
	j.secondReader(res, add)
	if _, err := tool.Boxes(); err != nil {
		add(false, "boxes", fmt.Sprintf("readers of Verilog were not kept in their folders: %v", err))
	}
	unlifted, vectors := 0, 0
	for _, f := range res.Facts {
		if f.Kind == verdict.Unlifted {
			unlifted++
		}
	}
	for _, rec := range res.Records {
		vectors += len(rec.Vector)
	}
	if unlifted == 0 {
		add(true, "unlifted sample", "no point was proved without the lifter")
	}
	if vectors == 0 && generated {
		add(true, "vectors", "no module ran through a simulator")
	}
	if j.missing() {
		add(true, "other layers", "only "+strings.Join(o.Layers, ", "))
	}
	if o.Channels != nil {
		add(true, "other channels", "only "+strings.Trim(fmt.Sprint(o.Channels), "[]"))
	}
	if dense := Dense(j.Network); j.Head == nil && len(dense) > 0 {
		why := "the programmable head was not asked for"
		if o.Layers != nil || len(o.Opinions) == 0 {
			why = "a run of a part leaves the programmable head out"
		}
		for _, l := range dense {
			if !j.leavesOut(l.Name) {
				add(true, "layer "+l.Name, why)
			}
		}
	}
	if generated && j.Mutants == nil {
		add(false, "planted faults", "not asked for: how well the prover finds faults in these circuits was not measured")
	}
	switch {
	case j.Head == nil:
	case j.Head.Program != nil && j.Head.Program.Params.Lanes > mostLanes:
		add(false, "the head at its full size", fmt.Sprintf("it has more than %d lanes: it is proved for all data on small instances and simulated at the size of the network's own program", mostLanes))
	default:
		add(false, "whole images on the head at its full size", "its control and every step of its data are proved at that size, and small heads whole; that the steps make an image is an argument in words (go doc ./equiv/datapath), and images at that size are simulated")
	}
	switch {
	case j.Stream != nil && j.Stream.refused != nil:
		add(false, "streams", j.Stream.refused.Error())
	case j.Stream == nil && slices.ContainsFunc(j.LeftOut, func(x reports.Exclusion) bool { return x.What == reports.Chip }):
		// The scope already names it.
	case j.Stream == nil:
		add(false, "streams", "what brings pixels to the layers' datapaths, between frame and head, was not looked at")
	default:
		add(false, "frames that are not well formed", "what the design's input does with them is simulated, not proved")
	}
	return list
}
