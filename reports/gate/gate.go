// Package gate compares a signoff with the one before it and says whether the new
// one may pass.
//
// A change is worse, better or only different. Only what both signoffs looked at can be
// better: what the old one did not look at, or the new one does not, is different or
// worse. The gate is closed if the new signoff is
// not signed off, or if anything is worse. Worse means that the new signoff lacks a
// point, an edge, a layer, a kind of obligation or covered hardware that the old one
// had, or has more waivers. A slower run or larger hardware is reported but does not
// close the gate.
package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Effect is what a change means.
type Effect string

const (
	Worse     Effect = "worse"
	Better    Effect = "better"
	Different Effect = "different"
)

// Change is one difference between two signoffs.
type Change struct {
	Effect Effect
	Text   string
}

// Result is what a comparison found.
type Result struct {
	Changes    []Change           // worse ones first
	Conclusion reports.Conclusion // of the new signoff; NotProved if something is worse
}

// Open reports whether the new signoff may pass.
func (r *Result) Open() bool { return r.Conclusion == reports.SignedOff }

type comparison struct{ worse, better, different []Change }

func (c *comparison) add(e Effect, format string, args ...any) {
	ch := Change{e, fmt.Sprintf(format, args...)}
	switch e {
	case Worse:
		c.worse = append(c.worse, ch)
	case Better:
		c.better = append(c.better, ch)
	default:
		c.different = append(c.different, ch)
	}
}

// fewer records the change of a number of bad things. Growth is worse. If both signoffs
// counted over the same things, both, a decrease is better, and else it is different.
func (c *comparison) fewer(what string, was, is int, both bool) {
	switch {
	case was == is:
	case is < was && both:
		c.add(Better, "%s: %d, was %d", what, is, was)
	case is < was:
		c.add(Different, "%s: %d, was %d", what, is, was)
	default:
		c.add(Worse, "%s: %d, was %d", what, is, was)
	}
}

// more records the change of a number of good things. Fewer is worse. If both signoffs
// counted over the same things, both, an increase is better, and else it is different.
func (c *comparison) more(what string, was, is int, both bool) {
	switch {
	case was == is:
	case is < was:
		c.add(Worse, "%s: %d, was %d", what, is, was)
	case both:
		c.add(Better, "%s: %d, was %d", what, is, was)
	default:
		c.add(Different, "%s: %d, was %d", what, is, was)
	}
}

// covers reports whether a signoff looked at all points and edges that another one looked
// at, within all of its scope.
func covers(is, was *reports.Signoff) bool {
	points := map[string]int{}
	for i := range is.Layers {
		points[is.Layers[i].Name] = is.Layers[i].Points
	}
	for i := range was.Layers {
		if l := &was.Layers[i]; points[l.Name] < l.Points {
			return false
		}
	}
	for _, e := range was.Edges {
		if !slices.Contains(is.Edges, e) {
			return false
		}
	}
	for _, x := range is.LeftOut {
		if !slices.ContainsFunc(was.LeftOut, func(y reports.Exclusion) bool { return x.What == y.What }) {
			return false
		}
	}
	return (was.Stream == nil || is.Stream != nil) && (was.Head == nil || is.Head != nil)
}

// Compare compares two signoffs of one network. It returns an error if the networks
// differ.
func Compare(was, is *reports.Signoff) (*Result, error) {
	if was.Network != is.Network {
		return nil, fmt.Errorf("the baseline is of network %q, the new signoff of %q", was.Network, is.Network)
	}
	var c comparison
	if was.Conclusion != is.Conclusion {
		effect := Different
		switch {
		case is.Conclusion == reports.SignedOff && covers(is, was):
			effect = Better
		case was.Conclusion == reports.SignedOff:
			effect = Worse
		}
		c.add(effect, "%s, was %s", is.Conclusion, was.Conclusion)
	}
	c.scope(was, is)
	c.layers(was, is)
	c.evidence(was, is)
	c.stream(was, is)
	c.head(was.Head, is.Head)
	c.fewer("waivers", was.Waivers(), is.Waivers(), covers(is, was))
	c.circumstances(was, is)

	r := &Result{Changes: append(append(c.worse, c.better...), c.different...), Conclusion: is.Conclusion}
	if len(c.worse) > 0 && is.Conclusion == reports.SignedOff {
		r.Conclusion = reports.NotProved
	}
	return r, nil
}

