package edit

import (
	"fmt"
	"strconv"
	"strings"
)

// numbers changes the literal at i.
func (s *stock) numbers(i int) {
	w := s.words[i]
	n, write, ok := number(w.text)
	if !ok || w.width {
		return
	}
	put := func(v int64, cost int) {
		if text, ok := write(v); ok && v != n {
			s.change(i, i, text, cost)
		}
	}
	put(n+1, 1)
	put(n-1, 1)
	put(n+2, 2)
	put(n-2, 2)
	if w.loop || w.size {
		// A much larger one may never be read to its end.
		s.signs(i, n)
		return
	}
	put(2*n, 2)
	put(n/2, 3)
	for k := int64(4); k <= 64; k *= 2 {
		put(n+k, 3)
		put(n-k, 3)
	}
	for _, h := range s.hints.Numbers {
		put(max(h, -h), 2)
		if text, ok := write(max(h, -h)); ok && s.before(i) != "[" {
			s.change(i, i, "-"+text, 3)
		}
	}
	s.signs(i, n)
	s.bounds(i, n, write)
	s.repeated(i)
}

// signs makes a number negative, or positive.
func (s *stock) signs(i int, n int64) {
	if n == 0 {
		return
	}
	switch before := s.before(i); before {
	case "-":
		if i > 1 && opens(s.words[i-2].text) {
			s.change(i-1, i, s.words[i].text, 1)
		}
	default:
		if opens(before) && before != "[" {
			s.change(i, i, "-"+s.words[i].text, 2)
		}
	}
}

// opens reports whether an operand begins after a word.
func opens(w string) bool {
	switch w {
	case "=", "(", ",", ":", "?", "{", "<=", "return":
		return true
	}
	return false
}

// bounds moves both bounds of a part of a word.
func (s *stock) bounds(i int, n int64, write func(int64) (string, bool)) {
	if s.before(i) != "[" || s.after(i) != ":" || i+3 >= len(s.words) || s.words[i+3].text != "]" || s.words[i].header {
		return
	}
	low, other, ok := number(s.words[i+2].text)
	if !ok {
		return
	}
	size := n - low + 1
	for _, d := range []int64{1, -1, 2, -2, size, -size} {
		a, fine := write(n + d)
		b, good := other(low + d)
		if fine && good {
			s.change(i, i+2, a+":"+b, 2)
		}
	}
	// What a part leaves out is filled up beside it.
	k := i + 3
	if k+2 >= len(s.words) || s.words[k+1].text != "," {
		return
	}
	width, rest, sized := strings.Cut(s.words[k+2].text, "'")
	fill, err := strconv.Atoi(width)
	if m, _, ok := number(s.words[k+2].text); !ok || m != 0 || !sized || err != nil {
		return
	}
	for _, d := range []int{1, -1} {
		if a, fine := write(n + int64(d)); fine && fill > d {
			s.change(i, k+2, fmt.Sprintf("%s:%s], %d'%s", a, s.words[i+2].text, fill-d, rest), 2)
		}
	}
}

// repeated makes copies of a constant those of a word's top bit.
func (s *stock) repeated(i int) {
	if s.before(i) != "{" || s.after(i) != "}" || i+4 >= len(s.words) || s.words[i+2].text != "}" {
		return
	}
	if s.words[i+3].text != "," || !isName(s.words[i+4].text) {
		return
	}
	for _, w := range s.hints.Widths {
		s.change(i, i, fmt.Sprintf("%s[%d]", s.words[i+4].text, w-1), 2)
	}
}

// progressions are numbers that break an arithmetic progression of statements of one shape.
func (s *stock) progressions() {
	type row struct {
		shape  string
		at     []int // words that are numbers
		values []int64
	}
	var rows []row
	for i := 0; i < len(s.words); {
		var shape strings.Builder
		var r row
		statement := s.words[i].statement
		for ; i < len(s.words) && s.words[i].statement == statement; i++ {
			n, _, ok := number(s.words[i].text)
			if s.words[i].text == "default" {
				// The last of a table.
				shape.WriteString("# ")
				r.at, r.values = append(r.at, -1), append(r.values, 0)
				continue
			}
			if !ok {
				if s.words[i].text == "-" && i > 0 && opens(s.words[i-1].text) {
					continue
				}
				shape.WriteString(s.words[i].text + " ")
				continue
			}
			if i > 1 && s.words[i-1].text == "-" && opens(s.words[i-2].text) {
				n = -n
			}
			shape.WriteString("# ")
			r.at, r.values = append(r.at, i), append(r.values, n)
		}
		r.shape = shape.String()
		rows = append(rows, r)
	}
	same := func(i, k int) bool { return k >= 0 && k < len(rows) && rows[k].shape == rows[i].shape }
	for i, r := range rows {
		for j, at := range r.at {
			if at < 0 {
				continue
			}
			guess := func(a, b int, to func(x, y int64) int64) {
				if !same(i, i+a) || !same(i, i+b) {
					return
				}
				v := to(rows[i+a].values[j], rows[i+b].values[j])
				if v == r.values[j] {
					return
				}
				first, sign := at, ""
				if at > 1 && s.before(at) == "-" && opens(s.words[at-2].text) {
					first--
				}
				if v < 0 {
					v, sign = -v, "-"
				}
				_, write, _ := number(s.words[at].text)
				if text, ok := write(v); ok {
					s.change(first, at, sign+text, 1)
				}
			}
			guess(-1, 1, func(x, y int64) int64 { return (x + y) / 2 })
			guess(-1, -2, func(x, y int64) int64 { return 2*x - y })
			guess(1, 2, func(x, y int64) int64 { return 2*x - y })
		}
	}
}
