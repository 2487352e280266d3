package chain

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Part is the smallest piece of a run that another machine can prove: the chunk of a layer.
type Part struct {
	Name   string
	Points int // compare points, on one edge
	Terms  int // that its points add up
}

// PartState is what became of a part of a run with Options.Only.
type PartState struct {
	Name string
	// Key is what the store keeps its outcome under, or that of the whole Layer; "": the
	// part is not proved, and the store keeps nothing.
	Key     string
	Layer   bool
	Verdict verdict.Verdict
}

// Parts lists the parts of a run with these options, in its order. It builds no hardware
// and asks no solver.
func Parts(net *spec.Network, o Options) ([]Part, error) {
	tasks, err := plan(net, &o)
	if err != nil {
		return nil, err
	}
	var all []Part
	for _, t := range tasks {
		for _, c := range t.chunks {
			p := Part{Name: c.name, Points: len(c.units)}
			for _, at := range c.units {
				p.Terms += t.fanin[at]
			}
			all = append(all, p)
		}
	}
	return all, nil
}

// NetworkHash is the SHA-256 of a network: of its topology and weights, as package spec
// encodes them.
func NetworkHash(net *spec.Network) (string, error) { return networkHash(net) }

// Blank lists the records that a run with these options has, with points of which nothing
// is known yet.
func Blank(net *spec.Network, o Options) ([]*Record, error) {
	tasks, err := plan(net, &o)
	if err != nil {
		return nil, err
	}
	var all []*Record
	for _, t := range tasks {
		rec := t.record()
		for _, u := range t.units {
			for _, e := range t.edges {
				rec.Points = append(rec.Points, Point{Unit: u.Name, Edge: e})
			}
		}
		all = append(all, rec)
	}
	return all, nil
}

// has reports whether a chunk belongs to the run.
func (r *run) has(c *chunk) bool { return r.o.Only == nil || r.o.Only[c.name] }

// mine are the chunks of a task that belong to the run.
func (r *run) mine(t *task) []*chunk {
	if r.o.Only == nil {
		return t.chunks
	}
	return slices.DeleteFunc(slices.Clone(t.chunks), func(c *chunk) bool { return !r.has(c) })
}

// whole reports whether all of a layer belongs to the run.
func (r *run) whole(t *task) bool { return len(r.mine(t)) == len(t.chunks) }

// partKey is the hash of everything an outcome depends on. A work names the whole network,
// so a part is known only in that one. The store adds the program, tools and options.
func partKey(w *Work) (string, error) {
	text, err := json.Marshal(w)
	if err != nil {
		return "", fmt.Errorf("layer %s: %w", w.Layer, err)
	}
	return digest.Bytes(text), nil
}

// content is the hash of everything an outcome depends on, in whatever network: what the
// chunk's own channels compute, their inputs' formats and ranges, and the work without its
// network. Shared terms depend on every channel of the layer.
func (t *task) content(c *chunk, w *Work) (string, error) {
	l := t.layer
	var in []any
	for i := range l.Inputs {
		in = append(in, l.InShape(i), l.InFormat(i), l.InRange(i))
	}
	op, channels := any(l.Op), []int(nil)
	if conv, ok := l.Op.(*spec.Conv); ok && t.gen.Shared() == nil {
		channels = t.channels(c)
		op = ofChannels(conv, channels)
	}
	own := *w
	own.Network = ""
	text, err := json.Marshal([]any{"part 1", own, l.Kind(), channels, op, l.Out, l.OutShape(), in})
	if err != nil {
		return "", fmt.Errorf("layer %s: %w", l.Name, err)
	}
	return digest.Bytes(text), nil
}

// ofChannels is a convolution without what belongs to other output channels than those. It is a
// part of a key and no layer: OutC and Groups still are the whole layer's.
func ofChannels(whole *spec.Conv, channels []int) *spec.Conv {
	part := *whole
	part.Codes, part.Base, part.Bias = nil, nil, nil
	n := len(whole.Codes) / whole.OutC
	for _, oc := range channels {
		part.Codes = append(part.Codes, whole.Codes[oc*n:(oc+1)*n]...)
		part.Base = append(part.Base, whole.Base[oc])
		part.Bias = append(part.Bias, whole.Bias[oc])
	}
	return &part
}

