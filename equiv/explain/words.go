package explain

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// words describes the fault at a culprit. If alone is set, nothing else is wrong, so it
// compares the whole accumulator; otherwise it compares the root with its counterpart.
func (e *explanation) words(c culprit, alone bool) (string, []string) {
	at := at(c)
	if w, ok := e.wrapWords(c); ok {
		return w + at + e.reachable(c), nil
	}
	if alone && e.isAcc {
		if v, ok := e.sum(); ok {
			has, want := e.gate.form(v).Symmetric(e.gate.m.Width(v)), e.acc
			u, paired := e.x.pair[c.root]
			if paired && has.Sub(want).Reduce(e.gate.m.Width(v)).IsConst() && e.behind() {
				// A rounding constant is part of the reference, not of the accumulator.
				v, has, want = c.root, e.gate.form(c.root), e.ref.form(u)
			}
			if w, weights, ok := e.coefficients(has, want, v); ok && e.linear(want) && e.linear(has) {
				return w + at, weights
			}
		}
	}
	u, paired := e.x.pair[c.root]
	if paired && e.linear(e.gate.form(c.root)) && e.linear(e.ref.form(u)) {
		w := min(e.gate.m.Width(c.root), e.ref.m.Width(u))
		has, want := e.gate.form(c.root).Symmetric(w), e.ref.form(u).Symmetric(w)
		if e.several() && e.isAcc {
			// A part of the sum may hold a part of a weight; what it lacks, the weight lacks.
			has, want = has.Sub(want).Add(e.acc), e.acc
		}
		if w, weights, ok := e.coefficients(has, want, c.root); ok {
			return w + at, weights
		}
	}
	if w, ok := e.tailWords(); ok {
		return w + at, nil
	}
	if g, r := e.gate.m.Cells[c.root], e.ref.m.Cells[u]; paired && g.Op == netlist.OpSlice && r.Op == netlist.OpSlice && g.Aux != r.Aux {
		return fmt.Sprintf("reads bits from %d of %s where the reference reads bits from %d", g.Aux, e.gate.name(g.Args[0]), r.Aux) + at, nil
	}
	if paired && e.gate.op(c.root) != e.ref.op(u) {
		return fmt.Sprintf("%s where the reference has %s", phrase(e.gate.op(c.root)), phrase(e.ref.op(u))) + at, nil
	}
	return fmt.Sprintf("%v of %s computes another function", e.gate.op(c.root), words.Count(e.gate.m.Width(c.root), "bit")) + at, nil
}

func phrase(op netlist.Op) string {
	switch op {
	case netlist.OpAdd:
		return "adds"
	case netlist.OpSub:
		return "subtracts"
	case netlist.OpZext:
		return "extends by zeros"
	case netlist.OpSext:
		return "extends by the sign bit"
	}
	return op.String()
}

// wrapWords describes a value that does not fit, or that is read with the wrong
// signedness. Then the root is narrower than the reference's node of its function, or
// an extension of such a node.
func (e *explanation) wrapWords(c culprit) (string, bool) {
	v := c.root
	if u, ok := e.x.wider(v); ok && e.x.sound(v) != sound {
		return e.overflow(v, e.ref.form(u))
	}
	op := e.gate.op(v)
	if op != netlist.OpZext && op != netlist.OpSext {
		return "", false
	}
	a := e.gate.args(v)[0]
	w := e.gate.m.Width(a)
	if w > lift.MaxWidth {
		return "", false
	}
	f := e.gate.form(a)
	// A reading of the operand that fits its range says how it should have been
	// extended.
	for _, signed := range []bool{false, true} {
		if signed == (op == netlist.OpSext) {
			continue
		}
		win := window(w, signed)
		if r := e.sp.Bounds(f); r.Within(win) {
			if signed {
				return "sign extension lost: a negative value is extended by zeros", true
			}
			return "sign extension invented: an unsigned value is extended by its top bit", true
		}
	}
	return e.overflow(a, f)
}

// overflow says where a node of w bits wraps that should hold f.
func (e *explanation) overflow(v netlist.Value, f term.Form) (string, bool) {
	w := e.gate.m.Width(v)
	signed := false
	for _, u := range e.gate.users[v] {
		signed = signed || e.gate.op(u) == netlist.OpSext || e.gate.op(u) == netlist.OpSlt
	}
	r, win := e.sp.Bounds(f), window(w, signed)
	what := "accumulator"
	if !e.isAcc || !f.EqualMod(e.acc, w) {
		what = "value"
	}
	switch {
	case r.Hi > win.Hi:
		return fmt.Sprintf("%s of %s wraps above %d", what, words.Count(w, "bit"), win.Hi), true
	case r.Lo < win.Lo:
		return fmt.Sprintf("%s of %s wraps below %d", what, words.Count(w, "bit"), win.Lo), true
	}
	return "", false
}

