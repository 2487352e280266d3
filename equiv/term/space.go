package term

import (
	"encoding/binary"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// Atom names an indivisible integer of a Space.
type Atom int32

// Shift is the interval moved by c. It panics with ErrOverflow if the result exceeds 64
// bits.
func Shift(r spec.Range, c int64) spec.Range { return spec.Range{Lo: add(r.Lo, c), Hi: add(r.Hi, c)} }

// Plus is a + b. It panics with ErrOverflow if the sum exceeds 64 bits.
func Plus(a, b int64) int64 { return add(a, b) }

// Times is a × b. It panics with ErrOverflow if the product exceeds 64 bits.
func Times(a, b int64) int64 { return mul(a, b) }

// Kind says what an atom is.
type Kind uint8

const (
	KindInput    Kind = iota // input number K
	KindFloor                // floor(Args[0] / 2^K)
	KindAnd                  // bitwise AND of Args as words of K bits
	KindMajority             // bitwise majority of three Args as words of K bits
	KindFunction             // function number K of Args[0]
	KindOpaque               // the operation named Op on Args
)

// Info describes an atom.
type Info struct {
	Kind  Kind
	K     int64
	Op    string
	Args  []Form
	Range spec.Range
}

// Space hash-conses atoms. It is not safe for concurrent use.
type Space struct {
	atoms   []Info
	index   map[string]Atom
	buf     []byte
	fns     []Function
	fnIndex map[string]int
	applied map[string]table // by application key
	divides bool             // some atom is a quotient

	dividend  []int32          // by atom: see digits.go
	dividends map[string]int32 // by form
}

// NewSpace returns a space whose first atoms are inputs with the given
// intervals: atom i is input i.
func NewSpace(inputs []spec.Range) *Space {
	sp := &Space{
		atoms:   make([]Info, len(inputs)),
		index:   map[string]Atom{},
		fnIndex: map[string]int{},
		applied: map[string]table{},

		dividend:  make([]int32, len(inputs)),
		dividends: map[string]int32{},
	}
	for i, r := range inputs {
		sp.atoms[i] = Info{Kind: KindInput, K: int64(i), Range: r}
		sp.dividend[i] = int32(i)
	}
	return sp
}

// Input is the form of input i.
func (sp *Space) Input(i int) Form { return Form{Monos: []Mono{{Atom(i), 1}}} }

// Inputs are the forms of the first n inputs, in one piece of memory.
func (sp *Space) Inputs(n int) []Form {
	monos, forms := make([]Mono, n), make([]Form, n)
	for i := range n {
		monos[i] = Mono{Atom(i), 1}
		forms[i].Monos = monos[i : i+1 : i+1]
	}
	return forms
}

// Info describes atom a.
func (sp *Space) Info(a Atom) *Info { return &sp.atoms[a] }

// Atoms is the number of atoms so far.
func (sp *Space) Atoms() int { return len(sp.atoms) }

// Bounds returns an interval of f: that over independent atoms. If f has quotients
// together with their dividend, it also uses the bounds before division (floor.go) and
// over digits (digits.go).
func (sp *Space) Bounds(f Form) spec.Range {
	if !sp.divides || len(f.Monos) < 2 {
		return sp.independent(f)
	}
	r := spec.Range{Lo: math.MinInt64, Hi: math.MaxInt64}
	// If one rule overflows, another may succeed.
	err := Guard(func() { r = sp.independent(f) })
	for _, rule := range []func(Form) (spec.Range, bool){sp.undivided, sp.digits} {
		if t, ok := rule(f); ok {
			r, err = spec.Range{Lo: max(r.Lo, t.Lo), Hi: min(r.Hi, t.Hi)}, nil
		}
	}
	if err != nil {
		panic(err)
	}
	return r
}

// independent is the interval of f over independent atoms.
func (sp *Space) independent(f Form) spec.Range {
	r := spec.Range{Lo: f.Const, Hi: f.Const}
	for _, m := range f.Monos {
		a := sp.atoms[m.Atom].Range
		if m.Coef >= 0 {
			r.Lo = add(r.Lo, mul(m.Coef, a.Lo))
			r.Hi = add(r.Hi, mul(m.Coef, a.Hi))
		} else {
			r.Lo = add(r.Lo, mul(m.Coef, a.Hi))
			r.Hi = add(r.Hi, mul(m.Coef, a.Lo))
		}
	}
	return r
}

// Opaque is an operation that equals only itself: same op, same operands. The
// caller encodes widths in op and reduces operands as far as they matter.
func (sp *Space) Opaque(op string, r spec.Range, args ...Form) Form {
	return sp.atom(Info{Kind: KindOpaque, Op: op, Args: args, Range: r})
}

// atom interns an atom and returns it as a form. An atom with a range of one
// value is that constant.
func (sp *Space) atom(in Info) Form {
	if in.Range.Lo == in.Range.Hi {
		return Int(in.Range.Lo)
	}
	b := sp.buf[:0]
	b = append(b, byte(in.Kind))
	b = binary.AppendVarint(b, in.K)
	b = binary.AppendUvarint(b, uint64(len(in.Op)))
	b = append(b, in.Op...)
	for _, f := range in.Args {
		b = f.key(b)
	}
	sp.buf = b
	a, ok := sp.index[string(b)]
	if !ok {
		a = Atom(len(sp.atoms))
		sp.atoms = append(sp.atoms, in)
		sp.divides = sp.divides || in.Kind == KindFloor
		sp.dividend = append(sp.dividend, sp.dividendOf(a, &in))
		sp.index[string(b)] = a
	}
	return Form{Monos: []Mono{{a, 1}}}
}

// Eval computes f for given inputs. Opaque atoms have no value: it reports
// false when f depends on one.
func (sp *Space) Eval(f Form, inputs []int64) (int64, bool) {
	sum := f.Const
	for _, m := range f.Monos {
		v, ok := sp.evalAtom(m.Atom, inputs)
		if !ok {
			return 0, false
		}
		sum += m.Coef * v
	}
	return sum, true
}

func (sp *Space) evalAtom(a Atom, inputs []int64) (int64, bool) {
	in := &sp.atoms[a]
	if in.Kind == KindInput {
		return inputs[in.K], true
	}
	args := make([]int64, len(in.Args))
	for i, f := range in.Args {
		v, ok := sp.Eval(f, inputs)
		if !ok {
			return 0, false
		}
		args[i] = v
	}
	switch in.Kind {
	case KindFloor:
		return args[0] >> in.K, true
	case KindAnd:
		v := args[0]
		for _, x := range args[1:] {
			v &= x
		}
		return v & (1<<in.K - 1), true
	case KindMajority:
		a, b, c := args[0], args[1], args[2]
		return (a&b | b&c | a&c) & (1<<in.K - 1), true
	case KindFunction:
		return sp.fns[in.K].At(args[0]), true
	}
	return 0, false
}
