package datapath

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/golden"
)

// interval is a closed interval of integers.
type interval struct{ lo, hi *big.Int }

// bitsOf is the width of v in two's complement.
func bitsOf(v *big.Int) int {
	if v.Sign() < 0 {
		return new(big.Int).Not(v).BitLen() + 1
	}
	return v.BitLen() + 1
}

func around(vs ...*big.Int) interval {
	r := interval{vs[0], vs[0]}
	for _, v := range vs[1:] {
		if v.Cmp(r.lo) < 0 {
			r.lo = v
		}
		if v.Cmp(r.hi) > 0 {
			r.hi = v
		}
	}
	return r
}

// times is the interval of a product.
func times(a, b interval) interval {
	mul := func(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }
	return around(mul(a.lo, b.lo), mul(a.lo, b.hi), mul(a.hi, b.lo), mul(a.hi, b.hi))
}

// measure works out the interval of every node of v that is not known, and lets
// the width of terms grow to what they need.
func (q *question) measure(v golden.Term) error {
	if _, ok := q.ranges[v]; ok {
		return nil
	}
	n := &q.k.t.Nodes[v]
	var r interval
	if l, ok := q.k.terms[v]; ok {
		r = interval{l.lo, l.hi}
		q.grow(q.k.g.M.Width(l.net))
	} else {
		for _, a := range n.Args {
			if err := q.measure(a); err != nil {
				return err
			}
		}
		arg := func(i int) interval { return q.ranges[n.Args[i]] }
		switch n.Op {
		case golden.TermConst:
			r = around(big.NewInt(n.K))
		case golden.TermSum:
			r = around(new(big.Int))
			for _, a := range q.inOrder(n.Args) {
				r = interval{new(big.Int).Add(r.lo, q.ranges[a].lo), new(big.Int).Add(r.hi, q.ranges[a].hi)}
				// A partial sum may lie beyond the whole.
				q.grow(max(bitsOf(r.lo), bitsOf(r.hi)))
			}
		case golden.TermNeg:
			r = interval{new(big.Int).Neg(arg(0).hi), new(big.Int).Neg(arg(0).lo)}
		case golden.TermMul:
			r = times(arg(0), arg(1))
		case golden.TermShl:
			r = interval{new(big.Int).Lsh(arg(0).lo, uint(n.K)), new(big.Int).Lsh(arg(0).hi, uint(n.K))}
		case golden.TermShr:
			r = interval{new(big.Int).Rsh(arg(0).lo, uint(n.K)), new(big.Int).Rsh(arg(0).hi, uint(n.K))}
		case golden.TermIfLess:
			r = around(arg(2).lo, arg(2).hi, arg(3).lo, arg(3).hi)
		default:
			return fmt.Errorf("model variable %d is not known", n.K)
		}
	}
	q.grow(max(bitsOf(r.lo), bitsOf(r.hi)))
	q.ranges[v] = r
	return nil
}

// inOrder returns the operands of a sum, the widest last, since the hardware adds its
// bias last. A solver is fast if both sides add in the same order. In different orders,
// five products take minutes.
func (q *question) inOrder(args []golden.Term) []golden.Term {
	sorted := slices.Clone(args)
	span := func(t golden.Term) *big.Int { return new(big.Int).Sub(q.ranges[t].hi, q.ranges[t].lo) }
	slices.SortStableFunc(sorted, func(a, b golden.Term) int { return span(a).Cmp(span(b)) })
	return sorted
}

// term is the name of a term's word; the term was measured.
func (q *question) term(v golden.Term) (string, error) {
	if name, ok := q.termName[v]; ok {
		return name, nil
	}
	if l, ok := q.k.terms[v]; ok {
		q.declare(l)
		return q.termName[v], nil
	}
	n := &q.k.t.Nodes[v]
	args := n.Args
	if n.Op == golden.TermSum {
		args = q.inOrder(args)
	}
	x := make([]string, len(args))
	for i, a := range args {
		name, err := q.term(a)
		if err != nil {
			return "", err
		}
		x[i] = name
	}
	places := func() string { return literal(big.NewInt(min(n.K, int64(q.width)-1)), q.width) }
	var body string
	switch n.Op {
	case golden.TermConst:
		body = literal(big.NewInt(n.K), q.width)
		q.termName[v] = body
		return body, nil
	case golden.TermSum:
		body = "(bvadd " + literal(new(big.Int), q.width) + " " + strings.Join(x, " ") + ")"
		if len(x) > 1 {
			body = "(bvadd " + strings.Join(x, " ") + ")"
		}
	case golden.TermNeg:
		body = fmt.Sprintf("(bvneg %s)", x[0])
	case golden.TermMul:
		body = fmt.Sprintf("(bvmul %s %s)", x[0], x[1])
	case golden.TermShl:
		body = fmt.Sprintf("(bvshl %s %s)", x[0], places())
	case golden.TermShr:
		body = fmt.Sprintf("(bvashr %s %s)", x[0], places())
	case golden.TermIfLess:
		body = fmt.Sprintf("(ite (bvslt %s %s) %s %s)", x[0], x[1], x[2], x[3])
	default:
		return "", fmt.Errorf("model operation %d has no encoding", n.Op)
	}
	name := q.define(q.width, body)
	q.termName[v] = name
	return name, nil
}