// channels are the output channels of a chunk.
func (t *task) channels(c *chunk) []int {
	all := make([]int, len(c.units))
	for i, at := range c.units {
		all[i] = t.units[at].Channel
	}
	return all
}

// recallPart looks a work of a task up in the store.
func (r *run) recallPart(t *task, c *chunk, w *Work) *Outcome {
	if s, ok := r.o.Store.(PartStore); ok && t.foreign == nil {
		key, err := t.content(c, w)
		if err != nil {
			return nil
		}
		if o, ok := s.LookupContent(key); ok && o.answers(w, t.edges) {
			o.Took = nil
			return o
		}
	}
	if r.o.Store == nil {
		return nil
	}
	key, err := partKey(w)
	if err != nil {
		return nil
	}
	if o, ok := r.o.Store.LookupPart(key); ok && o.answers(w, t.edges) {
		return o
	}
	return nil
}

// answers reports whether an outcome has one proved point for each unit of a work on each
// edge, no others, and nothing that is not proved.
func (o *Outcome) answers(w *Work, edges []verdict.Edge) bool {
	type at struct {
		unit string
		edge verdict.Edge
	}
	points := map[at]bool{}
	for i := range o.Points {
		points[at{o.Points[i].Unit, o.Points[i].Edge}] = true
	}
	for _, u := range w.Units {
		for _, e := range edges {
			if !points[at{u, e}] {
				return false
			}
		}
	}
	return len(o.Points) == len(w.Units)*len(edges) && o.verdict() == verdict.Proved
}

// rememberPart keeps an outcome, if all of it is proved and its layer has other parts
// elsewhere.
func (r *run) rememberPart(t *task, c *chunk, w *Work, o *Outcome) error {
	if s, ok := r.o.Store.(PartStore); ok && t.foreign == nil && o.answers(w, t.edges) {
		key, err := t.content(c, w)
		if err != nil {
			return err
		}
		s.KeepContent(key, o)
	}
	if r.o.Store == nil || r.whole(t) || !o.answers(w, t.edges) {
		return nil
	}
	key, err := partKey(w)
	if err != nil {
		return err
	}
	return r.o.Store.KeepPart(key, o)
}

// ofPart notes what became of a part; the caller holds the lock.
func (r *run) ofPart(w *Work, o *Outcome) {
	p := PartState{Name: w.Chunk, Verdict: o.verdict()}
	if p.Verdict == verdict.Proved {
		p.Key, _ = partKey(w)
	}
	r.parts[p.Name] = p
}

// ofLayer notes what became of a layer's parts; the caller holds the lock.
func (r *run) ofLayer(t *task, rec *Record) {
	if r.o.Only == nil {
		return
	}
	p := PartState{Layer: true, Verdict: verdict.Proved}
	if rec.Proved() {
		p.Key, _ = r.key(t)
	} else {
		p.Verdict = gravest(rec.Points, rec.Vector, rec.Unlifted, rec.Latency, rec.Sweep, rec.Reading)
	}
	for _, c := range t.chunks {
		p.Name = c.name
		r.parts[c.name] = p
	}
}

// verdict is the gravest of everything in an outcome.
func (o *Outcome) verdict() verdict.Verdict {
	return gravest(o.Points, o.Vectors, o.Unlifted, o.Latencies, o.Sweeps, o.Readings)
}

// gravest is the gravest verdict. Without any point nothing is known.
func gravest(points []Point, vectors []VectorRecord, facts ...[]equiv.Fact) verdict.Verdict {
	all := map[verdict.Verdict]bool{verdict.Unknown: len(points) == 0}
	for i := range points {
		all[points[i].Verdict] = true
	}
	for i := range vectors {
		all[vectors[i].Verdict] = true
	}
	for _, f := range slices.Concat(facts...) {
		all[f.Verdict] = true
	}
	order := verdict.ByGravity()
	return order[slices.IndexFunc(order, func(v verdict.Verdict) bool { return all[v] })]
}
