package bench

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Point is one compare point. Both circuits have the model's inputs, in order,
// and one output y.
type Point struct {
	Source
	*equiv.Question                 // of the generated hardware
	Gold            *netlist.Module // the model's terms, at full width
}

// Source says which weights a point has.
type Source struct {
	FanIn   int    `json:"fan_in"` // taps, zero weights included
	Terms   int    `json:"terms"`  // taps whose weight is not zero
	Layer   string `json:"layer"`
	Channel int    `json:"channel"`
	Cut     bool   `json:"cut"` // only the channel's first non-zero weights
}

// NewPoint makes the point of a fan-in from a validated network. If a convolution has
// that many taps, the point is the channel with the fewest zero weights of the first
// such layer. Otherwise it is a channel of the layers with the next larger number of
// taps, chosen in the same way and cut to its first non-zero weights.
func NewPoint(net *spec.Network, fanin int) (*Point, error) {
	src, err := find(net, fanin)
	if err != nil {
		return nil, err
	}
	return build(net, src, nil)
}

// Faulty is the same point with faulty hardware: the last term of the last non-zero
// weight has the opposite sign.
func Faulty(net *spec.Network, p *Point) (*Point, error) {
	wrong, err := build(net, p.Source, func(weights []spec.Weight) {
		for _, w := range slices.Backward(weights) {
			if len(w) > 0 {
				w[len(w)-1] *= -1
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return &Point{p.Source, equiv.NewQuestion(p.Model, wrong.Gate), p.Gold}, nil
}

func find(net *spec.Network, fanin int) (Source, error) {
	var best Source
	taps := 0 // of best's layer
	for _, l := range net.Layers {
		conv, ok := l.Op.(*spec.Conv)
		if !ok || l.Taps() < fanin || taps != 0 && l.Taps() >= taps {
			continue
		}
		found := false
		for oc := range conv.OutC {
			terms := len(nonZero(weights(l, oc)))
			cut := l.Taps() > fanin
			if cut {
				if terms < fanin {
					continue
				}
				terms = fanin
			}
			if !found || terms > best.Terms {
				best, found = Source{fanin, terms, l.Name, oc, cut}, true
				taps = l.Taps()
			}
		}
	}
	if taps == 0 || best.Terms == 0 {
		return Source{}, fmt.Errorf("network %s has no channel of fan-in %d or more", net.Name, fanin)
	}
	return best, nil
}

// Check returns an error that names the fan-ins for which the network has no compare
// point. Call it before a measurement.
func Check(net *spec.Network, fanIns []int) error {
	var errs []error
	for _, n := range fanIns {
		_, err := find(net, n)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// weights are those of an output channel, copied.
func weights(l *spec.Layer, oc int) []spec.Weight {
	ws := make([]spec.Weight, l.Taps())
	for t := range ws {
		ws[t] = slices.Clone(l.Weight(oc, t))
	}
	return ws
}

func nonZero(ws []spec.Weight) (out []spec.Weight) {
	for _, w := range ws {
		if len(w) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// build makes a network of one convolution with one channel. tamper, if not nil,
// changes the weights.
func build(net *spec.Network, src Source, tamper func([]spec.Weight)) (*Point, error) {
	l := net.Layer(src.Layer)
	conv := l.Op.(*spec.Conv)
	ws := weights(l, src.Channel)
	if src.Cut {
		ws = nonZero(ws)[:src.FanIn]
	}
	if tamper != nil {
		tamper(ws)
	}
	var codes []spec.Code
	for _, w := range ws {
		codes = append(append(codes, w...), make([]spec.Code, conv.PerWeight()-len(w))...)
	}
	single := &spec.Network{
		Name:  "point",
		Input: spec.Input{Shape: spec.Shape{C: len(ws), H: 1, W: 1}, Format: l.InFormat(0)},
		Layers: []*spec.Layer{{
			Name: "gate", Inputs: []string{spec.InputName}, Out: l.Out,
			Op: &spec.Conv{
				OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1,
				Bits: conv.Bits, Terms: conv.Terms, Codes: codes,
				Base: []int32{conv.Base[src.Channel]}, Bias: []int32{conv.Bias[src.Channel]},
				Acc: conv.Acc,
			},
		}},
	}
	if err := single.Validate(); err != nil {
		return nil, fmt.Errorf("layer %s channel %d as a network of its own: %w", src.Layer, src.Channel, err)
	}
	only := single.Layers[0]
	gen, err := shiftadd.New(only, shiftadd.Options{Tree: shiftadd.Balanced, Widths: shiftadd.Tight})
	if err != nil {
		return nil, err
	}
	unit := gen.Modules()[0]
	gate := gen.Module(unit)
	gate.Name = "gate"
	p := &Point{Source: src, Question: equiv.NewQuestion(equiv.ModelOf(only, unit), gate)}
	if p.Gold, err = gold(p.Model); err != nil {
		return nil, err
	}
	// The generator may leave out an input without effect. ABC would then pair the
	// wrong inputs.
	samePort := func(a, b netlist.Port) bool { return a.Name == b.Name && a.Width == b.Width }
	if !slices.EqualFunc(p.Gold.Inputs, p.Gate.Inputs, samePort) {
		return nil, fmt.Errorf("layer %s channel %d: the hardware has other ports than the model", src.Layer, src.Channel)
	}
	return p, nil
}
