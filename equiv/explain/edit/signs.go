package edit

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Signs are the changes of a text that make a term of a sum positive or negative. Those come
// first after which a line is like more other lines, and before which it is like fewer: of
// several lines of one form, an odd one is hardly what was meant.
func Signs(text string) []Change {
	lines := strings.Split(text, "\n")
	alike := map[string]int{}
	for _, l := range lines {
		alike[form(l)]++
	}
	var all []Change
	gain := map[int]int{} // by place
	for _, c := range Changes(text, Hints{}) {
		sign := (c.Was == "+" || c.Was == "-") && (c.Is == "+" || c.Is == "-")
		if !sign && !(strings.HasPrefix(c.Was, "+") && strings.HasSuffix(c.Was, "~") && c.Is == "-") {
			continue
		}
		was := lines[c.Line-1]
		is := strings.Split(c.Apply(text), "\n")[c.Line-1]
		gain[c.from] = alike[form(is)] - (alike[form(was)] - 1)
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(gain[b.from], gain[a.from]) })
	return all
}

// words of a line that its form does not tell apart, and comments.
var (
	anyWord = regexp.MustCompile(`[A-Za-z_$][\w$]*|[0-9][\w']*`)
	remark  = regexp.MustCompile(`//.*`)
)

// form is a line without its names and numbers.
func form(line string) string {
	return strings.Join(strings.Fields(anyWord.ReplaceAllString(remark.ReplaceAllString(line, ""), "n")), " ")
}
