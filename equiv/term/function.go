package term

import (
	"encoding/binary"
	"slices"
	"sort"

	"github.com/hashiflex/hashiflex/spec"
)

// Function is an integer function on an interval, as its maximal affine pieces
// from left to right. The pieces are found greedily, so equal functions on one
// interval have equal pieces.
type Function struct {
	Domain spec.Range
	Pieces []Piece
}

// Piece is Value + Slope×(t - Start) for t from Start up to the next piece.
type Piece struct{ Start, Value, Slope int64 }

// MaxPieces is the largest number of pieces of a function. One with more is opaque.
const MaxPieces = 1 << 10

// At is the function's value at t.
func (fn *Function) At(t int64) int64 {
	p := fn.Pieces[fn.piece(t)]
	return p.Value + p.Slope*(t-p.Start)
}

// piece is the number of the piece that holds t.
func (fn *Function) piece(t int64) int {
	return max(0, sort.Search(len(fn.Pieces), func(i int) bool { return fn.Pieces[i].Start > t })-1)
}

// Apply expresses op(args) as a function of one linear form p, if all arguments depend
// only on p: each is m×p + c, or also adds functions of p. op gets the arguments as
// functions of p and must be a pure function named by name. An argument's integer value
// is its form's, congruent to the word it stands for. It reports false when there is no
// such p or the result has too many pieces.
func (sp *Space) Apply(name string, op func(args []Curve) Curve, args ...Form) (Form, bool) {
	p, ok := sp.common(args)
	if !ok {
		return Form{}, false
	}
	dom := sp.Bounds(p)
	t := sp.tabulate(name, op, p, dom, args)
	if !t.ok {
		return Form{}, false
	}
	fn := &sp.fns[t.fn]
	var f Form
	if len(fn.Pieces) == 1 {
		q := fn.Pieces[0]
		f = p.Scale(q.Slope).AddConst(-mul(q.Slope, q.Start))
	} else {
		f = sp.atom(Info{Kind: KindFunction, K: int64(t.fn), Args: []Form{p}, Range: fn.image()})
	}
	return f.Scale(t.scale).AddConst(t.offset), true
}

// table is the outcome of a tabulation: scale×function fn + offset, or refused.
type table struct {
	fn            int
	scale, offset int64
	ok            bool
}

// common finds the linear form of which all args are functions. A word is often a
// function of several: of itself, and, if it is a clamp or a quotient, of the clamped
// or divided form. The candidates come from the first argument that is not constant:
// first itself, then the arguments of its derived atoms.
func (sp *Space) common(args []Form) (Form, bool) {
	for _, f := range args {
		if f.IsConst() {
			continue
		}
		for _, p := range sp.candidates(f) {
			all := true
			for _, g := range args {
				if _, _, _, ok := sp.split(g, p); !ok {
					all = false
					break
				}
			}
			if all {
				return p, true
			}
		}
		break
	}
	return Form{}, false
}

func (sp *Space) candidates(f Form) []Form {
	var out []Form
	add := func(f Form) {
		if q, _, _ := f.Primitive(); !slices.ContainsFunc(out, q.Equal) {
			out = append(out, q)
		}
	}
	add(f)
	for _, m := range f.Monos {
		in := &sp.atoms[m.Atom]
		switch in.Kind {
		case KindFloor:
			// A word's top bits are quotients of what is left of the word below the divisor.
			// The word itself is what other arguments are functions of, and has the
			// coefficients nearest to 0.
			if in.K < 62 {
				add(in.Args[0].Symmetric(int(in.K)))
			}
			add(in.Args[0])
		case KindFunction:
			add(in.Args[0])
		}
	}
	return out
}

// derived is Coef × a function of Mul×p + Add: function number K, or the quotient by 2^K.
type derived struct {
	kind              Kind
	coef, mul, add, k int64
}

// split divides f into derived atoms that are functions of p and a rest that is
// affine in p, mul×p + add; ok is false if that leaves anything.
func (sp *Space) split(f, p Form) (ds []derived, mul, add int64, ok bool) {
	if mul, add, ok := f.Affine(p); ok {
		return nil, mul, add, true
	}
	rest := Form{Const: f.Const}
	whole := Form{}
	for _, m := range f.Monos {
		in := &sp.atoms[m.Atom]
		if in.Kind == KindFloor || in.Kind == KindFunction {
			if mul, add, ok := in.Args[0].Affine(p); ok {
				ds = append(ds, derived{in.Kind, m.Coef, mul, add, in.K})
				continue
			}
		}
		if in.Kind == KindFloor && in.K < 62 {
			if mul, add, r, ok := in.Args[0].affineAbove(p, int(in.K)); ok {
				ds = append(ds, derived{KindFloor, m.Coef, mul, add, in.K})
				whole = whole.AddScaled(r, m.Coef)
				continue
			}
		}
		rest.Monos = append(rest.Monos, m)
	}
	mul, add, ok = rest.Add(whole).Affine(p)
	return ds, mul, add, ok
}

// affineAbove finds f = mul×p + add + 2^k×r: the dividend of a quotient has the
// coefficients that are least from 0 on, whatever signs p has.
func (f Form) affineAbove(p Form, k int) (mul, add int64, r Form, ok bool) {
	for _, mul := range []int64{1, -1} {
		d := f.AddScaled(p, -mul)
		r := Form{}
		ok := true
		for _, m := range d.Monos {
			ok = ok && m.Coef&(1<<k-1) == 0
			r.Monos = append(r.Monos, Mono{m.Atom, m.Coef >> k})
		}
		if ok {
			return mul, d.Const, r, true
		}
	}
	return 0, 0, Form{}, false
}

