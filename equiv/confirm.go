package equiv

import (
	"context"
	"slices"
	"sync"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Answers remembers answers by the query's content. So one solver run confirms all
// points whose queries have the same text. All Confirmers of a run share it. It is safe
// for concurrent use.
type Answers struct {
	mu    sync.Mutex
	known map[string]*entry
	Asked int // queries that a solver ran
	Hits  int // queries answered from memory
	// Keep, if set, is called once with each query that did not prove its claim. If All
	// is set, it is called with every query.
	Keep func(hash string, q smt.Query, logic string)
	All  bool
}

type entry struct {
	done   chan struct{}
	answer Answer
	kept   bool
}

// NewAnswers returns an empty memory.
func NewAnswers() *Answers { return &Answers{known: map[string]*entry{}} }

// Confirmer asks solvers to confirm what normal forms concluded. Without solvers,
// nothing is confirmed. Each logic has its own panel, since Z3 is fastest on
// bit-vectors if the query declares no other logic. Both panels have the same solvers,
// except those that know only one logic, which are Alone.
type Confirmer struct {
	Answers    *Answers
	Ints, Bits smt.Panel
}

const (
	logicInts = "ALL"
	logicBits = "QF_BV"
)

// Claim confirms one claim of a settled point. If an encoding that abstracts cells
// fails, Claim asks again with the exact cells; see encode.Ints.Strict. A variable of
// Given takes every value of its interval, but its net may reach only some of them. So
// if a claim fails for such variables, Claim asks again from the inputs on. Only a
// failure there contradicts the normal forms.
func (c *Confirmer) Claim(ctx context.Context, q *Question, s *Settled, claim Claim) Answer {
	var asked []string
	for {
		ints, text, err := q.claimText(s, claim, false)
		if err == nil && ints.Lenient() {
			a := c.answer(ctx, smt.Query{Text: []byte(text)}, logicInts)
			if a.Verdict == verdict.Proved {
				a = c.tables(ctx, q, ints.Tables(), a)
				a.Also = append(a.Also, asked...)
				return a
			}
			asked = append(asked, a.Query)
			_, text, err = q.claimText(s, claim, true)
		}
		if err != nil {
			return Answer{Reason: verdict.NoEncoding, Detail: err.Error(), Also: asked}
		}
		query := smt.Query{Text: []byte(text)}
		a := c.answer(ctx, query, logicInts)
		if !a.Sat || len(claim.Given) == 0 {
			c.Answers.unproved(a, query, logicInts)
			a.Also = asked
			return a
		}
		asked, claim.Given = append(asked, a.Query), nil
	}
}

// tables confirms, in bit-vectors from the cells, the sums of bits that a proved query
// assumed. It returns a, or the answer of the first sum that is not proved.
func (c *Confirmer) tables(ctx context.Context, q *Question, all []*lift.Table, a Answer) Answer {
	for _, t := range all {
		text, err := encode.EqualTable(q.Gate, t)
		if err != nil {
			return Answer{Reason: verdict.NoEncoding, Detail: err.Error(), Also: append(a.Also, a.Query)}
		}
		b := c.ask(ctx, smt.Query{Text: []byte(text)}, logicBits)
		if b.Verdict != verdict.Proved {
			b.Also = append(a.Also, a.Query)
			return b
		}
		if !slices.Contains(a.Also, b.Query) {
			a.Also = append(a.Also, b.Query)
		}
	}
	return a
}

func (q *Question) claimText(s *Settled, claim Claim, strict bool) (*encode.Ints, string, error) {
	if q.unbound != nil {
		return nil, "", q.unbound
	}
	m, gate := q.Model, q.Gate
	nets := make([]encode.Variable, len(gate.Cells))
	cuts := make([]encode.Variable, len(m.Terms.Nodes))
	for i := range nets {
		nets[i] = encode.None
	}
	for i := range cuts {
		cuts[i] = encode.None
	}
	bounds := make([]spec.Range, 0, len(m.Vars)+len(claim.Given))
	for i, v := range m.Vars {
		cuts[m.Refs[i]] = encode.Variable(i)
		bounds = append(bounds, spec.Range(v.Range))
	}
	for i, p := range gate.Inputs {
		nets[p.Value] = encode.Variable(q.bind[i])
	}
	for _, g := range claim.Given {
		nets[g.Net], cuts[g.Term] = encode.Variable(len(bounds)), encode.Variable(len(bounds))
		bounds = append(bounds, spec.Range(g.Range))
	}
	ec := encode.Claim{Net: claim.Net, Scale: claim.Scale, Offset: claim.Offset, Term: claim.Term, Modulus: claim.Modulus, Multiple: claim.Multiple}
	if claim.Bounded {
		r := spec.Range(claim.Range)
		ec.Range = &r
	}
	ints := encode.NewInts(s.lifter, gate, nets, m.Terms, cuts, bounds)
	if strict {
		ints.Strict()
	}
	text, err := ints.Prove(ec)
	return ints, text, err
}

// Tail confirms a tail obligation over the interval r, in bit-vectors. alone says that
// it was not enumerated, so that the solver's answer is its only proof.
func (c *Confirmer) Tail(ctx context.Context, t *Tail, r spec.Range, alone bool) Answer {
	text, err := t.text(r)
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}
	}
	q := smt.Query{Text: []byte(text)}
	a := c.ask(ctx, q, logicBits)
	if alone {
		a = c.second(ctx, q, a)
	}
	return a
}

