package equiv

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// cutPoint is a net whose low width bits are mul×u + add modulo 2^width, where u is the
// variable of the tail: mostly all of its bits.
type cutPoint struct {
	net      netlist.Value
	width    int
	mul, add int64
	// by is the slice that reads the net's low bits if width is less than the net's; 0:
	// every reader of the net.
	by netlist.Value
}

// findCuts walks back from out to the nets that are affine in p, the primitive form of
// the model's accumulator m×p + c, and stops at the first ones whose own operands no
// longer are: normally the one net that holds the accumulator. The error says where the
// cone reaches a net that is not affine in p. A net whose form is constant is followed
// to its operands. It becomes a cut, which does not depend on u, only if the operands
// lead to such a net.
func findCuts(l *lift.Lifter, m *netlist.Module, out netlist.Value, p term.Form, scale int64) ([]cutPoint, error) {
	cuts, err := cutsAt(l, m, out, p, scale, false)
	if err != nil {
		if fixed, e := cutsAt(l, m, out, p, scale, true); e == nil {
			return fixed, nil
		}
	}
	return cuts, err
}

// cutsAtSums is findCuts where only sums need be lifted: the cone above the cuts has none,
// and at every cut the sum is the accumulator up to a constant. The logic behind such a
// cut has forms that are as long as the accumulator and help nobody.
func cutsAtSums(l *lift.Lifter, m *netlist.Module, out netlist.Value, p term.Form, scale int64) (cuts []cutPoint, ok bool) {
	affine := func(v netlist.Value) (at cutPoint, sum, ok bool) {
		n, sum := l.Sum(v)
		if !sum {
			return cutPoint{}, false, false
		}
		c, ok := n.Form.AffineMod(p, scale, m.Width(v))
		return cutPoint{net: v, width: m.Width(v), mul: scale, add: c}, true, ok
	}
	visited := map[netlist.Value]bool{}
	stack := []netlist.Value{out}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if visited[v] {
			continue
		}
		visited[v] = true
		c := &m.Cells[v]
		args := c.Args[:c.Op.Arity()]
		at, sum, ok := affine(v)
		if ok {
			// Behind it there may be an earlier one; see cutsAt.
			if before, one := only(m, args); one {
				if _, _, earlier := affine(before); earlier {
					stack = append(stack, before)
					continue
				}
			}
			cuts = append(cuts, at)
			continue
		}
		if sum || len(args) == 0 && c.Op != netlist.OpConst {
			return nil, false
		}
		for i := len(args) - 1; i >= 0; i-- {
			stack = append(stack, args[i])
		}
	}
	return cuts, len(cuts) > 0
}

// only is the one of the operands that is no constant.
func only(m *netlist.Module, args []netlist.Value) (v netlist.Value, ok bool) {
	for _, a := range args {
		if m.Cells[a].Op == netlist.OpConst {
			continue
		}
		if v != 0 {
			return 0, false
		}
		v = a
	}
	return v, v != 0
}

// cutsAt is findCuts; constants says whether nets with a constant form may be cuts.
func cutsAt(l *lift.Lifter, m *netlist.Module, out netlist.Value, p term.Form, scale int64, constants bool) ([]cutPoint, error) {
	type state uint8
	const (
		other state = iota + 1
		fixed
		affine
	)
	seen := map[netlist.Value]state{}
	points := map[netlist.Value]cutPoint{}
	classify := func(v netlist.Value) state {
		if s, ok := seen[v]; ok {
			return s
		}
		s := other
		w := m.Width(v)
		f := l.Net(v).Form
		if w <= lift.MaxWidth {
			if c, ok := f.AffineMod(p, scale, w); ok {
				s, points[v] = affine, cutPoint{net: v, width: w, mul: scale, add: c}
			} else if k, c, ok := f.Affine(p); ok && k != 0 {
				s, points[v] = affine, cutPoint{net: v, width: w, mul: k, add: c}
			}
		}
		if f.IsConst() {
			s, points[v] = fixed, cutPoint{net: v, width: w, add: f.Const}
		}
		seen[v] = s
		return s
	}
	var cuts []cutPoint
	visited := map[netlist.Value]bool{}
	stack := []netlist.Value{out}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if visited[v] {
			continue
		}
		visited[v] = true
		c := &m.Cells[v]
		args := c.Args[:c.Op.Arity()]
		descend := classify(v) != affine
		if constants && classify(v) == fixed && len(args) > 0 {
			cuts = append(cuts, points[v])
			continue
		}
		if descend && c.Op == netlist.OpSlice && classify(args[0]) == other {
			// The low bits of a word may be the accumulator even if the word is not.
			// Verilog with 32-bit constants whose result is then cut is of this kind.
			if w := int(c.Aux) + int(c.Width); w <= lift.MaxWidth {
				if add, ok := l.Low(args[0], w).Form.AffineMod(p, scale, w); ok {
					cuts = append(cuts, cutPoint{args[0], w, scale, add, v})
					continue
				}
			}
		}
		if !descend && len(args) > 0 {
			// Behind an affine net there may be an earlier one: past the addition of a
			// rounding constant, for instance, the accumulator itself. A net that is
			// the accumulator up to a constant is preferred to one that is a fraction
			// or the negative of it.
			descend = true
			moving := false
			for _, a := range args {
				s := classify(a)
				descend = descend && s != other && (s == fixed || points[v].mul != scale || points[a].mul == scale)
				moving = moving || s == affine
			}
			descend = descend && moving
		}
		if !descend {
			cuts = append(cuts, points[v])
			continue
		}
		if len(args) == 0 && c.Op != netlist.OpConst {
			return nil, fmt.Errorf("the output's cone reaches %v %q outside the accumulator", c.Op, m.Names[v])
		}
		for i := len(args) - 1; i >= 0; i-- {
			stack = append(stack, args[i])
		}
	}
	return cuts, nil
}
