package term

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
)

// The quotients floor(L / 2^k) of one dividend L determine its digits: between the
// places j < k it has floor(L / 2^j) - 2^(k-j)·floor(L / 2^k), which lies in
// 0..2^(k-j)-1. So the bits of a word are forms, and a sum over all of them, each with
// its own weight, is the word again.

// Masked is f & ones as a word of w bits, modulo 2^w: the digits of f at each run of
// ones.
func (sp *Space) Masked(f Form, ones int64, w int) Form {
	out := Form{}
	for left := uint64(ones) & (1<<w - 1); left != 0; {
		lo := bits.TrailingZeros64(left)
		n := bits.TrailingZeros64(^(left >> lo))
		left &^= (1<<n - 1) << lo
		out = out.AddScaled(sp.Floor(f, lo), 1<<lo)
		if lo+n < w {
			out = out.AddScaled(sp.Floor(f, lo+n), -1<<(lo+n))
		}
	}
	return out
}

// dividendOf numbers the dividend of atom a. Atoms with the same dividend have the same
// number. An atom that is no quotient is its own dividend, divided by 2^0.
func (sp *Space) dividendOf(a Atom, in *Info) int32 {
	if in.Kind != KindFloor {
		return int32(a)
	}
	f := in.Args[0]
	if len(f.Monos) == 1 && f.Monos[0].Coef == 1 && f.Const == 0 {
		return int32(f.Monos[0].Atom)
	}
	key := string(f.key(nil))
	n, ok := sp.dividends[key]
	if !ok {
		n = int32(-1 - len(sp.dividends))
		sp.dividends[key] = n
	}
	return n
}

// digits bounds a form that has several quotients of one dividend, by the digits that
// it is a sum of: Σ cᵢ·floor(L / 2^kᵢ) gives the digit at kⱼ the weight
// Σ cᵢ·2^(kⱼ-kᵢ) over the places up to it, and each digit may be any of its own. ok is
// false where no two quotients have a dividend in common.
func (sp *Space) digits(f Form) (r spec.Range, ok bool) {
	type quotient struct {
		of   int32
		k    int64
		coef int64
		atom Atom
	}
	qs := make([]quotient, len(f.Monos))
	for i, m := range f.Monos {
		qs[i] = quotient{of: sp.dividend[m.Atom], coef: m.Coef, atom: m.Atom}
		if in := &sp.atoms[m.Atom]; in.Kind == KindFloor {
			qs[i].k = in.K
		}
	}
	slices.SortFunc(qs, func(a, b quotient) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.k, b.k)) })
	// If this bound overflows, use the others.
	err := Guard(func() {
		r = spec.Range{Lo: f.Const, Hi: f.Const}
		weight := int64(0)
		for i, q := range qs {
			digit := sp.atoms[q.atom].Range // of the last place, all that is above
			if weight = add(weight, q.coef); i+1 < len(qs) && qs[i+1].of == q.of {
				ok = true
				if next := qs[i+1].k - q.k; next < 62 {
					digit = spec.Range{Lo: 0, Hi: 1<<next - 1}
				}
			}
			lo, hi := mul(weight, digit.Lo), mul(weight, digit.Hi)
			r = spec.Range{Lo: add(r.Lo, min(lo, hi)), Hi: add(r.Hi, max(lo, hi))}
			switch {
			case i+1 < len(qs) && qs[i+1].of == q.of && qs[i+1].k-q.k < 62:
				weight = mul(weight, 1<<(qs[i+1].k-q.k))
			default:
				weight = 0
			}
		}
	})
	return r, ok && err == nil
}
