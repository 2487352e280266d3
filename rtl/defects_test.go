package rtl

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// Each defect makes one output undefined, for its own reason, which names the
// object and the line; the output good beside it stays what it is.
func TestDefectsHaveTheirReason(t *testing.T) {
	for _, c := range []struct {
		name   string
		body   string // line 2 and up; drives bad
		reason netlist.UndefReason
		detail []string
	}{
		{"x literal", "assign bad = {a[3:1], 1'bx};", netlist.UndefX, []string{"x in module top", "design.v:"}},
		{"z literal", "assign bad = 4'bz;", netlist.UndefX, []string{"design.v:"}},
		{"undriven wire", "wire [3:0] w;\nassign bad = a + w;", netlist.UndefUndriven, []string{"w at design.v:2."}},
		{"undriven bits", "wire [3:0] w;\nassign w[2:1] = a[1:0];\nassign bad = w;", netlist.UndefUndriven, []string{"w[0] at design.v:2.", "w[3]"}},
		{"undriven output", "", netlist.UndefUndriven, []string{"bad at design.v:1."}},
		{"misspelt name", "assign bad = {3'd0, wrng};", netlist.UndefUndriven, []string{"wrng at design.v:2."}},
		{"index beyond", "assign bad = {3'd0, a[4]};", netlist.UndefX, []string{"design.v:"}},
		{"index that may lie beyond", "assign bad = {3'd0, a[b]};", netlist.UndefX, []string{"outside: $shiftx cell in module top at design.v:1."}},
		{"division", "assign bad = a / b;", netlist.UndefCell, []string{"$div", "design.v:2.14-2.19"}},
		{"latch", "reg [3:0] q;\nalways @* if (b[0]) q = a;\nassign bad = q;", netlist.UndefCell, []string{"$dlatch", "design.v:"}},
		{"memory", "reg [3:0] m [0:3];\nalways @(posedge b[0]) m[a[1:0]] <= b;\nassign bad = m[a[3:2]];", netlist.UndefCell, []string{"$mem"}},
		{"two drivers", "assign bad = a;\nassign bad = b;", netlist.UndefDrivers, []string{"bad at design.v:1.", "by a and b"}},
		{"two drivers of a bit", "wire [3:0] w;\nassign w = a;\nassign w[2] = b[0];\nassign bad = w;", netlist.UndefDrivers, []string{"w[2]"}},
		{"driven input", "assign a[1] = b[0];\nassign bad = a;", netlist.UndefDrivers, []string{"a[1]", "input port"}},
		{"loop", "wire [3:0] p, q;\nassign p = q + a;\nassign q = p ^ b;\nassign bad = p;", netlist.UndefLoop, []string{"p", "q", " <- ", "design.v:"}},
		{"loop of names", "wire [3:0] p, q;\nassign p = q;\nassign q = p;\nassign bad = q;", netlist.UndefLoop, []string{"p", "q"}},
		{"loop of itself", "assign bad = bad + a;", netlist.UndefLoop, []string{"bad"}},
		{"expression at a wider port", "sub #(.W(6)) u (.i(a + b), .o({w, bad}));\nwire [1:0] w;", netlist.UndefResized, []string{"port i of instance u has 6 bits, its connection is an expression of 4", "design.v:2."}},
		{"narrow output of an instance", "sub #(.W(3)) u (.i(a[2:0]), .o(bad[2:0]));", netlist.UndefUndriven, []string{"bad[3]"}},
		{"port connected to nothing", "sub u (.i(), .o(bad));", netlist.UndefUndriven, []string{"port i of instance u is not connected", "design.v:2."}},
		{"port left open", "sub u (.o(bad));", netlist.UndefUndriven, []string{"u.i at design.v:", "which instance u at design.v:2.", "leaves open"}},
		{"black box", "opaque u (.i(a), .o(bad));", netlist.UndefCell, []string{"opaque cell u", "design.v:2."}},
		{"bidirectional", "both u (.io(bad));", netlist.UndefDrivers, []string{"bidirectional port io of instance u"}},
		{"wide product", "assign bad = ({17{a}} * {17{b}}) >> 64;", netlist.UndefWide, []string{"68 bits in $mul"}},
		{"computed clock", "reg [3:0] q;\nalways @(posedge (b[0] & b[1])) q <= a;\nassign bad = q;", netlist.UndefClock, []string{"register q", "design.v:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "module top (input [3:0] a, input [3:0] b, output [3:0] bad, output [3:0] good);\n" + c.body +
				"\nassign good = a + b;\nendmodule\n" +
				"module sub #(parameter W = 4) (input [W-1:0] i, output [W-1:0] o); assign o = ~i; endmodule\n" +
				"(* blackbox *) module opaque (input [3:0] i, output [3:0] o); endmodule\n" +
				"module both (inout [3:0] io); assign io = 4'd3; endmodule\n"
			if c.name == "driven input" {
				// The good output must not depend on the driven bit.
				text = strings.Replace(text, "good = a + b", "good = b + b", 1)
			}
			m := elaborate(t, readText(t, text), "top")
			_, err := netlist.Compile(m, values(m.Inputs), []netlist.Value{port(t, m, "bad")})
			require.ErrorContains(t, err, string(c.reason))
			var details []string
			for _, u := range m.Undefs {
				if u.Reason == c.reason {
					details = append(details, u.Detail)
				}
			}
			for _, d := range c.detail {
				require.Contains(t, strings.Join(details, "\n"), d)
			}
			_, err = netlist.Compile(m, values(m.Inputs), []netlist.Value{port(t, m, "good")})
			require.NoError(t, err)
		})
	}
}

