package dossier

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Dossier is everything that there is to report about one run.
type Dossier struct {
	Signoff     *reports.Signoff
	JSON        []byte               // signoff.json with the waivers, its text as it is
	Claims      []Claim              // edges first, then the facts they rest on, by kind
	Layers      []Layer              // in the network's order
	Problems    []Problem            // the gravest first, then in the run's order
	Assumptions []reports.Obligation // what the layers take for granted of each other
	Files       []File               // of the run directory, by name, without reports
	Obligations int                  // lines of obligations.jsonl
	Queries     int                  // different ones put to solvers
	Figures     []Figure             // beside the paper's
	Times       *Times               // nil: not asked for
}

// Claim is what a run says in one sentence, and what that stands for.
type Claim struct {
	Name       string // edge, or kind of obligation
	Text       string
	Edge       bool
	Sampled    bool // runs agreed; that is no proof for all inputs
	Counts     reports.Counts
	Strategies []reports.Tally // of what is proved
	Checks     []reports.Tally // confirmations, by whom
	Needs      []reports.Tally // premises used, by kind
	Queries    int             // put to solvers, each counted once

	// Of what is proved: how many obligations were confirmed by nobody besides what
	// settled them, by one, and by two or more.
	Alone, Once, Twice int
	OneSolver          int // rest on one solver's word, by themselves or by what they need
	Disputed           int // failed, because two ways of deciding disagree
}

// Verdict is the gravest of the claim's obligations.
func (c *Claim) Verdict() verdict.Verdict { return gravest(c.Counts) }

// Word is the verdict as a reader should take it: what runs stand for has passed, and
// is not proved.
func (c *Claim) Word() string {
	v := c.Verdict()
	if c.Sampled && v == verdict.Proved {
		return "passed"
	}
	return v.String()
}

// Layer is one layer with everything about it.
type Layer struct {
	reports.Layer
	Hardware   *reports.Hardware // nil: nothing says
	Strategies []reports.Tally   // of its points, over all edges
	Facts      []reports.Discharge
	Points     []Point
	Problems   []int // indices into Dossier.Problems
	Took       *Span // nil: not asked for, or not measured
}

// Verdict is the gravest over the edges.
func (l *Layer) Verdict() verdict.Verdict {
	var sum reports.Counts
	for _, c := range l.Edges {
		sum.Add(c)
	}
	return gravest(sum)
}

// Point is one compare point.
type Point struct {
	Label string
	Edges []*reports.Obligation // one per edge; nil: nobody looked
}

// Problem is an obligation that is not proved.
type Problem struct {
	reports.Obligation
	Fingerprint string          // the same in every run for the same obligation
	Witness     *WitnessSummary // of what is refuted
}

// File is a file of the run directory.
type File struct{ Name, SHA256 string }

// gravest is refuted before failed, unknown and vacuous; unknown when there is
// nothing.
func gravest(c reports.Counts) verdict.Verdict {
	switch {
	case c.Refuted > 0:
		return verdict.Refuted
	case c.Failed > 0:
		return verdict.Failed
	case c.Unknown > 0 || c.Total == 0:
		return verdict.Unknown
	case c.Vacuous > 0:
		return verdict.Vacuous
	}
	return verdict.Proved
}
