package rtl

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// TestWideRegistersAreCutIntoTheirWords: by how they are read, by how they are
// driven, through selections and instances, and along a register that shifts.
func TestWideRegistersAreCutIntoTheirWords(t *testing.T) {
	const lanes = "{x3, x2, x1, x0, x3, x2, x1, x0, x3, x2, x1, x0, x3, x2, x1, x0}" // 128 bits
	for name, body := range map[string]string{
		"read in words":    "wire [127:0] v; pass p (.i(" + lanes + "), .o(v)); reg [127:0] r; always @(posedge clk) r <= v; assign y = r[15:8] + r[127:120];",
		"driven by words":  "reg [127:0] r, s; always @(posedge clk) begin r <= " + lanes + "; s <= r; end assign y = s >> {x0[3:0], 3'd0};",
		"held":             "reg [127:0] r; always @(posedge clk) if (x0[0]) r <= " + lanes + "; assign y = r >> {x0[3:0], 3'd0};",
		"cleared":          "reg [127:0] r; always @(posedge clk) if (x0[0]) r <= 0; else r <= ~" + lanes + "; assign y = r >> {x0[3:0], 3'd0};",
		"below":            "wire [127:0] w; store s (.clk(clk), .d(" + lanes + "), .q(w)); assign y = w >> {x0[3:0], 3'd0};",
		"shifting":         "reg [127:0] r; always @(posedge clk) r <= {r[119:0], x0}; assign y = r >> {x0[3:0], 3'd0};",
		"shifting, a word": "reg [1023:0] r; always @(posedge clk) r <= {r[1015:0], x0}; assign y = r[1023 -: 8];",
	} {
		text := "module top (input clk, input [7:0] x0, input [7:0] x1, input [7:0] x2, input [7:0] x3, output [7:0] y);\n" + body + "\nendmodule\n" +
			"module pass (input [127:0] i, output [127:0] o); assign o = i; endmodule\n" +
			"module store (input clk, input [127:0] d, output reg [127:0] q); always @(posedge clk) q <= d; endmodule\n"
		m := elaborate(t, readText(t, text), "top")
		require.NotEmpty(t, m.Regs, name)
		at := map[string]bool{}
		for _, r := range m.Regs {
			require.Equal(t, 8, m.Width(r.Q), "%s: %s", name, r.Name)
			require.False(t, at[r.Name], "%s: %s", name, r.Name)
			at[r.Name] = true
		}
		cone, _ := netlist.Cone(m, values(m.Outputs))
		for i := range cone.Cells {
			require.LessOrEqual(t, cone.Cells[i].Width, uint8(8), "%s: %v", name, cone.Cells[i].Op)
		}
	}
}

// TestABusOfWordsOfAnySizeIsRead: registers as wide as the bus, words that no power
// of two divides.
func TestABusOfWordsOfAnySizeIsRead(t *testing.T) {
	for _, word := range []int{3, 8, 13, 60} {
		text := fmt.Sprintf("module top (input clk, input [%d:0] a, output [%d:0] y);\nreg [%d:0] r; always @(posedge clk) r <= {30{a}};\nassign y = r[%d +: %d];\nendmodule\n",
			word-1, word-1, 30*word-1, 17*word, word)
		m := elaborate(t, readText(t, text), "top")
		flat, err := netlist.Transparent(m, "y", m.Outputs[0].Value)
		require.NoError(t, err)
		cone, _ := netlist.Cone(flat, values(flat.Outputs))
		for i := range cone.Cells {
			require.LessOrEqual(t, int(cone.Cells[i].Width), word, "%d", word)
		}
	}
}
