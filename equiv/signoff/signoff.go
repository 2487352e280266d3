package signoff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// trust is what is believed without proof.
var trust = []string{
	"package golden says what the network means, package spec what its files say",
	"Yosys' Verilog front end, and package rtl, which reads its output into the netlist",
	"package equiv, which cuts compare points, writes queries and puts the answers together",
	"the solvers, Go's compiler and runtime, and the machine",
}

// headTrust is what is believed about the programmable head besides.
const headTrust = "Verilator and the C++ compiler, which simulate the programmable head, and package fuzz/head, which compares it with its reference"

// Settings lists the options that a verdict depends on.
func (j *Job) Settings() []reports.Setting {
	o := &j.Chain
	list := []reports.Setting{
		{Name: "tree", Value: o.Knobs.Tree.String()},
		{Name: "widths", Value: o.Knobs.Widths.String()},
		{Name: "subtract", Value: o.Knobs.Subtract.String()},
		{Name: "share", Value: o.Knobs.Share.String()},
		{Name: "edges", Value: verdict.Join(o.Edges)},
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
	}
	if h := j.Head; h != nil {
		list = append(list, reports.Setting{Name: "head", Value: fmt.Sprintf("%d sequences on %v, %d images on %v, seed %d",
			h.Cases, h.Small, h.Images, h.Program.Params, h.Seed)})
	}
	if o.Foreign != nil {
		list = append(list, reports.Setting{Name: "verilog", Value: o.Foreign.Sources.Files[0].Name})
		for _, f := range o.Foreign.Sources.Extra {
			list = append(list, reports.Setting{Name: "include", Value: f.Name})
		}
		for _, d := range o.Foreign.Sources.Defines {
			list = append(list, reports.Setting{Name: "define", Value: strings.TrimSuffix(d.Name+"="+d.Value, "=")})
		}
	}
	if o.Layers != nil {
		list = append(list, reports.Setting{Name: "layers", Value: strings.Join(o.Layers, ", ")})
	}
	if o.Channels != nil {
		list = append(list, reports.Setting{Name: "channels", Value: strings.Trim(fmt.Sprint(o.Channels), "[]")})
	}
	return list
}

// signoff is all of the signoff but what the ledger fills in.
func (j *Job) signoff(res *chain.Result, chip *reports.Stream, head *reports.Head) *reports.Signoff {
	s := &reports.Signoff{
		Program: j.Program, Command: j.Command, Network: j.Network.Name, Options: j.Settings(),
		Edges: j.Chain.Edges, Tools: j.Tools, Inputs: slices.Clone(j.Inputs), Trust: trust, Stream: chip, Head: head,
	}
	if head != nil {
		s.Trust = append(slices.Clone(trust), headTrust)
	}
	var cells, ports reports.Coverage
	lines := reports.Coverage{Kind: reports.Lines}
	for _, rec := range res.Records {
		s.Layers = append(s.Layers, reports.Layer{Name: rec.Layer, Kind: rec.Kind, Points: len(rec.Units), Latency: j.latency(rec)})
		s.Hardware = append(s.Hardware, hardware(j.Network.Layer(rec.Layer), rec))
		cells.Total += rec.Cover.Cells
		cells.Covered += rec.Cover.CellsCovered
		ports.Total += rec.Cover.Ports
		ports.Covered += rec.Cover.PortsCovered
		for _, u := range rec.Cover.Uncovered {
			s.Uncovered = append(s.Uncovered, reports.Uncovered{Kind: u.Kind, Object: u.Object, Source: u.Source, SHA256: verilogOf(rec, u.Object)})
		}
		for _, c := range rec.Chunks {
			lines.Total += c.Lines
			lines.Covered += c.Lines - len(c.Unentered)
			for _, u := range c.Unentered {
				s.Uncovered = append(s.Uncovered, reports.Uncovered{Kind: u.Kind, Object: u.Object, Source: u.Source, SHA256: c.SHA256})
			}
			if c.SHA256 != "" {
				s.Inputs = append(s.Inputs, reports.Input{Name: verilogName(c.Name), SHA256: c.SHA256})
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

// omissions says what a complete run does and this one did not.
func (j *Job) omissions(res *chain.Result) []reports.Omission {
	var list []reports.Omission
	add := func(blocks bool, what, why string) {
		list = append(list, reports.Omission{What: what, Why: why, Blocks: blocks})
	}
	o := &j.Chain
	if !o.Proves(verdict.GoldenNetlist) {
		add(true, string(verdict.GoldenNetlist), "not asked for")
	}
	if !o.Proves(verdict.GoldenRTL) {
		add(true, string(verdict.GoldenRTL), "no Verilog was written and read back")
	}
	if len(o.Opinions) == 0 {
		add(true, "confirmation", "no solver was asked: points are settled by normal forms alone")
		add(true, "lifting rules", "no solver was asked")
	}
	if o.Foreign != nil {
		add(true, "coverage", "what of "+o.Foreign.Sources.Files[0].Name+" lies in no proven cone is not counted")
	}
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
	if vectors == 0 && o.Foreign == nil {
		add(true, "vectors", "no module ran through a simulator")
	}
	if o.Layers != nil {
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
			add(true, "layer "+l.Name, why)
		}
	}
	if j.Head != nil {
		add(false, "the head at its full size", "it is proved for all data on small instances and simulated at the size of the network's own program")
	}
	switch {
	case j.Stream != nil && j.Stream.refused != nil:
		add(false, "streams", j.Stream.refused.Error())
	case j.Stream == nil:
		add(false, "streams", "what brings pixels to the layers' datapaths, between frame and head, was not looked at")
	default:
		add(false, "frames that are not well formed", "what the design's input does with them is simulated, not proved")
	}
	return list
}
