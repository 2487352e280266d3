package onnx

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

var ctx = context.Background()

func parse(t *testing.T, f *file) *Model {
	t.Helper()
	m, err := Parse(f.bytes())
	require.NoError(t, err)
	return m
}

// rgb is a one-convolution network on a 3×4×4 image, so that pictures can be
// read; steps go between the image and the convolution.
func rgb(steps func(f *file) string) *file {
	f := &file{opset: 13, input: info("image", 1, 3, 4, 4), output: "pool",
		inits: [][]byte{tensor("w", []int64{1, 3, 1, 1}, 1, 0.5, -0.25)}}
	last := "image"
	if steps != nil {
		last = steps(f)
	}
	f.nodes = append(f.nodes, node("Conv", "c", []string{last, "w"}), node("GlobalAveragePool", "pool", []string{"c"}))
	return f
}

// picture writes a 4×4 PNG of one colour.
func picture(t *testing.T, dir, name string, c color.Color) {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := range 16 {
		img.Set(i%4, i/4, c)
	}
	f, err := os.Create(filepath.Join(dir, name))
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, img))
	require.NoError(t, f.Close())
}

func TestExactImport(t *testing.T) {
	m := parse(t, sample())
	net, rep, err := Import(ctx, m, Options{Name: "other"})
	require.NoError(t, err)
	require.Equal(t, "other", net.Name)
	require.Len(t, rep.Notes, 3) // softmax, b/256, no calibration
	// The real network is the model with b/256 for b/255.
	in := floatnet.NewTensor(m.Input)
	for i := range in.Data {
		in.Data[i] = float32(i%7) / 8
	}
	want, err := m.Float().Run(ctx, in)
	require.NoError(t, err)
	got, err := floatnet.FromNetwork(net).Run(ctx, in)
	require.NoError(t, err)
	for i := range 4 { // the head is rounded to 8 bits
		require.Equal(t, want[i].Data, got[i].Data, net.Layers[i].Name)
	}
	// Negative zero is zero.
	require.Equal(t, spec.Code(0), net.Layers[1].Channel(0)[1])
	// Exponents -3..-1 fit 3 bits, 0..1 and -1 fit 2.
	require.Equal(t, 3, net.Layers[0].Op.(*spec.Conv).Bits)
	require.Equal(t, spec.Requant{Format: spec.Format{Width: 8, Frac: 5}, Rounding: spec.RND, Overflow: spec.SAT, Clamp: &spec.Range{Hi: 192}}, net.Layers[0].Out)
	require.Equal(t, spec.Format{Signed: true, Width: 16, Frac: 8}, net.Layers[4].Out.Format)
	require.Nil(t, net.Layers[1].Out.Clamp)
}

func TestExactImportRefuses(t *testing.T) {
	xs := []float32{0.3, 1, 0.7, -3, 1, 1.5, 5, 6, 7, 0.1, 1, 1, 1, 1, 1, 1, 1, 1}
	m := parse(t, sample().with("w1", tensor("w1", []int64{2, 2, 3, 3}, append(xs, xs...)...)))
	_, _, err := Import(ctx, m, Options{})
	all := spec.Problems(err)
	require.Len(t, all, maxListed+1)
	var p *WeightProblem
	require.ErrorAs(t, all[2], &p)
	require.Equal(t, WeightProblem{Layer: "c1", Channel: 0, Index: 3, Value: -1.5, Nearest: -2}, *p)
	require.EqualError(t, all[2], "layer c1: channel 0: weight 3 is -1.5, no power of two; the nearest is -2")
	require.EqualError(t, all[5], "layer c1: and 11 more weights that are no powers of two")
}

