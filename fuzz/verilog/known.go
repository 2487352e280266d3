package verilog

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// Disagreement is a known kind of disagreement: one simulator alone differs from the
// netlist and the other simulator.
type Disagreement struct {
	Kind    string
	Outcome Outcome
	Has     func(text string) bool // reports whether the text of a module has the construct
	Source  string                 // the clause of the standard
	Says    string                 // what the tool does
}

// Known lists every known kind of disagreement. A disagreement has the first kind that
// fits. If both simulators contradict the netlist, the module is never on the list. If
// one simulator alone differs on a text and a vector shows it, its proof ends as
// failed, with both readings. A difference in a constant may not show on any vector. So
// a kind that affects constants becomes a rule and leaves the list; the others act on
// data. The test has a sample of each.
var Known = []Disagreement{
	{"Icarus: a select of all bits of a signed variable", AgainstIcarus, selectsAll, "IEEE 1364-2005, 5.5.1",
		"it is unsigned, whatever it selects; as an index or an amount of shifting Icarus 11 takes it for the variable, and negative"},
	{"Icarus: a parameter without a range that is computed of sized numbers", AgainstIcarus, has(`(parameter|localparam) \w+ = [^;]*\d'[^;]*[-+*^]`), "IEEE 1364-2005, 12.2 and 5.4.1",
		"it is as wide as the widest of them; Icarus 11 makes it wider, which shows where it is computed with"},
	{"Verilator: <= of constants that come through signed ports", AgainstVerilator, comparesPorts, "IEEE 1364-2005, 5.1.7 and 12.3.11",
		"equal ones are <=, and the port has the sign that it says; Verilator 5.006 computes 0 where what the port is connected to is unsigned"},
}

// Single lists modules on which readers differ for a reason that no text pattern shows,
// by the SHA-256 of their text.
var Single = map[string]Disagreement{
	"584dec16cb594531ecd626d2cf8b0ceebc68d028cdf69529142257fa860c1d13": {
		Kind: "Icarus: processes of several modules at time 0", Outcome: AgainstIcarus, Source: "IEEE 1364-2005, 11.4.2",
		Says: "they start in any order. Beside 49 other modules Icarus 11 runs an always @* before what drives it, and never again; read alone on the same vectors, it agrees",
	},
}

// Listed is the kind of a disagreement, or "".
func Listed(r Result) string {
	if s, ok := Single[fmt.Sprintf("%x", sha256.Sum256([]byte(r.Module.Text)))]; ok && s.Outcome == r.Outcome {
		return s.Kind
	}
	for _, k := range Known {
		if k.Outcome == r.Outcome && k.Has(r.Module.Text) {
			return k.Kind
		}
	}
	return ""
}

// has is that a text has what a pattern describes.
func has(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

var signedVector = regexp.MustCompile(`signed \[(\d+):(\d+)\] (\w+)`)

// selectsAll reports whether a text selects all bits of a signed variable by their
// numbers.
func selectsAll(text string) bool {
	for _, d := range signedVector.FindAllStringSubmatch(text, -1) {
		left, right, name := d[1], d[2], d[3]
		if strings.Contains(text, name+"["+left+":"+right+"]") || left == right && strings.Contains(text, name+"["+left+"]") {
			return true
		}
	}
	return false
}

// comparesPorts reports whether a text has an instance, a signed input and a comparison
// by <=.
func comparesPorts(text string) bool {
	if strings.Count(text, "endmodule") < 2 || !strings.Contains(text, "input signed ") {
		return false
	}
	for _, line := range strings.Split(text, "\n") {
		for i := range line {
			before := line[:i]
			// An assignment stands in no parentheses.
			if strings.HasPrefix(line[i:], " <= ") && strings.Count(before, "(") > strings.Count(before, ")") {
				return true
			}
		}
	}
	return false
}
