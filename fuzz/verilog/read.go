package verilog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/source/rules"
	"github.com/hashiflex/hashiflex/spec/words"
)

// meaning is what the netlist of a module claims.
type meaning struct {
	refused string  // why the front end does not accept the module, or ""
	outs    []claim // by output, where it is accepted
}

// claim is what the netlist says about one output.
type claim struct {
	undefined string   // why it says nothing, or ""
	value     []uint64 // by lane
	known     []bool   // by lane: no contents of registers at power-up can reach it any more
}

// isolate runs run over the modules. If the tool names the files that it refuses,
// isolate removes them with their messages and runs the rest again. Otherwise it finds
// them by bisection.
func isolate(ctx context.Context, ms []*Module, refused map[*Module]string, run func([]*Module) error) error {
	for len(ms) > 0 {
		err := run(ms)
		if err == nil {
			return nil
		}
		said := blamed(err)
		if said == nil {
			if ctx.Err() != nil {
				return err
			}
			if len(ms) == 1 {
				refused[ms[0]] = err.Error()
				return nil
			}
			// Each half is run for itself first and then what is left of both
			// together, so that the last run is over all.
			half := len(ms) / 2
			var left []*Module
			for _, part := range [][]*Module{ms[:half], ms[half:]} {
				if err := isolate(ctx, part, refused, run); err != nil {
					return err
				}
			}
			for _, m := range ms {
				if _, gone := refused[m]; !gone {
					left = append(left, m)
				}
			}
			if len(left) == len(ms) {
				return fmt.Errorf("together only: %w", err)
			}
			ms = left
			continue
		}
		var left []*Module
		for _, m := range ms {
			if why, ok := said[m.Source().Name]; ok {
				refused[m] = why
			} else {
				left = append(left, m)
			}
		}
		if len(left) == len(ms) {
			return err
		}
		ms = left
	}
	return nil
}

// blamed is what an error says about each file that it names, nil if it names
// none.
func blamed(err error) map[string]string {
	var messages []rtl.Message
	var source *rtl.SourceError
	var warning *rtl.WarningError
	switch {
	case errors.As(err, &source):
		messages = source.Messages
	case errors.As(err, &warning):
		messages = warning.Warnings
	}
	var said map[string]string
	aside := func(m rtl.Message) bool {
		return strings.HasPrefix(m.Text, "warning:") || strings.HasPrefix(m.Text, ":")
	}
	grave := slices.ContainsFunc(messages, func(m rtl.Message) bool { return m.File != "" && !aside(m) })
	for _, m := range messages {
		// Icarus says its warnings along with its errors.
		if m.File == "" || grave && aside(m) {
			continue
		}
		if said == nil {
			said = map[string]string{}
		}
		if _, ok := said[m.File]; !ok {
			said[m.File] = m.Text
		}
	}
	return said
}

func sources(ms []*Module) (s source.Sources) {
	for _, m := range ms {
		s.Files = append(s.Files, m.Source())
	}
	return s
}

