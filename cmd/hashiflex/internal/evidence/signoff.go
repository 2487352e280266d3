package evidence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
)

// trust is what is believed without proof.
var trust = []string{
	"package golden says what the network means, package spec what its files say",
	"Yosys' Verilog front end, and package rtl, which reads its output into the netlist",
	"package equiv, which cuts compare points, writes queries and puts the answers together",
	"the solvers, Go's compiler and runtime, and the machine",
}

// Settings lists the options that a verdict depends on.
func Settings(o *chain.Options) []reports.Setting {
	list := []reports.Setting{
		{Name: "tree", Value: o.Knobs.Tree.String()},
		{Name: "widths", Value: o.Knobs.Widths.String()},
		{Name: "subtract", Value: o.Knobs.Subtract.String()},
		{Name: "share", Value: o.Knobs.Share.String()},
		{Name: "edges", Value: strings.Join(edges(o), ", ")},
		{Name: "seed", Value: strconv.FormatInt(o.Seed, 10)},
		{Name: "unlifted", Value: fmt.Sprintf("%d of fan-in up to %d", o.Unlifted, o.UnliftedFanIn)},
		{Name: "vectors", Value: fmt.Sprintf("%d modules of each chunk", o.Vectors)},
	}
	if o.Solver != nil {
		list = append(list,
			reports.Setting{Name: "solver", Value: o.Solver.Name},
			reports.Setting{Name: "limits", Value: fmt.Sprintf("%v and %d MiB a query", o.Limits.Query, o.Limits.Memory>>20)})
	}
	if o.Second != nil {
		list = append(list, reports.Setting{Name: "second solver", Value: o.Second.Name})
	}
	if o.Layers != nil {
		list = append(list, reports.Setting{Name: "layers", Value: strings.Join(o.Layers, ", ")})
	}
	if o.Channels != nil {
		list = append(list, reports.Setting{Name: "channels", Value: strings.Trim(fmt.Sprint(o.Channels), "[]")})
	}
	return list
}

func edges(o *chain.Options) []string {
	var list []string
	if o.Netlist {
		list = append(list, reports.GoldenNetlist)
	}
	if o.RTL {
		list = append(list, reports.GoldenRTL)
	}
	return list
}

// signoff is all of the signoff but what the ledger fills in.
func (j *Job) signoff(res *chain.Result) *reports.Signoff {
	s := &reports.Signoff{
		Program: j.Program, Network: j.Network.Name, Options: Settings(&j.Chain),
		Edges: edges(&j.Chain), Tools: j.Tools, Inputs: slices.Clone(j.Inputs), Trust: trust,
	}
	var cells, ports reports.Coverage
	for _, rec := range res.Records {
		s.Layers = append(s.Layers, reports.Layer{Name: rec.Layer, Kind: rec.Kind, Points: len(rec.Units)})
		s.Hardware = append(s.Hardware, hardware(j.Network.Layer(rec.Layer), rec))
		cells.Total += rec.Cover.Cells
		cells.Covered += rec.Cover.CellsCovered
		ports.Total += rec.Cover.Ports
		ports.Covered += rec.Cover.PortsCovered
		for _, u := range rec.Cover.Uncovered {
			s.Uncovered = append(s.Uncovered, reports.Uncovered{Kind: u.Kind, Object: u.Object, Source: u.Source, SHA256: verilogOf(rec, u.Object)})
		}
		for _, c := range rec.Chunks {
			if c.SHA256 != "" {
				s.Inputs = append(s.Inputs, reports.Input{Name: verilogName(c.Name), SHA256: c.SHA256})
			}
		}
	}
	if j.Chain.RTL {
		cells.Kind, ports.Kind = "cells", "ports"
		s.Coverage = []reports.Coverage{cells, ports}
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
	if !o.Netlist {
		add(true, reports.GoldenNetlist, "not asked for")
	}
	if !o.RTL {
		add(true, reports.GoldenRTL, "no Verilog was written and read back")
	}
	if o.Solver == nil {
		add(true, "confirmation", "no solver was asked: points are settled by normal forms alone")
		add(true, "lifting rules", "no solver was asked")
	}
	unlifted, vectors := 0, 0
	for _, f := range res.Facts {
		if f.Kind == chain.UnliftedFact {
			unlifted++
		}
	}
	for _, rec := range res.Records {
		vectors += len(rec.Vector)
	}
	if unlifted == 0 {
		add(true, "unlifted sample", "no point was proved without the lifter")
	}
	if vectors == 0 {
		add(true, "vectors", "no module ran through a simulator")
	}
	if o.Layers != nil {
		add(true, "other layers", "only "+strings.Join(o.Layers, ", "))
	}
	if o.Channels != nil {
		add(true, "other channels", "only "+strings.Trim(fmt.Sprint(o.Channels), "[]"))
	}
	for _, l := range j.Network.Layers {
		if l.Kind() == "dense" {
			add(false, "layer "+l.Name, "its weights are data of the programmable head, and no fixed hardware")
		}
	}
	add(false, "streams", "compare points are the layers' combinational datapaths; line buffers, handshakes and the head are not generated")
	return list
}
