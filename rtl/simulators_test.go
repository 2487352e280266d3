package rtl

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/source"
)

func signals(ps []netlist.Port) (out []Signal) {
	for _, p := range ps {
		out = append(out, Signal{VerilogName(p.Name), p.Width})
	}
	return out
}

// simulate runs m's ports on the text of a module called top; every bit must be known.
func simulate(t testing.TB, text, top string, m *netlist.Module, in [][]uint64) [][]uint64 {
	t.Helper()
	got, err := Icarus{}.Run(context.Background(), source.One("design.v", []byte(text)), top, signals(m.Inputs), signals(m.Outputs), in)
	require.NoError(t, err, text)
	out := make([][]uint64, len(got))
	for i, lanes := range got {
		for lane, b := range lanes {
			require.Zero(t, b.Unknown, "output %s, lane %d", m.Outputs[i].Name, lane)
			out[i] = append(out[i], b.Value)
		}
	}
	return out
}

func TestIcarusAgreesWithTheNetlist(t *testing.T) {
	m := channel()
	in := vectors(m.Inputs, 500)
	require.Equal(t, outputs(t, m, in), simulate(t, write(t, m), m.Name, m, in))
}

func TestIcarusReportsUnknownBits(t *testing.T) {
	text := "module top (input [3:0] a, output [3:0] y, output w); assign y = {a[3:2], 1'bx, 1'bz}; endmodule"
	got, err := Icarus{}.Run(context.Background(), source.One("top.v", []byte(text)), "top",
		[]Signal{{"a", 4}}, []Signal{{"y", 4}, {"w", 1}}, [][]uint64{{0xC, 0x5}})
	require.NoError(t, err)
	require.Equal(t, [][]Bits{{{0xC, 3}, {0x4, 3}}, {{0, 1}, {0, 1}}}, got)
}

func TestIcarusRefusesWhatDoesNotCompile(t *testing.T) {
	_, err := Icarus{}.Run(context.Background(), source.One(`my "file"; rm.v`, []byte("module top;\n  nonsense nonsense\nendmodule")), "top", nil, nil, nil)
	var bad *SourceError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, `my "file"; rm.v`, bad.Messages[0].File)
	require.Equal(t, 3, bad.Messages[0].Line)
}

// The exit status of Icarus is the number of mistakes modulo 256.
func TestIcarusRefusesWithAnyNumberOfMistakes(t *testing.T) {
	for _, n := range []int{1, 255, 256, 512, 513} {
		text := "module m(input a, output y);\n" + strings.Repeat("assign y = nothing.here;\n", n) + "endmodule\n"
		sources := Sources{Files: []Source{{Name: "m.v", Text: []byte(text)}}}
		err := Icarus{}.Accepts(t.Context(), sources)
		require.Error(t, err, "%d mistakes", n)
	}
}

func TestIcarusRefusesADesignThatFinishesEarly(t *testing.T) {
	text := "module top (input a, output y); assign y = a; initial #3 $finish; endmodule"
	_, err := Icarus{}.Run(context.Background(), source.One("top.v", []byte(text)), "top",
		[]Signal{{"a", 1}}, []Signal{{"y", 1}}, [][]uint64{{0, 1, 0, 1, 0, 1}})
	var broken *ToolError
	require.ErrorAs(t, err, &broken)
}

func TestIcarusTakesNamesThatNeedEscapes(t *testing.T) {
	text := `module \top-1 (input \a+b , output \y'; ); assign \y'; = ~\a+b ; endmodule`
	got, err := Icarus{}.Run(context.Background(), source.One("top.v", []byte(text)), "top-1",
		[]Signal{{"a+b", 1}}, []Signal{{`y';`, 1}}, [][]uint64{{0, 1}})
	require.NoError(t, err)
	require.Equal(t, [][]Bits{{{1, 0}, {0, 0}}}, got)
	_, err = Icarus{}.Run(context.Background(), source.One("top.v", []byte(text)), "top 1", nil, nil, nil)
	require.Error(t, err)
}

// lint fails the test when Verilator has anything to say about text.
func lint(t testing.TB, text string) {
	t.Helper()
	warnings, err := Verilator{}.Lint(context.Background(), source.One("design.v", []byte(text)))
	require.NoError(t, err, text)
	require.Empty(t, warnings, text)
}

func TestLintFindsAWarning(t *testing.T) {
	text := "module top (\n  input  wire [7:0] a,\n  output wire y\n);\n  assign y = a[0];\nendmodule\n"
	got, err := Verilator{}.Lint(context.Background(), source.One("my file.v", []byte(text)))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "my file.v", got[0].File)
	require.Equal(t, 2, got[0].Line)
	require.Contains(t, got[0].Text, "UNUSEDSIGNAL")
}

func TestLintRefusesNonsense(t *testing.T) {
	_, err := Verilator{}.Lint(context.Background(), source.One("a.v", []byte("module top;\nnonsense\nendmodule")))
	var bad *SourceError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, "a.v", bad.Messages[0].File)
}

func TestLintIsCleanOnWhatIsWritten(t *testing.T) {
	lint(t, write(t, channel()))
}
