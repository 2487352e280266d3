package reports

import "github.com/hashiflex/hashiflex/spec/verdict"

// Schema is the version of signoff.json that this package writes and reads.
const Schema = 4

// Signoff is the content of signoff.json.
type Signoff struct {
	Schema     int        `json:"schema"`
	Program    string     `json:"program"` // version of this suite
	Command    string     `json:"command"` // that does the same again, without what the verdict does not depend on
	Network    string     `json:"network"`
	Options    []Setting  `json:"options"` // what the verdict depends on besides the inputs
	Conclusion Conclusion `json:"conclusion"`
	Reasons    []string   `json:"reasons"` // why it is not signed off, the gravest first
	Waived     int        `json:"waivers"` // see Waivers

	Edges       []verdict.Edge `json:"edges"`       // the links that this run claims
	Layers      []Layer        `json:"layers"`      // in the network's order
	Hardware    []Hardware     `json:"hardware"`    // of the layers, in the same order; empty where nothing says
	Totals      []Counts       `json:"totals"`      // one per edge
	Strategies  []Tally        `json:"strategies"`  // points settled by each strategy, over all edges
	RestsOn     []Tally        `json:"rests_on"`    // proved points by their own basis, over all edges
	Unknown     []Tally        `json:"unknown"`     // reasons of unknown points, over all edges
	Obligations []Discharge    `json:"obligations"` // by kind
	Coverage    []Coverage     `json:"coverage"`    // by kind of RTL object
	Uncovered   []Uncovered    `json:"uncovered"`   // every RTL object in no discharged obligation's cone
	Omissions   []Omission     `json:"not_done"`
	LeftOut     []Exclusion    `json:"left_out"` // what a project declares to be outside of its scope
	Tools       []ToolRecord   `json:"tools"`
	Inputs      []Input        `json:"inputs"`
	Trust       []string       `json:"trust_base"` // what is believed without proof

	Stream *Stream `json:"stream,omitempty"` // nil: the chip between the layers was not looked at

	Head *Head `json:"head,omitempty"` // nil: the programmable head was not looked at
}

// Setting is one option that the verdict depends on.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Layer is what was found about one layer.
type Layer struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`   // conv, add, pool
	Points int      `json:"points"` // that must be settled on every edge
	Edges  []Counts `json:"edges"`  // one per Signoff.Edges
	// Own are the files of a layer that somebody wrote, in the place of what would be
	// generated. No netlist was generated for it: golden = rtl is its only edge.
	Own []string `json:"own,omitempty"`
	// Latency is how long the outputs of hardware that may have registers take: "2
	// clocks of ck". Empty: it has none, or nothing of it is proved.
	Latency string `json:"latency,omitempty"`
}

// Has reports whether an edge is one of the layer's.
func (l *Layer) Has(e verdict.Edge) bool { return len(l.Own) == 0 || e == verdict.GoldenRTL }

// Exclusion is something that a project declares to be outside of its scope. Nothing is
// claimed of it, and nobody missed it.
type Exclusion struct {
	Layer string `json:"layer,omitempty"` // that is left out; "": it is no layer
	What  string `json:"what"`            // in words
	Why   string `json:"why"`
}

// Chip is what an exclusion calls the chip between the layers.
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
	Failed     int          `json:"failed"`     // a tool broke, or two disagree
	Refuted    int          `json:"refuted"`    // by a witness; the hardware is wrong
	OneSolver  int          `json:"one_solver"` // of the discharged: rest on one solver's word
}

// Coverage counts the RTL objects of one kind (cells, ports, memories).
type Coverage struct {
	Kind    string `json:"kind"`
	Total   int    `json:"total"`
	Covered int    `json:"covered"` // in the cone of a discharged obligation
	Waived  int    `json:"waived"`  // not covered, and said to be all right
}

// Lines is the coverage of somebody's text by the vectors on which simulators execute
// it beside the netlist that was read. What lies in a line that none entered rests on
// the front end alone.
const Lines = "lines"

// Uncovered is an RTL object that no discharged obligation depends on.
type Uncovered struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Source string `json:"source"`           // file:line
	Waiver string `json:"waiver,omitempty"` // why that is all right; empty: it is not
	SHA256 string `json:"sha256,omitempty"` // of the Verilog that holds it: what a waiver is for
}

// Omission is something that a complete run does and this one did not.
type Omission struct {
	What   string `json:"what"`
	Why    string `json:"why"`
	Blocks bool   `json:"blocks"` // nothing can be signed off without it
}

// ToolRecord is an external program that took part.
type ToolRecord struct {
	Name    string `json:"name"`
	Version string `json:"version"` // as it says
	SHA256  string `json:"sha256"`  // of the files that it consists of
}

// Input is a file that the verdict depends on.
type Input struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}