func values(ps []netlist.Port) (vs []netlist.Value) {
	for _, p := range ps {
		vs = append(vs, p.Value)
	}
	return vs
}

func port(t *testing.T, m *netlist.Module, name string) netlist.Value {
	t.Helper()
	for _, p := range m.Outputs {
		if p.Name == name {
			return p.Value
		}
	}
	require.Fail(t, "no output "+name)
	return 0
}

// A cell type that nobody knows may drive whatever it touches.
func TestCellOfNoKnownTypeTaintsAllItTouches(t *testing.T) {
	d, err := ParseRTLIL(strings.NewReader(`
module \top
  wire width 4 input 1 \a
  wire width 4 input 2 \b
  wire width 4 output 3 \y
  wire width 4 output 4 \z
  wire width 4 output 5 \good
  attribute \src "f0.v:7.1-7.9"
  cell $riddle \r
    connect \A \a
    connect \Y \y
  end
  connect \z \a
  connect \good \b
end
`))
	require.NoError(t, err)
	m := elaborate(t, d, "top")
	for _, name := range []string{"y", "z"} {
		cell := m.Cells[port(t, m, name)]
		require.Equal(t, netlist.OpUndef, cell.Op, name)
		require.Equal(t, netlist.Undef{Reason: netlist.UndefCell, Detail: "$riddle cell r at f0.v:7.1-7.9"}, m.Undefs[cell.Aux])
	}
	require.Equal(t, m.Inputs[1].Value, port(t, m, "good"))
}

// A cell whose connections contradict its parameters has no meaning.
func TestCellWithWrongWidths(t *testing.T) {
	for _, cell := range []string{
		"cell $add $1\n parameter \\A_WIDTH 5\n connect \\A \\a\n connect \\B \\a\n connect \\Y \\y\nend",
		"cell $add $1\n connect \\A \\a\n connect \\Y \\y\nend",
		"cell $add $1\n connect \\A { }\n connect \\B \\a\n connect \\Y \\y\nend",
		"cell $mux $1\n connect \\A \\a\n connect \\B \\a [1:0]\n connect \\S \\a [0]\n connect \\Y \\y\nend",
		"cell $mux $1\n connect \\A \\a\n connect \\B \\a\n connect \\S \\a [1:0]\n connect \\Y \\y\nend",
		"cell $pmux $1\n connect \\A \\a\n connect \\B \\a\n connect \\S \\a [1:0]\n connect \\Y \\y\nend",
		"cell $shl $1\n parameter \\B_SIGNED 1\n connect \\A \\a\n connect \\B \\a\n connect \\Y \\y\nend",
	} {
		d, err := ParseRTLIL(strings.NewReader("module \\top\nwire width 4 input 1 \\a\nwire width 4 output 2 \\y\n" + cell + "\nend\n"))
		require.NoError(t, err, cell)
		m := elaborate(t, d, "top")
		require.Len(t, m.Undefs, 1, cell)
		require.Equal(t, netlist.UndefCell, m.Undefs[0].Reason)
	}
}

func TestModuleRefuses(t *testing.T) {
	d := readText(t, "module top (input a, output y); assign y = a; endmodule\n(* blackbox *) module box (input a, output y); endmodule")
	_, err := d.Module("nowhere")
	require.ErrorContains(t, err, `no module "nowhere"`)
	_, err = d.Module("box")
	require.ErrorContains(t, err, "black box")

	d, err = ParseRTLIL(strings.NewReader("module \\a\n cell \\b \\x\n end\nend\nmodule \\b\n cell \\a \\x\n end\nend\n"))
	require.NoError(t, err)
	_, err = d.Module("a")
	require.ErrorContains(t, err, `module "a" contains itself`)

	d, err = ParseRTLIL(strings.NewReader("module \\a\n process $p\n  switch \\x\n   case 1'1\n  end\n sync always\n end\nend\n"))
	require.NoError(t, err)
	_, err = d.Module("a")
	require.ErrorContains(t, err, "process $p")
}

