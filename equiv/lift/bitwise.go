package lift

import (
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// A cut of a bitwise net is a set of at most maxLeaves nets of its width, and
// the net's bit as a truth table over the leaves' bits. Enumerating cuts is
// how technology mappers find cells (Mishchenko et al., "DAG-aware AIG
// rewriting", DAC 2006); here it finds the full adders of a carry-save tree.
type cut struct {
	leaves []netlist.Value // ascending
	table  uint16
}

const (
	maxLeaves = 4
	maxCuts   = 12
)

// bitwise lifts a net of AND, OR, XOR and NOT cells over a chosen cut: a full
// adder's sum or carry if there is one, otherwise the fewest leaves.
func (l *Lifter) bitwise(v netlist.Value, c *netlist.Cell) (Net, bool) {
	if c.Width == 1 {
		if n, ok := l.nonlinear(v, c); ok {
			return n, true
		}
		return l.logic(v)
	}
	if n, ok := l.mask(c); ok {
		return n, true
	}
	best, ok := l.BestCut(v)
	if !ok {
		return Net{}, false
	}
	loose := !isAdder(best.Table)
	leaves := make([]term.Form, len(best.Leaves))
	for i, leaf := range best.Leaves {
		leaves[i] = l.nets[leaf].Form
		loose = loose || l.nets[leaf].Loose
	}
	f := l.Space.Bitwise(best.Table, leaves, int(c.Width))
	return Net{f, l.Space.Bounds(f), loose}, true
}

// logic lifts logic of single bits over a chosen cut, as the integer 0 or 1. So rows of
// full-adder cells add up bit by bit. It reads the leaves as such integers, too.
func (l *Lifter) logic(v netlist.Value) (Net, bool) {
	best, ok := l.BestCut(v)
	if !ok {
		return Net{}, false
	}
	leaves := make([]term.Form, len(best.Leaves))
	for i, leaf := range best.Leaves {
		leaves[i] = l.Exact(leaf, false).Form
	}
	return Net{l.Space.Logic(best.Table, leaves), spec.Range{Lo: 0, Hi: 1}, false}, true
}

// mask lifts x & (2^k-1), which is x - 2^k·floor(x / 2^k), and x itself where k is
// x's width.
func (l *Lifter) mask(c *netlist.Cell) (Net, bool) {
	word, ones, ok := Mask(l.m, c)
	if !ok {
		return Net{}, false
	}
	n := bits.Len64(ones)
	x := l.Net(word)
	if n == int(c.Width) {
		return x, true
	}
	f := x.Form.AddScaled(l.Space.Floor(x.Form, n), -1<<n)
	return Net{f, spec.Range{Lo: 0, Hi: int64(ones)}, x.Loose}, true
}

// Mask reports whether cell c of m keeps the low bits of a word and clears the others.
// It returns the word and the mask of the kept bits.
func Mask(m *netlist.Module, c *netlist.Cell) (word netlist.Value, ones uint64, ok bool) {
	if c.Op != netlist.OpAnd {
		return 0, 0, false
	}
	for i := range 2 {
		k := &m.Cells[c.Args[i]]
		if ones := uint64(k.Aux) & (1<<c.Width - 1); k.Op == netlist.OpConst && ones&(ones+1) == 0 {
			return c.Args[1-i], ones, true
		}
	}
	return 0, 0, false
}

// Constant reports whether cell c of m is bitwise logic of a word and a constant. It
// returns the word and the ones of the constant.
func Constant(m *netlist.Module, c *netlist.Cell) (word netlist.Value, ones uint64, ok bool) {
	if c.Op.Class() != netlist.ClassBitwise || c.Op.Arity() != 2 {
		return 0, 0, false
	}
	for i := range 2 {
		if k := &m.Cells[c.Args[i]]; k.Op == netlist.OpConst {
			return c.Args[1-i], uint64(k.Aux) & (1<<c.Width - 1), true
		}
	}
	return 0, 0, false
}

// Run is a row of ones in a constant.
type Run struct{ Lo, Len int }

// Runs lists the rows of ones, the lowest first.
func Runs(ones uint64) (all []Run) {
	for ones != 0 {
		lo := bits.TrailingZeros64(ones)
		n := bits.TrailingZeros64(^(ones >> lo))
		ones &^= (1<<n - 1) << lo
		all = append(all, Run{lo, n})
	}
	return all
}

// Cut is a bitwise net's function of its leaves: bit i of Table is its bit
// where leaf j's bit is bit j of i.
type Cut struct {
	Leaves []netlist.Value
	Table  uint16
}

// BestCut is the cut over which bitwise net v is lifted.
func (l *Lifter) BestCut(v netlist.Value) (Cut, bool) {
	if l.m.Cells[v].Op.Class() != netlist.ClassBitwise {
		return Cut{}, false
	}
	var best *cut
	rank := func(c *cut) int {
		if len(c.leaves) == 3 && isAdder(c.table) && l.carries()[[3]netlist.Value(c.leaves)] {
			return 0
		}
		return len(c.leaves)
	}
	cuts := l.cutsOf(v)
	for i := range cuts {
		c := &cuts[i]
		if len(c.leaves) == 1 && c.leaves[0] == v {
			continue
		}
		if best == nil || rank(c) < rank(best) || rank(c) == rank(best) && slices.Compare(c.leaves, best.leaves) < 0 {
			best = c
		}
	}
	if best == nil {
		return Cut{}, false
	}
	return Cut{best.leaves, best.table}, true
}

// carries is the set of triples for which some net is the majority. An exclusive or of
// three can be cut in several ways; the full adder's cut is the one whose carry exists.
func (l *Lifter) carries() map[[3]netlist.Value]bool {
	if l.triples == nil {
		l.triples = map[[3]netlist.Value]bool{}
		for v := range l.m.Cells {
			op := l.m.Cells[v].Op
			if op != netlist.OpOr && op != netlist.OpAnd {
				continue
			}
			for _, c := range l.cutsOf(netlist.Value(v)) {
				if t := uint8(c.table); len(c.leaves) == 3 && (t == 0xe8 || t == 0x17) {
					l.triples[[3]netlist.Value(c.leaves)] = true
				}
			}
		}
	}
	return l.triples
}

func isAdder(table uint16) bool {
	switch uint8(table) {
	case 0x96, 0x69, 0xe8, 0x17:
		return true
	}
	return false
}

// cutsOf lists v's cuts, the trivial one {v} first.
func (l *Lifter) cutsOf(v netlist.Value) []cut {
	if cs, ok := l.cuts[v]; ok {
		return cs
	}
	if l.cuts == nil {
		l.cuts = map[netlist.Value][]cut{}
	}
	c := &l.m.Cells[v]
	var out []cut
	add := func(n cut) {
		for _, o := range out {
			if slices.Equal(o.leaves, n.leaves) {
				return
			}
		}
		out = append(out, n)
	}
	switch {
	case c.Op.Class() != netlist.ClassBitwise:
	case c.Op.Arity() == 1:
		for _, a := range l.cutsOf(c.Args[0]) {
			add(cut{a.leaves, rules[c.Op].table(a.table, 0) & full(len(a.leaves))})
		}
	default:
		for _, a := range l.cutsOf(c.Args[0]) {
			for _, b := range l.cutsOf(c.Args[1]) {
				if n, ok := merge(c.Op, a, b); ok {
					add(n)
				}
			}
		}
	}
	// The fewest leaves first, and among those the nearest: deep cuts of four
	// leaves are many, and must not crowd out a full adder's three.
	slices.SortStableFunc(out, func(a, b cut) int { return len(a.leaves) - len(b.leaves) })
	out = append([]cut{{[]netlist.Value{v}, 0b10}}, out[:min(len(out), maxCuts)]...)
	l.cuts[v] = out
	return out
}

// full is the truth table that is always 1 over n leaves.
func full(n int) uint16 { return uint16(1<<(1<<n) - 1) }

// merge combines two operands' cuts under op.
func merge(op netlist.Op, a, b cut) (cut, bool) {
	leaves := append(slices.Clone(a.leaves), b.leaves...)
	slices.Sort(leaves)
	leaves = slices.Compact(leaves)
	if len(leaves) > maxLeaves {
		return cut{}, false
	}
	t := rules[op].table(a.over(leaves), b.over(leaves))
	return cut{leaves, t & full(len(leaves))}, true
}

// over is the cut's truth table over a superset of its leaves.
func (c cut) over(leaves []netlist.Value) uint16 {
	var pos [maxLeaves]int
	for i, leaf := range c.leaves {
		pos[i] = slices.Index(leaves, leaf)
	}
	var t uint16
	for i := 0; i < 1<<len(leaves); i++ {
		j := 0
		for k := range c.leaves {
			j |= i >> pos[k] & 1 << k
		}
		t |= c.table >> j & 1 << i
	}
	return t
}
