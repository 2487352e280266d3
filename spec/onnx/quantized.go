package onnx

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// A quantized model has nodes that define its integers: QuantizeLinear and
// DequantizeLinear (QDQ) of ONNX, Quant of QONNX. If every scale is a power of two and
// every zero point is 0, package spec can represent it exactly: integers of a fixed-point
// format between the layers, integer weights, and the standard's rounding and
// saturation. Any other quantized model is refused.

// quantization is the conversion of real numbers to integers at one place of the model.
type quantization struct {
	format   spec.Format
	rounding spec.Rounding
	overflow spec.Overflow
}

// integerType is an element type that values are quantized to.
type integerType struct {
	signed bool
	width  int
}

var integerTypes = map[int64]integerType{
	typeUint8: {false, 8}, typeInt8: {true, 8}, typeUint16: {false, 16}, typeInt16: {true, 16}, typeInt32: {true, 32},
}

// scales is input k as powers of two. It returns their exponents: one, or one for each
// index of a dimension.
func (t *translator) scales(n *nodeProto, k int) ([]int, *tensorProto) {
	v := t.data(n, k, isConstant)
	if v == nil {
		return nil, nil
	}
	xs, err := v.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil, nil
	}
	out := make([]int, len(xs))
	for i, x := range xs {
		f, e := math.Frexp(x)
		if f != 0.5 {
			remedy := "quantize with scales that are powers of two"
			if x > 0 {
				nearest, _ := exponent(x)
				remedy += fmt.Sprintf("; the nearest is 2^%d", nearest)
			}
			t.nodeProblem(n, "scale %q: value %d is %v, no power of two; %s", n.inputs[k], i, x, remedy)
			return nil, nil
		}
		out[i] = e - 1
	}
	if len(out) == 0 {
		t.nodeProblem(n, "scale %q has no value", n.inputs[k])
		return nil, nil
	}
	return out, v.t
}

// zeroPoint checks that input k, if present, is 0. It returns its element type, or 0 if
// the input is absent.
func (t *translator) zeroPoint(n *nodeProto, k int) (kind int64, ok bool) {
	if t.arg(n, k) == nil {
		return 0, true
	}
	v := t.data(n, k, isConstant)
	if v == nil {
		return 0, false
	}
	var zs []float64
	if isReal(v.t.dataType) {
		xs, err := v.t.values()
		if err != nil {
			t.tensorProblems(n, err)
			return 0, false
		}
		zs = xs
	} else {
		xs, err := v.t.whole()
		if err != nil {
			t.tensorProblems(n, err)
			return 0, false
		}
		for _, x := range xs {
			zs = append(zs, float64(x))
		}
	}
	for i, z := range zs {
		if z != 0 {
			t.nodeProblem(n, "zero point %q: value %d is %v, want 0: the hardware has none; quantize symmetrically", n.inputs[k], i, z)
			return 0, false
		}
	}
	return v.t.dataType, true
}

// byPowers multiplies the integers xs of dimensions dims by powers of two, one for all or
// one for each index along an axis.
func byPowers(name string, xs []float64, dims []int64, exponents []int, axis int) *tensorProto {
	out := &tensorProto{name: name, dims: dims, dataType: typeDouble, doubles: make([]float64, len(xs))}
	for i, x := range xs {
		e := exponents[0]
		if len(exponents) > 1 {
			e = exponents[position(i, dims)[axis]]
		}
		out.doubles[i] = math.Ldexp(x, e)
	}
	return out
}

