package dossier

import (
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Dossier is everything that a report can say about one run.
type Dossier struct {
	Signoff     *reports.Signoff
	JSON        []byte               // signoff.json with the waivers, text not escaped
	Claims      []Claim              // edges first, then the facts they rest on, by kind
	Layers      []Layer              // in the network's order
	Problems    []Problem            // the gravest first, then in the run's order
	Assumptions []reports.Obligation // what the layers assume about each other
	Files       []File               // of the run directory, by name, without reports
	Obligations int                  // lines of obligations.jsonl
	Queries     int                  // distinct solver queries
	Figures     []Figure             // compared with the paper's
	Times       *Times               // nil: not requested
	Past        []Past               // earlier runs that were given, the oldest first, and this one; empty: none were given
}

// Claim is one sentence about the run, with the obligations that it summarizes.
type Claim struct {
	Name       string // edge, or kind of obligation
	Text       string
	Edge       bool
	Sampled    bool // simulation agreed, which is no proof for all inputs
	Counts     reports.Counts
	Strategies []reports.Tally // of the proved obligations
	Checks     []reports.Tally // confirmations, by whom
	Needs      []reports.Tally // premises used, by kind
	Queries    int             // distinct solver queries

	// Of the proved obligations: how many have no confirmation by another tool, one,
	// and two or more.
	Alone, Once, Twice int
	OneSolver          int // rest on a single solver's word, directly or through a premise
	Disputed           int // failed because two decision methods disagree
}

// Verdict is the gravest of the claim's obligations.
func (c *Claim) Verdict() verdict.Verdict { return gravest(c.Counts) }

// Word is the verdict in words. A sampled claim has "passed"; it is not proved.
func (c *Claim) Word() string {
	v := c.Verdict()
	if c.Sampled && v == verdict.Proved {
		return "passed"
	}
	return v.String()
}

// Layer is everything about one layer.
type Layer struct {
	reports.Layer
	Hardware   *reports.Hardware // nil: not known
	Strategies []reports.Tally   // of its points, over all edges
	Facts      []reports.Discharge
	Points     []Point
	Problems   []int // indices into Dossier.Problems
	Took       *Span // nil: not requested, or not measured
	Tree       *Tree // one of its modules; nil: no netlist was kept
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
	Edges []*reports.Obligation // one per edge; nil: not checked
}

// Problem is an obligation that is not proved.
type Problem struct {
	reports.Obligation
	Fingerprint string          // the same in every run for the same obligation
	Witness     *WitnessSummary // of a refuted obligation
}

// File is a file of the run directory.
type File struct{ Name, SHA256 string }

// gravest returns the gravest verdict: refuted, then failed, unknown, vacuous, proved.
// It returns unknown if all counts are 0.
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
