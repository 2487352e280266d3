package mutant

import "fmt"

// wiring finds concatenations: terms moved up by constant zeros, words extended
// by zeros or copies of their top bit, carries.
func (s *textScan) wiring(e, parent *expr) {
	if e.kind != exprConcat || len(e.args) < 2 {
		return
	}
	last, first := e.args[len(e.args)-1], e.args[0]
	rest := func(from, to int) string {
		return string(s.text[e.args[from].start:e.args[to].end])
	}
	n := len(e.args)
	if last.zeros() {
		up := fmt.Sprintf("{%s, %d'd0}", rest(0, n-2), last.width+1)
		s.put(Shift, e, up, "shifted left by %d instead of %d", last.width+1, last.width)
		down := fmt.Sprintf("{%s}", rest(0, n-2))
		if last.width > 1 {
			down = fmt.Sprintf("{%s, %d'd0}", rest(0, n-2), last.width-1)
		}
		s.put(Shift, e, down, "shifted left by %d instead of %d", last.width-1, last.width)
		if parent == nil && s.carries[s.stmt.name] {
			s.put(CarryInverted, e, fmt.Sprintf("{~%s, 1'd0}", rest(0, n-2)), "the carry is inverted")
			s.put(CarryUnshifted, e, fmt.Sprintf("{1'd0, %s}", rest(0, n-2)), "the carry is not moved up by one place")
		}
	}
	next := e.args[1]
	if first.zeros() {
		if bit, ok := next.topBit(s.widths); ok {
			s.put(InventedSign, first, copies(first.width, bit), "%s is extended by copies of its top bit instead of zeros", s.source(next))
		}
		return
	}
	bit, ok := next.topBit(s.widths)
	copied := first
	if first.kind == exprRepeat {
		copied = first.args[0]
	}
	if !ok || s.source(copied) != bit {
		return
	}
	s.put(LostSign, first, fmt.Sprintf("%d'd0", first.width), "%s is extended by zeros instead of its sign bit", s.source(next))
	if below, ok := next.bit(1, s.widths); ok {
		s.put(WrongSignBit, first, copies(first.width, below), "%s is extended by copies of %s instead of %s", s.source(next), below, bit)
	}
}

// copies is n times one bit, within a concatenation.
func copies(n int, bit string) string {
	if n == 1 {
		return bit
	}
	return fmt.Sprintf("{%d{%s}}", n, bit)
}
