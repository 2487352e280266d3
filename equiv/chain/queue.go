package chain

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/spec/crash"
)

// queue hands out works in the order of the network, and knows which layer's last
// work has ended.
type queue struct {
	works chan queued
	outs  [][]*Outcome // by layer and chunk
	left  []int        // by layer: works that have not ended
}

type queued struct {
	task *task
	at   int // of the task's chunks
	work *Work
	out  *Outcome // that the store knows; nil: the work is to be run
}

func newQueue(tasks []*task) *queue {
	q := &queue{works: make(chan queued), outs: make([][]*Outcome, len(tasks)), left: make([]int, len(tasks))}
	for i, t := range tasks {
		q.outs[i] = make([]*Outcome, len(t.chunks))
		q.left[i] = len(t.chunks) // of which a run with Only may have a part: the layer does not end then
	}
	return q
}

// feed hands out all works of the layers that the store does not know, with the outcomes
// that it knows.
func (q *queue) feed(ctx context.Context, r *run) {
	defer close(q.works)
	defer crash.Recover("layers of an earlier run", r.crashed)
	recall := r.recall
	if _, ok := r.o.Store.(PartStore); ok {
		recall = r.ahead(ctx)
	}
	for _, t := range r.tasks {
		if rec, ok := recall(t); ok {
			r.locked(func() {
				r.resumed++
				r.known += len(rec.Units)
				r.done += len(rec.Points)
				r.recalled += len(rec.Points)
				for _, c := range r.mine(t) {
					r.over(c, true)
				}
				r.enter(t, rec)
			})
			continue
		}
		for at, c := range t.chunks {
			if !r.has(c) {
				continue
			}
			w := r.work(c, false)
			select {
			case q.works <- queued{t, at, w, r.recallPart(t, c, w)}:
			case <-ctx.Done():
				return
			}
		}
	}
}

// ahead is recall, with the layers behind looked up by several goroutines in the meantime. A
// run that has nothing to prove does little else. A store of parts allows it.
func (r *run) ahead(ctx context.Context) func(*task) (*Record, bool) {
	found := make([]chan *Record, len(r.tasks))
	next := make(chan *task)
	for i := range found {
		found[i] = make(chan *Record, 1)
	}
	go func() {
		defer close(next)
		for _, t := range r.tasks {
			select {
			case next <- t:
			case <-ctx.Done():
				return
			}
		}
	}()
	look := func(t *task) {
		defer close(found[t.index])
		defer crash.Recover("layers of an earlier run", r.crashed)
		if rec, ok := r.recall(t); ok {
			found[t.index] <- rec
		}
	}
	for range lookers {
		go func() {
			for t := range next {
				look(t)
			}
		}()
	}
	return func(t *task) (*Record, bool) {
		select {
		case rec, ok := <-found[t.index]:
			return rec, ok
		case <-ctx.Done():
			return nil, false
		}
	}
}

// lookers are the goroutines that look layers up: of a folder the processors bound them,
// and of a bucket its distance.
const lookers = 8

// ended notes an outcome, and returns those of the whole layer once it was the last.
// The caller holds the run's lock.
func (q *queue) ended(w queued, o *Outcome) (all []*Outcome) {
	i := w.task.index
	q.outs[i][w.at] = o
	if q.left[i]--; q.left[i] > 0 {
		return nil
	}
	all, q.outs[i] = q.outs[i], nil
	return all
}

// layers proves all layers, each worker with a runner of its own. The worker that ends a
// layer's last work completes the layer.
func (r *run) layers(ctx context.Context) error {
	r.begins("layers")
	q := newQueue(r.tasks)
	go q.feed(ctx, r)
	r.workers("layers", func() error {
		runner, err := r.runner(ctx)
		if err != nil {
			return err
		}
		defer runner.Close()
		for w := range q.works {
			if err := r.one(ctx, runner, q, w); err != nil {
				r.fail(fmt.Errorf("layer %s: %w", w.task.layer.Name, err))
			}
		}
		return nil
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	return ctx.Err()
}

// workers runs work once for each job, in parallel, and waits for all. There are few
// workers, which take one task after the other, so that each starts its solvers only once.
// A limited group would have a goroutine for each task. Errors and panics are those of the
// run.
func (r *run) workers(what string, work func() error) {
	var g crash.Group
	for range r.o.Jobs {
		g.Go(func() {
			defer crash.Recover(what, r.crashed)
			r.fail(work())
		})
	}
	g.Wait()
}

// one runs a work, and completes its layer if that was the last.
func (r *run) one(ctx context.Context, runner Runner, q *queue, w queued) error {
	out, err := w.out, error(nil)
	if out == nil {
		if out, err = runner.Run(ctx, w.work); err != nil {
			return err
		}
		if err := r.rememberPart(w.task, w.task.chunks[w.at], w.work, out); err != nil {
			return err
		}
	}
	var all []*Outcome
	r.locked(func() {
		if w.out != nil {
			r.known += len(w.work.Units)
			r.recalled += len(out.Points)
		}
		all = q.ended(w, out)
		r.over(w.task.chunks[w.at], w.out != nil)
		r.done += len(out.Points)
		r.ofPart(w.work, out)
		r.progress(Progress{Stage: "layers"})
	})
	if all == nil {
		return nil
	}
	rec, took, err := r.completed(ctx, runner, w.task, all)
	r.measured(w.task.layer.Name, took)
	if err != nil {
		return err
	}
	r.locked(func() { r.enter(w.task, rec) })
	return r.remember(w.task, rec)
}

// enter takes a layer's record; the caller holds the lock.
func (r *run) enter(t *task, rec *Record) {
	r.records[t.index] = rec
	r.ofLayer(t, rec)
	r.progress(Progress{Stage: "layers", Layer: rec.Layer, Record: rec})
}
