package stream

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// circuit is a block as it was read: its netlist, its cuts, and which of its bits are
// data.
type circuit struct {
	m     *netlist.Module
	cuts  []rtl.Cut
	data  []uint64        // by value: the bits that carry data, or what depends on it
	from  []netlist.Value // by value with such bits: an operand that has some, for paths
	known []netlist.Known // while reset is held
}

// bit is one bit of a value.
type bit struct {
	v  netlist.Value
	at uint8
}

func ones(w int) uint64 { return ^uint64(0) >> (64 - w) }

// fields finds a port by name and lists its values, the least significant first.
// Elaboration may have cut the port into fields of 64 bits.
func fields(ports []netlist.Port, name string) (vs []netlist.Value) {
	for _, p := range ports {
		if base, _, cut := strings.Cut(p.Name, "["); p.Name == name || cut && base == name {
			vs = append(vs, p.Value)
		}
	}
	return vs
}

// bits lists the bits of values.
func (c *circuit) bits(vs []netlist.Value) (bs []bit) {
	for _, v := range vs {
		for i := range c.m.Width(v) {
			bs = append(bs, bit{v, uint8(i)})
		}
	}
	return bs
}

// one finds the port of one bit called name.
func one(ports []netlist.Port, name string) (netlist.Value, error) {
	vs := fields(ports, name)
	if len(vs) == 0 {
		return 0, fmt.Errorf("no port %s", name)
	}
	for _, p := range ports {
		if p.Value == vs[0] && p.Name == name && p.Width == 1 && len(vs) == 1 {
			return vs[0], nil
		}
	}
	return 0, fmt.Errorf("port %s has more than one bit", name)
}

// spread finds the bits that depend on the given inputs, through registers, and on
// memories and datapaths. It separates control from data in the same word bit by bit,
// through moves, masks and multiplexers.
func (c *circuit) spread(sources []netlist.Value) {
	c.data, c.from = make([]uint64, len(c.m.Cells)), make([]netlist.Value, len(c.m.Cells))
	for _, v := range sources {
		c.data[v] = ones(c.m.Width(v))
	}
	for more := true; more; {
		for v := 1; v < len(c.m.Cells); v++ {
			if bits, from := c.dependence(netlist.Value(v)); bits&^c.data[v] != 0 {
				c.data[v] |= bits
				c.from[v] = from
			}
		}
		more = false
		for _, r := range c.m.Regs {
			if bits := c.data[r.D]; bits&^c.data[r.Q] != 0 {
				c.data[r.Q] |= bits
				c.from[r.Q] = r.D
				more = true
			}
		}
	}
}

// dependence is which bits of a cell carry data, and an operand that brought it.
func (c *circuit) dependence(v netlist.Value) (bits uint64, from netlist.Value) {
	cell := &c.m.Cells[v]
	all := ones(int(cell.Width))
	n := cell.Op.Arity()
	if n == 0 {
		return 0, 0
	}
	var d [3]uint64
	for i, a := range cell.Args[:n] {
		if d[i] = c.data[a]; d[i] != 0 && from == 0 {
			from = a
		}
	}
	if from == 0 {
		return 0, 0
	}
	wa := c.m.Width(cell.Args[0])
	switch cell.Op {
	case netlist.OpSlice:
		return d[0] >> uint(cell.Aux) & all, from
	case netlist.OpConcat:
		return d[0] | d[1]<<uint(wa), from
	case netlist.OpZext:
		return d[0], from
	case netlist.OpSext:
		if d[0]>>(wa-1)&1 != 0 {
			d[0] |= all &^ ones(wa)
		}
		return d[0], from
	case netlist.OpNot:
		return d[0], from
	case netlist.OpAnd, netlist.OpOr:
		for i := range 2 {
			if k, ok := c.m.ConstOf(cell.Args[i]); ok {
				if cell.Op == netlist.OpOr {
					k = ^k
				}
				return d[1-i] & k & all, from
			}
		}
		return d[0] | d[1], from
	case netlist.OpXor:
		return d[0] | d[1], from
	case netlist.OpMux:
		if d[0] == 0 {
			return d[1] | d[2], from
		}
	}
	return all, from
}

// path tells how data reaches a value, from there backwards, for a reader.
func (c *circuit) path(v netlist.Value) string {
	var steps []string
	for seen := map[netlist.Value]bool{}; v != 0 && !seen[v]; v = c.from[v] {
		seen[v] = true
		if name := c.m.Names[v]; name != "" {
			steps = append(steps, name)
		}
	}
	const most = 8
	if len(steps) > most {
		steps = append(steps[:most-1], "…", steps[len(steps)-1])
	}
	return strings.Join(steps, " <- ")
}

// name is the name of a value for a reader.
func (c *circuit) name(v netlist.Value) string {
	s := c.m.Names[v]
	if s == "" {
		s = fmt.Sprintf("a %s", c.m.Cells[v].Op)
	}
	if at := c.m.Sources[c.m.Cells[v].Src]; at != "" {
		s += " (" + at + ")"
	}
	return s
}

// follows reports whether v depends on input in without a register between them.
func (c *circuit) follows(v, in netlist.Value) bool {
	seen := make(map[netlist.Value]bool)
	for stack := []netlist.Value{v}; len(stack) > 0; {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v == in {
			return true
		}
		if !seen[v] {
			seen[v] = true
			cell := &c.m.Cells[v]
			stack = append(stack, cell.Args[:cell.Op.Arity()]...)
		}
	}
	return false
}

// isClock reports whether v is the input called clock.
func (c *circuit) isClock(v netlist.Value, clock string) bool {
	cell := &c.m.Cells[v]
	return cell.Op == netlist.OpInput && c.m.Inputs[cell.Aux].Name == clock
}