func TestExactWindow(t *testing.T) {
	for bits := minBits; bits <= maxBits+1; bits++ {
		// The widest span that bits-1 cannot hold.
		lo := float32(math.Ldexp(1, -window(bits-1)))
		m := parse(t, sample().
			with("w1", tensor("w1", []int64{2, 2, 3, 3}, make([]float32, 36)...)).
			with("w2", tensor("w2", []int64{2, 2, 1, 1}, 1, lo, 0, 0)).
			with("b2", tensor("b2", []int64{2}, 0, 0)))
		net, _, err := Import(ctx, m, Options{})
		if bits > maxBits {
			require.ErrorContains(t, err, "layer c2: channel 0: exponents -127 to 0 do not fit a window of 127")
			continue
		}
		if window(bits-1) > maxFine-2 {
			// Legal codes, but no accumulator is as fine as that.
			require.ErrorContains(t, err, "layer c2: channel 0: bias")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, max(bits, minBits), net.Layers[1].Op.(*spec.Conv).Bits)
		_, _, err = Import(ctx, m, Options{Quantizer: Quantizer{Bits: max(bits-1, minBits)}})
		if bits > minBits {
			require.ErrorContains(t, err, "do not fit a window")
		} else {
			require.NoError(t, err)
		}
	}
}

// A factor that float32 inference would round to a power of two keeps weights
// exact, though the root of variance and epsilon is no power of two in float64.
func TestBatchNormNearPowerOfTwo(t *testing.T) {
	eps := float32(1e-3)
	f := sample().
		with("bn", node("BatchNormalization", "bn", []string{"c1", "scale", "shift", "mean", "var"}, floatAttr("epsilon", eps))).
		with("var", tensor("var", []int64{2}, 1-eps, 4-eps))
	_, _, err := Import(ctx, parse(t, f), Options{})
	require.NoError(t, err)
}

func TestParseQuantizer(t *testing.T) {
	for bits := range 300 {
		q, err := ParseQuantizer(fmt.Sprintf("po2:bits=%d", bits))
		if bits >= 2 && bits <= 8 {
			require.NoError(t, err)
			require.Equal(t, Quantizer{Bits: bits, Round: true}, q)
		} else {
			require.Error(t, err)
		}
	}
	for _, m := range Methods {
		for _, text := range []string{"po2:bits=3,method=" + string(m), "po2:method=" + string(m) + ",bits=3"} {
			q, err := ParseQuantizer(text)
			require.NoError(t, err)
			require.Equal(t, Quantizer{Bits: 3, Round: true, Method: m}, q)
		}
	}
	for _, text := range []string{"", "po2:bits=4", "po2:bits=8,method=round", "po2:bits=4,prune=50", "po2:bits=4,terms=2,prune=50", "po2:bits=2,method=moments,prune=99,by=global"} {
		q, err := ParseQuantizer(text)
		require.NoError(t, err)
		require.Equal(t, text, q.String())
	}
	for _, bad := range []string{"po2", "po2:method=refit", "po2:bits=4,", "po2:bits=4,bits=4", "po2:bits=4,method=", "po2:bits=4,method=gptq", "po2:bits=4,prune=100", "po2:bits=4,prune=-1", "po2:bits=4,prune=5.5", "po2:bits=4,by=channel", "po2:bits=4;method=refit", "po2:bits=", "po2:bits=04", "po2:bits=+4", "po2:bits=4 ", "po2:bits=4,terms=0", "po2:bits=4,terms=02", "po2:terms=2", "po2:bits=4,terms=5", "po2:bits=7,terms=2", "int8", "po2:bits=99999999999999999999"} {
		_, err := ParseQuantizer(bad)
		require.Error(t, err, bad)
	}
	q, err := ParseQuantizer("")
	require.NoError(t, err)
	require.Equal(t, Quantizer{}, q)
}

// The nearest exponent is the one with the least ratio, over a grid of four
// octaves and at the last float64 on either side of each threshold.
func TestExponent(t *testing.T) {
	var grid []float64
	for i := range 4096 {
		grid = append(grid, math.Ldexp(1+float64(i%1024)/1024, i/1024-2))
	}
	for k := -4; k < 4; k++ {
		mid := math.Ldexp(math.Sqrt2, k)
		grid = append(grid, math.Nextafter(mid, 0), math.Nextafter(math.Nextafter(mid, 9), 9))
	}
	grid = append(grid, math.SmallestNonzeroFloat64, math.MaxFloat64)
	for _, w := range grid {
		for _, s := range []float64{w, -w} {
			k, exact := exponent(s)
			require.Equal(t, w == math.Ldexp(1, k), exact, "%v", s)
			low, high := math.Ldexp(math.Sqrt2/2, k), math.Ldexp(math.Sqrt2, k)
			require.True(t, low <= w*(1+1e-15) && w <= high*(1+1e-15), "%v: %d", s, k)
		}
	}
}

