package rtl

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// alike reads sources with the front end and with both simulators, which have to give
// the same outputs of module top for random inputs. It returns the netlist.
func alike(t *testing.T, sources Sources, top string) *netlist.Module {
	t.Helper()
	d, _, err := Yosys{}.Read(context.Background(), sources)
	require.NoError(t, err)
	m := elaborate(t, d, top)
	in := vectors(m.Inputs, 200)
	want := outputs(t, m, in)
	for _, s := range both(t, sources, under(m)) {
		got, err := s.Run(context.Background(), 1, in)
		require.NoError(t, err)
		for i := range want {
			for lane := range want[i] {
				require.Equal(t, Bits{Value: want[i][lane]}, got[i][lane], "%s, output %d, lane %d", s.Simulator(), i, lane)
			}
		}
	}
	return m
}

// What computes nothing is left out for the front end, and every reader computes the
// same.
func TestWhatComputesNothing(t *testing.T) {
	for name, text := range map[string]string{
		"assertions in ifndef SYNTHESIS": "module top (input [3:0] a, b, output reg [3:0] y);\n`ifndef SYNTHESIS\n always @* begin assert (a < 16) else $error(\"a\"); chk: assert #0 (b < 16); end\n`endif\n always @* y = a + b;\nendmodule",
		"concurrent assertions": `module top (input clk, input [3:0] a, b, output reg [3:0] y);
  property p; @(posedge clk) a |-> ##1 b; endproperty
  sequence s; a ##1 b; endsequence
  default clocking @(posedge clk); endclocking
  default disable iff (a == 0);
  a1: assert property (p) else begin $error("x"); if (a) $display("y"); else $fatal; end
  c1: cover property (@(posedge clk) a ##1 b);
  assume property (@(posedge clk) disable iff (b == 0) a |=> b) $display("fine"); else $error;
  if (1) a2: assert property (@(posedge clk) s);
  always @* begin y = 1; if (a == 3) assert (1); else y = a - b; end
endmodule`,
		"a case item before an assertion": "module top (input [1:0] a, output reg [3:0] y);\n localparam IDLE = 0, RUN = 1;\n always @* begin y = 3; case (a) IDLE: assert (1); RUN: begin chk: assert (1); y = 5; end default: two: assert (1) else $error; endcase end\nendmodule",
		"messages":                        "module top (input [3:0] a, output reg [3:0] y);\n initial $display(\"begin; end\", \"(\");\n if (0) $error(\"no\");\n always @* if (a == 2) $display(\"two %d\", a); else begin : named $write(\"x\"); end\n always @* begin y = 2; case (a) 0: $display; default: y = a + 1; 5: y = a; endcase if (a == 1) y = 1; end\nendmodule",
		"unique and priority":             "module top (input [1:0] a, output reg [3:0] y, z, w);\n always_comb unique case (a) 0: y = 1; 1: y = 2; default: y = 3; endcase\n always_comb priority if (a == 0) z = 1; else if (a < 2) z = 2; else z = 3;\n always_comb unique0 casez (a) 2'b1?: w = 5; default: w = 6; endcase\nendmodule",
		"attributes":                      "(* top *) module top (input [1:0] a, output reg [3:0] y);\n always @(*) (* full_case, parallel_case *) casez (a) 2'b1?: y = 1; 2'b?1: y = 2; default: y = 3; endcase\nendmodule",
		"orders in comments":              "module top (input [1:0] a, output reg [3:0] y);\n always @* case (a) // synopsys full_case parallel_case\n 0: y = 1; 0: y = 2; default: y = 3; endcase\n // synopsys translate_off\n wire [3:0] unused = a;\n // synopsys translate_on\nendmodule",
	} {
		t.Run(name, func(t *testing.T) {
			alike(t, source.One("top.sv", []byte(text)), "top")
		})
	}
}

// Casts at ports of modules, of every kind of port and width.
func TestCastsAtPorts(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 8))
	for range 3 {
		text := ""
		var body string
		outs := 0
		for _, sign := range []string{"", "signed "} {
			text += fmt.Sprintf("module m%s(input %s[3:0] p, output %s[11:0] q, input e); assign q = p + (e ? 12'd0 : 12'd5); endmodule\n", sign, sign, sign)
		}
		for _, arg := range []string{"$signed(a)", "$unsigned(s)", "($signed(a))", "$signed(s)", "$unsigned(a)", "$signed(a + s)", "$signed({a[1:0], s[3:2]})", "(($unsigned(s)))", "~$signed(a)"} {
			module := fmt.Sprintf("m%s", []string{"", "signed "}[r.IntN(2)])
			for _, named := range []bool{true, false} {
				conn := fmt.Sprintf("(%s, y%d, a[0])", arg, outs)
				if named {
					conn = fmt.Sprintf("(.e(a[0]), .q(y%d), .p(%s))", outs, arg)
				}
				body += fmt.Sprintf("  %s u%d %s;\n", module, outs, conn)
				outs++
			}
		}
		ports := "input [3:0] a, input signed [3:0] s"
		for i := range outs {
			ports += fmt.Sprintf(", output [11:0] y%d", i)
		}
		alike(t, source.One("top.v", []byte(text+"module top ("+ports+");\n"+body+"endmodule\n")), "top")
	}
}

