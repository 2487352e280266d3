package zoo

import (
	"context"
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/onnx"
)

// Options of a network. The zero value is the network as published, with seed 0.
type Options struct {
	Seed uint64
	// Divide divides the number of channels of every layer, and of features in a
	// multilayer perceptron; 0 means 1. It keeps the structure.
	Divide int
	// Rows and Columns are the image's; 0 means the published number.
	Rows, Columns int
}

func (o Options) channels(n int) int { return max(1, n/max(1, o.Divide)) }

func (o Options) frame(rows, columns int) (int, int) {
	if o.Rows > 0 {
		rows = o.Rows
	}
	if o.Columns > 0 {
		columns = o.Columns
	}
	return rows, columns
}

// Network is one of the zoo.
type Network struct {
	Name  string
	Build func(o Options) []byte
	// Input is the image's shape.
	Input func(o Options) spec.Shape
}

// Networks has every network.
var Networks = []Network{
	{"mobilenet_v1", MobileNetV1, shape(3, 224, 224)},
	{"resnet18", ResNet18, shape(3, 224, 224)},
	{"ds_cnn", DSCNN, shape(1, 49, 10)},
	{"mlp", MLP, shape(1, 28, 28)},
	{"kinds", Kinds, shape(1, 9, 7)},
}

func shape(channels, rows, columns int) func(o Options) spec.Shape {
	return func(o Options) spec.Shape {
		h, w := o.frame(rows, columns)
		return spec.Shape{C: channels, H: h, W: w}
	}
}

// Import is the network with powers of two of four bits as weights, and formats without
// calibration.
func (n Network) Import(ctx context.Context, o Options) (*spec.Network, error) {
	m, err := onnx.Parse(n.Build(o))
	if err != nil {
		return nil, err
	}
	net, _, err := onnx.Import(ctx, m, onnx.Options{Quantizer: onnx.Quantizer{Bits: 4, Round: true}})
	return net, err
}

// Find is the network with a name.
func Find(name string) (Network, error) {
	var names []string
	for _, n := range Networks {
		if n.Name == name {
			return n, nil
		}
		names = append(names, n.Name)
	}
	return Network{}, fmt.Errorf("no network %q; there are %q", name, names)
}

// features are a value of the graph with as many channels.
type features struct {
	name string
	c    int
}

// convolution is a convolution of out channels with batch norm, without an activation.
func (b *builder) convolution(name string, x features, out int, kernel [2]int, stride [2]int, pads [4]int64, groups int) features {
	in := x.c / groups
	deviation := math.Sqrt(2 / float64(in*kernel[0]*kernel[1]))
	w := b.tensor(name+".weight", []int64{int64(out), int64(in), int64(kernel[0]), int64(kernel[1])},
		func(int) float64 { return b.random.NormFloat64() * deviation })
	y := b.node("Conv", name, []string{x.name, w},
		attribute{"kernel_shape", []int64{int64(kernel[0]), int64(kernel[1])}},
		attribute{"strides", []int64{int64(stride[0]), int64(stride[1])}},
		attribute{"pads", pads[:]}, attribute{"group", int64(groups)})
	each := []int64{int64(out)}
	params := []string{y}
	for _, p := range []struct {
		name string
		of   func(int) float64
	}{
		{"scale", func(int) float64 { return 0.5 + b.random.Float64() }},
		{"shift", func(int) float64 { return b.random.NormFloat64() / 4 }},
		{"mean", func(int) float64 { return b.random.NormFloat64() / 4 }},
		{"variance", func(int) float64 { return 0.5 + b.random.Float64() }},
	} {
		params = append(params, b.tensor(name+"."+p.name, each, p.of))
	}
	return features{b.node("BatchNormalization", name+"_norm", params), out}
}

func (b *builder) relu(x features) features {
	return features{b.node("Relu", x.name+"_relu", []string{x.name}), x.c}
}

