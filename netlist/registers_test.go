package netlist_test

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// unbalanced adds its inputs in a chain, shifts and compares in between, and has an
// output that is a constant and one that is an input.
func unbalanced(inputs int) *netlist.Module {
	m := netlist.New("chain")
	sum := m.Input("x0", 8)
	first := sum
	for i := 1; i < inputs; i++ {
		x := m.Input(fmt.Sprint("x", i), 8)
		moved := m.Concat(m.Slice(x, 0, 5), m.Const(3, 0))
		switch i % 3 {
		case 0:
			sum = m.Sub(sum, moved)
		case 1:
			sum = m.Label(m.Add(sum, moved), fmt.Sprint("sum", i))
		default:
			sum = m.Mux(m.Ult(sum, x), m.Add(moved, m.Add(x, first)), sum)
		}
	}
	m.Output("y", sum)
	m.Output("half", m.Slice(sum, 0, 4))
	m.Output("seven", m.Const(8, 7))
	m.Output("first", first)
	return m
}

// With registers a module computes what it did, later by the same number of clocks on
// every path.
func TestRegisteredIsLater(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for inputs := 1; inputs <= 9; inputs++ {
		m := unbalanced(inputs)
		levels := netlist.Levels(m, nil)
		for every := 1; every <= 4; every++ {
			own := netlist.LatencyAt(levels[m.Outputs[0].Value], every)
			for latency := own; latency <= own+2; latency++ {
				p := netlist.Registered(m, levels, every, latency)
				require.NoError(t, p.Check())
				want, err := netlist.NewEvaluator(m)
				require.NoError(t, err)
				vectors := make([][]uint64, inputs)
				for i := range vectors {
					for range 40 {
						vectors[i] = append(vectors[i], uint64(r.Intn(256)))
					}
				}
				settled := want.Eval(vectors)
				for o, out := range p.Outputs {
					stages, err := netlist.Stages(p, out.Value)
					require.NoError(t, err)
					if _, constant := p.ConstOf(out.Value); constant {
						continue
					}
					n, even := stages.Latency()
					require.True(t, even)
					require.Equal(t, latency, n, "%s of %d inputs, every %d", out.Name, inputs, every)
					require.Empty(t, stages.Meets)
					wires, err := netlist.Transparent(p, out.Name, out.Value)
					require.NoError(t, err)
					got, err := netlist.NewEvaluator(wires)
					require.NoError(t, err)
					require.Equal(t, settled[o], got.Eval(vectors)[0])
				}
			}
		}
	}
}

// Between registers lie so many levels and no more, those of ports included.
func TestRegisteredCutsEveryPath(t *testing.T) {
	m := unbalanced(9)
	begin := map[string]int{"x5": 3}
	for every := 1; every <= 5; every++ {
		levels := netlist.Levels(m, begin)
		p := netlist.Registered(m, levels, every, -1)
		within := make([]int, len(p.Cells))
		for v := 1; v < len(p.Cells); v++ {
			c := &p.Cells[v]
			if c.Op == netlist.OpInput {
				within[v] = max(0, begin[p.Inputs[c.Aux].Name]-netlist.LatencyAt(begin[p.Inputs[c.Aux].Name], every)*every)
			}
			for _, a := range c.Args[:c.Op.Arity()] {
				within[v] = max(within[v], within[a])
			}
			if c.Op.IsSum() {
				within[v]++
			}
			require.LessOrEqual(t, within[v], every)
		}
	}
}
