package control

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Instances are the heads that are proved by default: one with two layers. The number of
// its lanes is not a power of two. A layer takes up to two groups of lanes, and the
// second may be partial.
var Instances = []npu.Params{{Lanes: 3, Features: 2, Rows: 4, Biases: 6, Layers: 2}}

// Options select the instances and the tools. There must be at least one opinion.
type Options struct {
	Opinions  []smt.Opinion // the first is asked, the others about every answer that a claim rests on
	Limits    smt.Limits
	Jobs      int // questions asked at a time; 0 is one
	Yosys     rtl.Limits
	Instances []npu.Params                           // empty, with no Sizes, is Instances
	Sizes     []npu.Params                           // more heads, of which no goals are asked: a run that reaches one is as long as they are large; one of Instances is asked once
	Sources   func(npu.Params) ([]rtl.Source, error) // of the head; nil is npu.Sources
	Map       npu.Map                                // what the head calls what the claims look at
	Seed      uint64                                 // of the random master
	Progress  func(done, total int)                  // claims settled, one call at a time, the last with done = total; may be nil
	Keep      func(hash string, query []byte)        // is given each question under its hash, by several goroutines; may be nil
}

func (o Options) withDefaults() Options {
	if o.Jobs < 1 {
		o.Jobs = 1
	}
	if len(o.Instances)+len(o.Sizes) == 0 {
		o.Instances = Instances
	}
	o.Sizes = slices.DeleteFunc(slices.Clone(o.Sizes), func(p npu.Params) bool { return slices.Contains(o.Instances, p) })
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

// patience is by how much more steps the other solvers take for a large head: cvc5 needs
// 40 times as many for the words that its lanes read.
const patience = 40

// patient are the opinions, with the steps that a large head needs.
func (o Options) patient() []smt.Opinion {
	all := slices.Clone(o.Opinions)
	for i := range all {
		if i > 0 && len(o.Sizes) > 0 {
			all[i].Steps *= patience
		}
	}
	return all
}

// Prove decides every claim about every instance. Facts come instance by instance:
// invariants, then rules, then goals. Hardware that cannot be read, or lacks a net that
// the monitor observes, gives a fact that says so. An error means that a tool is missing
// or broken: no Yosys, no solver.
func Prove(ctx context.Context, o Options) ([]equiv.Fact, error) {
	o = o.withDefaults()
	panel, err := smt.NewPanel(ctx, o.patient(), logic, o.Limits, o.Jobs)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	defer panel.Close()
	j := &judge{o: o, panel: panel, total: (len(o.Instances) + len(o.Sizes)) * perInstance}
	var facts []equiv.Fact
	for i, p := range slices.Concat(o.Instances, o.Sizes) {
		of, err := j.guarded(ctx, p, i < len(o.Instances))
		if err != nil {
			return nil, err
		}
		facts = append(facts, of...)
		j.finished(i)
	}
	return facts, nil
}

const logic = "QF_BV"

// notInductive is the detail of a claim that the invariants do not imply.
const notInductive = "does not follow from the invariants"

// perInstance is the number of properties of an instance, reachable or not.
var perInstance = len(monitored) + len(agreements)

type judge struct {
	o     Options
	panel smt.Panel

	mu          sync.Mutex
	done, total int // claims
}

// settled reports that one more claim is.
func (j *judge) settled() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done++
	j.o.Progress(j.done, j.total)
}

// finished reports that all claims about instance i are settled, whether or not the
// solver was asked.
func (j *judge) finished(i int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.done = (i + 1) * perInstance
	j.o.Progress(j.done, j.total)
}

// guarded is instance, but turns a panic outside of any claim into a fact of its own.
func (j *judge) guarded(ctx context.Context, p npu.Params, goals bool) (facts []equiv.Fact, err error) {
	crashed := crash.Catch("the control of "+label(p), func() { facts, err = j.instance(ctx, p, goals) })
	if crashed == nil {
		return facts, err
	}
	f := hardware(p)
	f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.EngineCrashed, crashed.Error()
	return []equiv.Fact{f}, nil
}

