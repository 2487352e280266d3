package onnx

import (
	"image/color"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// trained is a network on 3×4×4 pictures with weights that are no powers of two: a 3×3
// convolution, a depthwise and a pointwise one, ReLU6 between, and a pool.
func trained() *file {
	weights := func(n int, phase float64) []float32 {
		var ws []float32
		for i := range n {
			ws = append(ws, float32(0.4*math.Sin(1.7*float64(i)+phase)+0.11))
		}
		return ws
	}
	return &file{opset: 13, input: info("image", 1, 3, 4, 4), output: "pool",
		nodes: [][]byte{
			node("Conv", "c1", []string{"image", "w1"}, intsAttr("pads", 1, 1, 1, 1)),
			node("Clip", "a1", []string{"c1", "zero", "six"}),
			node("Conv", "c2", []string{"a1", "w2"}, intsAttr("pads", 1, 1, 1, 1), intAttr("group", 8)),
			node("Clip", "a2", []string{"c2", "zero", "six"}),
			node("Conv", "c3", []string{"a2", "w3"}),
			node("GlobalAveragePool", "pool", []string{"c3"}),
		},
		inits: [][]byte{
			tensor("w1", []int64{8, 3, 3, 3}, weights(216, 0)...), tensor("w2", []int64{8, 1, 3, 3}, weights(72, 1)...),
			tensor("w3", []int64{8, 8, 1, 1}, weights(64, 2)...), tensor("zero", nil, 0), tensor("six", nil, 6),
		}}
}

func photographs(t *testing.T) string {
	dir := t.TempDir()
	for i, c := range []color.NRGBA{{255, 40, 0, 255}, {20, 200, 90, 255}, {128, 128, 255, 255}, {10, 60, 30, 255}, {250, 240, 180, 255}, {77, 0, 140, 255}} {
		picture(t, dir, string(rune('a'+i))+".png", c)
	}
	return dir
}

// noise is the power of the difference between the pool of the model and of the network,
// both in float, over a folder.
func noise(t *testing.T, m *Model, net *spec.Network, dir string) float64 {
	t.Helper()
	paths, err := floatnet.Pictures(dir)
	require.NoError(t, err)
	sum := 0.0
	for _, p := range paths {
		want, err := runFile(ctx, m.Float(), p)
		require.NoError(t, err)
		got, err := runFile(ctx, floatnet.FromNetwork(net), p)
		require.NoError(t, err)
		last := len(got) - 1
		for i, x := range got[last].Data {
			d := float64(x - want[last].Data[i])
			sum += d * d
		}
	}
	return sum
}

// Each method leaves powers of two in their windows, and is nearer to the model than the
// plainer one. The model is what it was.
func TestMethods(t *testing.T) {
	dir := photographs(t)
	m := parse(t, trained())
	before := m.Float()
	var noises []float64
	for _, method := range Methods {
		var fitted []string
		net, rep, err := Import(ctx, m, Options{
			Quantizer: Quantizer{Bits: 4, Round: true, Method: method}, Calibrate: dir,
			Progress: func(layer string, of int) {
				require.Equal(t, 3, of)
				fitted = append(fitted, layer)
			},
		})
		require.NoError(t, err)
		if method == MethodRound {
			require.Empty(t, fitted)
		} else {
			require.Equal(t, []string{"c1", "c2", "c3"}, fitted)
		}
		require.Equal(t, before, m.Float(), "%s changed the model", method)
		for _, l := range net.Layers[:3] {
			require.Equal(t, 4, l.Op.(*spec.Conv).Bits)
		}
		weights, nonZero, _, _ := rep.Totals()
		require.Equal(t, weights-nonZero, rep.Zeroed())
		noises = append(noises, noise(t, m, net, dir))
	}
	require.Less(t, noises[1], noises[0])
	require.Less(t, noises[2], noises[1])

	// The best is the last, and the same twice over.
	named, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true, Method: MethodRefit}, Calibrate: dir})
	require.NoError(t, err)
	best, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}, Calibrate: dir})
	require.NoError(t, err)
	require.Equal(t, named, best)
}

func TestMethodsNeedPictures(t *testing.T) {
	m := parse(t, trained())
	for _, method := range []Method{MethodMoments, MethodRefit} {
		_, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true, Method: method}})
		require.ErrorContains(t, err, "method="+string(method)+" fits weights to pictures: --calibrate names their folder, and is missing")
	}
	plain, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true, Method: MethodRound}})
	require.NoError(t, err)
	best, rep, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
	require.NoError(t, err)
	require.Equal(t, plain, best)
	require.Contains(t, rep.Notes, "weights are rounded one by one: methods that keep more of the model need --calibrate")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.png"), []byte("no picture"), 0o644))
	_, _, err = Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}, Calibrate: dir})
	require.ErrorContains(t, err, "x.png")
}

// A row of samples times a kernel is the convolution's output at some position, each
// position once, whatever stride, padding and groups.
func TestSamples(t *testing.T) {
	for _, c := range []*floatnet.Conv{
		{OutC: 4, Kernel: [2]int{3, 3}, Stride: [2]int{1, 1}, Pad: [4]int{1, 1, 1, 1}, Groups: 1},
		{OutC: 4, Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pad: [4]int{0, 1, 1, 0}, Groups: 2},
		{OutC: 4, Kernel: [2]int{3, 3}, Stride: [2]int{2, 2}, Pad: [4]int{0, 0, 1, 1}, Groups: 4},
		{OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1},
	} {
		taps := 4 / c.Groups * c.Kernel[0] * c.Kernel[1]
		c.Weights, c.Bias = make([]float32, c.OutC*taps), make([]float32, c.OutC)
		for i := range c.Weights {
			c.Weights[i] = float32(i%7) - 3
		}
		n := floatnet.Node{Op: c}
		var in, want []floatnet.Tensor
		for k := range 2 {
			x := floatnet.NewTensor(spec.Shape{C: 4, H: 5, W: 6})
			for i := range x.Data {
				x.Data[i] = float32((i*i+k)%11) - 5
			}
			y, err := n.Run([]floatnet.Tensor{x})
			require.NoError(t, err)
			in, want = append(in, x), append(want, y)
		}
		for g := range c.Groups {
			x, y := samples(c, g, in, want)
			rows, outs := y.Dims()
			require.Equal(t, 2*want[0].Shape.H*want[0].Shape.W, rows)
			for r := range rows {
				for o := range outs {
					sum := 0.0
					for i, v := range x.RawRowView(r) {
						sum += v * float64(c.Weights[(g*outs+o)*taps+i])
					}
					require.Equal(t, y.At(r, o), sum)
				}
			}
		}
	}
}

