// Package floatnet executes convolutional networks in float32. It is a
// yardstick, never a reference: nothing that is proven or reported as proven
// comes from here.
//
// Two graphs are of interest. The importer builds the unquantized network that
// a user brought, batch norm folded, and checks it against outputs recorded
// elsewhere. FromNetwork builds the real-valued reading of a power-of-two
// network: the same weights, biases and clamps, but no rounding between layers.
// What the integers of package golden lose against it is the signal to
// quantization noise ratio of the fixed-point formats.
//
// A Graph is a list of Nodes in execution order. Each consumes earlier nodes by
// index, Image standing for the graph's input, and yields one Tensor: channels,
// then rows, then columns, row-major, without a batch axis. Run returns the
// output of every node.
//
// Convolutions run in parallel over output channels; everything else is small.
package floatnet
