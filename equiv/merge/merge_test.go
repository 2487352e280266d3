package merge

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// randomModule has inputs of 3 and 4 bits and cells of wiring, bitwise logic and a
// few additions over earlier nets, operands extended or cut to fit.
func randomModule(rng *rand.Rand, cells int) *netlist.Module {
	m := netlist.New("random")
	vs := []netlist.Value{m.Input("x", 3), m.Input("y", 4), m.Const(1+rng.Intn(5), rng.Int63n(32))}
	cell := func(op netlist.Op, width int, aux int64, args ...netlist.Value) netlist.Value {
		c := netlist.Cell{Op: op, Width: uint8(width), Aux: aux}
		copy(c.Args[:], args)
		m.Cells = append(m.Cells, c)
		return netlist.Value(len(m.Cells) - 1)
	}
	fit := func(w int) netlist.Value {
		v := vs[rng.Intn(len(vs))]
		switch n := m.Width(v); {
		case n > w:
			return cell(netlist.OpSlice, w, int64(rng.Intn(n-w+1)), v)
		case n < w:
			return cell([]netlist.Op{netlist.OpZext, netlist.OpSext}[rng.Intn(2)], w, 0, v)
		}
		return v
	}
	two := []netlist.Op{netlist.OpAnd, netlist.OpOr, netlist.OpXor, netlist.OpAnd, netlist.OpAdd}
	for range cells {
		w := 1 + rng.Intn(6)
		switch rng.Intn(4) {
		case 0:
			vs = append(vs, cell(netlist.OpNot, w, 0, fit(w)))
		case 1:
			vs = append(vs, cell(netlist.OpConcat, 2*w, 0, fit(w), fit(w)))
		default:
			vs = append(vs, cell(two[rng.Intn(len(two))], w, 0, fit(w), fit(w)))
		}
	}
	return m
}

// values are all nets of m at all inputs.
func values(t *testing.T, m *netlist.Module) [][]uint64 {
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
	for j := range lanes {
		in[0][j], in[1][j] = uint64(j%8), uint64(j/8)
	}
	out := make([][]uint64, len(nets))
	for i := range out {
		out[i] = make([]uint64, lanes)
	}
	prog.Run(lanes, in, out)
	return out
}

// TestEveryNetKeepsItsBits: on random circuits, for all inputs.
func TestEveryNetKeepsItsBits(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	changed := 0
	for range 400 {
		m := randomModule(rng, 25)
		merged, changes := Operands(m)
		if merged == nil {
			continue
		}
		changed += len(changes)
		want, got := values(t, m), values(t, merged)
		for _, c := range changes {
			require.NotEqual(t, m.Cells[c.Cell].Args, c.Args)
			require.Equal(t, merged.Cells[c.Cell].Args, c.Args)
		}
		for i := range want {
			require.Equal(t, want[i], got[i], "net %d, %v", i+1, m.Cells[i+1].Op)
		}
	}
	t.Logf("%d cells changed", changed)
	require.Greater(t, changed, 400)
}

// TestRedundantSignBits: a carry-save word whose top bits are copies is read whole
// where its last bit was cut off and its sign extended again, and another one,
// whose bits are in use, is not.
func TestRedundantSignBits(t *testing.T) {
	m := netlist.New("m")
	narrow, wide := m.Input("a", 5), m.Input("b", 8)
	x, y := m.Sext(narrow, 8), m.Not(m.Sext(narrow, 8))
	sum, other := m.Xor(x, m.Sext(m.Slice(y, 0, 6), 8)), m.Xor(x, wide)
	s, o := m.Sext(m.Slice(sum, 0, 7), 8), m.Sext(m.Slice(other, 0, 7), 8)
	v := m.Add(s, o)
	merged, changes := Operands(m)
	require.NotEmpty(t, changes)
	args := merged.Cells[v].Args
	require.NotEqual(t, s, args[0])
	require.Equal(t, o, args[1])
}

// TestBitsThatMeetZeros: a conjunction with zeros above ignores how its other
// operand was extended, and one with a bit less of zeros does not.
func TestBitsThatMeetZeros(t *testing.T) {
	m := netlist.New("m")
	a, b, c := m.Input("a", 5), m.Input("b", 5), m.Input("c", 6)
	x, signed, y, z := m.Zext(a, 9), m.Sext(a, 9), m.Zext(b, 9), m.Zext(c, 9)
	m.Xor(x, y)
	m.Xor(x, z)
	m.Or(x, z)
	five, six := m.And(signed, y), m.And(signed, z)
	merged, changes := Operands(m)
	require.Len(t, changes, 1)
	require.Contains(t, merged.Cells[five].Args, x)
	require.NotContains(t, merged.Cells[five].Args, signed)
	require.Contains(t, merged.Cells[six].Args, signed)
}
