package explain

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/explain/repair"
	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// repairs returns the changes that repair the circuit, the smallest first.
func (e *explanation) repairs() []repair.Repair {
	p := repair.Problem{Question: e.Question, Witness: e.Inputs, Acc: e.acc, HasAcc: e.isAcc && e.linear(e.acc)}
	p.Form = func(v netlist.Value) (term.Form, bool) {
		if !e.gate.cone[v] {
			return term.Form{}, false
		}
		f := e.gate.form(v)
		return f, e.linear(f)
	}
	if p.HasAcc {
		p.Lacks = e.lacks()
		p.Constants = e.differences()
	}
	found, err := repair.Search(p)
	if err != nil {
		return nil
	}
	return found
}

// lacks is the model's accumulator minus the circuit's, or nil if no net is close to
// it. Of the nearest nets it takes the last.
func (e *explanation) lacks() *term.Form {
	var best *term.Form
	for _, lost := range []bool{false, true} {
		for v := netlist.Value(1); int(v) < len(e.gate.cone); v++ {
			w := e.gate.m.Width(v)
			if !e.gate.cone[v] || w < 2 || w > lift.MaxWidth || e.gate.form(v).IsConst() {
				continue
			}
			has := e.gate.form(v).Symmetric(w)
			if lost != !e.linear(has) {
				continue
			}
			d := e.acc.Sub(e.overInputs(has)).Reduce(w).Symmetric(w)
			if 2*len(d.Monos) > len(e.acc.Monos)+1 || best != nil && len(d.Monos) > len(best.Monos) {
				continue
			}
			if best != nil && len(d.Monos) == len(best.Monos) && abs(d.Const) > abs(best.Const) {
				continue
			}
			best, e.near = &d, v
		}
		if best != nil {
			if lost {
				e.near = 0
			}
			break
		}
	}
	return best
}

// maxDifferences is the largest number of constants that are tried.
const maxDifferences = 8

// differences returns the differences of nets that equal the model's accumulator up to
// a constant.
func (e *explanation) differences() (all []int64) {
	for v := netlist.Value(len(e.gate.cone) - 1); v > 0 && len(all) < maxDifferences; v-- {
		w := e.gate.m.Width(v)
		if !e.gate.cone[v] || w < 2 || w > lift.MaxWidth {
			continue
		}
		d := e.acc.Sub(e.gate.form(v)).Reduce(w).Symmetric(w)
		if len(d.Monos) == 0 && d.Const != 0 && !slices.Contains(all, d.Const) {
			all = append(all, d.Const)
		}
	}
	return all
}

// smallest is the repair to speak of: of the smallest, the first; of constants that can
// be added in many places, the last of the sum.
func (e *explanation) smallest(found []repair.Repair) repair.Repair {
	best, least := found[0], e.cost(found[0])
	for _, r := range found[1:] {
		if c := e.cost(r); c < least || c == least && e.prefers(r, best) {
			best, least = r, c
		}
	}
	return best
}

// prefers reports whether a repair is to be spoken of and not another one of its size.
func (e *explanation) prefers(r, other repair.Repair) bool {
	if r.Kind != other.Kind || e.gate.op(r.Cell).IsWiring() {
		return false
	}
	switch {
	case r.Kind == repair.Function:
		return true
	case r.Kind == repair.Lacking && len(r.Inputs) == 0 && r.Net == 0:
		// The bias comes before what rounds.
		f := e.gate.form(r.Cell)
		return r.Is == other.Is && (r.Is != e.acc.Const || e.linear(f) && f.Symmetric(min(e.gate.m.Width(r.Cell), lift.MaxWidth)).Const == 0)
	case r.Kind == repair.Input:
		// What nothing reads should be read beside its like.
		_, _, t := e.writtenAt(r.Cell)
		if t == nil {
			return false
		}
		s, ok := e.unread(t, e.Model.Vars[r.Inputs[1]].Port)
		return ok && e.lineOf(r).String() == s.String()
	}
	return false
}

// cost is that of a repair with what its text says: an operator that differs from those
// of like statements is hardly what was meant.
func (e *explanation) cost(r repair.Repair) int {
	c := r.Cost
	op := e.gate.op(r.Cell)
	if r.Kind != repair.Operator || op != netlist.OpAdd || r.Words != "subtracted" {
		return c
	}
	narrow, _, t := e.writtenAt(r.Cell)
	if t == nil {
		return c
	}
	at := t.on(narrow.first)
	if len(at) == 0 {
		return c
	}
	s := &t.statements[at[0]]
	plus, minus := s.signs()
	if plus > 1 && minus == 0 {
		c += 4
	}
	like, unlike := 0, 0
	for _, o := range t.statements {
		if s.target == "" || o.target == "" || o.target == s.target || family(o.target) != family(s.target) {
			continue
		}
		if p, m := o.signs(); m > 0 {
			unlike++
		} else if p > 0 {
			like++
		}
	}
	if like > 0 && unlike == 0 {
		c += 4
	}
	return c
}

