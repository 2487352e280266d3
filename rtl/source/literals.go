package source

import (
	"slices"
	"strconv"
	"strings"
)

// Literals are the values of the integer constants in a text, each once, in order: the
// value of its digits, and also the signed value if its size makes the top bit a sign.
// Constants of more than 62 bits, and those with x, z or ?, are left out. Literals are
// hints for the choice of test inputs. No verdict depends on them.
func (t *Text) Literals() []int64 {
	seen := map[int64]bool{}
	for _, f := range t.Files {
		for _, k := range f.List {
			if k.Kind != Number {
				continue
			}
			for _, v := range literal(k.Text) {
				seen[v] = true
			}
		}
	}
	all := make([]int64, 0, len(seen))
	for v := range seen {
		all = append(all, v)
	}
	slices.Sort(all)
	return all
}

// literal is the possible values of one constant; IEEE 1364-2005, 3.5.1.
func literal(text string) []int64 {
	text = strings.Map(func(r rune) rune {
		if r == '_' || r == ' ' || r == '\t' || r == '\n' {
			return -1
		}
		return r
	}, strings.ToLower(text))
	size, digits, based := strings.Cut(text, "'")
	base, width := 10, 32
	if !based {
		digits = size
	} else {
		digits = strings.TrimPrefix(digits, "s")
		if digits == "" {
			return nil
		}
		bases := map[byte]int{'b': 2, 'o': 8, 'd': 10, 'h': 16}
		var ok bool
		if base, ok = bases[digits[0]]; !ok {
			return nil
		}
		digits = digits[1:]
		if size != "" {
			var err error
			if width, err = strconv.Atoi(size); err != nil {
				return nil
			}
		}
	}
	v, err := strconv.ParseInt(digits, base, 63)
	if err != nil || width < 1 || width > 62 {
		return nil
	}
	v &= 1<<width - 1
	if v>>(width-1) == 1 {
		return []int64{v, v - 1<<width}
	}
	return []int64{v}
}
