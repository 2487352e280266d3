package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// misread has the fields of a network.json that were not read, by layer. Their values
// are unknown, and problems were reported for them. Layer -1 has the fields of the
// network itself; "" is a whole layer. nil means that the network was read completely.
type misread map[int][]string

// note assigns the problems from the given one on to a layer.
func (m misread) note(layer int, all *problems, from int) {
	for _, err := range all.since(from) {
		var p *Problem
		if errors.As(err, &p) {
			// What was wrong before the layer had a name is said of the network.
			m[layer] = append(m[layer], strings.TrimPrefix(p.Field, fmt.Sprintf("layers[%d].", layer)))
		}
	}
}

// has reports whether a field was not read, or a part of it, or a field that contains
// it.
func (m misread) has(layer int, field string) bool {
	return slices.ContainsFunc(m[layer], func(f string) bool { return partOf(f, field) || partOf(field, f) })
}

// partOf reports whether a field is another one or lies within it.
func partOf(field, whole string) bool {
	rest, ok := strings.CutPrefix(field, whole)
	return ok && (whole == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// sized reports whether all fields were read on which the layer's tensors and the shape
// and format of its output depend.
func (m misread) sized(layer int) bool {
	return !slices.ContainsFunc(m[layer], func(f string) bool {
		return f != "out.rounding" && f != "out.overflow" && !partOf(f, "in")
	})
}

// op reports whether it is unknown which operation a layer has.
func (m misread) op(layer int) bool {
	return slices.ContainsFunc(m[layer], func(f string) bool {
		return f == "" || f == "op" || slices.Contains(Kinds(), f)
	})
}

// tensors reports whether a network's tensors are known. With two layers of one name
// they are not, since both would ask for the same ones.
func (m misread) tensors(n *Network) bool {
	names := map[string]bool{}
	for i, l := range n.Layers {
		if !m.sized(i) || names[l.Name] {
			return false
		}
		names[l.Name] = true
	}
	return !m.has(-1, "layers")
}

// names reports whether the names of all layers are known.
func (m misread) names(layers int) bool {
	for i := range layers {
		if m.has(i, "name") {
			return false
		}
	}
	return !m.has(-1, "layers")
}