func TestSpread(t *testing.T) {
	for n := 1; n < 300; n++ {
		step, seen := spread(n), map[int]bool{}
		for j := range n {
			seen[j*step%n] = true
		}
		require.Len(t, seen, n)
	}
}

func TestViews(t *testing.T) {
	s := spec.Shape{C: 1, H: 2, W: 3}
	all := views([]uint8{1, 2, 3, 4, 5, 6}, s)
	require.Len(t, all, 6)
	require.Equal(t, []uint8{1, 2, 3, 4, 5, 6}, all[0])
	require.Equal(t, []uint8{3, 2, 1, 6, 5, 4}, all[1])
	one := views([]uint8{9}, spec.Shape{C: 1, H: 1, W: 1})
	for _, v := range one {
		require.Equal(t, []uint8{9}, v)
	}
}

func TestClassNames(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		`["cat", "dog"]`:               {"cat", "dog"},
		`{"1": "dog", "0": "cat"}`:     {"cat", "dog"},
		`{0: 'cat', 1: "dog's"}`:       {"cat", "dog's"},
		`['a1', 'b\'c']`:               {"a1", "b'c"},
		"cat, dog":                     {"cat", "dog"},
		"cat\r\nsaluki, gazelle hound": {"cat", "saluki, gazelle hound"},
		`{0: 'cat', 2: 'dog'}`:         nil,
		`{'cat': 0}`:                   nil,
		`[1, 2`:                        nil,
		`{-1: 'x'}`:                    nil,
	} {
		require.Equal(t, want, classNames(map[string]string{"names": text}), "%q", text)
	}
	f := trained()
	f.top = sub(14, cat(str(1, "classes"), str(2, "a,b")))
	require.Equal(t, []string{"a", "b"}, parse(t, f).Classes)
}

// Of each layer, or of all together, the part that was asked for is 0 after rounding, the
// least magnitudes; a fit makes up for some of what that lost.
func TestPrune(t *testing.T) {
	dir := photographs(t)
	m := parse(t, trained())
	counts := func(q Quantizer) (zeros []int, net *spec.Network) {
		net, _, err := Import(ctx, m, Options{Quantizer: q, Calibrate: dir})
		require.NoError(t, err)
		for i, l := range net.Layers[:3] {
			n := 0
			for k, code := range l.Op.(*spec.Conv).Codes {
				if code == 0 {
					n++
				} else if q.PruneBy == ByLayer && q.Prune == 50 {
					smaller := 0
					for _, w := range m.layers[i].conv.weights {
						if math.Abs(w) < math.Abs(m.layers[i].conv.weights[k]) {
							smaller++
						}
					}
					require.GreaterOrEqual(t, smaller, len(m.layers[i].conv.weights)/2)
				}
			}
			zeros = append(zeros, n)
		}
		return zeros, net
	}
	for _, method := range Methods {
		zeros, _ := counts(Quantizer{Bits: 6, Round: true, Method: method, Prune: 50, PruneBy: ByLayer})
		require.GreaterOrEqual(t, zeros[0], 108)
		require.GreaterOrEqual(t, zeros[1], 36)
		require.GreaterOrEqual(t, zeros[2], 32)
		zeros, _ = counts(Quantizer{Bits: 6, Round: true, Method: method, Prune: 75, PruneBy: ByNetwork})
		require.GreaterOrEqual(t, zeros[0]+zeros[1]+zeros[2], 264)
	}
	_, plain := counts(Quantizer{Bits: 6, Round: true, Method: MethodRound, Prune: 50})
	_, fitted := counts(Quantizer{Bits: 6, Round: true, Prune: 50})
	require.Less(t, noise(t, m, fitted, dir), noise(t, m, plain, dir)/2)
}

// Pictures that a fit takes in are spread over all, and have fewer views where there are
// many.
func TestChoose(t *testing.T) {
	names := func(n int) (list []string) {
		for i := range n {
			list = append(list, string(rune('a'+i)))
		}
		return list
	}
	for _, c := range []struct {
		n, room, chosen, each int
	}{{8, 128, 8, 6}, {1, 128, 1, 6}, {20, 64, 20, 3}, {20, 20, 20, 1}, {20, 7, 7, 1}, {3, 1, 1, 1}} {
		chosen, each := choose(names(c.n), c.room)
		require.Len(t, chosen, c.chosen)
		require.Equal(t, c.each, each)
		require.Equal(t, "a", chosen[0])
	}
	require.Len(t, views([]uint8{1}, spec.Shape{C: 1, H: 1, W: 1}), numViews)
	m := parse(t, trained())
	n, err := inMemory(m.graph(m.layers))
	require.NoError(t, err)
	require.Equal(t, maxPictures, n)
	// 8 GB a picture.
	big := m.graph(m.layers)
	big.Input.H, big.Input.W = 16384, 8192
	n, err = inMemory(big)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
