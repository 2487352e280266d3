package mutant

import (
	"fmt"
	"math/bits"
)

// sums finds adders and subtractors.
func (s *textScan) sums(e, _ *expr) {
	if e.kind == exprUnary && (e.op == "~" || e.op == "-") && e.width > 1 {
		s.put(Complement, e, s.source(e.args[0]), "%s is taken as it is", s.source(e.args[0]))
		return
	}
	if e.kind != exprBinary || e.op != "+" && e.op != "-" {
		return
	}
	a, b := e.args[0], e.args[1]
	ta, tb := s.source(a), s.source(b)
	constant := a.kind == exprConst || b.kind == exprConst
	if !constant {
		if e.op == "+" {
			s.put(Sign, e, ta+" - "+tb, "%s is subtracted instead of added", tb)
		} else {
			s.put(Sign, e, ta+" + "+tb, "%s is added instead of subtracted", tb)
		}
		s.put(Dropped, e, ta, "the operand %s is missing", tb)
		if e.op == "+" {
			s.put(Dropped, e, tb, "the operand %s is missing", ta)
		} else {
			s.put(Dropped, e, "-"+tb, "the operand %s is missing", ta)
		}
		s.put(Extra, e, fmt.Sprintf("%s %s %s + %s", ta, e.op, tb, tb), "%s is added as well", tb)
	}
	if e.op == "-" {
		s.put(SwappedOperands, e, tb+" - "+ta, "%s - %s instead of %s - %s", tb, ta, ta, tb)
	}
	if e.op == "+" && a.kind == exprName && b.kind == exprName && !a.selected && !b.selected &&
		a.width == b.width && a.width > 2 && (s.carries[a.name] || s.carries[b.name]) {
		w := a.width
		part := func(n string) string { return fmt.Sprintf("{%s[%d], %s[%d:0]}", n, w-2, n, w-2) }
		s.put(SplitCarry, e, part(a.name)+" + "+part(b.name), "sum and carry have %d bits and are sign-extended one by one", w-1)
	}
}

// constants finds literals.
func (s *textScan) constants(e, parent *expr) {
	if e.kind != exprConst || e.width < 2 || parent == nil {
		return
	}
	mask := ^uint64(0) >> (64 - e.width)
	put := func(kind Kind, n uint64, what string) {
		if n &= mask; n != e.value {
			s.put(kind, e, literal(e, n), "%s is %d instead of %d, modulo 2^%d", what, n, e.value, e.width)
		}
	}
	switch {
	case parent.kind == exprBinary && parent.op == "+" && s.stmt.name == "rounding":
		put(RoundingOff, e.value+1, "the rounding constant")
		put(RoundingOff, e.value-1, "the rounding constant")
		put(RoundingBit, e.value<<1, "the rounding constant")
		put(RoundingBit, e.value>>1, "the rounding constant")
		put(RoundingMissing, 0, "the rounding constant")
	case parent.kind == exprBinary && parent.op != "<" && parent.op != "==" && e.value != 0:
		put(Bias, e.value+1, "the constant")
		put(Bias, e.value-1, "the constant")
		put(Bias, -e.value, "the constant")
		put(Truncated, e.value&^(1<<(bits.Len64(e.value)-1)), "the constant")
		if n := bits.Len64(e.value) - 1; n > 0 {
			s.put(NarrowLiteral, e, fmt.Sprintf("%d'd%d", n, e.value), "%d in a literal of %d bits", e.value, n)
		}
	case parent.kind == exprBinary && parent.op == "<":
		put(ClampBound, e.value+1, "the bound compared with")
		put(ClampBound, e.value-1, "the bound compared with")
	case parent.kind == exprTernary && e != parent.args[0]:
		put(ClampBound, e.value+1, "the bound given")
		put(ClampBound, e.value-1, "the bound given")
	}
}

// literal is n in the form of the constant e.
func literal(e *expr, n uint64) string {
	base := "d"
	if e.signed {
		base = "sd"
	}
	return fmt.Sprintf("%d'%s%d", e.width, base, n)
}

// references finds inputs, to read their neighbour, and part selects that could
// be off by one.
func (s *textScan) references(e, _ *expr) {
	if e.kind != exprName {
		return
	}
	if n, ok := s.neighbour(e.name); ok {
		s.splice(WrongInput, []splice{{e.start, e.start + len(e.name), n}}, "reads %s instead of %s", n, e.name)
	}
	if !e.selected {
		return
	}
	if e.lo > 0 {
		s.put(SliceOffset, e, selectBits(e.name, e.hi-1, e.lo-1, s.widths), "%s[%d:%d] instead of [%d:%d]", e.name, e.hi-1, e.lo-1, e.hi, e.lo)
	}
	if e.hi+1 < s.widths[e.name] {
		s.put(SliceOffset, e, selectBits(e.name, e.hi+1, e.lo+1, s.widths), "%s[%d:%d] instead of [%d:%d]", e.name, e.hi+1, e.lo+1, e.hi, e.lo)
	}
}