// quantizeLinear makes the output of the layer before it integers.
func (t *translator) quantizeLinear(n *nodeProto, a *attrs) *value {
	a.int("axis", 1) // of several scales
	a.exactly("saturate", 1, 1)
	a.exactly("block_size", 0, 0)
	a.exactly("precision", 0, 0)
	kind := a.int("output_dtype", 0)
	exponents, _ := t.scales(n, 1)
	zero, ok := t.zeroPoint(n, 2)
	if exponents == nil || !ok {
		return nil
	}
	if len(exponents) != 1 {
		t.nodeProblem(n, "scale %q has %d values: want one for the whole tensor; only weights have a scale for each channel", n.inputs[1], len(exponents))
		return nil
	}
	if kind == 0 {
		kind = zero
	}
	if kind == 0 {
		kind = typeUint8
	}
	to, ok := integerTypes[kind]
	if !ok {
		t.nodeProblem(n, "to element type %s: want %s, %s or another of integers", typeName(kind), typeName(typeInt8), typeName(typeUint8))
		return nil
	}
	v := t.quantize(n, &quantization{spec.Format{Signed: to.signed, Width: to.width, Frac: -exponents[0]}, spec.RNDConv, spec.SAT})
	if v != nil {
		v.steps = true
	}
	return v
}

// quantize attaches the quantization of input 0 to the layer that computes it, or to
// the image.
func (t *translator) quantize(n *nodeProto, q *quantization) *value {
	v := t.data(n, 0, isFeatures, isVector, isFlat, isImage)
	if v == nil {
		return nil
	}
	if err := q.format.Check(); err != nil {
		t.nodeProblem(n, "%v", err)
		return nil
	}
	at, what := &t.m.quantized, "the image"
	if v.kind != isImage {
		l := t.m.layers[v.layer]
		at, what = &l.quantized, "layer "+l.name
	}
	t.m.integers = true
	switch {
	case *at != nil && **at == *q: // again
	case *at != nil:
		t.nodeProblem(n, "%s is quantized to %v already, and here to %v; quantize it once", what, (*at).format, q.format)
		return nil
	case !v.sole():
		t.nodeProblem(n, "%s is also read by others, before it is quantized; let all read what DequantizeLinear gives", what)
		return nil
	default:
		*at = q
	}
	return t.again(v, v.axes)
}

// dequantizeLinear gives the real values of integers. These come from QuantizeLinear,
// or from a tensor of the file.
func (t *translator) dequantizeLinear(n *nodeProto, a *attrs) *value {
	at := a.int("axis", 1)
	a.exactly("block_size", 0, 0)
	a.int("output_dtype", typeFloat)
	x := t.arg(n, 0)
	exponents, scale := t.scales(n, 1)
	if _, ok := t.zeroPoint(n, 2); !ok || exponents == nil || x == nil {
		return nil
	}
	if x.kind != isConstant {
		q := t.m.quantized
		if x.steps && x.kind != isImage {
			q = t.m.layers[x.layer].quantized
		}
		switch {
		case !x.steps || q == nil:
			t.nodeProblem(n, "input 0, %q, is %v and not the integers of QuantizeLinear", n.inputs[0], x.kind)
			return nil
		case len(exponents) != 1 || exponents[0] != -q.format.Frac:
			t.nodeProblem(n, "scale %q is %v, and that of QuantizeLinear 2^%d; want the same", n.inputs[1], powersText(exponents), -q.format.Frac)
			return nil
		}
		v := t.again(x, x.axes)
		v.steps = false
		return v
	}
	xs, err := x.t.whole()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	k := 0
	if len(exponents) > 1 {
		if len(scale.dims) != 1 {
			t.nodeProblem(n, "scale %q has dimensions %v; blocks of a tensor are not supported", n.inputs[1], scale.dims)
			return nil
		}
		var ok bool
		if k, ok = axis(at, len(x.t.dims), true); !ok || x.t.dims[k] != int64(len(exponents)) {
			t.nodeProblem(n, "scale %q has %d values for dimension %d of %v", n.inputs[1], len(exponents), at, x.t.dims)
			return nil
		}
	}
	reals := make([]float64, len(xs))
	for i, v := range xs {
		reals[i] = float64(v)
	}
	t.m.integers = true
	return &value{kind: isConstant, t: byPowers(n.inputs[0], reals, x.t.dims, exponents, k)}
}

