package equiv

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Strategy names how a point was settled.
type Strategy string

const (
	Constant      Strategy = "constant"            // both sides are one number
	Linear        Strategy = "linear form"         // accumulator equal as linear form, tail apart
	Functions     Strategy = "tabulated functions" // the same with the steps of a saturating accumulator tabulated
	WitnessSearch Strategy = "witness search"      // refuted
	Simulated     Strategy = "two simulators"      // refuted: both contradict the model, whatever was read
	Direct        Strategy = "bit-vectors"         // the whole point in one query, without normal forms
)

// Settled is the outcome of normal forms on one compare point.
type Settled struct {
	Verdict  verdict.Verdict
	Reason   verdict.Reason
	Detail   string
	Strategy Strategy

	// Claims are what the normal forms concluded before the cut, each to be
	// confirmed by a solver.
	Claims []Claim
	// Tail is what remains behind the cut, or nil. The point is proved only once
	// it is discharged over an interval that holds Tail.Range.
	Tail *Tail
	// Lemmas is how many range lemmas the lifting used.
	Lemmas int
	// Acc is the model's accumulator as a form over its variables.
	Acc term.Form

	lifter *lift.Lifter
	alone  func() *Tail
}

// Alone restates Tail for this point by itself, over the primitive sum: an
// accumulator that no input reaches because all terms have a common factor is
// then no part of it.
func (s *Settled) Alone() { s.Tail = s.alone() }

// accRange is the accumulator's interval. Where the accumulator is no sum of
// independent inputs, because it wraps or its terms are cut, the form's bounds
// are wider than what the specification derives. The interval is part of a claim,
// so that a solver confirms it.
func accRange(m *Model, sp *term.Space, acc term.Form) spec.Range {
	r := sp.Bounds(acc)
	return spec.Range{Lo: max(r.Lo, m.Range.Lo), Hi: min(r.Hi, m.Range.Hi)}
}

// within is an interval that holds every u with scale×u + offset in r.
func within(r spec.Range, scale, offset int64) spec.Range {
	lo, hi := r.Lo-offset, r.Hi-offset
	if scale < 0 {
		lo, hi, scale = -hi, -lo, -scale
	}
	// Division truncates toward zero, which widens the interval by at most one.
	return spec.Range{Lo: lo / scale, Hi: hi / scale}
}

// Claim is an equality between a net and a term of the model: Scale×net + Offset
// is the term, modulo 2^Modulus or, when that is 0, as integers. Nets and terms in
// Given are taken as equal variables: claims before this one established them.
// Without a net, 0, a claim is about the term alone.
type Claim struct {
	Net      netlist.Value
	Scale    int64
	Offset   int64
	Term     golden.Term
	Modulus  int
	Range    spec.Range // that the term is claimed to lie in
	Bounded  bool       // Range is part of the claim, for others to build on
	Multiple int64      // if not 0: the term is Offset plus a multiple of it
	Given    []Given
}

// Given is an earlier claim's conclusion: the net's integer and the term are one
// variable within Range.
type Given struct {
	Net   netlist.Value
	Term  golden.Term
	Range spec.Range
}

// Settle decides a compare point by normal forms. It asks no solver and finds no witnesses; what it does not prove
// is Unknown with a reason.
func (q *Question) Settle() (s Settled) {
	m, gate, out := q.Model, q.Gate, q.Out
	if len(gate.Outputs) != 1 {
		return Settled{Reason: verdict.PortMismatch, Detail: q.unbound.Error()}
	}
	for _, v := range m.Vars {
		if v.Range.Lo > v.Range.Hi {
			return Settled{Verdict: verdict.Vacuous, Reason: verdict.EmptyInterval, Detail: fmt.Sprintf("%s in %v", v.Port, v.Range)}
		}
	}
	if detail := undefined(gate, out); detail != "" {
		return Settled{Reason: verdict.Undefined, Detail: detail}
	}
	if q.unbound != nil {
		return Settled{Reason: verdict.PortMismatch, Detail: q.unbound.Error()}
	}
	if want := m.outWidth(); want != 0 && gate.Width(out) != want {
		return Settled{Reason: verdict.PortMismatch, Detail: fmt.Sprintf("the output has %s, the model %d", words.Count(int(gate.Width(out)), "bit"), want)}
	}
	first := Settled{}
	for _, deep := range []bool{false, true} {
		var s Settled
		if err := term.Guard(func() { s = q.settle(deep) }); err != nil {
			s = Settled{Reason: verdict.Arithmetic, Detail: err.Error()}
		}
		if s.Verdict == verdict.Proved {
			return s
		}
		if !deep {
			first = s
		}
	}
	return first
}

