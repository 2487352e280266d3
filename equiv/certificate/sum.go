package certificate

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
)

// sum is an integer that depends on the inputs: konst + Σ coef[i]×input i.
type sum struct {
	konst int64
	coef  map[int]int64
}

// errLarge is raised where an integer would not be exact. A point that needs it is
// refused.
var errLarge = errors.New("an integer is beyond 62 bits")

func plus(a, b int64) int64 {
	c := a + b // both are within 62 bits
	if c > 1<<62 || c < -1<<62 {
		panic(errLarge)
	}
	return c
}

func times(a, b int64) int64 {
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if hi != 0 || lo > 1<<62 {
		panic(errLarge)
	}
	return a * b
}

// add makes s into s + k×t.
func (s *sum) add(k int64, t *sum) {
	s.konst = plus(s.konst, times(k, t.konst))
	for i, c := range t.coef {
		s.put(i, times(k, c))
	}
}

func (s *sum) put(i int, k int64) {
	if s.coef == nil {
		s.coef = map[int]int64{}
	}
	if s.coef[i] = plus(s.coef[i], k); s.coef[i] == 0 {
		delete(s.coef, i)
	}
}

// within contains s. It is exact for a sum of inputs, which are independent, so that each end
// is reached. What a sum lacks to a multiple of 2^k lies below 2^k, also if the sum does not.
func (s *sum) within(vars []variable) spec.Range {
	r := s.span(vars)
	for i, k := range s.coef {
		v := &vars[i]
		if v.shift == 0 || k&(1<<v.shift-1) != 0 {
			continue
		}
		// 2^shift × floor(arg / 2^shift) is arg less something of [0, 2^shift).
		k >>= v.shift
		other := &sum{}
		other.add(1, s)
		other.put(i, times(-k, 1<<v.shift))
		other.add(k, v.arg)
		in := span(other.span(vars), -k, spec.Range{Hi: 1<<v.shift - 1})
		r = spec.Range{Lo: max(r.Lo, in.Lo), Hi: min(r.Hi, in.Hi)}
	}
	return r
}

// span is within as if variables were independent.
func (s *sum) span(vars []variable) spec.Range {
	r := spec.Range{Lo: s.konst, Hi: s.konst}
	for i, k := range s.coef {
		r = span(r, k, vars[i].in)
	}
	return r
}

// span is the interval of x + k×y.
func span(x spec.Range, k int64, y spec.Range) spec.Range {
	lo, hi := times(k, y.Lo), times(k, y.Hi)
	return spec.Range{Lo: plus(x.Lo, min(lo, hi)), Hi: plus(x.Hi, max(lo, hi))}
}

// congruent reports whether s and t differ by multiples of 2^w, in every coefficient.
func (s *sum) congruent(t *sum, w int) bool {
	d := &sum{konst: s.konst, coef: maps.Clone(s.coef)}
	d.add(-1, t)
	all := uint64(d.konst)
	for _, k := range d.coef {
		all |= uint64(k)
	}
	return all&mask(w) == 0
}

// rounds reports whether s has something modulo 2^w that was divided and rounded. Two sums may
// be equal and differ in that.
func (s *sum) rounds(w int, vars []variable) bool {
	for i, k := range s.coef {
		if vars[i].shift > 0 && uint64(k)&mask(w) != 0 {
			return true
		}
	}
	return false
}

// reading reads nets of a module as sums. The sum of net v, X(v), and the bits of v are
// congruent modulo 2^width(v); the rules in step keep that so.
type reading struct {
	m     *module
	vars  *variables
	port  map[string]int // variable of an input, by name
	known map[int]spec.Range
	own   map[int]*sum // of nets whose X is no sum of their operands; nil: there is none
}

// errRule says that the checker has no rule for a net. Nothing is wrong then, and nothing
// is accepted.
var errRule = errors.New("no rule reads it as a sum")

// part is a part of a net's sum: k×X(net), or k×variable -1-net where net is negative.
type part struct {
	net int
	k   int64
}

