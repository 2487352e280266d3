package head

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"time"

	"github.com/leanovate/gopter"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Sequence is one test case as data, for Replay.
type Sequence struct {
	Name   string `json:",omitempty"`
	Params npu.Params
	Memory int64 // the seed of the initial contents of the memories
	// Bare says that nothing is written to the memories beforehand, which takes long on a
	// large head: the sequence reads and uses no word that it has not written.
	Bare  bool `json:",omitempty"`
	Steps []Step
}

// Campaign has the options of Run, each with a useful zero value.
type Campaign struct {
	Cases    int             // sequences to run; 0 is no limit
	Time     time.Duration   // 0 is no limit
	Seed     int64           // case i is drawn from Seed+i, whatever the other fields say
	Aims     []Aim           // directed sequences, which come first
	Jobs     int             // processes at a time; 0 is one
	Coverage []string        // per job, the file that Verilator's counts go to
	Progress func(cases int) // how many have been run, directed ones included
}

// DefaultCases is the default budget of a campaign.
const DefaultCases = 3000

// DefaultParams is the default head of a campaign. It is quick to simulate. Its layers can
// leave every remainder of outputs by lanes, and its limits are not powers of two.
var DefaultParams = npu.Params{Lanes: 3, Features: 9, Rows: 40, Biases: 13, Layers: 3}

// Lengths of a sequence, in steps.
const (
	minSteps = 10
	maxSteps = 24
)

// maxShrinks bounds the sequences that are tried to shrink a failing one.
const maxShrinks = 2000

// Result is the result of a campaign. It covers everything until the campaign ended, for
// whatever reason.
type Result struct {
	Tally                  // of the random sequences
	Directed         Tally // of the directed ones
	FewestInferences int64 // of one random sequence
	Elapsed          time.Duration
	Bins             *Bins
	Found            *Found // nil: nothing
}

// Tally counts executed cases.
type Tally struct{ Cases, Steps, Inferences, Cycles int64 }

func (c *Tally) add(t *trial) {
	c.Cases++
	c.Steps += int64(len(t.seq.Steps))
	c.Inferences += t.bench.Inferences
	c.Cycles += t.bench.Cycles
}

// Found is a failing case.
type Found struct {
	Aim      string // the name of a directed sequence; empty: it is random
	Seed     int64  // of a random case: Campaign.Seed with Cases 1 runs it again
	Case     int    // number of cases run until then, including this one
	Failure  Failure
	Sequence Sequence // as small as shrinking made it; it ends with the failing step
	Before   int      // steps before shrinking
	Carried  bool     // Sequence does not fail from power-up: it depends on the state that earlier cases left
}

func (f *Found) Error() string {
	carried := ""
	if f.Carried {
		carried = "; it rests on what earlier cases left, and the sequence alone does not fail"
	}
	return fmt.Sprintf("head: case %d, %s: %v (%s, %d before shrinking%s)", f.Case, f.Origin(), &f.Failure, words.Count(len(f.Sequence.Steps), "step"), f.Before, carried)
}

// Origin is the origin of the sequence in words: its name, or its seed.
func (f *Found) Origin() string {
	if f.Aim != "" {
		return "directed: " + f.Aim
	}
	return fmt.Sprintf("seed %d", f.Seed)
}

// worker runs cases on one process.
type worker struct {
	sim     *Simulator
	process *Process
	bins    *Bins
	dead    error // the simulator failed
	begin   func() (*Process, error)

	replay func(Sequence) error // from power-up
	shrink func(Sequence) (*Shrunk, error)

	last   *trial    // of the case under way
	worst  *trial    // the last that failed
	first  *trial    // the first that failed
	before *Sequence // that the process has just run and that passed; nil: it is fresh
	prior  *Sequence // before, when first failed
}

