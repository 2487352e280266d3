package propose

import (
	"math/big"

	"github.com/hashiflex/hashiflex/golden"
)

// interval is all integers from lo to hi.
type interval struct{ lo, hi *big.Int }

func between(lo, hi int64) interval { return interval{big.NewInt(lo), big.NewInt(hi)} }

// bounds holds the values of every node, where the variables lie within theirs.
func bounds(t *golden.Terms, vars []interval) []interval {
	all := make([]interval, len(t.Nodes))
	for i, n := range t.Nodes {
		arg := func(k int) interval { return all[n.Args[k]] }
		each := func(f func(*big.Int) *big.Int, xs ...*big.Int) interval {
			var r interval
			for _, x := range xs {
				r = r.with(f(x))
			}
			return r
		}
		switch n.Op {
		case golden.TermConst:
			all[i] = between(n.K, n.K)
		case golden.TermVar:
			all[i] = vars[n.K]
		case golden.TermSum:
			r := between(0, 0)
			for k := range n.Args {
				r = interval{new(big.Int).Add(r.lo, arg(k).lo), new(big.Int).Add(r.hi, arg(k).hi)}
			}
			all[i] = r
		case golden.TermNeg:
			all[i] = interval{new(big.Int).Neg(arg(0).hi), new(big.Int).Neg(arg(0).lo)}
		case golden.TermMul:
			a, b := arg(0), arg(1)
			all[i] = each(func(x *big.Int) *big.Int { return x },
				new(big.Int).Mul(a.lo, b.lo), new(big.Int).Mul(a.lo, b.hi), new(big.Int).Mul(a.hi, b.lo), new(big.Int).Mul(a.hi, b.hi))
		case golden.TermShl:
			all[i] = each(func(x *big.Int) *big.Int { return new(big.Int).Lsh(x, uint(n.K)) }, arg(0).lo, arg(0).hi)
		case golden.TermShr: // big.Int's shift is a floor
			all[i] = each(func(x *big.Int) *big.Int { return new(big.Int).Rsh(x, uint(n.K)) }, arg(0).lo, arg(0).hi)
		case golden.TermIfLess:
			all[i] = each(func(x *big.Int) *big.Int { return x }, arg(2).lo, arg(2).hi, arg(3).lo, arg(3).hi)
		default:
			panic("propose: a term of no known kind")
		}
	}
	return all
}

func (r interval) with(x *big.Int) interval {
	if r.lo == nil || x.Cmp(r.lo) < 0 {
		r.lo = x
	}
	if r.hi == nil || x.Cmp(r.hi) > 0 {
		r.hi = x
	}
	return r
}

// width is so many bits that two's complement holds every value of every interval.
func width(all []interval) int {
	w := 1
	for _, r := range all {
		for _, x := range []*big.Int{r.lo, r.hi} {
			n := x.BitLen()
			if x.Sign() < 0 {
				n = new(big.Int).Not(x).BitLen()
			}
			w = max(w, n+1)
		}
	}
	return w
}
