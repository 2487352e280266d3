package reports

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Ledger counts obligations. It is the only source of a signoff's numbers, so each
// number stands for lines of obligations.jsonl.
type Ledger struct {
	verdicts   map[verdict.ID]verdict.Verdict // by obligation ID
	entries    map[verdict.ID]entry
	needs      []need
	points     map[verdict.Point]bool
	edges      map[edgeKey]*Counts
	kinds      map[verdict.Kind]*Discharge
	strategies map[string]int
	bases      map[verdict.Basis]int
	unknown    map[verdict.Reason]int
	places     map[verdict.ID]place // of proved obligations, by ID
	single     []verdict.ID         // IDs of those proved on a single solver's word
}

// place says where an obligation is counted: on an edge of a layer, or by its kind.
type place struct {
	edge edgeKey
	kind verdict.Kind
}

type need struct{ user, premise verdict.ID }

// entry is the sequence number of an obligation, and its kind.
type entry struct {
	at   int
	kind verdict.Kind
}

type edgeKey struct {
	layer string
	edge  verdict.Edge
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	return &Ledger{
		verdicts:   map[verdict.ID]verdict.Verdict{},
		entries:    map[verdict.ID]entry{},
		points:     map[verdict.Point]bool{},
		edges:      map[edgeKey]*Counts{},
		kinds:      map[verdict.Kind]*Discharge{},
		strategies: map[string]int{},
		bases:      map[verdict.Basis]int{},
		unknown:    map[verdict.Reason]int{},
		places:     map[verdict.ID]place{},
	}
}

// Add counts one obligation. It returns an error and does not count o if o fails its
// Check, or if its ID or its point was added before.
func (l *Ledger) Add(o *Obligation) error {
	if err := o.Check(); err != nil {
		return err
	}
	if _, ok := l.verdicts[o.ID]; ok {
		return fmt.Errorf("obligation %s: entered twice", o.ID)
	}
	if !o.IsPoint() {
		l.note(o)
		k := l.kinds[o.Kind]
		if k == nil {
			k = &Discharge{Kind: o.Kind}
			l.kinds[o.Kind] = k
		}
		k.Total++
		switch o.Verdict {
		case verdict.Proved:
			k.Discharged++
			l.proved(o, place{kind: o.Kind})
		case verdict.Failed:
			k.Failed++
		case verdict.Refuted:
			k.Refuted++
		}
		return nil
	}
	p := o.at()
	if l.points[p] {
		return fmt.Errorf("obligation %s: point %s of layer %s is entered twice for %s", o.ID, o.Point, o.Layer, o.Edge)
	}
	l.points[p] = true
	l.note(o)
	l.countPoint(edgeKey{o.Layer, o.Edge}, o.Verdict)
	if o.Verdict == verdict.Proved {
		l.proved(o, place{edge: edgeKey{o.Layer, o.Edge}})
		l.bases[o.RestsOn]++
	}
	switch o.Verdict {
	case verdict.Proved, verdict.Refuted:
		if o.Strategy != "" {
			l.strategies[o.Strategy]++
		}
	case verdict.Unknown:
		l.unknown[o.Reason]++
	}
	return nil
}

// note records an obligation and its premises.
func (l *Ledger) note(o *Obligation) {
	l.entries[o.ID] = entry{len(l.entries), o.Kind}
	l.verdicts[o.ID] = o.Verdict
	// Only proofs need premises.
	if o.Verdict == verdict.Proved {
		for _, n := range o.Needs {
			l.needs = append(l.needs, need{o.ID, n})
		}
	}
}

// proved records where a proof is counted, and what it rests on.
func (l *Ledger) proved(o *Obligation, at place) {
	l.places[o.ID] = at
	if o.RestsOn == verdict.OneSolver {
		l.single = append(l.single, o.ID)
	}
}

// oneSolver counts, by place, the obligations that rest on a single solver's word,
// directly or through a premise.
func (l *Ledger) oneSolver() map[place]int {
	users := map[verdict.ID][]verdict.ID{}
	if len(l.single) > 0 {
		for _, n := range l.needs {
			users[n.premise] = append(users[n.premise], n.user)
		}
	}
	counts, seen := map[place]int{}, map[verdict.ID]bool{}
	for list := slices.Clone(l.single); len(list) > 0; {
		id := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		if at, ok := l.places[id]; ok {
			counts[at]++
		}
		list = append(list, users[id]...)
	}
	return counts
}

func (l *Ledger) countPoint(k edgeKey, v verdict.Verdict) {
	c := l.edges[k]
	if c == nil {
		c = &Counts{}
		l.edges[k] = c
	}
	c.Count(v)
}

