package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// prover is one worker's means.
type prover struct {
	o    *Options
	conf *equiv.Confirmer // nil: nothing is confirmed
	// alone discharges each point's tail at once, over its own interval.
	alone bool
	// sample names the units that cells proves unlifted too.
	sample map[string]bool
	cells  smt.Checker
	pairs  smt.Checker // of sweeps; nil: nobody is asked
	// step is told what is done of a chunk: effort, compare points, time; nil: nobody is.
	step func(kind effort, units, points int, took time.Duration)
}

// chunk proves the units of c on both edges.
func (p *prover) chunk(ctx context.Context, c *chunk) (*Outcome, error) {
	out := newOutcome()
	out.Chunks = []ChunkRecord{{Name: c.name, Units: len(c.units)}}
	t := c.task
	shared := t.gen.Shared()
	if shared != nil {
		plant.Module(ctx, shiftadd.Unit{Kind: shiftadd.KindShared}, t.layer.Name, shared)
	}
	rtl := t.proves(verdict.GoldenRTL)
	// Only who reads a module needs the names of its signals.
	bare := !rtl && !plant.Modules(ctx)
	modules := make([]*netlist.Module, len(c.units))
	models := make([]*equiv.Model, len(c.units))
	reference := equiv.NewModels(t.layer)
	for i, at := range c.units {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		u := t.units[at]
		begin := time.Now()
		model := reference.Of(u)
		generate := t.gen.Module
		if bare {
			generate = t.gen.Bare
		}
		module := generate(u)
		plant.Module(ctx, u, t.layer.Name, module)
		if t.foreign == nil {
			// What is generated and not used is nobody's hardware.
			s := netlist.Measure(module)
			out.Stats.add(s)
			out.Chunks[0].Adders += s.Adders + s.Subtractors
		}
		if rtl {
			models[i], modules[i] = model, module
		}
		out.Took.since(Generate, begin)
		if t.proves(verdict.GoldenNetlist) {
			x, err := newCircuit(u, model, module, shared)
			if err != nil {
				return nil, err
			}
			pt := p.point(ctx, verdict.GoldenNetlist, x, out)
			if bare && pt.Verdict != verdict.Proved {
				// Once more with names, by which a fault is described.
				module = t.gen.Module(u)
				if x, err = newCircuit(u, model, module, shared); err != nil {
					return nil, err
				}
				pt = p.point(ctx, verdict.GoldenNetlist, x, out)
			}
			if pt.Witness != nil {
				if x.sources, err = verilog(c.name, shared, module); err != nil {
					return nil, err
				}
				p.simulate(ctx, &pt, x)
				p.show(ctx, &pt, t, x)
			}
			out.Points = append(out.Points, pt)
			out.rules.Collect(x.Gate)
			p.did(effortPoints, t.questions(at), 1, begin)
		}
	}
	if shared != nil {
		s := netlist.Measure(shared)
		out.Chunks[0].Adders += s.Adders + s.Subtractors
		if c.first {
			out.Stats.add(s)
		}
	}
	if rtl {
		if err := p.rtl(ctx, c, out, shared, modules, models); err != nil {
			return nil, err
		}
	}
	out.Rules = out.rules.Sorted()
	return out, nil
}

// link puts the layer's shared terms into a module that takes some.
func link(m, shared *netlist.Module) (*netlist.Module, error) {
	if shared == nil {
		return m, nil
	}
	provided := map[string]bool{}
	for _, o := range shared.Outputs {
		provided[o.Name] = true
	}
	for _, in := range m.Inputs {
		if provided[in.Name] {
			return netlist.Link(m, shared)
		}
	}
	return m, nil
}

