package chain

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Result is what a run found.
type Result struct {
	Records []*Record    // in network order
	Facts   []equiv.Fact // what the records' verdicts rest on besides
	Solvers []string     // that took part, sorted: "z3 4.8.12"
	Resumed int          // layers whose record the store knew
}

// Run proves the layers of a validated network. An interrupted run returns the
// context's error and the records that are complete; what a tool or solver fails
// at is a verdict, and errors are of the caller's input, the machine, or us.
func Run(ctx context.Context, net *spec.Network, o Options) (*Result, error) {
	tasks, err := plan(net, &o)
	if err != nil {
		return nil, err
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	r := &run{o: &o, net: net, tasks: tasks, records: make([]*Record, len(tasks)), sample: pick(tasks, &o)}
	if o.Solver != nil {
		r.answers = equiv.NewAnswers()
		if o.Store != nil {
			r.answers.All = o.KeepQueries
			r.answers.Keep = func(hash string, q smt.Query, logic string) {
				if text, err := q.Standalone(logic); err == nil {
					r.fail(o.Store.Query(hash, string(text)))
				}
			}
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.cancel = cancel
	if err := r.others(ctx); err != nil {
		return r.result(), err
	}
	defer r.closeOthers()
	if err := r.layers(ctx); err != nil {
		return r.result(), err
	}
	if err := r.facts(ctx); err != nil {
		return r.result(), err
	}
	return r.result(), nil
}

// run is the state of one Run.
type run struct {
	o       *Options
	net     *spec.Network
	tasks   []*task
	answers *equiv.Answers
	sample  map[string]bool // units to prove unlifted
	cancel  context.CancelFunc

	otherBits, otherInts *smt.Pool // of the solver that is asked where one stands alone; nil without

	mu      sync.Mutex
	records []*Record
	found   []equiv.Fact
	solvers []string
	resumed int
	done    int
	err     error
}

func (r *run) result() *Result {
	res := &Result{Facts: r.found, Solvers: r.solvers, Resumed: r.resumed}
	for _, rec := range r.records {
		if rec != nil {
			res.Records = append(res.Records, rec)
		}
	}
	return res
}

// fail notes the first error and ends the run.
func (r *run) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.cancel()
}

// Proves reports whether an edge is proved.
func (o *Options) Proves(e verdict.Edge) bool { return slices.Contains(o.Edges, e) }

// layers proves all tasks: chunks in network order over the workers; whoever
// ends a layer's last chunk finishes the layer.
func (r *run) layers(ctx context.Context) error {
	type job struct {
		t  *task
		at int // chunk
	}
	jobs := make(chan job)
	outs := make([][][]*outcome, len(r.tasks)) // by layer and chunk
	left := make([]int, len(r.tasks))
	for i, t := range r.tasks {
		outs[i] = make([][]*outcome, len(t.chunks))
		left[i] = len(t.chunks)
	}
	go func() {
		defer close(jobs)
		defer crash.Recover("layers of an earlier run", r.crashed)
		for _, t := range r.tasks {
			if r.recall(t) {
				continue
			}
			for at := range t.chunks {
				select {
				case jobs <- job{t, at}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	var wg sync.WaitGroup
	for range r.o.Jobs {
		wg.Go(func() {
			defer crash.Recover("layers", r.crashed)
			p, done, err := r.prover(ctx)
			if err != nil {
				r.fail(err)
				return
			}
			defer done()
			for j := range jobs {
				found, err := p.chunks(ctx, j.t.chunks[j.at])
				if err != nil {
					r.fail(fmt.Errorf("layer %s: %w", j.t.layer.Name, err))
					continue
				}
				last := false
				r.locked(func() {
					outs[j.t.index][j.at] = found
					left[j.t.index]--
					last = left[j.t.index] == 0
					for _, out := range found {
						r.done += len(out.points)
					}
					r.progress(Progress{Stage: "layers"})
				})
				if !last {
					continue
				}
				all := slices.Concat(outs[j.t.index]...)
				rec, err := p.finished(ctx, j.t, all)
				took := make([]phases, 0, len(all))
				for _, o := range all {
					took = append(took, o.took)
				}
				r.measured(j.t.layer.Name, took...)
				outs[j.t.index] = nil
				if err == nil {
					err = r.keep(j.t, rec)
				}
				if err != nil {
					r.fail(fmt.Errorf("layer %s: %w", j.t.layer.Name, err))
				}
			}
		})
	}
	wg.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	return ctx.Err()
}

// others starts the solver that is asked where one stands alone. That is seldom in
// layers, so that workers share its processes.
func (r *run) others(ctx context.Context) error {
	s := r.o.Second
	if s == nil {
		s = r.o.Other
	}
	if r.o.Solver == nil || s == nil {
		return nil
	}
	for _, p := range []struct {
		pool  **smt.Pool
		logic string
	}{{&r.otherBits, "QF_BV"}, {&r.otherInts, ""}} {
		pool, err := smt.NewPool(ctx, s.WithLogic(p.logic), r.o.Limits.Seconding(), r.o.Jobs)
		if err != nil {
			r.closeOthers()
			return err
		}
		*p.pool = pool
		r.named(s.Name + " " + pool.Version())
	}
	return nil
}

func (r *run) closeOthers() {
	for _, p := range []*smt.Pool{r.otherBits, r.otherInts} {
		if p != nil {
			p.Close()
		}
	}
}

// prover starts one worker's solvers.
func (r *run) prover(ctx context.Context) (*prover, func(), error) {
	p := &prover{o: r.o}
	var ends []func()
	start := func(s smt.Solver, l smt.Limits) (*smt.Session, error) {
		x, err := smt.Start(ctx, s, l)
		if err != nil {
			return nil, err
		}
		r.named(s.Name + " " + x.Version())
		ends = append(ends, func() {
			stats := x.Stats()
			r.measured(strings.TrimSpace(s.Name+" "+s.Logic), phases{Solving: {Phase: Solving, Wall: stats.Busy, Peak: stats.PeakMemory}})
			x.Close()
		})
		return x, nil
	}
	done := func() {
		for _, e := range ends {
			e()
		}
	}
	if len(r.sample) > 0 && r.o.UnliftedSolver != nil {
		x, err := start(r.o.UnliftedSolver.WithLogic("QF_BV"), r.o.UnliftedLimits)
		if err != nil {
			return nil, nil, err
		}
		p.sample, p.cells = r.sample, x
	}
	if r.o.Solver == nil {
		return p, done, nil
	}
	p.conf = &equiv.Confirmer{Answers: r.answers}
	for _, s := range []*smt.Solver{r.o.Solver, r.o.Second} {
		if s == nil {
			continue
		}
		a := equiv.Asker{Name: s.Name}
		ints, err := start(*s, r.o.Limits)
		if err != nil {
			done()
			return nil, nil, err
		}
		bits, err := start(s.WithLogic("QF_BV"), r.o.Limits)
		if err != nil {
			done()
			return nil, nil, err
		}
		a.Ints, a.Bits = ints, bits
		p.conf.Solvers = append(p.conf.Solvers, a)
	}
	if r.otherBits != nil && r.o.Second == nil {
		p.conf.Other = &equiv.Asker{Name: r.o.Other.Name, Ints: r.otherInts, Bits: r.otherBits}
	}
	return p, done, nil
}

func (r *run) named(version string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range r.solvers {
		if v == version {
			return
		}
	}
	r.solvers = append(r.solvers, version)
	slices.Sort(r.solvers)
}

// keep enters a layer's record.
func (r *run) keep(t *task, rec *Record) error {
	r.locked(func() {
		r.records[t.index] = rec
		r.progress(Progress{Stage: "layers", Layer: rec.Layer, Record: rec})
	})
	if r.o.Store == nil || !rec.Proved() {
		return nil
	}
	key, err := r.key(t)
	if err != nil {
		return err
	}
	return r.o.Store.Keep(key, rec)
}

// recall looks a layer up in the store.
func (r *run) recall(t *task) bool {
	if r.o.Store == nil {
		return false
	}
	key, err := r.key(t)
	if err != nil {
		return false
	}
	rec, ok := r.o.Store.Lookup(key)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records[t.index] = rec
	r.resumed++
	r.done += len(rec.Points)
	r.progress(Progress{Stage: "layers", Layer: rec.Layer, Record: rec})
	return true
}

// progress reports; the caller holds mu.
func (r *run) progress(p Progress) {
	if r.o.Progress == nil {
		return
	}
	p.Done = r.done
	for _, t := range r.tasks {
		p.Total += len(t.units) * len(r.o.Edges)
	}
	r.o.Progress(p)
}
