// Package onnx brings a user's network in: it reads an ONNX file, folds batch
// norm, and turns the real weights into a power-of-two network of package spec.
//
// # Reading
//
// Parse understands the part of ONNX that a frozen convolutional network uses:
// convolutions, batch norm, clamps, sums, the mean over the frame, dense layers, a
// final Softmax, and constant steps between the image and the first convolution.
// Exporters write these in many ways, and each way becomes the same layers: a clamp
// may be a Clip, a Relu, or Max and Min; a pool a ReduceMean; a dense layer a Gemm,
// a MatMul with an Add, or a 1×1 convolution after the pool; padding an attribute, a
// rule (auto_pad) or a Pad; what only moves or names values (Transpose, Reshape,
// Squeeze, Identity, Dropout, Cast) becomes nothing. A dense layer that reads a whole
// frame, flattened, is a convolution of one window and hardened as such; dense layers
// of vectors at the end are the programmable head. Everything else is refused by
// name: an operation or attribute that is skipped is a network that computes
// something else. All problems of a file are reported at once.
//
// Which versions of an operation are known, with which attributes, is a row of the
// table in table.go. Operator sets are not looked at otherwise: from the oldest
// that is read each operation is what its newest definition in the set says.
//
// A value of the graph is the output of a layer with its dimensions in some order
// (value.axes), perhaps with a Pad or a batch norm that the next convolution takes
// in. layout.go moves dimensions, shapes.go computes shapes, fold.go folds constants, operations.go makes
// layers.
//
// The result is a Model: real numbers, batch norm folded into the convolution
// before it, clamps attached to their layers. Float executes it as it was
// brought, and CheckReference compares it with outputs of another runtime.
//
// # Weights
//
// A weight becomes a code, 0 or ±2^k, with k inside a window of 2^(bits-1)-1
// exponents per output channel. Two ways lead there:
//
//   - Exact, the default: every folded weight already is 0 or ±2^k and is taken
//     as it is. One that is not is refused by layer, channel, index and value.
//   - A quantizer, asked for by "po2:bits=4". Each of its methods leaves exact powers
//     of two. MethodRound takes the nearest in the log domain, below the window of its
//     channel zero. The others fit each layer in turn to the outputs that it has in
//     the model, given what the layers before it compute by then; see sequence.go for
//     the order, fit.go for what is fitted, and package quantize for how. With
//     "terms=2" a weight is a sum of up to two powers of two of the window.
//
// Pruning makes weights 0 before that, see prune.go, and they stay 0.
//
// A model that is quantized already (QDQ, QONNX) is taken as it is, its weights as sums of
// as many powers of two as their integers need; see quantized.go.
//
// Powers of two are in po2.go. Biases become integers in the unit of their channel's
// accumulator; see bias.go for the channels where that does not fit.
//
// # Formats
//
// Activations are 8 bits. Calibration executes the power-of-two network, not the
// original, on photographs, and takes for each layer the most fraction bits with
// which nothing that was seen saturates; see calibrate.go.
//
// # The image
//
// In hardware an image byte b means b/256. A model trained on b/255 gets the
// factor 256/255 in the weights that read the image, before they are rounded. In
// an exact import nothing is scaled, since that would leave the powers of two:
// the network is taken to be trained on b/256. Recorded host steps act on b/255
// as in the model, and nothing is scaled either.
package onnx
