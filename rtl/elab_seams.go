package rtl

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// A register's value exists before its operands, so a wide register cannot be cut where
// its next value is put together. Its wire says where it may be cut: at every bit at
// which a read part begins or ends, or its driver changes. Such a seam continues
// through logic that keeps bits in place: connections, registers, multiplexers and
// bitwise logic.

// seams are offsets in flat wires that are wider than MaxWord.
type seams map[int32]*offsets

// offsets is a set of small numbers.
type offsets struct {
	bits []uint64
	n    int
}

// add reports whether at is new.
func (o *offsets) add(at int32) bool {
	for int(at>>6) >= len(o.bits) {
		o.bits = append(o.bits, 0)
	}
	if o.bits[at>>6]>>(at&63)&1 == 1 {
		return false
	}
	o.bits[at>>6] |= 1 << (at & 63)
	o.n++
	return true
}

func (o *offsets) count() int {
	if o == nil {
		return 0
	}
	return o.n
}

// between gives the offsets from lo on that are smaller than hi, in order.
func (o *offsets) between(lo, hi int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		if o == nil {
			return
		}
		for k := int(lo >> 6); k < len(o.bits); k++ {
			w := o.bits[k]
			if k == int(lo>>6) {
				w &= ^uint64(0) << (lo & 63)
			}
			for ; w != 0; w &= w - 1 {
				at := int32(k<<6 + bits.TrailingZeros64(w))
				if at >= hi || !yield(at) {
					return
				}
			}
		}
	}
}

// maxRounds is the largest number of consecutive cells that a seam runs through, as in
// a register that shifts by a word.
const maxRounds = 256

// aligned are the cells of which bit i of the output depends on bit i of these ports.
var aligned = map[string][]string{
	"$dff": {`\Q`, `\D`}, "$adff": {`\Q`, `\D`}, "$mux": {`\Y`, `\A`, `\B`},
	"$and": {`\Y`, `\A`, `\B`}, "$or": {`\Y`, `\A`, `\B`}, "$xor": {`\Y`, `\A`, `\B`}, "$xnor": {`\Y`, `\A`, `\B`},
	"$not": {`\Y`, `\A`}, "$pos": {`\Y`, `\A`},
}

// seams finds the seams of all wires.
func (e *elab) seams() seams {
	s := seams{}
	add := func(w, at int32) bool {
		if at <= 0 || at >= e.wire(w).width {
			return false
		}
		if s[w] == nil {
			s[w] = new(offsets)
		}
		return s[w].add(at)
	}
	wide := func(w int32) bool { return e.wire(w).width > e.limit }
	for i := range e.insts {
		for _, t := range e.insts[i].mod.chunks {
			if t.wire < 0 {
				continue
			}
			if w := e.flat(int32(i), t); wide(w) {
				add(w, t.off)
				add(w, t.off+t.width)
			}
		}
	}
	var links [][][]stretch
	for i := range e.segs {
		g := &e.segs[i]
		if wide(g.wire) {
			add(g.wire, g.off)
		}
		if g.kind == segAlias && (wide(g.wire) || wide(g.from)) {
			links = append(links, [][]stretch{{{g.wire, g.off, g.width}}, {{g.from, g.fromOff, g.width}}})
		}
	}
	for i := range e.cells {
		c := &e.cells[i]
		mod := e.insts[c.inst].mod
		var words [][]stretch
		for _, name := range aligned[c.cell.typ] {
			sig, _ := mod.port(c.cell, name)
			if int32(mod.width(sig)) <= e.limit {
				continue
			}
			var word []stretch
			for _, t := range mod.sig(sig) {
				w := int32(-1)
				if t.wire >= 0 {
					w = e.flat(c.inst, t)
				}
				word = append(word, stretch{w, t.off, t.width})
			}
			words = append(words, word)
		}
		if len(words) > 1 {
			links = append(links, words)
		}
	}
	known := make([]int, len(links)) // seams of a link's wires when it was looked at
	for range maxRounds {
		moved := false
		for i, words := range links {
			n := 1
			for _, word := range words {
				for _, t := range word {
					n += s[t.wire].count()
				}
			}
			if n == known[i] {
				continue
			}
			known[i] = n
			var at offsets
			for _, word := range words {
				s.collect(word, &at)
			}
			for _, word := range words {
				lo := int32(0)
				for _, t := range word {
					if t.wire >= 0 && wide(t.wire) {
						for p := range at.between(lo+1, lo+t.width) {
							moved = add(t.wire, t.off+p-lo) || moved
						}
					}
					lo += t.width
				}
			}
		}
		if !moved {
			break
		}
	}
	return s
}

// stretch is bits of a flat wire, or of a constant, which has none.
type stretch struct{ wire, off, width int32 }

// collect adds the seams of a word to at.
func (s seams) collect(word []stretch, at *offsets) {
	lo := int32(0)
	for _, t := range word {
		at.add(lo)
		for p := range s[t.wire].between(t.off+1, t.off+t.width) {
			at.add(lo + p - t.off)
		}
		lo += t.width
	}
}

// parts are the widths of the registers that a flip-flop is made of.
func (e *elab) parts(c *flatCell, all *seams) (widths []int32) {
	mod := e.insts[c.inst].mod
	q, _ := mod.port(c.cell, `\Q`)
	width := int32(mod.width(q))
	if width <= e.limit {
		return []int32{width}
	}
	if *all == nil {
		*all = e.seams()
	}
	var word []stretch
	for _, t := range mod.sig(q) {
		word = append(word, stretch{e.flat(c.inst, t), t.off, t.width})
	}
	var at offsets
	at.add(width)
	all.collect(word, &at)
	cuts := slices.Collect(at.between(0, width+1))
	for i, lo := range cuts[:len(cuts)-1] {
		for lo < cuts[i+1] {
			n := min(cuts[i+1]-lo, netlist.MaxWidth)
			widths = append(widths, n)
			lo += n
		}
	}
	return widths
}
