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
func values(s *side, vs [][]int64) ([][]uint64, error) {
	ins := make([]netlist.Value, len(s.m.Inputs))
	for i, p := range s.m.Inputs {
		ins[i] = p.Value
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
	prog.Run(len(vs), s.q.Lanes(vs), lanes)
	all := make([][]uint64, len(s.cone))
	for i, v := range outs {
		all[v] = lanes[i]
	}
	return all, nil
}
