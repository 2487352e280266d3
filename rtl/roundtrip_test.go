package rtl

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

var seed = flag.Uint64("seed", 1, "seed of random vectors and modules")

// readBack writes ms, has Yosys read the text and elaborates every module.
func readBack(t testing.TB, ms ...*netlist.Module) []*netlist.Module {
	t.Helper()
	text := ""
	for _, m := range ms {
		text += write(t, m)
	}
	d := readText(t, text)
	back := make([]*netlist.Module, len(ms))
	for i, m := range ms {
		back[i] = elaborate(t, d, VerilogName(m.Name))
	}
	return back
}

func readText(t testing.TB, text string) *Design {
	t.Helper()
	d, _, err := Yosys{}.Read(context.Background(), source.One("design.v", []byte(text)))
	require.NoError(t, err, text)
	return d
}

func elaborate(t testing.TB, d *Design, name string) *netlist.Module {
	t.Helper()
	m, err := d.Module(name)
	require.NoError(t, err)
	require.NoError(t, m.Check())
	return m
}

// vectors are n lanes for every input: corners first, then random words.
func vectors(ports []netlist.Port, n int) [][]uint64 {
	r := rand.New(rand.NewPCG(*seed, uint64(n)))
	in := make([][]uint64, len(ports))
	for i, p := range ports {
		top := uint64(1) << (p.Width - 1)
		corners := []uint64{0, 1, ones(p.Width), top, top - 1, top + 1}
		in[i] = make([]uint64, n)
		for j := range in[i] {
			// Each input in turn visits its corners while the others are anything.
			if j/len(corners)%len(ports) == i && j < len(corners)*len(ports) {
				in[i][j] = corners[j%len(corners)] & ones(p.Width)
			} else if r.IntN(4) == 0 {
				in[i][j] = corners[r.IntN(len(corners))] & ones(p.Width)
			} else {
				in[i][j] = r.Uint64() & ones(p.Width)
			}
		}
	}
	return in
}

// outputs evaluates m on the given lanes.
func outputs(t testing.TB, m *netlist.Module, in [][]uint64) [][]uint64 {
	t.Helper()
	e, err := netlist.NewEvaluator(m)
	require.NoError(t, err)
	return e.Eval(in)
}

// sameFunction compares two modules on random and corner inputs.
func sameFunction(t testing.TB, a, b *netlist.Module) {
	t.Helper()
	require.Equal(t, ports(a.Inputs), ports(b.Inputs))
	require.Equal(t, ports(a.Outputs), ports(b.Outputs))
	in := vectors(a.Inputs, 2000)
	require.Equal(t, outputs(t, a, in), outputs(t, b, in), "seed %d", *seed)
}

// ports is names and widths alone.
func ports(ps []netlist.Port) (out []netlist.Port) {
	for _, p := range ps {
		out = append(out, netlist.Port{Name: p.Name, Width: p.Width})
	}
	return out
}

// census counts the cells of each operation and width, wiring left out.
func census(m *netlist.Module) map[netlist.Cell]int {
	n := map[netlist.Cell]int{}
	for _, c := range m.Cells[1:] {
		if !c.Op.IsWiring() && c.Op != netlist.OpConst && c.Op != netlist.OpInput {
			n[netlist.Cell{Op: c.Op, Width: c.Width}]++
		}
	}
	return n
}

func TestRoundTripOfAChannel(t *testing.T) {
	m := channel()
	back := readBack(t, m)[0]
	sameFunction(t, m, back)
	require.Equal(t, census(m), census(back))
	require.Empty(t, back.Undefs)
	// Signals keep their names, and every adder its place in the text.
	for _, name := range []string{"l1_0", "l1_1", "acc", "rounded", "shifted"} {
		require.Contains(t, names(back), name)
	}
	for v, c := range back.Cells {
		if c.Op == netlist.OpAdd {
			require.Regexp(t, `^design\.v:\d+\.\d+-\d+\.\d+$`, back.Sources[c.Src], back.Names[netlist.Value(v)])
		}
	}
}

func names(m *netlist.Module) (out []string) {
	for _, n := range m.Names {
		out = append(out, n)
	}
	return out
}
