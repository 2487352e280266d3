package npu

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

// The Verilog selects every mode but its default by its macro, and the fields of
// the register map hold every number.
func TestVerilogHasEveryMode(t *testing.T) {
	text, err := os.ReadFile("verilog/npu_requant.v")
	require.NoError(t, err)
	for _, m := range append(append([]string(nil), roundingMacros...), overflowMacros...) {
		if m != byDefault {
			require.Contains(t, string(text), "`"+m+":", m)
		}
	}
	require.LessOrEqual(t, len(spec.Roundings()), 1<<(tailRounding.hi-tailRounding.lo+1))
	require.LessOrEqual(t, len(spec.Overflows()), 1<<(tailOverflow.hi-tailOverflow.lo+1))
}

func TestFitRefusesAMadeUpRounding(t *testing.T) {
	p := Params{Lanes: 1, Features: 4, Rows: 8, Biases: 4, Layers: 1}
	l := Layer{In: 4, Out: 1, Width: 8, Signed: true}
	require.NoError(t, p.Fit([]Layer{l}))
	l.Rounding = spec.Rounding(len(spec.Roundings()))
	require.ErrorContains(t, p.Fit([]Layer{l}), fmt.Sprintf("rounding %d: want 0 to %d", l.Rounding, l.Rounding-1))
}
