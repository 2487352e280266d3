package equiv

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Direct asks every solver for the whole point in bit-vectors, as Unlifted writes it.
// It is the last strategy if normal forms prove nothing: the hardware may be equal for
// a reason that no form represents, such as a wrap above the bits that the output
// keeps. Small points take milliseconds. Wide sums never end, so the solvers' time
// limit is part of the strategy.
//
// Proved needs unsat from all solvers. Two that contradict each other are Failed. Only
// solvers support the proof, so if one alone says unsat, another one is asked. Refuted
// comes with a witness, which was executed. If an executed model shows no difference,
// the verdict is Failed.
func (c *Confirmer) Direct(ctx context.Context, q *Question) (Answer, *Counterexample) {
	query, err := q.Unlifted()
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}, nil
	}
	hash, err := query.Hash(logicBits)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.SolverBroken, Detail: err.Error()}, nil
	}
	if len(c.Bits) == 0 {
		return Answer{Reason: verdict.Unconfirmed, Query: hash}, nil
	}
	r := c.Bits.Check(ctx, query)
	if r.Status == smt.Sat {
		return q.refuted(query, r, hash)
	}
	a := Answered("", r, Answer{})
	a.Query = hash
	return a, nil
}

// refuted executes a solver's model and returns the resulting answer.
func (q *Question) refuted(query smt.Query, r smt.Result, hash string) (Answer, *Counterexample) {
	w, err := q.witness(query, r.Model)
	if err != nil {
		return Answer{Verdict: verdict.Failed, Reason: verdict.ReplayDiffers, Detail: r.By[0] + ": " + err.Error(), Query: hash}, nil
	}
	return Answer{Verdict: verdict.Refuted, Query: hash}, w
}

// values reads the inputs from a solver's model of a query that declares them.
func (m *Model) values(query smt.Query, values map[string]*big.Int) ([]int64, error) {
	x := make([]int64, len(m.Vars))
	for i, v := range m.Vars {
		b, ok := values[query.Read[i]]
		if !ok || !b.IsInt64() {
			return nil, fmt.Errorf("no value for %s", v.Port)
		}
		x[i] = b.Int64()
		if v.Signed {
			x[i] -= 1 << (v.Width - 1)
		}
		if !v.Range.Contains(x[i]) {
			return nil, fmt.Errorf("%s is %d, outside %v", v.Port, x[i], v.Range)
		}
	}
	return x, nil
}

// witness reads the inputs from a model of the unlifted query and executes both
// sides on them.
func (q *Question) witness(query smt.Query, values map[string]*big.Int) (*Counterexample, error) {
	x, err := q.Model.values(query, values)
	if err != nil {
		return nil, err
	}
	gold, got, err := q.Execute([][]int64{x})
	if err != nil {
		return nil, err
	}
	if gold[0] == got[0] {
		return nil, fmt.Errorf("both sides give %d at %v", gold[0], x)
	}
	return &Counterexample{x, gold[0], got[0]}, nil
}
