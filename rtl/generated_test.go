package rtl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// What the generator makes of each layer of the small network, under every setting of
// its knobs, is clean under the linter and comes back through Yosys as the same
// function with the same operators.
func TestGeneratedHardware(t *testing.T) {
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	for _, o := range shiftadd.Combinations() {
		t.Run(fmt.Sprint(o), func(t *testing.T) {
			t.Parallel()
			var ms []*netlist.Module
			for _, l := range n.Layers {
				g, err := shiftadd.New(l, o)
				if err != nil {
					continue // not a setting for this layer; shiftadd's own table says which
				}
				// Channels of a layer differ in their weights only: a few will do.
				units := g.Modules()
				for i := 0; i < len(units); i += 1 + len(units)/4 {
					ms = append(ms, g.Module(units[i]))
				}
			}
			require.NotEmpty(t, ms)
			back := readBack(t, ms...)
			var text bytes.Buffer
			for i, m := range ms {
				require.Empty(t, back[i].Undefs, m.Name)
				require.Equal(t, census(m), census(back[i]), m.Name)
				sameFunction(t, m, back[i])
				require.NoError(t, WriteVerilog(&text, m))
			}
			lint(t, text.String())
		})
	}
}

// random is a module of n operators over operands of all widths.
func random(r *rand.Rand, name string, n int) *netlist.Module {
	m := netlist.New(name)
	var vs []netlist.Value
	for i := range 4 {
		vs = append(vs, m.Input(fmt.Sprintf("in%d", i), 1+r.IntN(64)))
	}
	pick := func() netlist.Value { return vs[r.IntN(len(vs))] }
	fit := func(v netlist.Value, w int) netlist.Value { return m.Resize(v, w, r.IntN(2) == 0) }
	for range n {
		w := []int{1, 2, 3, 7, 8, 12, 31, 33, 63, 64}[r.IntN(10)]
		a, b, c := fit(pick(), w), fit(pick(), w), fit(pick(), 1)
		var v netlist.Value
		switch r.IntN(19) {
		case 0:
			v = m.Add(a, b)
		case 1:
			v = m.Sub(a, b)
		case 2:
			v = m.Neg(a)
		case 3:
			v = m.Mul(a, b)
		case 4:
			v = m.Not(a)
		case 5:
			v = m.And(a, b)
		case 6:
			v = m.Or(a, b)
		case 7:
			v = m.Xor(a, b)
		case 8:
			v = m.Shl(a, fit(b, 1+r.IntN(7)))
		case 9:
			v = m.Shr(a, fit(b, 1+r.IntN(7)))
		case 10:
			v = m.Sar(a, fit(b, 1+r.IntN(7)))
		case 11:
			v = m.Eq(a, b)
		case 12:
			v = m.Ult(a, b)
		case 13:
			v = m.Slt(a, m.Const(w, int64(r.Uint64())))
		case 14:
			v = m.RedAnd(a)
		case 15:
			v = m.RedOr(a)
		case 16:
			v = m.RedXor(a)
		case 17:
			v = m.Mux(c, a, b)
		default:
			if w > 32 {
				v = m.Slice(a, r.IntN(w), 1)
			} else {
				v = m.Concat(a, b)
			}
		}
		if r.IntN(6) == 0 && m.Names[v] == "" {
			m.SetName(v, "w%d", v)
		}
		vs = append(vs, v)
	}
	for i, v := range vs[len(vs)-6:] {
		m.Output(fmt.Sprintf("out%d", i), v)
	}
	return m
}

// Random netlists over every operation: the same function after a round trip,
// and in Icarus on the text.
func TestRandomNetlists(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	var ms []*netlist.Module
	for i := range 60 {
		ms = append(ms, random(r, fmt.Sprintf("m%d", i), 5+r.IntN(40)))
	}
	text := ""
	for i, back := range readBack(t, ms...) {
		require.Empty(t, back.Undefs)
		sameFunction(t, ms[i], back)
		text += write(t, ms[i])
	}
	for _, m := range ms[:8] {
		in := vectors(m.Inputs, 200)
		require.Equal(t, outputs(t, m, in), simulate(t, text, m.Name, m, in), "%s, seed %d", m.Name, *seed)
	}
	warnings, err := Verilator{}.Lint(context.Background(), source.One("design.v", []byte(text)))
	require.NoError(t, err)
	for _, w := range warnings {
		// A random netlist may compare with a bound that nothing can pass; that
		// is the netlist's doing and not its text's.
		require.Regexp(t, "^(UNSIGNED|CMPCONST):", w.Text, "seed %d: %v", *seed, w)
	}
}

