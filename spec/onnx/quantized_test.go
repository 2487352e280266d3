package onnx

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// integer8 is a tensor of int8 or uint8, in raw_data.
func integer8(name string, kind int64, ds []int64, xs ...int64) []byte {
	raw := make([]byte, len(xs))
	for i, x := range xs {
		raw[i] = byte(x)
	}
	return cat(dims(ds), num(2, kind), str(8, name), sub(9, raw))
}

// integer32 is a tensor of int32, in int32_data.
func integer32(name string, ds []int64, xs ...int64) []byte {
	var data []byte
	for _, x := range xs {
		data = append(data, num(5, x)...)
	}
	return cat(dims(ds), num(2, typeInt32), data, str(8, name))
}

func domain(name string, node []byte) []byte { return cat(node, str(7, name)) }

// dialect writes what is an integer where.
type dialect struct {
	*file
	qonnx bool
}

// activation makes out of in, quantized to 2^e.
func (d *dialect) activation(in, out string, signed bool, e int) {
	d.scale(out, e)
	if d.qonnx {
		d.inits = append(d.inits, tensor(out+"_zero", nil, 0), tensor(out+"_width", nil, 8))
		d.nodes = append(d.nodes, domain("qonnx.custom_op.general", node("Quant", out, []string{in, out + "_scale", out + "_zero", out + "_width"},
			intAttr("signed", map[bool]int64{true: 1}[signed]), intAttr("narrow", 0), textAttr("rounding_mode", "ROUND"))))
		return
	}
	kind := map[bool]int64{true: typeInt8, false: typeUint8}[signed]
	d.inits = append(d.inits, integer8(out+"_zero", kind, nil, 0))
	d.nodes = append(d.nodes,
		node("QuantizeLinear", out+"_q", []string{in, out + "_scale", out + "_zero"}),
		node("DequantizeLinear", out, []string{out + "_q", out + "_scale", out + "_zero"}))
}

func (d *dialect) scale(name string, es ...int) {
	var xs []float32
	for _, e := range es {
		xs = append(xs, float32(math.Ldexp(1, e)))
	}
	var ds []int64
	if len(es) > 1 {
		ds = []int64{int64(len(es))}
		if d.qonnx {
			ds = append(ds, 1, 1, 1)
		}
	}
	d.inits = append(d.inits, tensor(name+"_scale", ds, xs...))
}

// weights are integers times 2^es, one for all or one for each output; biases are 32 bits
// at the scale of the input, 2^in, times theirs.
func (d *dialect) weights(name string, ds []int64, ws, bias []int64, in int, es ...int) {
	d.scale(name, es...)
	zero, sum := integer8(name+"_zero", typeInt8, nil, 0), make([]int, len(es))
	if len(es) > 1 {
		zero = integer8(name+"_zero", typeInt8, []int64{int64(len(es))}, make([]int64, len(es))...)
	}
	for i, e := range es {
		sum[i] = in + e
	}
	at := func(es []int, i, n int) int { return es[i*len(es)/n] }
	if d.qonnx {
		var reals, biases []float32
		for i, w := range ws {
			reals = append(reals, float32(math.Ldexp(float64(w), at(es, i, len(ws)))))
		}
		for i, b := range bias {
			biases = append(biases, float32(math.Ldexp(float64(b), at(sum, i, len(bias)))))
		}
		d.inits = append(d.inits, tensor(name+"_real", ds, reals...), tensor(name+"_bias", []int64{int64(len(bias))}, biases...),
			tensor(name+"_none", nil, 0), tensor(name+"_width", nil, 8))
		d.nodes = append(d.nodes, domain("qonnx.custom_op.general", node("Quant", name, []string{name + "_real", name + "_scale", name + "_none", name + "_width"}, intAttr("signed", 1))))
		return
	}
	d.inits = append(d.inits, integer8(name+"_int", typeInt8, ds, ws...), zero, integer32(name+"_bias32", []int64{int64(len(bias))}, bias...))
	d.scale(name+"_bias", sum...)
	d.nodes = append(d.nodes,
		node("DequantizeLinear", name, []string{name + "_int", name + "_scale", name + "_zero"}, intAttr("axis", 0)),
		node("DequantizeLinear", name+"_bias", []string{name + "_bias32", name + "_bias_scale"}, intAttr("axis", 0)))
}

// reals evaluates a model as ONNX says, in float32: what is exact there is what the network
// has to be. A map is channels of rows of columns.
type reals [][][]float32

