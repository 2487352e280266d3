package edit

import (
	"slices"
)

// Of the names of a scope so many of a family and of a statement stand in for another.
const (
	maxFamily    = 6
	maxStatement = 8
)

// names changes the name at i.
func (s *stock) names(i int) {
	w := s.words[i]
	if w.loop || !isName(w.text) || w.header || s.before(i) == "." || s.after(i) == "(" && isName(s.before(i)) || s.declares(i) {
		return
	}
	if next := s.after(i); next == "=" || next == "<=" && s.begins(i) {
		return
	}
	all := s.scopes[w.scope]
	short, n := family(w.text)
	var like []string
	for _, name := range all {
		if f, k := family(name); f == short && name != w.text && k >= 0 && n >= 0 {
			like = append(like, name)
		}
	}
	away := func(name string) int {
		_, k := family(name)
		return max(k-n, n-k)
	}
	slices.SortStableFunc(like, func(a, b string) int { return away(a) - away(b) })
	for k, name := range like {
		cost := 3
		if s.reads[reading{w.scope, name}] == 0 || away(name) == 1 {
			cost = 1
		}
		if k < maxFamily || cost == 1 {
			s.change(i, i, name, cost)
		}
	}
	count := 0
	for _, o := range s.near(i) {
		if o != w.text && count < maxStatement {
			s.change(i, i, o, 2)
			count++
		}
	}
	for _, name := range all {
		if name != w.text && s.reads[reading{w.scope, name}] == 0 {
			s.change(i, i, name, 2)
		}
	}
}

// begins reports whether the statement begins with the word at i.
func (s *stock) begins(i int) bool {
	return i == 0 || s.words[i-1].statement != s.words[i].statement || s.before(i) == ")" || s.before(i) == ":"
}

// near are the names of the statement of a word.
func (s *stock) near(i int) (names []string) {
	first := i
	for first > 0 && s.words[first-1].statement == s.words[i].statement {
		first--
	}
	for k := first; k < len(s.words) && s.words[k].statement == s.words[i].statement; k++ {
		if w := s.words[k]; isName(w.text) && s.before(k) != "." && !slices.Contains(names, w.text) {
			names = append(names, w.text)
		}
	}
	return names
}

// unread are names of a scope that nothing reads.
func (s *stock) unread(scope int) (names []string) {
	for _, name := range s.scopes[scope] {
		if s.reads[reading{scope, name}] == 0 {
			names = append(names, name)
		}
	}
	return names
}