// What functions return, on every way through them, and the items of packages, by their
// whole names and imported.
func TestReturnsAndPackages(t *testing.T) {
	for name, text := range map[string]string{
		"at the end":     "module top (input [3:0] a, output [3:0] y);\n function automatic logic [3:0] f(input logic [3:0] v); v = v + 1; return v ^ 4'd5; endfunction\n assign y = f(a);\nendmodule",
		"early":          "module top (input signed [3:0] a, output [3:0] y);\n function automatic logic [3:0] f(input logic signed [3:0] v);\n if (v < 0) return 4'd0; if (v > 5) begin v = 3; return v; end\n v = v + 1; return v; endfunction\n assign y = f(a);\nendmodule",
		"both ways":      "module top (input [3:0] a, output [3:0] y);\n function automatic logic [3:0] f(input logic [3:0] v);\n if (v[0]) begin if (v[1]) return 4'd1; else v = v + 2; end else return 4'd7;\n v = v + 3; if (v == 4) v = 9; return v; endfunction\n assign y = f(a);\nendmodule",
		"after a loop":   "module top (input [3:0] a, output [3:0] y);\n function automatic logic [3:0] f(input logic [3:0] v);\n logic [3:0] n; n = 0; for (int i = 0; i < 4; i++) begin n = n + v[i]; end\n if (n == 3) begin return 4'd15; end return n; endfunction\n assign y = f(a);\nendmodule",
		"behind an else": "module top (input [3:0] a, output [3:0] y);\n function automatic logic [3:0] f(input logic [3:0] v);\n if (v == 1) return 2; else if (v == 2) return 1; else if (v == 3) v = 0; return v; endfunction\n assign y = f(a);\nendmodule",
		"a package": "package p; localparam int K = 3; typedef logic [3:0] word; function automatic word f(input word v); return v + K; endfunction : f endpackage : p\n" +
			"module top (input [3:0] a, output p::word y);\n import p::*;\n word K1; assign K1 = f(a) + p::K; assign y = p::f(K1) + K;\nendmodule",
		"two packages": "package p; localparam int K = 3; endpackage\npackage q; localparam int K = 5; endpackage\n" +
			"module sub (input [3:0] a, output [3:0] y); import q::K; assign y = a + K; endmodule\n" +
			"module top (input [3:0] a, output [3:0] y); import p::K; wire [3:0] s; sub u (.a(a), .y(s)); assign y = s + K + q::K; endmodule",
	} {
		t.Run(name, func(t *testing.T) { alike(t, source.One("top.sv", []byte(text)), "top") })
	}
}

// Places are those of the user's text, in included files too.
func TestPlacesAfterPreprocessing(t *testing.T) {
	sources := Sources{
		Files: []Source{{Name: "my top.v", Text: []byte("`define ADD(x, y) \\\n  (x + \\\n  y)\n`default_nettype none\nmodule top (input wire [3:0] a, b,\n  output wire [3:0] y, z, w);\n  `include \"sub/body.vh\"\n  assign y = `ADD(a,\n     b);\n\n  /* a\n  comment */ assign z = a & b;\nendmodule\n")}},
		Extra: []Source{{Name: "sub/body.vh", Text: []byte("// first\n\nassign w = a ^ b;\n")}},
	}
	m := alike(t, sources, "top")
	places := map[netlist.Op]string{netlist.OpAdd: "my top.v:8.", netlist.OpAnd: "my top.v:12.25-12.30", netlist.OpXor: "sub/body.vh:3.12-3.17"}
	found := 0
	for _, c := range m.Cells {
		if want, ok := places[c.Op]; ok {
			require.Contains(t, m.Sources[c.Src], want)
			found++
		}
	}
	require.Equal(t, 3, found)
}

// Nothing is defined but what the user defines, for every reader.
func TestNothingIsPredefined(t *testing.T) {
	text := "module top (input [3:0] a, output [31:0] y);\n"
	for i, name := range append([]string{"SYNTHESIS", "YOSYS", "FORMAL", "SIMULATION", "LINT"}, predefined...) {
		text += fmt.Sprintf("`ifdef %s\nassign y[%d] = a[0];\n`else\nassign y[%d] = a[1];\n`endif\n", name, i, i)
	}
	text += "assign y[31] = a[0];\nassign y[30:28] = `WIDTH'd5;\nendmodule\n"
	sources := source.One("top.v", []byte(text))
	sources.Defines = []Define{{Name: "SYNTHESIS", Value: "1"}, {Name: "VERILATOR"}, {Name: "WIDTH", Value: "3"}}
	m := alike(t, sources, "top")
	got := outputs(t, m, [][]uint64{{1}})
	require.Equal(t, uint64(1|1<<7|1<<31|5<<28), got[0][0])
}

// Memories that nothing writes are tables, whose images are declared.
func TestMemoryImages(t *testing.T) {
	sources := Sources{
		Files: []Source{{Name: "top.v", Text: []byte(`module top (input [2:0] a, input [3:0] b, output [7:0] y, z, output [3:0] w);
  reg [7:0] rom [0:7];
  initial $readmemh("rom.hex", rom);
  reg [3:0] bits [15:0];
  initial $readmemb("images/bits.txt", bits);
  assign y = rom[a], z = rom[b[2:0]] + rom[a ^ 3'd5], w = bits[b];
endmodule
`)}},
		Extra: []Source{
			{Name: "rom.hex", Text: []byte("// words\n@0 80 7f 1_2 fF /* the\nrest */ 4 5\n@6 6 7\n")},
			{Name: "images/bits.txt", Text: []byte("0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1010 1011 1100 1101 1110 1111\n")},
		},
	}
	m := alike(t, sources, "top")
	got := outputs(t, m, [][]uint64{{3, 0}, {9, 9}})
	require.Equal(t, []uint64{0xff, 0x80}, got[0])
	require.Equal(t, []uint64{9, 9}, got[2])

	// A word that the image leaves out is nobody's.
	sources.Extra[0].Text = []byte("1 2 3\n")
	d, _, err := Yosys{}.Read(context.Background(), sources)
	require.NoError(t, err)
	_, err = netlist.NewEvaluator(elaborate(t, d, "top"))
	require.ErrorContains(t, err, string(netlist.UndefX))
}
