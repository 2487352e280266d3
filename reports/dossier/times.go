package dossier

import (
	"cmp"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/reports/rundir"
)

// Span is the time and memory that something took, summed over its parts.
type Span struct {
	Wall time.Duration
	CPU  time.Duration
	Peak int64 // bytes; 0: not known
}

func (s *Span) add(t rundir.Timing) {
	s.Wall += t.Wall
	s.CPU += t.CPU
	s.Peak = max(s.Peak, t.PeakBytes)
}

// Times is the content of timings.jsonl.
type Times struct {
	Run    *Span  // the whole run; nil: not measured
	Begin  string // of the run that finished it, RFC 3339 in UTC; "": not known
	Phases []Phase
}

// Phase is one phase of the run, over all layers and workers.
type Phase struct {
	Name string
	Span
}

// tally sums the measurements, in total and by layer name.
func tally(all []rundir.Timing) (*Times, map[string]*Span) {
	t, layers, phases := &Times{}, map[string]*Span{}, map[string]*Span{}
	for _, m := range all {
		if m.What == "run" {
			if t.Run == nil {
				t.Run = &Span{}
			}
			t.Run.add(m)
			t.Begin = m.Begin
			continue
		}
		into(phases, m.What).add(m)
		if m.What != solverPhase && m.Object != "" {
			into(layers, m.Object).add(m)
		}
	}
	for name, s := range phases {
		t.Phases = append(t.Phases, Phase{name, *s})
	}
	slices.SortFunc(t.Phases, func(a, b Phase) int { return cmp.Or(cmp.Compare(b.Wall, a.Wall), cmp.Compare(a.Name, b.Name)) })
	return t, layers
}

// solverPhase is measured per solver, not per layer.
const solverPhase = "solver"

func into(m map[string]*Span, name string) *Span {
	if m[name] == nil {
		m[name] = &Span{}
	}
	return m[name]
}
