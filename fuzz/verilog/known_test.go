package verilog_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

// refused are the smallest modules of kinds that one simulator alone reads otherwise, with
// an input x of four bits and an output y of twelve.
var refused = map[string]string{
	"unsized-number": "assign y = 'shd3;",
	"case-sign": `reg [11:0] r;
    always @* case ($signed(x))
        8: r = 12'd1;
        default: r = x;
    endcase
    assign y = r;`,
	"narrow-constant": `localparam P = (1'h1 - 3) / 6;
    assign y = P;`,
	"case-sign ": `reg [11:0] r;
    always @* casez ($signed(x[1:0]))
        2'sb?1, 5: r = 12'd1;
        default: r = 12'd2;
    endcase
    assign y = r;`,
}

// What one simulator alone reads otherwise is not accepted either, once it is understood.
func TestRefused(t *testing.T) {
	var ms []*verilog.Module
	var kinds []string
	for kind, text := range refused {
		m := &verilog.Module{
			Name: fmt.Sprintf("known%d", len(ms)), Ins: []rtl.Signal{{Name: "x", Width: 4}}, Outs: []rtl.Signal{{Name: "y", Width: 12}},
		}
		m.Text = fmt.Sprintf("module %s (input [3:0] x, output [11:0] y);\n    %s\nendmodule\n", m.Name, text)
		ms, kinds = append(ms, m), append(kinds, strings.TrimSpace(kind))
	}
	rs, err := verilog.Compare(t.Context(), readers(), ms, 1)
	require.NoError(t, err)
	for i, r := range rs {
		require.Equal(t, verilog.NotAccepted, r.Outcome, "%v", r)
		require.Contains(t, r.Why, "rule "+kinds[i])
	}
}

// samples are the smallest modules of the kinds on the list, with the same ports.
var samples = map[string]string{
	"Icarus: a select of all bits of a signed variable": `reg signed [1:0] s;
    reg [11:0] r;
    always @* begin
        s = x;
        r = 12'd2048 >> s[1:0];
    end
    assign y = r;`,
	"Icarus: a parameter without a range that is computed of sized numbers": `localparam P = (1'd1 + 3'd4);
    assign y = ^~((x[0] - P));`,
	"Verilator: <= of constants that come through signed ports": `wire [4:0] zero;
    assign zero = 5'd0;
    compare under(zero, zero, y[0]);
    assign y[11:1] = x;
endmodule
module compare (input signed [4:0] a, b, output y);
    assign y = (a <= b);`,
}

// What is said of one simulator on the list is so: a newer one may be better, and then
// the list is shorter.
func TestKnown(t *testing.T) {
	for i, k := range verilog.Known {
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

// The modules on the list of single ones are those of the standing comparison, read
// alone. None may be one that both simulators contradict.
func TestSingleModulesAreGenerated(t *testing.T) {
	texts := map[string]bool{}
	for name, seed := range map[string]uint64{"m5952": 1<<32 | 5952} {
		for _, d := range []verilog.Dialect{verilog.Verilog2005, verilog.SystemVerilog} {
			texts[fmt.Sprintf("%x", sha256.Sum256([]byte(verilog.Generate(name, seed, d).Text)))] = true
		}
	}
	for hash, k := range verilog.Single {
		require.True(t, texts[hash], "%s: no module has this text", k.Kind)
		require.NotEqual(t, verilog.AgainstBoth, k.Outcome)
	}
}
