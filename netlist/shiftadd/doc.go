// Package shiftadd generates the hardware of a power-of-two layer: adders and
// wires, no multipliers.
//
// # Concepts
//
// A weight is ±2^k, so a tap contributes its input moved k wires up, added or
// subtracted: a term. Where a weight is a sum of several powers, each is a term of its
// own, and the tap has one port that all of them read. The terms and the bias of one output channel are the
// leaves of a tree of adders whose root is the accumulator; the tail rounds it,
// brings it into the output's format and clamps it. Zero weights leave no
// hardware at all, and a channel of zeros is a constant.
//
// Real accelerators build the same sum in different ways, and Options has a knob
// for each: the shape of the tree, the widths of its adders, how a negative
// weight subtracts, whether sums of two inputs are shared between channels.
// Check is the one table of which knob suits which accumulator.
//
// Every word inside the generator carries the exact interval of the number it
// stands for, derived from the ranges of the layer's inputs (spec.Layer.InRange)
// under the assumption that taps are independent. Tight widths are the fewest
// bits that hold this interval: no sign bit where nothing is negative, no bit
// that could only be reached by inputs outside their range.
//
// The generator does not follow the reference model's formulas. Where golden
// adds a rounding constant that depends on the sign, the hardware looks at the
// guard and sticky bits below the cut; where golden compares with zero, the
// hardware looks at the sign bit. Proving two different formulations equal means
// something.
//
// # Use
//
// New checks a layer of a validated network and the options; Modules lists what
// the layer consists of, and Module builds one of them. Channel, Shared, Add,
// Accumulate and Mean are the same by name. A channel that takes shared terms
// has them as inputs s0, s1, …; netlist.Link plugs Shared into it.
//
// # Legend
//
//	acc   the accumulator, before the tail
//	oc    an output channel; ic a channel of the input map
//	leaf  an operand of the adder tree
//	r     the interval of a word's number
//	s     a right shift, or a shared term
package shiftadd
