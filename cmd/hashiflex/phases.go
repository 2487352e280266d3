package main

import (
	"slices"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/fuzz/head/directed"
	"github.com/hashiflex/hashiflex/rtl/npu"
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
	startCost = 0.5
	layerCost = 0.05   // a layer on both edges, confirmed
	pointCost = 0.0008 // of each of its compare points, whatever their fan-in
	termCost  = 1.5e-5 // of each of a point's operands
	yosysCost = 5.5e-5 // of an operand that Yosys reads

	vectorsCost    = 0.25 // of a layer's vectors, for which simulators are built
	vectorTermCost = 2e-5

	fastPointCost = 1.2e-4 // of a point by normal forms alone
	fastTermCost  = 5e-7
	knobsCost     = 5e-6  // of an operand, for all settings of the knobs
	unliftedCost  = 0.004 // of an operand of a point that is proved without the lifter
	factPointCost = 6e-5
	factCost      = 1.1
	foreignCost   = 6.0 // a layer of the user's own, which simulators execute
	blockCost     = 0.2 // of a layer in the chip
	mutantCost    = 0.02
	dataCost      = 24.0
	controlCost   = 33.0
	sequenceCost  = 0.001 // of the campaign of a signoff
	drawnCost     = 0.001 // of fuzz head, on a small head
	imageCost     = 0.001
	buildCost     = 1.8 // of a simulator

	coveredBuildCost = 2.0 // of one that counts lines

	otherSizeCost, largeSizeCost = 1.5, 2.5 // sequences on heads of other sizes
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
	all := []progress.Phase{{Name: startPhase, Cost: startCost}}
	if len(o.Opinions) == 0 {
		all = append(all,
			progress.Phase{Name: layersPhase, Cost: n*fastPointCost + terms*fastTermCost, Shape: workOf(points, fastPointCost, fastTermCost, 0).shape()},
			progress.Phase{Name: factsPhase, Cost: n * fastPointCost / 10})
	} else {
		term, layer := termCost, layerCost
		if o.FrontEnd != chain.ByStrict {
			term += yosysCost
		}
		if o.Vectors > 0 {
			layer += vectorsCost
			term += vectorTermCost
		}
		cost := workOf(points, pointCost, term, layer)
		cost.unlifted(o)
		layers := float64(len(o.Foreign)) * foreignCost
		for _, l := range cost {
			layers += l.cost
		}
		if j.Share != nil {
			layers *= n / float64(len(points))
		}
		all = append(all,
			progress.Phase{Name: layersPhase, Cost: layers, Shape: cost.shape()},
			progress.Phase{Name: factsPhase, Cost: factCost + n*factPointCost})
	}
	if j.Share != nil {
		all = all[:2] // who merges looks at facts
	}
	if j.Stream != nil && has(streamPhase) {
		all = append(all, progress.Phase{Name: streamPhase, Cost: blockCost * float64(len(j.Network.Layers))})
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

// meteredLayers are the layers of a network with what each costs.
type meteredLayers []meteredLayer

type meteredLayer struct {
	points int
	narrow []int // fan-ins of the points that may be proved without the lifter
	cost   float64
}

// workOf is the work on points: a layer has some of its own, and a point more if it has many
// operands.
func workOf(points []chain.Outlined, point, term, layer float64) (all meteredLayers) {
	for i, p := range points {
		if i == 0 || points[i-1].Layer != p.Layer {
			all = append(all, meteredLayer{cost: layer})
		}
		l := &all[len(all)-1]
		l.points++
		l.cost += point + float64(p.FanIn)*term
		l.narrow = append(l.narrow, p.FanIn)
	}
	return all
}

// unlifted adds the points that are proved without the lifter, which the layers give in
// turn.
func (all meteredLayers) unlifted(o *chain.Options) {
	for i := range all {
		all[i].narrow = slices.DeleteFunc(all[i].narrow, func(fanIn int) bool { return fanIn > o.UnliftedFanIn })
	}
	for turn, left := 0, o.Unlifted; left > 0; turn++ {
		before := left
		for i := range all {
			if l := &all[i]; left > 0 && turn < len(l.narrow) {
				l.cost += float64(l.narrow[turn]) * unliftedCost
				left--
			}
		}
		if left == before {
			break
		}
	}
}

// shape is how the time of the points passes.
func (all meteredLayers) shape() (shape []progress.Point) {
	points, cost := 0, 0.0
	for _, l := range all {
		points += l.points
		cost += l.cost
		shape = append(shape, progress.Point{Done: float64(points), Time: cost})
	}
	for i := range shape {
		shape[i].Done /= float64(points)
		shape[i].Time /= cost
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
