package onnx

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Widths of the values between layers, in bits.
const (
	activationWidth = 8
	logitWidth      = 16
	// Fraction bits of unbounded outputs without calibration.
	defaultFrac      = 4
	defaultLogitFrac = 8
)

// byteFormat is that of an image byte b, which stands for b/256.
var byteFormat = spec.Format{Width: activationWidth, Frac: activationWidth}

// inputFormat is the format to which the model quantizes the image, or u8.8 for bytes.
// Preprocessed images get the most fraction bits that hold the results of the steps for
// b/255 in 0..1.
func (m *Model) inputFormat() (spec.Format, error) {
	if m.quantized != nil {
		return m.quantized.format, nil
	}
	if m.Preprocess == nil {
		return byteFormat, nil
	}
	g := floatnet.Graph{Input: m.Input, PerByte: 1.0 / 255, Preprocess: m.Preprocess}
	frame := m.Input.H * m.Input.W
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, b := range []uint8{0, 255} { // every step is monotonous
		bytes := make([]uint8, m.Input.C*frame)
		for i := range bytes {
			bytes[i] = b
		}
		t, err := g.Tensor(bytes)
		if err != nil {
			return spec.Format{}, err
		}
		for c := range m.Input.C {
			lo, hi = min(lo, float64(t.Data[c*frame])), max(hi, float64(t.Data[c*frame]))
		}
	}
	return widest(spec.Format{Signed: lo < 0, Width: activationWidth}, lo, hi), nil
}

// widest is f with the most fraction bits that hold lo and hi, rounded.
func widest(f spec.Format, lo, hi float64) spec.Format {
	f.Frac = spec.MaxFrac
	for f.Frac > -spec.MaxFrac && (math.Round(math.Ldexp(hi, f.Frac)) > float64(f.Max()) ||
		math.Round(math.Ldexp(lo, f.Frac)) < float64(f.Min())) {
		f.Frac--
	}
	return f
}

// formats are the layers' output formats before calibration, which changes only Frac.
// Outputs that cannot be negative are unsigned. Logits have 16 bits, other outputs 8.
// Fraction bits are the most that hold an upper clamp (5 for ReLU6). Pools and layers
// that only move values have those of their input. Unbounded outputs get 4, and logits
// 8.
func (m *Model) formats() []spec.Format {
	fs := make([]spec.Format, len(m.layers))
	for i, l := range m.layers {
		f := spec.Format{Signed: l.lo < 0, Width: activationWidth, Frac: defaultFrac}
		switch {
		case l.conv == nil && l.dense == nil:
			signed, coarsest := false, spec.MaxFrac
			for _, in := range l.inputs {
				if in != floatnet.Image {
					signed = signed || fs[in].Signed
					coarsest = min(coarsest, fs[in].Frac)
				}
			}
			f.Signed = f.Signed && signed
			if !l.add && coarsest < spec.MaxFrac {
				f.Frac = coarsest
			}
		case l.dense != nil && i == len(m.layers)-1:
			f = spec.Format{Signed: true, Width: logitWidth, Frac: defaultLogitFrac}
		}
		if !math.IsInf(l.hi, 1) && l.hi > 0 {
			f = widest(f, min(0, l.lo, l.hi), l.hi)
		}
		if l.quantized != nil {
			f = l.quantized.format
		}
		fs[i] = f
	}
	return fs
}

// clamp is a layer's clamp in units of its output format, nil when it has none.
// An end that the format cannot hold is the format's own end.
func (l *layer) clamp(f spec.Format) *spec.Range {
	if !l.bounded() {
		return nil
	}
	round := math.Round
	if l.quantized != nil {
		round = l.quantized.real()
	}
	unit := func(x float64) int64 {
		x = round(math.Ldexp(x, f.Frac))
		return int64(min(max(x, float64(f.Min())), float64(f.Max())))
	}
	return &spec.Range{Lo: unit(l.lo), Hi: unit(l.hi)}
}
