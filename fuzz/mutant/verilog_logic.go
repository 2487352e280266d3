package mutant

import "fmt"

// bitwise finds gates: one bit wide they decide about rounding, wider they are
// rows of full adders.
func (s *textScan) bitwise(e, _ *expr) {
	if e.kind == exprUnary {
		a := s.source(e.args[0])
		switch {
		case e.op == "|":
			s.put(Tie, e, "1'd0", "the bits %s are not looked at", a)
			s.put(Tie, e, "&"+a, "all of the bits %s instead of any", a)
		case e.op == "~" && e.width == 1:
			s.put(Tie, e, a, "%s is not inverted", a)
		}
		return
	}
	if e.kind != exprBinary || e.op != "&" && e.op != "|" && e.op != "^" {
		return
	}
	kind := CarryLogic
	if e.width == 1 {
		kind = Tie
		if s.stmt.name == "outside" {
			kind = ClampMissing
		}
	}
	a, b := s.source(e.args[0]), s.source(e.args[1])
	for _, op := range []string{"&", "|", "^"} {
		if op != e.op {
			s.put(kind, e, fmt.Sprintf("%s %s %s", a, op, b), "%s instead of %s between %s and %s", op, e.op, a, b)
		}
	}
	s.put(kind, e, a, "the operand %s is missing", b)
	s.put(kind, e, b, "the operand %s is missing", a)
}

// selections finds the ternary operator.
func (s *textScan) selections(e, _ *expr) {
	if e.kind != exprTernary {
		return
	}
	sel, then, els := s.source(e.args[0]), s.source(e.args[1]), s.source(e.args[2])
	s.put(MuxArms, e, fmt.Sprintf("%s ? %s : %s", sel, els, then), "%s selects %s instead of %s", sel, els, then)
	if e.args[1].kind == exprConst {
		s.put(ClampMissing, e, els, "%s does not select %s", sel, then)
	}
}

// comparisons finds the less-than operator.
func (s *textScan) comparisons(e, _ *expr) {
	if e.kind != exprBinary || e.op != "<" {
		return
	}
	a, b := s.source(e.args[0]), s.source(e.args[1])
	s.put(CompareStrict, e, a+" <= "+b, "%s <= %s instead of %s < %s", a, b, a, b)
	s.put(CompareOperands, e, b+" < "+a, "%s < %s instead of %s < %s", b, a, a, b)
	x, y := e.args[0], e.args[1]
	signed := func(e *expr) bool {
		return e.kind == exprSigned || e.kind == exprConst && e.signed || e.kind == exprUnary && e.args[0].signed
	}
	switch {
	case signed(x) && signed(y):
		for _, o := range e.args {
			if o.kind == exprSigned {
				s.put(CompareSign, o, s.source(o.args[0]), "%s is compared unsigned", s.source(o.args[0]))
				break
			}
		}
	case !signed(x) && !signed(y):
		s.splice(CompareSign, []splice{
			{x.start, x.end, "$signed(" + a + ")"}, {y.start, y.end, "$signed(" + b + ")"},
		}, "%s and %s are compared signed", a, b)
	}
	for _, o := range e.args {
		n := o
		if n.kind == exprSigned {
			n = n.args[0]
		}
		if n.kind == exprName && n.width > 1 {
			s.put(ClampWord, n, selectBits(n.name, n.hi-1, n.lo, s.widths), "compares the low %d of the %d bits of %s", n.width-1, n.width, s.source(n))
		}
	}
}
