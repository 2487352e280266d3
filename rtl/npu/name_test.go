package npu

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for address, want := range map[uint32]string{
		Register(RegControl):            "CONTROL",
		Register(RegValue):              "VALUE",
		Register(RegValue + 1):          "0x000034",
		Register(RegControl) + 1:        "0x000019",
		Descriptor(2, FieldTail):        "layer 2 TAIL",
		Descriptor(2, FieldTail+1):      "0x400054",
		Address(RegionBiases, 12):       "bias 12",
		Address(RegionWeights, 1<<20-1): "weights, word 1048575",
		1 << 24:                         "0x1000000",
	} {
		require.Equal(t, want, Name(address))
	}
	require.Equal(t, "LANES=3 FEATURES=9 ROWS=40 BIASES=13 LAYERS=2", Params{3, 9, 40, 13, 2}.String())
	for i, r := range registers {
		require.Equal(t, i, r.At, r.Name)
	}
	for i, f := range fields {
		require.Equal(t, i, f.At, f.Name)
	}
}
