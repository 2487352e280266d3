package sweep

import "github.com/hashiflex/hashiflex/netlist"

// bits gives the bits of a cell, the lowest first, from those of its operands. It is
// nil for a cell that is not looked into.
type bits func(g *graph, c *netlist.Cell, x, y, z []lit) []lit

// blasted has a row for every operator that has operands.
var blasted = netlist.ByOp("sweep", netlist.Computed(), map[netlist.Op]bits{
	netlist.OpSlice: func(_ *graph, c *netlist.Cell, x, _, _ []lit) []lit {
		return each(c, func(i int) lit { return x[i+int(c.Aux)] })
	},
	netlist.OpConcat: func(_ *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		return append(append([]lit{}, x...), y...)
	},
	netlist.OpZext: func(_ *graph, c *netlist.Cell, x, _, _ []lit) []lit {
		return each(c, func(i int) lit { return at(x, i, zero) })
	},
	netlist.OpSext: func(_ *graph, c *netlist.Cell, x, _, _ []lit) []lit {
		return each(c, func(i int) lit { return x[min(i, len(x)-1)] })
	},
	netlist.OpAdd: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit { return g.sum(x, y, zero) },
	netlist.OpSub: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit { return g.sum(x, inverted(y), one) },
	netlist.OpNeg: func(g *graph, c *netlist.Cell, x, _, _ []lit) []lit {
		return g.sum(each(c, func(int) lit { return zero }), inverted(x), one)
	},
	netlist.OpMul: (*graph).product,
	netlist.OpNot: func(_ *graph, _ *netlist.Cell, x, _, _ []lit) []lit { return inverted(x) },
	netlist.OpAnd: func(g *graph, c *netlist.Cell, x, y, _ []lit) []lit {
		return each(c, func(i int) lit { return g.and(x[i], y[i]) })
	},
	netlist.OpOr: func(g *graph, c *netlist.Cell, x, y, _ []lit) []lit {
		return each(c, func(i int) lit { return g.or(x[i], y[i]) })
	},
	netlist.OpXor: func(g *graph, c *netlist.Cell, x, y, _ []lit) []lit {
		return each(c, func(i int) lit { return g.xor(x[i], y[i]) })
	},
	netlist.OpShl: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		return g.shift(x, y, func(x []lit, i, by int) lit { return at(x, i-by, zero) })
	},
	netlist.OpShr: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		return g.shift(x, y, func(x []lit, i, by int) lit { return at(x, i+by, zero) })
	},
	netlist.OpSar: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		return g.shift(x, y, func(x []lit, i, by int) lit { return x[min(i+by, len(x)-1)] })
	},
	netlist.OpEq: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		all := one
		for i := range x {
			all = g.and(all, g.xor(x[i], y[i])^1)
		}
		return []lit{all}
	},
	netlist.OpUlt: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit { return []lit{g.less(x, y)} },
	netlist.OpSlt: func(g *graph, _ *netlist.Cell, x, y, _ []lit) []lit {
		x, y = append([]lit{}, x...), append([]lit{}, y...)
		top := len(x) - 1
		x[top], y[top] = x[top]^1, y[top]^1
		return []lit{g.less(x, y)}
	},
	netlist.OpRedAnd: func(g *graph, _ *netlist.Cell, x, _, _ []lit) []lit { return fold(x, g.and) },
	netlist.OpRedOr:  func(g *graph, _ *netlist.Cell, x, _, _ []lit) []lit { return fold(x, g.or) },
	netlist.OpRedXor: func(g *graph, _ *netlist.Cell, x, _, _ []lit) []lit { return fold(x, g.xor) },
	netlist.OpMux: func(g *graph, c *netlist.Cell, s, x, y []lit) []lit {
		return each(c, func(i int) lit { return g.mux(s[0], x[i], y[i]) })
	},
})

func each(c *netlist.Cell, f func(i int) lit) []lit {
	out := make([]lit, c.Width)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func at(x []lit, i int, otherwise lit) lit {
	if i < 0 || i >= len(x) {
		return otherwise
	}
	return x[i]
}

func inverted(x []lit) []lit {
	out := make([]lit, len(x))
	for i, l := range x {
		out[i] = l ^ 1
	}
	return out
}

func fold(x []lit, f func(a, b lit) lit) []lit {
	all := x[0]
	for _, l := range x[1:] {
		all = f(all, l)
	}
	return []lit{all}
}

// sum is x + y + carry, modulo 2^len(x).
func (g *graph) sum(x, y []lit, carry lit) []lit {
	out := make([]lit, len(x))
	for i := range x {
		if i == len(x)-1 {
			out[i] = g.xor(g.xor(x[i], y[i]), carry)
			break
		}
		out[i], carry = g.full(x[i], y[i], carry)
	}
	return out
}

// less is x < y, unsigned: no carry leaves x + ¬y + 1.
func (g *graph) less(x, y []lit) lit {
	carry := one
	for i := range x {
		_, carry = g.full(x[i], y[i]^1, carry)
	}
	return carry ^ 1
}

// product adds up x, shifted, for each bit of y.
func (g *graph) product(_ *netlist.Cell, x, y, _ []lit) []lit {
	if constant(x) {
		x, y = y, x
	}
	all := make([]lit, len(x))
	for k, b := range y {
		if b == zero {
			continue
		}
		row := make([]lit, len(x))
		for i := range row {
			row[i] = g.and(b, at(x, i-k, zero))
		}
		all = g.sum(all, row, zero)
	}
	return all
}

func constant(x []lit) bool {
	for _, l := range x {
		if l > one {
			return false
		}
	}
	return true
}

// shift moves x by each power of two that the amount has; from says where a bit comes
// from. Amounts beyond the word move everything out.
func (g *graph) shift(x, amount []lit, from func(x []lit, i, by int) lit) []lit {
	for k, b := range amount {
		by := len(x)
		if k < 7 {
			by = min(by, 1<<k)
		}
		moved := make([]lit, len(x))
		for i := range x {
			moved[i] = g.mux(b, from(x, i, by), x[i])
		}
		x = moved
	}
	return x
}
