//go:build nightly

package stream

import (
	"bytes"
	"context"
	goflag "flag"
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	fuzzchip "github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// randomResidual is a network with one addition, of a frame's values and what one or two
// windows make of them: kernels of any form, padding on any side.
func randomResidual(t *testing.T, r *rand.Rand) *spec.Network {
	t.Helper()
	f := spec.Format{Signed: true, Width: 4}
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 1 + r.Intn(6), W: 1 + r.Intn(9)}, Format: f}}
	kernels := func() (w spec.Window) {
		w.Stride = [2]int{1, 1}
		for a := range w.Kernel {
			w.Kernel[a] = 1 + r.Intn(4)
			w.Pad[a] = r.Intn(w.Kernel[a])
			w.Pad[a+2] = w.Kernel[a] - 1 - w.Pad[a]
		}
		return w
	}
	layer := func(name, from string) {
		w := kernels()
		l := &spec.Layer{Name: name, Inputs: []string{from}, Out: spec.Requant{Format: f, Overflow: spec.SAT}, Op: &spec.MaxPool{Window: w}}
		if r.Intn(2) == 0 {
			conv := &spec.Conv{OutC: 1, Kernel: w.Kernel, Stride: w.Stride, Pad: w.Pad, Groups: 1, Bits: 3, Base: []int32{0}, Bias: []int32{int32(r.Intn(5))}}
			for range w.Taps() {
				conv.Codes = append(conv.Codes, spec.Code(1+r.Intn(3)))
			}
			l.Op = conv
		}
		n.Layers = append(n.Layers, l)
	}
	layer("a", spec.InputName)
	ends := [2]string{"a", spec.InputName}
	switch r.Intn(3) {
	case 0:
		layer("b", "a")
		ends[0] = "b"
	case 1:
		layer("b", spec.InputName)
		ends[1] = "b"
	}
	if r.Intn(2) == 0 {
		ends[0], ends[1] = ends[1], ends[0]
	}
	n.Layers = append(n.Layers, &spec.Layer{Name: "sum", Inputs: ends[:], Op: &spec.Add{}, Out: spec.Requant{Format: f, Overflow: spec.SAT}})
	require.NoError(t, n.Validate())
	return n
}

var depthOf = regexp.MustCompile(`\.DEPTH\((\d+)\)`)

