package equiv

import (
	"context"
	"fmt"
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/equiv/sweep"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Swept is a netlist of gates beside a reference that computes the same, such as the RTL
// that it was made from. Equal is a claim; see Confirmer.Swept.
type Swept struct {
	Reference *Question // the same question about the first of the references
	Equal     bool      // its output and the netlist's are the same bits
	Detail    string    // how far the sweep came

	sweep *sweep.Sweep
}

// Sweep compares the circuit with references: each is a hint, with the ports of the
// circuit. The first is the one whose point is to be proved; more are other forms of it,
// nearer to what synthesis makes, and help to find the way. What windows leave open is
// asked of solver; nil asks nobody. Its limits should be low, and in steps: a pair that is
// not found to be equal may leave the whole unknown, and verdicts must not depend on the
// load of the machine. See smt.Pairs.
func (q *Question) Sweep(ctx context.Context, references []*netlist.Module, solver smt.Checker) (*Swept, error) {
	r := NewQuestion(q.Model, references[0])
	for _, other := range append([]*Question{q, r}, questions(q.Model, references[1:])...) {
		if other.unbound != nil {
			return nil, other.unbound
		}
		if detail := undefined(other.Gate, other.Out); detail != "" {
			return nil, fmt.Errorf("%s: %s", other.Gate.Name, detail)
		}
		if w := q.Gate.Width(q.Out); other.Gate.Width(other.Out) != w {
			return nil, fmt.Errorf("%s: an output of another width", other.Gate.Name)
		}
	}
	s := sweep.New(r.vectors())
	if solver != nil {
		s.Solve = func(text string) bool {
			return solver.Check(ctx, smt.Query{Text: []byte(text)}).Status == smt.Unsat
		}
	}
	s.Stopped = func() bool { return ctx.Err() != nil }
	// The nearest first: what is equal is known by the earliest node.
	for _, m := range references[1:] {
		s.Add(m, false)
	}
	ref := s.Add(references[0], false)
	gate := s.Add(q.Gate, true)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	x := &Swept{Reference: r, Equal: true, sweep: s}
	first := -1
	equal := s.Outputs(ref, gate)
	for i, same := range equal {
		if !same {
			x.Equal = false
			if first < 0 {
				first = i
			}
		}
	}
	x.Detail = fmt.Sprintf("%d of %d nodes of all circuits were found to be others, %d that look so were not", s.Stats.Merged, s.Stats.Nodes, s.Stats.Open)
	if !x.Equal {
		x.Detail += fmt.Sprintf("; the first output bit that is not the reference's is %s[%d]", q.Gate.Outputs[0].Name, first)
	}
	return x, nil
}

func questions(m *Model, gates []*netlist.Module) (all []*Question) {
	for _, g := range gates {
		all = append(all, NewQuestion(m, g))
	}
	return all
}

// vectors are what a sweep simulates: those that move the accumulator over its interval,
// in which adders, clamps and their rare carries differ, and random ones.
func (q *Question) vectors() []sweep.Input {
	const seed = 1
	m, rng := q.Model, rand.New(rand.NewSource(seed))
	vs := append(corners(m), single(m)...)
	if x, err := q.execution(); err == nil {
		vs = append(vs, gradients(m, x, rng)...)
	}
	rng.Shuffle(len(vs), func(i, j int) { vs[i], vs[j] = vs[j], vs[i] })
	vs = vs[:min(len(vs), sweep.Vectors/2)]
	vs = append(vs, random(m, rng, sweep.Vectors-len(vs))...)
	var inputs []sweep.Input
	for i, v := range m.Vars {
		in := sweep.Input{Name: v.Port, Width: v.Width}
		for _, x := range vs {
			in.Values = append(in.Values, uint64(x[i])&(1<<v.Width-1))
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// Swept confirms that the netlist and the reference are equal: every window for all values
// of its leaves, every pair of words that are the same sum, and every operator of the
// circuits, once for its widths, against what it was blasted to. An equality that is not
// confirmed leaves the answer unknown or failed. A second solver is asked about operators,
// and about windows that were too large to try all values.
func (c *Confirmer) Swept(ctx context.Context, x *Swept) Answer {
	if !x.Equal {
		return Answer{Reason: verdict.NoStrategy, Detail: x.Detail}
	}
	var texts []string
	for _, m := range x.sweep.Rules() {
		text, err := encode.Equal(m, m.Outputs[0].Value, m.Outputs[1].Value)
		if err != nil {
			return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}
		}
		texts = append(texts, text)
	}
	tried, asked := x.sweep.Claims()
	all := Answer{Verdict: verdict.Proved, Basis: verdict.FormsAndSolver}
	for _, part := range []struct {
		logic string
		alone bool // nobody else came to it
		texts []string
	}{{logicBits, true, append(texts, asked...)}, {logicBits, false, tried}, {logicInts, false, x.sweep.Sums()}} {
		for _, text := range part.texts {
			q := smt.Query{Text: []byte(text)}
			a := c.ask(ctx, q, part.logic)
			if part.alone {
				a = c.second(ctx, q, a)
			}
			if a.Verdict != verdict.Proved {
				return a
			}
			if part.alone && a.Basis != verdict.TwoSolvers {
				all.Basis = verdict.OneSolver
			}
			if all.Query == "" {
				all.Query = a.Query
				continue
			}
			all.Also = append(all.Also, a.Query)
		}
	}
	return all
}
