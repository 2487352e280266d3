package retarget

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

// New returns the network with the classifier of a model, and notes on how it was
// quantized. The model is the classifier alone, or the whole network fine-tuned: then
// opt says how to import it, and its hardened layers must be those of n. samples are
// features that the hardened layers give, to choose formats by; there may be none. The
// error lists all problems. The network is not validated; Fit does that.
func New(ctx context.Context, n *spec.Network, m *onnx.Model, opt onnx.Options, samples [][]int32) (*spec.Network, []string, error) {
	dense := signoff.Dense(n)
	if len(dense) == 0 {
		return nil, nil, fmt.Errorf("network %s: it has no dense layers, so the chip has no head to program", n.Name)
	}
	var ls []*spec.Layer
	var notes []string
	if m.IsClassifier() && m.Input != n.Input.Shape {
		features := n.Layer(dense[0].Inputs[0])
		c := onnx.ClassifierOptions{Features: features}
		for _, l := range dense {
			c.Keep = append(c.Keep, l.Out.Format)
		}
		for _, xs := range samples {
			real := make([]float32, len(xs))
			for i, x := range xs {
				real[i] = float32(math.Ldexp(float64(x), -features.Out.Format.Frac))
			}
			c.Samples = append(c.Samples, real)
		}
		made, rep, err := onnx.ImportClassifier(ctx, m, c)
		if err != nil {
			return nil, nil, err
		}
		ls, notes = made, rep.Notes
	} else {
		whole, rep, err := onnx.Import(ctx, m, opt)
		if err != nil {
			return nil, nil, err
		}
		if err := SameHardened(n, whole); err != nil {
			return nil, nil, err
		}
		ls, notes = signoff.Dense(whole), rep.Notes
		if len(ls) == 0 {
			return nil, nil, errors.New("the model has no classifier: no dense layer behind the hardened ones")
		}
	}
	return replaced(n, ls), notes, nil
}

// replaced is n with other dense layers. They get the names of those that they replace,
// or if their number differs, names that no other layer has.
func replaced(n *spec.Network, ls []*spec.Layer) *spec.Network {
	dense := signoff.Dense(n)
	out := n.Clone()
	out.Layers = slices.DeleteFunc(out.Layers, func(l *spec.Layer) bool { return l.Kind() == "dense" })
	before := dense[0].Inputs[0]
	for i, l := range ls {
		c := &spec.Layer{Name: l.Name, Inputs: []string{before}, Op: l.Op, Out: l.Out}
		if len(ls) == len(dense) {
			c.Name = dense[i].Name
		}
		for k := 2; out.Layer(c.Name) != nil || c.Name == spec.InputName; k++ {
			c.Name = fmt.Sprintf("%s_%d", l.Name, k)
		}
		out.Layers = append(out.Layers, c)
		before = c.Name
	}
	return out
}

// Logits is what golden makes of features: the output of the last dense layer.
func Logits(dense []*spec.Layer, features []int64) []int32 {
	xs := features
	var alg golden.Int64
	for _, l := range dense {
		d := l.Op.(*spec.Dense)
		ys := make([]int64, d.OutN)
		for o := range ys {
			ys[o] = golden.Requantize[int64](alg, l.Out, l.Shift(o), golden.DenseAccumulate[int64](alg, d, o, xs))
		}
		xs = ys
	}
	out := make([]int32, len(xs))
	for o, y := range xs {
		out[o] = int32(y)
	}
	return out
}
