package onnx

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// candidates is how many fractions are tried for a layer: the one that just
// holds the largest value seen, and finer ones that saturate ever more of it.
const candidates = 5

// pictures lists the PNG files of a folder in order of name.
func pictures(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && strings.EqualFold(filepath.Ext(e.Name()), ".png") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(paths)
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: no PNG files", dir)
	}
	return paths, nil
}

// calibrate chooses the fraction bits of every format by executing g, which has
// one node per format, on pictures. Per layer it takes the candidate with the
// least error of rounding and saturating, squared, relative to the signal of the
// picture and summed over the pictures; among equals the one that saturates
// least. Pictures are read twice, so that memory does not grow with their number.
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
	cost := make([][candidates]float64, len(fs))
	err = each(ctx, g, paths, len(fs), func(i int, xs []float32) {
		signal := 0.0
		for _, x := range xs {
			signal += float64(x) * float64(x)
		}
		if signal == 0 {
			return
		}
		for k := range candidates {
			f := fs[i]
			f.Frac += k
			cost[i][k] += squaredError(f, xs) / signal
		}
	})
	if err != nil {
		return err
	}
	for i := range fs {
		best := 0
		for k := range candidates {
			if cost[i][k] < cost[i][best] {
				best = k
			}
		}
		fs[i].Frac = min(fs[i].Frac+best, spec.MaxFrac)
	}
	return nil
}

// squaredError is Σ (x - q(x))² for rounding to nearest and saturating to f.
func squaredError(f spec.Format, xs []float32) float64 {
	lo, hi := float32(f.Min()), float32(f.Max())
	up, down := float32(math.Ldexp(1, f.Frac)), float32(math.Ldexp(1, -f.Frac))
	sum := 0.0
	for _, x := range xs {
		q := min(max(float32(math.Floor(float64(x*up+0.5))), lo), hi)
		d := float64(x - q*down)
		sum += d * d
	}
	return sum
}

// each runs g on every picture and calls visit once per node and picture, with
// the pictures in order and the nodes of one picture in parallel.
func each(ctx context.Context, g *floatnet.Graph, paths []string, nodes int, visit func(node int, xs []float32)) error {
	for _, path := range paths {
		outs, err := runFile(ctx, g, path)
		if err != nil {
			return err
		}
		var wg sync.WaitGroup
		slots := make(chan struct{}, runtime.GOMAXPROCS(0))
		for i := range nodes {
			slots <- struct{}{}
			wg.Go(func() {
				visit(i, outs[i].Data)
				<-slots
			})
		}
		wg.Wait()
	}
	return nil
}
