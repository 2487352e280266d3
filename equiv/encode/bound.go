package encode

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// Width returns a number of bits, at least least, in which no node below v can wrap
// within the variables' bounds. ok is false beyond 62 bits.
func Width(t *golden.Terms, v golden.Term, vars map[golden.Term]spec.Range, least int) (w int, ok bool) {
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

// Interval returns an interval that holds every value of v within the variables' bounds.
// ok is false where that takes more than 62 bits.
func Interval(t *golden.Terms, v golden.Term, vars map[golden.Term]spec.Range) (r spec.Range, ok bool) {
	bounds, ok := intervals(t, v, vars)
	if !ok {
		return r, false
	}
	return bounds[v], true
}

// intervals returns the intervals of the terms that v needs, and the zero interval for
// others.
func intervals(t *golden.Terms, v golden.Term, vars map[golden.Term]spec.Range) ([]spec.Range, bool) {
	out := make([]spec.Range, v+1)
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

func bound(t *golden.Terms, n *golden.Node, bs []spec.Range, limit int64) (spec.Range, bool) {
	a := func(i int) spec.Range { return bs[n.Args[i]] }
	var r spec.Range
	switch n.Op {
	case golden.TermConst:
		r = spec.Range{Lo: n.K, Hi: n.K}
	case golden.TermSum:
		for i := range n.Args {
			r = spec.Range{Lo: r.Lo + a(i).Lo, Hi: r.Hi + a(i).Hi}
			if r.Lo < -limit || r.Hi > limit {
				return r, false
			}
		}
	case golden.TermNeg:
		r = spec.Range{Lo: -a(0).Hi, Hi: -a(0).Lo}
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
		r = spec.Range{Lo: x.Lo << n.K, Hi: x.Hi << n.K}
	case golden.TermShr:
		k := min(n.K, 63)
		r = spec.Range{Lo: a(0).Lo >> k, Hi: a(0).Hi >> k}
	case golden.TermIfLess:
		r = spec.Range{Lo: min(a(2).Lo, a(3).Lo), Hi: max(a(2).Hi, a(3).Hi)}
	default:
		return r, false
	}
	return r, r.Lo >= -limit && r.Hi <= limit
}

// multiply is the interval of products. ok is false if a product may need more than 61
// bits.
func multiply(x, y spec.Range) (r spec.Range, ok bool) {
	for i, p := range [][2]int64{{x.Lo, y.Lo}, {x.Lo, y.Hi}, {x.Hi, y.Lo}, {x.Hi, y.Hi}} {
		if p[0] != 0 && p[1] != 0 && bits.Len64(mag(p[0]))+bits.Len64(mag(p[1])) > 61 {
			return spec.Range{}, false
		}
		n := p[0] * p[1]
		if i == 0 {
			r = spec.Range{Lo: n, Hi: n}
		}
		r = spec.Range{Lo: min(r.Lo, n), Hi: max(r.Hi, n)}
	}
	return r, true
}

func mag(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}
