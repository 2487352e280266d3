package edit

import (
	"fmt"
	"math/bits"
)

// others are what may have been meant by an operator.
var others = map[string][]string{
	"+": {"-"}, "-": {"+"}, "&": {"|", "^"}, "|": {"&", "^", "+"}, "^": {"|", "&"}, "<": {"<=", ">", ">="}, "<=": {"<", ">", ">="}, ">": {">=", "<", "<="},
	">=": {">", "<=", "<"}, "==": {"!="}, "!=": {"=="}, "&&": {"||"}, "||": {"&&"}, ">>>": {">>"}, ">>": {">>>", "<<"}, "<<<": {">>>"}, "<<": {">>"},
	"*": {"+"}, "/": {">>>"}, "===": {"!=="}, "!==": {"==="}, "~": {"-", ""}, "!": {""}, "$signed": {"", "$unsigned"}, "$unsigned": {"", "$signed"}, "signed": {""},
	"posedge": {"negedge"}, "negedge": {"posedge"},
}

// operators changes the operator at i, or leaves it out with what it is applied to.
func (s *stock) operators(i int) {
	w := s.words[i]
	if w.loop {
		// A loop must end.
		switch w.text {
		case "<":
			s.change(i, i, "<=", 1)
		case "<=":
			s.change(i, i, "<", 1)
		}
		return
	}
	if w.width {
		return
	}
	unary := opens(s.before(i)) || len(s.before(i)) > 0 && others[s.before(i)] != nil && s.before(i) != "signed"
	for _, o := range others[w.text] {
		if unary && w.text == "-" {
			o = ""
		}
		s.change(i, i, o, 1)
	}
	switch w.text {
	case "+", "-", "&", "|", "^", "&&", "||", "*", "/", "<<<", "<<", ">>>", ">>":
		if end := operand(s.words, i+1); end > 0 && !unary {
			s.change(i, end, "", 2)
		}
		if w.text == "+" && s.after(i) == "~" {
			s.change(i, i+1, "-", 1)
		}
		if w.text == "-" && !unary {
			s.turned(i)
		}
		s.shifted(i)
	case ",":
		s.swapped(i)
	case "?":
		if a := operand(s.words, i+1); a > 0 && s.after(a) == ":" {
			if b := operand(s.words, a+2); b > 0 {
				s.change(i+1, b, s.of(a+2, b)+" : "+s.of(i+1, a), 2)
			}
		}
	}
}

// of is the text of some words.
func (s *stock) of(first, last int) string {
	return s.text[s.words[first].at : s.words[last].at+len(s.words[last].text)]
}

// shifted writes a division by a power of two as a shift, and the other way round: they part
// on negative numbers.
func (s *stock) shifted(i int) {
	n, _, ok := number(s.after(i))
	if !ok || n <= 0 || n > 1<<40 {
		return
	}
	switch s.words[i].text {
	case "/":
		if n&(n-1) == 0 {
			s.change(i, i+1, fmt.Sprintf(">>> %d", bits.TrailingZeros64(uint64(n))), 1)
		}
	case ">>>", ">>":
		if n < 40 {
			s.change(i, i+1, fmt.Sprintf("/ %d", int64(1)<<n), 4)
		}
	}
}

// turned puts the two sides of a difference in the other order.
func (s *stock) turned(i int) { s.exchanged(i, " - ") }

// swapped puts two neighbours of a list in the other order.
func (s *stock) swapped(i int) {
	if !s.words[i].header {
		s.exchanged(i, ", ")
	}
}

// exchanged puts the operands before and behind word i in the other order, with the word
// between them.
func (s *stock) exchanged(i int, between string) {
	end := operand(s.words, i+1)
	if end < 0 {
		return
	}
	for k := i - 1; k >= 0 && k > i-12; k-- {
		if opens(s.before(k)) {
			if operand(s.words, k) == i-1 {
				s.change(k, end, s.of(i+1, end)+between+s.of(k, i-1), 2)
			}
			return
		}
	}
}
