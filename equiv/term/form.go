package term

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// Mono is one term of a Form: Coef × Atom, Coef not 0.
type Mono struct {
	Atom Atom
	Coef int64
}

// Form is Const + Σ Coef×Atom, sorted by atom. Forms are values: operations
// never change their operands, and results may share storage with them.
type Form struct {
	Const int64
	Monos []Mono
}

// ErrOverflow is the panic value of coefficient arithmetic beyond int64.
var ErrOverflow = errors.New("coefficient beyond 64 bits")

// Guard runs f and returns ErrOverflow if its arithmetic overflowed.
func Guard(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok && errors.Is(e, ErrOverflow) {
				err = e
				return
			}
			panic(r)
		}
	}()
	f()
	return nil
}

// Int is the constant form c.
func Int(c int64) Form { return Form{Const: c} }

// IsConst reports whether f has no atoms.
func (f Form) IsConst() bool { return len(f.Monos) == 0 }

// Equal reports whether f and g are the same form.
func (f Form) Equal(g Form) bool {
	if f.Const != g.Const || len(f.Monos) != len(g.Monos) {
		return false
	}
	for i, m := range f.Monos {
		if m != g.Monos[i] {
			return false
		}
	}
	return true
}

// EqualMod reports whether f and g are congruent modulo 2^w, coefficient by
// coefficient.
func (f Form) EqualMod(g Form, w int) bool { return f.Sub(g).Reduce(w).isZero() }

func (f Form) isZero() bool { return f.Const == 0 && len(f.Monos) == 0 }

// Add is f + g.
func (f Form) Add(g Form) Form { return f.AddScaled(g, 1) }

// Sub is f - g.
func (f Form) Sub(g Form) Form { return f.AddScaled(g, -1) }

// Neg is -f.
func (f Form) Neg() Form { return Form{}.AddScaled(f, -1) }

// AddConst is f + c.
func (f Form) AddConst(c int64) Form { return Form{add(f.Const, c), f.Monos} }

// Scale is f × c.
func (f Form) Scale(c int64) Form {
	if c == 1 {
		return f
	}
	return Form{}.AddScaled(f, c)
}

// AddScaled is f + c×g.
func (f Form) AddScaled(g Form, c int64) Form {
	if c == 0 {
		return f
	}
	out := Form{Const: add(f.Const, mul(c, g.Const))}
	if len(g.Monos) == 0 {
		out.Monos = f.Monos
		return out
	}
	out.Monos = make([]Mono, 0, len(f.Monos)+len(g.Monos))
	i, j := 0, 0
	for i < len(f.Monos) || j < len(g.Monos) {
		switch {
		case j == len(g.Monos) || i < len(f.Monos) && f.Monos[i].Atom < g.Monos[j].Atom:
			out.Monos = append(out.Monos, f.Monos[i])
			i++
		case i == len(f.Monos) || g.Monos[j].Atom < f.Monos[i].Atom:
			out.Monos = append(out.Monos, Mono{g.Monos[j].Atom, mul(c, g.Monos[j].Coef)})
			j++
		default:
			if s := add(f.Monos[i].Coef, mul(c, g.Monos[j].Coef)); s != 0 {
				out.Monos = append(out.Monos, Mono{f.Monos[i].Atom, s})
			}
			i++
			j++
		}
	}
	return out
}

// Reduce drops what vanishes modulo 2^w: it replaces coefficients of 2^w and more by
// their least residues. It keeps smaller ones, so that a form that describes the value
// as an integer still does.
func (f Form) Reduce(w int) Form {
	if w >= 63 {
		return f
	}
	mod := int64(1) << w
	big := func(c int64) bool { return c >= mod || c <= -mod }
	if !big(f.Const) {
		clean := true
		for _, m := range f.Monos {
			if big(m.Coef) {
				clean = false
				break
			}
		}
		if clean {
			return f
		}
	}
	out := Form{Const: f.Const}
	if big(f.Const) {
		out.Const = f.Const & (mod - 1)
	}
	out.Monos = make([]Mono, 0, len(f.Monos))
	for _, m := range f.Monos {
		if big(m.Coef) {
			m.Coef &= mod - 1
		}
		if m.Coef != 0 {
			out.Monos = append(out.Monos, m)
		}
	}
	return out
}

// Symmetric is the canonical representative of f modulo 2^w: every coefficient
// in -2^(w-1)..2^(w-1)-1.
func (f Form) Symmetric(w int) Form {
	if w >= 63 {
		return f
	}
	low := func(c int64) int64 { return c << (64 - w) >> (64 - w) }
	out := Form{Const: low(f.Const), Monos: make([]Mono, 0, len(f.Monos))}
	for _, m := range f.Monos {
		if m.Coef = low(m.Coef); m.Coef != 0 {
			out.Monos = append(out.Monos, m)
		}
	}
	return out
}

