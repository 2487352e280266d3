package propose

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/head"
	"github.com/hashiflex/hashiflex/golden"
)

// queryTime is what one question may take. What takes longer stays open.
const queryTime = 10 * time.Second

// Solver proposes data. It is not for several goroutines at once.
type Solver struct{ panel smt.Panel }

// New starts the solvers; the first gets every question, the others those that it says are
// unsatisfiable.
func New(ctx context.Context, opinions []smt.Opinion) (*Solver, error) {
	panel, err := smt.NewPanel(ctx, opinions, smt.LogicBits, smt.Limits{Query: queryTime}, 1)
	if err != nil {
		return nil, err
	}
	return &Solver{panel}, nil
}

// Close ends the solvers.
func (s *Solver) Close() { s.panel.Close() }

// Propose implements head.Proposer. The error is of a solver that is broken.
func (s *Solver) Propose(ctx context.Context, g *head.Goal) (head.Proposal, error) {
	open := ""
	for i := range g.Tries {
		try := &g.Tries[i]
		// Without its multiplications a question asks less, and what cannot be satisfied
		// then cannot be at all.
		if try.Free {
			if r := s.panel.Check(ctx, ask(try, true).query); r.Status == smt.Unsat {
				continue
			}
		}
		q := ask(try, false)
		r := s.panel.Check(ctx, q.query)
		switch r.Status {
		case smt.Sat:
			return q.proposal(r.Model)
		case smt.Unsat:
		case smt.Error:
			return head.Proposal{}, fmt.Errorf("%s: %s", r.Reason, r.Detail)
		default:
			open = r.String()
		}
	}
	if err := ctx.Err(); err != nil {
		return head.Proposal{}, err
	}
	return head.Proposal{Unreachable: open == "" && len(g.Tries) > 0, Why: open}, nil
}

// question is a try for a solver.
type question struct {
	try     *head.Try
	query   smt.Query
	names   []string // of the variables, by number
	widths  []int
	in      int
	counted bool
}

// ask writes a try as a query that is satisfiable exactly if some data satisfy it. The
// variables are, in their order, weights, features and the bias, or the count of images.
// If it is relaxed, every product is a free number within its bounds, and the query is
// satisfiable if some data satisfy the try.
func ask(try *head.Try, relaxed bool) *question {
	q := &question{try: try}
	t := golden.NewTerms()
	var vars []interval
	free := func(lo, hi int64) golden.Term {
		vars = append(vars, between(lo, hi))
		return t.Var(len(vars) - 1)
	}
	var d head.Data
	if try.Layer == nil {
		q.counted = true
		d.Images = free(0, math.MaxUint32)
	} else {
		q.in = try.Layer.In
		lo, hi := int64(0), int64(math.MaxUint8)
		if try.Signed {
			lo, hi = math.MinInt8, math.MaxInt8
		}
		for range q.in {
			w := t.Const(0)
			if try.Free {
				w = free(math.MinInt8, math.MaxInt8)
			}
			d.Weights = append(d.Weights, w)
		}
		for range q.in {
			x := t.Const(0)
			if try.Free {
				x = free(lo, hi)
			}
			d.Features = append(d.Features, x)
		}
		d.Bias = free(math.MinInt32, math.MaxInt32)
	}
	var wants []int64
	var roots []golden.Term
	for _, equal := range try.Equal {
		root, want := equal(t, d)
		roots, wants = append(roots, root), append(wants, want)
	}
	all := bounds(t, vars)
	for _, want := range wants {
		all = append(all, between(want, want))
	}
	w := max(width(append(all, vars...)), 2)
	var b smt.Builder
	// A word of few bits and its extension: a solver is far faster than with wide words
	// that are bounded.
	declare := func(name, extended string, r interval) {
		own := max(width([]interval{r}), 2)
		b.Declare(name, smt.BitVec(own))
		b.Assert(fmt.Sprintf("(and (bvsle %s %s) (bvsle %s %s))", literal(r.lo, own), name, name, literal(r.hi, own)))
		b.Define(extended, smt.BitVec(w), extend(name, w-own))
	}
	for i, v := range vars {
		own := fmt.Sprintf("v%d", i)
		q.names = append(q.names, own)
		q.widths = append(q.widths, max(width([]interval{v}), 2))
		declare(own, fmt.Sprintf("x%d", i), v)
	}
	for i, n := range t.Nodes {
		if relaxed && n.Op == golden.TermMul {
			declare(fmt.Sprintf("p%d", i), name(t, golden.Term(i)), all[i])
			continue
		}
		if n.Op == golden.TermMul {
			own := max(width([]interval{all[i], all[n.Args[0]], all[n.Args[1]]}), 2)
			factor := func(k int) string {
				return fmt.Sprintf("((_ extract %d 0) %s)", own-1, name(t, n.Args[k]))
			}
			b.Define(name(t, golden.Term(i)), smt.BitVec(w), extend(fmt.Sprintf("(bvmul %s %s)", factor(0), factor(1)), w-own))
			continue
		}
		if text := node(t, golden.Term(i), w); text != "" {
			b.Define(name(t, golden.Term(i)), smt.BitVec(w), text)
		}
	}
	for i, root := range roots {
		b.Assert(fmt.Sprintf("(= %s %s)", name(t, root), literal(big.NewInt(wants[i]), w)))
	}
	q.query = b.Query(q.names...)
	return q
}

