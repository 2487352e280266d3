package rtl

import "fmt"

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
// Module. If the module has parameters, it is the variant with the instance's values.
func (d *Design) Instance(module, instance string) (string, error) {
	if m := d.index[`\`+module]; m != nil {
		for i := range m.cells {
			if m.cells[i].name == `\`+instance {
				return public(m.cells[i].typ), nil
			}
		}
	}
	return "", fmt.Errorf("rtl: module %q has no instance %q", module, instance)
}
