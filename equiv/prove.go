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
	Constant      Strategy = "constant"            // both sides are the same constant
	Linear        Strategy = "linear form"         // equal linear forms of the accumulator, separate tail
	Functions     Strategy = "tabulated functions" // the same, with a saturating accumulator's steps as functions
	WitnessSearch Strategy = "witness search"      // refuted
	Simulated     Strategy = "two simulators"      // refuted: both simulators contradict the model
	Direct        Strategy = "bit-vectors"         // the whole point in one query, without normal forms
)

// Settled is the outcome of normal forms on one compare point.
type Settled struct {
	Verdict  verdict.Verdict
	Reason   verdict.Reason
	Detail   string
	Strategy Strategy

	// Claims are the conclusions of the normal forms before the cut. A solver confirms
	// each.
	Claims []Claim
	// Tail is the obligation behind the cut, or nil. The point is proved only if it is
	// discharged over an interval that contains Tail.Range.
	Tail *Tail
	// Lemmas is the number of range lemmas that the lifting used.
	Lemmas int
	// Acc is the model's accumulator as a form over its variables.
	Acc term.Form

	lifter *lift.Lifter
	golden *lift.Golden
	alone  func() *Tail
}

// Alone restates Tail for this point only, over the primitive sum. This excludes
// accumulators that no input reaches because all terms have a common factor.
func (s *Settled) Alone() { s.Tail = s.alone() }

// accRange is the accumulator's interval. If the accumulator wraps or its terms are
// truncated, it is no sum of independent inputs, and the form's bounds are wider than
// those of the specification. The interval is part of a claim, so a solver confirms it.
func accRange(m *Model, sp *term.Space, acc term.Form) spec.Range {
	r := sp.Bounds(acc)
	return spec.Range{Lo: max(r.Lo, m.Range.Lo), Hi: min(r.Hi, m.Range.Hi)}
}

// within returns an interval that contains every u with scale×u + offset in r.
func within(r spec.Range, scale, offset int64) spec.Range {
	lo, hi := r.Lo-offset, r.Hi-offset
	if scale < 0 {
		lo, hi, scale = -hi, -lo, -scale
	}
	// Division truncates toward zero, which widens the interval by at most one.
	return spec.Range{Lo: lo / scale, Hi: hi / scale}
}

// Claim is an equality between a net and a term of the model: Scale×net + Offset is the
// term, modulo 2^Modulus or, when that is 0, as integers. A net and term in Given are
// one variable, since an earlier claim established their equality. If the net is 0, the
// claim is only about the term.
type Claim struct {
	Net      netlist.Value
	Scale    int64
	Offset   int64
	Term     golden.Term
	Modulus  int
	Range    spec.Range // claimed interval of the term
	Bounded  bool       // Range is part of the claim, for later claims to use
	Multiple int64      // if not 0: the term is Offset plus a multiple of it
	Given    []Given
}

// Given is the conclusion of an earlier claim: the net's integer and the term are one
// variable within Range.
type Given struct {
	Net   netlist.Value
	Term  golden.Term
	Range spec.Range
}