// signs counts the additions and the subtractions of a statement's value.
func (s *statement) signs() (plus, minus int) {
	for _, w := range s.words[s.value:] {
		switch w.text {
		case "+":
			plus++
		case "-":
			minus++
		}
	}
	return plus, minus
}

// mendedWords describes what is wrong where a repair fixes it, what to change there if
// that differs, and which weights are wrong in the hardware. The description of
// coefficients comes from the normal forms, that of the logic behind the accumulator
// from its values.
func (e *explanation) mendedWords(r repair.Repair) (words, change string, weights []string) {
	switch r.Kind {
	case repair.Shift, repair.Sign, repair.Operator, repair.Input, repair.Swapped, repair.Lacking, repair.Surplus, repair.Net:
		if e.near != 0 && (r.Kind != repair.Lacking || len(r.Inputs) > 0 || r.Net != 0) {
			has := e.gate.form(e.near).Symmetric(e.gate.m.Width(e.near))
			// The bias may be added after it, and is right.
			has.Const = e.acc.Const
			if e.linear(has) && (e.accumulates(has) || e.brings(r, has)) {
				if w, weights, ok := e.coefficients(has, e.acc, e.near); ok {
					return w, "", weights
				}
			}
		}
	}
	if w, ok := e.constantWords(r); ok {
		return e.subject() + w, "", nil
	}
	change = e.changeWords(r)
	switch r.Kind {
	case repair.Moved, repair.Width, repair.Input, repair.Lacking, repair.Net:
		return change, "", nil
	}
	if w, ok := e.tailWords(); ok && e.holds() {
		if r.Kind == repair.Function || r.Kind == repair.Rounding {
			change = ""
		}
		return w, change, nil
	}
	return change, "", nil
}

// accumulates reports whether the circuit is the model's tail of another accumulator,
// so that its coefficients are wrong.
func (e *explanation) accumulates(acc term.Form) bool {
	w := e.gate.m.Width(e.gate.out)
	for j, in := range vectors(e.Model, e.Inputs) {
		sum := acc.Const
		for _, m := range acc.Monos {
			sum += m.Coef * in[m.Atom]
		}
		if e.Model.Tail != nil {
			sum = e.Model.Tail.Apply(sum)
		}
		if read(e.x.gateVals[e.gate.out][j], w, e.Model.Signed()) != sum {
			return false
		}
	}
	return true
}

// brings reports whether a repair changes the net nearest to the accumulator, on the
// witness, by just what that differs in from the model's.
func (e *explanation) brings(r repair.Repair, has term.Form) bool {
	w := e.gate.m.Width(e.near)
	now := e.x.gateVals[e.near][0]
	then, ok := r.Expected[e.near]
	if !ok {
		return false
	}
	var d int64
	for _, m := range e.acc.Sub(has).Monos {
		d += m.Coef * e.Inputs[m.Atom]
	}
	return (then-now-uint64(d))<<(64-w) == 0
}

// constantWords describe a sum that differs from what it should be by a constant.
func (e *explanation) constantWords(r repair.Repair) (string, bool) {
	op := e.gate.op(r.Cell)
	sum := op == netlist.OpAdd || op == netlist.OpSub || op == netlist.OpXor || op == netlist.OpConst
	was, is := r.Was, r.Is
	if op == netlist.OpSub && r.Arg == 1 {
		was, is = -was, -is
	}
	switch {
	case r.Kind == repair.Lacking && len(r.Inputs) == 0 && r.Net == 0:
		was = 0
		if w := e.gate.m.Width(r.Cell); w <= lift.MaxWidth {
			f := e.gate.form(r.Cell).Symmetric(w)
			if d := f.Sub(e.acc).Reduce(w).Symmetric(w); len(d.Monos) == 0 {
				was = e.acc.Const + d.Const
				is += was
			}
		}
	case r.Kind == repair.Operator && sum:
		// A constant that is added with the other sign.
		k, ok := e.gate.m.ConstOf(e.gate.args(r.Cell)[1])
		if !ok {
			return "", false
		}
		w := e.gate.m.Width(r.Cell)
		is = int64(k) << (64 - w) >> (64 - w)
		if op == netlist.OpAdd {
			is = -is
		}
		was = -is
	case r.Kind != repair.Constant || !sum:
		return "", false
	}
	bias := e.acc.Const
	t := e.Model.Tail
	switch {
	case is == bias && e.isAcc:
		return fmt.Sprintf("bias is %d, specification says %d", was, bias), true
	case t != nil && t.Shift > 0 && e.isAcc && e.rounds(is):
		return fmt.Sprintf("rounding constant is %d, specification's mode %v adds %d", was, e.Layer.Out.Rounding, is), true
	case t != nil && t.Shift > 0 && e.isAcc && e.rounds(is-bias):
		return fmt.Sprintf("bias and rounding constant are %d together, specification says %d", was, is), true
	case t != nil && t.Shift > 0 && e.isAcc && was == bias:
		return fmt.Sprintf("rounding constant is 0, specification's mode %v adds %d", e.Layer.Out.Rounding, is-was), true
	case was == 0:
		return fmt.Sprintf("constant %d is missing", is), true
	}
	return fmt.Sprintf("adds %d, should add %d", was, is), true
}

