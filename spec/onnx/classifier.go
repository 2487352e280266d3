package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// ClassifierOptions say what a classifier is for.
type ClassifierOptions struct {
	Features *spec.Layer // of a validated network; its output is what the classifier reads
	// Keep are the output formats of the classifier that it replaces. They are used if
	// there are as many layers and Samples is empty.
	Keep []spec.Format
	// Samples are features, as real numbers. With them the formats are chosen so that no
	// value saturates.
	Samples [][]float32
}

// hardened ends the note on a dense layer that reads a whole frame.
const hardened = ": it is hardened, as a convolution"

// IsClassifier reports whether a model is a classifier alone: it reads a vector or a map
// of one pixel, and all of its layers can be dense.
func (m *Model) IsClassifier() bool {
	if m.Input.H != 1 || m.Input.W != 1 {
		return false
	}
	for i, l := range m.layers {
		if !m.canBeDense(i, l) {
			return false
		}
	}
	return len(m.layers) > 0
}

// canBeDense reports whether layer i reads the one before it and only it, and is a matrix.
func (m *Model) canBeDense(i int, l *layer) bool {
	before := i - 1
	if i == 0 {
		before = floatnet.Image
	}
	if len(l.inputs) != 1 || l.inputs[0] != before {
		return false
	}
	if c := l.conv; c != nil {
		return c.kernel == [2]int{1, 1} && c.stride == [2]int{1, 1} && c.pad == [4]int{} && c.groups == 1
	}
	return l.dense != nil
}

// ImportClassifier turns a model that IsClassifier into dense layers behind
// opt.Features, quantized as Import quantizes the dense layers of a whole network:
// weights of int8 with the finest scale that holds the largest. The layers are not
// validated; put them in their network for that. The error lists all problems.
func ImportClassifier(ctx context.Context, m *Model, opt ClassifierOptions) ([]*spec.Layer, *Report, error) {
	// In a whole network, its first layer would be hardened. Here it is the head's.
	rep := &Report{Notes: slices.DeleteFunc(slices.Clone(m.Notes), func(note string) bool { return strings.HasSuffix(note, hardened) })}
	s := opt.Features.OutShape()
	var errs []error
	if n := s.C * s.H * s.W; m.Input.C != n {
		errs = append(errs, fmt.Errorf("the classifier reads %d features, and %s gives %d", m.Input.C, opt.Features.Name, n))
	}
	if len(m.Preprocess) > 0 {
		errs = append(errs, fmt.Errorf("step %s before the first layer: a head has no such steps; fold it into the weights", m.Preprocess[0].Op))
	}
	if m.integers || m.quantized != nil {
		errs = append(errs, errors.New("the classifier is quantized; give the one that was trained"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	dense := *m
	dense.layers = copyLayers(m.layers)
	for _, l := range dense.layers {
		if c := l.conv; c != nil {
			l.conv, l.dense = nil, denseOf(c)
		}
	}
	im := &importer{m: &dense, rep: rep, layers: dense.layers}
	for _, l := range im.layers {
		errs = append(errs, tooLarge(l))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	for _, l := range im.layers {
		h := head{}
		h.weights, h.frac = quantizeHead(l.dense)
		im.heads = append(im.heads, h)
	}
	if err := im.classifierFormats(ctx, opt); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	ls, err := im.classifier(opt.Features)
	return ls, rep, inFile(m.File, err)
}

// tooLarge reports the first weight that no power-of-two scale brings within int8.
func tooLarge(l *layer) error {
	n := len(l.dense.weights) / l.dense.outN
	for i, w := range l.dense.weights {
		if math.Abs(math.Round(math.Ldexp(w, -spec.MaxFrac))) > math.MaxInt8 {
			return fmt.Errorf("layer %s: weight %d of output %d is %v, more than the coarsest scale of int8 holds, 2^%d", l.name, i%n, i/n, w, spec.MaxFrac)
		}
	}
	return nil
}

func denseOf(c *convolution) *dense {
	return &dense{outN: c.outC, weights: c.weights, bias: c.bias}
}

// classifierFormats chooses the output formats.
func (im *importer) classifierFormats(ctx context.Context, opt ClassifierOptions) error {
	im.formats = im.m.formats()
	if len(opt.Samples) == 0 {
		same := len(opt.Keep) == len(im.formats)
		for i := 0; same && i < len(im.formats); i++ {
			same = opt.Keep[i].Signed == im.formats[i].Signed
		}
		if same {
			copy(im.formats, opt.Keep)
			im.note("formats are those of the classifier that is replaced")
		} else {
			im.note("formats are defaults: they were not calibrated on images")
		}
		return nil
	}
	g := im.m.graph(im.layers)
	ranges := make([]struct{ lo, hi float64 }, len(im.formats))
	for _, xs := range opt.Samples {
		t := floatnet.NewTensor(g.Input)
		copy(t.Data, xs)
		outs, err := g.Run(ctx, t)
		if err != nil {
			return err
		}
		for i := range im.formats {
			for _, y := range outs[i].Data {
				ranges[i].lo, ranges[i].hi = min(ranges[i].lo, float64(y)), max(ranges[i].hi, float64(y))
			}
		}
	}
	for i, r := range ranges {
		if r.lo != 0 || r.hi != 0 {
			im.formats[i] = widest(im.formats[i], r.lo, r.hi)
		}
	}
	im.rep.Images = len(opt.Samples)
	return nil
}

// classifier is the layers as integers.
func (im *importer) classifier(features *spec.Layer) ([]*spec.Layer, error) {
	var ls []*spec.Layer
	var errs []error
	name, inF := features.Name, features.Out.Format
	for i, l := range im.layers {
		f := im.formats[i]
		rep := LayerReport{Name: l.name, Format: f, Kind: "dense"}
		unit := inF.Frac + im.heads[i].frac
		for o, b := range l.dense.bias {
			if x := math.RoundToEven(math.Ldexp(b, unit)); x < math.MinInt32 || x > math.MaxInt32 {
				errs = append(errs, fmt.Errorf("layer %s: output %d: bias %v is %.0f in the accumulator's unit of 2^%d, more than its 32 bits hold", l.name, o, b, x, -unit))
			}
		}
		ls = append(ls, &spec.Layer{
			Name: l.name, Inputs: []string{name}, Op: im.dense(i, inF, &rep),
			Out: spec.Requant{Format: f, Rounding: spec.RND, Overflow: spec.SAT, Clamp: l.clamp(f)},
		})
		im.rep.Layers = append(im.rep.Layers, rep)
		name, inF = l.name, f
	}
	return ls, errors.Join(errs...)
}
