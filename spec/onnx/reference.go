package onnx

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// MaxReferenceDeviation is the largest accepted difference from the output of another
// runtime: both compute in float32, in different orders.
const MaxReferenceDeviation = 1e-3

// Deviation is the comparison of one image.
type Deviation struct {
	Image string
	Max   float64 // largest absolute difference over the outputs
}

// CheckReference runs the unquantized model on images of a folder. It compares its
// outputs with those recorded in a JSON file:
//
//	{"outputs": {"photo.png": [0.1, 0.9], …}}
//
// It ignores other keys of the file. Deviations are sorted by image name; the caller
// compares them with MaxReferenceDeviation. An output that is not finite, a wrong count,
// a missing picture or an empty list is an error.
func CheckReference(ctx context.Context, m *Model, outputs, images string) ([]Deviation, error) {
	b, err := os.ReadFile(outputs)
	if err != nil {
		return nil, err
	}
	var ref struct {
		Outputs map[string][]float64 `json:"outputs"`
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		return nil, fmt.Errorf("%s: %w", outputs, err)
	}
	if len(ref.Outputs) == 0 {
		return nil, fmt.Errorf("%s: no outputs", outputs)
	}
	var names []string
	for name := range ref.Outputs {
		names = append(names, name)
	}
	slices.Sort(names)
	g := m.Float()
	var devs []Deviation
	for _, name := range names {
		got, err := runFile(ctx, g, filepath.Join(images, name))
		if err != nil {
			return nil, err
		}
		last := got[len(got)-1].Data
		want := ref.Outputs[name]
		if len(want) != len(last) {
			return nil, fmt.Errorf("%s: %s has %d outputs, the model %d", outputs, name, len(want), len(last))
		}
		d := Deviation{Image: name}
		for i, x := range last {
			diff := math.Abs(float64(x) - want[i])
			if math.IsNaN(diff) || math.IsInf(diff, 0) {
				return nil, fmt.Errorf("%s: %s: output %d is %v, the model gives %v", outputs, name, i, want[i], x)
			}
			d.Max = max(d.Max, diff)
		}
		devs = append(devs, d)
	}
	return devs, nil
}

// runFile executes a graph on a PNG file.
func runFile(ctx context.Context, g *floatnet.Graph, path string) ([]floatnet.Tensor, error) {
	bytes, err := floatnet.ReadPicture(path, g.Input)
	if err != nil {
		return nil, err
	}
	in, err := g.Tensor(bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out, err := g.Run(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}
