// Package mapped describes a layer for a port map: the ports of the reference model,
// which the map finds in a user's module.
package mapped

import (
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec"
)

// Layer describes layer l with the modules to prove: those of the given output
// channels, or all if channels is nil. It generates nothing.
func Layer(l *spec.Layer, channels []int) (portmap.Layer, error) {
	var o shiftadd.Options
	if conv, ok := l.Op.(*spec.Conv); ok {
		// The order of the terms does not matter here, only the model.
		o = shiftadd.For(conv.Acc)
	}
	g, err := shiftadd.New(l, o)
	if err != nil {
		return portmap.Layer{}, err
	}
	var out portmap.Layer
	seen := map[string]bool{}
	for _, u := range g.Modules() {
		unit := portmap.Unit{Name: u.Name, Channel: u.Channel}
		if u.Kind == shiftadd.KindPass {
			unit.Channel = out.Channels // of a concatenation's two
		}
		for _, v := range equiv.ModelOf(l, u).Vars {
			p := portmap.Port{Name: v.Port, Width: v.Width, Signed: v.Signed}
			unit.Inputs = append(unit.Inputs, p)
			if !seen[p.Name] {
				seen[p.Name] = true
				out.Inputs = append(out.Inputs, p)
			}
		}
		out.Channels++
		if u.Kind == shiftadd.KindChannel && channels != nil && !slices.Contains(channels, u.Channel) {
			continue
		}
		o := g.Module(u).Outputs[0]
		unit.Output = portmap.Port{Name: o.Name, Width: o.Width}
		out.Units = append(out.Units, unit)
	}
	return out, nil
}