// extend is a word with so many more bits, all of them its sign.
func extend(word string, bits int) string { return fmt.Sprintf("((_ sign_extend %d) %s)", bits, word) }

// literal is a literal in two's complement.
func literal(v *big.Int, w int) string { return new(smt.Builder).Big(v, w).String() }

// name is the symbol of a node.
func name(t *golden.Terms, x golden.Term) string {
	if n := t.Nodes[x]; n.Op == golden.TermVar {
		return fmt.Sprintf("x%d", n.K)
	}
	return fmt.Sprintf("n%d", x)
}

// node is the definition of a node; a variable has none.
func node(t *golden.Terms, x golden.Term, w int) string {
	n := t.Nodes[x]
	arg := func(i int) string { return name(t, n.Args[i]) }
	by := literal(big.NewInt(min(n.K, int64(w-1))), w) // beyond that a shift to the right changes no more
	switch n.Op {
	case golden.TermVar:
		return ""
	case golden.TermConst:
		return literal(big.NewInt(n.K), w)
	case golden.TermNeg:
		return fmt.Sprintf("(bvneg %s)", arg(0))
	case golden.TermShl:
		return fmt.Sprintf("(bvshl %s %s)", arg(0), by)
	case golden.TermShr:
		return fmt.Sprintf("(bvashr %s %s)", arg(0), by)
	case golden.TermIfLess:
		return fmt.Sprintf("(ite (bvslt %s %s) %s %s)", arg(0), arg(1), arg(2), arg(3))
	case golden.TermSum:
		sum := literal(new(big.Int), w)
		for i := range n.Args {
			sum = fmt.Sprintf("(bvadd %s %s)", sum, arg(i))
		}
		return sum
	}
	panic("propose: a term of no known kind")
}

var errModel = errors.New("the solver's model lacks a variable")

// proposal is a model as data.
func (q *question) proposal(model map[string]*big.Int) (head.Proposal, error) {
	p := head.Proposal{Try: q.try}
	var values []*big.Int
	for i, name := range q.names {
		v, ok := model[name]
		if !ok {
			return head.Proposal{}, errModel
		}
		if v.Bit(q.widths[i]-1) == 1 { // its sign
			v = new(big.Int).Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(q.widths[i])))
		}
		values = append(values, v)
	}
	low := func() uint32 { // of a number that the query bounds
		v := uint32(values[0].Int64())
		values = values[1:]
		return v
	}
	if q.counted {
		p.Images = low()
		return p, nil
	}
	if q.try.Free {
		for range q.in {
			p.Weights = append(p.Weights, int8(low()))
		}
		for range q.in {
			p.Features = append(p.Features, uint8(low()))
		}
	}
	p.Bias = int32(low())
	return p, nil
}
