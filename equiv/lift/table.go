package lift

import (
	"cmp"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// A net that depends on a few bits, such as a case over four bits, may be linear in these
// bits whatever its cells are: T(b) = Const + Σ Coef·bit. The lifter finds that by
// computing all its values. So tables of products, counts of ones and distributed
// arithmetic become sums of bits of the inputs.

// Table is a net as a sum over bits of other nets, modulo 2^width of the net.
type Table struct {
	Net     netlist.Value
	Const   int64
	Terms   []TableTerm
	Support []netlist.Value // the nets whose bits its cells read, ascending
}

// TableTerm is Coef × bit Bit of Net.
type TableTerm struct {
	Net  netlist.Value
	Bit  int
	Coef int64
}

// maxSupport is the largest number of bits on which a table may depend.
const maxSupport = 10

// place is a bit of a net.
type place struct {
	net netlist.Value
	bit int
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.net, o.net), cmp.Compare(p.bit, o.bit))
}

// table lifts a net that is linear in at most maxSupport bits.
func (l *Lifter) table(v netlist.Value) (Net, bool) {
	bits := l.support(v)
	w := l.m.Width(v)
	if bits == nil || w > MaxWidth {
		return Net{}, false
	}
	words, ok := l.values(v, bits)
	if !ok {
		return Net{}, false
	}
	t, r, ok := linear(words, bits, w)
	if !ok {
		return Net{}, false
	}
	t.Net = v
	for _, b := range bits {
		if n := len(t.Support); n == 0 || t.Support[n-1] != b.net {
			t.Support = append(t.Support, b.net)
		}
	}
	f := term.Int(t.Const)
	for _, x := range t.Terms {
		f = f.AddScaled(l.bit(x.Net, x.Bit), x.Coef)
	}
	if l.tables == nil {
		l.tables = map[netlist.Value]*Table{}
	}
	l.tables[v] = t
	return Net{f, r, false}, true
}

// Table is the table by which v was lifted, if it was lifted by its values.
func (l *Lifter) Table(v netlist.Value) (*Table, bool) {
	t, ok := l.tables[v]
	return t, ok
}

// bit is bit i of net u, which is lifted, as an integer.
func (l *Lifter) bit(u netlist.Value, i int) term.Form {
	f := l.Net(u).Form
	return l.Space.Floor(f, i).AddScaled(l.Space.Floor(f, i+1), -2)
}

// support is the bits from which v is computed, ascending: bits of inputs, and of words
// that depend on more bits than a table may. It is nil if they are too many, or if v
// reads a word too wide to be lifted.
func (l *Lifter) support(v netlist.Value) []place {
	if s, ok := l.supports[v]; ok {
		return s
	}
	if l.supports == nil {
		l.supports = map[netlist.Value][]place{}
	}
	// Operands have smaller ids, and are lifted before, so that this does not recur far.
	c := &l.m.Cells[v]
	some := []place{}
	of := func(u netlist.Value, lo, n int) bool {
		var s []place
		if l.m.Cells[u].Op != netlist.OpInput {
			s = l.support(u)
		}
		if s == nil {
			if n > maxSupport || l.m.Width(u) > MaxWidth {
				return false
			}
			for i := range n {
				s = append(s, place{u, lo + i})
			}
		}
		some = append(some, s...)
		return true
	}
	ok := true
	switch {
	case c.Op == netlist.OpInput:
		ok = of(v, 0, int(c.Width))
	case c.Op == netlist.OpConst:
	case c.Op.Class() == netlist.ClassSource:
		ok = false
	case c.Op == netlist.OpSlice:
		ok = of(c.Args[0], int(c.Aux), int(c.Width))
	default:
		for _, a := range c.Args[:c.Op.Arity()] {
			ok = ok && of(a, 0, l.m.Width(a))
		}
	}
	slices.SortFunc(some, place.compare)
	some = slices.Compact(some)
	if !ok || len(some) > maxSupport {
		some = nil
	}
	l.supports[v] = some
	return some
}

// values are the words of v, indexed by the bits; the first bit is the lowest of the index.
func (l *Lifter) values(v netlist.Value, bits []place) ([]uint64, bool) {
	var nets []netlist.Value
	var in [][]uint64
	n := 1 << len(bits)
	for i, b := range bits {
		if i == 0 || bits[i-1].net != b.net {
			nets = append(nets, b.net)
			in = append(in, make([]uint64, n))
		}
		for j := range n {
			in[len(in)-1][j] |= uint64(j) >> i & 1 << b.bit
		}
	}
	prog, err := netlist.Compile(l.m, nets, []netlist.Value{v})
	if err != nil {
		return nil, false
	}
	out := [][]uint64{make([]uint64, n)}
	prog.Run(n, in, out)
	return out[0], true
}

// linear finds the linear form of a table of words of w bits, and its interval. It
// reads words as unsigned, as signed, and modulo 2^w, and takes the first reading that
// is linear.
func linear(words []uint64, bits []place, w int) (t *Table, r spec.Range, ok bool) {
	read := func(signed bool) func(uint64) int64 {
		return func(x uint64) int64 {
			if signed {
				return int64(x) << (64 - w) >> (64 - w)
			}
			return int64(x)
		}
	}
	for i, number := range []func(uint64) int64{read(false), read(true), read(true)} {
		t := &Table{Const: number(words[0])}
		coefs := make([]int64, len(bits))
		for j := range bits {
			coefs[j] = number(words[1<<j]) - t.Const
		}
		sums := make([]int64, len(words))
		sums[0] = t.Const
		r := spec.Range{Lo: t.Const, Hi: t.Const}
		ok := true
		for x := 1; ok && x < len(words); x++ {
			low := x & -x
			j := 0
			for low>>j != 1 {
				j++
			}
			sums[x] = sums[x&^low] + coefs[j]
			d := sums[x] - number(words[x])
			ok = d == 0 || i == 2 && d&(1<<w-1) == 0
			r = r.Hull(spec.Range{Lo: sums[x], Hi: sums[x]})
		}
		if !ok {
			continue
		}
		for j, c := range coefs {
			if c != 0 {
				t.Terms = append(t.Terms, TableTerm{bits[j].net, bits[j].bit, c})
			}
		}
		return t, r, true
	}
	return nil, spec.Range{}, false
}
