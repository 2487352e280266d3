package rtl_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// TestClockedModules: the clock is named, Icarus gives it cycles, on either edge,
// and a reset counts as none only where it is tied inactive.
func TestClockedModules(t *testing.T) {
	const text = `
module up (input clk, input [7:0] x, input rst, output reg [7:0] y);
    reg [7:0] q;
    always @(posedge clk or posedge rst) if (rst) q <= 0; else q <= x;
    always @(posedge clk) y <= q + 8'd1;
endmodule
module down (input clock, input [7:0] x, output reg [7:0] y);
    reg [7:0] q;
    always @(negedge clock) begin q <= x; y <= q + 8'd1; end
endmodule
module words (input clk, input [7:0] x, output [7:0] y);
    reg [7:0] q [0:1];
    integer i;
    always @(posedge clk) begin
        q[0] <= x + 8'd1;
        for (i = 1; i < 2; i = i + 1) q[i] <= q[i - 1];
    end
    assign y = q[1];
endmodule
module tied (input ck, input [7:0] x, output [7:0] y); up u (.clk(ck), .x(x), .rst(1'b0), .y(y)); endmodule
module held (input ck, input [7:0] x, output [7:0] y); up u (.clk(ck), .x(x), .rst(1'b1), .y(y)); endmodule
`
	sources := source.One("own.v", []byte(text))
	d, _, err := rtl.Yosys{}.Read(context.Background(), sources)
	require.NoError(t, err)
	for module, clock := range map[string]string{"down": "clock", "tied": "ck", "words": "clk"} {
		m, err := d.Module(module)
		require.NoError(t, err)
		require.Equal(t, clock, m.Clock)
		require.Equal(t, module == "down", m.Falling)
		require.Len(t, m.Inputs, 1)
		p, err := netlist.Stages(m, m.Outputs[0].Value)
		require.NoError(t, err)
		n, ok := p.Latency()
		require.True(t, ok)
		require.Equal(t, 2, n)
		got, err := rtl.Icarus{Clock: clock}.Run(context.Background(), sources, module,
			[]rtl.Signal{{Name: "x", Width: 8}}, []rtl.Signal{{Name: "y", Width: 8}}, [][]uint64{{3, 5, 9, 0}})
		require.NoError(t, err)
		require.Equal(t, []rtl.Bits{{Value: 4}, {Value: 6}}, got[0][2:], module)
	}
	for _, module := range []string{"up", "held"} {
		m, err := d.Module(module)
		require.NoError(t, err)
		_, err = netlist.NewClocked(m, m.Outputs[0].Value, 1)
		require.ErrorContains(t, err, map[string]string{
			"up":   "no single clock: a reset that does not wait for the clock, and is not tied: register",
			"held": "no single clock: a reset that is tied to the level at which it resets, so that it never ends: register",
		}[module])
	}
}
