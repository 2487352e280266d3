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
// readings, whichever is right: nothing has to be done about it here. The test has a
// sample of each kind that is understood.
var Known = []Disagreement{
	{"Icarus: a signed number without a size", AgainstIcarus, regexp.MustCompile(`[^0-9]'s[bodh][0-9a-f]`), "IEEE 1364-2005, 3.5.1",
		"it has 32 bits, of which the written ones are the lowest; Icarus 11 takes 'sh8e for eight bits and negative"},
	{"Icarus: a signed selector narrower than its items", AgainstIcarus, regexp.MustCompile(`case[zx]? \(`), "IEEE 1364-2005, 9.5.1",
		"where all are signed, the selector is extended by its sign; Icarus 11 cuts the items to its width"},
	{"Icarus: a parameter of numbers without a size", AgainstIcarus, regexp.MustCompile(`(parameter|localparam)[^;]*[-+*/<>]`), "IEEE 1364-2005, 3.5.1 and 5.4.1",
		"they are computed in 32 bits; Icarus 11 computes constants in as many as they need, and divides or shifts what should have wrapped"},
	{"Verilator: a signed item that begins with ?", AgainstVerilator, regexp.MustCompile(`'sb[z?]`), "IEEE 1364-2005, 5.5.4 and 9.5.1",
		"it is extended by its first digit, which then does not count either; Verilator 5.006 extends it by zeros"},
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
