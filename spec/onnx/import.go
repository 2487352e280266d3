package onnx

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/floatnet"
)

// Options of Read and Import. The zero value accepts only exact powers of two, and does
// not calibrate formats.
type Options struct {
	Name      string    // of the network; "" is the model's own
	Quantizer Quantizer // how weights become powers of two
	Output    string    // one of several outputs, or a tensor inside; Read leaves out what it does not need
	Calibrate string    // folder of PNG or JPEG pictures of the input's size; "" keeps the default formats
	// Progress, unless nil, is called after each fitted layer; of is the number of such layers.
	Progress func(layer string, of int)
}

// Report says what Import did.
type Report struct {
	Notes  []string // what was dropped, ignored or assumed, one line each
	Images int      // pictures that the formats were calibrated on
	Layers []LayerReport
}

// LayerReport is one layer of the network.
type LayerReport struct {
	Name    string      `json:"name"`
	Kind    string      `json:"kind"`
	Format  spec.Format `json:"format"`
	Bits    int         `json:"bits"`    // of a code; 0 where there is none
	Terms   int         `json:"terms"`   // codes of a weight
	Weights int         `json:"weights"` // of a convolution or a dense layer
	NonZero int         `json:"non_zero"`
	Zeroed  int         `json:"zeroed"` // of a convolution: not zero in the model, and zero in the network
	// Channels of a convolution whose weights are all zero.
	Constant int `json:"constant"`
	// Weights that were too fine for their channel's accumulator; see settle.
	Dropped int `json:"dropped"`
}

// Totals adds up the convolutions.
func (r *Report) Totals() (weights, nonZero, constant, dropped int) {
	for _, l := range r.Layers {
		if l.Kind == "conv" {
			weights, nonZero = weights+l.Weights, nonZero+l.NonZero
			constant, dropped = constant+l.Constant, dropped+l.Dropped
		}
	}
	return weights, nonZero, constant, dropped
}

// Zeroed is the number of convolution weights that the network sets to zero.
func (r *Report) Zeroed() int {
	n := 0
	for _, l := range r.Layers {
		n += l.Zeroed
	}
	return n
}

// Import turns a model into a validated network; the package documentation has the
// rules. Problems with weights are *WeightProblem, all at once in a list (see
// spec.Problems), each after the name of the model's file. Import does not change the
// model.
func Import(ctx context.Context, m *Model, opt Options) (*spec.Network, *Report, error) {
	if err := opt.Quantizer.check(); err != nil {
		return nil, nil, err
	}
	im := &importer{m: m, opt: opt, rep: &Report{Notes: append([]string(nil), m.Notes...)}, layers: copyLayers(m.layers)}
	if m.integers && (opt.Quantizer.Round || opt.Calibrate != "") {
		return nil, nil, inFile(m.File, errors.New("the model is quantized: its weights and formats are taken as they are, without --quantize po2 and --calibrate; or give the model that was trained"))
	}
	if err := m.host(); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	if err := im.scaleImage(); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	im.prune()
	if err := im.round(ctx); err != nil {
		return nil, nil, err
	}
	spelled, err := opt.Quantizer.powers(im.layers)
	if err != nil {
		return nil, nil, inFile(m.File, err)
	}
	im.spelled = spelled
	im.heads = make([]head, len(im.layers))
	for i, l := range im.layers {
		if l.dense != nil {
			if err := tooLarge(l); err != nil {
				return nil, nil, inFile(m.File, err)
			}
			if m.integers {
				l.dense.trained = slices.Clone(l.dense.weights)
			}
			im.heads[i].weights, im.heads[i].frac = quantizeHead(l.dense)
		}
	}
	if im.input, err = m.inputFormat(); err != nil {
		return nil, nil, inFile(m.File, err)
	}
	im.formats = m.formats()
	if opt.Calibrate != "" {
		if err := im.calibrate(ctx); err != nil {
			return nil, nil, fmt.Errorf("calibration: %w", err)
		}
	} else if !m.integers {
		im.note("formats are defaults: they were not calibrated on images")
	}
	net, err := im.network()
	if err != nil {
		return nil, nil, inFile(m.File, err)
	}
	return net, im.rep, inFile(m.File, net.Validate())
}

