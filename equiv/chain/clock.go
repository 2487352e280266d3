package chain

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
)

// timed is the reason why a pipeline may not have the clock of a circuit, or "". A data
// input of the layer is no clock: its edge is not defined relative to the other inputs. And
// logic that reads the clock as data has different values before and after the edge.
func timed(m *equiv.Model, gate *netlist.Module) string {
	if len(gate.Regs) == 0 {
		return ""
	}
	words := func(what string) string {
		r := gate.Regs[0]
		at := ""
		if s := gate.Sources[gate.Cells[r.Q].Src]; s != "" {
			at = " (" + s + ")"
		}
		return fmt.Sprintf("register %s%s is clocked by input %s of %s, which is %s", r.Name, at, gate.Clock, gate.Name, what)
	}
	switch {
	case slices.ContainsFunc(m.Vars, func(v equiv.Var) bool { return v.Port == gate.Clock }):
		return words("data of the layer and no clock")
	case slices.ContainsFunc(gate.Inputs, func(p netlist.Port) bool { return p.Name == gate.Clock }):
		return words("read as data, too")
	}
	return ""
}