// outWidth is the width that the output must have; 0 where the model says none.
func (m *Model) outWidth() int {
	if m.Tail == nil {
		return 0
	}
	return m.Tail.Out.Format.Width
}

// undefined names an undefined value that the output's cone contains, or a
// register, which a combinational compare point may not have.
func undefined(gate *netlist.Module, out netlist.Value) string {
	seen := make([]bool, len(gate.Cells))
	stack := []netlist.Value{out}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		c := &gate.Cells[v]
		switch c.Op {
		case netlist.OpUndef:
			u := gate.Undefs[c.Aux]
			return fmt.Sprintf("%s: %s", u.Reason, u.Detail)
		case netlist.OpReg:
			return fmt.Sprintf("register %s in combinational logic", gate.Regs[c.Aux].Name)
		}
		stack = append(stack, c.Args[:c.Op.Arity()]...)
	}
	return ""
}

func (q *Question) settle(deep bool) Settled {
	m, gate, out := q.Model, q.Gate, q.Out
	ranges := make([]spec.Range, len(m.Vars))
	for i, v := range m.Vars {
		ranges[i] = spec.Range(v.Range)
	}
	sp := term.NewSpace(ranges)
	vars := make([]term.Form, len(m.Vars))
	for i := range vars {
		vars[i] = sp.Input(i)
	}
	nets := make([]lift.Net, len(gate.Inputs))
	for i, v := range q.bind {
		nets[i] = lift.Net{Form: vars[v], Range: ranges[v]}
	}
	l := lift.New(sp, gate, nets)
	l.Deep = deep
	g := &lift.Golden{Space: sp, Terms: m.Terms, Vars: vars}

	acc, ok := g.Form(m.Acc)
	if !ok {
		return Settled{Reason: verdict.NoStrategy, Detail: "the model's accumulator has no normal form"}
	}
	if m.Tail == nil {
		return q.settleSum(sp, l, acc)
	}
	if acc.IsConst() {
		return q.settleConstant(l, acc.Const)
	}
	p, scale, offset := acc.Primitive()
	cuts, err := findCuts(l, gate, out, p, scale)
	if err != nil {
		return Settled{Reason: verdict.NoStrategy, Detail: err.Error()}
	}
	s := Settled{Verdict: verdict.Proved, Strategy: Linear, Acc: acc, lifter: l}
	if deep {
		s.Strategy = Functions
	}
	reach := accRange(m, sp, acc)
	u := within(reach, scale, offset)
	s.Tail = newTail(*m.Tail, gate, out, cuts, scale, offset, u, true)
	s.alone = func() *Tail { return newTail(*m.Tail, gate, out, cuts, scale, offset, u, false) }
	steps := q.steps(l, g, sp)
	s.Claims = steps.claims
	bounded := false
	for _, c := range cuts {
		if c.mul == 0 {
			s.Claims = append(s.Claims, Claim{Net: c.net, Scale: 1, Term: m.Terms.Const(c.add), Modulus: c.width})
			continue
		}
		// The net is mul×p + add, the accumulator scale×p + offset.
		claim := Claim{Net: c.net, Scale: 1, Term: m.Acc}
		if c.mul != scale {
			if scale%c.mul != 0 {
				return Settled{Reason: verdict.NoStrategy, Detail: "the circuit's accumulator is no whole fraction of the model's"}
			}
			claim.Scale = scale / c.mul
		}
		claim.Offset = offset - claim.Scale*c.add
		n, k := l.Net(c.net), max(claim.Scale, -claim.Scale)
		modular := n.Loose || c.by != 0 || !n.Form.Scale(claim.Scale).AddConst(claim.Offset).Equal(acc)
		if k&(k-1) == 0 && len(steps.given) > 0 && steps.builds(c.net, m.Acc) {
			// The given net's integer is the term, not the one that was lifted: the two
			// may differ by a multiple of 2^w.
			claim.Given, modular = steps.given, true
		}
		if modular {
			// Scale times a net that is known modulo 2^w is known modulo Scale·2^w.
			if k&(k-1) != 0 {
				return Settled{Reason: verdict.NoStrategy, Detail: "the circuit's accumulator wraps and is not a power of two below the model's"}
			}
			claim.Modulus = c.width + bits.TrailingZeros64(uint64(k))
		}
		if !bounded {
			claim.Range, claim.Bounded, bounded = reach, true, true
		}
		s.Claims = append(s.Claims, claim)
	}
	if !bounded {
		// No net moves with the accumulator, which the tail's interval is about.
		s.Claims = append(s.Claims, Claim{Term: m.Acc, Range: reach, Bounded: true, Given: steps.given})
	}
	if scale != 1 && scale != -1 && !slices.ContainsFunc(cuts, func(c cutPoint) bool { return c.mul == 1 || c.mul == -1 }) {
		// A tail over the primitive sum says nothing of other accumulators. A net that
		// is the primitive sum itself shows by its own claim that there are none.
		s.Claims = append(s.Claims, Claim{Term: m.Acc, Offset: offset, Multiple: max(scale, -scale)})
	}
	s.Lemmas = len(l.Lemmas())
	return s
}

