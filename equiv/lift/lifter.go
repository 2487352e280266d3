package lift

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Net is a lifted value: Form is congruent to its bits modulo 2^width, and as
// an integer Form lies in Range.
type Net struct {
	Form  term.Form
	Range spec.Range
	// Loose is set if multiples of 2^width were dropped on the way: Form is
	// then not the sum of the operands' integers.
	Loose bool
}

// Lemma states that a value's bits, read as Signed says, are the integer Net.Form +
// Offset. The reason is that this integer lies in Range, and Range within the window of
// the reading.
type Lemma struct {
	Value  netlist.Value
	Signed bool
	Offset int64
	Range  spec.Range
	// Loose lemmas hold for a form that was reduced modulo 2^width. Code that computes
	// the value without reducing it must wrap it explicitly.
	Loose bool
}

// MaxWidth is the widest net that is lifted. Wider ones are opaque: their form is
// an atom that stands for their low MaxWidth bits.
const MaxWidth = 61

// Lifter lifts one module on demand. Not safe for concurrent use.
type Lifter struct {
	Space *term.Space
	// Deep tabulates non-linear logic of one form; otherwise it stays opaque.
	Deep bool
	// Sums lifts trees of adders at once, without their inner nets; see sum.go.
	Sums bool

	m       *netlist.Module
	inputs  []Net
	nets    []Net
	done    []bool
	exact   map[exactKey]exactUse
	order   []Lemma
	cuts    map[netlist.Value][]cut
	triples map[[3]netlist.Value]bool

	tables   map[netlist.Value]*Table
	supports map[netlist.Value][]place

	flow flow

	broken bool // for tests: see PlantFault
	fault  netlist.Op
}

type exactKey struct {
	v      netlist.Value
	signed bool
}

type exactUse struct {
	net   Net
	lemma int // index into order, or -1 when the value was wrapped explicitly
}

// New prepares lifting of m, whose input port i carries inputs[i].
func New(sp *term.Space, m *netlist.Module, inputs []Net) *Lifter {
	return &Lifter{
		Space:  sp,
		m:      m,
		inputs: inputs,
		nets:   make([]Net, len(m.Cells)),
		done:   make([]bool, len(m.Cells)),
		exact:  map[exactKey]exactUse{},
	}
}

// Lemmas is the number of range lemmas used so far.
func (l *Lifter) Lemmas() int {
	n := len(l.order) + l.flow.count
	if l.flow.count > 0 {
		for _, m := range l.order {
			if l.flow.read[m.Value]&readingOf(m.Signed) != 0 {
				n--
			}
		}
	}
	return n
}

// Lemma finds the lemma under which v is read as an exact integer; ok is false
// when no rule needed one or the value was wrapped explicitly.
func (l *Lifter) Lemma(v netlist.Value, signed bool) (Lemma, bool) {
	if u, ok := l.exact[exactKey{v, signed}]; ok {
		if u.lemma < 0 {
			return Lemma{}, false
		}
		return l.order[u.lemma], true
	}
	if l.flow.count > 0 && l.flow.read[v]&readingOf(signed) != 0 {
		by := l.flow.moved[exactKey{v, signed}]
		return Lemma{Value: v, Signed: signed, Offset: by, Range: term.Shift(l.flow.ranges[v], by)}, true
	}
	return Lemma{}, false
}

// Net lifts v. It lifts the operands of v first, and only values that v needs.
func (l *Lifter) Net(v netlist.Value) Net {
	if l.done[v] {
		return l.nets[v]
	}
	// An explicit stack: linear chains are thousands of cells deep.
	stack := []netlist.Value{v}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if l.done[top] {
			stack = stack[:len(stack)-1]
			continue
		}
		if n, ok := l.sum(top); ok {
			l.nets[top], l.done[top] = n, true
			stack = stack[:len(stack)-1]
			continue
		}
		ready := true
		for _, a := range l.operands(top) {
			if !l.done[a] {
				stack = append(stack, a)
				ready = false
			}
		}
		if ready {
			l.nets[top] = l.cell(top)
			l.done[top] = true
			stack = stack[:len(stack)-1]
		}
	}
	return l.nets[v]
}

// operands are the values that the rule of v's operator reads: for a bitwise
// word the leaves of its cut, not the cells between.
func (l *Lifter) operands(v netlist.Value) []netlist.Value {
	c := &l.m.Cells[v]
	if b, ok := l.BestCut(v); ok && c.Width > 1 && c.Op != netlist.OpNot {
		return b.Leaves
	}
	return c.Args[:c.Op.Arity()]
}

func constant(k int64) Net { return Net{Form: term.Int(k), Range: spec.Range{Lo: k, Hi: k}} }

