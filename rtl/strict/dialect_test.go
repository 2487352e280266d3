package strict_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/strict"
)

// in wraps items of a module with an input a of 8 bits, b of 8, c of one, and an output y
// of 8. The items begin in line 7.
func in(items string) string {
	return "module m (\n  input wire [7:0] a,\n  input wire [7:0] b,\n  input wire c,\n  output wire [7:0] y\n);\n" + items + "\nendmodule\n"
}

// Texts of the dialect are read as Yosys reads them.
func TestInTheDialect(t *testing.T) {
	for name, text := range map[string]string{
		"wires":            in("wire [7:0] n = a + b, k;\nassign k = n, y = k ^ a;"),
		"part by part":     in("assign y[7:4] = a[3:0];\nassign y[3] = c;\nassign y[2:0] = {2'd1, ~c};"),
		"one bit vector":   in("wire [0:0] n = c;\nassign y = {8{n[0]}};"),
		"comments":         in("/* a\n   b */ assign /* * / ** */ y // c\n=/**/a;// d"),
		"carriage returns": strings.ReplaceAll(in("// x\nassign y = a /* b\n */ + b;"), "\n", "\r\n"),
		"no blanks":        in("assign y=c?a:b;"),
		"chains":           in("assign y = (a + b + a) ^ (a & b & 8'hf0) ^ (a | b | {8{c}}) ^ (a * b * a);"),
		"signs":            in("wire s = $signed(a) < $signed(b);\nwire u = $signed(a) >= -8'sd128;\nassign y = {s, u, 6'd0};"),
		"shifts":           in("wire [7:0] s = $signed(a) >>> b[2:0];\nassign y = (a << 2'd3) ^ (s >> b);"),
		"sign under order": in("wire s = ($signed(a) >>> 1'd1) < 8'sd3;\nassign y = {8{s}};"),
		"logic":            in("wire l = ((a == b) && (a != 8'd3)) || !c;\nassign y = {8{l}} ~^ a;"),
		"reductions":       in("wire l = (&a) ^ (|b) ^ (^a);\nassign y = -a;\nwire unused = l;"),
		"orders":           in("assign y = {a < b, a <= b, a > b, a >= b, 4'b1_0_01};"),
		"constants":        in("assign y = {1'b1, 2'o3, 4'hA, 1'd0};"),
		"wide words":       in("wire [99:0] w = {92'd0, a} + {100'h8000_0000_0000_0000_0000_0000_0};\nassign y = w[99:92];"),
		"nested":           in("assign y = (((a)));"),
		"braces in braces": in("assign y = {{2{a[1:0]}}, {{3{c}}, b[0]}};"),
		"names":            in("wire _assign, Wire1;\nassign _assign = c, Wire1 = _assign;\nassign y = {8{Wire1}};"),
		"registers": "module m (input wire clk, input wire [7:0] a, output reg [7:0] q, output wire [7:0] z);\n" +
			"reg [7:0] p, o;\nalways @(posedge clk) begin p <= a; q <= p + o; end\nalways @(posedge clk) o <= p;\nassign z = p;\nendmodule\n",
		"instances": "module m (input wire [3:0] a, output wire [3:0] y);\nwire [1:0] t;\n" +
			"leaf u0 (.i(a[1:0]), .o(y[1:0]), .p());\nleaf u1 (.o(t), .i(a[3:2] ^ 2'd2), .p(y[2]));\nassign y[3] = t[1];\nendmodule\n" +
			"module leaf (input wire [1:0] i, output wire [1:0] o, output wire p);\nassign o = ~i;\nassign p = ^i;\nendmodule\n" +
			"module again (input wire [1:0] a, output wire [1:0] b, output wire c);\nleaf u (.i(a), .o(b), .p(c));\nendmodule\n",
	} {
		t.Run(name, func(t *testing.T) {
			same(t, source.One("m.v", []byte(text)))
		})
	}
}

// A hierarchy has as many levels as the stack holds.
func TestDeepHierarchies(t *testing.T) {
	chain := func(levels int) string {
		var b strings.Builder
		for i := range levels {
			fmt.Fprintf(&b, "module m%d (input a);\nm%d u (.a(a));\nendmodule\n", i, i+1)
		}
		fmt.Fprintf(&b, "module m%d (input a);\nendmodule\n", levels)
		return b.String()
	}
	_, err := strict.Read(source.One("m.v", []byte(chain(500))))
	require.NoError(t, err)
	_, err = strict.Read(source.One("m.v", []byte(chain(5000))))
	require.ErrorContains(t, err, "levels down")
}

