package example

import (
	"strings"

	"github.com/hashiflex/hashiflex/reports"
)

// witness is the content of witness.json for a refuted obligation: an adder that
// subtracts, two additions before the output.
func witness(o *reports.Obligation) any {
	if !o.IsPoint() {
		return map[string]any{"kind": o.Kind, "sequence": []string{"write 0x10 = 3", "start", o.Layer}}
	}
	type object = map[string]any
	signal := func(name, op string, restGate, restGold, gate, gold int, reads ...int) object {
		return object{
			"name": name, "op": op, "width": 9, "signed": true, "source": o.Layer + ".v:12", "paired": true, "frac": 5,
			"rest_gate": restGate, "rest_gold": restGold, "gate": gate, "gold": gold, "reads": reads,
		}
	}
	root := signal("l1_0", "sub", 0, 0, -2, 8, 0, 1)
	root["root"], root["first"] = true, true
	guard := signal("guard", "slice", 0, 0, 0, 0, 2)
	guard["width"], guard["signed"] = 1, false
	nodes := []object{
		signal("x0", "input", 0, 0, 3, 3), signal(o.Layer, "input", 0, 0, -5, -5), root, guard,
		signal("y", "add", 16, 16, 18, 17, 2, 3),
	}
	return object{
		"version": 1, "obligation": o.ID, "design": object{"top": o.Layer + "_c" + o.Point}, "output": "y", "width": 8,
		"gold": 17, "netlist": 18, "simulated": 18,
		"inputs":  []object{{"port": "x0", "value": 3}, {"port": o.Layer, "value": -5}, {"port": "x2", "value": 0}},
		"minimal": object{"moved": 2, "fewest": true, "words": "no witness moves fewer inputs"},
		"explanation": object{
			"causes": []object{{"words": "input x0 is subtracted, the specification adds it (" + o.Layer + ")", "node": "l1_0", "source": o.Layer + ".v:12", "text": "wire [8:0] l1_0 = x0 - " + o.Layer + ";"}},
			"cone":   object{"nodes": nodes},
		},
	}
}

// trace is a simulator's dump with a signal of the given name.
func trace(name string) string {
	name = strings.Join(strings.Fields(name), "_") + "_"
	return "$scope module bench $end\n$var reg 32 a got $end\n$var reg 32 b want $end\n$var reg 1 c differs $end\n$var reg 8 d " + name + " $end\n" +
		"$upscope $end\n$enddefinitions $end\n#0\nb0 a\nb0 b\n0c\nbx d\n#10\nb11 a\nb11 b\n#20\nb100 a\n#21\n1c\n"
}
