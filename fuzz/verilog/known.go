package verilog

import "regexp"

// Disagreement is a kind of disagreement that remains: one simulator alone reads
// otherwise than the netlist and the other simulator.
type Disagreement struct {
	Kind    string
	Outcome Outcome
	Has     *regexp.Regexp // what the text of each such module has
	Source  string         // the clause of the standard; "" is not looked into
	Says    string         // what the tool does
}

// Known is every kind of disagreement that is known to remain; a disagreement is of the
// first kind that fits. A module whose netlist both simulators contradict is never on
// it. A proof of a text on which one simulator alone differs ends as failed, with both
// readings, whichever is right, as long as a vector shows it: what decides constants need
// not be shown. So a kind that is understood becomes a rule, and leaves the list.
var Known = []Disagreement{
	{"Icarus alone, not looked into", AgainstIcarus, regexp.MustCompile(``), "", "the netlist and Verilator agree"},
	{"Verilator alone, not looked into", AgainstVerilator, regexp.MustCompile(``), "", "the netlist and Icarus agree"},
}

// Listed is the kind that a disagreement belongs to, or "".
func Listed(r Result) string {
	for _, k := range Known {
		if k.Outcome == r.Outcome && k.Has.MatchString(r.Module.Text) {
			return k.Kind
		}
	}
	return ""
}