// rtl writes the chunk's Verilog, reads it back and proves what came back.
func (p *prover) rtl(ctx context.Context, c *chunk, out *Outcome, shared *netlist.Module, modules []*netlist.Module, models []*equiv.Model) error {
	t := c.task
	begin := time.Now()
	sources, err := verilog(c.name, append([]*netlist.Module{shared}, modules...)...)
	if err != nil {
		return err
	}
	if t.foreign != nil {
		sources = t.foreign.Whole()
	}
	sources = planted(ctx, plant.Verilog, sources, c.name)
	archive := sources.Archive()
	out.Chunks[0].SHA256 = digest.Bytes(archive)
	out.Took.since(Write, begin)

	ds, err := p.front(ctx, sources, &out.Chunks[0], out.Took)
	operands := 0
	for _, at := range c.units {
		operands += t.weight(at)
	}
	p.did(effortRead, operands, 0, begin)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		// The chunk is lost, the run is not.
		v, reason := verdict.Failed, verdict.ToolFailed
		var bad *rtl.SourceError
		var crashed *crash.Error
		switch {
		case errors.As(err, &bad):
			reason = verdict.NotRead
		case errors.As(err, &crashed):
			reason = verdict.EngineCrashed
		}
		for _, at := range c.units {
			out.Points = append(out.Points, Point{Unit: t.units[at].Name, Edge: verdict.GoldenRTL, Verdict: v, Reason: reason, Detail: err.Error(), Chunk: c.name})
		}
		return p.store(c, out, archive, nil)
	}
	design := ds.design
	var dump bytes.Buffer
	var readShared *netlist.Module
	if shared != nil {
		if readShared, err = ds.elaborated(elaborated, rtl.VerilogName(shared.Name)); err != nil {
			ds.fact(c, out)
			for _, at := range c.units {
				out.Points = append(out.Points, Point{Unit: t.units[at].Name, Edge: verdict.GoldenRTL, Verdict: verdict.Failed, Reason: notRead(err), Detail: err.Error(), Chunk: c.name})
			}
			return p.store(c, out, archive, nil)
		}
		if err := p.dump(&dump, readShared, out); err != nil {
			return err
		}
	}
	came := p.origin(ctx, t.foreign, out)
	var own []readUnit
	var blocks []*circuit
	var again []sampled
	for i, at := range c.units {
		if err := ctx.Err(); err != nil {
			return err
		}
		u := t.units[at]
		pt := Point{Unit: u.Name, Edge: verdict.GoldenRTL, Chunk: c.name}
		begin := time.Now()
		sequential := t.foreign != nil && t.foreign.Protocol != nil
		elaborate := elaborated
		if sequential {
			elaborate = adapted
		}
		read, err := ds.elaborated(elaborate, rtl.VerilogName(modules[i].Name))
		if err != nil {
			pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, notRead(err), err.Error()
			out.Points = append(out.Points, pt)
			continue
		}
		if t.foreign != nil && !sequential {
			// It takes no shared terms. What its constants decide is no hardware.
			read = netlist.Decided(read)
		}
		x, err := newCircuit(u, models[i], read, readShared)
		out.Took.since(Elaborate, begin)
		kept := read
		if err == nil {
			kept = x.Gate // with the shared terms in place
		}
		if err := p.dump(&dump, kept, out); err != nil {
			return err
		}
		if err != nil {
			pt.Verdict, pt.Reason, pt.Detail = verdict.Failed, verdict.PortMismatch, err.Error()
			out.Points = append(out.Points, pt)
			continue
		}
		x.kept = kept
		x.sources, x.foreign, x.layer, x.came = sources, t.foreign, t.layer.Name, came
		x.sibling = func(channel int) *netlist.Module { return sibling(t, design, readShared, channel) }
		switch {
		case sequential:
			blocks = append(blocks, x)
			pt, x = p.sequential(ctx, t, x, out)
		case t.foreign != nil && registered(read):
			pt, x = p.pipelined(ctx, t.layer.Name, x, out)
		default:
			pt = p.point(ctx, verdict.GoldenRTL, x, out)
			pt.Settles = read.Late
		}
		pt.Chunk = c.name
		if x == nil {
			out.Points = append(out.Points, pt)
			continue
		}
		if pt.Witness != nil && !sequential {
			p.simulate(ctx, &pt, x)
			p.show(ctx, &pt, t, x)
		}
		if t.foreign != nil && !sequential && len(x.Gate.Outputs) == 1 && (pt.Latency != nil || !registered(read)) && defined(x.Gate) {
			own = append(own, readUnit{len(out.Points), x})
		}
		out.Points = append(out.Points, pt)
		out.rules.Collect(x.Gate)
		if t.foreign == nil {
			out.Covers[u.Name] = coverage(read)
		}
		p.did(effortPoints, t.questions(at), 1, begin)
		if p.sample[u.Name] && pt.Verdict == verdict.Proved {
			begin := time.Now()
			f, err := p.unlifted(ctx, t.layer, x.lifted())
			if err != nil {
				return err
			}
			if pt.Basis == verdict.FormsAndSolver {
				// The claim is the point's own, which normal forms proved.
				f.Basis = pt.Basis
			}
			out.Unlifted = append(out.Unlifted, f)
			out.Took.since(Unlifted, begin)
			p.did(effortUnlifted, p.o.unlifting(t.fanin[at]), 0, begin)
		}
		if t.foreign == nil && p.o.simulates(i, len(c.units)) {
			begin := time.Now()
			// The ports that the generator gave are what a simulator drives.
			ran := *x
			ran.module, ran.shared = modules[i], shared
			rec, vs, sim := p.vectors(ctx, &ran, pt.Verdict == verdict.Proved)
			if rec.Verdict == verdict.Proved && c.twice {
				s, err := sample(len(out.Vectors), &ran, vs, sim)
				if err != nil {
					return err
				}
				again = append(again, s)
			}
			out.Vectors = append(out.Vectors, rec)
			out.Took.since(Simulate, begin)
			p.did(effortVectors, t.weight(at), 0, begin)
		}
	}
	ds.fact(c, out)
	begin = time.Now()
	if err := p.verilator(ctx, sources, again, out); err != nil {
		return err
	}
	out.Took.since(Simulate, begin)
	if c.twice && t.foreign == nil && p.o.Vectors > 0 {
		p.did(effortCompiled, 1, 0, begin)
	}
	begin = time.Now()
	if err := p.readings(ctx, c, out, sources, own); err != nil {
		return err
	}
	if err := p.readRuns(ctx, t, blocks, out); err != nil {
		return err
	}
	if t.foreign != nil && c.first {
		p.did(effortOwn, 1, 0, begin)
	}
	if t.foreign != nil {
		t.foreign.excuse(design, &out.Chunks[0])
	}
	if t.foreign != nil && c.first {
		out.Covers[""] = t.foreign.coverage(design)
	}
	if readShared != nil && c.first {
		// Channels are proved with the shared terms in place.
		out.Covers[""] = coverage(readShared)
	}
	if t.foreign != nil {
		t.foreign.said(out)
	}
	return p.store(c, out, archive, dump.Bytes())
}