// Settle decides a compare point by normal forms. It asks no solver and searches no
// witness. If it has no proof, the verdict is Unknown with a reason.
func (q *Question) Settle() (s Settled) {
	if s := q.Unfit(); s != nil {
		return *s
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

// Unfit is why no engine can decide the question: a circuit of other ports than the
// model's, or an undefined value, or intervals without a value. It is nil where there is
// no such reason.
func (q *Question) Unfit() *Settled {
	m, gate, out := q.Model, q.Gate, q.Out
	if len(gate.Outputs) != 1 {
		return &Settled{Reason: verdict.PortMismatch, Detail: q.unbound.Error()}
	}
	for _, v := range m.Vars {
		if v.Range.Lo > v.Range.Hi {
			return &Settled{Verdict: verdict.Vacuous, Reason: verdict.EmptyInterval, Detail: fmt.Sprintf("%s in %v", v.Port, v.Range)}
		}
	}
	if detail := undefined(gate, out); detail != "" {
		return &Settled{Reason: verdict.Undefined, Detail: detail}
	}
	if q.unbound != nil {
		return &Settled{Reason: verdict.PortMismatch, Detail: q.unbound.Error()}
	}
	if want := m.outWidth(); want != 0 && gate.Width(out) != want {
		return &Settled{Reason: verdict.PortMismatch, Detail: fmt.Sprintf("the output has %s, the model %d", words.Count(int(gate.Width(out)), "bit"), want)}
	}
	return nil
}

// outWidth is the width that the output must have; 0 if the model defines none.
func (m *Model) outWidth() int {
	if m.Tail == nil {
		return 0
	}
	return m.Tail.Out.Format.Width
}

// undefined names an undefined value or a register in the output's cone. A
// combinational compare point must have neither.
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
	vars := sp.Inputs(len(m.Vars))
	nets := make([]lift.Net, len(gate.Inputs))
	for i, v := range q.bind {
		nets[i] = lift.Net{Form: vars[v], Range: ranges[v]}
	}
	lifter := func() *lift.Lifter {
		l := lift.New(sp, gate, nets)
		l.Deep = deep
		return l
	}
	g := &lift.Golden{Space: sp, Terms: m.Terms, Vars: vars}

	acc, ok := g.Form(m.Acc)
	if !ok {
		return Settled{Reason: verdict.NoStrategy, Detail: "the model's accumulator has no normal form"}
	}
	if m.Tail == nil {
		return q.settleSum(sp, lifter(), acc)
	}
	if acc.IsConst() {
		return q.settleConstant(lifter(), acc.Const)
	}
	p, scale, offset := acc.Primitive()
	var l *lift.Lifter
	var cuts []cutPoint
	// Steps of an accumulator are claims about nets within the sum.
	if !deep && len(clamped(m)) == 0 {
		sums := lift.New(sp, gate, nets)
		sums.Sums = true
		if at, ok := cutsAtSums(sums, gate, out, p, scale); ok {
			l, cuts = sums, at
		}
	}
	if l == nil {
		l = lifter()
		var err error
		if cuts, err = findCuts(l, gate, out, p, scale); err != nil {
			return Settled{Reason: verdict.NoStrategy, Detail: err.Error()}
		}
	}
	s := Settled{Verdict: verdict.Proved, Strategy: Linear, Acc: acc, lifter: l, golden: g}
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
			// The given net's integer is the term, not the lifted form. They may differ
			// by a multiple of 2^w.
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
		// No net depends on the accumulator, so claim the tail's interval separately.
		s.Claims = append(s.Claims, Claim{Term: m.Acc, Range: reach, Bounded: true, Given: steps.given})
	}
	if scale != 1 && scale != -1 && !slices.ContainsFunc(cuts, func(c cutPoint) bool { return c.mul == 1 || c.mul == -1 }) {
		// A tail over the primitive sum says nothing about other accumulators. If a net
		// is the primitive sum itself, its claim shows that there are none.
		s.Claims = append(s.Claims, Claim{Term: m.Acc, Offset: offset, Multiple: max(scale, -scale)})
	}
	s.Lemmas = l.Lemmas()
	return s
}

// settleSum settles a point without a tail. The output is the sum itself. Its width
// must hold the sum, with the signedness of the model's first variable.
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
	return Settled{Verdict: verdict.Proved, Strategy: Linear, Claims: []Claim{c}, Lemmas: l.Lemmas(), lifter: l}
}

func spanOf(w int, signed bool) spec.Range {
	if signed {
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

// settleConstant settles a channel whose accumulator is constant, so its output is too.
func (q *Question) settleConstant(l *lift.Lifter, acc int64) Settled {
	m, gate, out := q.Model, q.Gate, q.Out
	f := l.Net(out).Form
	want := m.Tail.Apply(acc)
	if !f.EqualMod(term.Int(want), gate.Width(out)) {
		return Settled{Reason: verdict.NoStrategy, Detail: fmt.Sprintf("the output is not the constant %d", want)}
	}
	return Settled{
		Verdict: verdict.Proved, Strategy: Constant, Acc: term.Int(acc), lifter: l, Lemmas: l.Lemmas(),
		Claims: []Claim{{Net: out, Scale: 1, Term: m.Out, Modulus: gate.Width(out)}},
	}
}