// ended takes over a finished trial.
func (w *worker) ended(t *trial) {
	w.last = t
	var failure *Failure
	switch {
	case t.err == nil:
		w.before = &t.seq
	case errors.As(t.err, &failure):
		w.worst = t
		if w.first == nil {
			w.first, w.prior = t, w.before
		}
		w.before = nil
		w.restart()
	default:
		w.dead = t.err
	}
}

// draws are gopter's parameters for the case of a seed. They give it once.
func draws(seed int64) *gopter.TestParameters {
	rng := rand.New(rand.NewSource(seed))
	n := minSteps + rng.Intn(maxSteps-minSteps+1)
	p := gopter.DefaultTestParametersWithSeed(seed)
	p.Rng = rng
	p.MinSuccessfulTests, p.Workers, p.MinSize, p.MaxSize = 1, 1, n, n
	p.MaxShrinkCount = maxShrinks
	return p
}

// check runs the case of a seed. The result is nil when it passes. A case is drawn first
// and then played as a whole. If it fails, gopter draws it again and plays it step by step,
// to shrink it.
func (w *worker) check(seed int64) (*Found, error) {
	w.last, w.worst, w.first, w.prior = nil, nil, nil, nil
	var d drawn
	if r := d.into(w.sim.Params).Check(draws(seed)); !r.Passed() {
		return nil, fmt.Errorf("head: case with seed %d: gopter gave up: %v", seed, r)
	}
	w.trial(d.seed).whole(d.steps)
	if w.dead == nil && w.worst == nil {
		return nil, nil
	}
	if w.dead == nil {
		w.played().Check(draws(seed))
	}
	if w.dead != nil {
		return nil, fmt.Errorf("case with seed %d: %w", seed, w.dead)
	}
	f := &Found{Seed: seed, Sequence: w.worst.seq, Before: len(w.first.seq.Steps)}
	var failure *Failure
	errors.As(w.worst.err, &failure)
	f.Failure = *failure
	if err := w.alone(f); err != nil {
		return f, fmt.Errorf("case with seed %d: %w", seed, err)
	}
	return f, nil
}

// Run fuzzes until a case fails, the budget is spent or ctx ends. The error is a failure
// of the machinery, such as the simulator; it names the case. The result then covers
// the cases before it.
func Run(ctx context.Context, sim *Simulator, c Campaign) (*Result, error) {
	began := time.Now()
	res := &Result{Bins: NewBins(sim.Params), FewestInferences: -1}
	c.Aims = slices.DeleteFunc(slices.Clone(c.Aims), func(a Aim) bool { return a.Counted && !sim.Counted })
	count := c.Cases
	if count > 0 {
		count += len(c.Aims)
	}
	crew := newCrew(count, c.Time)
	enter := func(i int, last *trial, f *Found) {
		if last != nil && i < len(c.Aims) {
			res.Directed.add(last)
		} else {
			res.add(last)
		}
		if f != nil {
			f.Case = i + 1
			// The first case, in whatever order they finish: so a seed gives
			// one result.
			if res.Found == nil || f.Case < res.Found.Case {
				res.Found = f
			}
			crew.stop = true
		}
		if c.Progress != nil {
			c.Progress(int(res.Directed.Cases + res.Cases))
		}
	}
	err := crew.work(c.Jobs, "a campaign's worker", func(j int) error {
		file := ""
		if j < len(c.Coverage) {
			file = c.Coverage[j]
		}
		w := &worker{sim: sim, bins: NewBins(sim.Params)}
		err := w.start(ctx, file)
		for err == nil {
			i, ok := crew.take(ctx)
			if !ok {
				break
			}
			var f *Found
			if i < len(c.Aims) {
				f, err = w.aim(c.Aims[i])
			} else {
				f, err = w.check(c.Seed + int64(i-len(c.Aims)))
			}
			crew.locked(func() { enter(i, w.last, f) })
		}
		if w.process != nil && w.dead == nil {
			err = errors.Join(err, w.process.Close())
		}
		crew.locked(func() { res.Bins.add(w.bins) })
		return err
	})
	res.Elapsed = time.Since(began)
	return res, err
}