// planted is sources with what a test plants in their first file, by plant.Verilog or
// plant.Beside.
func planted(ctx context.Context, change func(context.Context, string, []byte) []byte, sources rtl.Sources, name string) rtl.Sources {
	sources.Files = slices.Clone(sources.Files)
	sources.Files[0].Text = change(ctx, name, sources.Files[0].Text)
	return sources
}

// verilog writes modules into one file; nil stands for none.
func verilog(name string, modules ...*netlist.Module) (rtl.Sources, error) {
	var text bytes.Buffer
	for _, m := range modules {
		if m == nil {
			continue
		}
		if err := rtl.WriteVerilog(&text, m); err != nil {
			return rtl.Sources{}, err
		}
	}
	return rtl.Sources{Files: []rtl.Source{{Name: name + ".v", Text: text.Bytes()}}, Generated: true}, nil
}

// dump writes what was read for the store, without locations, which would make it
// half as large again: the Verilog that they point into is kept beside it.
func (p *prover) dump(to *bytes.Buffer, read *netlist.Module, out *Outcome) error {
	if !p.keeps() {
		return nil
	}
	begin := time.Now()
	defer func() { out.Took.since(Keep, begin) }()
	return netlist.Dump(to, bare(read))
}

// keeps reports whether the files of chunks are kept. A store of parts has proofs alone.
func (p *prover) keeps() bool {
	_, parts := p.o.Store.(PartStore)
	return p.o.Store != nil && !parts && !p.alone
}

