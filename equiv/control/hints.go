package control

import (
	"math/big"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// hint is the part of a solver's state that a master can cause: words of accesses, and a
// program.
type hint struct {
	addresses, data, strobes []uint64
	program                  []write // with the commit at its end; nil if the state has none
	features                 int     // of the program
}

// look finds values of a solver's model by the names of nets. Nets that the query does
// not have are absent.
func (p *play) look(model map[string]*big.Int) func(name string) (v uint64, ok bool) {
	values := make(map[string]uint64, len(model))
	put := func(name string, v netlist.Value) {
		if x := model[variable(v, 0)]; x != nil {
			values[name] = x.Uint64()
		}
	}
	for _, v := range p.cuts {
		put(p.s.m.Names[v], v)
	}
	for name, i := range p.index {
		put(name, p.cuts[i])
	}
	return func(name string) (uint64, bool) {
		v, ok := values[name]
		return v, ok
	}
}

// hint extracts a hint from a model.
func (p *play) hint(model map[string]*big.Int) (h hint) {
	at := p.look(model)
	all := func(names ...string) (found []uint64) {
		for _, n := range names {
			if v, ok := at(n); ok {
				found = append(found, v)
			}
		}
		return found
	}
	h.addresses = all("bus.write_address", "bus.read_address", "s_axi_awaddr", "s_axi_araddr")
	h.data = all("bus.write_data", "s_axi_wdata")
	h.strobes = all("bus.write_strobe", "s_axi_wstrb")

	n, ok := at("regs.layers")
	if !ok || n > uint64(p.s.params.Layers) {
		return h
	}
	field := func(name string, layer, width int) int {
		v, _ := at(name)
		return int(v >> (layer * width) & (1<<width - 1))
	}
	for k := range p.s.params.Layers {
		words := [...]int{
			field("program_store.ins", k, 16), field("program_store.outs", k, 16),
			field("program_store.rows", k, 20), field("program_store.biases", k, 16),
			unpackTail(field("program_store.tails", k, 20)),
		}
		for f, w := range words {
			h.program = append(h.program, write{descriptors + uint64(4*(8*k+f)), uint64(w), 15})
		}
	}
	signed, _ := at("regs.features_signed")
	h.program = append(h.program, write{layers, n | signed<<8, 15}, write{control, npu.ControlCommit, 15})
	h.features = field("program_store.ins", 0, 16)
	return h
}

// unpackTail inserts the reserved bits of its word between the fields of a tail, as the
// head stores it.
func unpackTail(kept int) int {
	word, from := 0, 0
	for _, f := range []struct{ at, width int }{{0, 7}, {8, 3}, {12, 2}, {16, 6}, {24, 2}} {
		word |= kept >> from & (1<<f.width - 1) << f.at
		from += f.width
	}
	return word
}
