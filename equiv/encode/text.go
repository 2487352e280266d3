package encode

import "strconv"

// text is an SMT-LIB 2 buffer.
type text struct{ b []byte }

func (t *text) str(s string) *text { t.b = append(t.b, s...); return t }

func (t *text) name(prefix byte, i int) *text {
	t.b = append(t.b, prefix)
	t.b = strconv.AppendInt(t.b, int64(i), 10)
	return t
}

// int writes an integer literal; SMT-LIB has no negative ones.
func (t *text) int(c int64) *text {
	if c < 0 {
		t.b = append(t.b, "(- "...)
		t.b = strconv.AppendUint(t.b, -uint64(c), 10)
		t.b = append(t.b, ')')
		return t
	}
	t.b = strconv.AppendInt(t.b, c, 10)
	return t
}

// num writes a plain decimal, as in an index.
func (t *text) num(i int) *text {
	t.b = strconv.AppendInt(t.b, int64(i), 10)
	return t
}

// bv writes the literal c modulo 2^w.
func (t *text) bv(c int64, w int) *text {
	t.b = append(t.b, "(_ bv"...)
	u := uint64(c)
	if w < 64 {
		u &= 1<<w - 1
	}
	t.b = strconv.AppendUint(t.b, u, 10)
	t.b = append(t.b, ' ')
	t.b = strconv.AppendInt(t.b, int64(w), 10)
	t.b = append(t.b, ')')
	return t
}