// settleSum is a point without a tail: the output is the sum itself, and its
// width must hold it, read as the model's first variable is.
func (q *Question) settleSum(sp *term.Space, l *lift.Lifter, acc term.Form) Settled {
	m, gate, out := q.Model, q.Gate, q.Out
	w := gate.Width(out)
	n := l.Net(out)
	if !n.Form.EqualMod(acc, w) {
		return Settled{Reason: verdict.NoStrategy, Detail: "the output is another linear form"}
	}
	r := sp.Bounds(acc)
	win := spanOf(w, m.Vars[0].Signed)
	if !r.Within(win) {
		return Settled{Reason: verdict.NoStrategy, Detail: fmt.Sprintf("the sum lies in %v, %d bits hold %v", r, w, win)}
	}
	c := Claim{Net: out, Scale: 1, Term: m.Acc, Range: r, Bounded: true}
	if n.Loose || !n.Form.Equal(acc) {
		c.Modulus = w
	}
	return Settled{Verdict: verdict.Proved, Strategy: Linear, Claims: []Claim{c}, Lemmas: len(l.Lemmas()), lifter: l}
}

func spanOf(w int, signed bool) spec.Range {
	if signed {
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

// settleConstant is a channel whose accumulator is one number: so is its output.
func (q *Question) settleConstant(l *lift.Lifter, acc int64) Settled {
	m, gate, out := q.Model, q.Gate, q.Out
	f := l.Net(out).Form
	want := m.Tail.Apply(acc)
	if !f.EqualMod(term.Int(want), gate.Width(out)) {
		return Settled{Reason: verdict.NoStrategy, Detail: fmt.Sprintf("the output is not the constant %d", want)}
	}
	return Settled{
		Verdict: verdict.Proved, Strategy: Constant, lifter: l, Lemmas: len(l.Lemmas()),
		Claims: []Claim{{Net: out, Scale: 1, Term: m.Out, Modulus: gate.Width(out)}},
	}
}