// Texts outside of the dialect are refused where they leave it.
func TestOutsideTheDialect(t *testing.T) {
	for _, row := range []struct{ text, at string }{
		// Widths.
		{in("assign y = a + b[6:0];"), "7:14: operands of 8 and 7 bits"},
		{in("assign y = a[6:0];"), "7:8: 7 bits for 8"},
		{in("wire [8:0] n = a + b;"), "7:12: 8 bits for 9"},
		{in("assign y = c ? a : b[6:0];"), "7:14: operands of 8 and 7 bits"},
		{in("assign y = a == 7'd1 ? a : b;"), "7:14: operands of 8 and 7 bits"},
		{in("assign y = a ? a : b;"), "7:12: a condition"},
		{in("assign y = {8{a && b}};"), "7:17: an operand of 8 bits"},
		{in("assign y = {8{!a}};"), "7:15: an operand of 8 bits"},
		// Names and drivers.
		{in("assign y = a; assign z = a;"), "7:22: \"z\" is no net"},
		{in("assign y = n; wire [7:0] n = a;"), "7:12: \"n\" is no net"},
		{in("assign y = a; assign y = b;"), "7:22: a net with a second driver"},
		{in("assign y[7:3] = a[7:3]; assign y[3:0] = b[3:0];"), "7:32: a net with a second driver"},
		{in("assign y[7:4] = a[7:4]; assign y[6:3] = b[3:0];"), "7:8: a net with a second driver"},
		{in("assign y[7:1] = a[7:1];"), "5:21: a net of which nothing drives 1 of 8 bits"},
		{in("wire n; assign y = a;"), "7:6: a net of which nothing drives"},
		{in("assign a = b;"), "7:8: an assignment to what is no wire"},
		{in("wire a; assign y = b;"), "7:6: a second a"},
		{in("wire [7:0] assign; assign y = a;"), "7:12: \"assign\" is a keyword"},
		{in("wire [7:0] logic; assign y = a;"), "7:12: \"logic\" is a keyword"},
		{in("wire [7:0] \\e = a; assign y = a;"), `7:12: '\\'`},
		{in("wire [7:0] n$ = a; assign y = n$;"), `7:12: "n" and what follows`},
		// Signs.
		{in("wire s = $signed(a) < b; assign y = a;"), "7:21: one side is signed"},
		{in("wire s = $signed(a) < 8'd3; assign y = a;"), "7:21: one side is signed"},
		{in("assign y = ($signed(a) >>> 2'd1) + b;"), "7:34: one side is signed"},
		{in("assign y = a >>> 2'd1;"), "7:14: >>> wants"},
		{in("assign y = $signed(a) + $signed(b);"), "7:23: signed operands"},
		{in("assign y = a + -8'sd1;"), "7:14: one side is signed"},
		{in("assign y = a + -8'd1;"), "7:16: the minus of an unsigned constant"},
		{in("assign y = $unsigned(a);"), `7:12: "$unsigned"`},
		{in("wire signed [7:0] n = a; assign y = a;"), `7:6: "signed" is a keyword`},
		{in("assign y = c ? $signed(a) : $signed(b);"), "7:14: signed operands"},
		{in("assign y = 8'sd3;"), "7:12: a signed constant"},
		{in("assign y = {$signed(a) >>> 2'd1};"), "7:13: what is signed in braces"},
		{in("assign y = {7'd3, 1'sd1};"), "7:19: what is signed in braces"},
		// Constants.
		{in("assign y = a + 1;"), "7:16: constant \"1\" without a size"},
		{in("assign y = 'd3;"), `7:12: '\''`},
		{in("assign y = 8'dx;"), "7:12: constant \"8'dx\": digit 'x'"},
		{in("assign y = 8'bz;"), "7:12: constant \"8'bz\": digit 'z'"},
		{in("assign y = 8'h?;"), "7:12: constant \"8'h\" without digits"},
		{in("assign y = 8'd256;"), "7:12: constant \"8'd256\" does not fit"},
		{in("assign y = 8 'd5;"), "7:12: constant \"8\" without a size"},
		{in("assign y = {a, 1};"), "7:16: constant \"1\" without a size"},
		{in("assign y = {8'd1 + 8'd2};"), "7:18: an operation on constants"},
		{in("assign y = a[8];"), "7:12: bits 8 to 8"},
		{in("assign y = {7'd0, c[0]};"), "7:20: a part of a net without a range"},
		{in("assign y = {7'd0, a[b]};"), "7:21: want a number"},
		{in("assign y = a[0 +: 8];"), "7:16: \"+:\" is no operator"},
		{in("assign y = {0{a}};"), "7:12: a replication of no times"},
		{in("assign y = {99999{a}};"), "7:13: \"99999\": more than"},
		{in("wire [65535:0] w = {8192{a}};\nwire [65535:0] v = {8192{b}}; wire [65535:0] u = {8192{a[0], a[2], a[4], a[6], b[0], b[2], b[4], b[6]}}; wire [65535:0] s = {8192{a[0], a[2], a[4], a[6], b[0], b[2], b[4], b[6]}}; assign y = a;"), "8:50: replications that are far longer"},
		// Precedence.
		{in("assign y = a + b - a;"), "7:18: want a semicolon"},
		{in("assign y = a & b | a;"), "7:18: want a semicolon"},
		{in("assign y = c ? a : c ? b : a;"), "7:14: operands of 8 and 1 bits"},
		{in("assign y = {8{c ? c : c ? c : c}};"), "7:25: want"},
		{in("assign y = a & &b;"), "7:16: \"&\" within an operation"},
		{in("assign y = a ~& b;"), "7:14: \"~&\" is no operator"},
		{in("assign y = a === b;"), "7:14: \"===\" is no operator"},
		{in("assign y = a / b;"), "7:14: '/'"},
		// Items.
		{in("initial begin end"), "7:1: \"initial\" is a keyword"},
		{in("reg [7:0] q = 8'd0; assign y = a;"), "7:13: want a semicolon: a register"},
		{in("reg [7:0] q; assign y = q;"), "7:11: a net of which nothing drives 8"},
		{in("reg [7:0] q; always @(posedge c) if (c) q <= a; assign y = q;"), "7:34: \"if\" is no net"},
		{in("reg [7:0] q; always @(posedge c) q = a; assign y = q;"), "7:36: want <="},
		{in("reg [7:0] q; always @(posedge c) q[3:0] <= a[3:0]; assign y = q;"), "7:34: want a whole register"},
		{in("reg [7:0] q; always @(negedge c) q <= a; assign y = q;"), "7:23: want posedge"},
		{in("reg [7:0] q; always @(*) q <= a; assign y = q;"), "7:22: \"(*)\" is no operator"},
		{in("reg [7:0] q, p; wire d = ~c; always @(posedge c) q <= a; always @(posedge d) p <= a; assign y = q;"), "7:75: a clock that is no input"},
		{in("(* keep *) wire n = c; assign y = a;"), "7:1: \"(*\" is no operator"},
		{in("`define X\nassign y = a;"), "7:"},
		{in("// `define X\nassign y = a;"), "7:"},
		{in("// synopsys translate_off\nassign y = a;"), "7:1: a comment that may be a command"},
		{in("/* verilator lint_off */ assign y = a;"), "7:1: a comment that may be a command"},
		{in("// a \\\nassign y = a;"), "7:"},
		{in("/* a /* b */ assign y = a;"), "7:"},
		{in("/* a"), "7:"},
		{in("assign y = a;\r wire n = c;"), "7:"},
		{in("assign y\x00 = a;"), "7:"},
		{in("generate assign y = a; endgenerate"), "7:1: \"generate\" is a keyword"},
		{in("parameter P = 3; assign y = a;"), "7:1: \"parameter\" is a keyword"},
		{"module m (a);\ninput a;\nendmodule\n", "1:11: want input or output"},
		{"module m (input [7:1] a);\nendmodule\n", "1:17: want a range"},
		{"module m (input [0:7] a);\nendmodule\n", "1:17: want a range"},
		{"module m (input a, b);\nendmodule\n", "1:20: want input or output"},
		{"module m (inout a);\nendmodule\n", "1:11: want input or output"},
		{"module m #(parameter N = 1) (input a);\nendmodule\n", "1:10: want a list of ports"},
		{"module m (input a);\nendmodule\nmodule m (input a);\nendmodule\n", "3:8: a second module"},
		{"module m (input a);\n", "2:1: want an item of a module, have the end"},
		{"module m (input c, input d, output reg p, output reg q);\nalways @(posedge c) p <= d;\nalways @(posedge d) q <= c;\nendmodule\n", "3:18: a second clock"},
		// Instances.
		{in("leaf u (.i(a), .o(y));"), "7:1: there is no module leaf"},
		{in("leaf u (.i(a));") + leaf, "7:1: 1 connections, and leaf has 2 ports"},
		{in("leaf u (.i(a), .o(y), .i(a));") + leaf, "7:23: port i a second time"},
		{in("leaf u (.i(a), .j(y));") + leaf, "7:16: leaf has no port j"},
		{in("leaf u (.i(a[6:0]), .o(y));") + leaf, "7:9: 7 bits at port i of 8"},
		{in("leaf u (.i(), .o(y));") + leaf, "7:9: nothing drives input i"},
		{in("leaf u (.i(a), .o(~y));") + leaf, "7:16: output o at what is no wire"},
		{in("leaf u (.i(a), .o(b));") + leaf, "7:16: output o at what is no wire"},
		{in("leaf u (.i(a), .o(y)); assign y = a;") + leaf, "7:16: a net with a second driver"},
		{in("leaf u (a, y);") + leaf, "7:9: want a dot"},
		{in("leaf u (.*);") + leaf, "7:10: "},
		{in("leaf #(3) u (.i(a), .o(y));") + leaf, "7:6: parameters"},
		{in("m u (.a(a), .b(b), .c(c), .y(y));"), "1:8: module m contains itself"},
	} {
		_, err := strict.Read(source.One("m.v", []byte(row.text)))
		var refused *strict.Refusal
		if !errors.As(err, &refused) {
			t.Errorf("accepted:\n%s", row.text)
			continue
		}
		if !strings.HasPrefix(err.Error(), "m.v:"+row.at) {
			t.Errorf("have %v\nwant m.v:%s\nof:\n%s", err, row.at, row.text)
		}
		require.NotZero(t, refused.Line)
		require.NotZero(t, refused.Column)
	}
}

const leaf = "module leaf (input wire [7:0] i, output wire [7:0] o);\nassign o = i;\nendmodule\n"
