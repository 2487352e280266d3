package sweep

import (
	"math/rand/v2"
	"slices"
)

// A window is two literals over leaves: nodes that are taken as free bits. What is
// equal for all values of the leaves is equal.
type window struct {
	a, b   lit
	leaves []int32
	cone   []int32 // nodes between, ascending
	solved bool    // a solver said so; else all values were tried
}

// Sizes of windows.
const (
	maxLeaves = 18  // all of whose values are tried
	maxCone   = 400 // nodes
	maxWide   = 64  // leaves at which no further node is opened
)

// same looks for a window in which a and b are equal. It opens one leaf after another,
// always the one that brings the fewest new leaves, so that paths which meet again are
// in the window together (reconvergence-driven cuts), until a and b are equal or the
// window is too large. Nodes of shut stay leaves.
func (g *graph) same(a, b lit, most int, shut map[int32]bool) *window {
	w := &window{a: a, b: b, leaves: []int32{a.node()}}
	if b.node() != a.node() {
		w.leaves = append(w.leaves, b.node())
	}
	inside := map[int32]bool{}
	for len(w.cone) < maxCone {
		best, least := -1, 3
		for i, n := range w.leaves {
			if g.nodes[n].kind == source || shut[n] {
				continue
			}
			more := 0
			for _, l := range []lit{g.nodes[n].a, g.nodes[n].b} {
				if !inside[l.node()] && !slices.Contains(w.leaves, l.node()) {
					more++
				}
			}
			// The two that are compared are no leaves.
			if n == a.node() || n == b.node() && n != 0 {
				more = -1
			}
			if more < least || more == least && n > w.leaves[best] {
				best, least = i, more
			}
		}
		if best < 0 {
			return nil
		}
		n := w.leaves[best]
		w.leaves = slices.Delete(w.leaves, best, best+1)
		w.cone = append(w.cone, n)
		inside[n] = true
		for _, l := range []lit{g.nodes[n].a, g.nodes[n].b} {
			if !inside[l.node()] && !slices.Contains(w.leaves, l.node()) {
				w.leaves = append(w.leaves, l.node())
			}
		}
		if len(w.leaves) > maxWide {
			return nil
		}
		if len(w.leaves) <= most && g.equal(w) {
			slices.Sort(w.cone)
			return w
		}
	}
	return nil
}

// truth are the six lowest variables of a truth table.
var truth = [6]uint64{0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000}

// equal tries all values of the leaves, and some at random before.
func (g *graph) equal(w *window) bool {
	values := make(map[int32]int, len(w.leaves)+len(w.cone)+1)
	table := make([]uint64, 0, len(w.leaves)+len(w.cone)+1)
	slot := func(n int32) int {
		values[n] = len(table)
		table = append(table, 0)
		return len(table) - 1
	}
	slot(0)
	at := make([]int, len(w.leaves))
	for i, n := range w.leaves {
		at[i] = slot(n)
	}
	type step struct {
		kind     kind
		to, a, b int
		fa, fb   uint64
	}
	program := make([]step, 0, len(w.cone))
	for _, n := range slices.Sorted(slices.Values(w.cone)) {
		x := g.nodes[n]
		program = append(program, step{x.kind, slot(n), values[x.a.node()], values[x.b.node()], -uint64(x.a & 1), -uint64(x.b & 1)})
	}
	a, b, flip := values[w.a.node()], values[w.b.node()], -uint64((w.a^w.b)&1)
	rounds := 1
	if len(w.leaves) > 6 {
		rounds = 1 << (len(w.leaves) - 6)
	}
	const first = 4
	rng := rand.New(rand.NewPCG(uint64(w.a), uint64(w.b)))
	for r := -first; r < rounds; r++ {
		for i := range w.leaves {
			if w.leaves[i] == 0 {
				table[at[i]] = 0
				continue
			}
			if r < 0 {
				table[at[i]] = rng.Uint64()
			} else if i < 6 {
				table[at[i]] = truth[i]
			} else {
				table[at[i]] = -uint64(r >> (i - 6) & 1)
			}
		}
		for _, s := range program {
			x, y := table[s.a]^s.fa, table[s.b]^s.fb
			if s.kind == and {
				table[s.to] = x & y
			} else {
				table[s.to] = x ^ y
			}
		}
		if table[a]^table[b]^flip != 0 {
			return false
		}
	}
	return true
}