func eachOf(m reals, f func(float32) float32) reals {
	out := make(reals, len(m))
	for c := range m {
		for _, row := range m[c] {
			var r []float32
			for _, v := range row {
				r = append(r, f(v))
			}
			out[c] = append(out[c], r)
		}
	}
	return out
}

func quantized(signed bool, e int) func(float32) float32 {
	lo, hi := 0.0, 255.0
	if signed {
		lo, hi = -128, 127
	}
	return func(v float32) float32 {
		scale := float32(math.Ldexp(1, e))
		return float32(min(max(math.RoundToEven(float64(v/scale)), lo), hi)) * scale
	}
}

func clip(lo, hi float32) func(float32) float32 {
	return func(v float32) float32 { return min(max(v, lo), hi) }
}

// convolved is a convolution of k×k with (k-1)/2 zeros around the frame.
func convolved(in reals, k, stride, groups int, ws, bias []float32) reals {
	outC, perGroup := len(bias), len(in)/groups
	out := make(reals, outC)
	pad := (k - 1) / 2
	for oc := range outC {
		for y := 0; y < len(in[0]); y += stride {
			var row []float32
			for x := 0; x < len(in[0][0]); x += stride {
				sum := bias[oc]
				for i := range perGroup {
					for ky := range k {
						for kx := range k {
							iy, ix := y+ky-pad, x+kx-pad
							if iy >= 0 && iy < len(in[0]) && ix >= 0 && ix < len(in[0][0]) {
								sum += in[oc/(outC/groups)*perGroup+i][iy][ix] * ws[((oc*perGroup+i)*k+ky)*k+kx]
							}
						}
					}
				}
				row = append(row, sum)
			}
			out[oc] = append(out[oc], row)
		}
	}
	return out
}

// largest is the maximum of each pixel and its neighbours.
func largest(in reals) reals {
	out := make(reals, len(in))
	for c := range in {
		for y := range in[c] {
			var row []float32
			for x := range in[c][y] {
				m := in[c][y][x]
				for iy := max(0, y-1); iy <= min(len(in[c])-1, y+1); iy++ {
					for ix := max(0, x-1); ix <= min(len(in[c][y])-1, x+1); ix++ {
						m = max(m, in[c][iy][ix])
					}
				}
				row = append(row, m)
			}
			out[c] = append(out[c], row)
		}
	}
	return out
}

// realWeights are those of a quantized layer, as real numbers.
type realWeights struct{ ws, bias []float32 }

// quantizedModel is a model of random integers. Rounds differ in dialect, operator set,
// size, scales and whether the logits are quantized.
func quantizedModel(rng *rand.Rand, round int) (d *dialect, size int, made map[string]realWeights) {
	size = []int{8, 6}[round%2] // a pool of 16 values and of 9
	d = &dialect{&file{opset: 13 + int64(round%4)*4, input: info("image", 1, 3, int64(size), int64(size)), output: "fc"}, round%3 == 2}
	if d.qonnx {
		d.top = sub(8, cat(str(1, "qonnx.custom_op.general"), num(2, 1)))
	}
	made = map[string]realWeights{}
	weights := func(name string, ds []int64, outputs, in int, perChannel bool, most int64) {
		es := []int{-6 - rng.IntN(2)}
		if perChannel {
			es = make([]int, outputs)
			for i := range es {
				es[i] = -7 + rng.IntN(3)
			}
		}
		n := 1
		for _, s := range ds {
			n *= int(s)
		}
		var l realWeights
		var ws, bias []int64
		for i := range n {
			w := rng.Int64N(2*most+1) - most
			if rng.IntN(4) == 0 {
				w = 0
			}
			if most == 127 && rng.IntN(16) == 0 && name != "w_fc" {
				w = -128
			}
			ws = append(ws, w)
			l.ws = append(l.ws, float32(math.Ldexp(float64(w), es[i*len(es)/n])))
		}
		for i := range outputs {
			b := rng.Int64N(4001) - 2000
			bias = append(bias, b)
			l.bias = append(l.bias, float32(math.Ldexp(float64(b), in+es[i*len(es)/outputs])))
		}
		d.weights(name, ds, ws, bias, in, es...)
		made[name] = l
	}
	channelwise := round%4 < 2
	d.activation("image", "x", true, -6)
	weights("w1", []int64{4, 3, 3, 3}, 4, -6, channelwise, 127)
	d.nodes = append(d.nodes, node("Conv", "c1", []string{"x", "w1", "w1_bias"}, intsAttr("pads", 1, 1, 1, 1), intsAttr("strides", 2, 2)), node("Relu", "r1", []string{"c1"}))
	d.activation("r1", "a1", false, -5)
	weights("w2", []int64{4, 1, 3, 3}, 4, -5, channelwise, 127)
	d.nodes = append(d.nodes, node("MaxPool", "mp", []string{"a1"}, intsAttr("kernel_shape", 3, 3), intsAttr("pads", 1, 1, 1, 1)),
		node("Conv", "c2", []string{"mp", "w2", "w2_bias"}, intsAttr("pads", 1, 1, 1, 1), intAttr("group", 4)), node("Clip", "r2", []string{"c2", "zero", "six"}))
	d.activation("r2", "a2", false, -5)
	weights("w3", []int64{4, 4, 1, 1}, 4, -5, channelwise, 20)
	d.nodes = append(d.nodes, node("Conv", "c3", []string{"a2", "w3", "w3_bias"}))
	d.activation("c3", "a3", true, -4)
	d.nodes = append(d.nodes, node("Add", "sum", []string{"a3", "a1"}))
	d.activation("sum", "a4", true, -4)
	d.nodes = append(d.nodes, node("GlobalAveragePool", "pool", []string{"a4"}))
	d.activation("pool", "a5", true, -5)
	weights("w_fc", []int64{3, 4}, 3, -5, false, 127)
	d.nodes = append(d.nodes, node("Flatten", "flat", []string{"a5"}), node("Gemm", "fc", []string{"flat", "w_fc", "w_fc_bias"}, intAttr("transB", 1)))
	d.inits = append(d.inits, tensor("zero", nil, 0), tensor("six", nil, 5.5))
	if round%2 == 0 {
		d.activation("fc", "end", true, -3)
		d.output = "end"
	}
	return d, size, made
}

