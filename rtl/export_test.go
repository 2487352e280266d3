package rtl

import "maps"

// CellKinds lists the cell types that have a meaning.
func CellKinds() (kinds []string) {
	for typ, k := range cellKinds {
		if k.build != nil {
			kinds = append(kinds, typ)
		}
	}
	return kinds
}

// Fault is a wrong reading of one cell type. Exactly one field is set.
type Fault struct {
	Operands func(o *Operands) // what the cell computes with, before it computes
	Result   func(bits []Bit) []Bit
	Wire     string // the cell is a wire from this port to its output, in every module
}

// Operands are what a fault may change.
type Operands struct {
	A, B, S          []Bit
	ASigned, BSigned bool
}

// Bit is one bit of an operand or of a result.
type Bit struct{ p piece }

// Constant is a bit of known value.
func Constant(v uint64) Bit { return Bit{piece{width: 1, bits: v}} }

func bitsOf(ps []piece) (bs []Bit) {
	for i := range total(ps) {
		bs = append(bs, Bit{part(nil, 0, ps, i, 1)[0]})
	}
	return bs
}

func piecesOf(bs []Bit) (ps []piece) {
	for _, b := range bs {
		ps = join(ps, 0, b.p)
	}
	return ps
}

// Plant gives a cell type a wrong meaning in one module until the result is called.
func Plant(typ, module string, f Fault) (restore func()) {
	right := cellKinds
	cellKinds = maps.Clone(right)
	k := *right[typ]
	build := k.build
	elsewhere := func(e *elab, c *operands) bool { return public(e.insts[c.cell.inst].mod.name) != module }
	switch {
	case f.Operands != nil:
		k.build = func(e *elab, c *operands) []piece {
			if elsewhere(e, c) {
				return build(e, c)
			}
			o := Operands{bitsOf(c.a), bitsOf(c.b), bitsOf(c.s), c.sa, c.sb}
			f.Operands(&o)
			c.a, c.b, c.s, c.sa, c.sb = piecesOf(o.A), piecesOf(o.B), piecesOf(o.S), o.ASigned, o.BSigned
			c.both = c.sa && c.sb
			return build(e, c)
		}
	case f.Result != nil:
		k.build = func(e *elab, c *operands) []piece {
			if elsewhere(e, c) {
				return build(e, c)
			}
			return piecesOf(f.Result(bitsOf(build(e, c))))
		}
	default:
		k = cellKind{out: k.out, ins: []string{f.Wire}, build: func(e *elab, c *operands) []piece {
			mod := e.insts[c.cell.inst].mod
			s, _ := mod.port(c.cell.cell, f.Wire)
			return e.sig(c.cell.inst, s)
		}}
	}
	cellKinds[typ] = &k
	return func() { cellKinds = right }
}