func TestRoundDropsBelowTheWindow(t *testing.T) {
	for bits := minBits; bits <= maxBits; bits++ {
		n := window(bits)
		ws := []float64{-1.9, 0, math.Copysign(0, -1)}
		for k := range n + 3 {
			ws = append(ws, math.Ldexp(-1.1, 1-k))
		}
		Quantizer{Bits: bits, Round: true}.round(ws)
		require.Equal(t, []float64{-2, 0, 0}, ws[:3])
		require.False(t, math.Signbit(ws[2]))
		for k, w := range ws[3:] {
			want := -math.Ldexp(1, 1-k)
			if k >= n {
				want = 0
			}
			require.Equal(t, want, w, "bits %d, exponent %d", bits, 1-k)
		}
	}
}

// With several terms every weight becomes the nearest sum of the window that begins at the
// largest one's first signed digit.
func TestRoundToSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, q := range []Quantizer{{Bits: 3, Terms: 2}, {Bits: 4, Terms: 2}, {Bits: 4, Terms: 3}, {Bits: 5, Terms: 2}} {
		for range 40 {
			ws := make([]float64, 12)
			for i := range ws {
				ws[i] = rng.NormFloat64() * math.Ldexp(1, rng.IntN(9)-4)
			}
			ws[3] = 0
			got := slices.Clone(ws)
			Quantizer{Bits: q.Bits, Terms: q.Terms, Round: true}.round(got)
			again := slices.Clone(got)
			Quantizer{Bits: q.Bits, Terms: q.Terms, Round: true}.round(again)
			require.Equal(t, got, again)
			lo, hi, terms := span(got)
			require.LessOrEqual(t, terms, q.Terms)
			require.Less(t, hi-lo, window(q.Bits))
			unit := math.Ldexp(1, hi-window(q.Bits)+1)
			for i, w := range ws {
				for v := int64(-2) << window(q.Bits); v <= 2<<window(q.Bits); v++ {
					s := spec.Spell(v)
					if len(s) > q.Terms || len(s) > 0 && s[0].Shift() >= window(q.Bits) {
						continue
					}
					require.LessOrEqual(t, math.Abs(got[i]-w), math.Abs(float64(v)*unit-w)+1e-15, "%v: %v, %d units of %v", ws, w, v, unit)
				}
			}
			c := settle(got, 0.3, spec.Range{Lo: -128, Hi: 127}, 5, 5, q.Terms, false)
			require.Zero(t, c.dropped)
			for i, w := range got {
				v := spec.Weight(c.codes[i*q.Terms : (i+1)*q.Terms]).Value()
				require.Equal(t, w, math.Ldexp(float64(v), c.base))
			}
		}
	}
}

// Over bases, biases and formats: the codes stand for the weights, the bias is
// within half a unit, and the accumulator is legal.
func TestSettle(t *testing.T) {
	in := spec.Range{Lo: -128, Hi: 127}
	for top := -90; top <= 20; top++ {
		for _, bias := range []float64{0, 1e-9, 0.3, -7.25, 1e5} {
			ws := []float64{math.Ldexp(1, top), 0, -math.Ldexp(1, top-6), math.Ldexp(1, top-3)}
			c := settle(ws, bias, in, 5, 5, 1, false)
			kept := 0
			for i, code := range c.codes {
				if code == 0 {
					if ws[i] != 0 {
						require.Less(t, math.Abs(ws[i]), math.Ldexp(1, c.base)+math.Ldexp(1, top+1))
					}
					continue
				}
				kept++
				require.Equal(t, ws[i], math.Ldexp(float64(code.Sign()), c.base+code.Shift()), "top %d bias %v", top, bias)
				require.Less(t, code.Shift(), 7)
			}
			require.Equal(t, 3, kept+c.dropped)
			accFrac := 5 - c.base
			if kept == 0 {
				accFrac = 5
				require.Zero(t, c.base)
				// What was dropped moves the output by less than a thousandth
				// of its step or of the bias.
				require.Less(t, math.Ldexp(1.2*128/32, top), max(math.Ldexp(1, -5), math.Abs(bias))/1000)
			}
			require.LessOrEqual(t, accFrac-5, maxFine)
			require.LessOrEqual(t, math.Abs(math.Ldexp(float64(c.bias), -accFrac)-bias), math.Ldexp(0.5, -accFrac), "top %d bias %v", top, bias)
		}
	}
}

