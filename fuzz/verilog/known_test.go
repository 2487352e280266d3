package verilog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

// samples are the smallest modules of the kinds that are understood, with an input x of
// four bits and an output y of twelve.
var samples = map[string]string{
	"Icarus: a signed number without a size": "assign y = 'shd3;",
	"Icarus: a signed selector narrower than its items": `reg [11:0] r;
    always @* case ($signed(x))
        8: r = 12'd1;
        default: r = x;
    endcase
    assign y = r;`,
	"Icarus: a parameter of numbers without a size": `localparam P = (1'h1 - 3) / 6;
    assign y = P;`,
	"Verilator: a signed item that begins with ?": `reg [11:0] r;
    always @* casez ($signed(x[1:0]))
        2'sb?1, 5: r = 12'd1;
        default: r = 12'd2;
    endcase
    assign y = r;`,
}

// What is said of one simulator on the list is so: a newer one may be better, and then
// the list is shorter.
func TestKnown(t *testing.T) {
	for i, k := range verilog.Known {
		if k.Source == "" {
			continue
		}
		t.Run(k.Kind, func(t *testing.T) {
			require.NotEmpty(t, samples[k.Kind])
			m := &verilog.Module{
				Name: fmt.Sprintf("known%d", i), Ins: []rtl.Signal{{Name: "x", Width: 4}}, Outs: []rtl.Signal{{Name: "y", Width: 12}},
			}
			m.Text = fmt.Sprintf("module %s (input [3:0] x, output [11:0] y);\n    %s\nendmodule\n", m.Name, samples[k.Kind])
			rs, err := verilog.Compare(t.Context(), readers(), []*verilog.Module{m}, 1)
			require.NoError(t, err)
			require.Equal(t, k.Outcome, rs[0].Outcome, "%v", rs[0])
			require.Equal(t, k.Kind, verilog.Listed(rs[0]))
		})
	}
}
