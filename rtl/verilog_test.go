package rtl

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// write returns the Verilog of m.
func write(t testing.TB, m *netlist.Module) string {
	t.Helper()
	require.NoError(t, m.Check())
	var b strings.Builder
	require.NoError(t, WriteVerilog(&b, m))
	return b.String()
}

// channel is a small datapath of the kind the generator makes: shifted terms, an
// adder tree, a rounding shift, a clamp.
func channel() *netlist.Module {
	m := netlist.New("conv1_c3")
	m.Doc = []string{"Output channel 3 of conv1.", "y = clamp((x0 + 4·x1 - 2·x2 + 77) >> 4, 0, 100)"}
	x0, x1, x2 := m.Input("x0", 8), m.Input("x1", 8), m.Input("x2", 8)
	w := func(v netlist.Value, width int) netlist.Value { return m.Resize(v, width, true) }
	a := m.Label(m.Add(w(x0, 11), w(m.ShlConst(x1, 2), 11)), "l1_0")
	b := m.Label(m.Sub(m.Const(11, 77), w(m.ShlConst(x2, 1), 11)), "l1_1")
	acc := m.Label(m.Add(w(a, 12), w(b, 12)), "acc")
	half := m.Label(m.Add(acc, m.Const(12, 8)), "rounded")
	q := m.Label(m.Slice(half, 4, 8), "shifted")
	low := m.Slt(q, m.Const(8, 0))
	high := m.Slt(m.Const(8, 100), q)
	m.Output("y", m.Mux(low, m.Const(8, 0), m.Mux(high, m.Const(8, 100), q)))
	return m
}

func TestWriteVerilogReads(t *testing.T) {
	require.Equal(t, `// Output channel 3 of conv1.
// y = clamp((x0 + 4·x1 - 2·x2 + 77) >> 4, 0, 100)
module conv1_c3 (
    input  wire [7:0] x0,
    input  wire [7:0] x1,
    input  wire [7:0] x2,
    output wire [7:0] y
);

    // level 1
    wire [10:0] l1_0 = {{3{x0[7]}}, x0} + {x1[7], x1, 2'd0};
    wire [10:0] l1_1 = 11'd77 - {{2{x2[7]}}, x2, 1'd0};

    // level 2
    wire [11:0] acc = {l1_0[10], l1_0} + {l1_1[10], l1_1};

    // level 3
    wire [11:0] rounded = acc + 12'd8;
    wire [7:0] shifted = rounded[11:4];
    wire [7:0] n26 = (8'sd100 < $signed(shifted)) ? 8'd100 : shifted;
    assign y = ($signed(shifted) < 8'sd0) ? 8'd0 : n26;

    // bits that nothing above needs
    wire [3:0] unused_rounded = rounded[3:0];
endmodule
`, write(t, channel()))
}
