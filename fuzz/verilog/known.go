package verilog

// Disagreement is a kind of disagreement that remains: one simulator alone reads
// otherwise than the netlist and the other simulator, and the standard is on their
// side.
type Disagreement struct {
	Kind    string
	Outcome Outcome
	Source  string // the clause of the standard
	Says    string // what the tool does, and why nothing is to be done about it here
}

// Known is every kind of disagreement that is known to remain. A module whose
// netlist both simulators contradict is never on it. Samples are in testdata, under
// the kinds' names.
var Known = []Disagreement{
	{"one simulator alone: Icarus", AgainstIcarus, "IEEE 1364-2005, 5.4 and 5.5",
		"Icarus 11 reads otherwise than Yosys and Verilator together; a proof of a text like that ends as failed, with both readings"},
	{"one simulator alone: Verilator", AgainstVerilator, "IEEE 1364-2005, 5.4 and 5.5",
		"Verilator 5.006 reads otherwise than Yosys and Icarus together; a proof of a text like that ends as failed, with both readings"},
}

// Listed is the kind that a disagreement belongs to, or "".
func Listed(r Result) string {
	for _, k := range Known {
		if k.Outcome == r.Outcome {
			return k.Kind
		}
	}
	return ""
}