func TestReciprocal(t *testing.T) {
	for n := 1; n <= 5000; n++ {
		recip, frac := reciprocal(n)
		require.Positive(t, recip)
		require.LessOrEqual(t, recip, int64(1<<16))
		require.InEpsilon(t, 1/float64(n), math.Ldexp(float64(recip), -frac), 1.0/(1<<15), "%d", n)
	}
	recip, frac := reciprocal(64)
	require.Equal(t, [2]int64{1, 6}, [2]int64{recip, int64(frac)})
}

func TestQuantizeHead(t *testing.T) {
	d := &dense{outN: 1, weights: []float64{0.9, -1, 0.004, 0}}
	ws, frac := quantizeHead(d)
	require.Equal(t, 6, frac) // 1·2^7 is 128
	require.Equal(t, []int8{58, -64, 0, 0}, ws)
	require.Equal(t, []float64{58.0 / 64, -1, 0, 0}, d.weights)
	ws, frac = quantizeHead(&dense{outN: 1, weights: []float64{0, 0}})
	require.Equal(t, []int8{0, 0}, ws)
	require.Zero(t, frac)
}

func TestWidest(t *testing.T) {
	for _, signed := range []bool{false, true} {
		for _, hi := range []float64{0.001, 0.49, 0.5, 1, 6, 127, 128, 255.4, 255.6, 1e6} {
			f := widest(spec.Format{Signed: signed, Width: 8}, 0, hi)
			require.LessOrEqual(t, math.Round(math.Ldexp(hi, f.Frac)), float64(f.Max()))
			require.Greater(t, math.Round(math.Ldexp(hi, f.Frac+1)), float64(f.Max()), "%v %v", f, hi)
		}
	}
	require.Equal(t, 5, widest(spec.Format{Width: 8}, 0, 6).Frac)
}

func TestImageScaleIsFoldedBeforeRounding(t *testing.T) {
	// 1.41·256/255 is above the threshold that 1.41 is below.
	f := rgb(nil)
	f.inits[0] = tensor("w", []int64{1, 3, 1, 1}, 1.41, 1, -0.5)
	net, _, err := Import(ctx, parse(t, f), Options{Quantizer: Quantizer{Bits: 4, Round: true}})
	require.NoError(t, err)
	require.Equal(t, []spec.Code{3, 2, -1}, net.Layers[0].Channel(0))
	require.Equal(t, int32(-1), net.Layers[0].Op.(*spec.Conv).Base[0])
}

func TestPreprocess(t *testing.T) {
	m := parse(t, rgb(func(f *file) string {
		f.inits = append(f.inits, tensor("mean", []int64{1, 3, 1, 1}, 0.5, 0.4, 0.3), tensor("dev", []int64{3, 1, 1}, 0.5, 0.25, 0.2),
			tensor("two", nil, 2), tensor("one", []int64{1}, 1))
		f.nodes = [][]byte{
			node("Sub", "s", []string{"image", "mean"}), node("Div", "d", []string{"s", "dev"}),
			node("Mul", "m", []string{"two", "d"}), node("Add", "a", []string{"m", "one"}),
		}
		return "a"
	}))
	require.Len(t, m.Preprocess, 4)
	require.Equal(t, "sub", m.Preprocess[0].Op)
	require.InDeltaSlice(t, []float64{0.5, 0.4, 0.3}, m.Preprocess[0].Value, 1e-7)
	require.Equal(t, spec.Preprocess{Op: "add", Value: []float64{1}}, m.Preprocess[3])
	// Channel 2 reaches (1-0.3)/0.2·2+1 = 8.
	net, _, err := Import(ctx, m, Options{})
	require.NoError(t, err)
	require.Equal(t, spec.Format{Signed: true, Width: 8, Frac: 3}, net.Input.Format)
	require.Equal(t, m.Preprocess, net.Input.Preprocess)
	g := m.Float()
	in, err := g.Tensor(append(make([]uint8, 32), []uint8{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}...))
	require.NoError(t, err)
	require.InDelta(t, (0-0.5)/0.5*2+1, in.Data[0], 1e-6)
	require.InDelta(t, 8, in.Data[47], 1e-5)
	for _, bad := range []func(f *file) string{
		func(f *file) string {
			f.inits = append(f.inits, tensor("k", []int64{1, 1, 4, 4}, make([]float32, 16)...))
			f.nodes = [][]byte{node("Mul", "m", []string{"image", "k"})}
			return "m"
		},
		func(f *file) string {
			f.inits = append(f.inits, tensor("k", nil, 0))
			f.nodes = [][]byte{node("Div", "m", []string{"image", "k"})}
			return "m"
		},
	} {
		_, err := Parse(rgb(bad).bytes())
		require.ErrorContains(t, err, `constant "k"`)
	}
}

