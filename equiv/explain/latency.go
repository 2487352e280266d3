package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Latency explains why the registers in the cone of a value have no single latency:
// which inputs come late or early, where they meet the others, and which registers only
// they cross. p must have no single latency.
func Latency(m *netlist.Module, out netlist.Value, p *netlist.Pipeline, listings []*Listing) Cause {
	groups := byDepth(m, p)
	major := groups[0]
	var parts, excess []string
	late := true
	for _, g := range groups[1:] {
		parts = append(parts, fmt.Sprintf("%s the output after %s", g.names(m), g.clocks()))
		if g.depth.Max > major.depth.Max {
			excess = append(excess, own(m, out, g)...)
		} else {
			late = false
		}
	}
	words := "latency differs: "
	if len(parts) > 0 {
		words += strings.Join(parts, ", ") + ", the others after " + major.clocks()
	} else {
		words += "all inputs reach the output after " + major.clocks()
	}
	c := Cause{Node: m.Outputs[0].Name, Module: m.Name}
	if len(p.Meets) > 0 {
		v := p.Meets[0]
		c.Node, c.Source = nameOf(m, v), line(m.Sources[m.Cells[v].Src])
		words += "; they meet" + at(culprit{name: c.Node, source: c.Source})
		if len(parts) > 0 && !late {
			words += ", before which a register is missing"
		}
	}
	if len(excess) > 0 {
		words += "; only the late ones cross " + listed(excess)
	}
	c.Words = words
	for _, l := range listings {
		if t := l.text(c.Source); t != "" {
			c.Text, c.Module = t, l.Module
			break
		}
	}
	return c
}

// Mistimed is the cause of an output that is right but comes at the wrong clock. Its
// place is that of the output. Outputs with the same description share it.
func Mistimed(m *netlist.Module, words string, listings []*Listing) Cause {
	c := Cause{Words: words, Node: words}
	if s := line(m.Sources[m.Cells[m.Outputs[0].Value].Src]); s != "" {
		c.Source = s
	}
	if len(listings) > 0 {
		c.Module = listings[0].Module
	}
	return c
}

// latencyGroup is the inputs that reach the output after the same clocks.
type latencyGroup struct {
	depth  netlist.Depth
	inputs []int // ports
}

// byDepth groups inputs, the largest group first.
func byDepth(m *netlist.Module, p *netlist.Pipeline) (groups []latencyGroup) {
	for i, d := range p.Inputs {
		if d.Max < 0 {
			continue
		}
		at := slices.IndexFunc(groups, func(g latencyGroup) bool { return g.depth == d })
		if at < 0 {
			at = len(groups)
			groups = append(groups, latencyGroup{depth: d})
		}
		groups[at].inputs = append(groups[at].inputs, i)
	}
	slices.SortStableFunc(groups, func(a, b latencyGroup) int { return len(b.inputs) - len(a.inputs) })
	return groups
}

func (g latencyGroup) clocks() string {
	if g.depth.Min != g.depth.Max {
		return fmt.Sprintf("%d to %d clocks", g.depth.Min, g.depth.Max)
	}
	return words.Count(g.depth.Max, "clock")
}

// names say that the group's inputs reach, neighbours among the ports as a run.
func (g latencyGroup) names(m *netlist.Module) string {
	var runs []string
	for i := 0; i < len(g.inputs); {
		j := i
		for j+1 < len(g.inputs) && g.inputs[j+1] == g.inputs[j]+1 {
			j++
		}
		if j-i < 2 {
			j = i
		}
		name := m.Inputs[g.inputs[i]].Name
		if j > i {
			name += "…" + m.Inputs[g.inputs[j]].Name
		}
		runs = append(runs, name)
		i = j + 1
	}
	if len(g.inputs) == 1 {
		return "input " + runs[0] + " alone reaches"
	}
	return "inputs " + listed(runs) + " reach"
}

// listed joins what there is, as far as a reader follows.
func listed(names []string) string {
	const most = 6
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// own names the registers that inputs of the group cross and no others do.
func own(m *netlist.Module, out netlist.Value, g latencyGroup) (names []string) {
	order, err := netlist.ThroughRegisters(m, out)
	if err != nil {
		return nil
	}
	const mine, other = 1, 2
	reach := make([]byte, len(m.Cells))
	for i, in := range m.Inputs {
		reach[in.Value] = other
		if slices.Contains(g.inputs, i) {
			reach[in.Value] = mine
		}
	}
	for _, v := range order {
		for _, a := range netlist.Feeds(m, v) {
			reach[v] |= reach[a]
		}
		if m.Cells[v].Op == netlist.OpReg && reach[v] == mine {
			name := nameOf(m, v)
			if s := line(m.Sources[m.Cells[v].Src]); s != "" {
				name += " (" + s + ")"
			}
			names = append(names, name)
		}
	}
	return names
}

// nameOf is the signal of a value, or the register or output that takes it.
func nameOf(m *netlist.Module, v netlist.Value) string {
	if name := m.Names[v]; name != "" {
		return name
	}
	for _, r := range m.Regs {
		if r.D == v {
			return r.Name
		}
	}
	return m.Outputs[0].Name
}
