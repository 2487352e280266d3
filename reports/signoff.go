package reports

import "github.com/hashiflex/hashiflex/spec/verdict"

// Schema is the version of signoff.json that this package writes and reads.
const Schema = 4

// Signoff is the content of signoff.json.
type Signoff struct {
	Schema     int        `json:"schema"`
	Program    string     `json:"program"` // version of this suite
	Command    string     `json:"command"` // that repeats the run, without options that do not affect the verdict
	Network    string     `json:"network"`
	Revision   *Revision  `json:"revision,omitempty"` // of the sources around the run; nil: not known
	Options    []Setting  `json:"options"`            // options that affect the verdict
	Conclusion Conclusion `json:"conclusion"`
	Reasons    []string   `json:"reasons"` // why it is not signed off, the gravest first
	Waived     int        `json:"waivers"` // see Waivers

	Edges       []verdict.Edge `json:"edges"`       // the links that this run claims
	Layers      []Layer        `json:"layers"`      // in the network's order
	Hardware    []Hardware     `json:"hardware"`    // of the layers, in the same order; empty: not known
	Totals      []Counts       `json:"totals"`      // one per edge
	Strategies  []Tally        `json:"strategies"`  // points settled by each strategy, over all edges
	RestsOn     []Tally        `json:"rests_on"`    // proved points by their own basis, over all edges
	Unknown     []Tally        `json:"unknown"`     // reasons of unknown points, over all edges
	Obligations []Discharge    `json:"obligations"` // by kind
	Coverage    []Coverage     `json:"coverage"`    // by kind of RTL object
	Uncovered   []Uncovered    `json:"uncovered"`   // every RTL object outside the cones of all discharged obligations
	Omissions   []Omission     `json:"not_done"`
	LeftOut     []Exclusion    `json:"left_out"` // what is declared out of scope
	Tools       []ToolRecord   `json:"tools"`
	Inputs      []Input        `json:"inputs"`
	Trust       []string       `json:"trust_base"` // what is trusted without proof

	Stream *Stream `json:"stream,omitempty"` // nil: the chip between the layers was not checked

	Head *Head `json:"head,omitempty"` // nil: the programmable head was not checked

	Mutation *Mutation `json:"mutation,omitempty"` // nil: no faults were planted

	Renewal *Renewal `json:"renewal,omitempty"` // nil: this run did all of its work itself
}

// Revision is the commit of the repository in whose folder a run was made.
type Revision struct {
	Commit  string `json:"commit"`
	Date    string `json:"date"`    // of the commit, in its own time zone: 2026-11-28T09:30:00+01:00
	Changed bool   `json:"changed"` // files that the repository follows differed from the commit
}

// Setting is one option that the verdict depends on.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Layer is the result for one layer.
type Layer struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`   // conv, add, pool
	Points int      `json:"points"` // that must be settled on every edge
	Edges  []Counts `json:"edges"`  // one per Signoff.Edges
	// Reads names what feeds the layer, in the order of its inputs: layers, or "input". Empty:
	// the run did not record it.
	Reads []string `json:"reads,omitempty"`
	// Own lists the files of a layer whose Verilog the user wrote. No netlist was
	// generated for it, so golden = rtl is its only edge.
	Own []string `json:"own,omitempty"`
	// Converter is the program of the user's that wrote what was read of those files. The
	// proof is of what it wrote: vectors alone compare that with the files. Empty: none did.
	Converter string `json:"converter,omitempty"`
	// Latency is the proved latency of hardware with registers: "2 clocks of ck".
	// Empty: it has no registers, or no latency is proved.
	Latency string `json:"latency,omitempty"`
}

// Has reports whether the layer has edge e.
func (l *Layer) Has(e verdict.Edge) bool { return len(l.Own) == 0 || e == verdict.GoldenRTL }

// Exclusion is something that the project declares out of scope. The signoff claims
// nothing about it and does not miss it.
type Exclusion struct {
	Layer string `json:"layer,omitempty"` // that is left out; "": not a layer
	What  string `json:"what"`            // in words
	Why   string `json:"why"`
}

// Chip is the name of the chip between the layers in an Exclusion.
const Chip = "the chip between the layers"

// Tally counts points under a name.
type Tally struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Discharge counts the obligations of one kind.
type Discharge struct {
	Kind       verdict.Kind `json:"kind"`
	Total      int          `json:"total"`
	Discharged int          `json:"discharged"`
	Failed     int          `json:"failed"`     // a tool failed, or two disagree
	Refuted    int          `json:"refuted"`    // by a witness; the hardware is wrong
	OneSolver  int          `json:"one_solver"` // of the discharged ones: rest on a single solver's word
}

// Coverage counts the RTL objects of one kind (cells, ports, memories).
type Coverage struct {
	Kind    string `json:"kind"`
	Total   int    `json:"total"`
	Covered int    `json:"covered"` // in the cone of a discharged obligation
	Waived  int    `json:"waived"`  // not covered, but waived
}

// Lines is the line coverage of user-written Verilog by the vectors on which simulators
// compare it with the netlist that was read. A line that no vector executed rests on
// the front end alone.
const Lines = "lines"

// Uncovered is an RTL object that is in the cone of no discharged obligation.
type Uncovered struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Source string `json:"source"`           // file:line
	Waiver string `json:"waiver,omitempty"` // reason of the waiver; empty: not waived
	SHA256 string `json:"sha256,omitempty"` // of the Verilog that holds it; a waiver names it
}

// Omission is a step of a complete run that this run did not do.
type Omission struct {
	What   string `json:"what"`
	Why    string `json:"why"`
	Blocks bool   `json:"blocks"` // nothing can be signed off without it
}

// ToolRecord is an external program that the run used.
type ToolRecord struct {
	Name    string `json:"name"`
	Version string `json:"version"` // as the program reports it
	SHA256  string `json:"sha256"`  // of the files that it consists of
}

// Input is a file that the verdict depends on.
type Input struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}