// bare is m without locations.
func bare(m *netlist.Module) *netlist.Module {
	b := *m
	b.Cells = slices.Clone(m.Cells)
	for i := range b.Cells {
		b.Cells[i].Src = 0
	}
	return &b
}

// store keeps a chunk's Verilog and the dump of what was read from it. Parts of
// a chunk that are proved again are kept already.
func (p *prover) store(c *chunk, out *Outcome, verilog, dump []byte) error {
	if !p.keeps() {
		return nil
	}
	out.Chunks[0].Netlists = digest.Bytes(dump)
	begin := time.Now()
	defer func() { out.Took.since(Keep, begin) }()
	return p.o.Store.Chunk(c.name, verilog, dump)
}

func outputs(m *netlist.Module) []netlist.Value {
	vs := make([]netlist.Value, len(m.Outputs))
	for i, o := range m.Outputs {
		vs[i] = o.Value
	}
	return vs
}

// point settles and confirms one compare point. A tail that is left goes into
// out for the layer to discharge.
func (p *prover) point(ctx context.Context, edge verdict.Edge, c *circuit, out *Outcome) (pt Point) {
	pt = Point{Unit: c.unit.Name, Edge: edge}
	defer crash.Recover(string(edge)+" of "+pt.Unit, pt.crashed)
	q := c.Question
	if c.came != nil {
		p.swept(ctx, &pt, c, out)
		return pt
	}
	begin := time.Now()
	s := q.Settle()
	pt.settled(&s)
	if s.Verdict == verdict.Proved {
		out.Took.since(Settle, begin)
		p.confirm(ctx, &pt, q, &s, out)
		// Normal forms have said nothing of the tail yet.
		begin = time.Now()
		p.refute(&pt, q)
		out.Took.since(Settle, begin)
		pt.certified(c, &s)
		return pt
	}
	p.refute(&pt, q)
	out.Took.since(Settle, begin)
	if !p.merged(ctx, &pt, q, out) {
		p.direct(ctx, &pt, q)
	}
	pt.certified(c, &s)
	return pt
}

// certified gives a proved point its certificate, if there is one. The numbers of its nets
// must be those of the netlist that is kept.
func (pt *Point) certified(c *circuit, s *equiv.Settled) {
	if pt.Verdict == verdict.Proved && c.kept == c.Gate {
		pt.Certificate = s.Certificate(c.Question, pt.Unit)
	}
}

// settled enters the outcome of normal forms.
func (pt *Point) settled(s *equiv.Settled) {
	pt.Verdict, pt.Reason, pt.Detail, pt.Strategy, pt.Lemmas = s.Verdict, s.Reason, s.Detail, s.Strategy, s.Lemmas
}

// confirm has solvers confirm what normal forms proved, and leaves the tail to the
// layer, or discharges it where the point is alone.
func (p *prover) confirm(ctx context.Context, pt *Point, q *equiv.Question, s *equiv.Settled, out *Outcome) {
	if p.conf != nil {
		begin := time.Now()
		defer func() { out.Took.since(Confirm, begin) }()
		for _, claim := range s.Claims {
			a := p.conf.Claim(ctx, q, s, claim)
			pt.Queries = append(append(pt.Queries, a.Query), a.Also...)
			if a.Verdict != verdict.Proved {
				pt.Verdict, pt.Reason, pt.Detail = a.Verdict, a.Reason, a.Detail
				return
			}
		}
		pt.Basis = verdict.FormsAndSolver
	}
	switch {
	case s.Tail == nil:
	case p.alone:
		p.tailAlone(ctx, pt, q, s)
	default:
		pt.Tail = s.Tail.Key
		out.Tails = append(out.Tails, s.Tail)
	}
}