// round fits weights to pictures if the method needs them. The results are powers of
// two, which Quantizer.powers keeps.
func (im *importer) round(ctx context.Context) error {
	q := im.opt.Quantizer
	if !q.Round {
		return nil
	}
	method := q.Used(im.opt.Calibrate != "")
	if method == MethodRound {
		if im.opt.Calibrate == "" && q.Method == MethodBest {
			im.note("weights are rounded one by one: methods that keep more of the model need --calibrate")
		}
		return nil
	}
	if im.opt.Calibrate == "" {
		return fmt.Errorf("method=%s fits weights to pictures: --calibrate names their folder, and is missing", method)
	}
	paths, err := floatnet.Pictures(im.opt.Calibrate)
	if err != nil {
		return fmt.Errorf("calibration: %w", err)
	}
	if err := im.fit(ctx, method, paths); err != nil {
		return fmt.Errorf("method=%s: %w", method, err)
	}
	return nil
}

type importer struct {
	m       *Model
	opt     Options
	rep     *Report
	layers  []*layer // the model's, weights replaced step by step
	spelled []spelling
	heads   []head
	input   spec.Format
	formats []spec.Format
	pruned  bool // weights that are 0 stay 0
}

// head is a dense layer's integers.
type head struct {
	weights []int8
	frac    int
}

func (im *importer) note(format string, args ...any) {
	im.rep.Notes = append(im.rep.Notes, fmt.Sprintf(format, args...))
}

// copyLayers copies what the importer changes: weights and biases.
func copyLayers(ls []*layer) []*layer {
	out := make([]*layer, len(ls))
	for i, l := range ls {
		c := *l
		if l.conv != nil {
			conv := *l.conv
			conv.weights, conv.bias = slices.Clone(conv.weights), slices.Clone(conv.bias)
			c.conv = &conv
		}
		if l.dense != nil {
			d := *l.dense
			d.weights, d.bias = slices.Clone(d.weights), slices.Clone(d.bias)
			c.dense = &d
		}
		out[i] = &c
	}
	return out
}

// scaleImage accounts for the meaning of a byte b: b/256 in hardware and b/255 in the
// model. With recorded host steps it is b/255 in both.
func (im *importer) scaleImage() error {
	if im.m.Preprocess != nil || im.m.quantized != nil && im.m.quantized.format != byteFormat {
		return nil
	}
	if !im.opt.Quantizer.Round {
		im.note("an image byte b is read as b/256: exact weights cannot absorb 256/255")
		return nil
	}
	for _, l := range im.layers {
		for _, in := range l.inputs {
			if in != floatnet.Image {
				continue
			}
			if l.conv == nil {
				return fmt.Errorf("layer %s: reads the image and has no weights to absorb 256/255", l.name)
			}
			for i := range l.conv.weights {
				l.conv.weights[i] *= 256.0 / 255
			}
		}
	}
	return nil
}

// graph executes the layers as they are now, on the image as the hardware
// reads it.
func (im *importer) graph() *floatnet.Graph {
	g := im.m.graph(im.layers)
	if im.m.Preprocess == nil {
		g.PerByte = 1.0 / 256
	}
	return g
}

func (im *importer) calibrate(ctx context.Context) error {
	paths, err := floatnet.Pictures(im.opt.Calibrate)
	if err != nil {
		return err
	}
	im.rep.Images = len(paths)
	if err := calibrate(ctx, im.graph(), im.formats, paths); err != nil {
		return err
	}
	for i, l := range im.layers {
		if l.partial {
			im.formats[i] = im.formats[l.inputs[0]]
		}
	}
	return nil
}
