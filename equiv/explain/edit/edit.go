package edit

import (
	"cmp"
	"slices"
)

// Change is one change of a text.
type Change struct {
	Line    int // from 1
	Was, Is string
	Cost    int // the smaller, the more probable
	from    int
}

// Apply is a text with the change.
func (c *Change) Apply(text string) string { return text[:c.from] + c.Is + text[c.from+len(c.Was):] }

// Hints are what is known about the layer that a text should compute.
type Hints struct {
	Numbers []int64 // that the specification has, or that a circuit lacks
	Widths  []int   // of inputs
}

// Changes are the changes of a text, the most probable first, in the order of the text
// where they are alike.
func Changes(text string, h Hints) []Change {
	s := &stock{text: text, words: split(text), hints: h, seen: map[Change]bool{}}
	s.read()
	s.progressions()
	for i := range s.words {
		s.numbers(i)
		s.names(i)
		s.operators(i)
		s.added(i)
	}
	slices.SortStableFunc(s.changes, func(a, b Change) int { return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Line, b.Line)) })
	return s.changes
}

// stock is the state of one Changes.
type stock struct {
	text    string
	words   []word
	hints   Hints
	changes []Change
	seen    map[Change]bool
	scopes  map[int][]string // names of a scope, in order
	reads   map[reading]int  // how often a name stands in a scope but for its declaration
}

type reading struct {
	scope int
	name  string
}

// read collects the names.
func (s *stock) read() {
	s.scopes, s.reads = map[int][]string{}, map[reading]int{}
	for i, w := range s.words {
		if !isName(w.text) || s.before(i) == "." || s.before(i) == "module" || s.before(i) == "function" {
			continue
		}
		if !slices.Contains(s.scopes[w.scope], w.text) {
			s.scopes[w.scope] = append(s.scopes[w.scope], w.text)
		}
		if next := s.after(i); w.header || next == "=" || next == "<=" || s.declares(i) {
			continue
		}
		s.reads[reading{w.scope, w.text}]++
	}
}

// declares reports whether a word stands in a list of declarations without a value.
func (s *stock) declares(i int) bool {
	for k := i - 1; k >= 0 && s.words[k].statement == s.words[i].statement; k-- {
		switch s.words[k].text {
		case "=":
			return false
		case "wire", "reg", "logic", "integer", "genvar", "input", "output", "int":
			return true
		}
	}
	return false
}

func (s *stock) before(i int) string {
	if i == 0 {
		return ""
	}
	return s.words[i-1].text
}

func (s *stock) after(i int) string {
	if i+1 >= len(s.words) {
		return ""
	}
	return s.words[i+1].text
}

// change replaces the words from first to last by a text.
func (s *stock) change(first, last int, is string, cost int) {
	w := s.words[first]
	to := s.words[last].at + len(s.words[last].text)
	s.put(Change{Line: w.line, Was: s.text[w.at:to], Is: is, Cost: cost, from: w.at})
}

// insert puts a text before a word.
func (s *stock) insert(i int, text string, cost int) {
	s.put(Change{Line: s.words[i].line, Is: text, Cost: cost, from: s.words[i].at})
}

// follow puts a text after a word.
func (s *stock) follow(i int, text string, cost int) {
	w := s.words[i]
	s.put(Change{Line: w.line, Is: text, Cost: cost, from: w.at + len(w.text)})
}

func (s *stock) put(c Change) {
	key := c
	key.Cost = 0
	if c.Was == c.Is || s.seen[key] {
		return
	}
	s.seen[key] = true
	s.changes = append(s.changes, c)
}
