package portmap

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Names within the joint adapter.
const (
	// Joint is a module with one instance of the module that computes all units.
	Joint    = "hashiflex_layer"
	jointBus = "hashiflex_bus"
)

// JointOutput is the output port of Joint for a unit.
func JointOutput(unit string) string { return rtl.VerilogName(unit) }

// Join writes the module Joint, for simulators: of a layer whose units are all in one
// module, the adapter has an instance of it for each of them, which no simulator
// needs. Each unit's inputs are inputs of it, and each output one of the unit's name.
// It is nil where a unit has a module of its own.
func (m *Map) Join(d *rtl.Design, l Layer) []byte {
	if len(l.Units) < 2 || strings.Contains(m.module, channel) || m.outputs == "" {
		return nil
	}
	width := l.Units[0].Output.Width
	all := Unit{Name: jointBus, Output: Port{Name: "y", Width: width * l.Channels}}
	seen := map[string]bool{}
	for _, u := range l.Units {
		if _, apart := m.ports[u.Output.Name]; apart || u.Output.Width != width {
			return nil
		}
		for _, x := range u.Inputs {
			if !seen[x.Name] {
				seen[x.Name] = true
				all.Inputs = append(all.Inputs, x)
			}
		}
	}
	var b strings.Builder
	clocks := map[string]string{}
	if errs := m.unit(&b, d, clocks, Layer{Channels: 1, Inputs: l.Inputs}, all); len(errs) > 0 {
		return nil
	}
	fmt.Fprintf(&b, "// All outputs of %s apart.\nmodule %s (\n", m.module, Joint)
	clocked := strings.Contains(b.String(), "input  wire "+Clock)
	if clocked {
		fmt.Fprintf(&b, "    input  wire %s,\n", Clock)
	}
	for _, x := range all.Inputs {
		fmt.Fprintf(&b, "    input  wire %s%s,\n", bus(x.Width), rtl.VerilogName(x.Name))
	}
	for i, u := range l.Units {
		sep := ","
		if i == len(l.Units)-1 {
			sep = ""
		}
		fmt.Fprintf(&b, "    output wire %s%s%s\n", bus(width), JointOutput(u.Name), sep)
	}
	fmt.Fprintf(&b, ");\n    wire %sy;\n    %s all (.y(y)", bus(all.Output.Width), jointBus)
	if clocked {
		fmt.Fprintf(&b, ", .%s(%s)", Clock, Clock)
	}
	for _, x := range all.Inputs {
		fmt.Fprintf(&b, ", .%s(%s)", rtl.VerilogName(x.Name), rtl.VerilogName(x.Name))
	}
	b.WriteString(");\n")
	for _, u := range l.Units {
		fmt.Fprintf(&b, "    assign %s = y[%d:%d];\n", JointOutput(u.Name), (u.Channel+1)*width-1, u.Channel*width)
	}
	b.WriteString("endmodule\n")
	return []byte(b.String())
}
