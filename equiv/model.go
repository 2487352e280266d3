package equiv

import (
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Model is the reference side of a compare point.
type Model struct {
	Terms *golden.Terms
	Vars  []Var                  // variable i of Terms
	Refs  []golden.Term          // of Vars
	Acc   golden.Term            // the accumulator, an integer
	Out   golden.Term            // the output, an integer
	Tail  *Requantizer           // from Acc to Out; nil if Out is Acc
	Range spec.Range             // of Acc, as the specification derives it; set if there is a Tail
	Run   func(xs []int64) int64 // executes Out, without Terms

	layer *spec.Layer
}

// Var is an input of the model and the circuit's port that carries it.
type Var struct {
	Port   string
	Width  int
	Signed bool
	Range  spec.Range
}

// Requantizer is the tail of a layer.
type Requantizer struct {
	Out   spec.Requant
	Shift int
}

// Apply runs the tail.
func (r *Requantizer) Apply(acc int64) int64 {
	return golden.Requantize[int64](golden.Int64{}, r.Out, r.Shift, acc)
}

// Models are the references for the modules of one layer. They share what the modules
// have in common.
type Models struct {
	layer *spec.Layer
	vars  map[int][]Var // of convolutions, by group
}

// NewModels is for the modules of layer l. It is not safe for concurrent use.
func NewModels(l *spec.Layer) *Models { return &Models{l, map[int][]Var{}} }

// taps are the variables of an output channel of a convolution.
func (ms *Models) taps(oc int) []Var {
	l := ms.layer
	conv := l.Op.(*spec.Conv)
	group := oc / (conv.OutC / conv.Groups)
	vars, ok := ms.vars[group]
	if !ok {
		f, r := l.InFormat(0), l.InRange(0)
		vars = make([]Var, l.Taps())
		for t := range vars {
			vars[t] = Var{shiftadd.TapName(l, oc, t), f.Width, f.Signed, r}
		}
		ms.vars[group] = vars
	}
	return vars
}

// ModelOf is the reference for one module of a layer. The module and its ports have the
// names of package shiftadd.
func ModelOf(l *spec.Layer, u shiftadd.Unit) *Model { return NewModels(l).Of(u) }

// Of is the reference for one module.
func (ms *Models) Of(u shiftadd.Unit) *Model {
	l := ms.layer
	m := &Model{Terms: golden.NewTerms(), layer: l}
	in := func(i int, port string) golden.Term {
		f := l.InFormat(i)
		return m.variable(Var{port, f.Width, f.Signed, l.InRange(i)})
	}
	switch u.Kind {
	case shiftadd.KindChannel:
		m.Vars = ms.taps(u.Channel)
		xs := make([]golden.Term, len(m.Vars))
		m.Terms.Grow(3*len(xs), 3*len(xs))
		for t := range xs {
			xs[t] = m.Terms.Var(t)
		}
		m.Refs = xs
		m.Acc = golden.Accumulate(m.Terms, l, u.Channel, xs)
		m.Run = func(xs []int64) int64 { return golden.Convolve[int64](golden.Int64{}, l, u.Channel, xs) }
		m.requantize(l, u.Channel)
	case shiftadd.KindAdd:
		m.Acc = golden.AddAligned(m.Terms, l, in(0, "a"), in(1, "b"))
		m.Run = func(xs []int64) int64 { return m.Tail.Apply(golden.AddAligned[int64](golden.Int64{}, l, xs[0], xs[1])) }
		m.requantize(l, 0)
	case shiftadd.KindMax:
		w, _ := l.Window()
		m.Acc = golden.Greatest(m.Terms, pixels(w, in))
		m.Run = func(xs []int64) int64 { return m.Tail.Apply(golden.Greatest[int64](golden.Int64{}, xs)) }
		m.requantize(l, 0)
	case shiftadd.KindAverage:
		p := l.Op.(*spec.AvgPool)
		m.Acc = golden.AverageScale(m.Terms, p, pixels(p.Window, in))
		m.Run = func(xs []int64) int64 { return m.Tail.Apply(golden.AverageScale[int64](golden.Int64{}, p, xs)) }
		m.requantize(l, 0)
	case shiftadd.KindPass:
		i, _ := l.Source(u.Channel)
		m.Acc = in(i, "x")
		m.Run = func(xs []int64) int64 { return m.Tail.Apply(xs[0]) }
		m.requantize(l, u.Channel)
	case shiftadd.KindMean:
		p := l.Op.(*spec.Pool)
		frame := shiftadd.FrameRange(l)
		width, signed := shiftadd.FrameWidth(l)
		m.Acc = golden.PoolScale(m.Terms, p, m.variable(Var{"acc", width, signed, frame}))
		m.Run = func(xs []int64) int64 { return m.Tail.Apply(golden.PoolScale[int64](golden.Int64{}, p, xs[0])) }
		m.requantize(l, 0)
	case shiftadd.KindAccumulate:
		// The widest partial sum is the one before the last pixel of a frame.
		width, signed := shiftadd.FrameWidth(l)
		s, x := l.InShape(0), l.InRange(0)
		n := int64(s.H)*int64(s.W) - 1
		before := spec.Range{Lo: n * x.Lo, Hi: n * x.Hi}.Hull(spec.Range{})
		acc := m.variable(Var{"acc", width, signed, before})
		m.Acc = m.Terms.Sum(acc, in(0, "x"))
		m.Out = m.Acc
		m.Run = func(xs []int64) int64 { return xs[0] + xs[1] }
	default:
		panic("equiv: a " + u.Kind.String() + " module is no compare point")
	}
	return m
}

// pixels are variables for the pixels of a window, row by row.
func pixels(w spec.Window, in func(i int, port string) golden.Term) (xs []golden.Term) {
	for row := range w.Kernel[0] {
		for column := range w.Kernel[1] {
			xs = append(xs, in(0, shiftadd.PixelName(row, column)))
		}
	}
	return xs
}

func (m *Model) variable(v Var) golden.Term {
	m.Vars = append(m.Vars, v)
	t := m.Terms.Var(len(m.Vars) - 1)
	m.Refs = append(m.Refs, t)
	return t
}

func (m *Model) requantize(l *spec.Layer, oc int) {
	m.Tail = &Requantizer{l.Out, l.Shift(oc)}
	m.Range = l.AccRange(oc)
	m.Out = golden.Requantize(m.Terms, l.Out, m.Tail.Shift, m.Acc)
}
