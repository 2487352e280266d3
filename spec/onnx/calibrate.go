package onnx

import (
	"context"
	"runtime"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// calibrate chooses the fraction bits of every format by executing g, which has
// one node per format, on pictures. It takes the most fraction bits with which no value
// of these runs saturates. A layer that was always 0 keeps its format.
//
// The alternative is the least squared error of each layer by itself. It saturates a few
// large values to get a finer step. Measurements showed it to be worse, since later
// layers depend on the large values: the pooled features of MobileNetV2 lost 1 to 3 dB.
func calibrate(ctx context.Context, g *floatnet.Graph, fs []spec.Format, paths []string) error {
	ranges := make([]struct{ lo, hi float64 }, len(fs))
	err := each(ctx, g, paths, len(fs), func(i int, xs []float32) {
		for _, x := range xs {
			ranges[i].lo, ranges[i].hi = min(ranges[i].lo, float64(x)), max(ranges[i].hi, float64(x))
		}
	})
	if err != nil {
		return err
	}
	for i := range fs {
		if ranges[i].lo != 0 || ranges[i].hi != 0 {
			fs[i] = widest(fs[i], ranges[i].lo, ranges[i].hi)
		}
	}
	return nil
}

// each runs g on every picture and calls visit once per node and picture, with
// the pictures in order and the nodes of one picture in parallel.
func each(ctx context.Context, g *floatnet.Graph, paths []string, nodes int, visit func(node int, xs []float32)) error {
	for _, path := range paths {
		outs, err := runFile(ctx, g, path)
		if err != nil {
			return err
		}
		var wg crash.Group
		wg.SetLimit(runtime.GOMAXPROCS(0))
		for i := range nodes {
			wg.Go(func() { visit(i, outs[i].Data) })
		}
		wg.Wait()
	}
	return nil
}
