package chain

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/digest"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// pick draws the points that are proved unlifted: one of each layer in turn, and
// within a layer one of each structure before a second of any, in an order that
// the seed decides. Without turns nearly all would be depthwise, which most
// narrow channels are.
func pick(tasks []*task, o *Options) map[string]bool {
	if o.Unlifted == 0 {
		return nil
	}
	layers := candidates(tasks, o.UnliftedFanIn, o.Seed)
	if len(layers) == 0 {
		layers = candidates(tasks, math.MaxInt, o.Seed) // inputs are held
	}
	out := map[string]bool{}
	for turn := 0; len(out) < o.Unlifted; turn++ {
		before := len(out)
		for _, units := range layers {
			if turn < len(units) && len(out) < o.Unlifted {
				out[units[turn]] = true
			}
		}
		if len(out) == before {
			break
		}
	}
	return out
}

func candidates(tasks []*task, most int, seed int64) (layers [][]string) {
	for _, t := range tasks {
		if units := t.candidates(most, seed); len(units) > 0 {
			layers = append(layers, units)
		}
	}
	return layers
}

// candidates are the names of a layer's units of fan-in at most most that may be proved
// unlifted, in the order in which they are taken. A max has no normal form: it is never
// proved otherwise.
func (t *task) candidates(most int, seed int64) []string {
	type candidate struct {
		unit  string
		again int // units of the same structure that come before it
		rank  uint64
	}
	var cs []candidate
	for i, u := range t.units {
		if t.fanin[i] <= most && u.Kind != shiftadd.KindMax {
			h := fnv.New64a()
			fmt.Fprintf(h, "%d %s", seed, u.Name)
			cs = append(cs, candidate{unit: u.Name, rank: h.Sum64()})
		}
	}
	slices.SortFunc(cs, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	structures := map[string]string{}
	for _, u := range t.units {
		structures[u.Name] = structure(t.layer, u)
	}
	seen := map[string]int{}
	for i := range cs {
		s := structures[cs[i].unit]
		cs[i].again = seen[s]
		seen[s]++
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return cmp.Compare(a.again, b.again) })
	units := make([]string, len(cs))
	for i, c := range cs {
		units[i] = c.unit
	}
	return units
}

// structure is what the generator builds a unit from but for constants: the
// weights that are used and how far the output is shifted.
func structure(l *spec.Layer, u shiftadd.Unit) string {
	if u.Kind != shiftadd.KindChannel {
		return u.Kind.String()
	}
	var used []spec.Code
	for _, c := range l.Channel(u.Channel) {
		if c != 0 {
			used = append(used, c)
		}
	}
	return fmt.Sprint(used, l.Shift(u.Channel))
}

