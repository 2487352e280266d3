package rtl

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

const waitedText = `module top(input clk, input rst_n, input go, input [3:0] d, output reg [3:0] q, output reg [79:0] wide, output reg r);
    always @(posedge clk or negedge rst_n) if (!rst_n) q <= 4'd9; else q <= d;
    always @(posedge clk or negedge rst_n) if (!rst_n) wide <= 0; else wide <= {wide[75:0], d};
    always @(posedge clk or posedge go) if (go) r <= 1'b0; else r <= d[0];
endmodule
`

// A reset that does not wait for the clock is read as one that does, if it is the one that
// is asked for. Any other leaves its registers undefined.
func TestResetIsWaitedFor(t *testing.T) {
	d := readText(t, waitedText)
	m, err := d.Sequential("top", 0, "rst_n")
	require.NoError(t, err)
	next := map[string]netlist.Value{}
	for _, r := range m.Regs {
		next[r.Name] = r.D
	}
	require.Contains(t, next, "q")
	require.NotContains(t, next, "r")
	c := m.Cells[next["q"]]
	require.Equal(t, netlist.OpMux, c.Op)
	k, known := m.ConstOf(c.Args[1])
	require.True(t, known)
	require.EqualValues(t, 9, k)
	for _, r := range m.Regs {
		require.Equal(t, netlist.OpMux, m.Cells[r.D].Op, r.Name)
	}
	require.Len(t, m.Undefs, 1)
	require.Contains(t, m.Undefs[0].Detail, "is not rst_n")

	m, err = d.Module("top")
	require.NoError(t, err)
	require.Empty(t, m.Regs)
}
