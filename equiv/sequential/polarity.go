package sequential

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/portmap"
)

// Inverted names a register that is reset while the protocol's reset is not given, and "" if
// there is none, or if the reset sets any register as it is declared. It executes the block
// from many states, with any inputs: what is the same in all of them afterwards, the reset
// has set. Without a reset, or where the block cannot be executed, there is none.
func (b *Block) Inverted() string {
	if b.Protocol.Reset == "" {
		return ""
	}
	given, left := b.settled(1), b.settled(0)
	for i := range b.Module.Regs {
		if given[i] && !left[i] {
			return ""
		}
	}
	for i, r := range b.Module.Regs {
		if left[i] && !given[i] {
			return r.Name
		}
	}
	return ""
}

// settled reports by register whether it holds the same in all of many runs in which the
// port of the reset has a value.
func (b *Block) settled(reset uint64) []bool {
	const lanes = 64
	m := b.Module
	known := make([]bool, len(m.Regs))
	var cuts, outs []netlist.Value
	for _, p := range m.Inputs {
		cuts = append(cuts, p.Value)
	}
	for _, r := range m.Regs {
		cuts, outs = append(cuts, r.Q), append(outs, r.D)
	}
	for v, in := range netlist.InCone(m, outs) {
		if in && m.Cells[v].Op == netlist.OpUndef {
			cuts = append(cuts, netlist.Value(v))
		}
	}
	prog, err := netlist.Compile(m, cuts, outs)
	if err != nil {
		return known
	}
	rng := rand.New(rand.NewSource(1)) // any states do
	in, out := make([][]uint64, len(cuts)), make([][]uint64, len(outs))
	for i, v := range cuts {
		in[i] = random(rng, lanes, m.Width(v))
	}
	for i := range out {
		out[i] = make([]uint64, lanes)
	}
	for range b.Protocol.Clocks {
		for i, p := range m.Inputs {
			in[i] = random(rng, lanes, p.Width)
			if p.Name == portmap.Reset {
				for l := range in[i] {
					in[i][l] = reset
				}
			}
		}
		prog.Run(lanes, in, out)
		for i := range m.Regs {
			copy(in[len(m.Inputs)+i], out[i])
		}
	}
	for i := range m.Regs {
		known[i] = true
		for _, w := range out[i] {
			known[i] = known[i] && w == out[i][0]
		}
	}
	return known
}

func random(rng *rand.Rand, lanes, width int) []uint64 {
	words := make([]uint64, lanes)
	for l := range words {
		words[l] = rng.Uint64()
	}
	mask(words, width)
	return words
}
