package sweep

import "slices"

// cut is a function of at most three nodes.
type cut struct {
	n      int
	leaves [3]int32
	table  uint8 // of the plain node; leaf i is bit i of the index
	by     int32 // the node by whose operands it is such a function, equal to its own
	p, q   int32 // of them: which of their cuts; by the number of an operand's node
}

// function is a cut apart from how it was found.
func (c cut) function() cut { c.by, c.p, c.q = 0, 0, 0; return c }

// A node has so many cuts of its own, and so many with those of equal nodes.
const (
	maxCuts   = 12
	maxJoined = 24
)

var variable = [3]uint8{0xaa, 0xcc, 0xf0}

// adders finds full and half adders: nodes that are the sum and the carry of the same
// three or two.
type adders struct {
	g     *graph
	cuts  [][]cut
	sums  map[[3]int32]lit // of plain leaves
	carry map[[3]int32][]carry
	found func(sum lit, leaves []lit, carry lit)
}

type carry struct {
	node  lit
	flips [3]lit // of the leaves
}

// add finds the cuts of a node that was pushed.
func (a *adders) add(n int32) {
	x := a.g.nodes[n]
	own := cut{n: 1, leaves: [3]int32{n}, table: 0xaa, by: n}
	if x.kind == source {
		a.cuts = append(a.cuts, []cut{own})
		return
	}
	all := []cut{own}
	for i, p := range a.cuts[x.a.node()] {
		for j, q := range a.cuts[x.b.node()] {
			c, ok := joined(p, q)
			if !ok || len(all) >= maxCuts {
				continue
			}
			s, t := spread(p, c), spread(q, c)
			if x.a&1 == 1 {
				s = ^s
			}
			if x.b&1 == 1 {
				t = ^t
			}
			if c.table = s & t; x.kind == xor {
				c.table = s ^ t
			}
			c.by, c.p, c.q = n, int32(i), int32(j)
			if !has(all, c) {
				all = append(all, c)
				a.meet(n, c)
			}
		}
	}
	a.cuts = append(a.cuts, all)
}

func has(all []cut, c cut) bool {
	return slices.ContainsFunc(all, func(d cut) bool { return d.function() == c.function() })
}

// join gives r the cuts of an equal node n; flip says that it is the complement.
func (a *adders) join(n, r int32, flip bool) {
	for _, c := range a.cuts[n] {
		if flip {
			c.table = ^c.table
		}
		if len(a.cuts[r]) < maxJoined && !slices.Contains(c.leaves[:c.n], r) && !has(a.cuts[r], c) {
			a.cuts[r] = append(a.cuts[r], c)
			a.meet(r, c)
		}
	}
}

func joined(p, q cut) (c cut, ok bool) {
	c = p
	for _, l := range q.leaves[:q.n] {
		if slices.Contains(c.leaves[:c.n], l) {
			continue
		}
		if c.n == 3 {
			return c, false
		}
		c.leaves[c.n] = l
		c.n++
	}
	slices.Sort(c.leaves[:c.n])
	return c, true
}

// spread is p's table over c's leaves.
func spread(p, c cut) (t uint8) {
	for row := range 8 {
		from := 0
		for i, l := range p.leaves[:p.n] {
			at := slices.Index(c.leaves[:c.n], l)
			from |= row >> at & 1 << i
		}
		t |= p.table >> from & 1 << row
	}
	return t
}

// meet looks whether a node is the sum or the carry of its leaves, and whether the
// other one is there.
func (a *adders) meet(n int32, c cut) {
	l := lit(2 * n)
	switch {
	case c.n == 3 && (c.table == 0x96 || c.table == 0x69), c.n == 2 && (c.table == 0x66 || c.table == 0x99):
		if c.table&1 == 1 {
			l ^= 1
		}
		if _, ok := a.sums[c.leaves]; ok {
			return
		}
		a.sums[c.leaves] = l
		for _, k := range a.carry[c.leaves] {
			a.pair(c, k)
		}
	case c.n >= 2:
		if k, ok := carries(c); ok {
			k.node ^= l
			a.carry[c.leaves] = append(a.carry[c.leaves], k)
			if _, ok := a.sums[c.leaves]; ok {
				a.pair(c, k)
			}
		}
	}
}

func (a *adders) pair(c cut, k carry) {
	sum := a.sums[c.leaves]
	leaves := make([]lit, c.n)
	for i := range leaves {
		leaves[i] = lit(2*c.leaves[i]) ^ k.flips[i]
		sum ^= k.flips[i]
	}
	a.found(sum, leaves, k.node)
}

// carries says how a table is the carry of its leaves: which of them it takes
// complemented, and whether it is the carry's complement.
func carries(c cut) (k carry, ok bool) {
	for p := range 1 << c.n {
		x, y, z := variable[0], variable[1], variable[2]
		var k carry
		for i, v := range []*uint8{&x, &y, &z} {
			if p>>i&1 == 1 {
				*v, k.flips[i] = ^*v, 1
			}
		}
		t := x & y
		if c.n == 3 {
			t = x&y | x&z | y&z
		}
		switch c.table {
		case t:
			return k, true
		case ^t:
			k.node = 1
			return k, true
		}
	}
	return carry{}, false
}
