package certificate

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// variable is an input of a compare point, or an integer that depends on inputs in a way
// that is no sum: the greatest of some, or bits that two nets have in common.
type variable struct {
	port  string // "" if it is no input
	width int
	in    spec.Range
	of    []int  // if not nil: the inputs of which it is the greatest
	nets  [2]int // if not 0: it has the bits that these nets have in common
	// If not nil: arg clamped to an interval or, if shift is not 0, floor(arg/2^shift).
	arg   *sum
	to    spec.Range
	shift int
}

// variables are those of a point. The same integer is one variable, whoever meets it.
type variables struct {
	list []variable
	at   map[string]int // those that are no inputs
}

// named is the variable of a name, which says what it is; it is made at the first time.
func (vs *variables) named(name string, v variable) int {
	at, known := vs.at[name]
	if !known {
		if vs.at == nil {
			vs.at = map[string]int{}
		}
		at = len(vs.list)
		vs.at[name], vs.list = at, append(vs.list, v)
	}
	return at
}

// floor is floor(s/2^k), a variable of its own unless s is constant there or a multiple.
func (vs *variables) floor(s *sum, k int) *sum {
	in := s.within(vs.list)
	if in.Lo>>k == in.Hi>>k {
		return &sum{konst: in.Lo >> k}
	}
	whole := &sum{konst: s.konst >> k}
	odd := uint64(s.konst)
	for i, c := range s.coef {
		odd |= uint64(c)
		whole.put(i, c>>k)
	}
	if odd&(1<<k-1) == 0 {
		return whole
	}
	return vs.variable(fmt.Sprint("floor of ", s.konst, s.coef, " by ", k), variable{arg: s, shift: k, in: spec.Range{Lo: in.Lo >> k, Hi: in.Hi >> k}})
}

// clamp is s clamped to an interval.
func (vs *variables) clamp(s *sum, to spec.Range) *sum {
	in := s.within(vs.list)
	return vs.variable(fmt.Sprint(s.konst, s.coef, " clamped to ", to), variable{arg: s, to: to, in: spec.Range{
		Lo: min(max(in.Lo, to.Lo), to.Hi), Hi: min(max(in.Hi, to.Lo), to.Hi),
	}})
}

// variable is named as a sum.
func (vs *variables) variable(name string, v variable) *sum {
	s := &sum{}
	s.put(vs.named(name, v), 1)
	return s
}

// clamped lists the clamps that a sum depends on, those first that others depend on.
func (vs *variables) clamped(s *sum) (list []int) {
	seen := map[int]bool{}
	var visit func(s *sum)
	visit = func(s *sum) {
		for i := range s.coef {
			if v := &vs.list[i]; v.arg != nil && !seen[i] {
				seen[i] = true
				visit(v.arg)
				if v.shift == 0 {
					list = append(list, i)
				}
			}
		}
	}
	visit(s)
	slices.Sort(list) // a variable is younger than those that it depends on
	return list
}

// single is the variable that a sum is, or -1.
func (s *sum) single() int {
	if len(s.coef) == 1 && s.konst == 0 {
		for i, k := range s.coef {
			if k == 1 {
				return i
			}
		}
	}
	return -1
}

// greatest is the variable that is the greater one of two, each an input or a greatest
// itself. It is -1 if one of them is not. Its interval is exact, as inputs are independent.
func (vs *variables) greatest(a, b *sum) int {
	x, y := a.single(), b.single()
	if x < 0 || y < 0 {
		return -1
	}
	of := slices.Concat(vs.list[x].inputs(x), vs.list[y].inputs(y))
	slices.Sort(of)
	of = slices.Compact(of)
	if slices.Contains(of, -1) {
		return -1
	}
	p, q := vs.list[x].in, vs.list[y].in
	return vs.named(fmt.Sprint("greatest of ", of), variable{of: of, in: spec.Range{Lo: max(p.Lo, q.Lo), Hi: max(p.Hi, q.Hi)}})
}

