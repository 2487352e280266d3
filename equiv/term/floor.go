package term

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
)

// Floor is floor(f / 2^k).
//
// The rules that make it canonical, all identities over the integers:
// floor((2^k·M + R)/2^k) = M + floor(R/2^k), with R's coefficients in
// 0..2^k-1; floor((2^j·L + c)/2^k) = floor((L + floor(c/2^j))/2^(k-j)) when
// 2^j divides L; floor((L + floor(R/2^j))/2^k) = floor((2^j·L + R)/2^(j+k));
// a quotient whose interval is one value is that value; and one that is 0 or -1 is the
// same by every larger divisor; floor(R/2^k) = -1 - floor((-R-1)/2^k) makes the first of
// R's coefficients at most 2^(k-1).
func (sp *Space) Floor(f Form, k int) Form {
	if k == 0 {
		return f
	}
	if k >= 62 {
		return sp.tiny(f, k)
	}
	mask := int64(1)<<k - 1
	whole := Form{Const: f.Const >> k}
	rest := Form{Const: f.Const & mask}
	for _, m := range f.Monos {
		if q := m.Coef >> k; q != 0 {
			whole.Monos = append(whole.Monos, Mono{m.Atom, q})
		}
		if r := m.Coef & mask; r != 0 {
			rest.Monos = append(rest.Monos, Mono{m.Atom, r})
		}
	}
	if rest.IsConst() {
		return whole
	}
	if g, j, ok := sp.innerFloor(rest); ok && j+k < 62 {
		return whole.Add(sp.Floor(g, j+k))
	}
	if j := rest.trailingZeros(); j > 0 {
		small := Form{Const: rest.Const >> j}
		for _, m := range rest.Monos {
			small.Monos = append(small.Monos, Mono{m.Atom, m.Coef >> j})
		}
		return whole.Add(sp.Floor(small, k-j))
	}
	if rest.Monos[0].Coef > 1<<(k-1) {
		// The first atom goes up, and by less than half.
		return whole.Sub(sp.Floor(rest.Neg().AddConst(-1), k)).AddConst(-1)
	}
	return whole.Add(sp.tiny(rest, k))
}

// tiny interns the floor atom itself, unless its interval is one value. A quotient that
// is only the sign uses the smallest divisor that gives the same quotient.
func (sp *Space) tiny(f Form, k int) Form {
	r := sp.Bounds(f)
	s := min(k, 63)
	if n := max(bits.Len64(uint64(r.Hi)), bits.Len64(uint64(^r.Lo))); r.Lo < 0 && r.Hi >= 0 && n < s {
		return sp.Floor(f, n)
	}
	return sp.atom(Info{Kind: KindFloor, K: int64(s), Args: []Form{f}, Range: spec.Range{Lo: r.Lo >> s, Hi: r.Hi >> s}})
}

// innerFloor merges f = L + floor(R/2^j), where that is f's only floor atom and
// has coefficient 1, into 2^j·L + R.
func (sp *Space) innerFloor(f Form) (merged Form, j int, ok bool) {
	at := -1
	for i, m := range f.Monos {
		if sp.atoms[m.Atom].Kind == KindFloor {
			if at >= 0 || m.Coef != 1 {
				return Form{}, 0, false
			}
			at = i
		}
	}
	if at < 0 {
		return Form{}, 0, false
	}
	inner := &sp.atoms[f.Monos[at].Atom]
	j = int(inner.K)
	if j >= 62 {
		return Form{}, 0, false
	}
	outer := f.Sub(Form{Monos: []Mono{f.Monos[at]}})
	return inner.Args[0].AddScaled(outer, 1<<j), j, true
}

// trailingZeros is the largest j such that 2^j divides every coefficient.
func (f Form) trailingZeros() int {
	j := 63
	for _, m := range f.Monos {
		j = min(j, bits.TrailingZeros64(uint64(m.Coef)))
	}
	return j
}

// undivided bounds a form with a quotient floor(L / 2^k) and atoms of L, as in -x +
// floor(x/2), which is floor(-x/2). Times 2^K, K the greatest of the ks, each quotient
// is a multiple of L less a remainder of 0..2^k-1, and what L has in common with the
// rest cancels. ok is false where nothing cancels.
func (sp *Space) undivided(f Form) (r spec.Range, ok bool) {
	const maxShift = 20
	if len(f.Monos) < 2 {
		return spec.Range{}, false // a quotient alone has nothing beside it
	}
	most := int64(0)
	for _, m := range f.Monos {
		in := &sp.atoms[m.Atom]
		if in.Kind != KindFloor || in.K > maxShift {
			continue
		}
		for _, l := range in.Args[0].Monos {
			if i, found := slices.BinarySearchFunc(f.Monos, l.Atom, func(m Mono, a Atom) int { return cmp.Compare(m.Atom, a) }); found {
				ok = ok || (f.Monos[i].Coef < 0) != (l.Coef < 0 != (m.Coef < 0))
			}
		}
		most = max(most, in.K)
	}
	if !ok {
		return spec.Range{}, false
	}
	// If this bound overflows, use the others.
	err := Guard(func() {
		whole, parts := Form{Const: f.Const}, Form{}
		var below, above int64
		for _, m := range f.Monos {
			in := &sp.atoms[m.Atom]
			if in.Kind != KindFloor || in.K > maxShift {
				whole.Monos = append(whole.Monos, m)
				continue
			}
			c := mul(m.Coef, 1<<(most-in.K))
			parts = parts.AddScaled(in.Args[0], c)
			rest := mul(c, 1<<in.K-1)
			below, above = add(below, max(rest, 0)), add(above, -min(rest, 0))
		}
		r = sp.independent(parts.AddScaled(whole, 1<<most))
		r = spec.Range{Lo: -(-add(r.Lo, -below) >> most), Hi: add(r.Hi, above) >> most}
	})
	return r, err == nil
}
