package unroll

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// circuit is a random circuit with registers, every operation in it.
func circuit(rng *rand.Rand) *netlist.Module {
	m := netlist.New("random")
	var vs, qs []netlist.Value
	for i := range 3 {
		vs = append(vs, m.Input(fmt.Sprintf("in%d", i), 1+rng.IntN(8)))
	}
	for i := range 3 {
		qs = append(qs, m.Reg(fmt.Sprintf("reg%d", i), 1+rng.IntN(8)))
	}
	vs = append(vs, qs...)
	pick := func() netlist.Value { return vs[rng.IntN(len(vs))] }
	of := func(width int) netlist.Value { return m.Resize(pick(), width, rng.IntN(2) == 0) }
	bit := func() netlist.Value { return m.Slice(pick(), 0, 1) }
	for range 40 {
		a := pick()
		w := m.Width(a)
		var v netlist.Value
		switch rng.IntN(20) {
		case 0:
			low := rng.IntN(w)
			v = m.Slice(a, low, 1+rng.IntN(w-low))
		case 1:
			if w > 16 {
				continue
			}
			v = m.Concat(a, of(1+rng.IntN(8)))
		case 2:
			v = m.Extend(a, w+rng.IntN(4), rng.IntN(2) == 0)
		case 3:
			v = m.Add(a, of(w))
		case 4:
			v = m.Sub(a, of(w))
		case 5:
			v = m.Neg(a)
		case 6:
			v = m.Mul(a, of(w))
		case 7:
			v = m.Not(a)
		case 8:
			v = m.And(a, of(w))
		case 9:
			v = m.Or(a, of(w))
		case 10:
			v = m.Xor(a, of(w))
		case 11:
			v = m.Shl(a, of(1+rng.IntN(4)))
		case 12:
			v = m.Shr(a, of(1+rng.IntN(4)))
		case 13:
			v = m.Sar(a, of(1+rng.IntN(4)))
		case 14:
			v = m.Eq(a, of(w))
		case 15:
			v = m.Ult(a, of(w))
		case 16:
			v = m.Slt(a, of(w))
		case 17:
			v = []netlist.Value{m.RedAnd(a), m.RedOr(a), m.RedXor(a)}[rng.IntN(3)]
		case 18:
			v = m.Mux(bit(), a, of(w))
		case 19:
			v = m.Const(1+rng.IntN(8), rng.Int64())
		}
		vs = append(vs, v)
	}
	for i, q := range qs {
		m.SetNext(q, of(m.Width(q)))
		m.Output(fmt.Sprintf("out%d", i), pick())
	}
	return m
}

// A run with constants, and a run with variables into which the constants are put
// afterwards, are what the compiled circuit computes, cycle by cycle.
func TestMachineIsTheCircuit(t *testing.T) {
	const cycles = 5
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		m := circuit(rng)
		var cuts, outs []netlist.Value
		for _, p := range m.Inputs {
			cuts = append(cuts, p.Value)
		}
		for _, r := range m.Regs {
			cuts, outs = append(cuts, r.Q), append(outs, r.D)
		}
		for _, o := range m.Outputs {
			outs = append(outs, o.Value)
		}
		program, err := netlist.Compile(m, cuts, outs)
		require.NoError(t, err)

		g, sym := NewGraph("concrete"), NewGraph("symbolic")
		x, y := NewMachine(m, g), NewMachine(m, sym)
		state := make([]uint64, len(m.Regs))
		start := map[string]uint64{}
		for i, r := range m.Regs {
			state[i] = rng.Uint64() & (1<<m.Width(r.Q) - 1)
			start[r.Name+" at power-up"] = state[i]
		}
		x.Start(func(name string, width int) netlist.Value { return g.Const(width, start[name]) })

		// What the symbolic outputs are functions of, and the values for it.
		var free []netlist.Value
		var given [][]uint64
		y.Start(func(name string, width int) netlist.Value {
			v := sym.Undef(width, netlist.UndefX, name)
			free, given = append(free, v), append(given, []uint64{start[name]})
			return v
		})
		var symOuts []netlist.Value
		var want []uint64
		for range cycles {
			in := make([][]uint64, 0, len(cuts))
			for i, p := range m.Inputs {
				k := rng.Uint64() & (1<<p.Width - 1)
				in = append(in, []uint64{k})
				x.Set(p.Name, g.Const(p.Width, k))
				if rng.IntN(2) == 0 {
					y.Set(p.Name, sym.Const(p.Width, k))
					continue
				}
				v := sym.Input(fmt.Sprintf("in%d cycle %d", i, y.Cycle()), p.Width)
				free, given = append(free, v), append(given, []uint64{k})
				y.Set(p.Name, v)
			}
			for _, s := range state {
				in = append(in, []uint64{s})
			}
			out := make([][]uint64, len(outs))
			for i := range out {
				out[i] = make([]uint64, 1)
			}
			program.Run(1, in, out)
			for i, o := range m.Outputs {
				k, known := g.Known(x.Net(o.Name))
				require.True(t, known)
				require.Equal(t, out[len(state)+i][0], k, "seed %d, %s in cycle %d", seed, o.Name, x.Cycle())
				symOuts, want = append(symOuts, y.Net(o.Name)), append(want, k)
			}
			for i := range state {
				state[i] = out[i][0]
			}
			x.Clock()
			y.Clock()
		}
		require.NoError(t, sym.M.Check(), "seed %d", seed)
		p, err := netlist.Compile(sym.M, free, symOuts)
		require.NoError(t, err, "seed %d", seed)
		got := make([][]uint64, len(symOuts))
		for i := range got {
			got[i] = make([]uint64, 1)
		}
		p.Run(1, given, got)
		for i, v := range symOuts {
			require.Equal(t, want[i], got[i][0], "seed %d, output %d", seed, i)
			if !sym.OnInput(v) && !sym.OnUndef(v) {
				_, known := sym.Known(v)
				require.True(t, known, "seed %d: an output of no variable is no constant", seed)
			}
		}
	}
}

