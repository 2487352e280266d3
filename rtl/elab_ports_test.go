package rtl

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// connection is what ports are connected to, and who reads it in a way of its own,
// against the standard: where the port is wider, and at an unsigned port of the same
// width. Where it says "undefined", all do, and it has no meaning.
type connection struct {
	text        string
	width       int
	wider, same string
}

var connections = []connection{
	{"s", 4, "", ""}, {"u", 4, "", ""}, {"(s)", 4, "", ""}, {"s3", 3, "", ""}, {"one", 1, "", ""}, {"g.in", 4, "", ""},
	{"4'sd9", 4, "", ""}, {"4'd9", 4, "", ""}, {"-4'sd3", 4, "", ""}, {"-3", 32, "", ""}, {"359", 32, "", ""}, {"-1", 32, "", ""},
	{"2'sb10", 2, "", ""}, {"1'b1", 1, "", ""}, {"1'sb1", 1, "", ""}, {"'h3f", 32, "", ""},
	{"{u, s}", 8, "", ""}, {"{s, 2'b01}", 6, "", ""}, {"{2{s}}", 8, "", ""}, {"{u[1:0], u[3]}", 3, "", ""},
	{"u[2:1]", 2, "", ""}, {"s[2:1]", 2, "", ""}, {"u[3]", 1, "", ""}, {"s[2]", 1, "", ""}, {"u[u[1:0]]", 1, "", ""},
	// To Icarus, a part select of all bits has the sign of the whole, and what an
	// array or a function gives has none.
	{"s[3:0]", 4, "iverilog", ""}, {"words[1]", 4, "iverilog", ""}, {"odd(s)", 3, "iverilog", ""},
	{"s == u", 1, "", ""}, {"!s", 1, "", ""}, {"&u", 1, "", ""}, {"s < 3", 1, "", ""}, {"s && u", 1, "", ""},
	// What an expression is worth depends on its context, which has the port in it.
	{"s + s", 4, "undefined", ""}, {"u + u", 4, "undefined", ""}, {"-s", 4, "undefined", ""}, {"~u", 4, "undefined", ""},
	{"u << 1", 4, "undefined", ""}, {"s * s", 4, "undefined", ""}, {"u - 4'd1", 4, "undefined", ""}, {"u + 1", 32, "", ""},
	// To Verilator, an unsigned port makes the operands of an expression unsigned.
	{"u[0] ? s : s3", 4, "undefined", "verilator"}, {"s >>> 1", 4, "undefined", "verilator"}, {"s ^ s3", 4, "undefined", "verilator"},
}

const connectedDeclarations = `
  wire signed [2:0] s3 = s[2:0]; wire one = u[0];
  wire signed [3:0] words [0:1]; assign words[1] = s;
  generate begin : g wire signed [3:0] in = s; end endgenerate
  function signed [2:0] odd; input [3:0] x; odd = x[2:0]; endfunction
`

// TestConnectionsOfEveryWidthAndSign: inputs and outputs of both signs, narrower and
// wider than what they are connected to and as wide. What has a meaning has that
// which both simulators give it.
func TestConnectionsOfEveryWidthAndSign(t *testing.T) {
	var modules, ports, body strings.Builder
	type output struct{ what, known string }
	var outs []output
	add := func(what, known, assign string) {
		fmt.Fprintf(&ports, ",\n  output [9:0] y%d", len(outs))
		body.WriteString(strings.ReplaceAll(assign, "#", fmt.Sprint(len(outs))))
		outs = append(outs, output{what, known})
	}
	for _, width := range []int{1, 2, 3, 4, 6, 9} {
		for _, sign := range []string{"", "signed "} {
			name := fmt.Sprintf("%s%d", strings.TrimSpace(sign), width)
			fmt.Fprintf(&modules, "module in%s (input %s[%d:0] a, output [9:0] y); assign y = a; endmodule\n", name, sign, width-1)
			fmt.Fprintf(&modules, "module out%s (input signed [3:0] a, output %s[%d:0] y); assign y = a; endmodule\n", name, sign, width-1)
			for _, c := range connections {
				known := ""
				switch {
				case width > c.width:
					known = c.wider
				case width == c.width && sign == "":
					known = c.same
				}
				add(fmt.Sprintf("%s to an input %s[%d:0]", c.text, sign, width-1), known, fmt.Sprintf("  in%s i# (.a(%s), .y(y#));\n", name, c.text))
			}
			for _, lhs := range []string{"wire [1:0] w#", "wire signed [1:0] w#", "wire [5:0] w#", "wire signed [5:0] w#", "wire signed [3:0] w#"} {
				add(fmt.Sprintf("an output %s[%d:0] to %s", sign, width-1, lhs), "", fmt.Sprintf("  %s; out%s i# (.a(s), .y(w#)); assign y# = w#;\n", lhs, name))
			}
			add("a part of a wire", "", fmt.Sprintf("  out%s i# (.a(s), .y(y#[6:3])); assign {y#[9:7], y#[2:0]} = 6'd5;\n", name))
			add("parts of wires", "", fmt.Sprintf("  out%s i# (.a(s), .y({y#[1:0], y#[9:5]})); assign y#[4:2] = 3'd5;\n", name))
			add("a bit of a wire", "", fmt.Sprintf("  out%s i# (.a(s), .y(y#[6])); assign {y#[9:7], y#[5:0]} = 9'd5;\n", name))
			add("no output", "", fmt.Sprintf("  out%s i# (.a(s), .y()); assign y# = s;\n", name))
			add("by position", "", fmt.Sprintf("  in%s i# (s, y#);\n", name))
		}
	}
	text := modules.String() + "module top (input signed [3:0] s, input [3:0] u" + ports.String() + ");" + connectedDeclarations + body.String() + "endmodule\n"
	m := elaborate(t, readText(t, text), "top")

	in := make([][]uint64, 2)
	for v := range uint64(1 << 8) {
		in[0], in[1] = append(in[0], v&15), append(in[1], v>>4)
	}
	sims := map[string][][]Bits{}
	for _, s := range both(t, source.One("design.v", []byte(text)), under(m)) {
		got, err := s.Run(context.Background(), 1, in)
		require.NoError(t, err)
		sims[strings.ToLower(s.Simulator())] = got
	}
	require.Len(t, sims, 2)
	counts := map[string]int{}
	for k, o := range outs {
		counts[o.known]++
		y := m.Outputs[k].Value
		p, err := netlist.Compile(m, values(m.Inputs), []netlist.Value{y})
		if o.known == "undefined" {
			require.ErrorContains(t, err, string(netlist.UndefResized), o.what)
			require.ErrorContains(t, err, "an expression of", o.what)
			continue
		}
		require.NoError(t, err, o.what)
		out := [][]uint64{make([]uint64, len(in[0]))}
		p.Run(len(in[0]), in, out)
		for name, got := range sims {
			differ := false
			for lane := range in[0] {
				b := got[k][lane]
				require.Zero(t, b.Unknown, o.what)
				differ = differ || b.Value != out[0][lane]
			}
			require.Equal(t, name == o.known, differ, "%s: %s", name, o.what)
		}
	}
	t.Logf("%d connections, %v", len(outs), counts)
}
