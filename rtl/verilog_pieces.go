package rtl

import (
	"strconv"

	"github.com/hashiflex/hashiflex/netlist"
)

// maxPieces bounds the wiring that is written in place. Anything longer gets a wire of
// its own.
const maxPieces = 8

// run is a run of bits in a Verilog expression: bits of an identifier from lo, or a
// constant, or one bit repeated.
type run struct {
	val    netlist.Value // the identifier's value; 0 is a constant
	lo     int
	width  int
	bits   uint64 // of a constant
	copies bool   // width copies of bit lo
}

// runs resolves wiring down to identifiers and constants, least significant
// first. It follows only cells that have no identifier.
func (w *writer) runs(v netlist.Value, dst []run) []run {
	c := &w.m.Cells[v]
	if f := texts[c.Op].runs; f != nil && w.names[v] == "" {
		return f(w, c, dst)
	}
	return append(dst, run{val: v, width: int(c.Width)})
}

// top is n copies of the most significant bit of r.
func (r run) top(n int) run {
	switch {
	case r.val == 0 && r.bits>>(r.width-1)&1 == 1:
		return run{width: n, bits: ones(n)}
	case r.val == 0:
		return run{width: n}
	case r.copies:
		return run{val: r.val, lo: r.lo, width: n, copies: true}
	}
	return run{val: r.val, lo: r.lo + r.width - 1, width: n, copies: true}
}

// cut keeps width bits from bit lo on of the runs dst[from:].
func cut(dst []run, from, lo, width int) []run {
	out := from
	for _, r := range dst[from:] {
		if lo >= r.width {
			lo -= r.width
			continue
		}
		if width == 0 {
			break
		}
		n := min(r.width-lo, width)
		switch {
		case r.val == 0:
			r.bits = r.bits >> lo & ones(n)
		case !r.copies:
			r.lo += lo
		}
		r.width, lo, width = n, 0, width-n
		dst[out] = r
		out++
	}
	return dst[:out]
}

// appendRuns writes rs as an expression of its exact width and marks the bits it
// reads.
func (w *writer) appendRuns(rs []run) {
	if len(rs) == 1 {
		w.appendRun(rs[0])
		return
	}
	w.buf = append(w.buf, '{')
	for i := len(rs) - 1; i >= 0; i-- {
		w.appendRun(rs[i])
		if i > 0 {
			w.buf = append(w.buf, ", "...)
		}
	}
	w.buf = append(w.buf, '}')
}

func (w *writer) appendRun(r run) {
	if r.val == 0 {
		w.appendConst(r.width, r.bits)
		return
	}
	name, whole := w.names[r.val], w.m.Width(r.val)
	if !r.copies || r.width == 1 {
		w.read[r.val] |= ones(r.width) << r.lo
		w.appendBits(name, whole, r.lo, r.width)
		return
	}
	w.read[r.val] |= 1 << r.lo
	w.buf = append(w.buf, '{')
	w.buf = strconv.AppendInt(w.buf, int64(r.width), 10)
	w.buf = append(w.buf, '{')
	w.appendBits(name, whole, r.lo, 1)
	w.buf = append(w.buf, "}}"...)
}

// appendBits writes a part select; a whole word, one bit or less, stands by name.
func (w *writer) appendBits(name string, whole, lo, width int) {
	w.buf = append(w.buf, name...)
	if width == whole {
		return
	}
	w.buf = append(w.buf, '[')
	w.buf = strconv.AppendInt(w.buf, int64(lo+width-1), 10)
	if width > 1 {
		w.buf = append(w.buf, ':')
		w.buf = strconv.AppendInt(w.buf, int64(lo), 10)
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) appendConst(width int, bits uint64) {
	w.buf = strconv.AppendInt(w.buf, int64(width), 10)
	w.buf = append(w.buf, "'d"...)
	w.buf = strconv.AppendUint(w.buf, bits&ones(width), 10)
}

// ones is a mask of n low bits, 0 ≤ n ≤ 64.
func ones(n int) uint64 { return ^(^uint64(0) << n) }
