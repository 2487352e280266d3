package explain

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
)

// valueSeed draws the inputs on which nodes are compared besides the witness.
const valueSeed = 1

// vectors are the witness, all inputs at rest, other corners, and random inputs.
func vectors(m *equiv.Model, witness []int64) [][]int64 {
	return append([][]int64{witness}, equiv.Vectors(m, rand.New(rand.NewSource(valueSeed)), 250)...)
}

// values are the bits of every cell of a cone on some inputs; nil outside of it.
func values(s *side, m *equiv.Model, vs [][]int64) ([][]uint64, error) {
	bind, err := bindPorts(m, s.m)
	if err != nil {
		return nil, err
	}
	ins := make([]netlist.Value, len(bind))
	in := make([][]uint64, len(bind))
	for i, v := range bind {
		ins[i] = s.m.Inputs[i].Value
		in[i] = make([]uint64, len(vs))
		mask := uint64(1)<<m.Vars[v].Width - 1
		for j := range vs {
			in[i][j] = uint64(vs[j][v]) & mask
		}
	}
	var outs []netlist.Value
	for v := range s.cone {
		if s.cone[v] {
			outs = append(outs, netlist.Value(v))
		}
	}
	prog, err := netlist.Compile(s.m, ins, outs)
	if err != nil {
		return nil, err
	}
	lanes := make([][]uint64, len(outs))
	for i := range lanes {
		lanes[i] = make([]uint64, len(vs))
	}
	prog.Run(len(vs), in, lanes)
	all := make([][]uint64, len(s.cone))
	for i, v := range outs {
		all[v] = lanes[i]
	}
	return all, nil
}
