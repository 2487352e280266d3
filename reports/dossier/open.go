package dossier

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/reports/visible"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Options selects what Open reads from a run directory.
type Options struct {
	NoTimings bool // leave out timings, the only part that differs from run to run
	// Waive applies waivers to the signoff before Open uses it; nil: no waivers. It may
	// only change waivers.
	Waive func(*reports.Signoff) error
	// Past are earlier runs to compare with, the oldest first. Open checks none of them.
	Past []Earlier
}

// Open reads a finished run directory. The error lists all problems: files that were
// changed, are missing or were added, counts that differ from those of the obligations,
// witnesses that are missing.
func Open(dir string, opt Options) (*Dossier, error) {
	run, err := rundir.Read(dir)
	if err != nil {
		return nil, err
	}
	if err := run.Verify(); err != nil {
		return nil, err
	}
	return Of(run, opt)
}

// Of is Open for a directory that the caller has read and has either verified or just
// written.
func Of(run *rundir.Finished, opt Options) (*Dossier, error) {
	r := &reader{run: run, kinds: map[verdict.ID]verdict.Kind{}, edges: map[verdict.Edge]int{}, layers: map[string]*layerDraft{}, claims: drafts{}, queries: map[string]bool{}}
	if opt.Waive != nil {
		if err := opt.Waive(run.Signoff); err != nil {
			return nil, err
		}
		run.Signoff.Conclude()
	}
	d, err := r.gather()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", run.Dir, err)
	}
	// Times name layers by their raw names, so match them before the text is escaped.
	if !opt.NoTimings {
		all, err := run.Timings()
		if err != nil {
			return nil, err
		}
		times, layers := tally(all)
		d.Times = times
		for i := range d.Layers {
			d.Layers[i].Took = layers[d.Layers[i].Name]
		}
	}
	d.Past = past(opt.Past, d, run.Dir)
	var raw bytes.Buffer
	if err := run.Signoff.Encode(&raw); err != nil {
		return nil, fmt.Errorf("%s: %w", run.Dir, err)
	}
	visible.All(d)
	d.JSON = raw.Bytes()
	return d, nil
}

// Suffixes of the files of a chunk: the Verilog that was read, and the netlists that were
// read back from it.
const (
	verilogSuffix  = ".v.gz"
	netlistsSuffix = ".netlists.gz"
)

type reader struct {
	run     *rundir.Finished
	kinds   map[verdict.ID]verdict.Kind
	edges   map[verdict.Edge]int // place of an edge in the signoff
	layers  map[string]*layerDraft
	claims  drafts
	queries map[string]bool
}

type layerDraft struct {
	*Layer
	points     map[string]int // place by label
	netlists   string         // file of the layer's first module; "": none
	strategies tallyer
	facts      map[verdict.Kind]*reports.Discharge
}

func (r *reader) gather() (*Dossier, error) {
	s := r.run.Signoff
	d := &Dossier{Signoff: s, Layers: make([]Layer, len(s.Layers))}
	for i, e := range s.Edges {
		r.edges[e] = i
	}
	for i, l := range s.Layers {
		d.Layers[i].Layer = l
		r.layers[l.Name] = &layerDraft{Layer: &d.Layers[i], points: map[string]int{}, strategies: tallyer{}, facts: map[verdict.Kind]*reports.Discharge{}}
	}
	for i := range s.Hardware {
		if l := r.layers[s.Hardware[i].Layer]; l != nil {
			l.Hardware = &s.Hardware[i]
		}
	}
	for o, err := range r.run.Obligations() {
		if err != nil {
			return nil, err
		}
		if err := r.enter(d, &o); err != nil {
			return nil, fmt.Errorf("obligation %s: %w", o.ID, err)
		}
	}
	r.finish(d)
	var err error
	for _, l := range r.layers {
		if l.netlists == "" {
			continue
		}
		if l.Tree, err = r.tree(l.netlists); err != nil {
			return nil, err
		}
	}
	d.Files, err = r.files()
	return d, err
}

