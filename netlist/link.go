package netlist

import "fmt"

// Link plugs provider into user: every input of user that has the name of an
// output of provider is replaced by the cone of that output. Inputs of the two
// that share a name become one. The result has user's name, Doc and outputs, and
// user's remaining inputs followed by those that the cones bring in. Signals of
// provider whose names are taken in user get provider's name and an underscore
// in front.
//
// A width that differs between two ports of one name is an error, and so is a
// provider of nothing that user asks for.
func Link(user, provider *Module) (*Module, error) {
	outputs := make(map[string]Port, len(provider.Outputs))
	for _, p := range provider.Outputs {
		outputs[p.Name] = p
	}
	linked := New(user.Name)
	linked.Doc = user.Doc
	linked.Grow(len(user.Cells))
	u := transplant{from: user, to: linked, value: make([]Value, len(user.Cells))}
	inputs := make(map[string]Port)
	var wanted []Value
	for _, p := range user.Inputs {
		if o, ok := outputs[p.Name]; ok {
			if o.Width != p.Width {
				return nil, fmt.Errorf("netlist: link of %s and %s: input %s has %d bits, the output %d", user.Name, provider.Name, p.Name, p.Width, o.Width)
			}
			wanted = append(wanted, o.Value)
			continue
		}
		v := linked.Input(p.Name, p.Width)
		u.value[p.Value] = v
		inputs[p.Name] = Port{p.Name, p.Width, v}
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("netlist: link of %s and %s: no input has the name of an output", user.Name, provider.Name)
	}

	taken := make(map[string]bool, len(user.Names))
	for _, n := range user.Names {
		taken[n] = true
	}
	for _, p := range user.Outputs {
		taken[p.Name] = true
	}
	for _, p := range user.Inputs {
		if o, ok := outputs[p.Name]; ok && provider.Names[o.Value] == p.Name {
			delete(taken, p.Name) // the signal that takes the place of the port keeps the name
		}
	}
	p := transplant{from: provider, to: linked, value: make([]Value, len(provider.Cells))}
	p.rename = func(name string) string {
		for taken[name] {
			name = provider.Name + "_" + name
		}
		taken[name] = true
		return name
	}
	cone := InCone(provider, wanted)
	for _, in := range provider.Inputs {
		if known, ok := inputs[in.Name]; ok && cone[in.Value] {
			if known.Width != in.Width {
				return nil, fmt.Errorf("netlist: link of %s and %s: input %s has %d bits in one and %d in the other", user.Name, provider.Name, in.Name, known.Width, in.Width)
			}
			p.value[in.Value] = known.Value
		} else if cone[in.Value] && taken[in.Name] {
			return nil, fmt.Errorf("netlist: link of %s and %s: input %s has the name of a signal", user.Name, provider.Name, in.Name)
		}
	}
	p.copy(cone)

	for _, in := range user.Inputs {
		if o, ok := outputs[in.Name]; ok {
			u.value[in.Value] = p.value[o.Value]
		}
	}
	all := make([]bool, len(user.Cells))
	for i := range all {
		all[i] = true
	}
	u.copy(all)
	for _, o := range user.Outputs {
		linked.Output(o.Name, u.value[o.Value])
	}
	return linked, nil
}
