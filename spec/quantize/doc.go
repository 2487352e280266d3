// Package quantize puts the weights of a linear layer on grids of values that hardware can
// multiply by, so that the layer's outputs stay what they should be.
//
// # What a layer needs
//
// A weight of an output channel takes a value of a [Grid], which is sorted and holds 0:
// here 0, the signed powers of two of a window, and sums of several of them ([Sums]). What
// the grid holds is no concern of the methods.
//
// [Moments] are what the methods know of data: means and covariances of a layer's inputs,
// and of the inputs with the outputs that the layer should have. Inputs are those that the
// layer really gets, from layers before it that are quantized already; outputs are the
// trained network's. A fit so makes up for what was lost before it.
//
// # Methods
//
//   - [Moments.MatchDeviation] keeps each output's mean and standard deviation.
//   - [Refit] fits the weights by least squares, damped towards the trained ones, and then
//     rounds them with error compensation.
//
// Nothing here decides whether hardware is right: what comes out are weights like any
// others, and everything that is proved is proved of them.
package quantize
