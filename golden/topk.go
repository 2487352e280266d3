package golden

import (
	"cmp"
	"math"
	"slices"
)

// Score is one output of the last layer.
type Score struct {
	Class int
	Value int32   // in units of 2^-Frac of the last layer's format
	Real  float64 // real value of Value
}

// TopK lists the k greatest outputs of the network's last layer, greatest
// first, equal ones by ascending class; fewer when the layer has fewer.
func TopK(t *Trace, k int) []Score {
	last := len(t.Outputs) - 1
	frac := t.Net.Layers[last].Out.Format.Frac
	scores := make([]Score, len(t.Outputs[last].Data))
	for i, v := range t.Outputs[last].Data {
		scores[i] = Score{i, v, math.Ldexp(float64(v), -frac)}
	}
	slices.SortStableFunc(scores, func(a, b Score) int { return cmp.Compare(b.Value, a.Value) })
	return scores[:max(0, min(k, len(scores)))]
}