// inputs are those of which v, number at, is the greatest; -1 if it is none.
func (v *variable) inputs(at int) []int {
	switch {
	case v.of != nil:
		return v.of
	case v.port != "":
		return []int{at}
	}
	return []int{-1}
}

// reference reads golden's definition of an accumulator as a sum of inputs. It implements
// golden.Algebra.
type reference struct {
	variables
	fault error // the first reason why the definition is no sum
}

// definer reads golden's definitions over the inputs of a compare point.
type definer interface {
	golden.Algebra[*sum]
	input(variable) *sum
}

// unit is a compare point: a module of a layer, and what its output must be.
type unit struct {
	name string
	port string // the output
	// The output is golden.Requantize of the accumulator or, where tail is false, the
	// accumulator itself. It has width bits, and its integers lie within out.
	tail  bool
	shift int
	width int
	out   spec.Range
	acc   func(definer) *sum
}

// units are the compare points of a layer; none if it is programmed.
func units(l *spec.Layer) (us []unit) {
	add := func(name string, shift int, acc func(definer) *sum) {
		us = append(us, unit{l.Name + name, "y", true, shift, l.Out.Format.Width, l.Out.Range(), acc})
	}
	in := func(r definer, i int, port string) *sum {
		return r.input(variable{port: port, width: l.InFormat(i).Width, in: l.InRange(i)})
	}
	window := func(r definer) (xs []*sum) {
		w, _ := l.Window()
		for i := range w.Taps() {
			xs = append(xs, in(r, 0, shiftadd.PixelName(i/w.Kernel[1], i%w.Kernel[1])))
		}
		return xs
	}
	pass := func(n, oc int) {
		add("_pass"+strconv.Itoa(n), l.Shift(oc), func(r definer) *sum {
			i, _ := l.Source(oc)
			return in(r, i, "x")
		})
	}
	switch op := l.Op.(type) {
	case *spec.Conv:
		for oc := range op.OutC {
			add("_c"+strconv.Itoa(oc), l.Shift(oc), func(r definer) *sum {
				xs := make([]*sum, l.Taps())
				for t := range xs {
					xs[t] = in(r, 0, shiftadd.TapName(l, oc, t))
				}
				return golden.Accumulate(r, l, oc, xs)
			})
		}
	case *spec.Add:
		add("_add", l.Shift(0), func(r definer) *sum { return golden.AddAligned(r, l, in(r, 0, "a"), in(r, 1, "b")) })
	case *spec.MaxPool:
		add("_max", l.Shift(0), func(r definer) *sum { return golden.Greatest(r, window(r)) })
	case *spec.AvgPool:
		add("_average", l.Shift(0), func(r definer) *sum { return golden.AverageScale(r, op, window(r)) })
	case *spec.Pool:
		width, _ := shiftadd.FrameWidth(l)
		s, x, frame := l.InShape(0), l.InRange(0), shiftadd.FrameRange(l)
		us = append(us, unit{l.Name + "_accumulate", "next", false, 0, width, frame.Hull(spec.Range{}), func(r definer) *sum {
			// The sum of all pixels but the last, of which none or some have come.
			before := span(spec.Range{}, int64(s.H)*int64(s.W)-1, x).Hull(spec.Range{})
			return r.Sum(r.input(variable{port: "acc", width: width, in: before}), in(r, 0, "x"))
		}})
		add("_mean", l.Shift(0), func(r definer) *sum {
			return golden.PoolScale(r, op, r.input(variable{port: "acc", width: width, in: frame}))
		})
	case *spec.Concat:
		pass(0, 0)
		pass(1, l.InShape(0).C)
	case *spec.Split:
		pass(0, 0)
	}
	return us
}

// input is a new variable.
func (r *reference) input(v variable) *sum {
	s := &sum{}
	s.put(len(r.list), 1)
	r.list = append(r.list, v)
	return s
}

func (r *reference) Const(c int64) *sum { return &sum{konst: c} }

