package rtl

import (
	"fmt"
	"strings"
)

// ModulePort is a port of a module that was read, of any width.
type ModulePort struct {
	Name    string
	Width   int
	In, Out bool
}

// Ports lists the ports of a module in the order of its header.
func (d *Design) Ports(module string) ([]ModulePort, error) {
	top := d.index[`\`+module]
	if top == nil {
		if top = d.index[module]; top == nil {
			return nil, fmt.Errorf("rtl: no module %q in the design", module)
		}
	}
	var ports []ModulePort
	for _, w := range byPort(top) {
		il := &top.wires[w]
		ports = append(ports, ModulePort{public(il.name), int(il.width), il.in, il.out})
	}
	return ports, nil
}

// Instance returns the module of an instance within a module, by the name for Ports and
// Module. An instance inside of others is given by its path. If the module has parameters,
// it is the variant with the instance's values.
func (d *Design) Instance(module, instance string) (string, error) {
	m := d.index[`\`+module]
	if m == nil {
		m = d.index[module]
	}
	if m != nil {
		for i := range m.cells {
			name, at := m.cells[i].name, public(m.cells[i].typ)
			if name == `\`+instance {
				return at, nil
			}
			// A name may have points itself, as in a loop of the text.
			if inner, ok := strings.CutPrefix(`\`+instance, name+"."); ok {
				if found, err := d.Instance(at, inner); err == nil {
					return found, nil
				}
			}
		}
	}
	return "", fmt.Errorf("rtl: module %q has no instance %q", module, instance)
}