// merged settles a point that is open once more, with nets of the same bits merged,
// and reports whether that proved it before confirmation.
func (p *prover) merged(ctx context.Context, pt *Point, q *equiv.Question, out *Outcome) bool {
	if !pt.open() {
		return false
	}
	begin := time.Now()
	x := equiv.NewMerge(q.Gate)
	if x == nil {
		return false
	}
	same := q.On(x.Gate)
	s := same.Settle()
	out.Took.since(Settle, begin)
	if s.Verdict != verdict.Proved {
		return false
	}
	pt.settled(&s)
	pt.Merges = len(x.Changes)
	// A merged operand may be a constant, and a conjunction with one is a mask.
	out.rules.Collect(x.Gate)
	if p.conf != nil {
		a := p.conf.Merge(ctx, q, x)
		pt.Queries = append(pt.Queries, a.Query)
		if a.Verdict != verdict.Proved {
			pt.Verdict, pt.Reason, pt.Detail = a.Verdict, a.Reason, a.Detail
			return true
		}
	}
	p.confirm(ctx, pt, same, &s, out)
	return true
}

// open reports whether the point is unknown for a reason that is not the hardware's
// own.
func (pt *Point) open() bool {
	return pt.Verdict == verdict.Unknown && pt.Reason != verdict.PortMismatch && pt.Reason != verdict.Undefined
}

// tailAlone discharges the tail of one point over that point's own interval, and
// turns a difference into a witness.
func (p *prover) tailAlone(ctx context.Context, pt *Point, q *equiv.Question, s *equiv.Settled) {
	s.Alone()
	rec := TailRecord{Key: s.Tail.Key, Lo: s.Tail.Range.Lo, Hi: s.Tail.Range.Hi, Users: 1}
	p.tail(ctx, s.Tail, &rec)
	pt.Verdict, pt.Reason, pt.Detail = rec.Verdict, rec.Reason, rec.Detail
	if rec.Verdict == verdict.Proved {
		pt.Queries = append(pt.Queries, rec.Query)
		if rec.Wide {
			// No obligation of its own says so of the tail.
			pt.Basis, pt.By = rec.Basis, rec.By
		}
		return
	}
	if rec.Reason != verdict.TailDiffers {
		return
	}
	if w := q.Reach(s); w != nil {
		pt.refuted(q.Model, w)
		return
	}
	p.refute(pt, q)
	p.direct(ctx, pt, q)
}

// direct asks the solvers about a point that the normal forms leave open and that
// no witness was found for.
func (p *prover) direct(ctx context.Context, pt *Point, q *equiv.Question) {
	if p.conf == nil || !pt.open() {
		return
	}
	a, w := p.conf.Direct(ctx, q)
	switch a.Verdict {
	case verdict.Refuted:
		pt.refuted(q.Model, w)
		pt.Strategy = equiv.Direct
	case verdict.Proved:
		pt.Verdict, pt.Reason, pt.Detail, pt.Strategy = a.Verdict, "", a.Detail, equiv.Direct
		pt.Queries, pt.Basis, pt.By = []string{a.Query}, a.Basis, a.By
	case verdict.Failed:
		pt.Verdict, pt.Reason, pt.Detail = a.Verdict, a.Reason, a.Detail
		p.keepQuery(pt, q)
	}
}

// refute looks for a witness of a point that was not proved.
func (p *prover) refute(pt *Point, q *equiv.Question) {
	if !pt.open() {
		return
	}
	w, err := q.Search(p.o.Seed)
	if err != nil || w == nil {
		return
	}
	pt.refuted(q.Model, w)
}

// refuted enters a witness; the verdict is final once a simulator agrees.
func (pt *Point) refuted(m *equiv.Model, w *equiv.Counterexample) {
	pt.Verdict, pt.Reason, pt.Strategy = verdict.Refuted, "", equiv.WitnessSearch
	pt.Detail = fmt.Sprintf("gold %d, gate %d", w.Gold, w.Gate)
	pt.Witness = &WitnessRecord{Inputs: w.Inputs, Gold: w.Gold, Netlist: w.Gate}
	for _, v := range m.Vars {
		pt.Witness.Ports = append(pt.Witness.Ports, v.Port)
	}
}
