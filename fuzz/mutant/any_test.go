package mutant

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

const ownText = `module m (input signed [7:0] a, b, input [3:0] c, output signed [9:0] y);
  // a + b in a comment has no faults
  wire signed [9:0] s = a - b;
  wire signed [9:0] t = (s >>> 2) + $signed({1'b0, c});
  assign y = t < -9'sd200 ? -9'sd200 : t[9:0];
endmodule
`

func TestAnyFaults(t *testing.T) {
	faults, err := AnyFaults(source.One("m.v", []byte(ownText)))
	require.NoError(t, err)
	var lines []string
	for _, f := range faults {
		text := string(f.Apply())
		require.NotEqual(t, ownText, text, f)
		require.Equal(t, "m", f.Module)
		lines = append(lines, string(f.Kind)+": "+strings.TrimSpace(strings.Split(text, "\n")[f.Line-1]))
	}
	for _, want := range []string{
		"narrow declaration: wire signed [8:0] s = a - b;",
		"lost sign: wire   [9:0] s = a - b;",
		"sign: wire signed [9:0] s = a + b;",
		"swapped operands: wire signed [9:0] s = b - a;",
		"dropped term: wire signed [9:0] s = a  ;",
		"extra term: wire signed [9:0] s = a - b - b;",
		"wrong input: wire signed [9:0] s = b - b;",
		"lost sign: wire signed [9:0] t = (s >> 2) + $signed({1'b0, c});",
		"shift: wire signed [9:0] t = (s >>> 3) + $signed({1'b0, c});",
		"lost sign: wire signed [9:0] t = (s >>> 2) + $unsigned({1'b0, c});",
		"comparison strictness: assign y = t <= -9'sd200 ? -9'sd200 : t[9:0];",
		"comparison direction: assign y = t > -9'sd200 ? -9'sd200 : t[9:0];",
		"selection arms: assign y = t < -9'sd200 ? t[9:0] : -9'sd200;",
		"slice offset: assign y = t < -9'sd200 ? -9'sd200 : t[9:1];",
		"wrong bias: assign y = t < -9'sd200 ? -9'sd201 : t[9:0];",
	} {
		require.Contains(t, lines, want)
	}
	require.NotContains(t, strings.Join(lines, "\n"), "comment")
}

// TestAnyFaultsOfMacros: what a macro brings has no place of its own in the text.
func TestAnyFaultsOfMacros(t *testing.T) {
	faults, err := AnyFaults(source.One("m.v", []byte("`define SUM a + 3\nmodule m (input [3:0] a, output [3:0] y);\n  assign y = `SUM;\nendmodule\n")))
	require.NoError(t, err)
	for _, f := range faults {
		require.Equal(t, 2, f.Line, f)
	}
}

func FuzzAnyFaults(f *testing.F) {
	f.Add([]byte(ownText))
	f.Add([]byte("module m(input a,output y);assign y=a?1'b1:(a?2:3);endmodule"))
	f.Fuzz(func(t *testing.T, text []byte) {
		faults, err := AnyFaults(source.One("m.v", text))
		if err != nil {
			return
		}
		for _, fault := range faults {
			if bytes.Equal(fault.Apply(), text) {
				t.Errorf("%v changes nothing", fault)
			}
		}
	})
}
