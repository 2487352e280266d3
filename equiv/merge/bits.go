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

// Seen reports whether the bits of op are read from its operands' bits; those of
// every other operator are sources.
func Seen(op netlist.Op) bool {
	switch op {
	case netlist.OpConst, netlist.OpSlice, netlist.OpConcat, netlist.OpZext, netlist.OpSext,
		netlist.OpNot, netlist.OpAnd, netlist.OpOr, netlist.OpXor:
		return true
	}
	return false
}

// word is the bits of c, the lowest first, given those of earlier nets.
func (g *graph) word(c *netlist.Cell, words [][]bit) []bit {
	out := make([]bit, c.Width)
	if !Seen(c.Op) {
		for i := range out {
			out[i] = g.source()
		}
		return out
	}
	x, y := words[c.Args[0]], words[c.Args[1]]
	for i := range out {
		switch c.Op {
		case netlist.OpConst:
			out[i] = bit(c.Aux >> i & 1)
		case netlist.OpSlice:
			out[i] = x[i+int(c.Aux)]
		case netlist.OpConcat:
			if i < len(x) {
				out[i] = x[i]
			} else {
				out[i] = y[i-len(x)]
			}
		case netlist.OpZext:
			if i < len(x) {
				out[i] = x[i]
			}
		case netlist.OpSext:
			out[i] = x[min(i, len(x)-1)]
		case netlist.OpNot:
			out[i] = x[i] ^ 1
		case netlist.OpAnd:
			out[i] = g.and(x[i], y[i])
		case netlist.OpOr:
			out[i] = g.and(x[i]^1, y[i]^1) ^ 1
		case netlist.OpXor:
			out[i] = g.xor(x[i], y[i])
		}
	}
	return out
}
