package dossier

import (
	"cmp"
	"slices"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// tallyer counts by name and lists its counts.
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

// subject is what a claim is about: an edge, or a kind of obligation.
type subject struct {
	edge verdict.Edge
	kind verdict.Kind
}

// subjectOf returns the subject under which o is counted.
func subjectOf(o *reports.Obligation) subject {
	if o.IsPoint() {
		return subject{edge: o.Edge}
	}
	return subject{kind: o.Kind}
}

type drafts map[subject]*draft

// enter counts o; kinds knows the premises by ID.
func (ds drafts) enter(o *reports.Obligation, kinds map[verdict.ID]verdict.Kind) {
	name := subjectOf(o)
	d := ds[name]
	if d == nil {
		d = &draft{
			strategies: tallyer{}, checks: tallyer{}, needs: tallyer{}, queries: map[string]bool{},
		}
		ds[name] = d
	}
	d.Counts.Count(o.Verdict)
	if o.Verdict == verdict.Proved {
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
	if o.Verdict == verdict.Failed && o.Reason.Disputes() {
		d.Disputed++
	}
	for _, n := range o.Needs {
		d.needs[string(kinds[n])]++
	}
	for _, q := range o.Queries {
		d.queries[q] = true
	}
}

// claim returns the counts as a claim about s. A nil d gives a claim without counts.
func (d *draft) claim(s subject) Claim {
	var c Claim
	if d != nil {
		c = d.Claim
		c.Strategies, c.Checks, c.Needs, c.Queries = d.strategies.list(), d.checks.list(), d.needs.list(), len(d.queries)
	}
	if s.edge != "" {
		c.Name, c.Edge, c.Text = string(s.edge), true, s.edge.Claim()
		return c
	}
	row, _ := s.kind.Row()
	c.Name, c.Sampled, c.Text = string(s.kind), row.Sampled, row.Claim
	return c
}