func (j *judge) instance(ctx context.Context, p npu.Params, goals bool) ([]equiv.Fact, error) {
	sources, err := j.o.Sources(p)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	s, err := build(ctx, rtl.Yosys{Limits: j.o.Yosys}, j.o.Map, p, sources)
	if err != nil {
		return j.unread(p, err)
	}
	two, err := s.pair()
	if err != nil {
		return j.unread(p, err)
	}
	facts := structure(s)
	alone, both := s.proofs(), two.proofs()
	if !goals {
		alone = slices.DeleteFunc(alone, func(p proof) bool { return p.kind == goal })
	}
	hunts := make([]*hunt, 2)
	// Playing is cheap; where it breaks something, nothing need be asked.
	broken := slices.ContainsFunc(facts, func(f equiv.Fact) bool { return f.Verdict == verdict.Refuted })
	for i, x := range []struct {
		s      *system
		proofs []proof
	}{{s, alone}, {two, both}} {
		if hunts[i], err = newHunt(x.s, x.proofs, j.o.Seed); err != nil {
			return j.unread(p, err)
		}
		hunts[i].goals(x.proofs)
		broken = broken || some(x.proofs, verdict.Refuted)
	}
	if !broken {
		j.prove(ctx, s, alone)
		j.prove(ctx, two, both)
	}
	// Claims about two copies depend on claims about one. These must be decided before
	// the master plays more: a rule that follows from a false invariant may break.
	rest(alone, nil)
	rest(both, alone)
	if !broken {
		hunts[0].settle(ctx, alone)
		hunts[1].settle(ctx, both)
	}
	for _, x := range slices.Concat(alone, both) {
		facts = append(facts, x.fact)
	}
	return facts, ctx.Err()
}

// hardware is the fact that stands for all of an instance, undecided.
func hardware(p npu.Params) equiv.Fact {
	return equiv.Fact{
		Kind: verdict.HeadControl, Name: short(p) + "/hardware",
		Claim:  label(p) + ": the head is read, and its control is all there",
		Method: "elaboration",
	}
}

// unread is the fact for hardware that is no system, or the error for a machine
// without Yosys.
func (j *judge) unread(p npu.Params, err error) ([]equiv.Fact, error) {
	f := hardware(p)
	f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.NotRead, err.Error()
	var tool *rtl.ToolError
	if errors.As(err, &tool) {
		stopped := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
		if !stopped && tool.Log == "" {
			return nil, err
		}
		f.Reason = verdict.ToolFailed
	}
	return []equiv.Fact{f}, nil
}

// proof is one claim and its state.
type proof struct {
	fact  equiv.Fact
	kind  kind
	name  string // of the property
	lemma bool
	value netlist.Value
	model map[string]*big.Int // the state and inputs from which it breaks, where it does not follow
}

func some(proofs []proof, v verdict.Verdict) bool {
	return slices.ContainsFunc(proofs, func(p proof) bool { return p.fact.Verdict == v })
}

// proofs are the claims of a system, undecided: invariants, then rules, then goals.
func (s *system) proofs() (proofs []proof) {
	for k := range kinds {
		for i := range s.properties {
			p := &s.properties[i]
			if p.kind != k || !p.possible(s.params) {
				continue
			}
			proofs = append(proofs, proof{
				kind: k, name: p.name, lemma: p.lemma, value: s.out[p.output()],
				fact: equiv.Fact{Kind: verdict.HeadControl, Name: short(s.params) + "/" + p.name, Claim: p.claim(s.params)},
			})
		}
	}
	return proofs
}

// invariants are all that may be assumed of a state: those of a pair's first copy,
// and those of the system, with or without lemmas.
func (s *system) invariants(lemmas bool) []netlist.Value {
	all := slices.Clone(s.held)
	for i := range s.properties {
		if p := &s.properties[i]; p.kind == invariant && (lemmas || !p.lemma) {
			all = append(all, s.out[p.output()])
		}
	}
	return all
}

// lemmas are the invariants that a claim follows from, as far as the table says. Those of
// a lemma are no lemmas, or come before it: a claim that followed from itself would be
// proved whatever it says.
func (s *system) lemmas(claim string) (some []netlist.Value) {
	after := make(map[string]bool) // lemmas that may not be used
	for i := range s.properties {
		p := &s.properties[i]
		after[p.name] = p.lemma && (p.name == claim || after[claim])
	}
	for _, name := range from[claim] {
		if after[name] {
			continue
		}
		output := (&property{kind: invariant, name: name}).output()
		if v, ok := s.out[output]; ok {
			some = append(some, v)
		}
		if v, ok := s.out[held+output]; ok {
			some = append(some, v)
		}
	}
	return some
}

