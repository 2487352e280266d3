// Package spec says what a power-of-two network is and what each of its
// operations means. It knows number formats, weight codes, layers and files; it
// knows no netlist, solver or RTL.
//
// # Numbers
//
// An activation is an integer in a fixed-point [Format]. A weight is a [Code]:
// zero, or a sign and an exponent inside a window above the base of its output
// channel, so that a multiplication is a wire. A bias is an integer in the unit
// of its channel's accumulator.
//
// A weight may also be the sum of several codes, its terms ([Conv].Terms, [Weight]): an
// integer in canonical signed digits, times the power of two of its base. So an int8
// weight is exact with four terms. The paper's networks have one term a weight.
//
// # Layers
//
// A [Network] is a list of [Layer] in execution order. A layer has one or two
// inputs, an operation ([Conv], [Add], [Pool], [MaxPool], [AvgPool], [Concat], [Split],
// [Dense]) that fills an accumulator exactly (or as its [Accumulator] declares), and a
// tail, [Requant]: shift, round, overflow, clamp. The dense layers form the head: nothing but a
// dense layer reads a dense layer, and the first one reads a map of one pixel, whose
// channels are its features.
//
// # Validation
//
// A network is usable after [Network.Validate], which resolves the shapes,
// formats and ranges that the accessors of [Layer] return and reports every
// [Problem] at once. Everything after it may rely on these facts:
//
//   - The range of every accumulator, before it wraps or saturates, fits
//     MaxAccWidth (48) bits two's complement, also after the left shift of a
//     requantization; a dense accumulator fits 32 bits.
//   - A requantization shifts by at most MaxShift (48) places either way.
//   - The sum of the magnitudes of bias and terms is at most 2^60.
//
// With them int64 arithmetic over the definitions cannot overflow. A partial sum
// of terms in any order is at most 2^60. Rounding adds at most 2^48-1 to a value
// below 2^47; overflow and clamping compare values below 2^48 with the ends of a
// format, below 2^32; wrapping adds at most 2^47.
//
// # Files
//
// A network is a directory: network.json holds what a person reads (topology,
// formats, modes) and weights.safetensors what a person does not (codes, bases,
// biases, dense weights). [Load] and [Save] are the two directions; reading is
// strict, and writing is deterministic to the byte.
//
// Short names: oc and ic are an output and an input channel, t a tap, ky and kx
// a kernel row and column, acc an accumulator, lo and hi the ends of a range.
package spec
