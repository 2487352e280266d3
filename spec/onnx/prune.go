package onnx

import (
	"cmp"
	"math"
	"slices"
)

// prune sets the convolution weights of least magnitude to 0. Among equal ones it takes
// the first.
func (im *importer) prune() {
	q := im.opt.Quantizer
	if q.Prune == 0 {
		return
	}
	im.pruned = true
	var all []*float64
	cut := func() {
		slices.SortStableFunc(all, func(a, b *float64) int { return cmp.Compare(math.Abs(*a), math.Abs(*b)) })
		for _, w := range all[:len(all)*q.Prune/100] {
			*w = 0
		}
		all = nil
	}
	for _, l := range im.layers {
		if l.conv == nil {
			continue
		}
		for i := range l.conv.weights {
			all = append(all, &l.conv.weights[i])
		}
		if q.PruneBy != ByNetwork {
			cut()
		}
	}
	cut()
}
