package reports

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Conclusion is the verdict on the whole run.
type Conclusion string

// NotProved is also the meaning of an empty conclusion. When several apply, refuted
// goes before failed, and failed before not proved.
const (
	SignedOff       Conclusion = "signed off"
	NetworkRefuted  Conclusion = "refuted"
	NotProved       Conclusion = "not proved"
	MachineryFailed Conclusion = "failed"
)

// Conclude computes Totals, Reasons, Waived and Conclusion from the other fields. A run
// is signed off only if it has at least one layer and one edge, proved every point of
// every layer on every edge, discharged every obligation, covered or waived every RTL
// object, has no blocking omission, and no planted fault lived.
func (s *Signoff) Conclude() {
	s.Waived = s.Waivers()
	s.Conclusion, s.Reasons = SignedOff, []string{}
	for i, g := range s.Grounds() {
		if i == 0 {
			s.Conclusion = g.Conclusion
		}
		s.Reasons = append(s.Reasons, g.Text)
	}
}

// Ground is a reason against signing off, with the conclusion that it alone leads to.
type Ground struct {
	Text       string
	Conclusion Conclusion
}

// numbered writes the integers among arguments with separators.
func numbered(args []any) []any {
	all := slices.Clone(args)
	for i, a := range all {
		if n, ok := a.(int); ok {
			all[i] = words.Number(n)
		}
	}
	return all
}

// Grounds lists Reasons with the conclusion that each leads to, the gravest first. It
// also computes Totals.
func (s *Signoff) Grounds() []Ground {
	var refuted, failed, open []string
	note := func(list *[]string, format string, args ...any) {
		*list = append(*list, fmt.Sprintf(format, numbered(args)...))
	}

	if len(s.Edges) == 0 || len(s.Layers) == 0 {
		note(&open, "nothing was checked")
	}
	s.Totals = make([]Counts, len(s.Edges))
	for i := range s.Layers {
		l := &s.Layers[i]
		if l.Points <= 0 {
			note(&failed, "layer %s has %s", l.Name, words.Count(l.Points, "point"))
		}
		if len(l.Edges) != len(s.Edges) {
			note(&failed, "layer %s has counts for %s of %s edges", l.Name, len(l.Edges), len(s.Edges))
			continue
		}
		if !slices.ContainsFunc(s.Edges, l.Has) {
			note(&open, "layer %s: nothing of it was checked", l.Name)
		}
		if slices.ContainsFunc(s.LeftOut, func(x Exclusion) bool { return x.Layer == l.Name }) {
			note(&failed, "layer %s is listed, and said to be left out", l.Name)
		}
		for e, c := range l.Edges {
			s.Totals[e].Add(c)
			if !l.Has(s.Edges[e]) {
				if c != (Counts{}) {
					note(&failed, "layer %s, %s: it has points there, and no such edge", l.Name, s.Edges[e])
				}
				continue
			}
			if !c.consistent() || c.Total != l.Points {
				note(&failed, "layer %s, %s: the counts do not add up to %s points", l.Name, s.Edges[e], l.Points)
			}
		}
	}
	for e, c := range s.Totals {
		if c.Total == 0 && len(s.Layers) > 0 {
			note(&open, "%s: nothing was checked", s.Edges[e])
		}
		if c.Refuted != 0 {
			note(&refuted, "%s: %s of %s points refuted", s.Edges[e], c.Refuted, c.Total)
		}
		if c.Failed != 0 {
			note(&failed, "%s: %s of %s points failed", s.Edges[e], c.Failed, c.Total)
		}
		if c.Unknown != 0 {
			note(&open, "%s: %s of %s points unknown", s.Edges[e], c.Unknown, c.Total)
		}
		if c.Vacuous != 0 {
			note(&open, "%s: %s of %s points vacuous", s.Edges[e], c.Vacuous, c.Total)
		}
	}
	if len(s.Obligations) == 0 {
		note(&open, "no obligation is listed")
	}
	for _, o := range s.Obligations {
		switch {
		case min(o.Discharged, o.Failed, o.Refuted, o.OneSolver) < 0 || o.Discharged+o.Failed+o.Refuted > o.Total || o.OneSolver > o.Discharged:
			note(&failed, "obligations, %s: %s of %s discharged, %s failed, %s refuted", o.Kind, o.Discharged, o.Total, o.Failed, o.Refuted)
			continue
		case o.Failed > 0:
			note(&failed, "obligations, %s: %s of %s failed", o.Kind, o.Failed, o.Total)
		}
		if o.Refuted > 0 {
			note(&refuted, "obligations, %s: %s of %s refuted", o.Kind, o.Refuted, o.Total)
		}
		if left := o.Total - o.Discharged - o.Failed - o.Refuted; left > 0 {
			note(&open, "obligations, %s: %s of %s not discharged", o.Kind, left, o.Total)
		}
	}
	open = append(open, s.Stream.conclude(s.Obligations)...)
	r, f, n := s.Head.conclude(s.Obligations)
	refuted, failed, open = append(refuted, r...), append(failed, f...), append(open, n...)
	failed = append(failed, s.Mutation.conclude()...)
	if slices.Contains(s.Edges, verdict.GoldenRTL) && len(s.Coverage) == 0 {
		note(&open, "the coverage of the RTL is not known")
	}
	for _, c := range s.Coverage {
		switch left := c.Total - c.Covered - c.Waived; {
		case left < 0 || c.Covered < 0 || c.Waived < 0:
			note(&failed, "coverage, %s: %s covered and %s waived of %s", c.Kind, c.Covered, c.Waived, c.Total)
		case left > 0:
			note(&open, "coverage, %s: %s of %s neither covered nor waived", c.Kind, left, c.Total)
		}
	}
	unwaived := 0
	for _, u := range s.Uncovered {
		if u.Waiver == "" {
			unwaived++
		}
	}
	if unwaived > 0 {
		note(&open, "%s without waiver", words.Count(unwaived, "uncovered object"))
	}
	for _, o := range s.Omissions {
		if o.Blocks {
			note(&open, "not done: %s (%s)", o.What, o.Why)
		}
	}

	var all []Ground
	for _, list := range []struct {
		texts []string
		as    Conclusion
	}{{refuted, NetworkRefuted}, {failed, MachineryFailed}, {open, NotProved}} {
		for _, text := range list.texts {
			all = append(all, Ground{text, list.as})
		}
	}
	return all
}

