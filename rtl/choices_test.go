package rtl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
)

// The arms of a choice are what the language says, whether the selector is data, a
// constant, or a variable that is constant there in whole or in part; and a choice that
// covers all values needs no default.
func TestChoices(t *testing.T) {
	for _, c := range []struct {
		body string // of a process that assigns y, from x of four bits
		want func(x uint64) uint64
	}{
		{"casez (K) 2'b?1: y = x; default: y = 0; endcase", func(x uint64) uint64 { return x }},
		{"casez (K) 2'b1?: y = x; default: y = 9; endcase", func(uint64) uint64 { return 9 }},
		{"casez (K) 2'b1?: y = 1; 2'b??: y = x; 2'b01: y = 2; endcase", func(x uint64) uint64 { return x }},
		{"casex (K) 2'bx1: y = x; default: y = 0; endcase", func(x uint64) uint64 { return x }},
		{"case (K) 2: y = 1; 1: y = x; default: y = 0; endcase", func(x uint64) uint64 { return x }},
		{"case (K) x[1:0]: y = 1; 1: y = 2; default: y = 3; endcase", func(x uint64) uint64 {
			if x&3 == 1 {
				return 1
			}
			return 2
		}},
		{"case (1'b1) x[3]: y = 1; x[2]: y = 2; default: y = 3; endcase", func(x uint64) uint64 {
			switch {
			case x&8 != 0:
				return 1
			case x&4 != 0:
				return 2
			}
			return 3
		}},
		{"r = 3'b101; casez (r) 3'b0??: y = 1; 3'b1?1: y = x; default: y = 2; endcase", func(x uint64) uint64 { return x }},
		{"r = x[0]; casez (r) 3'b1??: y = 1; 3'b0?1: y = 2; 3'b00?: y = x; default: y = 3; endcase", func(x uint64) uint64 {
			if x&1 == 1 {
				return 2
			}
			return x
		}},
		{"r = 0; casez (x) 4'b1???: r = 3'd5; default: r = 3'd5; endcase casez (r) 3'b1?1: y = x; default: y = 0; endcase", func(x uint64) uint64 { return x }},
		{"if (K) y = x; else y = r; r = 0;", func(x uint64) uint64 { return x }},
		{"r = 0; if (K == 2) y = r; else if (x[0]) y = 1; else y = 2;", func(x uint64) uint64 { return 2 - x&1 }},
		{"case (x[1:0]) 0: y = 5; 1: y = 6; 2: y = 7; 3: y = x; endcase", func(x uint64) uint64 {
			if x&3 == 3 {
				return x
			}
			return 5 + x&3
		}},
		{"casez (x) 4'b1???: y = 1; 4'b01??: y = 2; 4'b00?1: y = 3; 4'b00?0: y = 4; endcase", func(x uint64) uint64 {
			switch {
			case x >= 8:
				return 1
			case x >= 4:
				return 2
			}
			return 4 - x&1
		}},
		{"y = 1; casez (x) 4'b1???: casez (x[3:2]) 2'b0?: y = 2; 2'b1?: y = x; endcase endcase", func(x uint64) uint64 {
			if x >= 8 {
				return x
			}
			return 1
		}},
	} {
		m := elaborate(t, readText(t, "module top (input [3:0] x, output reg [3:0] y);\nlocalparam [1:0] K = 1;\nreg [2:0] r;\nalways @* begin\n"+c.body+"\nend\nendmodule\n"), "top")
		y := []netlist.Value{port(t, m, "y")}
		p, err := netlist.Compile(m, values(m.Inputs), y)
		require.NoError(t, err, c.body)
		for x := range uint64(16) {
			out := [][]uint64{{0}}
			p.Run(1, [][]uint64{{x}}, out)
			require.Equal(t, c.want(x)&15, out[0][0], fmt.Sprintf("%s: x=%d", c.body, x))
		}
	}
}

// So are those that a register takes, below an asynchronous reset as well, if it is one
// that never comes. There an arm with bits that do not count is lost, and all that is
// known of the register is that it is not known.
func TestChoicesInRegisters(t *testing.T) {
	const register = `module top (input clk, input [3:0] x, output reg [3:0] y);
localparam [1:0] K = 1;
wire rst = 1'b0;
always @(posedge clk%s) %s
  casez (K)
    2'b1?: y <= 4'd9;
    %s: y <= x;
  endcase
endmodule
`
	const edge, reset = " or posedge rst", "if (rst) y <= 0; else"
	for _, c := range []struct {
		edge, reset, item string
		known             bool
	}{
		{"", "", "2'b?1", true},
		{"", "", "2'b01", true},
		{"", reset, "2'b?1", true},
		{edge, reset, "2'b01", true},
		{edge, reset, "2'b?1", false},
	} {
		m := elaborate(t, readText(t, fmt.Sprintf(register, c.edge, c.reset, c.item)), "top")
		require.Len(t, m.Regs, 1)
		p, err := netlist.Compile(m, append(values(m.Inputs), m.Regs[0].Q), []netlist.Value{m.Regs[0].D})
		if !c.known {
			require.ErrorContains(t, err, "undefined")
			continue
		}
		require.NoError(t, err)
		for x := range uint64(16) {
			out := [][]uint64{{0}}
			p.Run(1, [][]uint64{{x}, {^x & 15}}, out)
			require.Equal(t, x, out[0][0], "%+v", c)
		}
	}
}

