package equiv

import "github.com/hashiflex/hashiflex/spec/verdict"

// Fact is an obligation that is no compare point of a layer. Either points' verdicts
// rest on it, or it is a claim about the programmable head.
type Fact struct {
	Kind    verdict.Kind // the kind to count it by: "lifting rule", "interface", …
	Name    string       // unique within its kind
	Layer   string       `json:",omitempty"` // empty: belongs to no single layer
	Claim   string
	Method  string        // what discharged it
	Basis   verdict.Basis // of Proved: what it rests on
	By      []string      `json:",omitempty"` // of TwoSolvers: the solvers
	Verdict verdict.Verdict
	Reason  verdict.Reason
	Detail  string
	Queries []string     `json:",omitempty"` // SHA-256 of the solver inputs, in the order in which they were asked
	Needs   []verdict.ID `json:",omitempty"` // IDs of facts that it rests on
	Trace   string       `json:",omitempty"` // of Refuted: the counterexample, for a reader
	Source  []string     `json:",omitempty"` // of Refuted: file:line of the faulty RTL, if known
}

// ID names the fact among all obligations of a run.
func (f *Fact) ID() verdict.ID { return f.Kind.ID(f.Name) }