// Equal expressions are one value, and constants leave no cells behind.
func TestGraphSharesAndFolds(t *testing.T) {
	g := NewGraph("g")
	a, b := g.Input("a", 8), g.Undef(8, netlist.UndefX, "b")
	sum := g.Cell(netlist.OpAdd, 8, 0, a, b, 0)
	require.Equal(t, sum, g.Cell(netlist.OpAdd, 8, 0, a, b, 0))
	require.True(t, g.OnInput(sum) && g.OnUndef(sum) && !g.OnInput(b) && !g.OnUndef(a))
	n := len(g.M.Cells)
	one := g.Const(8, 1)
	require.Equal(t, one, g.Const(8, 257))
	two := g.Cell(netlist.OpAdd, 8, 0, one, one, 0)
	k, ok := g.Known(two)
	require.True(t, ok)
	require.EqualValues(t, 2, k)
	require.Len(t, g.M.Cells, n+2)
	require.Equal(t, g.Const(8, 0), g.Cell(netlist.OpAnd, 8, 0, b, g.Const(8, 0), 0))
	// A slice of a slice is a slice, and is found as one.
	low := g.Cell(netlist.OpSlice, 6, 1, sum, 0, 0)
	require.Equal(t, g.Cell(netlist.OpSlice, 3, 3, sum, 0, 0), g.Cell(netlist.OpSlice, 3, 2, low, 0, 0))
	require.NoError(t, g.M.Check())
}

// toggle is a register that inverts where go is set, and an output that is go.
func toggle() *netlist.Module {
	m := netlist.New("toggle")
	on := m.Input("go", 1)
	q := m.Reg("q", 4)
	inverted := m.Label(m.Not(q), "inverted")
	m.SetNext(q, m.Mux(on, inverted, q))
	m.Output("out", q)
	return m
}

// A register that holds keeps what it had, known or not; Put replaces it; an input
// that is freed is unknown again.
func TestPutAndFree(t *testing.T) {
	g := NewGraph("g")
	x := NewMachine(toggle(), g)
	x.Set("go", g.Const(1, 0))
	x.Clock()
	x.Registers(func(name string, v netlist.Value) { t.Errorf("%s was never looked at", name) })
	require.True(t, g.OnUndef(x.Net("q")))
	x.Clock()
	x.Put("q", g.Const(4, 5))
	x.Clock()
	k, _ := g.Known(x.Net("q"))
	require.EqualValues(t, 5, k)
	x.Set("go", g.Const(1, 1))
	x.Put("inverted", g.Const(4, 9))
	x.Clock()
	k, _ = g.Known(x.Net("out"))
	require.EqualValues(t, 9, k)
	x.Free("go")
	x.Clock()
	require.True(t, g.OnUndef(x.Net("q")))
	require.Equal(t, 5, x.Cycle())
	require.True(t, x.Has("inverted") && !x.Has("nothing"))
}

// What a caller does wrong is a panic, not a wrong value.
func TestMisuse(t *testing.T) {
	g := NewGraph("g")
	x := NewMachine(toggle(), g)
	require.Panics(t, func() { x.Set("go", g.Const(2, 0)) })
	require.Panics(t, func() { x.Set("stop", g.Const(1, 0)) })
	require.Panics(t, func() { x.Put("q", g.Const(3, 0)) })
	require.Panics(t, func() { x.Net("nothing") })
	x.Set("go", g.Const(1, 1))
	x.Clock()
	x.Set("go", g.Const(1, 0))
	x.Net("q")
	x.Set("go", g.Const(1, 1)) // no net has asked for it yet
	x.Net("go")
	require.Panics(t, func() { x.Set("go", g.Const(1, 0)) })
}

// A register that bits are shifted into holds nothing of what it held before, once all of
// its bits are new.
func TestShiftedOut(t *testing.T) {
	m := netlist.New("shift")
	in := m.Input("in", 1)
	q := m.Reg("q", 4)
	m.SetNext(q, m.Concat(m.Slice(q, 1, 3), in))
	m.Output("out", q)
	m.Output("top", m.Shr(q, m.Const(4, 2)))
	g := NewGraph("g")
	x := NewMachine(m, g)
	for k := range 4 {
		require.True(t, g.OnUndef(x.Net("out")), k)
		require.Equal(t, k < 2, g.OnUndef(x.Net("top")), k)
		x.Set("in", g.Input("in"+string(rune('0'+k)), 1))
		x.Clock()
	}
	require.False(t, g.OnUndef(x.Net("out")))
}
