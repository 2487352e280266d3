package shiftadd

import (
	"errors"
	"fmt"
	"sync"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Generator builds the modules of one layer. Modules may be built concurrently.
type Generator struct {
	l      *spec.Layer
	o      Options
	shared *plan // nil: nothing is shared

	mu    sync.Mutex
	ports map[int][]string // of a convolution's taps, by group
}

// Kind is the kind of a module of a layer.
type Kind uint8

const (
	KindChannel    Kind = iota // one output channel of a convolution
	KindShared                 // the terms that channels of a convolution share
	KindAdd                    // a residual addition, for all channels
	KindAccumulate             // one step of the sum over a pool's frame
	KindMean                   // from a pool's sum to its output
	KindMax                    // the greatest value of a window, for all channels
	KindAverage                // the mean of a window, for all channels
	KindPass                   // requantizes one value of an input, for all its channels
)

func (k Kind) String() string {
	return [...]string{"channel", "shared", "add", "accumulate", "mean", "max", "average", "pass"}[k]
}

// Unit is one module of a layer, before it is built.
type Unit struct {
	Kind    Kind
	Channel int    // of KindChannel; of KindPass the first that it serves; 0 otherwise
	Name    string // of the module
}

// New prepares the generator for layer l of a validated network. It fails if o does not
// suit the layer's accumulator, and for a dense layer, whose weights are programmed.
func New(l *spec.Layer, o Options) (*Generator, error) {
	wrap := func(err error) (*Generator, error) {
		return nil, fmt.Errorf("shiftadd: layer %s: %w", l.Name, err)
	}
	if l.OutShape() == (spec.Shape{}) {
		return wrap(errors.New("the network has not been validated"))
	}
	var acc spec.Accumulator
	conv, isConv := l.Op.(*spec.Conv)
	if isConv {
		acc = conv.Acc
	}
	if err := Check(acc, o); err != nil {
		return wrap(err)
	}
	if _, dense := l.Op.(*spec.Dense); dense {
		return wrap(errors.New("a dense layer is a program of the head, not fixed hardware"))
	}
	g := &Generator{l: l, o: o}
	if isConv && o.Share == Pairs {
		g.shared = planPairs(l, o)
	}
	return g, nil
}

// Layer is the layer that the generator was made for.
func (g *Generator) Layer() *spec.Layer { return g.l }

// Options are the generator's knobs.
func (g *Generator) Options() Options { return g.o }

// Modules lists the modules of the layer: shared terms before the channels
// that take them, channels in order.
func (g *Generator) Modules() []Unit {
	return spec.Match(g.l.Op,
		func(op *spec.Conv) []Unit {
			units := make([]Unit, 0, op.OutC+1)
			if g.shared != nil {
				units = append(units, Unit{KindShared, 0, g.l.Name + "_shared"})
			}
			for oc := range op.OutC {
				units = append(units, Unit{KindChannel, oc, g.channelName(oc)})
			}
			return units
		},
		func(*spec.Add) []Unit { return []Unit{{KindAdd, 0, g.l.Name + "_add"}} },
		func(*spec.Pool) []Unit {
			return []Unit{{KindAccumulate, 0, g.l.Name + "_accumulate"}, {KindMean, 0, g.l.Name + "_mean"}}
		},
		func(*spec.MaxPool) []Unit { return []Unit{{KindMax, 0, g.l.Name + "_max"}} },
		func(*spec.AvgPool) []Unit { return []Unit{{KindAverage, 0, g.l.Name + "_average"}} },
		func(*spec.Concat) []Unit {
			return []Unit{{KindPass, 0, g.l.Name + "_pass0"}, {KindPass, g.l.InShape(0).C, g.l.Name + "_pass1"}}
		},
		func(*spec.Split) []Unit { return []Unit{{KindPass, 0, g.l.Name + "_pass0"}} },
		func(*spec.Dense) []Unit { panic("shiftadd: a dense layer has no hardware; New refuses it") },
	)
}

// Bare builds one of Modules without the names of inner signals, which take longer than the
// module itself. It is Module in all else, except that a Doc is not promised.
func (g *Generator) Bare(u Unit) *netlist.Module {
	if u.Kind != KindChannel {
		return g.Module(u)
	}
	return g.channel(u.Channel, true)
}

// Module builds one of Modules.
func (g *Generator) Module(u Unit) *netlist.Module {
	switch u.Kind {
	case KindShared:
		return g.Shared()
	case KindAdd:
		return g.Add()
	case KindAccumulate:
		return g.Accumulate()
	case KindMean:
		return g.Mean()
	case KindMax:
		return g.Max()
	case KindAverage:
		return g.Average()
	case KindPass:
		return g.Pass(u.Channel)
	case KindChannel:
		return g.Channel(u.Channel)
	}
	panic("shiftadd: no module is a " + u.Kind.String())
}

func (g *Generator) builder(name string, cells int) *builder {
	m := netlist.New(name)
	m.Grow(cells)
	return &builder{m: m, o: g.o}
}

// input is input i of the layer as a port.
func (g *Generator) input(b *builder, i int, name string) word {
	f := g.l.InFormat(i)
	return word{v: b.m.Input(name, f.Width), signed: f.Signed, r: g.l.InRange(i)}
}