// cell applies the rule of v's operator; the operands are lifted.
func (l *Lifter) cell(v netlist.Value) Net {
	c := &l.m.Cells[v]
	w := int(c.Width)
	if w > MaxWidth {
		return l.opaque(v)
	}
	row := &rules[c.Op]
	n, ok := row.lift(l, v, c)
	if !ok {
		if n, ok := l.table(v); ok {
			return n
		}
		return l.opaque(v)
	}
	switch {
	case !row.form:
		return n
	case l.broken && c.Op == l.fault:
		n.Form = n.Form.AddConst(1)
		n.Range = term.Shift(n.Range, 1)
	}
	return l.reduced(n, w)
}

// reduced drops terms that vanish modulo 2^w. If the interval was the unreduced form's,
// it computes a new one.
func (l *Lifter) reduced(n Net, w int) Net {
	if w == 1 && n.Range.Within(window(1, false)) {
		return n // the exact integer; see logic
	}
	f := n.Form.Reduce(w)
	b := l.Space.Bounds(f)
	if !f.Equal(n.Form) {
		return Net{f, b, true}
	}
	return Net{f, spec.Range{Lo: max(b.Lo, n.Range.Lo), Hi: min(b.Hi, n.Range.Hi)}, n.Loose}
}

// Exact is v's bits read as an integer, two's complement when signed.
func (l *Lifter) Exact(v netlist.Value, signed bool) Net {
	key := exactKey{v, signed}
	if u, ok := l.exact[key]; ok {
		return u.net
	}
	n := l.Net(v)
	w := l.m.Width(v)
	win := window(w, signed)
	use := exactUse{lemma: -1}
	fitted := false
	if w <= MaxWidth {
		if n.Range, fitted = fit(&n.Form, n.Range, win, w); !fitted {
			s := n.Form.Symmetric(w)
			if r := l.Space.Bounds(s); !s.Equal(n.Form) {
				if r, ok := fit(&s, r, win, w); ok {
					n, fitted = Net{s, r, true}, true
				}
			}
		}
	}
	switch {
	case fitted:
		use.net = n
		use.lemma = len(l.order)
		l.order = append(l.order, Lemma{Value: v, Signed: signed, Offset: n.Form.Const - l.nets[v].Form.Const, Range: n.Range, Loose: n.Loose})
	case w <= MaxWidth:
		// v = f - 2^w·floor((f - least) / 2^w).
		s := n.Form.Symmetric(w)
		q := l.Space.Floor(s.AddConst(-win.Lo), w)
		f := s.AddScaled(q, -1<<w)
		use.net = Net{f, win, true}
	default:
		use.net = Net{l.Space.Opaque(fmt.Sprintf("wide%v#%d", signed, v), win, n.Form), win, true}
	}
	l.exact[key] = use
	return use.net
}

// fit moves f by a multiple of 2^w into the window, if its interval fits.
func fit(f *term.Form, r, win spec.Range, w int) (spec.Range, bool) {
	j := (win.Hi - r.Hi) >> w
	moved := spec.Range{Lo: r.Lo + j<<w, Hi: r.Hi + j<<w}
	if !moved.Within(win) {
		return r, false
	}
	*f = f.AddConst(j << w)
	return moved, true
}

func window(w int, signed bool) spec.Range {
	w = min(w, MaxWidth)
	if signed {
		return spec.Range{Lo: -1 << (w - 1), Hi: 1<<(w-1) - 1}
	}
	return spec.Range{Lo: 0, Hi: 1<<w - 1}
}

// opaque is v as an operation that equals only the same operation on the same
// operands, which may differ by multiples of 2^width.
func (l *Lifter) opaque(v netlist.Value) Net {
	c := &l.m.Cells[v]
	name := fmt.Sprintf("%v:%d:%d", c.Op, c.Width, c.Aux)
	if c.Op.Arity() == 0 {
		// Undefined bits and registers: each equals only itself.
		name = fmt.Sprintf("%v#%d", c.Op, v)
	}
	args := make([]term.Form, c.Op.Arity())
	for i, a := range c.Args[:len(args)] {
		args[i] = l.nets[a].Form.Symmetric(l.m.Width(a))
		name += fmt.Sprintf(":%d", l.m.Width(a))
	}
	r := window(int(c.Width), false)
	return Net{l.Space.Opaque(name, r, args...), r, true}
}

// PlantFault makes every rule for op wrong by one. The tests use it to show that the
// lifter's own check finds such errors.
func (l *Lifter) PlantFault(op netlist.Op) { l.broken, l.fault = true, op }

// Lifted reports whether v has been lifted.
func (l *Lifter) Lifted(v netlist.Value) bool { return l.done[v] }