// TestQuantizedModelsAreExact: models of int8 weights and activations, in QDQ and in
// QONNX, with scales for each tensor and for each channel, against their evaluation in
// floats: every output of every layer, bit for bit.
func TestQuantizedModelsAreExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 13))
	several, ties := 0, 0
	for round := range 24 {
		d, size, made := quantizedModel(rng, round)
		m := parse(t, d.file)
		net, _, err := Import(ctx, m, Options{})
		require.NoError(t, err)
		for _, l := range net.Layers {
			if c, ok := l.Op.(*spec.Conv); ok {
				several = max(several, c.Terms)
			}
		}
		e, err := golden.New(net)
		require.NoError(t, err)
		for range 40 {
			frame := golden.NewTensor(net.Input.Shape)
			x := make(reals, 3)
			for c := range x {
				for y := range size {
					x[c] = append(x[c], nil)
					for range size {
						v := int32(rng.IntN(256) - 128)
						frame.Data[(c*size+y)*size+len(x[c][y])] = v
						x[c][y] = append(x[c][y], float32(math.Ldexp(float64(v), -6)))
					}
				}
			}
			a1 := eachOf(eachOf(convolved(x, 3, 2, 1, made["w1"].ws, made["w1"].bias), clip(0, math.MaxFloat32)), quantized(false, -5))
			mp := largest(a1)
			a2 := eachOf(eachOf(convolved(mp, 3, 1, 4, made["w2"].ws, made["w2"].bias), clip(0, 5.5)), quantized(false, -5))
			c3 := convolved(a2, 1, 1, 1, made["w3"].ws, made["w3"].bias)
			a3 := eachOf(c3, quantized(true, -4))
			sum := make(reals, 4)
			var means []float32
			for c := range sum {
				total := float32(0)
				for y := range a3[c] {
					sum[c] = append(sum[c], nil)
					for k := range a3[c][y] {
						sum[c][y] = append(sum[c][y], quantized(true, -4)(a3[c][y][k]+a1[c][y][k]))
						total += sum[c][y][k]
					}
				}
				mean := total / float32(len(a3[c])*len(a3[c]))
				if u := float64(mean) * 32; u-math.Floor(u) == 0.5 {
					ties++
				}
				means = append(means, quantized(true, -5)(mean))
			}
			var logits []float32
			for o := range 3 {
				s := made["w_fc"].bias[o]
				for i, v := range means {
					s += v * made["w_fc"].ws[o*4+i]
				}
				if round%2 == 0 {
					s = quantized(true, -3)(s)
				}
				logits = append(logits, s)
			}
			tr, err := e.Run(ctx, frame)
			require.NoError(t, err)
			for i, want := range []reals{a1, mp, a2, a3, sum, nil, nil} {
				l, got := net.Layers[i], tr.Outputs[i]
				var flat []float32
				for _, plane := range want {
					for _, row := range plane {
						flat = append(flat, row...)
					}
				}
				switch l.Kind() {
				case "pool":
					flat = means
				case "dense":
					flat = logits
				}
				require.Len(t, got.Data, len(flat), l.Name)
				for k, v := range got.Data {
					if l.Kind() == "dense" && round%2 == 1 {
						// The model leaves the logits real; 16 bits may not hold all digits.
						flat[k] = float32(math.Ldexp(math.Floor(math.Ldexp(float64(flat[k]), l.Out.Format.Frac)+0.5), -l.Out.Format.Frac))
					}
					require.Equal(t, float64(flat[k]), math.Ldexp(float64(v), -l.Out.Format.Frac), "round %d, layer %s, value %d", round, l.Name, k)
				}
			}
		}
	}
	require.Equal(t, 4, several)
	require.NotZero(t, ties)
}

