package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

func TestTooled(t *testing.T) {
	module := func(body string) string { return "module m(input a, output y);\n" + body + "\nendmodule\n" }
	many := "assign y = a"
	for _, name := range []string{"VCS", "INCA", "DSIM", "DC", "QUESTA", "SYNPLIFY"} {
		many += "\n`ifdef " + name + "\n`ifdef YOSYS\n`endif\n`endif"
	}
	many += "\n`ifdef DSIM\n`ifdef YOSYS\n& 1'b0\n`endif\n`endif"
	for _, c := range []struct {
		name, text string
		defines    []source.Define
		want       []string
	}{
		{"both sides", module("`ifdef VERILATOR\nassign y = a;\n`else\nassign y = !a;\n`endif"), nil, []string{"a.v:2 VERILATOR"}},
		{"one side", module("wire t = a;\n`ifndef __ICARUS__\nassign y = t;\n`endif"), nil, []string{"a.v:3 __ICARUS__"}},
		{"an operand", module("assign y = a\n`ifdef FORMAL\n& 1'b0\n`endif\n;"), nil, []string{"a.v:3 FORMAL"}},
		{"else if", module("`ifdef MINE\nassign y = a;\n`elsif YOSYS\nassign y = !a;\n`endif"), nil, []string{"a.v:4 YOSYS"}},
		{"a macro", "`ifdef SYNTHESIS\n`define W 2\n`else\n`define W 1\n`endif\nmodule m(input [`W-1:0] a, output y); assign y = a; endmodule", nil, []string{"a.v:1 SYNTHESIS"}},
		{"only two together", module("assign y = a\n`ifdef YOSYS\n`ifdef SYNTHESIS\n& 1'b0\n`endif\n`endif\n;"), nil, []string{"a.v:4 SYNTHESIS and YOSYS", "a.v:3 SYNTHESIS and YOSYS"}},
		{"one of many", module(many + ";"), nil, []string{"a.v:11 DSIM and YOSYS", "a.v:4 DSIM and YOSYS"}},
		{"no other text at all", module("assign y = a;\n`ifdef VCS\n`include \"nowhere.v\"\n`endif"), nil, []string{"a.v:3 VCS"}},
		{"defined for all", module("`ifdef VERILATOR\nassign y = a;\n`else\nassign y = !a;\n`endif"), []source.Define{{Name: "VERILATOR"}}, nil},
		{"what prints", module("assign y = a;\n`ifndef SYNTHESIS\ninitial $display(\"hello\");\n`endif"), nil, nil},
		{"what prints now and then", module("assign y = a;\n`ifndef SYNTHESIS\nalways @(posedge a) begin if (y != a) begin $display(y); $stop; end end\n`endif"), nil, nil},
		{"asserts", module("assign y = a;\n`ifdef FORMAL\nalways @* assert (y == a);\n`endif"), nil, nil},
		{"what prints, and a call", module("assign y = a;\n`ifndef SYNTHESIS\nalways @(posedge a) if (f(a)) $display(y);\n`endif"), nil, []string{"a.v:3 SYNTHESIS"}},
		{"an else", module("reg r; always @* if (a) r = 1;\n`ifdef VCS\nelse r = 0;\n`endif"), nil, []string{"a.v:3 VCS"}},
		{"an else of what prints", module("reg r; always @*\n`ifdef VCS\nif (a) $display; else\n`endif\nr = a;"), nil, []string{"a.v:3 VCS"}},
		{"the same on both sides", module("`ifdef VCS\nassign y = a;\n`else\nassign y = a;\n`endif"), nil, nil},
		{"a name of one's own", module("`ifdef FAST\nassign y = a;\n`else\nassign y = !a;\n`endif"), nil, nil},
		{"a comment", module("// `ifdef VCS\nassign y = a;\n// `endif"), nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, m := range Tooled(source.Sources{Files: []source.File{{Name: "a.v", Text: []byte(c.text), Language: source.SystemVerilog}}, Defines: c.defines}) {
				names, ok := strings.CutPrefix(m.Text, "what computes something depends on ")
				require.True(t, ok)
				names, _, _ = strings.Cut(names, ",")
				got = append(got, fmt.Sprintf("%s:%d %s", m.File, m.Line, names))
			}
			require.ElementsMatch(t, c.want, got)
		})
	}
}