// scope records what only one of the two declares out of scope.
func (c *comparison) scope(was, is *reports.Signoff) {
	lost := func(what string, from, to *reports.Signoff, effect Effect) {
		before := map[string]bool{}
		for _, x := range from.LeftOut {
			before[x.What] = true
		}
		for _, x := range to.LeftOut {
			if !before[x.What] {
				c.add(effect, "scope %s: %s (%s)", what, x.What, x.Why)
			}
		}
	}
	lost("lost", was, is, Worse)
	lost("won", is, was, Different)
}

func (c *comparison) layers(was, is *reports.Signoff) {
	type key struct {
		layer string
		edge  verdict.Edge
	}
	old, layers, edges := map[key]reports.Counts{}, map[string]int{}, map[verdict.Edge]bool{}
	latency, own := map[string]string{}, map[string]string{}
	for i := range was.Layers {
		l := &was.Layers[i]
		layers[l.Name], latency[l.Name], own[l.Name] = l.Points, l.Latency, hardware(l)
		for e, n := range l.Edges {
			if l.Has(was.Edges[e]) {
				old[key{l.Name, was.Edges[e]}] = n
			}
		}
	}
	for _, e := range was.Edges {
		edges[e] = true
	}
	for _, e := range is.Edges {
		if !edges[e] {
			c.add(Different, "edge %s is new", e)
		}
		delete(edges, e)
	}
	for _, e := range was.Edges {
		if edges[e] {
			c.add(Worse, "edge %s is gone", e)
		}
	}
	for _, l := range is.Layers {
		points, ok := layers[l.Name]
		delete(layers, l.Name)
		if !ok {
			c.add(Different, "layer %s is new, with %s", l.Name, words.Count(l.Points, "point"))
			continue
		}
		c.more("layer "+l.Name+": points", points, l.Points, false)
		if o := latency[l.Name]; o != l.Latency {
			c.add(Different, "layer %s: its latency is %q, and was %q", l.Name, l.Latency, o)
		}
		if o := own[l.Name]; o != hardware(&l) {
			c.add(Different, "layer %s: its hardware is %s, and was %s", l.Name, hardware(&l), o)
		}
		for e, n := range l.Edges {
			o, ok := old[key{l.Name, is.Edges[e]}]
			if !ok || !l.Has(is.Edges[e]) {
				continue
			}
			name := fmt.Sprintf("layer %s, %s: ", l.Name, is.Edges[e])
			both := o.Total <= n.Total && points <= l.Points
			c.more(name+"proved", o.Proved, n.Proved, both && o.Total == n.Total && points == l.Points)
			c.fewer(name+"refuted", o.Refuted, n.Refuted, both)
			c.fewer(name+"unknown", o.Unknown, n.Unknown, both)
			c.fewer(name+"vacuous", o.Vacuous, n.Vacuous, both)
			c.fewer(name+"failed", o.Failed, n.Failed, both)
			c.fewer(name+"on one solver's word", o.OneSolver, n.OneSolver, both)
		}
	}
	for _, l := range was.Layers {
		left := func(x reports.Exclusion) bool { return x.Layer == l.Name } // already reported
		if n, gone := layers[l.Name]; gone && !slices.ContainsFunc(is.LeftOut, left) {
			c.add(Worse, "layer %s is gone, with %s", l.Name, words.Count(n, "point"))
		}
	}
}

// hardware names the origin of a layer's hardware.
func hardware(l *reports.Layer) string {
	if len(l.Own) == 0 {
		return "generated"
	}
	if l.Converter != "" {
		return strings.Join(l.Own, ", ") + " as " + l.Converter + " wrote it"
	}
	return strings.Join(l.Own, ", ")
}

