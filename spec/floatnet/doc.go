// Package floatnet executes convolutional networks in float32. It serves to measure
// accuracy. It is never a reference: no proof uses its results.
//
// It has two uses. The importer builds the user's unquantized network, with batch norm
// folded, and checks it against outputs of another runtime. FromNetwork builds the
// real-valued reading of a power-of-two network: the same weights, biases and clamps, but
// no rounding between layers. The comparison of package golden with it gives the
// signal-to-quantization-noise ratio of the fixed-point formats.
//
// A Graph is a list of Nodes in execution order. A node reads earlier nodes by index;
// Image stands for the graph's input. It yields one Tensor: channels, then rows, then
// columns, row-major, without a batch axis. Run returns the output of every node.
//
// Convolutions run in parallel over output channels; everything else is small.
package floatnet