// tabulate computes op over p's whole interval and interns the result. It caches the
// outcome by name, argument shapes and interval, so that the many equal steps of a
// saturating chain cost one table.
func (sp *Space) tabulate(name string, op func([]Curve) Curve, p Form, dom spec.Range, args []Form) table {
	key := append([]byte(name), 0)
	key = binary.AppendVarint(key, dom.Lo)
	key = binary.AppendVarint(key, dom.Hi)
	for _, f := range args {
		key = sp.shape(f, p, key)
	}
	if t, ok := sp.applied[string(key)]; ok {
		return t
	}
	curves := make([]Curve, len(args))
	for i, f := range args {
		curves[i] = sp.along(f, p, dom)
	}
	var t table
	if c := op(curves); c.Known() {
		if fn := (Function{Domain: dom, Pieces: c.pieces()}); len(fn.Pieces) <= MaxPieces {
			t.ok = true
			t.scale, t.offset = fn.normalize()
			t.fn = sp.function(fn)
		}
	}
	sp.applied[string(key)] = t
	return t
}

// normalize splits fn into scale×fn + offset, such that fn is 0 at its start, first
// increases, and has no common factor. So a signed and an unsigned reading of a word
// give the same function, and so do a value and its negative.
func (fn *Function) normalize() (scale, offset int64) {
	offset = fn.Pieces[0].Value
	var g uint64
	up := int64(0)
	for i := range fn.Pieces {
		p := &fn.Pieces[i]
		p.Value -= offset
		g = gcd(gcd(g, abs(p.Value)), abs(p.Slope))
		for _, d := range []int64{p.Value, p.Slope} {
			if up == 0 {
				up = d
			}
		}
	}
	if g == 0 {
		return 1, offset
	}
	scale = int64(g)
	if up < 0 {
		scale = -scale
	}
	for i := range fn.Pieces {
		fn.Pieces[i].Value /= scale
		fn.Pieces[i].Slope /= scale
	}
	return scale, offset
}

// shape appends to key what f, which splits at p, is as a function of p.
func (sp *Space) shape(f, p Form, key []byte) []byte {
	ds, mul, add, _ := sp.split(f, p)
	key = binary.AppendVarint(key, int64(len(ds)))
	key = binary.AppendVarint(key, mul)
	key = binary.AppendVarint(key, add)
	for _, d := range ds {
		key = append(key, byte(d.kind))
		for _, x := range []int64{d.coef, d.mul, d.add, d.k} {
			key = binary.AppendVarint(key, x)
		}
	}
	return key
}

// along is f, which splits at p, as a function of p's value on dom.
func (sp *Space) along(f, p Form, dom spec.Range) Curve {
	line := func(m, c int64) Curve { return straight(dom, add(mul(m, dom.Lo), c), m) }
	ds, m, c, _ := sp.split(f, p)
	out := line(m, c)
	for _, d := range ds {
		x := line(d.mul, d.add)
		if d.kind == KindFloor {
			x = x.Floor(int(d.k))
		} else {
			x = sp.fns[d.k].of(x)
		}
		out = out.Plus(d.coef, x)
	}
	return out
}

// of is fn at c, a straight line within fn's interval.
func (fn *Function) of(c Curve) Curve {
	return refine([]Curve{c}, func(out *Curve, t, end int64, ps []Piece) {
		v, slope := ps[0].Value, ps[0].Slope
		for {
			i := fn.piece(v)
			last := end
			switch {
			case slope > 0 && i+1 < len(fn.Pieces):
				last = min(last, t+(fn.Pieces[i+1].Start-1-v)/slope)
			case slope < 0 && i > 0:
				last = min(last, t+(v-fn.Pieces[i].Start)/-slope)
			}
			out.run(t, last, fn.At(v), mul(fn.Pieces[i].Slope, slope))
			if last == end {
				return
			}
			v += slope * (last + 1 - t)
			t = last + 1
		}
	})
}

// image is the interval of the function's values.
func (fn *Function) image() spec.Range {
	r := spec.Range{Lo: fn.Pieces[0].Value, Hi: fn.Pieces[0].Value}
	for i, p := range fn.Pieces {
		end := fn.Domain.Hi
		if i+1 < len(fn.Pieces) {
			end = fn.Pieces[i+1].Start - 1
		}
		last := p.Value + p.Slope*(end-p.Start)
		r = r.Hull(spec.Range{Lo: min(p.Value, last), Hi: max(p.Value, last)})
	}
	return r
}

// function interns fn by content.
func (sp *Space) function(fn Function) int {
	var key []byte
	key = binary.AppendVarint(key, fn.Domain.Lo)
	key = binary.AppendVarint(key, fn.Domain.Hi)
	for _, p := range fn.Pieces {
		key = binary.AppendVarint(key, p.Start)
		key = binary.AppendVarint(key, p.Value)
		key = binary.AppendVarint(key, p.Slope)
	}
	if id, ok := sp.fnIndex[string(key)]; ok {
		return id
	}
	sp.fns = append(sp.fns, fn)
	sp.fnIndex[string(key)] = len(sp.fns) - 1
	return len(sp.fns) - 1
}

// Pieces is the number of affine pieces of a function atom, 0 for others.
func (sp *Space) Pieces(a Atom) int {
	if in := &sp.atoms[a]; in.Kind == KindFunction {
		return len(sp.fns[in.K].Pieces)
	}
	return 0
}
