// Package quantize rounds the weights of a linear layer to grids of values by which
// hardware can multiply. It keeps the layer's outputs close to those of the trained layer.
//
// # Inputs of a method
//
// A weight of an output channel takes a value of a [Grid], which is sorted and holds 0.
// Here a grid has 0, the signed powers of two of a window, and sums of several of them
// ([Sums]). The methods work for any grid.
//
// [Moments] are the statistics that the methods use: means and covariances of a layer's
// inputs, and covariances of the inputs with the outputs that the layer should have. The
// inputs come from the layers before it, already quantized. The outputs are the trained
// network's. So a fit compensates for the errors of the layers before it.
//
// # Methods
//
//   - [Moments.MatchDeviation] keeps each output's mean and standard deviation.
//   - [Refit] fits the weights by least squares, damped towards the trained ones, and then
//     rounds them with error compensation.
//
// No proof depends on this package. It returns weights like any others, and proofs are
// about hardware with these weights.
package quantize