// Fill sets all counts of s: per layer and edge, by strategy, by basis, by reason of
// unknown, and by kind of obligation. Then it concludes. s must name its edges, and its
// layers with their points. A point that was not added counts as unknown, with the
// reason verdict.Skipped.
//
// The error lists every entry that belongs to no layer or edge of s, every layer with
// more entries than points, and every proof with a premise that is not proved or that
// its kind must not use. It also lists every proof of the head and every block of the
// stream whose verdict differs from that of its obligation, and a renewal whose counts are
// not those of the obligations.
func (l *Ledger) Fill(s *Signoff) error {
	var problems []error
	left := make(map[edgeKey]bool, len(l.edges))
	for k := range l.edges {
		left[k] = true
	}
	unknown := make(map[verdict.Reason]int, len(l.unknown))
	for r, n := range l.unknown {
		unknown[r] = n
	}
	single := l.oneSolver()
	s.Layers = slices.Clone(s.Layers)
	for i := range s.Layers {
		layer := &s.Layers[i]
		layer.Edges = make([]Counts, len(s.Edges))
		for e, name := range s.Edges {
			k := edgeKey{layer.Name, name}
			if !layer.Has(name) {
				continue
			}
			delete(left, k)
			if c := l.edges[k]; c != nil {
				layer.Edges[e] = *c
				layer.Edges[e].OneSolver = single[place{edge: k}]
			}
			c := &layer.Edges[e]
			if c.Total > layer.Points {
				problems = append(problems, fmt.Errorf("layer %s, %s: %d points entered, it has %d", layer.Name, name, c.Total, layer.Points))
				continue
			}
			if skipped := layer.Points - c.Total; skipped > 0 {
				c.Total += skipped
				c.Unknown += skipped
				unknown[verdict.Skipped] += skipped
			}
		}
	}
	for k := range left {
		problems = append(problems, fmt.Errorf("layer %s, %s: entered, but the network has no such layer or the run no such edge", k.layer, k.edge))
	}
	for _, n := range l.needs {
		switch v, ok := l.verdicts[n.premise]; {
		case !ok:
			problems = append(problems, fmt.Errorf("obligation %s: proved with %s, which is not listed", n.user, n.premise))
		case v != verdict.Proved:
			problems = append(problems, fmt.Errorf("obligation %s: proved with %s, which is %v", n.user, n.premise, v))
		default:
			if err := l.grounded(n); err != nil {
				problems = append(problems, err)
			}
		}
	}
	if s.Head != nil {
		for _, p := range s.Head.Proofs {
			switch v, ok := l.verdicts[p.ID]; {
			case !ok:
				problems = append(problems, fmt.Errorf("head: %s is not listed as an obligation", p.ID))
			case v != p.Verdict:
				problems = append(problems, fmt.Errorf("head: %s is said to be %v, its obligation is %v", p.ID, p.Verdict, v))
			}
		}
	}
	problems = append(problems, s.Stream.audit(l.verdicts)...)
	problems = append(problems, s.Renewal.audit(l)...)
	slices.SortFunc(problems, compareText)
	s.Strategies, s.RestsOn, s.Unknown, s.Obligations = sortedTallies(l.strategies), sortedTallies(l.bases), sortedTallies(unknown), nil
	for _, k := range l.kinds {
		d := *k
		d.OneSolver = single[place{kind: d.Kind}]
		s.Obligations = append(s.Obligations, d)
	}
	s.canonical()
	return errors.Join(problems...)
}

// grounded checks that an obligation may use its premise. The relation between kinds
// has no cycle, and within a kind a premise must come earlier. So no obligation rests
// on itself, not even indirectly.
func (l *Ledger) grounded(n need) error {
	user, premise := l.entries[n.user], l.entries[n.premise]
	if row, _ := user.kind.Row(); !slices.Contains(row.Assumes, premise.kind) {
		return fmt.Errorf("obligation %s: proved with %s, and a %q may not rest on a %q", n.user, n.premise, user.kind, premise.kind)
	}
	if user.kind == premise.kind && user.at <= premise.at {
		return fmt.Errorf("obligation %s: proved with %s, which does not come before it", n.user, n.premise)
	}
	return nil
}

// Audit returns an error that lists where s differs from the ledger, or nil.
func (l *Ledger) Audit(s *Signoff) error {
	want := *s
	if err := l.Fill(&want); err != nil {
		return err
	}
	got := *s
	got.canonical()
	a, err := encode(&want)
	if err != nil {
		return err
	}
	b, err := encode(&got)
	if err != nil {
		return err
	}
	if a != b {
		return errors.New("the signoff's counts differ from the obligations that it stands for")
	}
	return nil
}