func powersText(exponents []int) string {
	s := ""
	for i, e := range exponents {
		switch {
		case i == 4:
			return s + ", …"
		case i > 0:
			s += ", "
		}
		s += fmt.Sprintf("2^%d", e)
	}
	return s
}

// roundings are the modes of QONNX's Quant that are read.
var roundings = map[string]spec.Rounding{"ROUND": spec.RNDConv, "FLOOR": spec.TRN, "ROUND_TO_ZERO": spec.TRNZero}

// quant is QONNX's Quant: in one node, it makes integers of any width and gives their
// real values.
func (t *translator) quant(n *nodeProto, a *attrs) *value {
	signed := a.int("signed", 1) != 0
	narrow := a.int("narrow", 0) != 0
	mode := a.text("rounding_mode", "ROUND")
	exponents, scale := t.scales(n, 1)
	_, ok := t.zeroPoint(n, 2)
	width, wide := t.scalar(n, 3)
	rounding, known := roundings[mode]
	if !known {
		a.problem("rounding_mode", "%q is not supported; use ROUND", mode)
	}
	if exponents == nil || !ok || !wide || !known {
		return nil
	}
	least := 1.0
	if signed {
		least = 2
	}
	if width != math.Trunc(width) || width < least || width > spec.MaxFormatWidth {
		t.nodeProblem(n, "bit width %q is %v: want an integer in %v..%d", n.inputs[3], width, least, spec.MaxFormatWidth)
		return nil
	}
	q := &quantization{spec.Format{Signed: signed, Width: int(width), Frac: -exponents[0]}, rounding, spec.SAT}
	if narrow {
		if !signed {
			a.problem("narrow", "of an unsigned tensor is not supported")
			return nil
		}
		q.overflow = spec.SATSym
	}
	x := t.arg(n, 0)
	if x == nil || x.kind != isConstant {
		if len(exponents) != 1 {
			t.nodeProblem(n, "scale %q has %d values: want one for the whole tensor; only weights have a scale for each channel", n.inputs[1], len(exponents))
			return nil
		}
		return t.quantize(n, q)
	}
	xs, err := x.t.values()
	if err != nil {
		t.tensorProblems(n, err)
		return nil
	}
	k := 0
	if len(exponents) > 1 {
		// The scale is broadcast: it has one value for each index of one dimension.
		skip := len(x.t.dims) - len(scale.dims)
		k = slices.IndexFunc(scale.dims, func(d int64) bool { return d > 1 }) + skip
		if skip < 0 || x.t.dims[k] != int64(len(exponents)) {
			t.nodeProblem(n, "scale %q of dimensions %v for a tensor of %v: want one value, or one for each of one dimension", n.inputs[1], scale.dims, x.t.dims)
			return nil
		}
	}
	bounds := q.overflow.Range(q.format)
	for i, v := range xs {
		e := exponents[0]
		if len(exponents) > 1 {
			e = exponents[position(i, x.t.dims)[k]]
		}
		v = q.real()(math.Ldexp(v, -e))
		xs[i] = min(max(v, float64(bounds.Lo)), float64(bounds.Hi))
	}
	t.m.integers = true
	return &value{kind: isConstant, t: byPowers(n.inputs[0], xs, x.t.dims, exponents, k)}
}