func (r *reference) Sum(vs ...*sum) *sum {
	s := &sum{}
	for _, v := range vs {
		s.add(1, v)
	}
	return s
}

func (r *reference) Neg(v *sum) *sum { return r.Mul(v, r.Const(-1)) }

func (r *reference) Mul(a, b *sum) *sum {
	if len(b.coef) > 0 {
		a, b = b, a
	}
	if len(b.coef) > 0 {
		return r.fail("it multiplies inputs")
	}
	s := &sum{}
	s.add(b.konst, a)
	return s
}

func (r *reference) Shl(v *sum, k int) *sum {
	if k > 61 {
		panic(errLarge)
	}
	return r.Mul(v, r.Const(1<<k))
}

// Shr is a constant where it is the same for all inputs: so it is in an accumulator that
// wraps and has room.
func (r *reference) Shr(v *sum, k int) *sum {
	if k == 0 {
		return v
	}
	if k > 61 {
		panic(errLarge)
	}
	return r.floor(v, k)
}

// IfLess is decided where one side is less for all inputs or for none. Else it is a clamp, or
// the greatest of inputs, where it chooses so.
func (r *reference) IfLess(a, b, then, els *sum) *sum {
	d := r.Sum(a, r.Neg(b)).within(r.list)
	switch {
	case d.Hi < 0:
		return then
	case d.Lo >= 0:
		return els
	}
	at := els.single()
	switch {
	case len(a.coef) == 0 && then.congruent(a, 64) && els.congruent(b, 64): // a < b ? a : b
		return r.clamp(b, spec.Range{Lo: math.MinInt64, Hi: a.konst})
	case len(b.coef) == 0 && then.congruent(b, 64) && els.congruent(a, 64): // a < b ? b : a
		return r.clamp(a, spec.Range{Lo: b.konst, Hi: math.MaxInt64})
	case len(b.coef) == 0 && then.congruent(b, 64) && at >= 0 && r.list[at].arg != nil && r.list[at].shift == 0 &&
		r.list[at].arg.congruent(a, 64) && r.list[at].to.Lo == math.MinInt64 && b.konst <= r.list[at].to.Hi: // a < b ? b : min(a, hi)
		return r.clamp(a, spec.Range{Lo: b.konst, Hi: r.list[at].to.Hi})
	}
	if then.congruent(b, 64) && els.congruent(a, 64) {
		if at := r.greatest(a, b); at >= 0 {
			s := &sum{}
			s.put(at, 1)
			return s
		}
	}
	return r.fail("it depends on which of two sums is less")
}

func (r *reference) fail(why string) *sum {
	r.fault = fmt.Errorf("%s: %w", why, errRule)
	return &sum{}
}

// tailVariable is u: the sum with acc = scale×u + offset.
func tailVariable(acc *sum, scale, offset int64) (*sum, error) {
	if scale == 0 {
		return nil, errors.New("its scale is 0")
	}
	u := &sum{konst: plus(acc.konst, -offset) / scale}
	for i, k := range acc.coef {
		u.put(i, k/scale)
	}
	again := &sum{konst: offset}
	again.add(scale, u)
	if !again.congruent(acc, 64) {
		return nil, fmt.Errorf("the accumulator is not %d×u + %d for a sum u", scale, offset)
	}
	return u, nil
}

// interval is that of u, where scale×u + offset is the sum acc.
func (u *sum) interval(acc *sum, scale, offset int64, vars []variable) spec.Range {
	in, of := u.within(vars), acc.within(vars)
	lo, hi := plus(of.Lo, -offset), plus(of.Hi, -offset)
	if scale < 0 {
		lo, hi, scale = -hi, -lo, -scale
	}
	// The least u with scale×u >= lo, and the greatest one with scale×u <= hi.
	ceil := -floorDiv(-lo, scale)
	return spec.Range{Lo: max(in.Lo, ceil), Hi: min(in.Hi, floorDiv(hi, scale))}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
