package certificate

import (
	"context"
	"fmt"

	"github.com/hashiflex/hashiflex/spec"
)

// tail is a point behind its cuts: two functions of the integer u. The circuit's are the
// nets; golden's is gold of scale×u + offset, in width bits, and lies within out.
type tail struct {
	gold          func(acc int64) int64
	name          string // says what gold is, within the layer
	width         int
	out           spec.Range
	scale, offset int64
	cuts          []Cut
	nets          []cell // in order; operand -1-i is cut i, any other one a net of this list
	last          int    // operand
}

// behind goes back from net out to the cuts.
func (t *tail) behind(m *module, out int) error {
	at := map[int]int{}
	var visit func(v int) (int, error)
	visit = func(v int) (int, error) {
		if x, ok := at[v]; ok {
			return x, nil
		}
		c := m.cells[v]
		args := make([]int, len(c.args))
		low := false
		for i, cut := range t.cuts {
			if cut.Net == v && cut.Width == c.width {
				at[v] = -1 - i
				return at[v], nil
			}
			if c.op == "slice" && c.args[0] == cut.Net && c.width+int(c.k) <= cut.Width {
				low, args[0] = true, -1-i // it reads the cut's bits alone
			}
		}
		if c.op != "const" && operators[c.op].arity == 0 {
			return 0, fmt.Errorf("%s v%d lies behind the cuts", c.op, v)
		}
		for i, a := range c.args {
			if !low {
				x, err := visit(a)
				if err != nil {
					return 0, err
				}
				args[i] = x
			}
		}
		c.args = args
		t.nets = append(t.nets, c)
		at[v] = len(t.nets) - 1
		return at[v], nil
	}
	var err error
	t.last, err = visit(out)
	return err
}

// text has everything that the tail of a point is within its layer: equal texts are equal
// functions.
func (t *tail) text() string {
	s := fmt.Sprintln(t.name, t.width, t.out, t.scale, t.offset, t.last)
	for _, c := range t.cuts {
		s += fmt.Sprintln(c.Width, c.Mul, c.Add)
	}
	for _, c := range t.nets {
		s += fmt.Sprintln(c.op, c.width, c.k, c.args)
	}
	return s
}

// most is how many values of u are tried for one tail.
const most = 1 << 28

// try compares both functions for every u of an interval: the output has the bits of
// golden's integer, which lies within what the next layer takes for granted.
func (t *tail) try(ctx context.Context, in spec.Range) error {
	acc := span(spec.Range{Lo: t.offset, Hi: t.offset}, t.scale, in)
	if limit := int64(1) << spec.MaxAccWidth; in.Hi-in.Lo >= most || acc.Lo < -limit || acc.Hi > limit {
		return fmt.Errorf("too many values, or too large ones: u in %v, the accumulator in %v", in, acc)
	}
	cuts, nets := make([]uint64, len(t.cuts)), make([]uint64, len(t.nets))
	of := func(x int) (bits uint64, width int) {
		if x < 0 {
			return cuts[-1-x], t.cuts[-1-x].Width
		}
		return nets[x], t.nets[x].width
	}
	done := 0 // cells, since ctx was asked
	for u := in.Lo; u <= in.Hi; u++ {
		if done += 1 + len(t.nets); done > 1<<20 {
			if done = 0; ctx.Err() != nil {
				return ctx.Err()
			}
		}
		for i, c := range t.cuts {
			cuts[i] = uint64(c.Mul*u+c.Add) & mask(c.Width)
		}
		for i := range t.nets {
			c := &t.nets[i]
			if c.op == "const" {
				nets[i] = c.k
				continue
			}
			var x [3]uint64
			var wa int
			for n := len(c.args) - 1; n >= 0; n-- {
				x[n], wa = of(c.args[n])
			}
			nets[i] = c.means(x, wa, c.k) & mask(c.width)
		}
		gold := t.gold(t.scale*u + t.offset)
		if y, _ := of(t.last); uint64(gold)&mask(t.width) != y || !t.out.Contains(gold) {
			return fmt.Errorf("for u = %d the circuit gives %d, and golden %d of %v", u, y, gold, t.out)
		}
	}
	return nil
}