func TestReadErrors(t *testing.T) {
	read := func(y Yosys, text string) error {
		_, _, err := y.Read(context.Background(), source.Of(Source{Name: "ok.v", Text: []byte("module fine (input p, output q); assign q = p; endmodule")}, Source{Name: `a "b"; rm -rf $HOME .v`, Text: []byte(text)}))
		return err
	}
	var bad *SourceError
	require.ErrorAs(t, read(Yosys{}, "module top;\nwire w\nendmodule\n"), &bad)
	require.Equal(t, `a "b"; rm -rf $HOME .v`, bad.Messages[0].File)
	require.Equal(t, 3, bad.Messages[0].Line)
	require.Contains(t, bad.Messages[0].Text, "syntax error")

	require.ErrorAs(t, read(Yosys{}, "module top; gone u (); endmodule\n"), &bad)
	require.Contains(t, bad.Error(), "gone")
	_, _, err := Yosys{}.Read(context.Background(), source.One("one.v", []byte("module top; gone u (); endmodule\n")))
	require.ErrorContains(t, err, "one.v: Module `\\gone' referenced in module `\\top'")
	require.ErrorAs(t, read(Yosys{}, "module s (input a); endmodule module top (input a); s u (.q(a)); endmodule\n"), &bad)
	require.ErrorAs(t, read(Yosys{}, "module fine (input p, output q); assign q = ~p; endmodule"), &bad, "a module that another file defines")

	var strange *WarningError
	require.ErrorAs(t, read(Yosys{}, "module top (input a, output reg y);\n// synopsys translate_off\nassign y = 1;\n// synopsys translate_on\nassign y = a; endmodule"), &strange)

	var broken *ToolError
	large := "module top (input [63:0] a, output [63:0] y);\n" + strings.Repeat("assign y = a + a;\n", 20_000) + "endmodule"
	require.ErrorAs(t, read(Yosys{Limits{Memory: 64 << 20}}, large), &broken)
	require.ErrorAs(t, read(Yosys{Limits{Time: time.Millisecond}}, "module top; endmodule"), &broken)
	require.ErrorIs(t, broken, context.DeadlineExceeded)

	t.Setenv("PATH", t.TempDir())
	err = read(Yosys{}, "module top; endmodule")
	require.ErrorAs(t, err, &broken)
	require.ErrorContains(t, err, "apt-get install yosys")
}

func TestReadIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := Yosys{}.Read(ctx, source.One("a.v", []byte("module a; endmodule")))
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
}

// Each reviewed warning is one that Yosys really gives, and does not stop a read.
func TestReviewedWarnings(t *testing.T) {
	text := "module top (input [7:0] a, output [7:0] y, output z, output t, output [2:0] u);\n" +
		"assign y = foo + a; assign foo = a[9]; assign z = a[8:3]; assign t = a[0] ? a[1] : 1'bz; assign u = 3'd12; reg m [0:1]; always @* begin m[0] = a[0]; m[1] = m[0]; end\nendmodule"
	_, log, err := Yosys{}.Read(context.Background(), source.One("my top.v", []byte(text)))
	require.NoError(t, err)
	for _, r := range reviewed {
		found := false
		for _, w := range log.Warnings {
			found = found || r.text.MatchString(w.Text)
			require.Equal(t, "my top.v", w.File, w.Text)
			require.Equal(t, 2, w.Line, w.Text)
		}
		require.True(t, found, "%v: %s", r.text, r.why)
	}
}

func TestLocationsCarryTheUsersNames(t *testing.T) {
	d, _, err := Yosys{}.Read(context.Background(), source.Of(
		Source{Name: "a|b: c.v", Text: []byte("module top (input [3:0] p, output [3:0] q);\n  inner u (.p(p), .q(q));\nendmodule")},
		Source{Name: `"; exit; ".sv`, Text: []byte("module inner (input logic [3:0] p, output logic [3:0] q);\n\n  always_comb q = p + 4'd1;\nendmodule")},
	))
	require.NoError(t, err)
	m := elaborate(t, d, "top")
	for _, c := range m.Cells {
		if c.Op == netlist.OpAdd {
			require.Regexp(t, `^"; exit; "\.sv:3\.`, m.Sources[c.Src])
		}
	}
	require.Contains(t, names(m), "q")
}
