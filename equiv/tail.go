package equiv

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/digest"
)

// Tail is the obligation that the logic behind the accumulator equals the model's
// requantization. For every u in Range, with the cut nets' bits computed from u, the
// output's bits are those of Requantizer(Mul×u + Add).
//
// Normally u is the accumulator itself, Mul is 1 and Add is 0. Range is the hull of the
// intervals of all points whose tails have this Key. If the circuit drops common
// factors, u is the primitive sum.
type Tail struct {
	Key      string // hash of the model's tail, the cells, and the cut
	Requant  Requantizer
	Mul, Add int64
	Range    spec.Range

	gate *netlist.Module
	out  netlist.Value
	cuts []cutPoint
	nets []netlist.Value // of the point that the tail was made for: its cuts
}

// MaxTail is the largest number of values that are enumerated.
const MaxTail = 1 << 26

// maxScale is the largest common factor of an accumulator for which the tail is stated
// over the accumulator. This makes the tails of many channels equal.
const maxScale = 64

// newTail makes the tail obligation of one point. scale and offset are those of
// the model's accumulator scale×p + offset, and u is p; if every cut net is the
// accumulator up to a constant and the tail is to be shared with other points, u
// is the accumulator.
func newTail(r Requantizer, gate *netlist.Module, out netlist.Value, cuts []cutPoint, scale, offset int64, p spec.Range, share bool) *Tail {
	t := &Tail{Requant: r, Mul: scale, Add: offset, Range: p, cuts: slices.Clone(cuts)}
	whole := share && -maxScale <= scale && scale <= maxScale
	for _, c := range cuts {
		whole = whole && (c.mul == scale || c.mul == 0)
	}
	if whole {
		lo, hi := scale*p.Lo+offset, scale*p.Hi+offset
		t.Mul, t.Add, t.Range = 1, 0, spec.Range{Lo: min(lo, hi), Hi: max(lo, hi)}
		for i, c := range cuts {
			if c.mul != 0 {
				t.cuts[i].mul, t.cuts[i].add = 1, (c.add-offset)<<(64-c.width)>>(64-c.width)
			}
		}
	}
	for _, c := range t.cuts {
		t.nets = append(t.nets, c.net)
	}
	t.extract(gate, out)
	t.Key = t.key()
	return t
}

// extract copies the cells between the cut and out into a module of their own. It
// numbers them in the order in which the output reaches them, so equal tails of
// different channels become equal modules.
func (t *Tail) extract(gate *netlist.Module, out netlist.Value) {
	small := netlist.New("tail")
	at := map[netlist.Value]netlist.Value{}
	low := map[netlist.Value]netlist.Value{} // key: the slice that reads the low bits
	for i, c := range t.cuts {
		in := small.Input("u"+strconv.Itoa(i), c.width)
		if c.by != 0 {
			low[c.by] = in
		} else {
			at[c.net] = in
		}
		t.cuts[i].net, t.cuts[i].by = in, 0
	}
	var visit func(v netlist.Value) netlist.Value
	visit = func(v netlist.Value) netlist.Value {
		if n, ok := at[v]; ok {
			return n
		}
		c := gate.Cells[v]
		c.Src = 0
		if in, ok := low[v]; ok {
			at[v] = small.Slice(in, int(c.Aux), int(c.Width))
			return at[v]
		}
		for i, a := range c.Args[:c.Op.Arity()] {
			c.Args[i] = visit(a)
		}
		small.Cells = append(small.Cells, c)
		at[v] = netlist.Value(len(small.Cells) - 1)
		return at[v]
	}
	t.out = visit(out)
	small.Output("y", t.out)
	t.gate = small
}

// key hashes everything that the obligation depends on, except its interval.
func (t *Tail) key() string {
	b := fmt.Appendf(nil, "%v %v %v %d %d %d;", t.Requant.Out.Format, t.Requant.Out.Rounding, t.Requant.Out.Overflow, t.Requant.Shift, t.Mul, t.Add)
	if c := t.Requant.Out.Clamp; c != nil {
		b = fmt.Appendf(b, "clamp %d %d;", c.Lo, c.Hi)
	}
	for _, c := range t.cuts {
		b = fmt.Appendf(b, "cut %d %d %d;", t.gate.Width(c.net), c.mul, c.add)
	}
	for _, c := range t.gate.Cells[1:] {
		b = append(b, c.Op.String()...)
		b = strconv.AppendInt(append(b, ' '), int64(c.Width), 10)
		b = strconv.AppendInt(append(b, ' '), c.Aux, 10)
		for _, a := range c.Args[:c.Op.Arity()] {
			b = strconv.AppendInt(append(b, ' '), int64(a), 10)
		}
		b = append(b, ';')
	}
	b = fmt.Appendf(b, "out %d", t.out)
	return digest.Bytes(b)
}

// Enumerate compares both sides for every u in r, at most MaxTail values. It
// returns the first u where they differ, if there is one.
func (t *Tail) Enumerate(r spec.Range) (u int64, differs bool, err error) {
	if n := uint64(r.Hi - r.Lo); n >= MaxTail {
		return 0, false, fmt.Errorf("an interval of %d values is not enumerated", n+1)
	}
	nets := make([]netlist.Value, len(t.cuts))
	for i, c := range t.cuts {
		nets[i] = c.net
	}
	apply := golden.Compile(t.Requant.Out, t.Requant.Shift)
	prog, err := netlist.Compile(t.gate, nets, []netlist.Value{t.out})
	if err != nil {
		return 0, false, err
	}
	const lanes = 4096
	in := make([][]uint64, len(t.cuts))
	for i := range in {
		in[i] = make([]uint64, lanes)
	}
	out := [][]uint64{make([]uint64, lanes)}
	mask := uint64(1)<<t.gate.Width(t.out) - 1
	for base := r.Lo; ; base += lanes {
		n := int(min(lanes, r.Hi-base+1))
		for i, c := range t.cuts {
			w := uint64(1)<<t.gate.Width(c.net) - 1
			for j := range n {
				in[i][j] = uint64(c.mul*(base+int64(j))+c.add) & w
			}
		}
		prog.Run(n, in, out)
		for j := range n {
			u := base + int64(j)
			if uint64(apply(t.Mul*u+t.Add))&mask != out[0][j] {
				return u, true, nil
			}
		}
		if r.Hi-base < lanes {
			return 0, false, nil
		}
	}
}
