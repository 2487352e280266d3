package rtl

import (
	"slices"

	"github.com/hashiflex/hashiflex/netlist"
)

// piece is bits lo .. lo+width-1 of a netlist value, or, with val 0, constant
// bits, at most netlist.MaxWidth of them.
type piece struct {
	val       netlist.Value
	lo, width int32
	bits      uint64
}

// join appends p to the pieces ps[from:], merging what is contiguous.
func join(ps []piece, from int, p piece) []piece {
	if p.width == 0 {
		return ps
	}
	if len(ps) > from {
		l := &ps[len(ps)-1]
		switch {
		case p.val == 0 && l.val == 0 && l.width+p.width <= netlist.MaxWidth:
			l.bits |= p.bits << l.width
			l.width += p.width
			return ps
		case p.val != 0 && p.val == l.val && l.lo+l.width == p.lo:
			l.width += p.width
			return ps
		}
	}
	return append(ps, p)
}

// part appends bits off .. off+width-1 of the pieces src to dst[from:].
func part(dst []piece, from int, src []piece, off, width int32) []piece {
	for _, p := range src {
		if off >= p.width {
			off -= p.width
			continue
		}
		if width <= 0 {
			break
		}
		n := min(p.width-off, width)
		if p.val == 0 {
			p.bits = p.bits >> off & ones(int(n))
		}
		p.lo += off
		p.width = n
		dst = join(dst, from, p)
		off, width = 0, width-n
	}
	return dst
}

// cursor cuts pieces into words one after another, from the lowest bit on.
type cursor struct {
	ps  []piece
	off int32 // into the first of them
}

// take is the next width bits.
func (c *cursor) take(width int32) []piece {
	var out []piece
	for width > 0 && len(c.ps) > 0 {
		n := min(c.ps[0].width-c.off, width)
		out = part(out, 0, c.ps[:1], c.off, n)
		width -= n
		if c.off += n; c.off == c.ps[0].width {
			c.ps, c.off = c.ps[1:], 0
		}
	}
	return out
}

func total(ps []piece) (n int32) {
	for _, p := range ps {
		n += p.width
	}
	return n
}

// zeros appends n zero bits.
func zeros(ps []piece, n int32) []piece {
	for ; n > 0; n -= netlist.MaxWidth {
		ps = join(ps, 0, piece{width: min(n, netlist.MaxWidth)})
	}
	return ps
}

// resize extends or truncates ps to width bits.
func resize(ps []piece, width int32, signed bool) []piece {
	have := total(ps)
	if width <= have {
		return part(nil, 0, ps, 0, width)
	}
	if have == 0 {
		return zeros(nil, width)
	}
	ps = slices.Clone(ps)
	top := ps[len(ps)-1]
	if !signed || top.val == 0 && top.bits>>(top.width-1)&1 == 0 {
		return zeros(ps, width-have)
	}
	sign := piece{val: top.val, lo: top.lo + top.width - 1, width: 1}
	if top.val == 0 {
		sign = piece{width: 1, bits: 1}
	}
	for ; have < width; have++ {
		ps = join(ps, 0, sign)
	}
	return ps
}

// wordKey identifies wiring, so that equal wiring is one value.
type wordKey struct {
	op    netlist.Op
	width int32
	a, b  netlist.Value
	aux   int64
}

// wiring is the value of k; with e.peek it is 0 where there is none yet.
func (e *elab) wiring(k wordKey) netlist.Value {
	v, ok := e.words[k]
	if !ok && !e.peek {
		v = e.push(k.op, int(k.width), k.aux, k.a, k.b)
		e.words[k] = v
	}
	return v
}

// word is the pieces ps, 1 to netlist.MaxWidth bits, as one value.
func (e *elab) word(ps []piece) netlist.Value {
	last := ps[len(ps)-1]
	if len(ps) == 1 {
		return e.atom(last)
	}
	rest := ps[:len(ps)-1]
	if last.val != 0 && last.width == 1 {
		for len(rest) > 0 && rest[len(rest)-1] == last {
			rest = rest[:len(rest)-1]
		}
		base := rest
		if n := len(rest); n == 0 || rest[n-1].val != last.val || rest[n-1].lo+rest[n-1].width-1 != last.lo {
			base = ps[:n+1]
		}
		if len(base) < len(ps) {
			return e.extend(netlist.OpSext, total(ps), e.word(base))
		}
		rest = ps[:len(ps)-1]
	}
	low := e.word(rest)
	if last.val == 0 && last.bits == 0 {
		return e.extend(netlist.OpZext, total(ps), low)
	}
	high := e.atom(last)
	if low == 0 || high == 0 {
		return 0
	}
	return e.wiring(wordKey{op: netlist.OpConcat, width: total(ps), a: low, b: high})
}

func (e *elab) extend(op netlist.Op, width int32, a netlist.Value) netlist.Value {
	if a == 0 {
		return 0
	}
	return e.wiring(wordKey{op: op, width: width, a: a})
}

// existing is the value of the pieces ps if some cell already reads it, else 0.
func (e *elab) existing(ps []piece) netlist.Value {
	e.peek = true
	defer func() { e.peek = false }()
	return e.word(ps)
}

func (e *elab) atom(p piece) netlist.Value {
	switch {
	case p.val == 0:
		return e.wiring(wordKey{op: netlist.OpConst, width: p.width, aux: int64(p.bits)})
	case int(p.width) == e.m.Width(p.val):
		return p.val
	}
	return e.wiring(wordKey{op: netlist.OpSlice, width: p.width, a: p.val, aux: int64(p.lo)})
}

// whole is v as pieces.
func (e *elab) whole(v netlist.Value) []piece {
	return []piece{{val: v, width: int32(e.m.Width(v))}}
}

// undef is width unknown bits as pieces.
func (e *elab) undef(width int32, u netlist.Undef) (ps []piece) {
	for ; width > 0; width -= netlist.MaxWidth {
		n := min(width, netlist.MaxWidth)
		v := e.push(netlist.OpUndef, int(n), int64(len(e.m.Undefs)))
		e.m.Undefs = append(e.m.Undefs, u)
		ps = append(ps, piece{val: v, width: n})
	}
	return ps
}

// push appends a cell at the current source location.
func (e *elab) push(op netlist.Op, width int, aux int64, args ...netlist.Value) netlist.Value {
	c := netlist.Cell{Op: op, Width: uint8(width), Aux: aux, Src: e.src}
	copy(c.Args[:op.Arity()], args)
	e.m.Cells = append(e.m.Cells, c)
	return netlist.Value(len(e.m.Cells) - 1)
}
