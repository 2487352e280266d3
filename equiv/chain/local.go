package chain

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
)

// local runs works in this process.
type local struct {
	prover  *prover
	end     func()
	network string
	terms   Terms
	tasks   map[string]*task // by layer
	failed  func() error     // what a callback of the runner has failed at; nil: the run knows
	// stepper is told what is done of a chunk.
	stepper func(chunk string) func(effort, int, int, time.Duration)
}

// NewRunner starts a runner of works in this process, for a network and the terms of o.
// It writes into o's store, if there is one, and needs nothing else of the run. ctx is for
// the lifetime of the runner.
func NewRunner(ctx context.Context, net *spec.Network, o Options) (Runner, error) {
	o.Jobs = 1
	ctx, cancel := context.WithCancel(ctx)
	r, err := newRun(net, &o, cancel)
	if err == nil {
		err = r.start(ctx)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	l, err := r.local(ctx)
	if err != nil {
		r.solvers.close()
		cancel()
		return nil, err
	}
	end := l.end
	l.end = func() {
		end()
		r.solvers.close()
		cancel()
	}
	l.failed = r.failed
	return l, nil
}

// runner starts a runner for one worker.
func (r *run) runner(ctx context.Context) (Runner, error) {
	if r.o.Runner != nil {
		return r.o.Runner(ctx)
	}
	return r.local(ctx)
}

// local starts a runner in this process, with solvers of its own.
func (r *run) local(ctx context.Context) (*local, error) {
	p, end, err := r.solvers.worker(ctx, len(r.sample) > 0)
	if err != nil {
		return nil, err
	}
	l := &local{prover: p, end: end, network: r.network, terms: r.terms, tasks: map[string]*task{}, stepper: r.stepper}
	for _, t := range r.tasks {
		l.tasks[t.layer.Name] = t
	}
	return l, nil
}

// Close ends the runner's solvers.
func (l *local) Close() { l.end() }

// Run implements Runner.
func (l *local) Run(ctx context.Context, w *Work) (*Outcome, error) {
	if err := w.check(l.network, &l.terms); err != nil {
		return nil, err
	}
	t, ok := l.tasks[w.Layer]
	if !ok {
		return nil, fmt.Errorf("network has no layer %s to prove", w.Layer)
	}
	if len(w.Unlifted) > 0 && l.prover.cells == nil {
		return nil, fmt.Errorf("layer %s: the runner has no solver for points without the lifter", w.Layer)
	}
	p := *l.prover
	p.alone, p.sample = w.Alone, map[string]bool{}
	if w.Chunk != "" && !w.Alone {
		p.step = l.stepper(w.Chunk)
	}
	for _, u := range w.Unlifted {
		p.sample[u] = true
	}
	out, err := p.work(ctx, t, w)
	if err == nil && l.failed != nil {
		err = l.failed()
	}
	return out, err
}

func (p *prover) work(ctx context.Context, t *task, w *Work) (*Outcome, error) {
	switch {
	case len(w.Tails) > 0:
		return p.discharge(ctx, w.Tails)
	case len(w.Late) > 0:
		return p.mistimed(ctx, t, w.Late)
	}
	c, err := w.chunk(t)
	if err != nil {
		return nil, err
	}
	return p.units(ctx, c)
}

// discharge discharges tails, each over its hull.
func (p *prover) discharge(ctx context.Context, hulls []Hull) (*Outcome, error) {
	out := newOutcome()
	begin := time.Now()
	for i := range hulls {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h := &hulls[i]
		rec := TailRecord{Key: h.Tail.Key, Lo: h.Range.Lo, Hi: h.Range.Hi, Users: h.Users}
		p.tail(ctx, h.Tail, &rec)
		out.Discharged = append(out.Discharged, rec)
	}
	out.Took.since(Tails, begin)
	return out, nil
}

// units is chunk, but turns a panic outside of any obligation into the verdict of the unit
// that causes it. It proves each half of a chunk that crashed by itself, down to single
// units.
func (p *prover) units(ctx context.Context, c *chunk) (out *Outcome, err error) {
	crashed := crash.Catch("chunk "+c.name, func() { out, err = p.chunk(ctx, c) })
	if crashed == nil {
		return out, err
	}
	out = newOutcome()
	if len(c.units) == 1 {
		out.Chunks = []ChunkRecord{{Name: c.name, Units: 1}}
		out.Points = failedPoints(c.task, c.units, crashed)
		return out, nil
	}
	half := len(c.units) / 2
	for i, units := range [][]int{c.units[:half], c.units[half:]} {
		part, err := p.units(ctx, &chunk{task: c.task, name: c.name + "ab"[i:i+1], units: units, shared: c.shared})
		if err != nil {
			return nil, err
		}
		out.add(part)
	}
	return out, nil
}