// common is k×M(a, b), M(a, b) being the bits that nets a and b have in common: those of a
// where b is a constant of ones only, and else a variable.
func (r *reading) common(k int64, a, b int) (part, error) {
	w := r.m.cells[a].width
	if w > 61 {
		return part{}, fmt.Errorf("v%d of %d bits: %w", a, w, errRule)
	}
	for _, both := range [][2]int{{a, b}, {b, a}} {
		if c := &r.m.cells[both[1]]; c.op == "const" && c.k == mask(w) {
			return part{both[0], k}, nil
		}
	}
	nets := [2]int{min(a, b), max(a, b)}
	return part{-1 - r.vars.named(fmt.Sprint("common to ", nets), variable{nets: nets, in: spec.Range{Hi: 1<<w - 1}}), k}, nil
}

// either is X of v = or(a, b) and of the or of three: the majority or(or(x and y, y and z),
// x and z), in any order, where some net t is x xor y; and or(or(x and y, x), y).
func (r *reading) either(v int) ([]part, error) {
	var pairs [][2]int
	var collect func(v, depth int)
	collect = func(v, depth int) {
		switch c := &r.m.cells[v]; {
		case c.op == "or" && depth < 2:
			collect(c.args[0], depth+1)
			collect(c.args[1], depth+1)
		case c.op == "and":
			pairs = append(pairs, [2]int{min(c.args[0], c.args[1]), max(c.args[0], c.args[1])})
		default:
			pairs = append(pairs, [2]int{v, v})
		}
	}
	collect(v, 0)
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	x, y := r.m.cells[v].args[0], r.m.cells[v].args[1]
	if len(pairs) == 3 {
		a, b, c := pairs[0][0], pairs[0][1], pairs[1][1]
		if b != c && pairs[1] == [2]int{a, c} && pairs[2] == [2]int{b, c} {
			for range 3 {
				if t, ok := r.m.xors[[2]int{min(a, b), max(a, b)}]; ok { // H
					p, err := r.common(1, a, b)
					if err != nil {
						return nil, err
					}
					q, err := r.common(1, t, c)
					return []part{p, q}, err
				}
				a, b, c = b, c, a
			}
		}
		if a == b && pairs[1] == [2]int{a, c} && pairs[2] == [2]int{c, c} {
			x, y = a, c // the common bits are in both
		}
	}
	p, err := r.common(-1, x, y) // G
	return []part{{x, 1}, {y, 1}, p}, err
}

// alone is X of a net that is no sum of its operands, or nil.
func (r *reading) alone(v int) *sum {
	s, known := r.own[v]
	if !known {
		switch c := &r.m.cells[v]; {
		case c.op == "mux":
			if at := r.larger(v); at >= 0 {
				s = &sum{}
				s.put(at, 1)
			}
		case c.op == "slice" && c.k < 62:
			if x, err := r.sum(c.args[0]); err == nil {
				s = r.vars.floor(x, int(c.k))
			}
		}
		r.own[v] = s
	}
	return s
}