// facts discharges what the layers' proofs rest on.
func (r *run) facts(ctx context.Context) error {
	var jobs []func(solvers *factSolvers) equiv.Fact
	for _, t := range r.tasks {
		jobs = append(jobs, assumptions(t))
		for i := range t.layer.Inputs {
			jobs = append(jobs, r.interfaceOf(ctx, t, i))
		}
	}
	if len(r.o.Opinions) > 0 {
		rules := equiv.Rules{}
		for _, rec := range r.records {
			for _, rule := range rec.Rules {
				rules[rule] = true
			}
		}
		for _, rule := range rules.Sorted() {
			jobs = append(jobs, r.ruleFact(ctx, rule))
		}
		for _, rule := range encode.IntervalRules() {
			jobs = append(jobs, r.intervalFact(ctx, rule))
		}
	}
	r.found = make([]equiv.Fact, len(jobs))
	next := make(chan int)
	go func() {
		defer close(next)
		for i := range jobs {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	ended := 0
	took := Phases{}
	r.workers("facts", func() error {
		s, err := r.factSolvers(ctx)
		if err != nil {
			return err
		}
		defer s.close()
		for i := range next {
			begin := time.Now()
			f := jobs[i](s)
			r.locked(func() {
				took.since(Facts, begin)
				r.found[i] = f
				ended++
				if r.o.Progress != nil {
					r.o.Progress(Progress{Stage: "facts", Done: ended, Total: len(jobs)})
				}
			})
		}
		return nil
	})
	if r.err != nil {
		return r.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, rec := range r.records {
		r.found = append(r.found, rec.Latency...)
		r.found = append(r.found, rec.Sweep...)
		r.found = append(r.found, rec.Reading...)
		r.found = append(r.found, rec.Unlifted...)
	}
	r.measured("", took)
	return nil
}

// factSolvers are one worker's solvers for facts.
type factSolvers struct {
	bits, ints smt.Panel // the worker's own process of the first solver, and the run's of the others; nil without one
}

func (s *factSolvers) close() {
	for _, p := range []smt.Panel{s.bits, s.ints} {
		p[:min(len(p), 1)].Close() // the others are the run's
	}
}

func (r *run) factSolvers(ctx context.Context) (*factSolvers, error) {
	s := &factSolvers{}
	if len(r.o.Opinions) == 0 {
		return s, nil
	}
	first := r.o.Opinions[0]
	for _, x := range []struct {
		panel   *smt.Panel
		seconds smt.Panel
		logic   string
	}{{&s.bits, r.solvers.bits, smt.LogicBits}, {&s.ints, r.solvers.ints, ""}} {
		session, err := smt.Start(ctx, first.WithLogic(x.logic), r.o.Limits)
		if err != nil {
			s.close()
			return nil, err
		}
		*x.panel = x.seconds.Behind(smt.Voice{Name: first.Name, Checker: session})
	}
	return s, nil
}

// answer enters what a solver makes of a contradiction, and keeps the query.
func answer(ctx context.Context, f *equiv.Fact, o *Options, c smt.Checker, q smt.Query, logic string) error {
	a, err := recalled(ctx, o, c, q, logic)
	if err != nil {
		return err
	}
	f.Enter(*a)
	return keep(f, o, q, logic)
}

// recalled is the answer to a query, of the store if it has one.
func recalled(ctx context.Context, o *Options, c smt.Checker, q smt.Query, logic string) (*equiv.Answer, error) {
	store, ok := o.Store.(AnswerStore)
	if !ok {
		a := equiv.Confirm(ctx, c, q, logic)
		return &a, nil
	}
	text, err := q.Standalone(logic)
	if err != nil {
		return nil, err
	}
	asked := []string{logic, string(text)}
	voices := smt.Panel{}
	switch c := c.(type) {
	case smt.Panel:
		voices = c
	case smt.Voice:
		voices = append(voices, c)
	default:
		a := equiv.Confirm(ctx, c, q, logic)
		return &a, nil
	}
	for _, v := range voices {
		asked = append(asked, fmt.Sprint(v.Name, v.Alone))
	}
	key, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	hash, err := q.Hash(logic)
	if err != nil {
		return nil, err
	}
	if a, ok := store.LookupAnswer(digest.Bytes(key)); ok && a.Verdict == verdict.Proved && a.Query == hash {
		return a, nil
	}
	a := equiv.Confirm(ctx, c, q, logic)
	if a.Verdict == verdict.Proved {
		store.KeepAnswer(digest.Bytes(key), &a)
	}
	return &a, nil
}

// keep stores the query that decided a fact where the options say so or the fact is
// not proved.
func keep(f *equiv.Fact, o *Options, q smt.Query, logic string) error {
	if o.Store == nil || len(f.Queries) == 0 || f.Verdict == verdict.Proved && !o.KeepQueries {
		return nil
	}
	text, err := q.Standalone(logic)
	if err != nil {
		return err
	}
	return o.Store.Query(f.Queries[0], string(text))
}

func (r *run) ruleFact(ctx context.Context, rule equiv.Rule) func(*factSolvers) equiv.Fact {
	return func(s *factSolvers) (f equiv.Fact) {
		f = equiv.Fact{Kind: verdict.LiftingRule, Name: rule.String(), Claim: "the form that the lifter gives is congruent to the cell's bits", Method: "smt"}
		defer crash.Recover(string(f.ID()), verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
		q, err := rule.Query(netlist.OpInvalid)
		if err != nil {
			f.Reason, f.Detail = verdict.NoEncoding, err.Error()
			return f
		}
		r.fail(answer(ctx, &f, r.o, s.bits, q, "QF_BV"))
		return f
	}
}

// intervalFact proves a rule of interval propagation, by which most range lemmas
// are shown.
func (r *run) intervalFact(ctx context.Context, rule encode.IntervalRule) func(*factSolvers) equiv.Fact {
	return func(s *factSolvers) (f equiv.Fact) {
		f = equiv.Fact{Kind: verdict.IntervalRule, Name: rule.Name, Claim: "the result lies between what the operands' ends give", Method: "smt"}
		defer crash.Recover(string(f.ID()), verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
		r.fail(answer(ctx, &f, r.o, s.ints, smt.Query{Text: []byte(rule.Text)}, "ALL"))
		return f
	}
}

// assumptions shows that what a layer's points assume of their inputs can be
// met: the input box holds a point, which is exhibited.
func assumptions(t *task) func(*factSolvers) equiv.Fact {
	return func(*factSolvers) equiv.Fact {
		f := equiv.Fact{Kind: verdict.Assumptions, Name: t.layer.Name, Layer: t.layer.Name, Claim: "the assumed input intervals are not contradictory", Method: "exhibited", Basis: verdict.Computed, Verdict: verdict.Proved}
		for i := range t.layer.Inputs {
			r := t.layer.InRange(i)
			if r.Lo > r.Hi {
				f.Verdict, f.Reason, f.Detail = verdict.Vacuous, verdict.EmptyInterval, fmt.Sprintf("input %d in %v", i, r)
				return f
			}
			f.Detail += fmt.Sprintf("input %d = %d in %v; ", i, r.Lo, r)
		}
		return f
	}
}

// interfaceOf shows that input i of a layer is what its producer guarantees: the
// formats are one, and every value that the producer's requantization can give
// lies in the interval that the layer assumes.
func (r *run) interfaceOf(ctx context.Context, t *task, i int) func(*factSolvers) equiv.Fact {
	return func(s *factSolvers) (f equiv.Fact) {
		l := t.layer
		name := l.Inputs[i]
		f = equiv.Fact{
			Kind: verdict.Interface, Name: fmt.Sprintf("%s/%d", l.Name, i), Layer: l.Name,
			Claim: fmt.Sprintf("%s gives %v within %v", name, l.InFormat(i), l.InRange(i)),
		}
		defer crash.Recover(string(f.ID()), verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
		if name == spec.InputName {
			f.Method = "format"
			f.Detail = "the network's input is whatever its format can hold"
			if format := r.net.Input.Format; format == l.InFormat(i) && format.Range().Within(l.InRange(i)) {
				f.Verdict, f.Basis = verdict.Proved, verdict.Computed
				return f
			}
			f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.EngineDisagree, "the layer assumes less than the input's format can hold"
			return f
		}
		producer := r.net.Layer(name)
		if producer == nil || producer.Out.Format != l.InFormat(i) {
			f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.EngineDisagree, "the formats differ"
			return f
		}
		// The tail, for any accumulator at all, in the solver's integers.
		if len(s.ints) == 0 {
			f.Method = "interval"
			if producer.Out.Range().Within(l.InRange(i)) {
				f.Verdict, f.Basis = verdict.Proved, verdict.Computed
			} else {
				f.Verdict, f.Reason = verdict.Failed, verdict.EngineDisagree
			}
			return f
		}
		f.Method = "smt"
		q, err := equiv.OutputRange(producer, l.InRange(i))
		if err != nil {
			f.Reason, f.Detail = verdict.NoEncoding, err.Error()
			return f
		}
		if !producer.Out.Range().Within(l.InRange(i)) {
			r.fail(answer(ctx, &f, r.o, s.ints, q, "ALL"))
			return f
		}
		r.fail(answer(ctx, &f, r.o, s.ints[0], q, "ALL"))
		f.Basis = verdict.IntervalsAndSolver
		return f
	}
}
