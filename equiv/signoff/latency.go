package signoff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// latency describes the latency of the proved outputs of a user's layer: "2 clocks of
// ck", and for which channels if there are several. Generated layers have no registers.
func (j *Job) latency(rec *chain.Record) string {
	if j.Chain.Foreign[rec.Layer] == nil {
		return ""
	}
	clock := ""
	labels := map[int][]string{}
	for i := range rec.Points {
		p := &rec.Points[i]
		if p.Verdict != verdict.Proved || p.Strategy == equiv.Constant {
			continue
		}
		n := 0
		if p.Latency != nil {
			n, clock = *p.Latency, p.Clock
		}
		labels[n] = append(labels[n], rec.Labels[slices.Index(rec.Units, p.Unit)])
	}
	var clocks []int
	for n := range labels {
		clocks = append(clocks, n)
	}
	slices.Sort(clocks)
	var parts []string
	for _, n := range clocks {
		s := words.Count(n, "clock")
		if clock != "" {
			s += " of " + clock
		}
		if len(clocks) > 1 {
			s += " (" + list(labels[n]) + ")"
		}
		parts = append(parts, s)
	}
	if clock == "" && len(parts) > 0 {
		parts[len(parts)-1] += ", without registers"
	}
	if n := warm(rec); n > 0 && len(parts) > 0 {
		parts[len(parts)-1] += ", from clock " + words.Number(n) + " after power-up on"
	}
	return strings.Join(parts, "; ")
}

// warm is the clock after power-up from which all proved outputs of a layer are the
// model's, if that is later than their latency says, else 0.
func warm(rec *chain.Record) (n int) {
	for i := range rec.Points {
		if p := &rec.Points[i]; p.Verdict == verdict.Proved {
			n = max(n, p.Settles)
		}
	}
	return n
}

// list names the first of many.
func list(labels []string) string {
	const most = 16
	if len(labels) > most {
		return strings.Join(labels[:most], ", ") + fmt.Sprintf(" and %d more", len(labels)-most)
	}
	return strings.Join(labels, ", ")
}
