package explain

import (
	"fmt"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Channels that are compared with what a module computes: all of a small layer,
// and the neighbours in a large one.
const (
	fewChannels = 64
	neighbours  = 8
)

// otherChannel recognises the logic of another output channel of the layer, and
// where that channel has this one's in return, two that are swapped.
func (e *explanation) otherChannel() (Cause, bool) {
	conv, ok := e.Layer.Op.(*spec.Conv)
	own := e.Unit.Channel
	if !ok || e.Unit.Kind != shiftadd.KindChannel || conv.OutC < 2 || e.Layer.Constant(own) {
		return Cause{}, false
	}
	r, err := newRunner(e.Question)
	if err != nil {
		return Cause{}, false
	}
	vs := vectors(e.Model, e.Inputs)
	got := r.gate(vs)
	for k := range conv.OutC {
		if k == own || conv.OutC > fewChannels && (k < own-neighbours || k > own+neighbours) {
			continue
		}
		if e.Layer.Constant(k) || !isChannel(e.Layer, e.Model, k, vs, got) {
			continue
		}
		c := Cause{
			Words:  fmt.Sprintf("module %s computes output channel %d instead of %d", e.Gate.Name, k, own),
			Node:   e.Gate.Name,
			Module: e.Gate.Name,
			Source: moduleLine(e.Listings, e.blame(e.gate.out).source),
		}
		if other, ok := e.inReturn(k); ok {
			a, b := e.Gate.Name, other
			if k < own {
				a, b = b, a
			}
			// One name for both points, since it is one cause.
			c.Node, c.Module = a+", "+b, a+", "+b
			c.Words = fmt.Sprintf("channels %d and %d swapped: %s", min(k, own), max(k, own), c.Words)
		}
		return c, true
	}
	return Cause{}, false
}

// inReturn reports whether channel k's module computes this point's channel, and
// that module's name.
func (e *explanation) inReturn(k int) (string, bool) {
	if e.Sibling == nil {
		return "", false
	}
	gate := e.Sibling(k)
	if gate == nil {
		return "", false
	}
	m := equiv.ModelOf(e.Layer, shiftadd.Unit{Kind: shiftadd.KindChannel, Channel: k, Name: gate.Name})
	r, err := newRunner(equiv.NewQuestion(m, gate))
	if err != nil {
		return "", false
	}
	vs := vectors(m, make([]int64, len(m.Vars)))
	return gate.Name, isChannel(e.Layer, m, e.Unit.Channel, vs, r.gate(vs))
}

// isChannel reports whether what a circuit with m's ports gives on inputs is
// output channel k of the layer.
func isChannel(l *spec.Layer, m *equiv.Model, k int, inputs [][]int64, got []int64) bool {
	at := map[string]int{}
	for i, v := range m.Vars {
		at[v.Port] = i
	}
	xs := make([]int64, l.Taps())
	from := make([]int, len(xs))
	for t := range xs {
		i, ok := at[shiftadd.TapName(l, k, t)]
		if !ok {
			return false
		}
		from[t] = i
	}
	for j, in := range inputs {
		for t, i := range from {
			xs[t] = in[i]
		}
		if golden.Convolve[int64](golden.Int64{}, l, k, xs) != got[j] {
			return false
		}
	}
	return true
}

// moduleLine is where the circuit's own module begins.
func moduleLine(ls []*Listing, otherwise string) string {
	if len(ls) == 0 {
		return otherwise
	}
	return fmt.Sprintf("%s:%d", ls[0].File, ls[0].Line)
}
