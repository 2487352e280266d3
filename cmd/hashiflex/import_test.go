package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/onnx"
)

// Who brings a model of real weights is told how they are taken.
func TestRefusedWeightsAdviseToQuantize(t *testing.T) {
	refused := fmt.Errorf("m.onnx: %w", &onnx.WeightProblem{Layer: "c1", Index: 3, Value: -1.5, Nearest: -2})
	require.EqualError(t, advised(refused, onnx.Quantizer{}), refused.Error()+"\n--quantize po2:bits=4 rounds weights that an exact import refuses")
	require.Equal(t, refused, advised(refused, onnx.Quantizer{Bits: 4, Round: true}))
	other := errors.New("m.onnx: no such file or directory")
	require.Equal(t, other, advised(other, onnx.Quantizer{}))
}
