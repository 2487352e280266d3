package source

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// A converter keeps names and numbers of a line, but no places. So a line that it wrote is
// taken for the one of the user's with which it shares most of them, rare ones before
// frequent ones. Between lines that share as much, the nearest behind the last one counts. A
// line that shares too little has no origin. The places are for people: nothing is proved by
// them.

// Place is a line of a user's file.
type Place struct {
	File string
	Line int
}

const (
	// shared is the part of a line's words, by weight, that its origin has.
	shared = 0.4
	// words of more lines than that say nothing.
	everywhere = 200
)

// lineOf is one line with its words.
type lineOf struct {
	Place
	words  map[string]bool
	weight float64
}

// linesOf are the lines of texts, with the names and numbers that stand there.
func linesOf(files []Tokens) (all []lineOf) {
	for _, f := range files {
		for _, t := range f.List {
			if t.Kind != Identifier && t.Kind != Escaped && t.Kind != Number && t.Kind != System {
				continue
			}
			at := Place{t.File, t.Line}
			if n := len(all); n == 0 || all[n-1].Place != at {
				all = append(all, lineOf{Place: at, words: map[string]bool{}})
			}
			all[len(all)-1].words[t.Text] = true
		}
	}
	return all
}

// locate finds the origin of each line of the conversion.
func (c *Conversion) locate(original *Text) {
	made, err := Read(Sources{Files: []File{{Name: ConvertedFile, Text: c.Text, Language: SystemVerilog}}})
	if err != nil {
		return // a front end says so
	}
	from := linesOf(original.Files)
	with := map[string][]int{} // the lines of a word
	for i, l := range from {
		for w := range l.words {
			with[w] = append(with[w], i)
		}
	}
	weight := func(word string) float64 {
		n := len(with[word])
		if n > everywhere {
			return 0
		}
		return math.Log(1 + float64(len(from))/float64(n+1))
	}
	for i := range from {
		for w := range from[i].words {
			from[i].weight += weight(w)
		}
	}
	last := -1
	for _, l := range linesOf(made.Files) {
		both := map[int]float64{}
		for w := range l.words {
			l.weight += weight(w)
			if n := with[w]; len(n) <= everywhere {
				for _, i := range n {
					both[i] += weight(w)
				}
			}
		}
		best, most := -1, 0.0
		far := func(i int) int {
			if i >= last {
				return i - last
			}
			return 2 * (last - i)
		}
		for i, b := range both {
			score := 2 * b / (l.weight + from[i].weight)
			const equal = 1e-9
			if b < shared*l.weight || score < most-equal || score < most+equal && far(i) >= far(best) {
				continue
			}
			best, most = i, score
		}
		if best < 0 {
			continue
		}
		last = best
		for len(c.Lines) <= l.Line {
			c.Lines = append(c.Lines, Place{})
		}
		c.Lines[l.Line] = from[best].Place
	}
}

// Origin is the user's line that a line of the conversion was written from.
func (c *Conversion) Origin(line int) (Place, bool) {
	if c == nil || line < 0 || line >= len(c.Lines) || c.Lines[line].File == "" {
		return Place{}, false
	}
	return c.Lines[line], true
}

// converted is a place in a conversion: its line, and columns.
var converted = regexp.MustCompile(regexp.QuoteMeta(ConvertedFile) + `:(\d+)((?:\.\d+)?(?:-\d+\.\d+)?)`)

// Said is what is said about a conversion, with places in the user's files as far as they
// are known.
func (c *Conversion) Said(text string) string {
	if c == nil {
		return text
	}
	return converted.ReplaceAllStringFunc(text, func(s string) string {
		line, err := strconv.Atoi(converted.FindStringSubmatch(s)[1])
		if at, ok := c.Origin(line); err == nil && ok {
			return fmt.Sprintf("%s:%d", at.File, at.Line)
		}
		return s
	})
}
