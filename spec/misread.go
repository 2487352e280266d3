package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// misread is the fields of a network.json that were not read, by the layer that
// they belong to: what they say is unknown, and problems were reported for them.
// The fields of the network itself are those of layer -1; "" is a whole layer. nil
// is a network that was read whole.
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

// has reports whether a field, one that it is a part of, or a part of it was not
// read.
func (m misread) has(layer int, field string) bool {
	return slices.ContainsFunc(m[layer], func(f string) bool { return partOf(f, field) || partOf(field, f) })
}

// partOf reports whether a field is another one or lies within it.
func partOf(field, whole string) bool {
	rest, ok := strings.CutPrefix(field, whole)
	return ok && (whole == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// sized reports whether everything of a layer was read that its tensors and the
// shape and format of its output depend on.
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

// tensors reports whether it is known which tensors a network has: two layers of
// one name would ask for the same.
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