// TestUnfitQuantization: what is no network of powers of two is refused with the node, the
// tensor, the value and what to do.
func TestUnfitQuantization(t *testing.T) {
	base := func() *dialect {
		d := &dialect{file: &file{opset: 13, input: info("image", 1, 2, 2, 2), output: "y"}}
		d.activation("image", "x", true, -6)
		d.weights("w", []int64{2, 2, 1, 1}, []int64{5, -3, 127, 0}, []int64{7, -9}, -6, -7, -5)
		d.nodes = append(d.nodes, node("Conv", "c", []string{"x", "w", "w_bias"}))
		d.activation("c", "y", true, -4)
		return d
	}
	for name, c := range map[string]struct {
		change func(*dialect)
		want   string
	}{
		"scale":      {func(d *dialect) { d.with("y_scale", tensor("y_scale", nil, 0.1)) }, `node "y_q" (QuantizeLinear): scale "y_scale": value 0 is 0.10000000149011612, no power of two; quantize with scales that are powers of two; the nearest is 2^-3`},
		"one scale":  {func(d *dialect) { d.with("w_scale", tensor("w_scale", []int64{2}, 0.5, 0.75)) }, `node "w" (DequantizeLinear): scale "w_scale": value 1 is 0.75, no power of two; quantize with scales that are powers of two; the nearest is 2^0`},
		"no scale":   {func(d *dialect) { d.with("y_scale", tensor("y_scale", nil, 0)) }, `node "y_q" (QuantizeLinear): scale "y_scale": value 0 is 0, no power of two; quantize with scales that are powers of two`},
		"zero point": {func(d *dialect) { d.with("y_zero", integer8("y_zero", typeUint8, nil, 128)) }, `node "y_q" (QuantizeLinear): zero point "y_zero": value 0 is 128, want 0: the hardware has none; quantize symmetrically`},
		"of weights": {func(d *dialect) { d.with("w_zero", integer8("w_zero", typeInt8, []int64{2}, 0, -3)) }, `node "w" (DequantizeLinear): zero point "w_zero": value 1 is -3, want 0`},
		"other scale": {func(d *dialect) {
			d.inits = append(d.inits, tensor("other", nil, 0.5))
			d.with("y", node("DequantizeLinear", "y", []string{"y_q", "other", "y_zero"}))
		}, `node "y" (DequantizeLinear): scale "other" is 2^-1, and that of QuantizeLinear 2^-4; want the same`},
		"empty scale": {func(d *dialect) { d.with("w_scale", tensor("w_scale", []int64{0})) }, `node "w" (DequantizeLinear): scale "w_scale" has no value`},
		"blocks":      {func(d *dialect) { d.with("w_scale", tensor("w_scale", []int64{2, 1}, 0.5, 0.25)) }, `node "w" (DequantizeLinear): scale "w_scale" has dimensions [2 1]; blocks of a tensor are not supported`},
		"axis": {func(d *dialect) {
			d.with("w", node("DequantizeLinear", "w", []string{"w_int", "w_scale"}, intAttr("axis", 3)))
		}, `node "w" (DequantizeLinear): scale "w_scale" has 2 values for dimension 3 of [2 2 1 1]`},
		"of channels": {func(d *dialect) { d.with("y_scale", tensor("y_scale", []int64{2}, 0.5, 0.25)) }, `node "y_q" (QuantizeLinear): scale "y_scale" has 2 values: want one for the whole tensor; only weights have a scale for each channel`},
		"no integers": {func(d *dialect) { d.with("y", node("DequantizeLinear", "y", []string{"c", "y_scale", "y_zero"})) }, `node "y" (DequantizeLinear): input 0, "c", is a feature map and not the integers of QuantizeLinear`},
		"integers":    {func(d *dialect) { d.with("y", node("Relu", "y", []string{"y_q"})) }, `node "y" (Relu): input 0, "y_q", is the integers of QuantizeLinear; DequantizeLinear must go before`},
		"between": {func(d *dialect) {
			d.nodes = append(d.nodes, node("Conv", "c2", []string{"c", "w"}), node("Add", "end", []string{"c2", "y"}))
			d.output = "end"
		}, `layer c is also read by others, before it is quantized; let all read what DequantizeLinear gives`},
		"not quantized": {func(d *dialect) {
			d.nodes = append(d.nodes, node("Conv", "c2", []string{"y", "w"}))
			d.output = "c2"
		}, `layer c2: the model is quantized, and the output of this layer is not`},
		"old":        {func(d *dialect) { d.opset = 9 }, `node "x_q" (QuantizeLinear): is an operation of operator set 10 on, and the model has 9`},
		"in integer": {func(d *dialect) { d.with("c", node("QLinearConv", "c", []string{"x"})) }, `node "c" (QLinearConv): QLinearConv is not supported: it computes in integers; export the model in QDQ format`},
	} {
		d := base()
		c.change(d)
		_, err := Parse(d.bytes())
		require.ErrorContains(t, err, c.want, name)
	}
	m := parse(t, base().file)
	_, _, err := Import(ctx, m, Options{})
	require.NoError(t, err)
	_, _, err = Import(ctx, m, Options{Quantizer: Quantizer{Bits: 4, Round: true}})
	require.ErrorContains(t, err, "the model is quantized: its weights and formats are taken as they are")
	for name, c := range map[string]struct {
		change func(*dialect)
		want   string
	}{
		"halfway": {func(d *dialect) {
			d.nodes = append([][]byte{node("Mul", "bytes", []string{"image", "bytes_by"})}, d.nodes...)
			d.inits = append(d.inits, tensor("bytes_by", nil, 255))
			d.with("x_q", node("QuantizeLinear", "x_q", []string{"bytes", "x_scale", "x_zero"})).with("x_scale", tensor("x_scale", nil, 2))
		}, `byte 1 of channel 0 of the image is 0.5 steps of s8.-1: halfway between two, where the model rounds to even and the host up`},
		"bias":    {func(d *dialect) { d.with("w_bias_scale", tensor("w_bias_scale", []int64{2}, 0x1p-60, 0x1p-11)) }, `layer c: channel 0: bias`},
		"weights": {func(d *dialect) { d.with("w", tensor("w", []int64{2, 2, 1, 1}, 0.1, 1, 1, 1)) }, `layer c: a weight is a sum of`},
	} {
		d := base()
		c.change(d)
		if name == "weights" {
			d.nodes = append(d.nodes[:2:2], d.nodes[3:]...)
			d.inits = append(d.inits, tensor("w", []int64{2, 2, 1, 1}, 0.1, 1, 1, 1))
		}
		_, _, err := Import(ctx, parse(t, d.file), Options{})
		require.ErrorContains(t, err, c.want, name)
	}
}

// TestExactReciprocal: the mean of n integers is rounded as its real value is, for every
// sum, or refused.
func TestExactReciprocal(t *testing.T) {
	for n := 1; n <= 60; n++ {
		for up := -2; up <= 3; up++ {
			r := spec.Range{Lo: -9, Hi: 12}
			recip, frac, ok := exactReciprocal(n, r, up)
			if !ok {
				continue
			}
			for sum := r.Lo * int64(n); sum <= r.Hi*int64(n); sum++ {
				want := math.RoundToEven(math.Ldexp(float64(sum), up) / float64(n))
				got := golden.Round(golden.Int64{}, spec.RNDConv, frac-up, sum*recip)
				require.Equal(t, int64(want), got, fmt.Sprintf("%d/%d·2^%d", sum, n, up))
			}
		}
	}
	_, _, ok := exactReciprocal(49, spec.Range{Hi: 255}, 0)
	require.True(t, ok)
	_, _, ok = exactReciprocal(49, spec.Range{Hi: 255}, -1)
	require.False(t, ok)
	_, _, ok = exactReciprocal(6, spec.Range{Hi: 255}, 0)
	require.False(t, ok)
}
