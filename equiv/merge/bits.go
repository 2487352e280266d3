package merge

import "github.com/hashiflex/hashiflex/netlist"

// bit is a literal of the hashed graph: a node's number twice, plus 1 for its
// complement.
type bit int32

const (
	zero bit = 0
	one  bit = 1
)

// graph is the hashed Boolean logic of a circuit. Node 0 is the constant; others
// are sources, conjunctions or exclusive ors.
type graph struct {
	nodes  int32
	hashed map[gate]bit
}

type gate struct {
	xor  bool
	a, b bit // a < b
}

func newGraph() *graph { return &graph{nodes: 1, hashed: map[gate]bit{}} }

func (g *graph) source() bit {
	g.nodes++
	return bit(2 * (g.nodes - 1))
}

func (g *graph) node(k gate) bit {
	n, ok := g.hashed[k]
	if !ok {
		n = g.source()
		g.hashed[k] = n
	}
	return n
}

func (g *graph) and(a, b bit) bit {
	if a > b {
		a, b = b, a
	}
	switch {
	case a == zero || a == b^1:
		return zero
	case a == one || a == b:
		return b
	}
	return g.node(gate{false, a, b})
}

func (g *graph) xor(a, b bit) bit {
	flip := (a ^ b) & 1
	a, b = a&^1, b&^1
	if a > b {
		a, b = b, a
	}
	switch {
	case a == b:
		return flip
	case a == zero:
		return b ^ flip
	}
	return g.node(gate{true, a, b}) ^ flip
}

// bits computes the bits of a cell, the lowest first, from those of its operands.
type bits func(g *graph, c *netlist.Cell, x, y []bit) []bit

// seen says how the bits of an operator follow from its operands' bits. It has a row
// for every operator of wiring and bitwise logic. The bits of all other operators are
// sources.
var seen = netlist.ByOp("merge", followed(), map[netlist.Op]bits{
	netlist.OpConst: func(_ *graph, c *netlist.Cell, _, _ []bit) []bit {
		return each(c, func(i int) bit { return bit(c.Aux >> i & 1) })
	},
	netlist.OpSlice: func(_ *graph, c *netlist.Cell, x, _ []bit) []bit {
		return each(c, func(i int) bit { return x[i+int(c.Aux)] })
	},
	netlist.OpConcat: func(_ *graph, c *netlist.Cell, x, y []bit) []bit {
		return each(c, func(i int) bit {
			if i < len(x) {
				return x[i]
			}
			return y[i-len(x)]
		})
	},
	netlist.OpZext: func(_ *graph, c *netlist.Cell, x, _ []bit) []bit {
		return each(c, func(i int) bit {
			if i < len(x) {
				return x[i]
			}
			return zero
		})
	},
	netlist.OpSext: func(_ *graph, c *netlist.Cell, x, _ []bit) []bit {
		return each(c, func(i int) bit { return x[min(i, len(x)-1)] })
	},
	netlist.OpNot: func(_ *graph, c *netlist.Cell, x, _ []bit) []bit {
		return each(c, func(i int) bit { return x[i] ^ 1 })
	},
	netlist.OpAnd: func(g *graph, c *netlist.Cell, x, y []bit) []bit {
		return each(c, func(i int) bit { return g.and(x[i], y[i]) })
	},
	netlist.OpOr: func(g *graph, c *netlist.Cell, x, y []bit) []bit {
		return each(c, func(i int) bit { return g.and(x[i]^1, y[i]^1) ^ 1 })
	},
	netlist.OpXor: func(g *graph, c *netlist.Cell, x, y []bit) []bit {
		return each(c, func(i int) bit { return g.xor(x[i], y[i]) })
	},
})

// followed lists the operators whose bits follow from their operands' bits.
func followed() []netlist.Op {
	all := []netlist.Op{netlist.OpConst}
	for _, op := range netlist.Computed() {
		if op.IsWiring() || op.Class() == netlist.ClassBitwise {
			all = append(all, op)
		}
	}
	return all
}

func each(c *netlist.Cell, f func(i int) bit) []bit {
	out := make([]bit, c.Width)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

// Seen reports whether the bits of op follow from its operands' bits. The bits of every
// other operator are sources.
func Seen(op netlist.Op) bool { return seen[op] != nil }

// word is the bits of c, the lowest first, given those of earlier nets.
func (g *graph) word(c *netlist.Cell, words [][]bit) []bit {
	if f := seen[c.Op]; f != nil {
		return f(g, c, words[c.Args[0]], words[c.Args[1]])
	}
	return each(c, func(int) bit { return g.source() })
}
