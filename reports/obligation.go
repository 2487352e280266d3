package reports

import "fmt"

// Obligation is one line of obligations.jsonl: a fact that some verdict rests
// on, or a compare point itself, with what became of it. Fields that do not
// apply are empty.
type Obligation struct {
	ID       string   `json:"id"`              // unique and the same in every run: "features.0.0/golden = rtl/17"
	Kind     string   `json:"kind"`            // compare, range, lifting rule, interface, …
	Layer    string   `json:"layer,omitempty"` // (empty for what concerns no single layer)
	Edge     string   `json:"edge,omitempty"`  // of a compare point
	Point    string   `json:"point,omitempty"` // channel number, or what the operation has instead
	Claim    string   `json:"claim,omitempty"` // what is claimed, for a reader
	Verdict  Verdict  `json:"verdict"`
	Reason   string   `json:"reason,omitempty"`   // of unknown, vacuous and failed: a word to count by
	Detail   string   `json:"detail,omitempty"`   // what goes with it, for a reader
	Strategy string   `json:"strategy,omitempty"` // what settled it
	RestsOn  Basis    `json:"rests_on,omitempty"` // of what is proved: whose word that is
	Checks   []string `json:"checks,omitempty"`   // who confirmed it besides: "z3 4.8.12"
	Needs    []string `json:"needs,omitempty"`    // IDs of the obligations that it rests on
	Key      string   `json:"key,omitempty"`      // content key, see package rundir
	Queries  []string `json:"queries,omitempty"`  // SHA-256 of the solvers' inputs
	Chunk    string   `json:"chunk,omitempty"`    // file of the run directory that holds the hardware
	Witness  string   `json:"witness,omitempty"`  // file of the run directory
	Source   []string `json:"source,omitempty"`   // file:line of the RTL that is to blame
}

// IsPoint reports whether o is a compare point of an edge, and not a fact that
// compare points rest on.
func (o *Obligation) IsPoint() bool { return o.Edge != "" }

// Check reports what is missing for o's verdict to be believed: a proof names
// its strategy and whose word it is, a refutation its witness, everything else its reason.
func (o *Obligation) Check() error {
	switch {
	case o.ID == "" || o.Kind == "":
		return fmt.Errorf("obligation %q: it has no ID or no kind (%q)", o.ID, o.Kind)
	case o.IsPoint() && (o.Layer == "" || o.Point == ""):
		return fmt.Errorf("obligation %s: a compare point without layer or point", o.ID)
	case o.Verdict == Proved && o.Strategy == "":
		return fmt.Errorf("obligation %s: proved without a strategy", o.ID)
	case o.Verdict == Proved && !bases[o.RestsOn]:
		return fmt.Errorf("obligation %s: proved without saying whose word that is (%q)", o.ID, o.RestsOn)
	case o.Verdict == Refuted && o.Witness == "":
		return fmt.Errorf("obligation %s: refuted without a witness", o.ID)
	case o.Verdict != Proved && o.Verdict != Refuted && o.Reason == "":
		return fmt.Errorf("obligation %s: %v without a reason", o.ID, o.Verdict)
	}
	return nil
}
