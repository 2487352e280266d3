package portmap

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Joint is a module with one instance of the module that computes all units.
const Joint = "hashiflex_layer"

// JointOutput is the output port of Joint for a unit.
func JointOutput(unit string) string { return rtl.VerilogName(unit) }

// Join writes the module Joint for simulators. If all units of a layer are in one
// module, the adapter has an instance of it for each unit; Joint needs only one. Its
// inputs are those of all units, and each output has its unit's name. Join returns nil
// if a unit has a module of its own.
func (m *Map) Join(d *rtl.Design, l Layer) []byte {
	if len(l.Units) < 2 || strings.Contains(m.module, channel) || m.protocol != nil {
		return nil
	}
	var inputs []Port
	seen := map[string]bool{}
	for _, u := range l.Units {
		for _, x := range u.Inputs {
			if !seen[x.Name] {
				seen[x.Name] = true
				inputs = append(inputs, x)
			}
		}
	}
	c, errs := m.connect(d, map[string]string{}, l, l.Units[0], inputs)
	if c == nil || len(errs) > 0 {
		return nil
	}
	var results []result
	for _, u := range l.Units {
		at, err := m.output(c.ports, l, u)
		if err != nil {
			return nil
		}
		results = append(results, result{JointOutput(u.Name), u.Output.Width, at, m.encoded(m.outputKey(u), allOutputs)})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "// All outputs of %s apart.\n", m.module)
	c.write(&b, Joint, results)
	return []byte(b.String())
}