// Of random residual networks, the FIFOs as generated are proved to cost nothing, and
// every other depth is judged as a simulator measures it: rounds as long as behind
// deep FIFOs, longer ones, or a deadlock. What costs clocks costs the addition some at full rate.
func TestRatesOfRandomResiduals(t *testing.T) {
	r := rand.New(rand.NewSource(*residualSeed))
	verdicts := map[string]int{}
	for round := range *residuals {
		n := randomResidual(t, r)
		how := stream.Options{Headless: true}
		if r.Intn(3) == 0 {
			p := 1 + r.Intn(3)
			how.Pixels = map[string]int{spec.InputName: p}
			for _, l := range n.Layers {
				how.Pixels[l.Name] = p
			}
		}
		d, err := stream.Generate(n, how)
		require.NoError(t, err)
		all, err := d.Sources()
		require.NoError(t, err)
		var found []string
		for _, s := range all {
			if s.Name == "sum_layer.v" {
				for _, m := range depthOf.FindAllSubmatch(s.Text, -1) {
					found = append(found, string(m[1]))
				}
			}
		}
		what := fmt.Sprintf("round %d: %v, %v, depths %v", round, n.Input.Shape, how.Pixels, found)
		for _, l := range n.Layers {
			w, _ := l.Window()
			what += fmt.Sprintf("; %s %s %v %v", l.Name, l.Kind(), l.Inputs, w)
		}
		t.Log(what)
		// cycles of so many frames, 0 where nothing moves.
		measure := func(files []rtl.Source, frames int) int {
			in := make([]golden.Tensor, frames)
			for i := range in {
				in[i] = golden.NewTensor(n.Input.Shape)
				for k := range in[i].Data {
					in[i].Data[k] = int32(r.Intn(16) - 8)
				}
			}
			trial, err := fuzzchip.Expect(t.Context(), n, d, in...)
			require.NoError(t, err)
			bench, data, err := d.Bench(trial)
			require.NoError(t, err)
			sim, err := fuzzchip.Icarus(t.Context(), append(append([]rtl.Source(nil), files...), bench...))
			require.NoError(t, err)
			p, err := sim.Play(t.Context(), data, 0)
			require.NoError(t, err)
			require.NoError(t, sim.Close())
			if !p.Pass {
				require.Contains(t, p.Said, "nothing moves", what)
				return 0
			}
			return p.Cycles
		}
		const few, many = 20, 44
		period := func(files []rtl.Source) int {
			a := measure(files, few)
			if a == 0 {
				return 0
			}
			return measure(files, many) - a
		}
		// judge gives the verdicts on the addition at full rate, on the whole, and on its flow.
		judge := func(edit func([]rtl.Source) []rtl.Source) (pair, rate, flow verdict.Verdict) {
			o := generated(t, n, how)
			o.Sources.Files = edit(o.Sources.Files)
			o.Jobs, o.read = 1, readOnce
			res, err := Prove(context.Background(), o)
			require.NoError(t, err)
			for _, x := range res.Facts {
				switch {
				case x.Kind == verdict.StreamRate && x.Name == "sum.pair":
					pair = x.Verdict
					t.Log(x.Verdict, x.Detail)
				case x.Kind == verdict.StreamRate:
					rate = x.Verdict
					t.Log(x.Verdict, x.Detail)
				case x.Kind == verdict.StreamFlow:
					flow = x.Verdict
				case x.Kind != verdict.StreamWhole:
					require.Equal(t, verdict.Proved, x.Verdict, "%s: %s: %s", what, x.ID(), x.Detail)
				}
			}
			return pair, rate, flow
		}
		want := period(all)
		require.NotZero(t, want, what)
		pair, rate, flow := judge(slices.Clone)
		require.Equal(t, verdict.Proved, pair, what)
		require.Equal(t, verdict.Proved, rate, what)
		require.Equal(t, verdict.Proved, flow, what)
		if len(found) == 0 {
			verdicts["none"]++
			continue
		}
		full, err := strconv.Atoi(found[r.Intn(len(found))])
		require.NoError(t, err)
		// with gives each FIFO of that depth another one.
		with := func(depth int) func([]rtl.Source) []rtl.Source {
			return func(files []rtl.Source) []rtl.Source {
				files = slices.Clone(files)
				for i, s := range files {
					if s.Name == "sum_layer.v" {
						files[i].Text = bytes.ReplaceAll(s.Text, fmt.Appendf(nil, ".DEPTH(%d)", full), fmt.Appendf(nil, ".DEPTH(%d)", depth))
						require.NotEqual(t, s.Text, files[i].Text)
					}
				}
				return files
			}
		}
		require.Equal(t, want, period(with(full+40)(all)), "deeper FIFOs are no faster: %s", what)
		for _, depth := range []int{full + 1, full - 1, full - 2, full / 2} {
			if depth < 1 {
				continue
			}
			is := period(with(depth)(all))
			pair, rate, flow := judge(with(depth))
			name := fmt.Sprintf("%s: depth %d of %d: %d clocks, %d at best", what, depth, full, is, want)
			switch {
			case is == 0:
				require.Equal(t, verdict.Refuted, flow, name)
				verdicts["deadlock"]++
			case is > want && flow == verdict.Unknown:
				// A flow that is so slow may be beyond the argument, which makes no proof.
				require.NotEqual(t, verdict.Proved, rate, name)
				require.NotEqual(t, verdict.Proved, pair, name)
				verdicts["unknown"]++
			case is > want:
				require.Equal(t, verdict.Proved, flow, name)
				require.Equal(t, verdict.Refuted, rate, name)
				require.Equal(t, verdict.Refuted, pair, name)
				verdicts["slower"]++
			default:
				require.Equal(t, want, is, name)
				require.Equal(t, verdict.Proved, flow, name)
				require.Equal(t, verdict.Proved, rate, name)
				verdicts["as fast"]++
			}
		}
	}
	t.Log(verdicts)
}

var residuals = goflag.Int("residuals", 8, "random residual networks")

var residualSeed = goflag.Int64("residual-seed", 1, "their seed")
