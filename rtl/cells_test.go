package rtl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// circuit collects expressions over a few operands into one module.
type circuit struct {
	ports, body strings.Builder
	text        []string // expression of each output
}

func (c *circuit) output(width int, expr string) {
	k := len(c.text)
	fmt.Fprintf(&c.ports, ",\n  output [%d:0] y%d", width-1, k)
	fmt.Fprintf(&c.body, "  assign y%d = %s;\n", k, expr)
	c.text = append(c.text, expr)
}

func (c *circuit) verilog(inputs, declarations string) string {
	return "module top (\n  " + inputs + c.ports.String() + "\n);\n" + declarations + c.body.String() + "endmodule\n"
}

// everyPair is all values of inputs of 5 and 4 bits together.
func everyPair() [][]uint64 {
	in := make([][]uint64, 2)
	for v := range uint64(1 << 9) {
		in[0], in[1] = append(in[0], v&31), append(in[1], v>>5)
	}
	return in
}

// agree compares the elaborated module with Icarus, output by output. An output
// that depends on an undefined word fails the test.
func (c *circuit) agree(t *testing.T, text string, in [][]uint64) *netlist.Module {
	t.Helper()
	m := elaborate(t, readText(t, text), "top")
	require.Len(t, m.Outputs, len(c.text))
	want := simulate(t, text, "top", m, in)
	got := outputs(t, m, in)
	for k, expr := range c.text {
		require.Equal(t, want[k], got[k], "%s, %d bits", expr, m.Outputs[k].Width)
	}
	return m
}

var binaryOps = []string{"+", "-", "*", "&", "|", "^", "~^", "<<", ">>", "<<<", ">>>", "==", "!=", "===", "!==", "<", "<=", ">", ">=", "&&", "||"}

// Operands of 1 to 5 bits of either sign, results narrower and wider than both:
// every value of the operands.
func TestBinaryCellsExhaustively(t *testing.T) {
	c := &circuit{}
	for _, op := range binaryOps {
		for _, a := range []string{"ua1", "sa1", "ua3", "sa3", "ua5", "sa5"} {
			for _, b := range []string{"ub1", "sb2", "ub4", "sb4"} {
				for _, width := range []int{1, 3, 7} {
					c.output(width, a+" "+op+" "+b)
				}
			}
		}
	}
	c.agree(t, c.verilog("input [4:0] a, input [3:0] b", smallOperands), everyPair())
}

const smallOperands = `
  wire ua1 = a[0]; wire signed sa1 = a[4];
  wire [2:0] ua3 = a[2:0]; wire signed [2:0] sa3 = a[3:1];
  wire [4:0] ua5 = a; wire signed [4:0] sa5 = a;
  wire ub1 = b[3]; wire signed [1:0] sb2 = b[1:0];
  wire [3:0] ub4 = b; wire signed [3:0] sb4 = b;
`

func TestUnaryCellsExhaustively(t *testing.T) {
	c := &circuit{}
	for _, op := range []string{"+", "-", "~", "!", "&", "|", "^", "~&", "~|", "~^"} {
		for _, a := range []string{"ua1", "sa1", "ua3", "sa3", "ua5", "sa5", "ub4", "sb4"} {
			for _, width := range []int{1, 3, 7} {
				c.output(width, op+a)
			}
		}
	}
	c.agree(t, c.verilog("input [4:0] a, input [3:0] b", smallOperands), everyPair())
}

// A shift by a constant is wiring: no shift cell may be left.
func TestConstantShiftsAreWiring(t *testing.T) {
	c := &circuit{}
	for _, op := range []string{"<<", ">>", "<<<", ">>>"} {
		for _, a := range []string{"ua1", "sa3", "ua5", "sa5"} {
			for _, k := range []string{"0", "1", "2", "4", "5", "6", "31", "40'd1099511627775", "-1"} {
				for _, width := range []int{1, 3, 9} {
					c.output(width, a+" "+op+" "+k)
				}
			}
		}
	}
	m := c.agree(t, c.verilog("input [4:0] a, input [3:0] b", smallOperands), everyPair())
	for _, cell := range m.Cells[1:] {
		require.True(t, cell.Op.IsWiring() || cell.Op == netlist.OpConst || cell.Op == netlist.OpInput, "%v", cell.Op)
	}
}

