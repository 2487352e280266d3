package edit

import (
	"fmt"
	"slices"
	"strconv"
)

// added puts something before or after the word at i that may have been forgotten.
func (s *stock) added(i int) {
	w := s.words[i]
	if w.loop {
		return
	}
	if w.header || s.declares(i) {
		if (w.text == "wire" || w.text == "reg" || w.text == "logic" || w.text == "input") && s.after(i) != "signed" {
			s.follow(i, " signed", 3)
		}
		return
	}
	if (w.text == "wire" || w.text == "reg" || w.text == "logic") && s.after(i) != "signed" {
		s.follow(i, " signed", 3)
	}
	if w.text == ";" && w.size {
		return
	}
	if w.text == ";" {
		s.ends(i)
		return
	}
	end := operand(s.words, i)
	if end < 0 || !s.operandBegins(i) {
		return
	}
	if isName(w.text) || w.text == "(" {
		s.insert(i, "~", 2)
		s.insert(i, "-", 2)
		if before := s.before(i); before == "(" || before == "&&" || before == "||" || before == "=" {
			s.insert(i, "!", 2)
		}
	}
	if !isName(w.text) {
		return
	}
	s.change(i, end, "$signed("+s.of(i, end)+")", 3)
	for k := 1; k <= 6; k++ {
		s.change(i, end, fmt.Sprintf("(%s <<< %d)", s.of(i, end), k), 4)
	}
	ops := s.ops(i)
	for _, name := range s.unread(w.scope) {
		for _, op := range ops {
			s.follow(end, " "+op+" "+name, 2)
		}
	}
	// The next of a list of bits or of words.
	if s.after(i) == "[" && end == i+3 {
		if n, _, ok := number(s.words[i+2].text); ok {
			for _, op := range ops {
				s.follow(end, fmt.Sprintf(" %s %s[%d]", op, w.text, n+1), 2)
				if n > 0 {
					s.follow(end, fmt.Sprintf(" %s %s[%d]", op, w.text, n-1), 2)
				}
			}
		}
	}
	// An operand that has lost its other half.
	if names := s.scopes[w.scope]; len(names) <= maxScope {
		own := s.near(i)
		for _, name := range names {
			if name == w.text {
				continue
			}
			for _, op := range ops {
				if !slices.Contains(own, name) {
					s.follow(end, " "+op+" "+name, 2)
				}
			}
			for _, op := range []string{"^", "|", "&", "+", "-"} {
				s.change(i, end, fmt.Sprintf("(%s %s %s)", s.of(i, end), op, name), 4)
			}
		}
	}
}

// maxScope is how many names a scope has whose pairs are tried.
const maxScope = 12

// operandBegins reports whether a value is read from word i on.
func (s *stock) operandBegins(i int) bool {
	if next := s.after(i); next == "=" || next == "<=" && s.begins(i) || next == "(" && isName(s.before(i)) || s.before(i) == "." {
		return false
	}
	before := s.before(i)
	return opens(before) || others[before] != nil && before != "signed" && before != "posedge" && before != "negedge"
}

// ops are the operators of a word's statement, or some.
func (s *stock) ops(i int) (ops []string) {
	first := i
	for first > 0 && s.words[first-1].statement == s.words[i].statement {
		first--
	}
	for k := first; k < len(s.words) && s.words[k].statement == s.words[i].statement; k++ {
		switch o := s.words[k].text; o {
		case "+", "-", "^", "|", "&":
			if !slices.Contains(ops, o) {
				ops = append(ops, o)
			}
		}
	}
	if len(ops) == 0 {
		ops = []string{"+", "^"}
	}
	return ops
}

// ends adds a number at the end of a statement that gives a value.
func (s *stock) ends(i int) {
	gives := false
	for k := i - 1; k >= 0 && s.words[k].statement == s.words[i].statement; k-- {
		gives = gives || s.words[k].text == "=" || s.words[k].text == "<="
	}
	if !gives {
		return
	}
	for _, n := range append([]int64{1}, s.hints.Numbers...) {
		if n != 0 {
			s.insert(i, " + "+strconv.FormatInt(max(n, -n), 10), 4)
			s.insert(i, " - "+strconv.FormatInt(max(n, -n), 10), 4)
		}
	}
}
