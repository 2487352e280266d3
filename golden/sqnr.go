package golden

import (
	"context"
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// LayerSQNR is a layer's signal to quantization noise ratio.
type LayerSQNR struct {
	Layer string
	// DB is 10·log10 of the power of the float output over the power of its
	// difference from the integers' real values. It is +Inf when there is no
	// difference, and -Inf when there is one and the signal is zero.
	DB float64
}

// SQNR runs the network in float32, with the same power-of-two weights and no rounding,
// on the real values of the trace's frame, and compares. So the noise does not include
// the frame's own quantization.
func SQNR(ctx context.Context, t *Trace) ([]LayerSQNR, error) {
	floats, err := floatnet.FromNetwork(t.Net).Run(ctx, t.RealFrame())
	if err != nil {
		return nil, fmt.Errorf("golden: float execution: %w", err)
	}
	return Compare(t, floats)
}

// Compare measures each layer of the trace against the float output of the same
// index. The error names a layer whose output is missing or has another shape.
func Compare(t *Trace, floats []floatnet.Tensor) ([]LayerSQNR, error) {
	if len(floats) != len(t.Outputs) {
		return nil, fmt.Errorf("golden: %d float outputs for %d layers", len(floats), len(t.Outputs))
	}
	ratios := make([]LayerSQNR, len(floats))
	for i, l := range t.Net.Layers {
		out := t.Outputs[i]
		if floats[i].Shape != out.Shape || len(floats[i].Data) != len(out.Data) {
			return nil, fmt.Errorf("golden: layer %s: float output of shape %v with %d values, want %v", l.Name, floats[i].Shape, len(floats[i].Data), out.Shape)
		}
		ratios[i] = LayerSQNR{l.Name, decibels(out.Data, l.Out.Format.Frac, floats[i].Data)}
	}
	return ratios, nil
}

func decibels(ints []int32, frac int, reference []float32) float64 {
	var signal, noise float64
	for i, ref := range reference {
		d := float64(ref) - math.Ldexp(float64(ints[i]), -frac)
		signal += float64(ref) * float64(ref)
		noise += d * d
	}
	if noise == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(signal/noise)
}

// RealFrame is the real values of the frame's integers, as input of a float execution:
// after the host's preprocessing.
func (t *Trace) RealFrame() floatnet.Tensor {
	real := floatnet.NewTensor(t.Frame.Shape)
	for i, v := range t.Frame.Data {
		real.Data[i] = float32(math.Ldexp(float64(v), -t.Net.Input.Format.Frac))
	}
	return real
}
