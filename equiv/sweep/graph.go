package sweep

// lit is a literal of the graph: a node's number twice, plus 1 for its complement.
type lit int32

const (
	zero lit = 0
	one  lit = 1
)

func (l lit) node() int32 { return int32(l >> 1) }
func (l lit) flip() lit   { return l & 1 }

// kind of a node.
type kind uint8

const (
	source kind = iota // the constant, a bit of an input, or a bit that nobody looks into
	and
	xor
)

// node is a conjunction or an exclusive or of two literals, a < b; operands of an
// exclusive or are plain.
type node struct {
	kind kind
	a, b lit
}

// graph is hashed Boolean logic. Node 0 is the constant zero. Operands have smaller
// numbers than their users.
type graph struct {
	nodes  []node
	depth  []int32
	hashed map[node]lit
	added  func(int32) // is told of every new node
}

func newGraph() *graph {
	return &graph{nodes: []node{{}}, depth: []int32{0}, hashed: map[node]lit{}}
}

func (g *graph) push(n node) lit {
	d := int32(0)
	if n.kind != source {
		d = 1 + max(g.depth[n.a.node()], g.depth[n.b.node()])
	}
	g.nodes = append(g.nodes, n)
	g.depth = append(g.depth, d)
	at := int32(len(g.nodes) - 1)
	if g.added != nil {
		g.added(at)
	}
	return lit(2 * at)
}

func (g *graph) source() lit { return g.push(node{}) }

func (g *graph) node(n node) lit {
	l, ok := g.hashed[n]
	if !ok {
		l = g.push(n)
		g.hashed[n] = l
	}
	return l
}

func (g *graph) and(a, b lit) lit {
	if a > b {
		a, b = b, a
	}
	switch {
	case a == zero || a == b^1:
		return zero
	case a == one || a == b:
		return b
	}
	return g.node(node{and, a, b})
}

func (g *graph) or(a, b lit) lit { return g.and(a^1, b^1) ^ 1 }

func (g *graph) xor(a, b lit) lit {
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
	return g.node(node{xor, a, b}) ^ flip
}

// mux is a where s is 1, else b.
func (g *graph) mux(s, a, b lit) lit {
	switch {
	case a == b:
		return a
	case a == b^1:
		return g.xor(s, b)
	}
	return g.or(g.and(s, a), g.and(s^1, b))
}

// full is the sum and the carry of three bits.
func (g *graph) full(a, b, c lit) (sum, carry lit) {
	t := g.xor(a, b)
	return g.xor(t, c), g.or(g.and(a, b), g.and(t, c))
}