func (r *reader) enter(d *Dossier, o *reports.Obligation) error {
	d.Obligations++
	r.kinds[o.ID] = o.Kind
	for _, q := range o.Queries {
		r.queries[q] = true
	}
	l := r.layers[o.Layer]
	if o.IsPoint() {
		edge, ok := r.edges[o.Edge]
		if l == nil || !ok {
			return fmt.Errorf("the signoff has no layer %q or no edge %q", o.Layer, o.Edge)
		}
		r.claims.enter(o, r.kinds)
		at, ok := l.points[o.Point]
		if !ok {
			at = len(l.Points)
			l.points[o.Point] = at
			l.Points = append(l.Points, Point{o.Point, make([]*reports.Obligation, len(r.edges))})
		}
		l.Points[at].Edges[edge] = o
		if text, ok := strings.CutSuffix(o.Chunk, verilogSuffix); ok && l.netlists == "" {
			l.netlists = text + netlistsSuffix
		}
		if o.Verdict == verdict.Proved {
			l.strategies[o.Strategy]++
		}
	} else {
		r.claims.enter(o, r.kinds)
		if l != nil {
			f := l.facts[o.Kind]
			if f == nil {
				f = &reports.Discharge{Kind: o.Kind}
				l.facts[o.Kind] = f
			}
			f.Total++
			if o.Verdict == verdict.Proved {
				f.Discharged++
			}
		}
		if row, _ := o.Kind.Row(); row.Assumption {
			d.Assumptions = append(d.Assumptions, *o)
		}
	}
	if o.Verdict == verdict.Proved {
		return nil
	}
	p := Problem{Obligation: *o, Fingerprint: Fingerprint(r.run.Signoff.Network, string(o.ID))}
	if o.Verdict == verdict.Refuted {
		var err error
		if p.Witness, err = r.witness(o.Witness, o.IsPoint()); err != nil {
			return err
		}
	}
	d.Problems = append(d.Problems, p)
	return nil
}

func (r *reader) finish(d *Dossier) {
	for _, e := range d.Signoff.Edges {
		d.Claims = append(d.Claims, r.claims[subject{edge: e}].claim(subject{edge: e}))
	}
	for i := range d.Claims {
		// Points without an obligation are only in the signoff's totals.
		d.Claims[i].Counts = d.Signoff.Totals[i]
		// The same holds for proofs that rest on one solver through a premise.
		d.Claims[i].OneSolver = d.Signoff.Totals[i].OneSolver
	}
	// The signoff lists the kinds in order.
	for _, o := range d.Signoff.Obligations {
		about := subject{kind: o.Kind}
		if r.claims[about] == nil {
			continue
		}
		c := r.claims[about].claim(about)
		c.OneSolver = o.OneSolver
		d.Claims = append(d.Claims, c)
	}
	slices.SortStableFunc(d.Problems, func(a, b Problem) int { return cmp.Compare(rank(a.Verdict), rank(b.Verdict)) })
	for i := range d.Problems {
		if l := r.layers[d.Problems[i].Layer]; l != nil {
			l.Problems = append(l.Problems, i)
		}
	}
	for _, l := range r.layers {
		l.Strategies = l.strategies.list()
		for _, kind := range slices.Sorted(maps.Keys(l.facts)) {
			l.Facts = append(l.Facts, *l.facts[kind])
		}
	}
	d.Queries = len(r.queries)
	d.Figures = figures(d.Signoff)
}

// rank is 0 for the gravest verdict.
func rank(v verdict.Verdict) int {
	return slices.Index([]verdict.Verdict{verdict.Refuted, verdict.Failed, verdict.Unknown, verdict.Vacuous, verdict.Proved}, v)
}

// Fingerprint identifies a finding. It is the same in every run for the same scope and
// id.
func Fingerprint(scope, id string) string {
	return digest.Bytes([]byte(scope + "\x00" + id))
}

// files lists the files that reports are made from, without the reports.
func (r *reader) files() ([]File, error) {
	text, err := r.run.Sums()
	if err != nil {
		return nil, err
	}
	own := string(rundir.Reports) + "/"
	var list []File
	for line := range strings.Lines(text) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !strings.HasPrefix(name, own) {
			list = append(list, File{name, sum})
		}
	}
	return list, nil
}
