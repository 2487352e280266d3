package chain

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
)

// timed says why the clock of a circuit with registers is none that a pipeline may
// have, or "". A data input of the layer comes when it comes: what waits for its edge
// computes nothing of the other inputs. And what reads a clock as data sees another
// value before its edge than behind it.
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