// changeWords describe the change that mends.
func (e *explanation) changeWords(r repair.Repair) string {
	op := e.gate.op(r.Cell)
	switch r.Kind {
	case repair.Constant:
		switch op {
		case netlist.OpSlt, netlist.OpUlt, netlist.OpEq:
			return fmt.Sprintf("compares with %d, should be %d", r.Was, r.Is)
		case netlist.OpMux:
			return fmt.Sprintf("gives %d, should be %d", r.Was, r.Is)
		}
		return fmt.Sprintf("constant is %d, should be %d", r.Was, r.Is)
	case repair.Operator:
		return fmt.Sprintf("%s, should be %s", done(op), r.Words)
	case repair.Shift:
		if r.Words == "" {
			return fmt.Sprintf("bits from %d are read, should be bits from %d", r.Was, r.Is)
		}
		return fmt.Sprintf("should be shifted %s", r.Words)
	case repair.Sign:
		return "should be " + r.Words
	case repair.Extension:
		v := r.Cell
		if r.Arg != repair.Result {
			v = e.gate.args(v)[r.Arg]
		}
		switch e.gate.op(v) {
		case netlist.OpZext:
			return "sign extension lost: a signed value is extended by zeros"
		case netlist.OpSext:
			return "sign extension invented: an unsigned value is extended by its top bit"
		}
		return "should be " + r.Words
	case repair.Width:
		w := e.gate.m.Width(r.Net)
		if f := e.gate.form(r.Net); e.linear(f) && w <= lift.MaxWidth {
			if words, ok := e.overflow(r.Net, f.Symmetric(min(62, 2*w))); ok {
				return words + fmt.Sprintf(", reachable range is %v", e.sp.Bounds(f.Symmetric(min(62, 2*w))))
			}
		}
		return fmt.Sprintf("value of %d bits is too narrow: what it loses reaches the output", w)
	case repair.Input:
		return fmt.Sprintf("wrong input: reads %s where the specification has %s", e.input(r.Inputs[0]), e.input(r.Inputs[1]))
	case repair.Net:
		return "wrong signal: should read " + r.Words
	case repair.Lacking:
		if len(r.Inputs) > 0 && r.Net == 0 {
			return "a term is missing: " + e.inputs(r.Inputs)
		}
		return r.Words[:len(r.Words)-len(" added")] + " is missing"
	case repair.Surplus:
		return "one operand too many: should be " + r.Words
	case repair.Rounding:
		return fmt.Sprintf("not rounded by %v, ties %s", e.Layer.Out.Rounding, e.Layer.Out.Rounding.Ties())
	case repair.Clamp:
		return "not " + r.Words
	case repair.Moved:
		what := "the bias"
		if r.Is != e.acc.Const {
			what = "the rounding constant"
		}
		return fmt.Sprintf("%s is added at the wrong place: %d is added here, the specification adds %d to the accumulator", what, r.Was, r.Is)
	case repair.Swapped:
		return fmt.Sprintf("inputs %s and %s swapped", e.input(r.Inputs[0]), e.input(r.Inputs[1]))
	case repair.Function:
		return "what is computed here is another function; no smaller change that was tried mends it"
	}
	return "the output is another function of the inputs"
}

// done describes the operation of an operator on its operands.
func done(op netlist.Op) string {
	switch op {
	case netlist.OpAdd:
		return "added"
	case netlist.OpSub:
		return "subtracted"
	case netlist.OpNeg:
		return "negated"
	case netlist.OpNot:
		return "inverted"
	case netlist.OpUlt:
		return "compared unsigned"
	case netlist.OpSlt:
		return "compared signed"
	case netlist.OpMux:
		return "chosen one way"
	}
	return op.String()
}

// unconfirmed is a cause where no repair was found.
func (e *explanation) unconfirmed() Cause {
	out := e.written(e.gate.out)
	if w, _, ok := e.retype(spot{}, nil); ok {
		c := e.culpritAt(e.gate.out, w.spot)
		return e.cause(c, e.subject()+w.words()+at(c), nil)
	}
	if e.text(fileOf(out.source)) == nil {
		out.source = ""
	}
	return e.cause(out, "the output is another function of the inputs; no single change that was tried mends it"+at(out), nil)
}

// fileOf is the file of a location.
func fileOf(location string) string {
	if s := stretches(location); len(s) > 0 {
		return s[0].file
	}
	return ""
}