// read has the front end read the modules and evaluates their netlists.
func read(ctx context.Context, ms []*Module, words int, in []uint64) (map[*Module]meaning, error) {
	refused := map[*Module]string{}
	var left []*Module
	for _, m := range ms {
		if why := unruly(m); why != "" {
			refused[m] = why
		} else {
			left = append(left, m)
		}
	}
	var design *rtl.Design
	err := isolate(ctx, left, refused, func(ms []*Module) error {
		d, _, err := rtl.Yosys{}.Read(ctx, sources(ms))
		design = d
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, m := range left {
		if why, ok := refused[m]; ok {
			refused[m] = "Yosys: " + why
		}
	}
	result := map[*Module]meaning{}
	for _, m := range ms {
		if why, ok := refused[m]; ok {
			result[m] = meaning{refused: why}
			continue
		}
		n, err := design.ModuleWithMemories(m.Name, words)
		if err != nil {
			result[m] = meaning{refused: "elaboration: " + err.Error()}
			continue
		}
		result[m], err = evaluate(m, n, in)
		if err != nil {
			return nil, err
		}
	}
	return result, nil
}

// evaluate runs the netlist of m on the lanes of the bus, one after another.
func evaluate(m *Module, n *netlist.Module, bus []uint64) (meaning, error) {
	var cuts []netlist.Value
	var lanes [][]uint64
	for _, p := range n.Inputs {
		at := slices.IndexFunc(m.Ins, func(s rtl.Signal) bool { return s.Name == p.Name })
		if at < 0 && p.Name == m.Clock {
			cuts, lanes = append(cuts, p.Value), append(lanes, make([]uint64, len(bus)))
			continue
		}
		if at < 0 || m.Ins[at].Width != p.Width {
			return meaning{}, fmt.Errorf("module %s: the netlist has an input %s of %s", m.Name, p.Name, words.Count(p.Width, "bit"))
		}
		lo := 0
		for _, s := range m.Ins[:at] {
			lo += s.Width
		}
		cuts, lanes = append(cuts, p.Value), append(lanes, slice(bus, lo, p.Width))
	}
	if len(n.Outputs) != len(m.Outs) {
		return meaning{}, fmt.Errorf("module %s: the netlist has %s, the text %d", m.Name, words.Count(len(n.Outputs), "output"), len(m.Outs))
	}
	var got meaning
	for i, o := range n.Outputs {
		if o.Name != m.Outs[i].Name || o.Width != m.Outs[i].Width {
			return meaning{}, fmt.Errorf("module %s: the netlist has an output %s of %s", m.Name, o.Name, words.Count(o.Width, "bit"))
		}
		got.outs = append(got.outs, follow(n, o.Value, cuts, lanes, len(bus)))
	}
	return got, nil
}

// follow evaluates one output, through its registers if it has any.
func follow(n *netlist.Module, out netlist.Value, cuts []netlist.Value, lanes [][]uint64, count int) claim {
	cone, value := netlist.Cone(n, []netlist.Value{out})
	outs := []netlist.Value{cone.Outputs[0].Value}
	var in [][]uint64
	var from []netlist.Value
	for i, v := range cuts {
		if value[v] != 0 {
			from, in = append(from, value[v]), append(in, lanes[i])
		}
	}
	for _, r := range cone.Regs {
		from, outs = append(from, r.Q), append(outs, r.D)
	}
	selects := map[netlist.Value]int{} // of multiplexers, by value: their place in outs
	if len(cone.Regs) > 0 {
		for _, c := range cone.Cells {
			if s := c.Args[0]; c.Op == netlist.OpMux && selects[s] == 0 {
				selects[s] = len(outs)
				outs = append(outs, s)
			}
		}
	}
	p, err := netlist.Compile(cone, from, outs)
	if err != nil {
		_, why, _ := strings.Cut(err.Error(), " is undefined: ")
		return claim{undefined: why}
	}
	c := claim{value: make([]uint64, count), known: make([]bool, count)}
	if len(cone.Regs) == 0 {
		if len(in) == 0 {
			// Without an input there is one lane.
			p.Run(1, nil, [][]uint64{c.value})
			for i := range c.value {
				c.value[i] = c.value[0]
			}
		} else {
			p.Run(count, in, [][]uint64{c.value})
		}
		for i := range c.known {
			c.known[i] = true
		}
		return c
	}
	step, next := make([][]uint64, len(from)), make([][]uint64, len(outs))
	for i := range step {
		step[i] = []uint64{0}
	}
	for i := range next {
		next[i] = []uint64{0}
	}
	open := make([]bool, len(cone.Cells)) // what a register held at power-up can reach the value
	held := make([]bool, len(cone.Regs))
	for i := range held {
		held[i] = true
	}
	for lane := range count {
		for i := range in {
			step[i][0] = in[i][lane]
		}
		p.Run(1, step, next)
		for v := range cone.Cells {
			open[v] = reached(&cone.Cells[v], open, held, func(s netlist.Value) bool { return next[selects[s]][0] == 1 })
		}
		c.value[lane], c.known[lane] = next[0][0], !open[outs[0]]
		for i, r := range cone.Regs {
			step[len(in)+i][0], held[i] = next[1+i][0], open[r.D]
		}
	}
	return c
}

// reached reports whether a register's power-up value can reach a cell. For a
// multiplexer only the selected arm counts.
func reached(c *netlist.Cell, open, held []bool, value func(netlist.Value) bool) bool {
	switch c.Op {
	case netlist.OpReg:
		return held[c.Aux]
	case netlist.OpMux:
		if open[c.Args[0]] {
			return true
		}
		if value(c.Args[0]) {
			return open[c.Args[1]]
		}
		return open[c.Args[2]]
	}
	for _, a := range c.Args[:c.Op.Arity()] {
		if open[a] {
			return true
		}
	}
	return false
}

// unruly is the first finding that refuses a module's text, or "".
func unruly(m *Module) string {
	s := source.Of(m.Source())
	text, err := source.Read(s)
	if err != nil {
		return "source: " + err.Error()
	}
	for _, f := range rules.Check(s, text) {
		if f.Severity == rules.Refuse {
			return fmt.Sprintf("rule %s: line %d: %s", f.Kind, f.Line, f.Text)
		}
	}
	return ""
}
