package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv/bench"
)

// Targets of hand-written modules, a channel each.
const (
	targetStyle = 5 * time.Second // of word-level styles, whatever their fan-in
	targetBits  = time.Minute     // of styles that work on bits of words, and of gates
)

// writeStyles writes the hand-written modules, those of one style together.
func (r *benchReport) writeStyles(w *strings.Builder) {
	all := slices.Clone(r.Record.Styles)
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b bench.Style) int {
		if a.Gates != b.Gates {
			return map[bool]int{true: 1, false: -1}[a.Gates]
		}
		return strings.Compare(a.Name, b.Name)
	})
	fmt.Fprintf(w, "\nHand-written modules of one channel, one worker:\n  %-56s %8s %8s %8s %8s\n", "style", "operands", "reading", "proof", "busy")
	for _, s := range all {
		what := s.Style
		if s.Gates {
			what = "gates: " + what
		}
		if n := 56; len(what) > n {
			what = what[:n-3] + "..."
		}
		proof := human(s.Proof)
		if !s.Proved {
			proof = "OPEN"
		}
		fmt.Fprintf(w, "  %-56s %8d %8s %8s %8s\n", printable(what), s.FanIn, human(s.Read), proof, human(s.Busy))
	}
	fmt.Fprint(w, `
reading: the front end. proof: normal forms and Z3; of gates, also the sweep. busy: processor
time of all, with both simulators, which execute each module beside its proof.
`)
	for _, g := range []struct {
		what  string
		limit time.Duration
		is    func(*bench.Style) bool
	}{
		{"word-level styles", targetStyle, func(s *bench.Style) bool { return !s.Bits && !s.Gates }},
		{"bits of words", targetBits, func(s *bench.Style) bool { return s.Bits && !s.Gates }},
		{"gates", targetBits, func(s *bench.Style) bool { return s.Gates }},
	} {
		count, met, longest := 0, 0, time.Duration(0)
		for i := range all {
			if s := &all[i]; g.is(s) {
				count++
				if s.Proved && s.Read+s.Proof <= g.limit {
					met++
				}
				longest = max(longest, s.Read+s.Proof)
			}
		}
		if count == 0 {
			continue
		}
		state := "met"
		if met < count {
			state = "MISSED"
		}
		fmt.Fprintf(w, "Target, %s: read and proved in at most %s; %d of %d, the longest %s: %s.\n", g.what, human(g.limit), met, count, human(longest), state)
	}
	for _, s := range all {
		if !s.Proved {
			fmt.Fprintln(w, "  "+printable(wrap(fmt.Sprintf("NOT PROVED: %s, %d operands: %.300s", s.Name, s.FanIn, s.Open), 90, 4)))
		}
	}
}
