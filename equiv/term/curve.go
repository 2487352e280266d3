package term

import (
	"math/bits"

	"github.com/hashiflex/hashiflex/spec"
)

// Curve is an integer function on an interval of integers, as affine pieces from left
// to right. It represents a function of a wide word without enumerating the word's
// values. The operations on curves are those that lifting needs. Each splits its
// operands where the shape of the result changes. A curve that would need more than
// maxRuns pieces, or values beyond maxValue, is not Known.
type Curve struct {
	dom   spec.Range
	runs  []Piece // not empty if known; a piece of one point has slope 0
	rough bool
}

const (
	maxRuns  = 1 << 16
	maxValue = 1<<62 - 1 // keeps differences, and with them Slope × (t - Start), within int64
)

// Point is the function on one point whose value is v.
func Point(v int64) Curve { return straight(spec.Range{}, v, 0) }

// straight is v at the start of dom and slope more for each step.
func straight(dom spec.Range, v, slope int64) Curve {
	c := Curve{dom: dom}
	c.run(dom.Lo, dom.Hi, v, slope)
	return c
}

// Known reports whether c is within the limits of a Curve.
func (c Curve) Known() bool { return !c.rough }

// Value is the function's value at the start of its interval.
func (c Curve) Value() int64 { return c.runs[0].Value }

// run appends a piece from t up to end.
func (c *Curve) run(t, end, v, slope int64) {
	if t == end {
		slope = 0
	}
	if c.rough || len(c.runs) == maxRuns || beyond(v) || beyond(slope) || beyond(add(v, mul(slope, end-t))) {
		c.rough = true
		return
	}
	if n := len(c.runs); n > 0 {
		if p := c.runs[n-1]; p.Slope == slope && p.Value+slope*(t-p.Start) == v {
			return
		}
	}
	c.runs = append(c.runs, Piece{Start: t, Value: v, Slope: slope})
}

func beyond(v int64) bool { return v > maxValue || v < -maxValue }

// end is the last point of piece i.
func (c Curve) end(i int) int64 {
	if i+1 < len(c.runs) {
		return c.runs[i+1].Start - 1
	}
	return c.dom.Hi
}

// refine cuts curves on one interval wherever any of them has a new piece. It calls f
// for each part: the points t..end, and the curves' pieces there, each with its value
// at t. The result is what f appends to out.
func refine(curves []Curve, f func(out *Curve, t, end int64, ps []Piece)) Curve {
	out := Curve{dom: curves[0].dom}
	for _, c := range curves {
		out.rough = out.rough || c.rough
	}
	at, ps := make([]int, len(curves)), make([]Piece, len(curves))
	for t := out.dom.Lo; !out.rough; {
		end := out.dom.Hi
		for i, c := range curves {
			end = min(end, c.end(at[i]))
		}
		for i, c := range curves {
			p := c.runs[at[i]]
			ps[i] = Piece{t, p.Value + p.Slope*(t-p.Start), p.Slope}
			if c.end(at[i]) == end {
				at[i]++
			}
		}
		f(&out, t, end, ps)
		if end == out.dom.Hi {
			break
		}
		t = end + 1
	}
	return out
}

// Plus is c + k×d.
func (c Curve) Plus(k int64, d Curve) Curve {
	return refine([]Curve{c, d}, func(out *Curve, t, end int64, ps []Piece) {
		out.run(t, end, add(ps[0].Value, mul(k, ps[1].Value)), add(ps[0].Slope, mul(k, ps[1].Slope)))
	})
}

// Floor is floor(c / 2^k), a step for each multiple of 2^k that c passes.
func (c Curve) Floor(k int) Curve {
	k = min(k, 62) // 0 or -1 from there on
	return c.windows(0, k, func(out *Curve, t, end, _, _, quotient int64) {
		out.run(t, end, quotient, 0)
	})
}

// Word is c modulo 2^w, read as a number of w bits, in two's complement if signed.
func (c Curve) Word(w int, signed bool) Curve {
	least := int64(0)
	if signed {
		least = -1 << (w - 1)
	}
	return c.windows(least, w, func(out *Curve, t, end, v, slope, quotient int64) {
		out.run(t, end, v-quotient<<w, slope)
	})
}

// windows cuts c where floor((c - least) / 2^k) changes.
func (c Curve) windows(least int64, k int, f func(out *Curve, t, end, v, slope, quotient int64)) Curve {
	return refine([]Curve{c}, func(out *Curve, t, end int64, ps []Piece) {
		v, slope := ps[0].Value, ps[0].Slope
		for !out.rough {
			q := (v - least) >> k
			low, last := least+q<<k, end
			switch {
			case slope > 0:
				last = min(last, t+(low+1<<k-1-v)/slope)
			case slope < 0:
				last = min(last, t+(v-low)/-slope)
			}
			f(out, t, last, v, slope, q)
			if last == end {
				return
			}
			v += slope * (last + 1 - t)
			t = last + 1
		}
	})
}

// Less is 1 where c < d, else 0.
func (c Curve) Less(d Curve) Curve {
	return refine([]Curve{c.Plus(-1, d)}, func(out *Curve, t, end int64, ps []Piece) {
		v, slope := ps[0].Value, ps[0].Slope
		now, turn := int64(0), end+1
		switch {
		case v < 0 && slope > 0:
			turn = min(turn, t+(-v+slope-1)/slope)
		case v >= 0 && slope < 0:
			turn = min(turn, t+v/-slope+1)
		}
		if v < 0 {
			now = 1
		}
		out.run(t, turn-1, now, 0)
		if turn <= end {
			out.run(turn, end, 1-now, 0)
		}
	})
}

// Equal is 1 where c = d, else 0.
func (c Curve) Equal(d Curve) Curve {
	zero, one := c.Constant(0), c.Constant(1)
	return Select(c.Less(d), zero, Select(d.Less(c), zero, one))
}

// Constant is v on c's interval.
func (c Curve) Constant(v int64) Curve { return straight(c.dom, v, 0) }

// Select is then where c is not 0, and els elsewhere. It is Known only if c is constant
// on each of its pieces, as results of comparisons are.
func Select(c, then, els Curve) Curve {
	return refine([]Curve{c, then, els}, func(out *Curve, t, end int64, ps []Piece) {
		p := ps[2]
		if ps[0].Value != 0 {
			p = ps[1]
		}
		out.rough = out.rough || ps[0].Slope != 0
		out.run(t, end, p.Value, p.Slope)
	})
}

// Parity is 1 where c has an odd number of ones in two's complement of 64 bits. It
// is not known unless c is constant on each of its pieces.
func (c Curve) Parity() Curve {
	return refine([]Curve{c}, func(out *Curve, t, end int64, ps []Piece) {
		out.rough = out.rough || ps[0].Slope != 0
		out.run(t, end, int64(bits.OnesCount64(uint64(ps[0].Value))&1), 0)
	})
}

// pieces are the maximal affine pieces, found greedily from the left: equal
// functions have equal pieces, however they were put together.
func (c Curve) pieces() []Piece {
	var out []Piece
	alone := false // the last piece has one point so far
	for i, r := range c.runs {
		t, end, v := r.Start, c.end(i), r.Value
		if n := len(out); n > 0 {
			p := &out[n-1]
			if alone {
				p.Slope, alone = v-p.Value, false
			}
			if p.Value+p.Slope*(t-p.Start) == v {
				if t == end || r.Slope == p.Slope {
					continue
				}
				t, v = t+1, v+r.Slope
			}
		}
		out = append(out, Piece{t, v, r.Slope})
		if alone = t == end; alone {
			out[len(out)-1].Slope = 0
		}
	}
	return out
}
