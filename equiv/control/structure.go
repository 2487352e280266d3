package control

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// holdsData are the registers that data may reach: sums and logits, their copies until
// they are read, the response to a read, and the memory shell's record of stored words.
// In ERROR it is one bit, OVERFLOW.
var holdsData = []string{
	"total", "overflowed", "m_axis_tdata", "argmax.best_index", "argmax.best_value",
	"regs.errors", "regs.class_index", "regs.class_value", "bus.s_axi_rdata", "features.wrote_data",
}

const structural = "walk over the netlist"

// structure decides the claims that the structure of the netlist shows. The head's data
// nets are free inputs; its outputs are still its own ports.
func structure(s *system) []equiv.Fact {
	return []equiv.Fact{s.registered(), s.separate()}
}

// registered is the claim that no output depends on an input of the same cycle.
func (s *system) registered() equiv.Fact {
	f := equiv.Fact{
		Kind: verdict.HeadControl, Name: short(s.params) + "/registered",
		Claim:  label(s.params) + ": every output is a function of registers alone; none follows an input within a cycle",
		Method: structural, Basis: verdict.Computed, Verdict: verdict.Proved,
	}
	var bad []string
	for _, p := range s.ports {
		if path := reach(s.head, p.Value); path != nil {
			bad = append(bad, p.Name+" <- "+strings.Join(path, " <- "))
		}
	}
	if len(bad) > 0 {
		f.Verdict, f.Detail = verdict.Refuted, "an output follows an input"
		f.Trace = strings.Join(bad, "\n") + "\n"
	}
	return f
}

// reach is the named nets on a combinational path from v back to an input; nil if there
// is none.
func reach(m *netlist.Module, v netlist.Value) []string {
	from := make(map[netlist.Value]netlist.Value) // towards v
	queue := []netlist.Value{v}
	from[v] = 0
	for len(queue) > 0 {
		x := queue[0]
		queue = queue[1:]
		c := &m.Cells[x]
		if c.Op == netlist.OpInput {
			var path []string
			for ; x != 0; x = from[x] {
				if n := m.Names[x]; n != "" {
					path = append(path, n)
				}
			}
			slices.Reverse(path)
			return path
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			if _, ok := from[a]; !ok {
				from[a] = x
				queue = append(queue, a)
			}
		}
	}
	return nil
}

// separate is the claim that data reaches no register of control.
func (s *system) separate() equiv.Fact {
	f := equiv.Fact{
		Kind: verdict.HeadControl, Name: short(s.params) + "/separate",
		Claim: label(s.params) + ": no weight, feature, bias, sum or result reaches a register but " + strings.Join(holdsData, ", ") +
			"; so that it is no loss to leave data free",
		Method: structural, Basis: verdict.Computed, Verdict: verdict.Proved,
	}
	m := s.head
	n := newNets(m)
	tainted := make([]bool, len(m.Cells))
	for _, p := range m.Inputs {
		tainted[p.Value] = p.Name == "s_axis_tdata"
	}
	for _, path := range data {
		row, err := n.row(path)
		if err != nil {
			f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.NotRead, err.Error()
			return f
		}
		for _, v := range row {
			tainted[v] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for v := range m.Cells {
			c := &m.Cells[v]
			for _, a := range c.Args[:c.Op.Arity()] {
				tainted[v] = tainted[v] || tainted[a]
			}
		}
		for _, r := range m.Regs {
			if m.Cells[r.Q].Op == netlist.OpReg && tainted[r.D] && !tainted[r.Q] {
				tainted[r.Q], grown = true, true
			}
		}
	}
	var bad []string
	for _, r := range m.Regs {
		if m.Cells[r.Q].Op == netlist.OpReg && tainted[r.Q] && !slices.Contains(holdsData, r.Name) {
			bad = append(bad, r.Name)
		}
	}
	if len(bad) > 0 {
		f.Verdict, f.Detail = verdict.Refuted, "data reaches control"
		f.Trace = fmt.Sprintf("registers that data reaches: %s\n", strings.Join(bad, ", "))
	}
	return f
}