func TestSelectionsExhaustively(t *testing.T) {
	c := &circuit{}
	c.output(4, "a[0] ? ub4 : sb4 + 4'd3")
	c.output(6, "sa5 < sb4 ? sa5 : sb4")
	c.output(3, "{a[4], {2{b[0]}}}")
	c.output(9, "{{4{a[4]}}, a}")
	c.output(7, "{a[4], a[4], sa5}")
	c.output(2, "a[b[1:0] +: 2]")
	c.output(1, "a[b[1:0]]")
	c.output(2, "a[3 -: 2]")
	c.output(8, "{b, a[2:0], 1'b1} >> a[1:0]")
	c.output(3, "picked")
	c.output(4, "masked")
	c.output(5, "chain")
	c.output(5, "written")
	c.output(4, "add(a[3:0], b)")
	c.output(5, "parts")
	c.output(5, "looped")
	c.output(4, "full")
	c.output(5, "clamped")
	c.output(4, "nested")
	c.output(5, "dynamic")
	text := c.verilog("input [4:0] a, input [3:0] b", smallOperands+`
  reg [2:0] picked;
  always @* case (b)
    0: picked = a[2:0];
    1, 2: picked = a[4:2];
    5: picked = 3'd6;
    4'd9: picked = ~a[2:0];
    default: picked = 3'd1;
  endcase
  reg [3:0] masked;
  always @* casez (a)
    5'b1????: masked = b;
    5'b01???: masked = ~b;
    5'b001?1: masked = b + 4'd1;
    default: masked = 4'd0;
  endcase
  reg [4:0] chain;
  always @* begin
    chain = a;
    if (b[0]) chain = chain + 5'd3;
    else if (b[1]) chain = chain - 5'd1;
    if (b[3:2] == 2'd2) chain[2:1] = 2'b01;
  end
  reg [4:0] written;
  always @* begin
    written = a;
    written[b[1:0]] = b[3];
  end
  function [3:0] add(input [3:0] x, input [3:0] y);
    add = x + y;
  endfunction
  wire [4:0] parts;
  assign parts[4] = a[0], parts[3:2] = b[1:0], parts[1:0] = a[4:3];
  reg [4:0] looped;
  integer i;
  always @* for (i = 0; i < 5; i = i + 1) looped[i] = a[4 - i] ^ b[i % 4];
  reg [3:0] full;
  always @* case (a[2:1])
    0: full = b;
    1: full = ~b;
    2: full = 4'd7;
    3: full = -b;
  endcase
  reg signed [4:0] clamped;
  always @* if (sa5 < -5'sd6) clamped = -5'sd6;
    else if (sa5 > 5'sd9) clamped = 5'sd9;
    else if (sa5 == 5'sd3 && b[0]) clamped = 5'sd1;
    else clamped = sa5;
  reg [3:0] nested;
  always @* case (a[1:0])
    0: if (b[0]) nested = 1; else if (b == 4) nested = 2; else nested = 3;
    1: case (b) 1: nested = 4; 2: nested = 5; default: if (a[2]) nested = 6; else nested = 7; endcase
    default: if (!a[3]) begin if (b[1]) nested = 8; else nested = 9; end else nested = 10;
  endcase
  reg [4:0] dynamic;
  always @* begin
    dynamic = 5'd0;
    dynamic[b[1:0] +: 2] = a[1:0];
  end
`)
	c.agree(t, text, everyPair())
}

