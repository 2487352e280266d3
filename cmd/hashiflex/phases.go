package main

import (
	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// The phases of commands, as their parts report them.
const (
	layersPhase  = "layers"
	factsPhase   = "facts"
	streamPhase  = "stream: proofs"
	mutantsPhase = "mutants"

	headDataPhase      = "head: data"
	headControlPhase   = "head: control"
	headSequencesPhase = "head: sequences"
	headImagesPhase    = "head: images"

	buildPhase     = "building the simulator"
	sequencesPhase = "sequences"
	imagesPhase    = "images"
)

// What parts cost, in seconds of a machine with two processors. Only their proportions
// matter.
const (
	startCost = 1.0
	pointCost = 0.014  // a compare point on both edges, confirmed
	fastCost  = 0.0012 // of it, by normal forms, at the fan-ins of MobileNetV2

	fastPointCost = 0.0003 // of a point by normal forms alone, whatever its fan-in
	termCost      = 7e-6   // of each of its operands
	knobsCost     = 5e-6   // of an operand, for all settings of the knobs
	unliftedCost  = 0.05   // one without the lifter
	factCost      = 2.0
	foreignCost   = 6.0 // a layer of the user's own, which simulators execute
	blockCost     = 0.2 // of a layer in the chip
	mutantCost    = 0.02
	dataCost      = 24.0
	controlCost   = 40.0
	sequenceCost  = 0.0007 // of the campaign of a signoff
	drawnCost     = 0.0015 // of fuzz head, on a small head
	imageCost     = 0.001
	buildCost     = 2.0 // of a simulator

	otherSizeCost, largeSizeCost = 3.0, 11.0 // sequences on heads of other sizes
)

// The claims of the head have a fixed order, and some take long.
var (
	dataShape    = []progress.Point{{Done: 0.20, Time: 0.17}, {Done: 0.50, Time: 0.30}, {Done: 0.67, Time: 0.40}, {Done: 0.85, Time: 0.53}, {Done: 0.90, Time: 0.64}, {Done: 0.94, Time: 0.90}}
	controlShape = []progress.Point{{Done: 0.08, Time: 0.07}, {Done: 0.38, Time: 0.15}, {Done: 0.42, Time: 0.18}, {Done: 0.50, Time: 0.31}, {Done: 0.62, Time: 0.57}, {Done: 0.72, Time: 0.65}, {Done: 0.76, Time: 0.78}, {Done: 0.84, Time: 1}}
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
	terms := 0.0
	for _, p := range points {
		terms += float64(p.FanIn)
	}
	has := func(string) bool { return true }
	if j.Share != nil {
		units, err := j.Units(*j.Share)
		if err != nil {
			return nil
		}
		mine := map[string]bool{}
		n = 0
		for _, u := range units {
			mine[u.Name] = true
			n += float64(u.Points)
		}
		has = func(unit string) bool { return mine[unit] }
	}
	layers := startCost + n*fastCost
	var all []progress.Phase
	if len(o.Opinions) == 0 {
		all = append(all, progress.Phase{Name: layersPhase, Cost: startCost + n*fastPointCost + terms*termCost, Shape: byFanIn(points)}, progress.Phase{Name: factsPhase, Cost: n * fastCost / 100})
	} else {
		layers += n*pointCost + float64(min(o.Unlifted, len(points)))*unliftedCost + float64(len(o.Foreign))*foreignCost
		all = append(all, progress.Phase{Name: layersPhase, Cost: layers}, progress.Phase{Name: factsPhase, Cost: factCost + n*fastCost})
	}
	if j.Share != nil {
		all = all[:1] // who merges looks at facts
	}
	if j.Stream != nil && has(streamPhase) {
		all = append(all, progress.Phase{Name: streamPhase, Cost: blockCost * float64(len(j.Network.Layers))})
	}
	if h := j.Head; h != nil {
		sequences := float64(len(directed.Aims(h.Small)) + h.Cases)
		for _, p := range []progress.Phase{
			{Name: headDataPhase, Cost: dataCost, Shape: dataShape},
			{Name: headControlPhase, Cost: controlCost, Shape: controlShape},
			{Name: headSequencesPhase, Cost: sequences * sequenceCost},
			{Name: headImagesPhase, Cost: float64(h.Images) * imageCost},
		} {
			if has(p.Name) {
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

// byFanIn is how the time of points by normal forms passes: a point of many operands takes
// longer than one of few.
func byFanIn(points []chain.Outlined) []progress.Point {
	whole := 0.0
	cost := func(p chain.Outlined) float64 { return fastPointCost + float64(p.FanIn)*termCost }
	for _, p := range points {
		whole += cost(p)
	}
	var shape []progress.Point
	passed := 0.0
	for i, p := range points {
		passed += cost(p)
		if i+1 < len(points) && points[i+1].Layer != p.Layer {
			shape = append(shape, progress.Point{Done: float64(i+1) / float64(len(points)), Time: passed / whole})
		}
	}
	return shape
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
