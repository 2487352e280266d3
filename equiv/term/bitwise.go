package term

import (
	"math/bits"
	"slices"
	"sort"

	"github.com/hashiflex/hashiflex/spec"
)

// Bitwise returns the word whose bit i is the truth table's value at bits i of the
// leaves. Bit j of an index into table is leaf j's bit. Leaves are forms of words of w
// bits, at most four; the result is a form modulo 2^w.
//
// A Boolean function is a polynomial in AND-monomials with integer coefficients, and
// weighting bit i by 2^i makes the identity one of words: x|y = x+y-x&y, x^y =
// x+y-2(x&y), modulo 2^w. A majority is one atom M, and a three-input exclusive or is
// a+b+c-2M. So the outputs of a 3:2 compressor add up to exactly a+b+c.
func (sp *Space) Bitwise(table uint16, leaves []Form, w int) Form {
	n := len(leaves)
	if n == 3 {
		switch uint8(table) {
		case 0xe8:
			return sp.majority(leaves, w)
		case 0x17: // the complement
			return sp.majority(leaves, w).Neg().AddConst(-1)
		case 0x96:
			return sp.xor3(leaves, w)
		case 0x69:
			return sp.xor3(leaves, w).Neg().AddConst(-1)
		}
	}
	out := Form{}
	for s := 0; s < 1<<n; s++ {
		// Möbius inversion: the coefficient of monomial s.
		var c int64
		for t := s; ; t = (t - 1) & s {
			if table>>t&1 == 1 {
				if bits.OnesCount(uint(s^t))%2 == 0 {
					c++
				} else {
					c--
				}
			}
			if t == 0 {
				break
			}
		}
		if c != 0 {
			out = out.AddScaled(sp.monomial(s, leaves, w), c)
		}
	}
	return out
}

// Logic is Bitwise for words of one bit whose forms are 0 or 1. The result is the
// integer 0 or 1.
func (sp *Space) Logic(table uint16, leaves []Form) Form {
	// Remove constant leaves and duplicates, so that only the other leaves enter the
	// result.
	var own []Form
	at := make([]int, len(leaves)) // by leaf: which of own it is, or -1 less a constant
	for i, f := range leaves {
		r := f.Symmetric(1)
		if r.IsConst() {
			at[i] = int(-1 - r.Const&1)
			continue
		}
		at[i] = slices.IndexFunc(own, func(g Form) bool { return g.Symmetric(1).Equal(r) })
		if at[i] < 0 {
			at[i] = len(own)
			own = append(own, f)
		}
	}
	var t uint16
	for i := range 1 << len(own) {
		j := 0
		for k, a := range at {
			if bit := i >> max(a, 0) & 1; a >= 0 && bit == 1 || a == -2 {
				j |= 1 << k
			}
		}
		t |= table >> j & 1 << i
	}
	// A word of ones is -1, and a bit that is one is 1.
	return sp.Bitwise(t, own, 1).AddConst(2 * int64(t&1))
}

func (sp *Space) xor3(leaves []Form, w int) Form {
	sum := leaves[0].Add(leaves[1]).Add(leaves[2])
	return sum.AddScaled(sp.majority(leaves, w), -2)
}

func (sp *Space) majority(leaves []Form, w int) Form {
	for i, f := range leaves {
		if f.Symmetric(w).IsConst() {
			rest := []Form{leaves[(i+1)%3], leaves[(i+2)%3]}
			and := sp.monomial(3, rest, w)
			switch f.Symmetric(w).Const {
			case 0:
				return and
			case -1:
				return rest[0].Add(rest[1]).Sub(and)
			}
		}
	}
	args := residues(leaves, w)
	if args[0].Equal(args[1]) || args[1].Equal(args[2]) {
		return args[1]
	}
	return sp.atom(Info{Kind: KindMajority, K: int64(w), Args: args, Range: wordRange(w)})
}

// monomial is the AND of the leaves in set s; the empty one is a word of ones,
// -1.
func (sp *Space) monomial(s int, leaves []Form, w int) Form {
	var in []Form
	for j, f := range leaves {
		if s>>j&1 == 1 {
			in = append(in, f)
		}
	}
	if len(in) == 1 {
		return in[0]
	}
	var args []Form
	kept := int64(-1)
	for _, f := range residues(in, w) {
		if f.IsConst() {
			kept &= f.Const
			continue
		}
		if len(args) > 0 && f.Equal(args[len(args)-1]) {
			continue
		}
		args = append(args, f)
	}
	switch {
	case len(args) == 0 || kept == 0:
		return Int(kept)
	case kept == -1 && len(args) == 1:
		return args[0]
	case len(args) == 1:
		return sp.Masked(args[0], kept, w)
	case kept != -1:
		args = residues(append(args, Int(kept)), w)
	}
	return sp.atom(Info{Kind: KindAnd, K: int64(w), Args: args, Range: wordRange(w)})
}

func wordRange(w int) spec.Range {
	if w >= 63 {
		panic(ErrOverflow)
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

// residues are the leaves' canonical representatives modulo 2^w, sorted.
func residues(fs []Form, w int) []Form {
	type keyed struct {
		f   Form
		key string
	}
	ks := make([]keyed, len(fs))
	for i, f := range fs {
		r := f.Symmetric(w)
		ks[i] = keyed{r, string(r.key(nil))}
	}
	sort.Slice(ks, func(i, j int) bool { return ks[i].key < ks[j].key })
	out := make([]Form, len(ks))
	for i, k := range ks {
		out[i] = k.f
	}
	return out
}
