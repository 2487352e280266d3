package datapath

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// memoryOf is a memory of a head: its instance, and what it must be.
type memoryOf struct {
	name         string
	words, width int
}

// featureWords is the number of words of a head's feature memory: two banks.
func featureWords(size npu.Params) int {
	w := 1
	if size.Features > 2 {
		w = bits.Len(uint(size.Features - 1))
	}
	return 2 << w
}

// memoriesOf lists the memories of a head.
func memoriesOf(size npu.Params) []memoryOf {
	all := []memoryOf{{"features", featureWords(size), 9}, {"biases", size.Biases, 32}}
	for l := range size.Lanes {
		all = append(all, memoryOf{fmt.Sprintf("g_lane[%d].weight_bank", l), size.Rows, 8})
	}
	return all
}

// sizedMemory walks over the netlist of a memory, with a register for each word. Lanes
// have the same module, which is walked once.
func (p *prover) sizedMemory(ctx context.Context, f *equiv.Fact, size npu.Params, m memoryOf) {
	design, err := p.design(ctx, size)
	if err != nil {
		unread(f, err)
		return
	}
	name, err := design.Instance(npu.Top, p.Map.Path(m.name))
	if err != nil {
		unread(f, err)
		return
	}
	p.mu.Lock()
	w := p.memories[name]
	if w == nil {
		w = &walked{}
		p.memories[name] = w
	}
	p.mu.Unlock()
	w.once.Do(func() {
		w.why = "another claim walked over the same and crashed"
		module, err := design.ModuleWithMemories(name, m.words)
		if err != nil {
			w.err = err
			return
		}
		w.why = walkMemory(module, m)
		w.of = m
	})
	switch {
	case w.err != nil:
		unread(f, w.err)
	case w.why == "" && (w.of.words != m.words || w.of.width != m.width):
		f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoStrategy, fmt.Sprintf("it is the memory of %s", w.of.name)
	case w.why != "":
		f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoStrategy, w.why
	default:
		f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	}
}

// walkMemory says what keeps a netlist from being a memory, or "".
func walkMemory(m *netlist.Module, of memoryOf) string {
	in := map[string]netlist.Value{}
	for _, p := range m.Inputs {
		in[p.Name] = p.Value
	}
	for _, n := range []string{"write_enable", "write_address", "write_data", "read_enable", "read_address"} {
		if in[n] == 0 {
			return "it has no input " + n
		}
	}
	var out netlist.Value
	for _, p := range m.Outputs {
		if p.Name == "read_data" {
			out = p.Value
		}
	}
	if out == 0 || m.Cells[out].Op != netlist.OpReg {
		return "its output read_data is no register"
	}
	if m.Width(in["write_data"]) != of.width || m.Width(out) != of.width {
		return fmt.Sprintf("its words have %d bits", m.Width(out))
	}
	address := in["write_address"]
	if w := bits.Len(uint(of.words - 1)); m.Width(address) != w || m.Width(in["read_address"]) != w {
		return fmt.Sprintf("its addresses have %d bits", m.Width(address))
	}
	word := make([]netlist.Value, of.words) // by number
	for _, r := range m.Regs {
		var i int
		if n, _ := fmt.Sscanf(r.Name, "words[%d]", &i); n == 1 && m.Cells[r.Q].Op == netlist.OpReg && i < of.words {
			word[i] = r.Q
		}
	}
	// mux takes a multiplexer by a net of one bit apart.
	mux := func(v, by netlist.Value) (then, els netlist.Value, ok bool) {
		c := &m.Cells[v]
		return c.Args[1], c.Args[2], c.Op == netlist.OpMux && c.Args[0] == by
	}
	tree, old, ok := mux(m.Regs[m.Cells[out].Aux].D, in["read_enable"])
	if !ok || old != out {
		return "its output is not kept without read_enable"
	}
	// bit is the number of the bit of the read address that v is.
	bit := func(v netlist.Value) (int, bool) {
		if v == in["read_address"] && m.Width(v) == 1 {
			return 0, true
		}
		c := &m.Cells[v]
		return int(c.Aux), c.Op == netlist.OpSlice && c.Width == 1 && c.Args[0] == in["read_address"]
	}
	for i, q := range word {
		if q == 0 {
			return fmt.Sprintf("it has no word %d", i)
		}
		then, els, ok := mux(m.Regs[m.Cells[q].Aux].D, in["write_enable"])
		if !ok || els != q {
			return fmt.Sprintf("word %d is not kept without write_enable", i)
		}
		here := m.Cells[then]
		if here.Op != netlist.OpMux || here.Args[1] != in["write_data"] || here.Args[2] != q || !equals(m, here.Args[0], address, uint64(i)) {
			return fmt.Sprintf("word %d is not written at address %d alone", i, i)
		}
		v := tree
		for m.Cells[v].Op == netlist.OpMux {
			b, ok := bit(m.Cells[v].Args[0])
			if !ok {
				break
			}
			v = m.Cells[v].Args[2-i>>b&1]
		}
		if v != q {
			return fmt.Sprintf("a read at address %d does not give word %d", i, i)
		}
	}
	return ""
}

// equals reports whether v says that a net is a number.
func equals(m *netlist.Module, v, net netlist.Value, k uint64) bool {
	c := &m.Cells[v]
	if c.Op != netlist.OpEq {
		return false
	}
	a, b := c.Args[0], c.Args[1]
	if b == net {
		a, b = b, a
	}
	got, ok := m.ConstOf(b)
	return ok && a == net && got == k
}