func TestCalibrate(t *testing.T) {
	dir := t.TempDir()
	picture(t, dir, "a.png", color.NRGBA{255, 255, 0, 255})
	picture(t, dir, "b.PNG", color.NRGBA{0, 0, 255, 255})
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644))
	m := parse(t, rgb(nil))
	net, rep, err := Import(ctx, m, Options{Calibrate: dir})
	require.NoError(t, err)
	require.Equal(t, 2, rep.Images)
	// Outputs are 1.5·255/256 and -0.25·255/256: 6 bits hold 1.5, 7 would not.
	require.Equal(t, spec.Format{Signed: true, Width: 8, Frac: 6}, net.Layers[0].Out.Format)
	require.Equal(t, spec.Format{Signed: true, Width: 8, Frac: 6}, net.Layers[1].Out.Format)
	require.Equal(t, []string{"c", "pool"}, []string{rep.Layers[0].Name, rep.Layers[1].Name})
	weights, nonZero, constant, dropped := rep.Totals()
	require.Equal(t, [4]int{3, 3, 0, 0}, [4]int{weights, nonZero, constant, dropped})

	_, _, err = Import(ctx, m, Options{Calibrate: t.TempDir()})
	require.ErrorContains(t, err, "no PNG or JPEG files")
	wrong := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(wrong, "x.png"), []byte("no picture"), 0o644))
	_, _, err = Import(ctx, m, Options{Calibrate: wrong})
	require.ErrorContains(t, err, "x.png")
}

func TestCheckReference(t *testing.T) {
	dir := t.TempDir()
	picture(t, dir, "p.png", color.NRGBA{255, 51, 0, 255})
	m := parse(t, rgb(nil))
	ref := filepath.Join(dir, "ref.json")
	write := func(outputs map[string][]float64) {
		b, err := json.Marshal(map[string]any{"runtime": "by hand", "outputs": outputs})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(ref, b, 0o644))
	}
	write(map[string][]float64{"p.png": {1 + 0.5*51.0/255}})
	devs, err := CheckReference(ctx, m, ref, dir)
	require.NoError(t, err)
	require.Len(t, devs, 1)
	require.Less(t, devs[0].Max, 1e-6)
	write(map[string][]float64{"p.png": {1.102}})
	devs, err = CheckReference(ctx, m, ref, dir)
	require.NoError(t, err)
	require.Greater(t, devs[0].Max, MaxReferenceDeviation)
	for want, outputs := range map[string]map[string][]float64{
		"no outputs":                       {},
		"p.png has 2 outputs, the model 1": {"p.png": {1, 2}},
		"q.png":                            {"q.png": {1}},
	} {
		write(outputs)
		_, err = CheckReference(ctx, m, ref, dir)
		require.ErrorContains(t, err, want)
	}
}

func TestImportIsDeterministicAndLeavesTheModel(t *testing.T) {
	m := parse(t, sample().with("w2", tensor("w2", []int64{2, 2, 1, 1}, 0.3, 0.01, -1.7, 9)))
	var topology, weights [][]byte
	for range 2 {
		net, _, err := Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
		require.NoError(t, err)
		a, b, err := spec.Encode(net)
		require.NoError(t, err)
		topology, weights = append(topology, a), append(weights, b)
	}
	require.Equal(t, topology[0], topology[1])
	require.Equal(t, weights[0], weights[1])
	require.InDelta(t, 0.3, m.layers[1].conv.weights[0], 1e-7)
}