// separable is a depthwise convolution and a pointwise one behind it.
func (b *builder) separable(name string, x features, out, stride int) features {
	s := [2]int{stride, stride}
	x = b.relu(b.convolution(name+"_depthwise", x, x.c, [2]int{3, 3}, s, [4]int64{1, 1, 1, 1}, x.c))
	return b.relu(b.convolution(name+"_pointwise", x, out, [2]int{1, 1}, [2]int{1, 1}, [4]int64{}, 1))
}

// dense is a matrix product with a bias.
func (b *builder) dense(name string, x features, out int) features {
	deviation := math.Sqrt(2 / float64(x.c))
	w := b.tensor(name+".weight", []int64{int64(out), int64(x.c)}, func(int) float64 { return b.random.NormFloat64() * deviation })
	bias := b.tensor(name+".bias", []int64{int64(out)}, func(int) float64 { return b.random.NormFloat64() / 10 })
	return features{b.node("Gemm", name, []string{x.name, w, bias}, attribute{"transB", int64(1)}), out}
}

// classifier is the mean over the frame and a dense layer.
func (b *builder) classifier(x features, classes int) features {
	pooled := b.node("GlobalAveragePool", "pool", []string{x.name})
	flat := b.node("Flatten", "flat", []string{pooled}, attribute{"axis", int64(1)})
	return b.dense("classifier", features{flat, x.c}, classes)
}

func (b *builder) done(s spec.Shape, y features) []byte {
	return b.file("image", []int64{1, int64(s.C), int64(s.H), int64(s.W)}, y.name, 1, int64(y.c))
}

// MobileNetV1 is the network of Howard et al., 2017: a convolution, 13 depthwise
// separable ones, the mean and a classifier of 1000 classes.
func MobileNetV1(o Options) []byte {
	s := shape(3, 224, 224)(o)
	b := newBuilder("mobilenet_v1", o)
	same := [4]int64{1, 1, 1, 1}
	x := b.relu(b.convolution("stem", features{"image", s.C}, o.channels(32), [2]int{3, 3}, [2]int{2, 2}, same, 1))
	for i, l := range []struct{ out, stride int }{
		{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2},
		{512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1},
	} {
		x = b.separable(fmt.Sprintf("block%d", i+1), x, o.channels(l.out), l.stride)
	}
	return b.done(s, b.classifier(x, o.channels(1000)))
}

// ResNet18 is the network of He et al., 2015: a convolution, a max pool, eight blocks
// of two convolutions followed by an addition and a ReLU, the mean and a classifier of
// 1000 classes.
func ResNet18(o Options) []byte {
	s := shape(3, 224, 224)(o)
	b := newBuilder("resnet18", o)
	x := b.relu(b.convolution("stem", features{"image", s.C}, o.channels(64), [2]int{7, 7}, [2]int{2, 2}, [4]int64{3, 3, 3, 3}, 1))
	x.name = b.node("MaxPool", "maxpool", []string{x.name}, attribute{"kernel_shape", []int64{3, 3}},
		attribute{"strides", []int64{2, 2}}, attribute{"pads", []int64{1, 1, 1, 1}})
	same := [4]int64{1, 1, 1, 1}
	for stage, out := range []int{64, 128, 256, 512} {
		for i := range 2 {
			name := fmt.Sprintf("layer%d_%d", stage+1, i)
			out, stride := o.channels(out), [2]int{1, 1}
			if stage > 0 && i == 0 {
				stride = [2]int{2, 2}
			}
			short := x
			y := b.relu(b.convolution(name+"_conv1", x, out, [2]int{3, 3}, stride, same, 1))
			y = b.convolution(name+"_conv2", y, out, [2]int{3, 3}, [2]int{1, 1}, same, 1)
			if stage > 0 && i == 0 {
				short = b.convolution(name+"_downsample", x, out, [2]int{1, 1}, stride, [4]int64{}, 1)
			}
			x = b.relu(features{b.node("Add", name+"_add", []string{y.name, short.name}), out})
		}
	}
	return b.done(s, b.classifier(x, o.channels(1000)))
}

