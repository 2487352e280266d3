package rtl

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// rtlil is what Yosys prints for a Verilog text.
func rtlil(t testing.TB, text string) string {
	t.Helper()
	dir, err := plainWorkdir(source.One("design.v", []byte(text)))
	require.NoError(t, err)
	defer dir.remove()
	out, err := dir.run(context.Background(), tool.Yosys, Limits{}, "-Q", "-T", "-q", "-p", script(dir.names(), false, ""))
	require.NoError(t, err, out)
	return out
}

// Whatever the text, the reader returns an error or modules whose invariants
// hold; it never panics.
func FuzzParseRTLIL(f *testing.F) {
	f.Add(rtlil(f, write(f, channel())))
	f.Add(rtlil(f, `module sub (input [3:0] i, output [3:0] o); assign o = ~i; endmodule
module top (input clk, input [3:0] a, output reg [3:0] q, output [70:0] w, output z, output [3:0] l);
  wire [3:0] n; sub u (.i(a), .o(n)); sub v (.i({a, n}), .o());
  always @(posedge clk) case (a[1:0]) 0: q <= n; 1: q <= q >> a; default: q <= 'x; endcase
  assign w = {a, 67'd0}, z = undriven, l = l + a;
endmodule`))
	f.Add("module \\a\n wire width 3 \\w\n connect \\w { 1'0 \\w [2:1] }\n cell \\a \\x\n end\nend\n")
	f.Add("module \\a\n wire width 2 output 1 \\w\n connect \\w 2'x\n connect \\w { \\w [0] 1'z }\nend\n")
	f.Add("module \\a\n wire width 0 input 1 \\w\n wire width 70 inout 2 \\v\n cell $dff \\f\n  connect \\CLK \\v [1]\n  connect \\D \\v\n  connect \\Q \\v\n end\nend\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 || strings.Contains(text, "width ") && strings.Contains(text, "00000") {
			return // bounded, but not worth the time
		}
		d, err := ParseRTLIL(strings.NewReader(text))
		if err != nil {
			var bad *ParseError
			require.True(t, errors.As(err, &bad), "%v", err)
			return
		}
		for _, name := range d.Modules() {
			m, err := d.Module(name)
			if err == nil {
				require.NoError(t, m.Check())
			}
		}
	})
}

func TestParseErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct {
		text, msg string
		line      int
	}{
		{"nonsense", "want a module", 1},
		{"module \\a\n", "the text ends inside module", 1},
		{"module \\a\nend\nmodule \\a\nend\n", "a second module", 3},
		{"module \\a\n wire \\w\n wire \\w\nend\n", "a second wire", 3},
		{"module \\a\n wire width 99999999999 \\w\nend\n", "want a number", 2},
		{"module \\a\n wire width 3 \\w\n connect \\w 2'01\nend\n", "connect of 3 and 2 bits", 3},
		{"module \\a\n connect \\w 1'0\nend\n", "no wire", 2},
		{"module \\a\n wire width 3 \\w\n connect \\w [3] 1'0\nend\n", "part select", 3},
		{"module \\a\n wire \\w\n connect \\w 1'2\nend\n", "digit", 3},
		{"module \\a\n wire \\w\n connect \\w 2'1\nend\n", "its width and its digits differ", 3},
		{"module \\a\n wire \\w\n connect \\w { 1'1\nend\n", "closing brace", 3},
		{"module \\a\n wire \\w\n connect \\w \"x\"\nend\n", "a text", 3},
		{"module \\a\n wire \\w\n connect \\w 1'0 1'1\nend\n", "surplus", 3},
		{"module \\a\n cell $add\nend\n", "a cell without a name", 2},
		{"module \\a\n cell $add $1\n", "the text ends inside cell $1", 2},
		{"module \\a\n process $p\n switch 1'1\n end\n", "the text ends inside process $p", 4},
	} {
		_, err := ParseRTLIL(strings.NewReader(c.text))
		var bad *ParseError
		require.ErrorAs(t, err, &bad, c.text)
		require.Equal(t, c.line, bad.Line, c.text)
		require.Contains(t, bad.Msg, c.msg, c.text)
	}
}
