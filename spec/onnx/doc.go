// Package onnx imports a user's network. It reads an ONNX file, folds batch norm, and
// turns the real weights into a power-of-two network of package spec.
//
// # Reading
//
// Parse understands the part of ONNX that a frozen convolutional network uses:
// convolutions, batch norm, clamps, sums, the mean over the frame, dense layers, a
// final Softmax, and constant steps between the image and the first convolution.
// Exporters write these in many ways, and each way becomes the same layers:
//
//   - A clamp may be a Clip, a Relu, or Max and Min.
//   - A pool may be a ReduceMean.
//   - The largest of a frame (GlobalMaxPool, ReduceMax, a MaxPool of the frame's size) and
//     a MaxPool of large windows are several max pools of small ones.
//   - A dense layer may be a Gemm, a MatMul with an Add, or a 1×1 convolution after
//     the pool.
//   - Padding may be an attribute, a rule (auto_pad) or a Pad.
//   - Operations that only move or name values (Transpose, Reshape, Squeeze, Identity,
//     Dropout, Cast) make no layer.
//
// A dense layer that reads a whole flattened frame becomes a hardened convolution with
// one window. Dense layers of vectors at the end become the programmable head. A batch
// norm, or arithmetic with a constant for each channel, goes into a layer before or
// behind it. Where none can take it in, it becomes a depthwise convolution of one pixel;
// see points.go. What the end of a model makes of the logits (Softmax, LogSoftmax,
// Sigmoid, ArgMax) is left to the host. Nodes that the output does not need are left out.
// Parse refuses everything else by name, since a network without that operation or attribute
// would compute something else. It reports all problems of a file at once.
//
// The table in table.go has a row for each operation, with its known versions and
// attributes. Operator sets matter only for that: each operation means what its newest
// definition in the set says.
//
// A value of the graph is the output of a layer with its dimensions in some order
// (value.axes). It may carry a Pad or a batch norm that the next convolution absorbs.
// layout.go moves dimensions, constants.go computes what is constant, fold.go folds
// constants into layers, and operations.go makes layers.
//
// The result is a Model: real numbers, with batch norm folded into the convolution
// before it, and clamps attached to their layers. Float executes it unquantized, and
// CheckReference compares it with outputs of another runtime.
//
// # Weights
//
// A weight becomes a code, 0 or ±2^k, with k inside a window of 2^(bits-1)-1
// exponents per output channel. There are two ways:
//
//   - Exact, the default. Every folded weight must already be 0 or ±2^k. The problem of
//     any other weight names its layer, channel, index and value.
//   - A quantizer, such as "po2:bits=4". Each of its methods yields exact powers of two.
//     MethodRound takes the nearest in the log domain, and 0 below the channel's window.
//     The others fit one layer after the other to its outputs in the model, given what
//     the quantized layers before it compute; see sequence.go for the order, fit.go for
//     the data, and package quantize for the methods. With "terms=2" a weight is a sum
//     of up to two powers of two of the window.
//
// Pruning (prune.go) sets weights to 0 before that, and they stay 0.
//
// A quantized model (QDQ, QONNX) is imported exactly. A weight has as many terms as its
// integer needs; see quantized.go.
//
// Powers of two are in po2.go. Biases become integers in the unit of their channel's
// accumulator; bias.go handles the channels where they do not fit.
//
// # Formats
//
// Activations have 8 bits. Calibration executes the power-of-two network, not the
// original, on photographs. For each layer it takes the most fraction bits with which
// no value of these runs saturates; see calibrate.go.
//
// # The image
//
// In hardware an image byte b means b/256. A model trained on b/255 gets the
// factor 256/255 in the weights that read the image, before they are rounded. An exact
// import scales nothing, since scaled weights would not be powers of two. It takes the
// network to be trained on b/256. With recorded host steps nothing is scaled either:
// they act on b/255, as in the model.
package onnx