// reachable adds the interval that a wrapping value should be able to hold.
func (e *explanation) reachable(c culprit) string {
	v := c.root
	if u, ok := e.x.wider(v); ok {
		return fmt.Sprintf(", reachable range is %v", e.sp.Bounds(e.ref.form(u)))
	}
	return fmt.Sprintf(", reachable range is %v", e.sp.Bounds(e.gate.form(e.gate.args(v)[0])))
}

func window(w int, signed bool) spec.Range {
	if signed {
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

// maxListed is the largest number of listed coefficients.
const maxListed = 3

// coefficients compares two linear forms over the inputs. ok is false where they
// are equal. v is the circuit's node of the first.
func (e *explanation) coefficients(has, want term.Form, v netlist.Value) (said string, weights []string, ok bool) {
	w := e.gate.m.Width(v)
	diff := has.Sub(want).Reduce(w).Symmetric(w)
	if len(diff.Monos) == 0 {
		if diff.Const == 0 {
			return "", nil, false
		}
		return e.constants(has.Const, want.Const, diff.Const), nil, true
	}
	h, g := coefs(has), coefs(want)
	var at []int
	for _, m := range diff.Monos {
		at = append(at, int(m.Atom))
		weights = append(weights, e.weight(int(m.Atom)))
	}
	weights = slices.DeleteFunc(weights, func(s string) bool { return s == "" })
	if len(weights) > maxListed {
		weights = weights[:maxListed]
	}
	if len(at) == 2 {
		i, j := at[0], at[1]
		switch {
		case h[i] == g[j] && h[j] == g[i]:
			if h[i] != 0 && h[j] != 0 {
				return fmt.Sprintf("inputs %s and %s swapped: coefficients %s and %s, specification says %s and %s%s", e.input(i), e.input(j), power(h[i]), power(h[j]), power(g[i]), power(g[j]), e.where(weights)), weights, true
			}
			if h[i] == 0 {
				i, j = j, i
			}
			return fmt.Sprintf("wrong input: reads %s with coefficient %s where the specification has %s%s", e.input(i), power(h[i]), e.input(j), e.where(weights)), weights, true
		case h[i] == 0 && h[j] == g[i]+g[j], h[j] == 0 && h[i] == g[i]+g[j]:
			if h[i] == 0 {
				i, j = j, i
			}
			return fmt.Sprintf("wrong input: reads %s again where the specification has %s, coefficient %s%s", e.input(i), e.input(j), power(g[j]), e.where(weights)), weights, true
		}
	}
	sign := len(at) > 1
	for _, i := range at {
		sign = sign && h[i] == -g[i]
	}
	if sign {
		return fmt.Sprintf("wrong sign of %s: %s%s", words.Count(len(at), "term"), e.inputs(at), e.where(weights)), weights, true
	}
	var parts []string
	for k, i := range at {
		if k == maxListed {
			parts = append(parts, fmt.Sprintf("and %s", words.Count(len(at)-k, "more input")))
			break
		}
		index := ""
		if x := e.weight(i); x != "" {
			index = " (" + x + ")"
		}
		switch {
		case h[i] != 0 && g[i] != 0 && e.several():
			parts = append(parts, fmt.Sprintf("weight of input %s is %s, the hardware has %s%s%s", e.input(i), asSum(g[i]), asSum(h[i]), termFault(h[i], g[i]), index))
		case h[i] == 0:
			parts = append(parts, fmt.Sprintf("term missing: input %s, specification says coefficient %s%s", e.input(i), power(g[i]), index))
		case g[i] == 0:
			parts = append(parts, fmt.Sprintf("extra term: input %s has coefficient %s, specification says 0%s", e.input(i), power(h[i]), index))
		default:
			parts = append(parts, fmt.Sprintf("input %s has coefficient %s, specification says %s%s", e.input(i), power(h[i]), power(g[i]), index))
		}
	}
	return e.subject() + strings.Join(parts, "; "), weights, true
}

// constants words a difference of constants: of the bias, or, behind the
// accumulator, of the rounding constant.
func (e *explanation) constants(has, want, diff int64) string {
	if e.Unit.Kind == shiftadd.KindChannel && !e.behind() {
		return fmt.Sprintf("%sbias is %d, specification says %d", e.subject(), e.acc.Const+diff, e.acc.Const)
	}
	if k := want - e.acc.Const; k != 0 {
		return fmt.Sprintf("rounding constant is %d, specification's mode %v adds %d", k+diff, e.Layer.Out.Rounding, k)
	}
	if e.behind() {
		return fmt.Sprintf("rounding constant is %d too large", diff)
	}
	return fmt.Sprintf("constant is %d, specification says %d", has, want)
}

// behind reports whether the model's accumulator itself is a sound node: what is
// wrong comes after it.
func (e *explanation) behind() bool {
	for v := range e.gate.cone {
		w := e.gate.m.Width(netlist.Value(v))
		if e.gate.cone[v] && e.isAcc && w > 1 && !e.acc.IsConst() && e.gate.form(netlist.Value(v)).EqualMod(e.acc, w) {
			if r := e.sp.Bounds(e.acc); r.Within(window(w, true)) || r.Within(window(w, false)) {
				return true
			}
		}
	}
	return false
}

func (e *explanation) subject() string {
	if e.Unit.Kind != shiftadd.KindChannel {
		return ""
	}
	return fmt.Sprintf("output channel %d of %s: ", e.Unit.Channel, e.Layer.Name)
}

func coefs(f term.Form) map[int]int64 {
	m := map[int]int64{}
	for _, x := range f.Monos {
		m[int(x.Atom)] = x.Coef
	}
	return m
}

// power writes a coefficient as a signed power of two where it is one.
func power(c int64) string {
	sign, u := "", uint64(c)
	if c < 0 {
		sign, u = "−", uint64(-c)
	}
	if bits.OnesCount64(u) != 1 {
		return sign + strconv.FormatUint(u, 10)
	}
	return sign + "2^" + strconv.Itoa(bits.TrailingZeros64(u))
}

// several reports whether the layer's weights are sums of several powers of two.
func (e *explanation) several() bool {
	conv, ok := e.Layer.Op.(*spec.Conv)
	return ok && e.Unit.Kind == shiftadd.KindChannel && conv.PerWeight() > 1
}

// asSum writes a weight with its terms, if there are two or more.
func asSum(v int64) string {
	number := strings.Replace(strconv.FormatInt(v, 10), "-", "−", 1)
	if len(spec.Spell(v)) < 2 {
		return number
	}
	return number + " = " + spec.Sum(v)
}

// termFault names the one term of a weight that makes the difference, if one does.
// Where several could, the first of these is said: a term is missing, has the other
// sign, is one too many, is moved to another place, is another one.
func termFault(has, want int64) string {
	terms := spec.Spell(want)
	missing := has - want
	for _, c := range terms {
		if missing == -c.Value() {
			return fmt.Sprintf(": term %s is missing", spec.Sum(c.Value()))
		}
	}
	for _, c := range terms {
		if missing == -2*c.Value() {
			return fmt.Sprintf(": term %s has the other sign", spec.Sum(c.Value()))
		}
	}
	if len(spec.Spell(missing)) == 1 {
		return fmt.Sprintf(": term %s is one too many", spec.Sum(missing))
	}
	for _, c := range terms {
		if moved := spec.Spell(missing + c.Value()); len(moved) == 1 && moved[0].Sign() == c.Sign() {
			return fmt.Sprintf(": term %s is moved to %s", spec.Sum(c.Value()), spec.Sum(moved.Value()))
		}
	}
	for _, c := range terms {
		if other := spec.Spell(missing + c.Value()); len(other) == 1 {
			return fmt.Sprintf(": term %s is %s instead", spec.Sum(c.Value()), spec.Sum(other.Value()))
		}
	}
	return ""
}

// input is what the model's variable i is called: the channel of the input map
// and the position in the kernel, by its port.
func (e *explanation) input(i int) string { return e.Model.Vars[i].Port }

func (e *explanation) inputs(at []int) string {
	var names []string
	for k, i := range at {
		if k == maxListed {
			names = append(names, fmt.Sprintf("and %d more", len(at)-k))
			break
		}
		names = append(names, e.input(i))
	}
	return strings.Join(names, ", ")
}

// weight is the place of variable i's weight in the weights, or "".
func (e *explanation) weight(i int) string {
	conv, ok := e.Layer.Op.(*spec.Conv)
	if !ok || e.Unit.Kind != shiftadd.KindChannel {
		return ""
	}
	_, ky, kx := e.Layer.TapSource(e.Unit.Channel, i)
	return fmt.Sprintf("weights[%d,%d,%d,%d]", e.Unit.Channel, i/(conv.Kernel[0]*conv.Kernel[1]), ky, kx)
}

func (e *explanation) where(weights []string) string {
	if len(weights) == 0 {
		return ""
	}
	return " (" + strings.Join(weights, ", ") + ")"
}