// Affine finds m and c with f = m×p + c for a form p without constant whose
// coefficients have no common factor, as Primitive returns it. A constant f is
// 0×p + c.
func (f Form) Affine(p Form) (m, c int64, ok bool) {
	if len(f.Monos) == 0 {
		return 0, f.Const, true
	}
	if len(f.Monos) != len(p.Monos) || f.Monos[0].Coef%p.Monos[0].Coef != 0 {
		return 0, 0, false
	}
	m = f.Monos[0].Coef / p.Monos[0].Coef
	for i, x := range f.Monos {
		if y := p.Monos[i]; x.Atom != y.Atom || x.Coef != mul(m, y.Coef) {
			return 0, 0, false
		}
	}
	return m, f.Const, true
}

// AffineMod is Affine modulo 2^w, for m known beforehand: it reports whether
// f ≡ m×p + c modulo 2^w, and c.
func (f Form) AffineMod(p Form, m int64, w int) (c int64, ok bool) {
	if k, c, ok := f.Affine(p); ok && k == m {
		return Int(c).Reduce(w).Const, true
	}
	d := f.AddScaled(p, -m).Reduce(w)
	return d.Const, d.IsConst()
}

// Primitive splits f into m×p + c where p has no constant, no common factor,
// and a positive first coefficient. For a constant f, p is empty and m is 0.
func (f Form) Primitive() (p Form, m, c int64) {
	if len(f.Monos) == 0 {
		return Form{}, 0, f.Const
	}
	var g uint64
	for _, x := range f.Monos {
		g = gcd(g, abs(x.Coef))
	}
	if g > 1<<62 {
		panic(ErrOverflow)
	}
	m = int64(g)
	if f.Monos[0].Coef < 0 {
		m = -m
	}
	if m == 1 {
		return Form{Monos: f.Monos}, 1, f.Const
	}
	p.Monos = make([]Mono, len(f.Monos))
	for i, x := range f.Monos {
		p.Monos[i] = Mono{x.Atom, x.Coef / m}
	}
	return p, m, f.Const
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func abs(c int64) uint64 {
	if c < 0 {
		return -uint64(c)
	}
	return uint64(c)
}

func add(a, b int64) int64 {
	s := a + b
	if (a^s)&(b^s) < 0 {
		panic(ErrOverflow)
	}
	return s
}

func mul(a, b int64) int64 {
	if a == 1 {
		return b
	}
	if a == -1 && b != -1<<63 {
		return -b
	}
	hi, lo := bits.Mul64(abs(a), abs(b))
	if hi != 0 || lo >= 1<<63 {
		panic(ErrOverflow)
	}
	if (a < 0) != (b < 0) {
		return -int64(lo)
	}
	return int64(lo)
}

// key is a compact unique encoding of f.
func (f Form) key(buf []byte) []byte {
	buf = binary.AppendVarint(buf, f.Const)
	buf = binary.AppendUvarint(buf, uint64(len(f.Monos)))
	for _, m := range f.Monos {
		buf = binary.AppendUvarint(buf, uint64(m.Atom))
		buf = binary.AppendVarint(buf, m.Coef)
	}
	return buf
}

// String prints f with atoms as a0, a1, …
func (f Form) String() string {
	var b strings.Builder
	for i, m := range f.Monos {
		if i > 0 {
			b.WriteString(" + ")
		}
		fmt.Fprintf(&b, "%d·a%d", m.Coef, m.Atom)
	}
	if len(f.Monos) == 0 || f.Const != 0 {
		if len(f.Monos) > 0 {
			b.WriteString(" + ")
		}
		fmt.Fprint(&b, f.Const)
	}
	return b.String()
}

// Sum adds many forms.
func Sum(fs []Form) Form {
	switch len(fs) {
	case 0:
		return Form{}
	case 1:
		return fs[0]
	}
	if f, ok := concatenated(fs); ok {
		return f
	}
	h := len(fs) / 2
	return Sum(fs[:h]).Add(Sum(fs[h:]))
}

// concatenated is the sum of forms of which each has only atoms behind those of the one
// before, as the terms of a convolution have.
func concatenated(fs []Form) (f Form, ok bool) {
	n, last := 0, Atom(-1)
	for _, g := range fs {
		if len(g.Monos) == 0 {
			continue
		}
		if g.Monos[0].Atom <= last {
			return Form{}, false
		}
		n, last = n+len(g.Monos), g.Monos[len(g.Monos)-1].Atom
	}
	f.Monos = make([]Mono, 0, n)
	for _, g := range fs {
		f.Const = add(f.Const, g.Const)
		f.Monos = append(f.Monos, g.Monos...)
	}
	return f, true
}