// Words at the widths where an int64 or a field ends.
func TestWideWords(t *testing.T) {
	c := &circuit{}
	for _, op := range []string{"+", "-", "*", "&", "^", ">>", ">>>", "<<", "<", "=="} {
		for _, operands := range [][2]string{{"p", "q"}, {"sp", "sq"}, {"sp", "r"}, {"p", "sr"}, {"sr", "sq"}} {
			for _, width := range []int{31, 33, 63, 64} {
				c.output(width, operands[0]+" "+op+" "+operands[1])
			}
		}
	}
	c.output(64, "-sp")
	c.output(64, "$signed(p[62:0])")
	c.output(64, "sp >>> 63")
	c.output(64, "64'h8000000000000001")
	text := c.verilog("input [63:0] p, input [63:0] q, input [32:0] r", `
  wire signed [63:0] sp = p, sq = q; wire signed [32:0] sr = r;
`)
	in := vectors([]netlist.Port{{Width: 64}, {Width: 64}, {Width: 33}}, 200)
	// Half of the shift amounts stay below the width.
	for lane := range in[1] {
		if lane%2 == 0 {
			in[1][lane] &= 127
		}
	}
	c.agree(t, text, in)
}

// Words above 64 bits that fall into fields.
func TestFields(t *testing.T) {
	text := `module top (input [129:0] a, input [129:0] b, input s,
  output [129:0] y0, output [129:0] y1, output y2, output y3, output y4, output [7:0] y5);
  assign y0 = s ? a : ~b;
  assign y1 = a ^ (b & {130{s}});
  assign y2 = a == b;
  assign y3 = ^a;
  assign y4 = !a;
  assign y5 = a[68:61] + b[129:122];
endmodule`
	m := elaborate(t, readText(t, text), "top")
	require.Equal(t, []netlist.Port{{Name: "a[63:0]", Width: 64}, {Name: "a[127:64]", Width: 64}, {Name: "a[129:128]", Width: 2},
		{Name: "b[63:0]", Width: 64}, {Name: "b[127:64]", Width: 64}, {Name: "b[129:128]", Width: 2}, {Name: "s", Width: 1}}, ports(m.Inputs))
	require.Empty(t, m.Undefs)
	in := vectors(m.Inputs, 300)
	for i := range 3 { // some equal words, some zero
		for lane := 0; lane < 300; lane += 3 {
			in[3+i][lane] = in[i][lane]
		}
		for lane := 0; lane < 300; lane += 7 {
			in[i][lane] = 0
		}
	}
	got := outputs(t, m, in)
	parity := func(v uint64) (p uint64) {
		for ; v != 0; v &= v - 1 {
			p ^= 1
		}
		return p
	}
	b2i := map[bool]uint64{true: 1}
	for l := range in[0] {
		s := -in[6][l]
		var a, b [3]uint64
		for i := range a {
			a[i], b[i] = in[i][l], in[3+i][l]
		}
		top := ones(2)
		want := []uint64{
			a[0]&s | ^b[0]&^s, a[1]&s | ^b[1]&^s, (a[2]&s | ^b[2]&^s) & top,
			a[0] ^ b[0]&s, a[1] ^ b[1]&s, (a[2] ^ b[2]&s) & top,
			b2i[a == b], parity(a[0]) ^ parity(a[1]) ^ parity(a[2]), b2i[a == [3]uint64{}],
			(a[0]>>61 + a[1]<<3 + b[1]>>58 + b[2]<<6) & 255,
		}
		for k := range want {
			require.Equal(t, want[k], got[k][l], "output %s, lane %d", m.Outputs[k].Name, l)
		}
	}
}

// An x that a select does let through stays.
func TestReachableXStaysUndefined(t *testing.T) {
	for name, body := range map[string]string{
		"default arm":  "always @* case (a[1:0]) 0: y = b; 1: y = 1; default: y = 'x; endcase",
		"other select": "always @* if (a[0]) y = a[1] ? b : 4'bx; else y = 1;",
		"opposite arm": "always @* if (a[0]) y = b; else y = a[0] ? b : 4'bx;",
		"missing case": "always @* begin y = 'x; case (a[1:0]) 0: y = b; 1: y = 1; 2: y = 2; endcase end",
		"one bit":      "always @* y = a[0] ? b : {3'd5, 1'bx};",
	} {
		m := elaborate(t, readText(t, "module top (input [4:0] a, input [3:0] b, output reg [3:0] y);\n"+body+"\nendmodule"), "top")
		_, err := netlist.NewEvaluator(m)
		require.ErrorContains(t, err, string(netlist.UndefX), name)
	}
}