// prove puts the questions about all invariants and rules.
func (j *judge) prove(ctx context.Context, s *system, proofs []proof) {
	invariants, grounds := s.invariants(true), s.invariants(false)
	// The group needs no limit: each question waits for a session of the solvers' pool.
	var wg crash.Group
	for i := range proofs {
		p := &proofs[i]
		if p.kind == goal {
			continue
		}
		some := s.lemmas(p.name)
		wg.Go(func() {
			defer j.settled()
			defer crash.Recover(string(p.fact.ID()), verdict.Crashed(&p.fact.Verdict, &p.fact.Reason, &p.fact.Detail))
			switch {
			case p.lemma:
				p.fact.Method = "from invariants: " + logic
				if !j.suffices(ctx, p, s.follows(some, p.value, true)) && !j.suffices(ctx, p, s.byGroup(some, p.value)...) {
					j.ask(ctx, p, s.follows(grounds, p.value, false))
				}
			case p.kind == invariant:
				p.fact.Method = "induction: " + logic
				if j.all(ctx, p, s.base(p.value)) && !j.suffices(ctx, p, s.steps(some, p.value)...) {
					j.ask(ctx, p, s.step(invariants, p.value))
				}
			default:
				p.fact.Method = "from the invariants: " + logic
				if !j.suffices(ctx, p, s.follows(some, p.value, true)) {
					j.ask(ctx, p, s.follows(invariants, p.value, true))
				}
			}
		})
	}
	wg.Wait()
}

// rest makes every proof depend on every invariant: if one is not proved, no other
// invariant and no rule is.
func rest(proofs, held []proof) {
	var needs []verdict.ID
	var broken []string
	for _, p := range slices.Concat(held, proofs) {
		if p.kind != invariant {
			continue
		}
		needs = append(needs, p.fact.ID())
		if p.fact.Verdict != verdict.Proved {
			broken = append(broken, p.fact.Name)
		}
	}
	for i := range proofs {
		p := &proofs[i]
		if p.kind == rule {
			p.fact.Needs = needs
		}
		if p.kind == goal || len(broken) == 0 {
			continue
		}
		switch f := &p.fact; {
		case f.Verdict == verdict.Proved:
			f.Verdict, f.Reason = verdict.Unknown, verdict.NoStrategy
			f.Detail = "rests on what was not proved: " + strings.Join(broken, ", ")
		case f.Verdict == verdict.Unknown && f.Reason == "":
			f.Reason, f.Method, f.Detail = verdict.NoStrategy, "none", "not asked, since another claim is broken"
		}
	}
}

// suffices puts questions with some of the invariants, and reports whether their answers
// settle the claim. Any other answer says nothing and leaves no trace.
func (j *judge) suffices(ctx context.Context, p *proof, qs ...smt.Query) bool {
	before, model := p.fact, p.model
	before.Queries = slices.Clone(before.Queries)
	for _, q := range qs {
		if !j.ask(ctx, p, q) {
			p.fact, p.model = before, model
			return false
		}
	}
	return true
}

// all puts questions that together are one, up to the first that is not answered by unsat.
func (j *judge) all(ctx context.Context, p *proof, qs []smt.Query) bool {
	for _, q := range qs {
		if !j.ask(ctx, p, q) {
			return false
		}
	}
	return true
}

// ask puts a question whose answer must be unsat, and reports whether it was.
// The last question that was asked decides the verdict.
func (j *judge) ask(ctx context.Context, p *proof, q smt.Query) bool {
	f := &p.fact
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
	r := j.panel.Check(ctx, q)
	a := equiv.Answered("", r, equiv.Answer{Reason: verdict.NoStrategy, Detail: notInductive})
	if a.Verdict == verdict.Proved {
		a.Detail = "" // of one question of two
	}
	p.model = r.Model
	f.Enter(a)
	return f.Verdict == verdict.Proved
}

// together is how many conjuncts of a claim are asked in one question: a claim about each of
// many lanes is asked of some lanes at a time.
const together = 8

// parts divides a one-bit value into values of which it is the conjunction, some for each
// question.
func parts(m *netlist.Module, v netlist.Value) [][]netlist.Value {
	var all []netlist.Value
	seen := map[netlist.Value]bool{}
	var divide func(v netlist.Value)
	divide = func(v netlist.Value) {
		c := &m.Cells[v]
		switch of := c.Args[0]; {
		case seen[v]:
			return
		case c.Op == netlist.OpAnd:
			divide(c.Args[0])
			divide(c.Args[1])
		case c.Op == netlist.OpRedAnd && bitwise(m, of):
			for _, b := range bitsOf(m, of) {
				divide(b)
			}
		default:
			all = append(all, v)
		}
		seen[v] = true
	}
	divide(v)
	if len(all) <= together {
		return [][]netlist.Value{{v}}
	}
	return slices.Collect(slices.Chunk(all, together))
}

