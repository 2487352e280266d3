package merge

import (
	"encoding/binary"
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// Change is a cell with its new operands.
type Change struct {
	Cell netlist.Value
	Args [3]netlist.Value
}

// Operands returns a copy of m with some operands replaced, and the changes by
// ascending cell. It returns nil if there is nothing to replace. Every cell keeps its
// number, operator, width and the widths of its operands. m is not changed.
//
// A net is replaced by the first net with the same bits. An operand of a conjunction is
// replaced by a net with more users that has the same bits wherever the other operand
// is not constantly zero.
func Operands(m *netlist.Module) (*netlist.Module, []Change) {
	r := reading{m: m, words: make([][]bit, len(m.Cells)), first: make([]netlist.Value, len(m.Cells)), uses: make([]int, len(m.Cells))}
	r.hash()
	var changes []Change
	merged := *m
	for i := 1; i < len(m.Cells); i++ {
		v := netlist.Value(i)
		if args := r.operands(v); args != m.Cells[v].Args {
			if changes == nil {
				merged.Cells = slices.Clone(m.Cells)
			}
			merged.Cells[v].Args = args
			changes = append(changes, Change{v, args})
		}
	}
	if changes == nil {
		return nil, nil
	}
	return &merged, changes
}

// reading is a module with its nets' bits.
type reading struct {
	m     *netlist.Module
	words [][]bit
	first []netlist.Value // by net: the lowest net with its bits
	uses  []int           // by first net: operands of bitwise words that have its bits
	alike map[start][]netlist.Value
}

// start is a width and a lowest bit: of nets that may be extensions of one word.
type start struct {
	width uint8
	low   bit
}

func (r *reading) hash() {
	g, seen := newGraph(), map[string]netlist.Value{}
	r.alike = map[start][]netlist.Value{}
	var key []byte
	for i := 1; i < len(r.m.Cells); i++ {
		v, c := netlist.Value(i), &r.m.Cells[i]
		word := g.word(c, r.words)
		r.words[v] = word
		key = key[:0]
		for _, b := range word {
			key = binary.LittleEndian.AppendUint32(key, uint32(b))
		}
		at, ok := seen[string(key)]
		if !ok {
			at = v
			seen[string(key)] = v
			if len(word) > 0 {
				s := start{c.Width, word[0]}
				r.alike[s] = append(r.alike[s], v)
			}
		}
		r.first[v] = at
		if c.Op.Class() == netlist.ClassBitwise && c.Op.Arity() == 2 {
			r.uses[r.first[c.Args[0]]]++
			r.uses[r.first[c.Args[1]]]++
		}
	}
}

// operands returns the new operands of v.
func (r *reading) operands(v netlist.Value) [3]netlist.Value {
	c := &r.m.Cells[v]
	args := c.Args
	for i, a := range args[:c.Op.Arity()] {
		args[i] = r.first[a]
	}
	if c.Op == netlist.OpAnd {
		args[0] = r.masked(v, args[0], args[1])
		args[1] = r.masked(v, args[1], args[0])
	}
	return args
}

// masked returns the net that conjunction v of a and other reads for a. Of the nets
// before v that agree with a where other is not zero, it is the one with most users; a
// itself if no other net has more.
func (r *reading) masked(v, a, other netlist.Value) netlist.Value {
	mask := r.words[other]
	if !slices.Contains(mask, zero) {
		return a
	}
	word, best := r.words[a], a
	for _, u := range r.alike[start{r.m.Cells[a].Width, word[0]}] {
		if u >= v {
			break
		}
		if r.uses[u] > r.uses[best] && agree(word, r.words[u], mask) {
			best = u
		}
	}
	return best
}

// agree reports whether x and y have the same bits where mask is not zero.
func agree(x, y, mask []bit) bool {
	for i := range x {
		if mask[i] != zero && x[i] != y[i] {
			return false
		}
	}
	return true
}
