package datapath

import (
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// model is the head's reference over terms: its memories, and what an image gives.
type model struct {
	t       *golden.Terms
	lanes   int
	weights map[[2]int]golden.Term // by row and lane
	biases  map[int]golden.Term
	flooded golden.Term // the OVERFLOW bit of ERROR
}

// output is one output of a layer and what leads to it.
type output struct {
	total  golden.Term // modulo 2^32
	over   golden.Term // a sum of this image left 32 bits so far
	value  golden.Term
	best   golden.Term // of the last layer: the greatest so far and its index
	bestAt golden.Term

	claimed netlist.Value // the net that was claimed to be the value
	cut     netlist.Value // and what stands for it since
}

func newModel(t *golden.Terms, lanes int) *model {
	return &model{t, lanes, map[[2]int]golden.Term{}, map[int]golden.Term{}, t.Const(0)}
}

// image is the outputs of every layer for the features xs.
func (m *model) image(layers []npu.Layer, xs []golden.Term) [][]output {
	var all [][]output
	over := m.t.Const(0)
	for _, l := range layers {
		outs := make([]output, l.Out)
		for o := range outs {
			ws := make([]golden.Term, l.In)
			for i := range ws {
				ws[i] = m.weights[[2]int{l.Row + o/m.lanes*l.In + i, o % m.lanes}]
			}
			sum := golden.DenseSum(m.t, m.biases[l.Bias+o], ws, xs)
			over = overflows(m.t, sum, over)
			total := wrap32(m.t, sum)
			value := golden.Requantize(m.t, l.Requant(), l.Shift, total)
			out := output{total: total, over: over, value: value}
			if o == 0 {
				out.best, out.bestAt = greater(m.t, true, 0, value, 0, m.t.Const(0))
			} else {
				out.best, out.bestAt = greater(m.t, false, outs[o-1].best, value, outs[o-1].bestAt, m.t.Const(int64(o)))
			}
			outs[o] = out
		}
		all = append(all, outs)
		xs = make([]golden.Term, l.Out)
		for o := range xs {
			xs[o] = outs[o].value
		}
	}
	// Once set the bit stays.
	m.flooded = m.t.IfLess(m.flooded, over, over, m.flooded)
	return all
}
