package encode

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// If cells read slices of a variable, the variable is written in digits. It is cut at
// certain bit positions, and each digit between two cuts is an integer of its own, 0 or
// more. The last digit may be negative if the variable may. The variable is by
// definition the weighted sum of its digits, and each value has exactly one such
// representation. So a slice is a sum of digits. With (div v 2^k), solvers would split
// cases.

// cutAt records that a cell reads n bits of v from bit lo.
func (q *Ints) cutAt(v netlist.Value, lo, n int) {
	x, from, ok := q.origin(v, lo, n)
	if !ok {
		return
	}
	if q.places == nil {
		q.places = map[Variable][]int{}
	}
	places := []int{from, from + n}
	if top := lastPlace(q.bounds[x]); q.bounds[x].Lo < 0 && from+n >= top {
		places = append(places, top-1) // make the sign a digit of its own
	}
	for _, at := range places {
		if i, found := slices.BinarySearch(q.places[x], at); !found && at > 0 {
			q.places[x] = slices.Insert(q.places[x], i, at)
		}
	}
}

// origin returns the variable whose bits are the n bits of net v from bit lo, if there
// is one.
func (q *Ints) origin(v netlist.Value, lo, n int) (x Variable, from int, ok bool) {
	for {
		if x := q.input[v]; x != None {
			w := q.gate.Width(v)
			return x, lo, within(q.bounds[x], window(w, true)) || within(q.bounds[x], window(w, false))
		}
		c := &q.gate.Cells[v]
		switch c.Op {
		case netlist.OpSlice:
			v, lo = c.Args[0], lo+int(c.Aux)
		case netlist.OpZext, netlist.OpSext:
			if v = c.Args[0]; lo+n > q.gate.Width(v) {
				return None, 0, false
			}
		case netlist.OpConcat:
			low := q.gate.Width(c.Args[0])
			switch {
			case lo+n <= low:
				v = c.Args[0]
			case lo >= low:
				v, lo = c.Args[1], lo-low
			default:
				return None, 0, false
			}
		default:
			return None, 0, false
		}
	}
}

// digit is a variable's digit that starts at bit at.
type digit struct {
	name  string
	at    int
	bound spec.Range
}

// digits returns the digits of variable x, the lowest first; nil if it is not cut.
func (q *Ints) digits(x Variable) []digit {
	places := q.places[x]
	b := q.bounds[x]
	top := lastPlace(b)
	var ds []digit
	name := q.variable(x) + "d"
	for i := -1; i < len(places); i++ {
		at := 0
		if i >= 0 {
			at = places[i]
		}
		if at >= top {
			break
		}
		d := digit{name: name + strconv.Itoa(at), at: at, bound: spec.Range{Lo: b.Lo >> at, Hi: b.Hi >> at}}
		if i+1 < len(places) && places[i+1] < top {
			d.bound = spec.Range{Lo: 0, Hi: 1<<(places[i+1]-at) - 1}
		}
		ds = append(ds, d)
	}
	if len(ds) < 2 {
		return nil
	}
	return ds
}

// lastPlace is the first bit position from which all bits of a variable with this
// interval are its sign.
func lastPlace(b spec.Range) int {
	n := 0
	for b.Lo>>n < -1 || b.Hi>>n > 0 {
		n++
	}
	if b.Lo < 0 {
		n++
	}
	return n
}

// slice returns n bits of v from bit lo as a sum of digits, with its interval. If
// signed is set, a slice that includes the variable's sign keeps its negative value.
// Otherwise it is the unsigned number of the bits.
func (q *Ints) slice(v netlist.Value, lo, n int, signed bool) (body string, r spec.Range, ok bool) {
	x, from, ok := q.origin(v, lo, n)
	if !ok {
		return "", spec.Range{}, false
	}
	var parts []string
	for _, d := range q.digits(x) {
		if d.at < from || d.at >= from+n {
			continue
		}
		k := int64(1) << (d.at - from)
		switch sign := d.bound == (spec.Range{Lo: -1, Hi: 0}); {
		case signed:
		case sign:
			k = -(1<<n - k) // a negative value fills all higher bits
		case d.bound.Lo < 0:
			return "", spec.Range{}, false
		}
		part := d.name
		if k != 1 {
			var t smt.Builder
			part = t.Str("(* ").Int(k).Str(" ").Str(d.name).Str(")").String()
		}
		parts = append(parts, part)
		ends := []int64{k * d.bound.Lo, k * d.bound.Hi}
		r = spec.Range{Lo: r.Lo + slices.Min(ends), Hi: r.Hi + slices.Max(ends)}
	}
	switch len(parts) {
	case 0:
		return "", spec.Range{}, false
	case 1:
		return parts[0], r, true
	}
	return "(+ " + strings.Join(parts, " ") + ")", r, true
}

// declareVariable declares variable x, and its digits if it has any.
func (q *Ints) declareVariable(out *smt.Builder, i int, x Variable, bounded bool) {
	within := func(name string, b spec.Range) {
		if bounded {
			out.Str("(assert (<= ").Int(b.Lo).Str(" ").Str(name).Str(" ").Int(b.Hi).Str("))")
		}
	}
	ds := q.digits(x)
	if ds == nil {
		out.Str("(declare-const ").Var('v', i).Str(" Int)")
		within(q.names[x], q.bounds[x])
		out.Str("\n")
		return
	}
	for _, d := range ds {
		out.Str("(declare-const ").Str(d.name).Str(" Int)")
		within(d.name, d.bound)
		out.Str("\n")
	}
	out.Str("(define-fun ").Var('v', i).Str(" () Int (+")
	for _, d := range ds {
		out.Str(" (* ").Int(1 << d.at).Str(" ").Str(d.name).Str(")")
	}
	out.Str("))")
	if b := q.bounds[x]; b != ds[len(ds)-1].span(ds) {
		within(q.names[x], b)
	}
	out.Str("\n")
}

// span is the interval of all digits together.
func (d digit) span(ds []digit) (r spec.Range) {
	for _, d := range ds {
		r = spec.Range{Lo: r.Lo + d.bound.Lo<<d.at, Hi: r.Hi + d.bound.Hi<<d.at}
	}
	return r
}

// cuts records which bits of variables the cells of v's cone read.
func (q *Ints) cuts(v netlist.Value) {
	c := &q.gate.Cells[v]
	if t, ok := q.lemmas.Table(v); ok {
		for _, x := range t.Terms {
			q.cutAt(x.Net, x.Bit, 1)
		}
		return
	}
	switch c.Op {
	case netlist.OpSlice:
		q.cutAt(c.Args[0], int(c.Aux), int(c.Width))
	case netlist.OpAnd, netlist.OpOr, netlist.OpXor:
		if word, ones, ok := lift.Constant(q.gate, c); ok {
			for _, r := range lift.Runs(ones) {
				q.cutAt(word, r.Lo, r.Len)
			}
		}
	}
}

// part returns n bits of net v from bit lo as an unsigned number. v is encoded already.
func (q *Ints) part(v netlist.Value, lo, n int) string {
	if body, _, ok := q.slice(v, lo, n, false); ok {
		return body
	}
	q.bent = true
	body := q.nets[v]
	var t smt.Builder
	if lo > 0 {
		body = t.Str("(div ").Str(body).Str(" ").Int(1 << lo).Str(")").String()
	}
	t = smt.Builder{}
	return t.Str("(mod ").Str(body).Str(" ").Int(1 << n).Str(")").String()
}
