package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec/onnx"
)

// Who brings a model of real weights is told first how they are taken.
func TestRefusedWeightsAdviseToQuantize(t *testing.T) {
	out := filepath.Join(t.TempDir(), "net")
	refused := fmt.Errorf("m.onnx: %w", &onnx.WeightProblem{Layer: "c1", Index: 3, Value: -1.5, Nearest: -2})
	require.EqualError(t, summary(refused, onnx.Quantizer{}, out), "--quantize po2:bits=4 rounds weights that an exact import refuses, here in 1 layer\n"+refused.Error())
	require.EqualError(t, summary(refused, onnx.Quantizer{Bits: 4, Round: true}, out), refused.Error())
	other := errors.New("m.onnx: no such file or directory")
	require.EqualError(t, summary(other, onnx.Quantizer{}, out), other.Error())
	require.NoFileExists(t, out+".problems.txt")
}

// Many problems are ten lines, those of the structure first, and a file has all.
func TestManyProblemsAreSummed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "net")
	var all []error
	for layer := range 20 {
		for i := range 5 {
			all = append(all, fmt.Errorf("m.onnx: %w", &onnx.WeightProblem{Layer: fmt.Sprintf("c%d", layer), Index: i, Value: -1.5, Nearest: -2}))
		}
	}
	all = append(all, fmt.Errorf("m.onnx: %w", &onnx.Problem{Node: "a\nb", Op: "Selu", Msg: "unknown"}))
	lines := strings.Split(summary(errors.Join(all...), onnx.Quantizer{}, out+"/").Error(), "\n")
	require.Len(t, lines, summaryLines)
	require.Equal(t, "--quantize po2:bits=4 rounds weights that an exact import refuses, here in 20 layers", lines[0])
	require.Contains(t, lines[1], "(Selu): unknown")
	require.Contains(t, lines[2], "layer c0: channel 0: weight 0")
	require.Contains(t, lines[3], "layer c1: channel 0: weight 0")
	require.Equal(t, "101 problems in all, listed in "+out+".problems.txt", lines[9])
	b, err := os.ReadFile(out + ".problems.txt")
	require.NoError(t, err)
	require.Equal(t, 101, strings.Count(string(b), "\n"))
	for _, p := range all {
		require.Contains(t, string(b), strings.ReplaceAll(p.Error(), "\n", " "))
	}
	// Where the file cannot be written nothing is held back.
	err = summary(errors.Join(all...), onnx.Quantizer{}, filepath.Join(out, "is", "not", "there"))
	require.Len(t, parts(err), len(all)+2)
}
