package main

import (
	"maps"
	"runtime"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// The phases of commands, as their parts report them.
const (
	startPhase   = "start"
	layersPhase  = "layers"
	factsPhase   = "facts"
	streamPhase  = "stream: proofs"
	mutantsPhase = "mutants"

	headDataPhase      = "head: data"
	headControlPhase   = "head: control"
	headSequencesPhase = "head: sequences"
	headImagesPhase    = "head: images"

	headBuildPhase        = "head: simulator"
	headBuildProgramPhase = "head: simulator of the program"

	buildPhase     = "building the simulator"
	sequencesPhase = "sequences"
	imagesPhase    = "images"
)

// What parts cost, in seconds of a machine with two processors. Only their proportions
// matter.
const (
	startCost             = 0.5
	fastPointCost         = 1e-6   // of a point's claims by normal forms alone
	knobsCost             = 5e-6   // of an operand, for all settings of the knobs
	factCost              = 5.5e-3 // of a fact that a solver is asked about
	ruleFacts, layerFacts = 240, 6 // facts of any network, and of a layer
	blockCost             = 0.02   // of a layer in the chip
	beatCost              = 1.4e-5 // of a layer for each pixel of a frame
	mutantCost            = 0.02
	dataCost              = 21.0
	controlCost           = 42.0
	sequenceCost          = 0.001 // of the campaign of a signoff
	drawnCost             = 0.001 // of fuzz head, on a small head
	imageCost             = 0.001
	buildCost             = 1.8 // of a simulator

	coveredBuildCost = 2.0 // of one that counts lines

	otherSizeCost, largeSizeCost = 1.5, 2.5 // sequences on heads of other sizes
)

// prices are of the efforts of package chain, in seconds of one worker: of a run with solvers,
// and of one by normal forms alone.
var (
	prices      = map[string]float64{"read": 1.4e-4, "points": 1.7e-5, "unlifted": 1.6e-2, "vectors": 1e-3, "compiled": 0.5, "own": 6}
	fastPrices  = map[string]float64{"points": 8e-7}
	strictPrice = 3e-6 // of an operand that the strict reader alone reads
)

// The claims of the head have a fixed order, and some take long.
var (
	dataShape    = []progress.Point{{Done: 0.10, Time: 0.03}, {Done: 0.20, Time: 0.18}, {Done: 0.29, Time: 0.28}, {Done: 0.50, Time: 0.36}, {Done: 0.67, Time: 0.44}, {Done: 0.69, Time: 0.49}, {Done: 0.87, Time: 0.60}, {Done: 0.90, Time: 0.66}, {Done: 0.92, Time: 0.87}, {Done: 0.98, Time: 0.90}}
	controlShape = []progress.Point{{Done: 0.12, Time: 0.03}, {Done: 0.35, Time: 0.05}, {Done: 0.40, Time: 0.13}, {Done: 0.46, Time: 0.20}, {Done: 0.48, Time: 0.33}, {Done: 0.53, Time: 0.39}, {Done: 0.72, Time: 0.50}, {Done: 0.75, Time: 0.60}, {Done: 0.79, Time: 0.70}, {Done: 0.81, Time: 0.77}, {Done: 0.84, Time: 0.80}, {Done: 0.85, Time: 1}}
)

// phases are those of a job, with what each costs beside the others. They are nil if
// that cannot be told.
func phases(j *signoff.Job) []progress.Phase {
	o := &j.Chain
	points, err := chain.Outline(j.Network, *o)
	if err != nil {
		return nil // the run itself says so
	}
	n := float64(len(points))
	terms, layers := 0.0, 0
	for i, p := range points {
		terms += float64(p.FanIn)
		if i == 0 || points[i-1].Layer != p.Layer {
			layers++
		}
	}
	has := func(string) bool { return true }
	var mine map[string]bool
	if j.Share != nil {
		units, err := j.Units(*j.Share)
		if err != nil {
			return nil
		}
		mine = map[string]bool{}
		n = 0
		for _, u := range units {
			mine[u.Name] = true
			n += float64(u.Points)
		}
		has = func(unit string) bool { return mine[unit] }
	}
	facts := progress.Phase{Name: factsPhase, Cost: n * fastPointCost}
	if len(o.Opinions) > 0 {
		facts.Cost, facts.Like = factCost*float64(ruleFacts+layerFacts*layers), []string{"points"}
	}
	all := []progress.Phase{{Name: startPhase, Cost: startCost}, layersPhaseOf(j.Network, *o, mine), facts}
	if j.Share != nil {
		all = all[:2] // who merges looks at facts
	}
	if j.Stream != nil && has(streamPhase) {
		all = append(all, progress.Phase{Name: streamPhase, Cost: (blockCost + beatCost*float64(j.Network.Input.Shape.H*j.Network.Input.Shape.W)) * float64(len(j.Network.Layers))})
	}
	if h := j.Head; h != nil {
		sequences := float64(len(directed.Aims(h.Small)) + h.Cases)
		for _, p := range []progress.Phase{
			{Name: headDataPhase, Cost: dataCost, Shape: dataShape},
			{Name: headControlPhase, Cost: controlCost, Shape: controlShape},
			{Name: headBuildPhase, Cost: coveredBuildCost},
			{Name: headSequencesPhase, Cost: sequences * sequenceCost},
			{Name: headBuildProgramPhase, Cost: buildCost},
			{Name: headImagesPhase, Cost: float64(h.Images) * imageCost},
		} {
			unit := p.Name
			switch unit {
			case headBuildPhase:
				unit = headSequencesPhase
			case headBuildProgramPhase:
				unit = headImagesPhase
			}
			if has(unit) {
				all = append(all, p)
			}
		}
	}
	if j.Mutants != nil && has(mutantsPhase) {
		all = append(all, progress.Phase{Name: mutantsPhase, Cost: float64(j.Mutants.Count) * mutantCost})
	}
	if j.Knobs && j.Share == nil {
		all = append(all, progress.Phase{Name: signoff.KnobsPhase, Cost: terms * knobsCost})
	}
	return all
}

// layersPhaseOf is the phase of the layers, or of those parts of them that are named.
func layersPhaseOf(net *spec.Network, o chain.Options, parts map[string]bool) progress.Phase {
	p := progress.Phase{Name: layersPhase, Prices: prices, Workers: o.Jobs}
	switch {
	case len(o.Opinions) == 0:
		p.Prices = fastPrices
	case o.FrontEnd == chain.ByStrict:
		p.Prices = maps.Clone(prices)
		p.Prices["read"] = strictPrice
	default:
		p.Telling = []string{"read"}
	}
	if p.Workers <= 0 {
		p.Workers = runtime.NumCPU()
	}
	o.Only = parts
	efforts, err := chain.Efforts(net, o)
	if err != nil {
		return p // the run itself says so
	}
	for _, e := range efforts {
		p.Cost += p.Prices[e.Kind] * float64(e.Total) / float64(p.Workers)
	}
	return p
}

// works are efforts as the progress takes them.
func works(efforts []chain.Effort) (all []progress.Work) {
	for _, e := range efforts {
		all = append(all, progress.Work{Kind: e.Kind, Done: e.Done, Total: e.Total, Seconds: e.Took.Seconds()})
	}
	return all
}

// fuzzPhases are those of a campaign on a head, and on heads of other sizes.
func fuzzPhases(c *head.Campaign, sizes []npu.Params) []progress.Phase {
	all := []progress.Phase{{Name: buildPhase, Cost: buildCost}, {Name: sequencesPhase, Cost: float64(len(c.Aims)+c.Cases) * drawnCost}}
	for _, size := range sizes {
		cost := otherSizeCost
		if directed.Large(size) {
			cost = largeSizeCost
		}
		all = append(all, progress.Phase{Name: of(buildPhase, size), Cost: buildCost}, progress.Phase{Name: of(sequencesPhase, size), Cost: cost})
	}
	return all
}

// of names a phase of a head of some size.
func of(phase string, size npu.Params) string { return phase + ", " + size.String() }