func (c *comparison) evidence(was, is *reports.Signoff) {
	kinds := map[verdict.Kind]reports.Discharge{}
	for _, o := range is.Obligations {
		kinds[o.Kind] = o
	}
	for _, o := range was.Obligations {
		n, ok := kinds[o.Kind]
		of := "obligations, " + string(o.Kind)
		switch {
		case !ok:
			c.add(Worse, "obligations, %s: none, were %d", o.Kind, o.Total)
		default:
			c.fewer(of+": open", o.Total-o.Discharged, n.Total-n.Discharged, o.Total <= n.Total)
			c.fewer(of+": on one solver's word", o.OneSolver, n.OneSolver, o.Total <= n.Total)
			if row, _ := o.Kind.Row(); row.Chosen {
				c.more(of, o.Total, n.Total, false)
			} else if n.Total != o.Total {
				// The number of ranges depends on how a proof was found.
				c.add(Different, "obligations, %s: %d, were %d", o.Kind, n.Total, o.Total)
			}
		}
	}
	covered := map[string]reports.Coverage{}
	for _, k := range is.Coverage {
		covered[k.Kind] = k
	}
	for _, o := range was.Coverage {
		n, ok := covered[o.Kind]
		if !ok {
			c.add(Worse, "coverage, %s: not known, was %d of %d", o.Kind, o.Covered, o.Total)
			continue
		}
		c.fewer("coverage, "+o.Kind+": not covered", o.Total-o.Covered, n.Total-n.Covered, o.Total <= n.Total)
	}
	blocked := map[string]bool{}
	for _, o := range was.Omissions {
		blocked[o.What] = true
	}
	for _, o := range is.Omissions {
		if !blocked[o.What] {
			c.add(Worse, "not done any more: %s (%s)", o.What, o.Why)
		}
		delete(blocked, o.What)
	}
	for _, o := range was.Omissions {
		if blocked[o.What] {
			c.add(Different, "done now: %s", o.What)
		}
	}
}

// circumstances records changes of program, options and tools.
func (c *comparison) circumstances(was, is *reports.Signoff) {
	if a, b := adders(was), adders(is); a != b && a > 0 && b > 0 {
		c.add(Different, "adders: %d, were %d", b, a)
	}
	if was.Program != is.Program {
		c.add(Different, "program: %s, was %s", is.Program, was.Program)
	}
	version := func(t reports.ToolRecord) string { return t.Version }
	c.settings("tool", tools(was, version), tools(is, version))
	c.settings("files of tool", tools(was, files), tools(is, files))
	c.settings("option", was.Options, is.Options)
}

// settings records settings whose value changed. A setting may be there several times.
func (c *comparison) settings(what string, was, is []reports.Setting) {
	values := func(list []reports.Setting) (names []string, all map[string]string) {
		all = map[string]string{}
		for _, s := range list {
			if v, ok := all[s.Name]; ok {
				all[s.Name] = v + ", " + s.Value
				continue
			}
			names = append(names, s.Name)
			all[s.Name] = s.Value
		}
		return names, all
	}
	_, old := values(was)
	names, now := values(is)
	for _, name := range names {
		if v := old[name]; v != now[name] {
			c.add(Different, "%s %s: %s, was %q", what, name, now[name], v)
		}
	}
}

// tools lists something about each tool.
func tools(s *reports.Signoff, about func(reports.ToolRecord) string) []reports.Setting {
	var list []reports.Setting
	for _, t := range s.Tools {
		list = append(list, reports.Setting{Name: t.Name, Value: about(t)})
	}
	return list
}

// files is a hash prefix, long enough to tell apart two builds of one version.
func files(t reports.ToolRecord) string { return t.SHA256[:min(len(t.SHA256), 12)] }

func adders(s *reports.Signoff) int {
	n := 0
	for _, h := range s.Hardware {
		n += h.Adders
	}
	return n
}

// Times records the run times if they differ by more than a tenth.
func (r *Result) Times(was, is time.Duration) {
	if d := is - was; d > was/10 {
		r.Changes = append(r.Changes, Change{Different, fmt.Sprintf("slower: %v, was %v", is.Round(time.Second/10), was.Round(time.Second/10))})
	} else if -d > was/10 {
		r.Changes = append(r.Changes, Change{Different, fmt.Sprintf("faster: %v, was %v", is.Round(time.Second/10), was.Round(time.Second/10))})
	}
}