// Asked is the conclusion on a run whose goal is less than a signoff. What the run did
// not set out to do does not count. If the run used no solver, points that were settled
// without one count as proved. Lines of user-written Verilog that are not covered are
// listed and do not count. If s is refuted or failed, so is Asked.
func (s *Signoff) Asked() Conclusion { return s.asked().Conclusion }

func (s *Signoff) asked() *Signoff {
	c := *s
	c.Omissions = nil
	if slices.ContainsFunc(s.Layers, func(l Layer) bool { return len(l.Own) > 0 }) {
		c.Coverage, c.Uncovered = []Coverage{{Kind: Lines}}, nil
	}
	if s.unconfirmed() {
		c.Layers = slices.Clone(s.Layers)
		for i := range c.Layers {
			l := &c.Layers[i]
			l.Edges = slices.Clone(l.Edges)
			for e := range l.Edges {
				l.Edges[e].Proved, l.Edges[e].Unknown = l.Edges[e].Proved+l.Edges[e].Unknown, 0
			}
		}
	}
	c.Conclude()
	return &c
}

// unconfirmed reports whether s has unknown points and the reason of each is
// "unconfirmed".
func (s *Signoff) unconfirmed() bool {
	unknown, excused := 0, 0
	for _, l := range s.Layers {
		for _, c := range l.Edges {
			unknown += c.Unknown
		}
	}
	for _, t := range s.Unknown {
		if t.Name != string(verdict.Unconfirmed) {
			return false
		}
		excused += t.Count
	}
	return unknown > 0 && unknown == excused
}
