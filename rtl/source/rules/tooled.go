package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// allSubsets is the greatest number of names of tools of which all subsets are tried. Of more
// names, it is each alone, each two, and all.
const allSubsets = 6

// Tooled finds conditions on names that tools define, such as __ICARUS__ or SYNTHESIS, if the
// hardware of the text depends on them: the text is preprocessed with the names defined and
// not, and what computes something has to be the same. A name that the user defines counts as
// defined for every tool. Texts that cannot be preprocessed at all have no findings.
func Tooled(s source.Sources) (found []source.Message) {
	at := map[string]source.Message{}
	var names []string
	for _, f := range slices.Concat(s.Files, s.Extra) {
		text := uncommented(f.Text)
		for _, m := range conditional.FindAllStringSubmatchIndex(text, -1) {
			if m[4] < 0 {
				continue
			}
			name := text[m[4]:m[5]]
			_, seen := at[name]
			if seen || !toolNames[name] || slices.ContainsFunc(s.Defines, func(d source.Define) bool { return d.Name == name }) {
				continue
			}
			at[name] = source.Message{File: f.Name, Line: 1 + strings.Count(text[:m[0]], "\n")}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	plain, ok := computes(s, nil)
	if !ok {
		return nil
	}
	var told []string
	for _, set := range settings(names) {
		if slices.ContainsFunc(set, func(name string) bool { return slices.Contains(told, name) }) {
			continue
		}
		if other, ok := computes(s, set); ok && slices.Equal(plain, other) {
			continue
		}
		told = append(told, set...)
		for _, name := range set {
			m := at[name]
			m.Text = "what computes something depends on " + strings.Join(set, " and ") + ", which some tools define: what is cast may be another text than what is proved; name the macro otherwise, or define it for all"
			found = append(found, m)
		}
	}
	return found
}

// settings are the sets of names to define, the smaller ones first.
func settings(names []string) (sets [][]string) {
	n := len(names)
	if n > allSubsets {
		for i := range names {
			sets = append(sets, names[i:i+1])
		}
		for i := range names {
			for j := range i {
				sets = append(sets, []string{names[j], names[i]})
			}
		}
		return append(sets, names)
	}
	for bits := 1; bits < 1<<n; bits++ {
		var set []string
		for i, name := range names {
			if bits>>i&1 == 1 {
				set = append(set, name)
			}
		}
		sets = append(sets, set)
	}
	slices.SortStableFunc(sets, func(a, b []string) int { return len(a) - len(b) })
	return sets
}

// computes is the words that compute something, with more names defined.
func computes(s source.Sources, names []string) (all []string, ok bool) {
	s.Defines = slices.Clone(s.Defines)
	for _, name := range names {
		s.Defines = append(s.Defines, source.Define{Name: name, Value: "1"})
	}
	text, err := source.Read(s)
	if err != nil {
		return nil, false
	}
	files, err := text.Stripped()
	for _, f := range files {
		all = append(withoutIdle(all, f), "\n") // no word
	}
	return all, err == nil
}

// withoutIdle adds tokens to words, but for statements and processes that do nothing: what
// printed is left out of them.
func withoutIdle(words []string, tokens []source.Token) []string {
	ends := func(tail ...string) bool {
		n := len(words) - len(tail)
		return n >= 0 && slices.Equal(words[n:], tail)
	}
	for i, t := range tokens {
		words = append(words, t.Text)
		if ends("begin", "end") {
			words = append(words[:len(words)-2], ";")
		}
		for more := true; more && ends(";"); {
			more = false
			switch n := len(words) - 1; {
			case ends("begin", ";"), ends(";", ";"):
				words = words[:n]
			case ends("initial", ";"), ends("always_comb", ";"):
				words, more = words[:n-1], true
			case ends("always", "@", "*", ";"):
				words, more = words[:n-3], true
			case ends(")", ";"):
				from := opening(words, n-1)
				switch {
				case from >= 1 && words[from-1] == "if" && !(i+1 < len(tokens) && tokens[i+1].Is("else")):
					words, more = append(words[:from-1], ";"), true
				case from >= 2 && words[from-1] == "@" && words[from-2] == "always":
					words, more = words[:from-2], true
				}
			}
		}
	}
	return words
}

// opening is the place of the parenthesis that the one at end closes, if nothing is called
// between them; else -1.
func opening(words []string, end int) int {
	depth := 0
	for i := end; i >= 0; i-- {
		switch words[i] {
		case ")":
			depth++
		case "(":
			if depth--; depth == 0 {
				return i
			}
			if i > 0 && plainWord.MatchString(words[i-1]) {
				return -1
			}
		}
	}
	return -1
}

// plainWord may be the name of a function, or of a task.
var plainWord = regexp.MustCompile(`^[A-Za-z_$\\]`)

// uncommented is a text without comments and strings, with its lines.
func uncommented(text []byte) string {
	return commentText.ReplaceAllStringFunc(string(text), func(m string) string {
		return strings.Repeat("\n", strings.Count(m, "\n"))
	})
}
