package chain

import (
	"time"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Effort is work of one kind within the layers of a run, counted before it is done. Who
// estimates how long a run takes needs kinds, since a busy machine slows each of them
// otherwise: solvers that answer small questions wait longer for a processor than a program
// that reads a file.
type Effort struct {
	Kind  string // read, points, unlifted, vectors, compiled or own
	Done  int    // in units that take about equally long
	Total int
	Took  time.Duration // what is done, summed over the workers
}

// effort is a kind of effort.
type effort int

const (
	effortRead     effort = iota // Verilog written and read by front ends: operands
	effortPoints                 // compare points, on each edge: operands
	effortUnlifted               // points without the lifter: operands that are not held
	effortVectors                // points in Icarus: operands
	effortCompiled               // parts in Verilator
	effortOwn                    // the user's own hardware in two simulators: layers
)

var effortNames = [...]string{"read", "points", "unlifted", "vectors", "compiled", "own"}

// efforts are units of each kind.
type efforts [len(effortNames)]int

func (e *efforts) plus(o efforts) {
	for i := range e {
		e[i] += o[i]
	}
}

// weight is the effort of a text, which has some however few operands it adds up.
func (t *task) weight(unit int) int { return 16 + t.fanin[unit] }

// questions is that of a point: a solver is asked whatever its operands.
func (t *task) questions(unit int) int { return 64 + t.fanin[unit] }

// efforts is all that the work on a chunk needs, of a run with these options.
func (c *chunk) efforts(o *Options, sample map[string]bool) (e efforts) {
	t := c.task
	rtl := t.proves(verdict.GoldenRTL)
	for i, at := range c.units {
		e[effortPoints] += t.questions(at) * len(t.edges)
		if !rtl {
			continue
		}
		e[effortRead] += t.weight(at)
		if sample[t.units[at].Name] {
			e[effortUnlifted] += o.unlifting(t.fanin[at])
		}
		if t.foreign == nil && o.simulates(i, len(c.units)) {
			e[effortVectors] += t.weight(at)
		}
	}
	if rtl && t.foreign == nil && c.twice && o.Vectors > 0 {
		e[effortCompiled] += 1
	}
	if rtl && t.foreign != nil && c.first {
		e[effortOwn] += 1
	}
	return e
}

// unlifting is the effort of a point without the lifter.
func (o *Options) unlifting(fanin int) int {
	if o.UnliftedFanIn > 0 {
		fanin = min(fanin, o.UnliftedFanIn)
	}
	return 1 + fanin
}

// simulates reports whether vectors are run through unit i of n.
func (o *Options) simulates(i, n int) bool { return o.Vectors > 0 && (i*o.Vectors)%n < o.Vectors }

// inside is what is done of a chunk that has not ended.
type inside struct {
	points int
	efforts
}

// stepper notes what is done of a chunk, and reports it now and then.
func (r *run) stepper(name string) func(kind effort, units, points int, took time.Duration) {
	return func(kind effort, units, points int, took time.Duration) {
		defer crash.Recover("progress", r.crashed)
		r.locked(func() {
			at := r.insides[name]
			if at == nil {
				at = &inside{}
				r.insides[name] = at
			}
			at.points += points
			at.efforts[kind] += units
			r.took[kind] += took
			if now := time.Now(); now.Sub(r.said) >= moment {
				r.said = now
				r.progress(Progress{Stage: "layers"})
			}
		})
	}
}

// moment is the least time between two reports from inside of chunks.
const moment = 100 * time.Millisecond

// over notes that a chunk has ended, whatever was noted of it before; known, that nothing was
// done for it. The caller holds the lock.
func (r *run) over(c *chunk, known bool) {
	delete(r.insides, c.name)
	e := c.efforts(r.o, r.sample)
	if !known {
		r.worked.plus(e)
		return
	}
	for i := range e {
		r.total[i] -= e[i]
	}
}

// did notes a piece of work that has been done since begin.
func (p *prover) did(kind effort, units, points int, begin time.Time) {
	if p.step != nil {
		p.step(kind, units, points, time.Since(begin))
	}
}

// efforts is the state of the run; the caller holds the lock.
func (r *run) efforts() (all []Effort) {
	done := r.worked
	for _, at := range r.insides {
		done.plus(at.efforts)
	}
	for i, name := range effortNames {
		if r.total[i] > 0 {
			all = append(all, Effort{Kind: name, Done: min(done[i], r.total[i]), Total: r.total[i], Took: r.took[i]})
		}
	}
	return all
}

// Efforts lists what a run with these options has to do within its layers. It builds no
// hardware and asks no solver.
func Efforts(net *spec.Network, o Options) ([]Effort, error) {
	tasks, err := plan(net, &o)
	if err != nil {
		return nil, err
	}
	r := &run{o: &o, tasks: tasks, sample: pick(tasks, &o)}
	r.total = r.all()
	return r.efforts(), nil
}

// all is the effort of all chunks of the run.
func (r *run) all() (e efforts) {
	for _, t := range r.tasks {
		for _, c := range r.mine(t) {
			e.plus(c.efforts(r.o, r.sample))
		}
	}
	return e
}