// Sequences is the first n cases of the campaign of a seed, which must pass.
func Sequences(ctx context.Context, sim *Simulator, seed int64, n int) (all []Sequence, err error) {
	w := &worker{sim: sim, bins: NewBins(sim.Params)}
	if err := w.start(ctx, ""); err != nil {
		return nil, err
	}
	defer func() {
		if w.dead == nil {
			err = errors.Join(err, w.process.Close())
		}
	}()
	for i := range n {
		f, err := w.check(seed + int64(i))
		if err != nil {
			return nil, err
		}
		if f != nil {
			f.Case = i + 1
			return nil, f
		}
		all = append(all, w.last.seq)
	}
	return all, nil
}

func (w *worker) start(ctx context.Context, coverage string) (err error) {
	w.begin = func() (*Process, error) { return w.sim.Start(ctx, 1, coverage) }
	w.on(ctx)
	w.process, err = w.begin()
	return err
}

// restart replaces a head that has failed. A reset need not repair it, and the next
// sequence must not fail for that reason.
func (w *worker) restart() {
	if err := w.process.Close(); err != nil {
		w.dead = err
		return
	}
	w.process, w.dead = w.begin()
}

// add counts a finished case.
func (r *Result) add(t *trial) {
	if t == nil {
		return
	}
	r.Tally.add(t)
	if r.FewestInferences < 0 || t.bench.Inferences < r.FewestInferences {
		r.FewestInferences = t.bench.Inferences
	}
}

// Replay runs one sequence on a fresh process: nil, a *Failure, or an error of the
// machinery.
func Replay(ctx context.Context, sim *Simulator, seq Sequence) error {
	return play(ctx, sim, seq, nil)
}

func play(ctx context.Context, sim *Simulator, seq Sequence, tape *Tape) (err error) {
	if sim.Params != seq.Params {
		return fmt.Errorf("head: sequence %q is for a head of %+v, the simulator is one of %+v", seq.Name, seq.Params, sim.Params)
	}
	for i := range seq.Steps {
		if r := seq.Steps[i].Reset; r != nil && r.Images != 0 && !sim.Counted {
			return fmt.Errorf("head: sequence %q: step %d (%s) writes the counter of images, register images of module npu_regs, which this head does not have", seq.Name, i, seq.Steps[i].Note)
		}
	}
	p, err := sim.Start(ctx, 1, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	b := &Bench{Process: p, Model: NewModel(seq.Params), Tape: tape}
	if err := b.begin(seq.Memory, seq.Bare); err != nil {
		return err
	}
	for i := range seq.Steps {
		s := &seq.Steps[i]
		if err := s.check(b.Model); err != nil {
			return fmt.Errorf("head: sequence %q: step %d (%s): %w", seq.Name, i, s.Note, err)
		}
		if err := b.Run(s); err != nil {
			return err
		}
	}
	return nil
}

// check is the reason why a step from a file is invalid in a state, or nil. A step that
// would hang by itself must not count as a fault of the head.
func (s *Step) check(m *Model) error {
	switch {
	case s.Out == 0 || s.B == 0 || s.R == 0:
		return errors.New("a partner that is never ready")
	case s.Reset != nil && (s.Reset.At < 0 || s.Reset.For < 1):
		return errors.New("a reset before the step or of no length")
	case min(s.HoldIn, s.HoldOut, s.AfterIn, s.AfterOut, s.Linger) < 0:
		return errors.New("a negative count")
	}
	return playable(m, s)
}

// Save writes the sequence to a file, for Load.
func (s Sequence) Save(path string) error {
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	return nil
}

// Load reads a sequence.
func Load(path string) (s Sequence, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("head: %w", err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("head: %s: %w", path, err)
	}
	return s, s.Params.Check()
}
