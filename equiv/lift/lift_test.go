package lift

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// randomModule has inputs x and y of 3 and 4 bits and cells of every operator that
// is lifted, each over earlier ones; operands are extended or cut to fit.
func randomModule(rng *rand.Rand, cells int) *netlist.Module {
	m := netlist.New("random")
	vs := []netlist.Value{m.Input("x", 3), m.Input("y", 4), m.Const(1+rng.Intn(5), rng.Int63n(32))}
	cell := func(op netlist.Op, width int, aux int64, args ...netlist.Value) netlist.Value {
		c := netlist.Cell{Op: op, Width: uint8(width), Aux: aux}
		copy(c.Args[:], args)
		m.Cells = append(m.Cells, c)
		return netlist.Value(len(m.Cells) - 1)
	}
	pick := func() netlist.Value { return vs[rng.Intn(len(vs))] }
	fit := func(v netlist.Value, w int) netlist.Value {
		switch n := m.Width(v); {
		case n > w:
			return cell(netlist.OpSlice, w, int64(rng.Intn(n-w+1)), v)
		case n < w:
			return cell([]netlist.Op{netlist.OpZext, netlist.OpSext}[rng.Intn(2)], w, 0, v)
		}
		return v
	}
	two := []netlist.Op{netlist.OpAdd, netlist.OpSub, netlist.OpAnd, netlist.OpOr, netlist.OpXor}
	compare := []netlist.Op{netlist.OpEq, netlist.OpUlt, netlist.OpSlt}
	one := []netlist.Op{netlist.OpRedAnd, netlist.OpRedOr, netlist.OpRedXor}
	for range cells {
		w := 1 + rng.Intn(6)
		a, b := fit(pick(), w), fit(pick(), w)
		var v netlist.Value
		switch rng.Intn(7) {
		case 0, 1:
			v = cell(two[rng.Intn(len(two))], w, 0, a, b)
		case 2:
			v = cell(compare[rng.Intn(len(compare))], 1, 0, a, b)
		case 3:
			v = cell(one[rng.Intn(len(one))], 1, 0, a)
		case 4:
			v = cell(netlist.OpMux, w, 0, fit(pick(), 1), a, b)
		case 5:
			v = cell([]netlist.Op{netlist.OpNot, netlist.OpNeg}[rng.Intn(2)], w, 0, a)
		default:
			v = cell(netlist.OpConcat, 2*w, 0, a, b)
		}
		vs = append(vs, v)
	}
	return m
}

// TestFormsAreTheirNets: whatever a lifter makes of a net, shallow or deep, has the
// net's bits, for all inputs, and lies in the net's interval; and the exact value
// of a net is its bits as a number.
func TestFormsAreTheirNets(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	ranges := []spec.Range{{Lo: 0, Hi: 7}, {Lo: -8, Hi: 7}}
	functions, checked := 0, 0
	for round := range 200 {
		m := randomModule(rng, 12)
		var nets, ins []netlist.Value
		for i := 1; i < len(m.Cells); i++ {
			nets = append(nets, netlist.Value(i))
		}
		for _, p := range m.Inputs {
			ins = append(ins, p.Value)
		}
		prog, err := netlist.Compile(m, ins, nets)
		require.NoError(t, err)
		const lanes = 8 * 16
		in := [][]uint64{make([]uint64, lanes), make([]uint64, lanes)}
		out := make([][]uint64, len(nets))
		for i := range out {
			out[i] = make([]uint64, lanes)
		}
		for j := range lanes {
			in[0][j], in[1][j] = uint64(j%8), uint64(j/8)
		}
		prog.Run(lanes, in, out)

		sp := term.NewSpace(ranges)
		l := New(sp, m, []Net{{Form: sp.Input(0), Range: ranges[0]}, {Form: sp.Input(1), Range: ranges[1]}})
		l.Deep = round%2 == 0
		for i, v := range nets {
			w := m.Width(v)
			n, u, s := l.Net(v), l.Exact(v, false), l.Exact(v, true)
			for _, mono := range n.Form.Monos {
				if sp.Pieces(mono.Atom) > 0 {
					functions++
				}
			}
			for j := range lanes {
				x := []int64{int64(j % 8), int64(j/8<<60) >> 60}
				bits := int64(out[i][j])
				got, ok := sp.Eval(n.Form, x)
				if !ok {
					break // opaque
				}
				checked++
				require.Zero(t, (got-bits)&(1<<w-1), "%v of round %d at %v: %v", m.Cells[v].Op, round, x, n.Form)
				require.True(t, n.Range.Lo <= got && got <= n.Range.Hi, "%v of round %d: %d outside %v", m.Cells[v].Op, round, got, n.Range)
				exact, ok := sp.Eval(u.Form, x)
				require.True(t, ok)
				require.Equal(t, bits, exact, "%v of round %d, without sign", m.Cells[v].Op, round)
				exact, ok = sp.Eval(s.Form, x)
				require.True(t, ok)
				require.Equal(t, bits<<(64-w)>>(64-w), exact, "%v of round %d, with sign", m.Cells[v].Op, round)
			}
		}
	}
	t.Logf("%d values, %d function atoms", checked, functions)
	require.NotZero(t, functions)
}
