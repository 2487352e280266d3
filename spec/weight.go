package spec

import (
	"math/bits"
	"strconv"
	"strings"
)

// Code is zero or a signed power of two. 0 is zero; ±(1+j) is ±2^(base+j), where base is
// the channel's and 0 ≤ j < 2^(bits-1)-1.
type Code int8

// Sign is -1, 0 or 1.
func (c Code) Sign() int {
	switch {
	case c < 0:
		return -1
	case c > 0:
		return 1
	}
	return 0
}

// Shift is j of ±2^(base+j): the number of places by which a term is shifted left in
// the accumulator's exact unit. It has no meaning for the zero code.
func (c Code) Shift() int {
	if c < 0 {
		return -int(c) - 1
	}
	return int(c) - 1
}

// Value is the code as an integer, in units of 2^base; a shift beyond 62 is 0.
func (c Code) Value() int64 {
	if c == 0 {
		return 0
	}
	return int64(c.Sign()) << c.Shift()
}

// Weight is one weight as the terms of its sum: nonzero codes in canonical signed
// digits, the largest power first. No two of them are neighbouring powers. So every
// integer has exactly one form, and no other form has fewer terms. The empty weight is
// zero.
type Weight []Code

// Value is the weight as an integer, in units of 2^base.
func (w Weight) Value() (v int64) {
	for _, c := range w {
		v += c.Value()
	}
	return v
}

// Spell is the weight of value v, |v| ≤ 2^62: its canonical signed digits.
func Spell(v int64) Weight {
	var w Weight
	for v != 0 {
		j := bits.TrailingZeros64(uint64(v))
		c := Code(1 + j)
		d := int64(1) << j
		// The digit that leaves two zeros behind it, or the last one.
		if v>>j&3 == 3 {
			c, d = -c, -d
		}
		w = append(w, c)
		v -= d
	}
	for i, k := 0, len(w)-1; i < k; i, k = i+1, k-1 {
		w[i], w[k] = w[k], w[i]
	}
	return w
}

// Sum writes an integer as its terms: "4+1" for 5, "8−1" for 7.
func Sum(v int64) string {
	var b strings.Builder
	for i, c := range Spell(v) {
		switch {
		case c < 0:
			b.WriteString("−")
		case i > 0:
			b.WriteString("+")
		}
		b.WriteString(strconv.FormatUint(1<<c.Shift(), 10))
	}
	if b.Len() == 0 {
		return "0"
	}
	return b.String()
}

// canonical reports whether the codes of one weight are as in Weight, with zeros behind
// them.
func canonical(codes []Code) bool {
	for i, c := range codes[1:] {
		before := codes[i]
		if c != 0 && (before == 0 || before.Shift()-c.Shift() < 2) {
			return false
		}
	}
	return true
}

// PerWeight is the number of codes of each weight.
func (c *Conv) PerWeight() int { return max(1, c.Terms) }

// Taps is the number of weights of output channel oc, zeros included.
func (l *Layer) Taps() int {
	c := l.Op.(*Conv)
	return l.in[0].C / c.Groups * c.Kernel[0] * c.Kernel[1]
}

// Channel returns output channel oc's codes by tap, PerWeight of them for each.
func (l *Layer) Channel(oc int) []Code {
	c := l.Op.(*Conv)
	n := l.Taps() * c.PerWeight()
	return c.Codes[oc*n : (oc+1)*n]
}

// Weight is the weight of tap t of output channel oc.
func (l *Layer) Weight(oc, t int) Weight {
	c := l.Op.(*Conv)
	n := c.PerWeight()
	from := (oc*l.Taps() + t) * n
	w := c.Codes[from : from+n : from+n]
	for n > 0 && w[n-1] == 0 {
		n--
	}
	return Weight(w[:n])
}
