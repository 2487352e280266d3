package encode

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/golden"
)

// Bound is a closed interval of integers.
type Bound struct{ Lo, Hi int64 }

// Width is a number of bits in which no node below v can wrap, given the
// variables' bounds and at least least bits; ok is false beyond 62 bits.
func Width(t *golden.Terms, v golden.Term, vars map[golden.Term]Bound, least int) (w int, ok bool) {
	w = least
	bounds, ok := intervals(t, v, vars)
	if !ok {
		return 0, false
	}
	for _, b := range bounds {
		for _, e := range []int64{b.Lo, b.Hi} {
			if e < 0 {
				e = -e - 1
			}
			w = max(w, bits.Len64(uint64(e))+1)
		}
	}
	return w, w <= 62
}

// intervals are those of the terms that v needs, the zero interval elsewhere.
func intervals(t *golden.Terms, v golden.Term, vars map[golden.Term]Bound) ([]Bound, bool) {
	out := make([]Bound, v+1)
	need := make([]bool, v+1)
	need[v] = true
	for i := v; i >= 0; i-- {
		if _, cut := vars[i]; need[i] && !cut {
			for _, a := range t.Nodes[i].Args {
				need[a] = true
			}
		}
	}
	const limit = 1 << 61
	for i := range out {
		if !need[i] {
			continue
		}
		b, known := vars[golden.Term(i)]
		if !known {
			var ok bool
			if b, ok = bound(t, &t.Nodes[i], out, limit); !ok {
				return nil, false
			}
		}
		out[i] = b
	}
	return out, true
}

func bound(t *golden.Terms, n *golden.Node, bs []Bound, limit int64) (Bound, bool) {
	a := func(i int) Bound { return bs[n.Args[i]] }
	var r Bound
	switch n.Op {
	case golden.TermConst:
		r = Bound{n.K, n.K}
	case golden.TermSum:
		for i := range n.Args {
			r = Bound{r.Lo + a(i).Lo, r.Hi + a(i).Hi}
			if r.Lo < -limit || r.Hi > limit {
				return r, false
			}
		}
	case golden.TermNeg:
		r = Bound{-a(0).Hi, -a(0).Lo}
	case golden.TermMul:
		x, y := a(0), a(1)
		var ok bool
		if r, ok = multiply(x, y); !ok {
			return r, false
		}
	case golden.TermShl:
		x := a(0)
		if n.K > 61 || max(bits.Len64(mag(x.Lo)), bits.Len64(mag(x.Hi)))+int(n.K) > 61 {
			return r, false
		}
		r = Bound{x.Lo << n.K, x.Hi << n.K}
	case golden.TermShr:
		k := min(n.K, 63)
		r = Bound{a(0).Lo >> k, a(0).Hi >> k}
	case golden.TermIfLess:
		r = Bound{min(a(2).Lo, a(3).Lo), max(a(2).Hi, a(3).Hi)}
	default:
		return r, false
	}
	return r, r.Lo >= -limit && r.Hi <= limit
}

// multiply is the interval of products; ok is false where one may need more than
// 61 bits.
func multiply(x, y Bound) (r Bound, ok bool) {
	for i, p := range [][2]int64{{x.Lo, y.Lo}, {x.Lo, y.Hi}, {x.Hi, y.Lo}, {x.Hi, y.Hi}} {
		if p[0] != 0 && p[1] != 0 && bits.Len64(mag(p[0]))+bits.Len64(mag(p[1])) > 61 {
			return Bound{}, false
		}
		n := p[0] * p[1]
		if i == 0 {
			r = Bound{n, n}
		}
		r = Bound{min(r.Lo, n), max(r.Hi, n)}
	}
	return r, true
}

func mag(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
