package stream

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/stream"
)

// The exploration of a block assumes that its border signals have a value in every
// clock. In the whole design that holds only if there is no combinational loop through
// several blocks, from a valid to a ready and back.

// signal is one side of a handshake: the valid of a stream with its marks, or its ready.
// The stream is named by who offers it.
type signal struct {
	end
	ready bool
}

// border is a handshake's signal at a block.
type border struct {
	input, ready bool
	stream       int
}

// through lists, for each signal that a block drives, those that it takes and that reach
// it without a register.
func (c *circuit) through(b *stream.Block) map[border][]border {
	takes, drives := map[border][]netlist.Value{}, map[border][]netlist.Value{}
	add := func(to map[border][]netlist.Value, ports []netlist.Port, at border, names ...string) {
		for _, name := range names {
			to[at] = append(to[at], fields(ports, name)...)
		}
	}
	for i, s := range b.Ins {
		add(takes, c.m.Inputs, border{true, false, i}, s.Valid, s.First, s.Last)
		add(drives, c.m.Outputs, border{true, true, i}, s.Ready)
	}
	for j, s := range b.Outs {
		add(drives, c.m.Outputs, border{false, false, j}, s.Valid, s.First, s.Last)
		add(takes, c.m.Inputs, border{false, true, j}, s.Ready)
	}
	through := map[border][]border{}
	for to, vs := range drives {
		for from, ins := range takes {
			if c.reach(vs, ins) {
				through[to] = append(through[to], from)
			}
		}
	}
	return through
}

func (c *circuit) reach(vs, ins []netlist.Value) bool {
	for _, v := range vs {
		for _, in := range ins {
			if c.follows(v, in) {
				return true
			}
		}
	}
	return false
}

// circle looks for a combinational loop through several blocks. The consumer of a
// last stream may wait for valid before it is ready.
func (c *chip) circle(through []map[border][]border) error {
	next := map[signal][]signal{}
	for _, e := range c.ends {
		next[signal{e, true}] = []signal{{e, false}}
	}
	for i, paths := range through {
		at := func(b border) signal {
			if b.input {
				return signal{c.feeds[i][b.stream], b.ready}
			}
			return signal{end{i, b.stream}, b.ready}
		}
		for to, froms := range paths {
			for _, from := range froms {
				next[at(to)] = append(next[at(to)], at(from))
			}
		}
	}
	state := map[signal]int{} // 1: on the way, 2: done
	var visit func(s signal) error
	visit = func(s signal) error {
		switch state[s] {
		case 1:
			return fmt.Errorf("%s depends on itself without a register, through other blocks", c.say(s))
		case 2:
			return nil
		}
		state[s] = 1
		for _, t := range next[s] {
			if err := visit(t); err != nil {
				return err
			}
		}
		state[s] = 2
		return nil
	}
	for i := range c.mp.Blocks {
		for j := range c.mp.Blocks[i].Outs {
			for _, ready := range []bool{false, true} {
				if err := visit(signal{end{i, j}, ready}); err != nil {
					return err
				}
			}
		}
	}
	return visit(signal{end{outside, 0}, true})
}

// say names a signal.
func (c *chip) say(s signal) string {
	side, at := &c.mp.In, ""
	if s.block >= 0 {
		b := &c.mp.Blocks[s.block]
		side, at = &b.Outs[s.stream], b.Instance+"."
	}
	if s.ready {
		return at + side.Ready
	}
	return at + side.Valid
}
