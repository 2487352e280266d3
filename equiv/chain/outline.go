package chain

import (
	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Outlined is a compare point before anything is proved.
type Outlined struct {
	Layer string `json:"layer"`
	Kind  string `json:"kind"` // of the layer
	Label string `json:"label"`
	FanIn int    `json:"fan_in"` // operands that are added up, without weights of zero
	// Strategy is the first one to be tried on generated hardware.
	Strategy equiv.Strategy `json:"strategy"`
}

// Outline lists the compare points that a run with these options has, in their order.
// It builds no hardware and asks no solver.
func Outline(net *spec.Network, o Options) ([]Outlined, error) {
	tasks, err := plan(net, &o)
	if err != nil {
		return nil, err
	}
	var all []Outlined
	for _, t := range tasks {
		for i, u := range t.units {
			all = append(all, Outlined{Layer: t.layer.Name, Kind: t.layer.Kind(), Label: label(u), FanIn: t.fanin[i], Strategy: first(t.layer, u, t.fanin[i])})
		}
	}
	return all, nil
}

// first is the strategy that suits a unit.
func first(l *spec.Layer, u shiftadd.Unit, fanin int) equiv.Strategy {
	conv, ok := l.Op.(*spec.Conv)
	switch {
	case u.Kind == shiftadd.KindChannel && fanin == 0:
		return equiv.Constant
	case ok && conv.Acc.Mode == spec.AccSaturate:
		return equiv.Functions
	}
	return equiv.Linear
}