// DSCNN is the small depthwise separable network of Zhang et al., 2017, for keywords.
// Its image has one channel, 49 windows of 10 coefficients. It has a convolution of
// 10×4, four depthwise separable ones of 64 channels, the mean and a classifier of 12
// words.
func DSCNN(o Options) []byte {
	s := shape(1, 49, 10)(o)
	b := newBuilder("ds_cnn", o)
	x := b.relu(b.convolution("stem", features{"image", s.C}, o.channels(64), [2]int{10, 4}, [2]int{2, 2}, [4]int64{4, 1, 5, 1}, 1))
	for i := range 4 {
		x = b.separable(fmt.Sprintf("block%d", i+1), x, o.channels(64), 1)
	}
	return b.done(s, b.classifier(x, 12))
}

// MLP is a multilayer perceptron for digits: an image of 28×28 of one channel, hidden
// layers of 128 and 64 features, ten classes.
func MLP(o Options) []byte {
	s := shape(1, 28, 28)(o)
	b := newBuilder("mlp", o)
	flat := b.node("Flatten", "flat", []string{"image"}, attribute{"axis", int64(1)})
	x := b.relu(b.dense("hidden1", features{flat, s.C * s.H * s.W}, o.channels(128)))
	x = b.relu(b.dense("hidden2", x, o.channels(64)))
	return b.done(s, b.dense("classifier", x, 10))
}

// Kinds has a layer of every kind: pools of windows with and without padding, of signed
// and unsigned values, channels that are split and concatenated, and an addition
// followed by a ReLU. It is not published, and small enough for tests.
func Kinds(o Options) []byte {
	s := shape(1, 9, 7)(o)
	b := newBuilder("kinds", o)
	one, same := [2]int{1, 1}, [4]int64{1, 1, 1, 1}
	window := func(rows, columns, stride int64, pads ...int64) []attribute {
		a := []attribute{{"kernel_shape", []int64{rows, columns}}, {"strides", []int64{stride, stride}}}
		if pads != nil {
			a = append(a, attribute{"pads", pads})
		}
		return a
	}
	counted := attribute{"count_include_pad", int64(1)}
	x := b.relu(b.convolution("stem", features{"image", s.C}, 4, [2]int{3, 3}, one, same, 1))
	x.name = b.node("MaxPool", "most", []string{x.name}, window(3, 3, 2, 1, 1, 1, 1)...)
	x = b.convolution("middle", x, 4, [2]int{3, 3}, one, same, 1)
	x.name = b.node("MaxPool", "most_signed", []string{x.name}, window(2, 2, 1)...)
	b.node("Split", "left", []string{x.name}, attribute{"axis", int64(1)}, attribute{"", "right"})
	even := b.node("AveragePool", "mean4", []string{"left"}, append(window(2, 2, 1, 1, 1, 0, 0), counted)...)
	odd := b.node("AveragePool", "mean9", []string{"right"}, append(window(3, 3, 1, 1, 1, 1, 1), counted)...)
	x = features{b.node("Concat", "all", []string{even, "right", odd}, attribute{"axis", int64(1)}), 6}
	y := b.convolution("last", x, 6, one, one, [4]int64{}, 1)
	x = b.relu(features{b.node("Add", "sum", []string{y.name, x.name}), 6})
	return b.done(s, b.classifier(x, 3))
}

// Classifier is dense layers alone, with ReLU between them, for the features of a network
// that exists already. sizes are the number of features and then of each layer's outputs.
func Classifier(o Options, sizes ...int) []byte {
	b := newBuilder("classifier", o)
	x := features{"features", sizes[0]}
	for i, n := range sizes[1:] {
		if i > 0 {
			x = b.relu(x)
		}
		x = b.dense(fmt.Sprintf("dense%d", i), x, n)
	}
	return b.file("features", []int64{1, int64(sizes[0])}, x.name, 1, int64(x.c))
}