// larger is the variable that mux v is, as the larger one of its operands. It is -1 where v
// does not compare these, or where they are no inputs or lie beyond what the compare reads.
func (r *reading) larger(v int) (at int) {
	mux := r.m.cells[v].args
	less := &r.m.cells[mux[0]]
	if less.op != "slt" && less.op != "ult" || less.args[0] != mux[2] || less.args[1] != mux[1] {
		return -1
	}
	w := r.m.cells[v].width
	if w > 61 {
		return -1
	}
	reads := spec.Range{Hi: 1<<w - 1}
	if less.op == "slt" {
		reads = spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	var both [2]*sum
	for i := range both {
		x, err := r.sum(mux[1+i])
		if err != nil || !x.within(r.vars.list).Within(reads) {
			return -1
		}
		both[i] = x
	}
	return r.vars.greatest(both[0], both[1])
}

// step is X(v) in the sums of v's operands: c + Σ k×X(net). The letters refer to the
// package's documentation, which has the reason of each rule.
func (r *reading) step(v int) (ps []part, c int64, err error) {
	x := &r.m.cells[v]
	a := func(i int) int { return x.args[i] }
	if s, proved := r.own[v]; x.op == "mux" || x.op == "slice" && x.k > 0 || proved { // I, J, K
		if !proved {
			s = r.alone(v)
		}
		if s == nil {
			return nil, 0, fmt.Errorf("%s v%d: %w", x.op, v, errRule)
		}
		for i, k := range s.coef {
			ps = append(ps, part{-1 - i, k})
		}
		return ps, s.konst, nil
	}
	switch x.op {
	case "const": // A
		if x.width <= 61 {
			return nil, int64(x.k), nil
		}
	case "add": // B
		return []part{{a(0), 1}, {a(1), 1}}, 0, nil
	case "sub": // B
		return []part{{a(0), 1}, {a(1), -1}}, 0, nil
	case "neg": // B
		return []part{{a(0), -1}}, 0, nil
	case "not": // B
		return []part{{a(0), -1}}, -1, nil
	case "mul": // C
		for i := range 2 {
			if k := &r.m.cells[a(i)]; k.op == "const" {
				return []part{{a(1 - i), signed(k.k, k.width)}}, 0, nil
			}
		}
	case "shl": // C
		if k := &r.m.cells[a(1)]; k.op == "const" && k.k < 62 {
			return []part{{a(0), 1 << k.k}}, 0, nil
		}
	case "slice": // D
		return []part{{a(0), 1}}, 0, nil
	case "zext": // E
		c, err := r.shift(a(0), 0)
		return []part{{a(0), 1}}, c, err
	case "sext": // E
		c, err := r.shift(a(0), 1<<(r.m.cells[a(0)].width-1))
		return []part{{a(0), 1}}, c, err
	case "concat": // F
		if w := r.m.cells[a(0)].width; w < 62 {
			c, err := r.shift(a(0), 0)
			return []part{{a(0), 1}, {a(1), 1 << w}}, c, err
		}
	case "and": // G
		p, err := r.common(1, a(0), a(1))
		return []part{p}, 0, err
	case "xor": // G
		p, err := r.common(-2, a(0), a(1))
		return []part{{a(0), 1}, {a(1), 1}, p}, 0, err
	case "or":
		ps, err := r.either(v)
		return ps, 0, err
	}
	return nil, 0, fmt.Errorf("%s v%d: %w", x.op, v, errRule)
}

// shift is the multiple of 2^w, w the width of v, that brings X(v) into the 2^w numbers
// from -below on. It is an error if no multiple does so for all inputs.
func (r *reading) shift(v int, below int64) (int64, error) {
	w := r.m.cells[v].width
	if w > 61 {
		return 0, fmt.Errorf("v%d of %d bits is widened: %w", v, w, errRule)
	}
	in, err := r.interval(v)
	if err == nil && plus(in.Lo, below)>>w != plus(in.Hi, below)>>w {
		// Operands may depend on each other.
		var s *sum
		if s, err = r.sum(v); err == nil {
			in = s.within(r.vars.list)
			r.known[v] = in
		}
	}
	if err != nil {
		return 0, err
	}
	n := plus(in.Lo, below) >> w
	if n != plus(in.Hi, below)>>w {
		return 0, fmt.Errorf("v%d of %d bits takes %v and is widened: %w", v, w, in, errRule)
	}
	return times(-n, 1<<w), nil
}

// interval contains X(v) for all inputs.
func (r *reading) interval(v int) (spec.Range, error) {
	if in, ok := r.known[v]; ok {
		return in, nil
	}
	var in spec.Range
	if c := &r.m.cells[v]; c.op == "input" {
		in = r.vars.list[r.port[c.port]].in
	} else {
		ps, k, err := r.step(v)
		if err != nil {
			return in, err
		}
		in = spec.Range{Lo: k, Hi: k}
		for _, p := range ps {
			var x spec.Range
			if p.net < 0 {
				x = r.vars.list[-1-p.net].in
			} else if x, err = r.interval(p.net); err != nil {
				return in, err
			}
			in = span(in, p.k, x)
		}
	}
	r.known[v] = in
	return in, nil
}

// sum is X(v). It goes from v back to the inputs: all users of a net have been seen when
// the net is reached, since operands have smaller numbers.
func (r *reading) sum(v int) (*sum, error) {
	s := &sum{}
	coef := make([]int64, v+1)
	coef[v] = 1
	for n := v; n > 0; n-- {
		if coef[n] == 0 {
			continue
		}
		if c := &r.m.cells[n]; c.op == "input" {
			s.put(r.port[c.port], coef[n])
			continue
		}
		ps, k, err := r.step(n)
		if err != nil {
			return nil, err
		}
		s.konst = plus(s.konst, times(coef[n], k))
		for _, p := range ps {
			if p.net < 0 {
				s.put(-1-p.net, times(coef[n], p.k))
				continue
			}
			coef[p.net] = plus(coef[p.net], times(coef[n], p.k))
		}
	}
	return s, nil
}
