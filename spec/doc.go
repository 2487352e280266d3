// Package spec defines power-of-two networks and the meaning of each of their
// operations. It knows number formats, weight codes, layers and files. It knows no
// netlist, solver or RTL.
//
// # Numbers
//
// An activation is an integer in a fixed-point [Format]. A weight is a [Code]:
// zero, or a sign and an exponent. The exponent lies inside a window above the base of
// the output channel. So a multiplication is a shift by a constant, which is wiring. A
// bias is an integer in the unit of its channel's accumulator.
//
// A weight may also be the sum of several codes, its terms ([Conv].Terms, [Weight]): an
// integer in canonical signed digits, times two to the power of its base. Four terms
// represent every int8 weight exactly. The paper's networks have one term per weight.
//
// # Layers
//
// A [Network] is a list of [Layer] in execution order. A layer has one or two
// inputs, an operation ([Conv], [Add], [Pool], [MaxPool], [AvgPool], [Concat], [Split],
// [Dense]) and a tail. The operation fills an accumulator exactly, or as its
// [Accumulator] declares. The tail, [Requant], shifts, rounds, handles overflow and
// clamps. The dense layers form the head: only a dense layer reads a dense layer. The
// first one reads a map of one pixel, whose channels are its features.
//
// # Validation
//
// A network is usable after [Network.Validate]. It resolves the shapes, formats and
// ranges that the accessors of [Layer] return, and reports every [Problem] at once. All
// later code may rely on these facts:
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
// A network is a directory. network.json holds topology, formats and modes, for people.
// weights.safetensors holds codes, bases, biases and dense weights. [Load] reads a
// network strictly. [Save] writes it deterministically to the byte.
//
// Short names: oc and ic are an output and an input channel, t a tap, ky and kx
// a kernel row and column, acc an accumulator, lo and hi the ends of a range.
package spec
