package sweep

import (
	"maps"
	"math/big"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
)

// identity is that two sums of nodes are equal modulo 2^width, since adders add: each
// side minus the adders that were replaced in it leaves the same.
type identity struct {
	width        int
	ours, theirs form
	used         []use // of both sides; those of theirs count negative
}

// identity is that of two rewritings of which the same is left.
func (r *rewriting) identity(other *rewriting, ours, theirs *form) *identity {
	x := &identity{width: r.width, ours: *ours, theirs: *theirs, used: slices.Clone(r.used)}
	for _, u := range other.used {
		u.times = -u.times
		x.used = append(x.used, u)
	}
	return x
}

// exact is a sum of nodes with coefficients of any size; node 0 stands for 1.
type exact map[int32]*big.Int

func (e exact) add(f *form, times int64) {
	put := func(n int32, c int64) {
		if e[n] == nil {
			e[n] = new(big.Int)
		}
		e[n].Add(e[n], new(big.Int).Mul(big.NewInt(c), big.NewInt(times)))
	}
	put(0, f.c)
	for _, m := range f.terms {
		put(m.node, m.coef)
	}
}

// text is the query that the identity does not hold: for integers in the place of nodes,
// with what each adder says. It is linear, as the multiple of 2^width between the sides is
// spelled out. ok is false where the sides do not leave the same, which would be an error
// of ours.
func (x *identity) text() (text string, ok bool) {
	var out smt.Builder
	modulus := new(big.Int).Lsh(big.NewInt(1), uint(x.width))
	left := exact{}
	left.add(&x.ours, 1)
	left.add(&x.theirs, -1)
	sides := clone(left)
	nodes := map[int32]bool{}
	x.ours.note(nodes)
	x.theirs.note(nodes)
	over, ok := used(&out, x.used, left, nodes, nil, modulus)
	if !ok {
		return "", false
	}
	out.Str("(assert (not (= ").Str(sides.text()).Str(" (* ").Str(number(modulus)).Str(" ").Str(over).Str("))))\n")
	return out.String(), true
}

// used declares the nodes, those of bits as 0 or 1, and says what each block adds up. left
// is the difference of two sums; what comes back is the multiple of the modulus that it
// is.
func used(out *smt.Builder, us []use, left exact, nodes, bits map[int32]bool, modulus *big.Int) (over string, ok bool) {
	for _, u := range us {
		u.outs.note(nodes)
		u.ins.note(nodes)
		left.add(u.outs, -u.times)
		left.add(u.ins, u.times)
	}
	for _, n := range slices.Sorted(maps.Keys(nodes)) {
		out.Str("(declare-const ").Var('n', int(n)).Str(" Int)")
		if bits[n] {
			out.Str("(assert (<= 0 ").Var('n', int(n)).Str(" 1))")
		}
	}
	out.Str("\n")
	var multiple smt.Builder // of the modulus
	for i, u := range us {
		adds := exact{}
		adds.add(u.outs, 1)
		adds.add(u.ins, -1)
		rest := "0"
		if u.modulus > 0 {
			more := new(big.Int).Lsh(big.NewInt(u.times), uint(u.modulus))
			q, r := new(big.Int).QuoRem(more, modulus, new(big.Int))
			if r.Sign() != 0 {
				return "", false
			}
			out.Str("(declare-const ").Var('q', i).Str(" Int)")
			var k smt.Builder
			k.Str("(* ").Str(number(new(big.Int).Lsh(big.NewInt(1), uint(u.modulus)))).Str(" ").Var('q', i).Str(")")
			rest = k.String()
			multiple.Str(" (* ").Str(number(q)).Str(" ").Var('q', i).Str(")")
		}
		out.Str("(assert (= ").Str(adds.text()).Str(" ").Str(rest).Str("))\n")
	}
	whole := exact{}
	for n, c := range left {
		q, r := new(big.Int).QuoRem(c, modulus, new(big.Int))
		if r.Sign() != 0 {
			return "", false
		}
		whole[n] = q
	}
	var sum smt.Builder
	sum.Str("(+ ").Str(whole.text()).Join(&multiple).Str(" 0)")
	return sum.String(), true
}

func clone(e exact) exact {
	c := exact{}
	for n, x := range e {
		c[n] = new(big.Int).Set(x)
	}
	return c
}

// note marks the nodes of a form.
func (f *form) note(nodes map[int32]bool) {
	for _, m := range f.terms {
		nodes[m.node] = true
	}
}

// text is the sum in SMT-LIB 2.
func (e exact) text() string {
	var out smt.Builder
	out.Str("(+ 0 0")
	for _, n := range slices.Sorted(maps.Keys(e)) {
		switch {
		case e[n].Sign() == 0:
		case n == 0:
			out.Str(" ").Str(number(e[n]))
		default:
			out.Str(" (* ").Str(number(e[n])).Str(" ").Var('n', int(n)).Str(")")
		}
	}
	return out.Str(")").String()
}

func number(x *big.Int) string {
	if x.Sign() < 0 {
		return "(- " + new(big.Int).Neg(x).String() + ")"
	}
	return x.String()
}

// adds is the query that a full adder does not add its three bits.
const adds = `(declare-const a Bool)(declare-const b Bool)(declare-const c Bool)
(define-fun s () Bool (xor (xor a b) c))
(define-fun k () Bool (or (and a b) (and (xor a b) c)))
(assert (not (= (+ (ite a 1 0) (ite b 1 0) (ite c 1 0)) (+ (ite s 1 0) (* 2 (ite k 1 0))))))
`

// Sums are queries in integers. If none has a model, and none of Claims, words that were
// found to be the same sum are: each is what was replaced in one pair of words, from what
// every adder says of its own bits.
func (s *Sweep) Sums() []string {
	var all []string
	claim := func(text string, ok bool) {
		if !ok {
			panic("sweep: words are no equal sums")
		}
		if len(all) == 0 {
			all = append(all, adds)
		}
		all = append(all, text)
	}
	met := map[*block]bool{}
	var bounds func(us []use)
	bounds = func(us []use) {
		for _, u := range us {
			if u.bounded != nil && !met[u.block] {
				met[u.block] = true
				bounds(u.bounded.used)
				claim(u.bounded.text())
			}
		}
	}
	for i := range s.steps {
		if x := s.steps[i].identity; x != nil {
			bounds(x.used)
			claim(x.text())
		}
	}
	return all
}