func TestRegistersRoundTrip(t *testing.T) {
	m := netlist.New("pipe")
	m.Doc = []string{"Adds two words a clock apart."}
	a, clk := m.Input("a", 8), m.Input("clk", 3)
	r := m.Reg("held", 9)
	s := m.Reg("sum", 9)
	m.SetNext(r, m.Add(m.Zext(a, 9), s))
	m.SetNext(s, m.Xor(r, m.Zext(clk, 9)))
	m.Output("y", s)
	text := write(t, m)
	require.Contains(t, text, "input  wire clk_2,")
	require.Contains(t, text, "always @(posedge clk_2) begin\n        held <= ")
	lint(t, text)
	back := readBack(t, m)[0]
	require.Equal(t, ports(m.Inputs), ports(back.Inputs))
	require.Equal(t, ports(m.Outputs), ports(back.Outputs))
	require.Equal(t, census(m), census(back))
	require.Empty(t, back.Undefs)
	require.Len(t, back.Regs, 2)
	// Each next value is the same function of the inputs and the registers.
	for _, want := range m.Regs {
		for _, have := range back.Regs {
			if have.Name == want.Name {
				require.Equal(t, next(t, m, want.D), next(t, back, have.D))
			}
		}
	}
}

// next evaluates d over the inputs and, by name, the registers.
func next(t *testing.T, m *netlist.Module, d netlist.Value) [][]uint64 {
	t.Helper()
	cuts := values(m.Inputs)
	ps := append([]netlist.Port(nil), m.Inputs...)
	for _, name := range []string{"held", "sum"} {
		for _, r := range m.Regs {
			if r.Name == name {
				cuts = append(cuts, r.Q)
				ps = append(ps, netlist.Port{Width: m.Width(r.Q)})
			}
		}
	}
	require.Len(t, cuts, 4)
	p, err := netlist.Compile(m, cuts, []netlist.Value{d})
	require.NoError(t, err)
	out := [][]uint64{make([]uint64, 200)}
	p.Run(200, vectors(ps, 200), out)
	return out
}

// Names from outside may hold anything.
func TestHostileNames(t *testing.T) {
	hostile := []string{"", " ", "]]>", `"; $finish; //`, "module", "logic", "9lives", "größe", "a b", "a_b", "名前", `\x `, "a\nb", "*/ endmodule",
		"// synopsys translate_off", "`include \"x\"", "$readmemh", "wire", "x\x00y", "_", "unused_", string(bytes.Repeat([]byte("l"), 500))}
	var ms []*netlist.Module
	for i, name := range hostile {
		m := netlist.New(name)
		m.Doc = []string{name, "synopsys translate_off", "Verilator lint_off ALL", "back\\", "two\nlines"}
		a := m.Input("a", 8)
		b := m.Input("b"+name, 8)
		v := m.Add(a, b)
		if name != "" {
			m.SetName(v, "%s", name)
		}
		m.Output(fmt.Sprintf("y%d%s", i, name), v)
		ms = append(ms, m)
	}
	text := ""
	for i, back := range readBack(t, ms...) {
		require.Equal(t, VerilogName(ms[i].Name), back.Name)
		require.Equal(t, VerilogName(ms[i].Inputs[1].Name), back.Inputs[1].Name)
		require.Equal(t, VerilogName(ms[i].Outputs[0].Name), back.Outputs[0].Name)
		require.Equal(t, census(ms[i]), census(back))
		in := vectors(back.Inputs, 50)
		require.Equal(t, outputs(t, ms[i], in), outputs(t, back, in))
		require.Equal(t, outputs(t, ms[i], in), simulate(t, write(t, ms[i]), back.Name, back, in))
		text += write(t, ms[i])
	}
	lint(t, text)
}

func TestVerilogNamesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, n := range []string{"a b", "a_b", "a  b", "a-b", "a\tb", "ä b", "", " ", "n_", "if", "if_", "IF", strings.Repeat("l", maxName), strings.Repeat("l", maxName+1), strings.Repeat("l", maxName+2), strings.Repeat(" ", 300)} {
		v := VerilogName(n)
		require.True(t, isPlain(v), "%q", v)
		require.Equal(t, v, VerilogName(v), "written names stand for themselves")
		require.NotContains(t, seen, v, "%q and %q", n, seen[v])
		seen[v] = n
	}
}

func TestWriteVerilogErrors(t *testing.T) {
	m := channel()
	require.ErrorIs(t, WriteVerilog(full{}, m), io.ErrShortWrite)
	broken := netlist.New("broken")
	broken.Cells = append(broken.Cells, netlist.Cell{Op: netlist.OpNot, Width: 1, Args: [3]netlist.Value{5}})
	broken.Outputs = []netlist.Port{{Name: "y", Width: 1, Value: 1}}
	require.ErrorContains(t, WriteVerilog(io.Discard, broken), `module "broken"`)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
