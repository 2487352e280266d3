package rtl

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// TestSynthesizedWithoutBits: synthesis leaves adders of which an operand has no bits. They
// add nothing, and are read.
func TestSynthesizedWithoutBits(t *testing.T) {
	const text = `module m (input [15:0] r, output [7:0] y);
    assign y = r[15:6] > 255 ? 255 : r[13:6];
endmodule
`
	d, err := Yosys{}.Synthesized(t.Context(), source.One("m.v", []byte(text)))
	require.NoError(t, err)
	_, err = d.Module("m")
	require.NoError(t, err)
}
