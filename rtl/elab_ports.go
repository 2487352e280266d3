package rtl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
)

// A port connection is a continuous assignment (IEEE 1364-2005, 12.3.9.2): of the
// connection to an input, and of an output to the connection. A value that is too wide
// loses its high bits. One that is too narrow is extended, with copies of its top bit
// if it is signed. The module's declaration gives a port's signedness.
//
// For a connection, the front end keeps signedness only on wires, and puts a signed
// literal onto a wire for that purpose. So a connection that is no wire is unsigned.
// The standard and Verilator compute an expression at the width of the port, the front
// end and Icarus at its own width. If the port is wider, the expression is undefined.

// padding is the wire of a chunk of zeros that is in no module.
const padding = -2

// instantiate binds the ports of an instance of child.
func (e *elab) instantiate(i int32, c *ilCell, child *ilModule) error {
	mod := e.insts[i].mod
	id := int32(len(e.insts))
	if err := e.add(child, i, e.insts[i].prefix+public(c.name)+".", c.src); err != nil {
		return err
	}
	for _, p := range mod.ports[c.ports.from:c.ports.to] {
		w, ok := child.byName[p.name]
		if !ok || !child.wires[w].in && !child.wires[w].out {
			return fmt.Errorf("instance %s: module %q has no port %s", public(c.name), public(child.name), public(p.name))
		}
		port := &child.wires[w]
		outer, inner := mod.sig(p.sig), []chunk{{w, 0, port.width}}
		var err error
		switch reason, why := connectable(mod, port, outer); {
		case reason != "":
			detail := fmt.Sprintf("%sport %s of instance %s%s%s%s", why[0], public(p.name), e.insts[i].prefix, public(c.name), why[1], e.at(c.src))
			if port.in {
				e.segs = append(e.segs, e.undefSeg(id, inner[0], reason, detail))
			}
			for _, t := range outer {
				if port.out && t.wire >= 0 {
					e.segs = append(e.segs, e.undefSeg(i, t, reason, detail))
				}
			}
		case port.in:
			err = e.connect(id, inner, i, fit(outer, port.width, signed(mod, outer)))
		default:
			err = e.connect(i, outer, id, fit(inner, widthOf(outer), port.signed))
		}
		if err != nil {
			return fmt.Errorf("instance %s, port %s: %w", public(c.name), public(p.name), err)
		}
	}
	return nil
}

// connectable says why what is connected to a port has no meaning, or "": in words
// that go before and after the port's name.
func connectable(mod *ilModule, port *ilWire, outer []chunk) (reason netlist.UndefReason, why [2]string) {
	n := widthOf(outer)
	switch {
	case port.in && port.out:
		return netlist.UndefDrivers, [2]string{"bidirectional "}
	case port.in && n == 0 && port.width > 0:
		return netlist.UndefUndriven, [2]string{"", " is not connected"}
	case port.in && n < port.width && expression(mod, outer):
		return netlist.UndefResized, [2]string{"", fmt.Sprintf(" has %d bits, its connection is an expression of %d, whose value may depend on where it is", port.width, n)}
	}
	return "", why
}

// whole is the wire that chunks are all of, or nil.
func whole(mod *ilModule, chunks []chunk) *ilWire {
	if len(chunks) != 1 || chunks[0].wire < 0 {
		return nil
	}
	w := &mod.wires[chunks[0].wire]
	if chunks[0].width != w.width {
		return nil
	}
	return w
}

func signed(mod *ilModule, chunks []chunk) bool {
	w := whole(mod, chunks)
	return w != nil && w.signed
}

// expression reports whether a connection is the result of operators with
// context-determined width. That is any wire that the front end made, except one that
// holds a literal, and one of a single bit that no operand's extension can change.
func expression(mod *ilModule, outer []chunk) bool {
	w := whole(mod, outer)
	if w == nil || !strings.HasPrefix(w.name, "$") {
		return false
	}
	for _, c := range mod.conns {
		if slices.Equal(mod.sig(c.lhs), outer) {
			rhs := mod.sig(c.rhs)
			return slices.ContainsFunc(rhs, func(t chunk) bool { return t.wire >= 0 })
		}
	}
	for k := range mod.cells {
		c := &mod.cells[k]
		if y, ok := mod.port(c, `\Y`); ok && slices.Equal(mod.sig(y), outer) {
			return !selfDetermined[c.typ]
		}
	}
	return true
}

// selfDetermined lists the operators with a one-bit result whose operands are sized
// among themselves (IEEE 1364-2005, table 5-22), and an indexed part of a word, which
// is an operand and no expression.
var selfDetermined = map[string]bool{
	"$shiftx": true,
	"$eq":     true, "$ne": true, "$eqx": true, "$nex": true, "$lt": true, "$le": true, "$gt": true, "$ge": true,
	"$logic_not": true, "$logic_and": true, "$logic_or": true,
	"$reduce_and": true, "$reduce_or": true, "$reduce_xor": true, "$reduce_xnor": true, "$reduce_bool": true,
}

func widthOf(chunks []chunk) (n int32) {
	for _, c := range chunks {
		n += c.width
	}
	return n
}

// fit truncates or extends chunks to width bits.
func fit(chunks []chunk, width int32, signed bool) []chunk {
	var out []chunk
	left := width
	for _, c := range chunks {
		if c.width = min(c.width, left); c.width > 0 {
			out = append(out, c)
		}
		left -= c.width
	}
	if left == 0 || len(out) == 0 {
		return out
	}
	top := out[len(out)-1]
	if !signed {
		return append(out, chunk{padding, 0, left})
	}
	sign := chunk{top.wire, top.off + top.width - 1, 1}
	for range left {
		out = append(out, sign)
	}
	return out
}
