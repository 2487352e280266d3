package onnx

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// pooled is the layer that gives tiny its 12 features.
func pooled(t *testing.T) *spec.Layer {
	n, err := networks.Open("tiny")
	require.NoError(t, err)
	return n.Layer("pool")
}

// classifierFile is a classifier of 12 features, a hidden layer of 3 and 2 classes.
func classifierFile(input []byte, before [][]byte, flat string) *file {
	return &file{opset: 13, input: input, output: "fc2",
		nodes: append(before,
			node("Gemm", "fc1", []string{flat, "w1", "b1"}, intAttr("transB", 1)),
			node("Relu", "act", []string{"fc1"}),
			node("MatMul", "product", []string{"act", "w2"}),
			node("Add", "fc2", []string{"product", "b2"})),
		inits: [][]byte{
			tensor("w1", []int64{3, 12}, wts(36)...), tensor("b1", []int64{3}, 0.5, -0.25, 1),
			tensor("w2", []int64{3, 2}, 0.3, 0.7, -0.2, 0.1, 0.6, -0.9), tensor("b2", []int64{2}, 0.25, -1),
		}}
}

// A classifier alone is the head's layers, in whatever shape the features come.
func TestClassifierAlone(t *testing.T) {
	for name, f := range map[string]*file{
		"vector":  classifierFile(info("features", 1, 12), nil, "features"),
		"flatten": classifierFile(info("features", 1, 12, 1, 1), [][]byte{node("Flatten", "flat", []string{"features"})}, "flat"),
		"convolution": {opset: 13, input: info("features", 1, 12, 1, 1), output: "conv",
			nodes: [][]byte{node("Conv", "conv", []string{"features", "w", "b"})},
			inits: [][]byte{tensor("w", []int64{2, 12, 1, 1}, wts(24)...), tensor("b", []int64{2}, 0.25, -1)}},
	} {
		t.Run(name, func(t *testing.T) {
			m := parse(t, f)
			require.True(t, m.IsClassifier())
			pool := pooled(t)
			ls, rep, err := ImportClassifier(ctx, m, ClassifierOptions{Features: pool})
			require.NoError(t, err)
			require.Equal(t, "pool", ls[0].Inputs[0])
			last := ls[len(ls)-1]
			require.Equal(t, 2, last.Op.(*spec.Dense).OutN)
			require.Contains(t, rep.Notes, "formats are defaults: they were not calibrated on images")
			d := ls[0].Op.(*spec.Dense)
			for i, w := range wts(len(d.Weights)) {
				require.InDelta(t, w, math.Ldexp(float64(d.Weights[i]), -d.WeightFrac), math.Ldexp(1, -d.WeightFrac-1))
			}
			if name != "convolution" {
				require.Equal(t, ls[0].Name, ls[1].Inputs[0])
				require.False(t, ls[0].Out.Format.Signed)
				keep := []spec.Format{{Width: 8, Frac: 3}, {Signed: true, Width: 16, Frac: 6}}
				ls, _, err = ImportClassifier(ctx, m, ClassifierOptions{Features: pool, Keep: keep})
				require.NoError(t, err)
				require.Equal(t, keep, []spec.Format{ls[0].Out.Format, ls[1].Out.Format})
				big := make([]float32, 12)
				for i := range big {
					big[i] = 100
				}
				ls, _, err = ImportClassifier(ctx, m, ClassifierOptions{Features: pool, Keep: keep, Samples: [][]float32{big}})
				require.NoError(t, err)
				require.Less(t, ls[1].Out.Format.Frac, 8)
			}
		})
	}
}

func TestClassifierRefuses(t *testing.T) {
	wide := classifierFile(info("features", 1, 12), nil, "features")
	wide.inits[1] = tensor("b1", []int64{3}, 0.5, 1e12, 1)
	_, _, err := ImportClassifier(ctx, parse(t, wide), ClassifierOptions{Features: pooled(t)})
	require.ErrorContains(t, err, "layer fc1: output 1: bias 9.9")
	require.ErrorContains(t, err, "more than its 32 bits hold")

	huge := classifierFile(info("features", 1, 12), nil, "features")
	ws := wts(36)
	ws[3], ws[5] = 1e25, 1e-30
	huge.inits[0] = tensor("w1", []int64{3, 12}, ws...)
	_, _, err = ImportClassifier(ctx, parse(t, huge), ClassifierOptions{Features: pooled(t)})
	require.ErrorContains(t, err, "layer fc1: weight 3 of output 0 is 9.9")
	require.ErrorContains(t, err, "more than the coarsest scale of int8 holds")
	frame := perceptron(info("image", 1, 2, 3, 4), [][]byte{node("Flatten", "flat", []string{"image"})}, "flat")
	frame.inits[2] = tensor("w2", []int64{3, 2}, 0.3, 0.7, -0.2, 1e25, 0.6, -0.9)
	_, _, err = Import(ctx, parse(t, frame), Options{Quantizer: Quantizer{Bits: 4, Round: true}})
	require.ErrorContains(t, err, "layer product: weight 1 of output 1 is 9.9")

	net, err := networks.Open("tiny")
	require.NoError(t, err)
	_, _, err = ImportClassifier(ctx, parse(t, classifierFile(info("features", 1, 12), nil, "features")), ClassifierOptions{Features: net.Layer("hidden")})
	require.ErrorContains(t, err, "the classifier reads 12 features, and hidden gives 8")
	require.False(t, parse(t, perceptron(info("image", 1, 2, 3, 4), [][]byte{node("Flatten", "flat", []string{"image"})}, "flat")).IsClassifier())
}
