package dossier

import (
	"cmp"
	"slices"

	"github.com/hashiflex/hashiflex/reports"
)

// sentences say what the obligations of a kind claim. Kinds that are not here
// are shown by their name.
var sentences = map[string]string{
	"assumptions":      "What a layer assumes of its inputs can be met: no proof is vacuous.",
	"bounds":           "What interval propagation concludes about a net holds.",
	"interface":        "What a layer assumes of its inputs is what the layer before it gives.",
	"interval rule":    "Each rule of interval propagation holds for all values.",
	"latency":          "All paths from an input to the output cross the same number of registers.",
	"lifting":          "Every rule by which a layer's cells were read as arithmetic holds.",
	"lifting rule":     "The arithmetic reading of a cell is what its bits compute.",
	"merge":            "A cell that was read with other operands gives the same bits from them.",
	"range":            "Nets that are extended, compared or shifted do not wrap.",
	"tail":             "From accumulator to output, rounding and clamping are the model's.",
	"unlifted":         "A sample of points is equal when read bit by bit, without the lifter.",
	"head fuzz":        "The programmable head, under random sequences of commands, does what its reference does.",
	"head control":     "The head's control keeps its contract in every state that it can reach, whatever the data.",
	"head lane":        "A lane of the head adds the product of its operands.",
	"head network":     "Small heads compute their layers' model for all weights, biases and features.",
	"head requantizer": "Behind the accumulator, the head scales, rounds and fits as the model does.",
	"head result":      "The head adds up its lanes, and finds the largest output, as the model does.",
	"head program":     "The network's own dense layers, run on the head, give the model's results.",
	"vectors":          "The Verilog, run by a simulator, gives what the netlist and the model give.",
}

var edgeSentences = map[string]string{
	reports.GoldenNetlist: "The generated netlist computes the model at every compare point.",
	reports.GoldenRTL:     "The Verilog, read back by Yosys, computes the model at every compare point.",
}

// disputes are the reasons of what failed because two ways of deciding it disagree.
var disputes = []string{"solver disagrees", "simulator disagrees", "proved and refuted"}

// sampled are the kinds that runs stand for: what they discharge was seen, and not
// proved for all inputs.
var sampled = []string{reports.HeadFuzzKind, reports.HeadProgramKind, "vectors"}

// assumed are the kinds that state what is taken for granted between layers.
var assumed = []string{"interface", "assumptions"}

// tallyer counts by name and lists what it counted.
type tallyer map[string]int

func (t tallyer) list() []reports.Tally {
	l := make([]reports.Tally, 0, len(t))
	for name, n := range t {
		l = append(l, reports.Tally{Name: name, Count: n})
	}
	slices.SortFunc(l, func(a, b reports.Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return l
}

// draft is a claim that is being counted.
type draft struct {
	Claim
	strategies, checks, needs tallyer
	queries                   map[string]bool
}

type drafts map[string]*draft

// enter counts o under the given claim; kinds knows the premises by ID.
func (ds drafts) enter(name string, o *reports.Obligation, kinds map[string]string) {
	d := ds[name]
	if d == nil {
		d = &draft{
			strategies: tallyer{}, checks: tallyer{}, needs: tallyer{}, queries: map[string]bool{},
		}
		ds[name] = d
	}
	d.Counts.Count(o.Verdict)
	if o.Verdict == reports.Proved {
		d.strategies[o.Strategy]++
		switch len(o.Checks) {
		case 0:
			d.Alone++
		case 1:
			d.Once++
		default:
			d.Twice++
		}
		for _, c := range o.Checks {
			d.checks[c]++
		}
	}
	if o.Verdict == reports.Failed && slices.Contains(disputes, o.Reason) {
		d.Disputed++
	}
	for _, n := range o.Needs {
		d.needs[kinds[n]]++
	}
	for _, q := range o.Queries {
		d.queries[q] = true
	}
}

// claim is what has been counted, which is nothing for a nil d.
func (d *draft) claim(name string, edge bool) Claim {
	var c Claim
	if d != nil {
		c = d.Claim
		c.Strategies, c.Checks, c.Needs, c.Queries = d.strategies.list(), d.checks.list(), d.needs.list(), len(d.queries)
	}
	c.Name, c.Edge, c.Sampled = name, edge, !edge && slices.Contains(sampled, name)
	if edge {
		c.Text = cmp.Or(edgeSentences[name], name)
	} else {
		c.Text = cmp.Or(sentences[name], "Obligations of the kind \""+name+"\" hold.")
	}
	return c
}