// second asks about a proved query in bit-vectors again, where the answer is its only
// proof.
func (c *Confirmer) second(ctx context.Context, q smt.Query, a Answer) Answer {
	if a.Verdict != verdict.Proved {
		return a
	}
	second := Answered("", c.Bits.Second(ctx, q, smt.Result{Status: smt.Unsat, By: a.By}), Answer{})
	second.Query = a.Query
	c.Answers.unproved(second, q, logicBits)
	return second
}

// text is the tail's query: is there a u in r for which the sides differ?
func (t *Tail) text(r spec.Range) (string, error) {
	terms := golden.NewTerms()
	u := terms.Var(0)
	acc := u
	if t.Mul != 1 || t.Add != 0 {
		acc = terms.Sum(terms.Mul(u, terms.Const(t.Mul)), terms.Const(t.Add))
	}
	y := golden.Requantize(terms, t.Requant.Out, t.Requant.Shift, acc)
	q := encode.NewBits(t.gate, terms)
	q.Integer("u", u, r)
	for _, cut := range t.cuts {
		q.Affine(cut.net, u, cut.mul, cut.add)
	}
	return q.Differ(t.out, y)
}

// ask runs a query whose unsatisfiability is the claim.
func (c *Confirmer) ask(ctx context.Context, q smt.Query, logic string) Answer {
	a := c.answer(ctx, q, logic)
	c.Answers.unproved(a, q, logic)
	return a
}

// unproved keeps a query that did not prove its claim.
func (a *Answers) unproved(x Answer, q smt.Query, logic string) {
	if x.Verdict == verdict.Proved || a.Keep == nil {
		return
	}
	a.mu.Lock()
	e := a.known[x.Query]
	first := e != nil && !e.kept
	if first {
		e.kept = true
	}
	a.mu.Unlock()
	if first {
		a.Keep(x.Query, q, logic)
	}
}

// answer runs a query, unless one with the same text has run. The caller decides
// whether this answer settles the claim.
func (c *Confirmer) answer(ctx context.Context, q smt.Query, logic string) Answer {
	hash, err := q.Hash(logic)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: err.Error()}
	}
	a := c.Answers
	a.mu.Lock()
	e, ok := a.known[hash]
	if ok {
		a.Hits++
		a.mu.Unlock()
		<-e.done
		return e.answer
	}
	e = &entry{done: make(chan struct{}), kept: a.All}
	a.known[hash] = e
	a.Asked++
	a.mu.Unlock()
	// Other goroutines may wait for this answer, and the solver call may panic.
	e.answer = Answer{Verdict: verdict.Failed, Reason: verdict.EngineCrashed, Detail: "another obligation asked the same and crashed", Query: hash}
	defer close(e.done)
	answer := c.run(ctx, q, logic)
	answer.Query = hash
	if a.All && a.Keep != nil {
		a.Keep(hash, q, logic)
	}
	e.answer = answer
	return answer
}

func (c *Confirmer) run(ctx context.Context, q smt.Query, logic string) Answer {
	panel := c.Ints
	if logic == logicBits {
		panel = c.Bits
	}
	if len(panel) == 0 {
		return Answer{Reason: verdict.Unconfirmed}
	}
	r := panel.All(ctx, q)
	model := Answer{Verdict: verdict.Failed, Reason: verdict.SolverDiffers, Sat: true}
	if r.Status == smt.Sat {
		model.Detail = r.By[0] + " finds a difference where the normal forms are equal"
	}
	a := Answered("", r, model)
	// Solvers are not the only proof here.
	a.Basis, a.By = "", r.By
	return a
}
