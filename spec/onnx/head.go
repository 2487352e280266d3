package onnx

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// quantizeHead rounds a dense layer's weights to int8 with the finest
// power-of-two scale that holds the largest, and replaces the real weights by
// what the integers stand for. An all-zero layer has scale 1.
func quantizeHead(d *dense) (weights []int8, frac int) {
	top := 0.0
	for _, w := range d.weights {
		top = max(top, math.Abs(w))
	}
	weights = make([]int8, len(d.weights))
	if top == 0 {
		return weights, 0
	}
	for frac = spec.MaxFrac; frac > -spec.MaxFrac && math.Round(math.Ldexp(top, frac)) > math.MaxInt8; {
		frac--
	}
	for i, w := range d.weights {
		weights[i] = int8(math.RoundToEven(math.Ldexp(w, frac)))
		d.weights[i] = math.Ldexp(float64(weights[i]), -frac)
	}
	return weights, frac
}

// reciprocal is 1/n with 16 significant bits, trailing zeros removed.
func reciprocal(n int) (recip int64, frac int) {
	frac = 15
	for 1<<(frac-15) < n {
		frac++
	}
	recip = int64(math.Round(math.Ldexp(1, frac) / float64(n)))
	for recip%2 == 0 {
		recip, frac = recip/2, frac-1
	}
	return recip, frac
}