// whole checks that a quantized model defines the integers of every layer. The logits
// of the head may stay real numbers.
func (t *translator) whole() {
	if !t.m.integers {
		return
	}
	for i, l := range t.m.layers {
		if l.conv != nil {
			l.conv.integers = true
		}
		if l.quantized == nil && (l.maxPool != nil || l.split != nil) {
			// Layers that only move values do not change them.
			l.quantized = t.m.quantized
			if in := l.inputs[0]; in != floatnet.Image {
				l.quantized = t.m.layers[in].quantized
			}
		}
		if q := l.quantized; q != nil && l.clamps > 0 && (l.maxPool != nil || l.split != nil) && !(q.onGrid(l.lo) && q.onGrid(l.hi)) {
			t.add(l.problem("bounds %v to %v are no multiples of the scale 2^%d", l.lo, l.hi, -q.format.Frac))
		}
		if l.quantized == nil && (l.dense == nil || i != len(t.m.layers)-1) {
			t.add(l.problem("the model is quantized, and the output of this layer is not; quantize it, or give the model without QuantizeLinear and Quant"))
		}
	}
}

// real is the function that rounds real numbers to integers.
func (q *quantization) real() func(float64) float64 {
	switch q.rounding {
	case spec.TRN:
		return math.Floor
	case spec.TRNZero:
		return math.Trunc
	}
	return math.RoundToEven
}

// problem is a problem of a layer of a quantized model, which no quantizer of ours
// solves.
func (l *layer) problem(format string, args ...any) *Problem {
	return &Problem{Msg: "layer " + l.name + ": " + fmt.Sprintf(format, args...)}
}

// host checks that the host computes the same integers as the model's quantization of
// the image. The host rounds the results of its steps to the nearest and saturates. The
// check uses real numbers; a runtime that computes the steps in float32 may differ.
func (m *Model) host() error {
	q := m.quantized
	if q == nil || q.format == byteFormat && m.Preprocess == nil {
		return nil
	}
	if q.rounding != spec.RNDConv || q.overflow != spec.SAT {
		return errors.New("the image is quantized with another rounding than ROUND, or narrow: the host rounds to the nearest and saturates")
	}
	for c := range m.Input.C {
		for b := range 256 {
			v := float64(b) / 255
			for _, p := range m.Preprocess {
				k := p.Value[c%len(p.Value)]
				switch p.Op {
				case "mul":
					v *= k
				case "add":
					v += k
				case "sub":
					v -= k
				case "div":
					v /= k
				}
			}
			if v = math.Ldexp(v, q.format.Frac); math.Abs(v-math.Floor(v)-0.5) < 1e-9 && q.format.Range().Contains(int64(math.Floor(v))) {
				return fmt.Errorf("byte %d of channel %d of the image is %v steps of %v: halfway between two, where the model rounds to even and the host up; scale the image otherwise", b, c, v, q.format)
			}
		}
	}
	return nil
}

// onGrid reports whether a finite bound is a value of a quantized layer.
func (q *quantization) onGrid(x float64) bool {
	u := math.Ldexp(x, q.format.Frac)
	return math.IsInf(x, 0) || u == math.Trunc(u)
}

// exactReciprocal is a reciprocal of n for means of n integers in r, times 2^up. Such a
// mean, computed with it, is rounded as its real value is. ok is false if a mean may
// lie halfway between two integers.
func exactReciprocal(n int, r spec.Range, up int) (recip int64, frac int, ok bool) {
	if n&(n-1) == 0 {
		recip, frac = reciprocal(n)
		return recip, frac, true
	}
	twos := 0
	for n>>twos&1 == 0 {
		twos++
	}
	if up < twos {
		return 0, 0, false
	}
	// No mean is nearer than 1/2n to such a place. The reciprocal is off by at most half of
	// 2^-frac, and so is its product with a sum by less than that.
	sum := new(big.Int).Mul(big.NewInt(max(-r.Lo, r.Hi)), big.NewInt(int64(n)))
	frac = sum.BitLen() + up + big.NewInt(int64(n)).BitLen()
	if frac > spec.MaxAccWidth {
		return 0, 0, false
	}
	one := new(big.Int).Lsh(big.NewInt(2), uint(frac))
	one.Add(one, big.NewInt(int64(n)))
	return one.Quo(one, big.NewInt(2*int64(n))).Int64(), frac, true
}
