package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Kind is what this package's facts are counted under.
const Kind = "head control"

// Instances are the heads that are proved: one where a layer takes two groups
// of lanes, and one of a single layer whose lanes are never all used.
var Instances = []npu.Params{
	{Lanes: 2, Features: 3, Rows: 4, Biases: 3, Layers: 2},
	{Lanes: 3, Features: 2, Rows: 3, Biases: 2, Layers: 1},
}

// Options say what is proved and with what. Solver must be set.
type Options struct {
	Solver    smt.Solver
	Limits    smt.Limits
	Jobs      int // questions asked at a time; 0 is one
	Yosys     rtl.Limits
	Instances []npu.Params                           // empty is Instances
	Sources   func(npu.Params) ([]rtl.Source, error) // of the head; nil is npu.Sources
	Seed      uint64                                 // of the random master
	Progress  func(done, total int)                  // claims settled; may be nil
	Keep      func(hash string, query []byte)        // is given each question under its hash, by several goroutines; may be nil
}

func (o Options) withDefaults() Options {
	if o.Jobs < 1 {
		o.Jobs = 1
	}
	if len(o.Instances) == 0 {
		o.Instances = Instances
	}
	if o.Sources == nil {
		o.Sources = npu.Sources
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Keep == nil {
		o.Keep = func(string, []byte) {}
	}
	return o
}

// Prove judges every claim about every instance. Facts come instance by
// instance, invariants first, then rules, then goals. Hardware that cannot be
// read, or has lost a net that the monitor looks at, is a fact that says so. An
// error is a machine that does not work: no Yosys, no solver.
func Prove(ctx context.Context, o Options) ([]equiv.Fact, error) {
	o = o.withDefaults()
	pool, err := smt.NewPool(ctx, o.Solver.WithLogic(logic), o.Limits, o.Jobs)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	defer pool.Close()
	j := &judge{o: o, pool: pool, total: len(o.Instances) * len(claims)}
	var facts []equiv.Fact
	for _, p := range o.Instances {
		of, err := j.instance(ctx, p)
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
	}
	return facts, nil
}

const logic = "QF_BV"

type judge struct {
	o    Options
	pool *smt.Pool

	done, total int // claims
}

// settled reports progress.
func (j *judge) settled(n int) {
	j.done += n
	j.o.Progress(j.done, j.total)
}

func (j *judge) instance(ctx context.Context, p npu.Params) ([]equiv.Fact, error) {
	sources, err := j.o.Sources(p)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	s, err := build(ctx, rtl.Yosys{Limits: j.o.Yosys}, p, sources)
	if err != nil {
		return j.unread(p, err)
	}
	alone, err := j.settle(ctx, s, nil)
	if err != nil {
		return j.unread(p, err)
	}
	two, err := s.pair()
	if err != nil {
		return j.unread(p, err)
	}
	both, err := j.settle(ctx, two, alone)
	if err != nil {
		return j.unread(p, err)
	}
	var facts []equiv.Fact
	for _, p := range append(alone, both...) {
		facts = append(facts, p.fact)
	}
	return facts, ctx.Err()
}

// settle judges the claims of a system. Those of a pair rest on what was held of
// its first copy.
func (j *judge) settle(ctx context.Context, s *system, held []proof) ([]proof, error) {
	proofs := s.proofs()
	hunt, err := newHunt(s, proofs, j.o.Seed)
	if err != nil {
		return nil, err
	}
	// Playing is cheap; what it breaks need not be asked about.
	hunt.goals(proofs)
	if !some(proofs, equiv.Refuted) {
		j.prove(ctx, s, proofs)
	}
	rest(proofs, held)
	if some(proofs, equiv.Unknown) && ctx.Err() == nil {
		for range more {
			hunt.play(proofs)
		}
	}
	j.settled(len(proofs))
	return proofs, nil
}

// unread is the fact for hardware that is no system, or the error for a machine
// without Yosys.
func (j *judge) unread(p npu.Params, err error) ([]equiv.Fact, error) {
	f := equiv.Fact{
		Kind: Kind, Name: short(p) + "/hardware",
		Claim:   label(p) + ": the head is read, and its control is all there",
		Method:  "elaboration",
		Verdict: equiv.Failed, Reason: equiv.NotRead, Detail: err.Error(),
	}
	var tool *rtl.ToolError
	if errors.As(err, &tool) {
		stopped := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
		if !stopped && tool.Log == "" {
			return nil, err
		}
		f.Reason = equiv.ToolFailed
	}
	j.settled(len(claims))
	return []equiv.Fact{f}, nil
}

// proof is one claim and what is known of it.
type proof struct {
	fact   equiv.Fact
	output string
	value  netlist.Value
}

func (p *proof) is(prefix string) bool { return strings.HasPrefix(p.output, prefix) }

func some(proofs []proof, v equiv.Verdict) bool {
	return slices.ContainsFunc(proofs, func(p proof) bool { return p.fact.Verdict == v })
}

// more is how many rounds are played to break what was not proved.
const more = 10

// proofs are the claims of a system, undecided.
func (s *system) proofs() (proofs []proof) {
	for _, prefix := range []string{"inv_", "rule_", "goal_"} {
		for _, n := range s.names(prefix) {
			out := prefix + n
			if possible(s.params, out) {
				proofs = append(proofs, proof{
					output: out, value: s.out[out],
					fact: equiv.Fact{Kind: Kind, Name: short(s.params) + "/" + n, Claim: claim(s.params, out)},
				})
			}
		}
	}
	return proofs
}

// prove puts the questions about all invariants and rules.
func (j *judge) prove(ctx context.Context, s *system, proofs []proof) {
	var invariants []netlist.Value
	for _, n := range s.names("held_") {
		invariants = append(invariants, s.out["held_"+n])
	}
	for _, p := range proofs {
		if p.is("inv_") {
			invariants = append(invariants, p.value)
		}
	}
	var wg sync.WaitGroup
	for i := range proofs {
		p := &proofs[i]
		if p.is("goal_") {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			if p.is("inv_") {
				p.fact.Method = "induction: " + logic
				if j.ask(ctx, &p.fact, s.base(p.value)) {
					j.ask(ctx, &p.fact, s.step(invariants, p.value))
				}
			} else {
				p.fact.Method = "from the invariants: " + logic
				j.ask(ctx, &p.fact, s.follows(invariants, p.value))
			}
		}()
	}
	wg.Wait()
}

// rest makes what is proved depend on every invariant: where one is not, none of
// the others is, nor any rule.
func rest(proofs, held []proof) {
	var needs, broken []string
	for _, p := range slices.Concat(held, proofs) {
		if !p.is("inv_") {
			continue
		}
		needs = append(needs, p.fact.ID())
		if p.fact.Verdict != equiv.Proved {
			broken = append(broken, p.fact.Name)
		}
	}
	for i := range proofs {
		p := &proofs[i]
		if p.is("rule_") {
			p.fact.Needs = needs
		}
		if p.is("goal_") || len(broken) == 0 {
			continue
		}
		if f := &p.fact; f.Verdict == equiv.Proved || f.Verdict == equiv.Unknown && f.Reason == "" {
			f.Verdict, f.Reason = equiv.Unknown, equiv.NoStrategy
			f.Detail = "rests on what was not proved: " + strings.Join(broken, ", ")
		}
	}
}

// ask puts a question whose answer must be unsat, and reports whether it was.
// The last question that was asked decides the verdict.
func (j *judge) ask(ctx context.Context, f *equiv.Fact, q smt.Query) bool {
	text, err := q.Standalone(logic)
	if err != nil {
		panic("control: a query of our own: " + err.Error())
	}
	hash, err := q.Hash(logic)
	if err != nil {
		panic("control: a query of our own: " + err.Error())
	}
	j.o.Keep(hash, text)
	f.Queries = append(f.Queries, hash)
	switch r := j.pool.Check(ctx, q); r.Status {
	case smt.Unsat:
		f.Verdict = equiv.Proved
	case smt.Sat:
		f.Verdict, f.Reason, f.Detail = equiv.Unknown, equiv.NoStrategy, "not inductive"
	case smt.Error:
		f.Verdict, f.Reason, f.Detail = equiv.Failed, equiv.SolverBroken, r.String()
	default:
		f.Verdict, f.Reason, f.Detail = equiv.Unknown, equiv.SolverUnknown, r.String()
	}
	return f.Verdict == equiv.Proved
}

// base asks whether an edge with reset leads from any state to one where v is 0.
func (s *system) base(v netlist.Value) smt.Query {
	f := newFrames(s.m)
	f.demand(s.reset(), 0, false)
	f.demand(v, 1, false)
	return f.query()
}

// step asks whether an edge leads from a state with all invariants to one where v
// is 0.
func (s *system) step(invariants []netlist.Value, v netlist.Value) smt.Query {
	f := newFrames(s.m)
	for _, i := range invariants {
		f.demand(i, 0, true)
	}
	f.demand(v, 1, false)
	return f.query()
}

// follows asks whether v can be 0 in a state with all invariants.
func (s *system) follows(invariants []netlist.Value, v netlist.Value) smt.Query {
	f := newFrames(s.m)
	for _, i := range invariants {
		f.demand(i, 0, true)
	}
	f.demand(v, 0, false)
	return f.query()
}

// reset is the input that is 0 in a reset.
func (s *system) reset() netlist.Value {
	for _, p := range s.m.Inputs {
		if p.Name == "resetn" {
			return p.Value
		}
	}
	panic("control: a system without a reset")
}