// An x is no value of the output where conditions together leave no way to it, and is one
// where they do not, or where one of them may be x itself.
func TestUnreachableX(t *testing.T) {
	const x1, x2 = "x[3:2] == 0", "x[1:0] > 1" // no conditions that exclude each other
	for body, never := range map[string]bool{
		"if (p) y = 1; else if (!p && q) y = 2; else if (!p && !q) y = 3; else y = 4'bx;":                                     true,
		"case (1'b1) p: y = 1; q: y = 2; !p && !q: y = 3; default: y = 4'bx; endcase":                                         true,
		"y = 4'bx; if (p) y = 1; if (q & ~p) y = 2; if (~(p | q)) y = 3;":                                                     true,
		"if (p) y = 1; else if (!p && q) y = 2; else if (p || !q) y = 3; else y = 4'bx;":                                      true,
		"if (p) y = 1; else if (p && q) y = 2; else if (!p && !q) y = 3; else y = 4'bx;":                                      false,
		"case (1'b1) p: y = 1; p && q: y = 2; !p && !q: y = 3; default: y = 4'bx; endcase":                                    false,
		"s = p ? 2 : q ? 3 : 0; case (s) 0: y = 3; 1: y = 2; 2: y = 1; default: y = 4'bx; endcase":                            false,
		"y = 4'bx; if (p) y = 1; if (q & p) y = 2; if (~(p | q)) y = 3;":                                                      false,
		"s = p ? 2 : 2'bx; case (s) 0: y = 3; 1: y = 3; 2: y = 1; 3: y = 3; default: y = 4'bx; endcase":                       false,
		"s = p ? 2 : 2'bxx; if (s[0]) y = 3; else if (!s[0] && q) y = 3; else if (!q) y = 3; else y = 4'bx;":                  false,
		"s = p ? 2 : 2'bxx; if (s[0] || !s[0]) y = 3; else y = 4'bx;":                                                         false,
		"s = p ? 2 : 2'bxx; if (s[0] & ~s[0]) y = 4'bx; else y = 3;":                                                          false,
		"s = p ? 2 : 2'bxx; if (!(s[0] && s[1]) || s[0]) y = 3; else y = 4'bx;":                                               false,
		"s = (p ? 2 : 2'bxx) + x[1:0]; if (s[1] || !s[1]) y = 3; else y = 4'bx;":                                              false,
		"s = (p ? 2 : 2'bxx) + x[1:0]; if (s[1] & ~s[1]) y = 4'bx; else y = 3;":                                               false,
		"s = p ? 2 : 2'bxx; y = 4'bx; if (s[0] == 1 || s[0] == 0) y = 3;":                                                     false,
		"if (p) y = 1; else if (!p && x[0] && q) y = 2; else if (!p && (!x[0] || !q)) y = 3; else y = 4'bx;":                  true,
		"s = 0; y = 4'bx; if (p) begin y = 1; s = 3; end if (s == 0 && q) begin y = 2; s = 3; end if (s == 0) y = 3;":         true,
		"s = 0; y = 4'bx; if (p) begin y = 1; s = 3; end if (s == 0 && q) begin y = 2; s = 3; end if (s == 2) y = 3;":         false,
		"s = 0; y = 4'bx; if (p) begin y = 1; s = 3; end if (s == 0 && q) begin y = 2; s = 3; end if (s == 0 && x[0]) y = 3;": false,
		"s = 0; y = 4'bx; if (p) begin y = 1; s = 2'bx; end if (s == 0 && q) begin y = 2; s = 3; end if (s == 0) y = 3;":      false,
		"if (p) y = 1; else if (!p && x[0] && q) y = 2; else if (!p && !x[0] && !q) y = 3; else y = 4'bx;":                    false,
	} {
		text := "module top (input [3:0] x, output reg [3:0] y);\nwire p = " + x1 + ", q = " + x2 + ";\nreg [1:0] s;\nalways @* begin\ns = 0;\n" + body + "\nend\nendmodule\n"
		m := elaborate(t, readText(t, text), "top")
		p, err := netlist.Compile(m, values(m.Inputs), []netlist.Value{port(t, m, "y")})
		if !never {
			require.ErrorContains(t, err, "undefined", body)
			continue
		}
		require.NoError(t, err, body)
		for x := range uint64(16) {
			want := uint64(3)
			switch {
			case x>>2 == 0:
				want = 1
			case x&3 > 1 && (x&1 == 1 || !strings.Contains(body, "x[0]")):
				want = 2
			}
			out := [][]uint64{{0}}
			p.Run(1, [][]uint64{{x}}, out)
			require.Equal(t, want, out[0][0], "%s: x=%d", body, x)
		}
	}
}
