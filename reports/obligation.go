package reports

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Obligation is one line of obligations.jsonl: a compare point, or a fact that some
// verdict rests on, with its verdict. Fields that do not apply are empty.
type Obligation struct {
	ID       verdict.ID      `json:"id"`              // unique and the same in every run: "features.0.0/golden = rtl/17"
	Kind     verdict.Kind    `json:"kind"`            // compare, range, lifting rule, interface, …
	Layer    string          `json:"layer,omitempty"` // empty: belongs to no single layer
	Edge     verdict.Edge    `json:"edge,omitempty"`  // of a compare point
	Point    string          `json:"point,omitempty"` // channel number, or another name of the compare point
	Claim    string          `json:"claim,omitempty"` // what is claimed, for a reader
	Verdict  verdict.Verdict `json:"verdict"`
	Reason   verdict.Reason  `json:"reason,omitempty"`   // of unknown, vacuous and failed: a word, for counting
	Detail   string          `json:"detail,omitempty"`   // explains Reason to a reader
	Strategy string          `json:"strategy,omitempty"` // the strategy that settled it
	RestsOn  verdict.Basis   `json:"rests_on,omitempty"` // of a proof: what the verdict rests on
	Checks   []string        `json:"checks,omitempty"`   // tools that confirmed it: "z3 4.8.12"
	Needs    []verdict.ID    `json:"needs,omitempty"`    // IDs of the obligations that it rests on
	Key      string          `json:"key,omitempty"`      // content key, see package rundir
	Queries  []string        `json:"queries,omitempty"`  // SHA-256 of the solvers' inputs
	Chunk    string          `json:"chunk,omitempty"`    // file of the run directory that holds the hardware
	Witness  string          `json:"witness,omitempty"`  // file of the run directory
	Source   []string        `json:"source,omitempty"`   // file:line of the faulty RTL
}

// IsPoint reports whether o is a compare point on an edge, not a fact that compare
// points rest on.
func (o *Obligation) IsPoint() bool { return o.Edge != "" }

// at is the compare point that o is.
func (o *Obligation) at() verdict.Point {
	return verdict.Point{Layer: o.Layer, Edge: o.Edge, Label: o.Point}
}

// Check returns an error if o lacks the evidence for its verdict. The kind must be
// known. A compare point must have the ID of its place. A proof must name its strategy
// and what it rests on, a refutation its witness, and anything else its reason.
func (o *Obligation) Check() error {
	_, known := o.Kind.Row()
	switch {
	case o.ID == "" || o.Kind == "":
		return fmt.Errorf("obligation %q: it has no ID or no kind (%q)", o.ID, o.Kind)
	case !known:
		return fmt.Errorf("obligation %s: there is no kind %q", o.ID, o.Kind)
	case o.IsPoint() != (o.Kind == verdict.Compare):
		return fmt.Errorf("obligation %s: of the kind %q, on edge %q", o.ID, o.Kind, o.Edge)
	case o.IsPoint() && (o.Layer == "" || o.Point == ""):
		return fmt.Errorf("obligation %s: a compare point without layer or point", o.ID)
	case o.IsPoint() && o.ID != o.at().ID():
		return fmt.Errorf("obligation %s: its place makes it %s", o.ID, o.at().ID())
	case o.Verdict == verdict.Proved && o.Strategy == "":
		return fmt.Errorf("obligation %s: proved without a strategy", o.ID)
	case o.Verdict == verdict.Proved && !o.RestsOn.Known():
		return fmt.Errorf("obligation %s: proved without saying whose word that is (%q)", o.ID, o.RestsOn)
	case o.Verdict == verdict.Refuted && o.Witness == "":
		return fmt.Errorf("obligation %s: refuted without a witness", o.ID)
	case o.Verdict != verdict.Proved && o.Verdict != verdict.Refuted && o.Reason == "":
		return fmt.Errorf("obligation %s: %v without a reason", o.ID, o.Verdict)
	}
	return nil
}