// bitwise reports whether a word is put together of single bits.
func bitwise(m *netlist.Module, v netlist.Value) bool {
	c := &m.Cells[v]
	return c.Width == 1 || c.Op == netlist.OpConcat && bitwise(m, c.Args[0]) && bitwise(m, c.Args[1])
}

// bitsOf are the bits of such a word.
func bitsOf(m *netlist.Module, v netlist.Value) []netlist.Value {
	if c := &m.Cells[v]; c.Width > 1 {
		return slices.Concat(bitsOf(m, c.Args[0]), bitsOf(m, c.Args[1]))
	}
	return []netlist.Value{v}
}

// base asks whether an edge with reset leads from any state to one where v is 0.
func (s *system) base(v netlist.Value) (qs []smt.Query) {
	for _, part := range parts(s.m, v) {
		f := newFrames(s.m, true)
		f.demand(s.reset(), 0, false)
		f.deny(part, 1)
		qs = append(qs, f.query())
	}
	return qs
}

// step asks whether an edge leads from a state with the invariants to one where v
// is 0. Products are opaque: the monitor's lemmas say all about them that claims need.
func (s *system) step(invariants []netlist.Value, v netlist.Value) smt.Query {
	f := newFrames(s.m, true)
	for _, i := range invariants {
		f.demand(i, 0, true)
	}
	f.demand(v, 1, false)
	return f.query()
}

// program are the registers that hold the program.
var program = []string{"program_store.ins", "program_store.outs", "program_store.rows", "program_store.biases", "program_store.tails", "regs.layers"}

// steps is step in two questions, which together say the same: one about edges that
// change the program, one about those that keep it. In the second, what is computed
// from the program is the same before and after the edge, and the solver sees that. A
// sum over all groups of a layer is much easier so. A conjunction of many is asked in parts.
func (s *system) steps(invariants []netlist.Value, v netlist.Value) (qs []smt.Query) {
	reads := within(s.m, v)
	var regs []netlist.Value
	for _, r := range s.m.Regs {
		name, _, _ := strings.Cut(r.Name, "[") // a wide register is in parts
		if s.m.Cells[r.Q].Op == netlist.OpReg && slices.Contains(program, name) && reads[r.Q] {
			regs = append(regs, r.Q)
		}
	}
	for _, part := range parts(s.m, v) {
		demand := func(f *frames) {
			for _, i := range invariants {
				f.demand(i, 0, true)
			}
			f.deny(part, 1)
		}
		if len(regs) == 0 {
			f := newFrames(s.m, true)
			demand(f)
			qs = append(qs, f.query())
			continue
		}
		changed, kept := newFrames(s.m, true), newFrames(s.m, true)
		kept.keep(regs)
		for _, f := range []*frames{changed, kept} {
			demand(f)
		}
		changed.changed(regs)
		qs = append(qs, changed.query(), kept.query())
	}
	return qs
}

// within are the values that v depends on within a cycle.
func within(m *netlist.Module, v netlist.Value) []bool {
	in := make([]bool, len(m.Cells))
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if c := &m.Cells[v]; !in[v] {
			in[v] = true
			stack = append(stack, c.Args[:c.Op.Arity()]...)
		}
	}
	return in
}

// byGroup is follows with products as they are, in a question for each number of groups
// that a layer can have, where they are products with a constant, and one for all others.
func (s *system) byGroup(invariants []netlist.Value, v netlist.Value) (qs []smt.Query) {
	n := newNets(s.m)
	group, ok := n.byName["group"]
	if !ok {
		panic("control: the monitor has no register group")
	}
	most := (s.params.Biases + s.params.Lanes - 1) / s.params.Lanes
	for g := range most + 1 {
		f := newFrames(s.m, false)
		if g < most {
			f.fix(group, g)
		} else {
			f.least(group, most)
		}
		for _, i := range invariants {
			f.demand(i, 0, true)
		}
		f.demand(v, 0, false)
		qs = append(qs, f.query())
	}
	return qs
}

// follows asks whether v can be 0 in a state with the invariants. With opaque products
// only unsat is an answer.
func (s *system) follows(invariants []netlist.Value, v netlist.Value, opaque bool) smt.Query {
	f := newFrames(s.m, opaque)
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
