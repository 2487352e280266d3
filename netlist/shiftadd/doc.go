// Package shiftadd generates the hardware of a power-of-two layer: adders and
// wires, no multipliers.
//
// # Concepts
//
// A weight is ±2^k, so a tap adds or subtracts its input shifted left by k: a term. If a
// weight is a sum of several powers, each is a term of its own, and all of them read the
// tap's one port. The terms and the bias of one output channel are the leaves of a tree
// of adders whose root is the accumulator. The tail rounds it, brings it into the
// output's format and clamps it. Zero weights need no hardware, and a channel of zeros
// is a constant.
//
// Accelerators build the same sum in different ways, and Options has a knob for each:
// the shape of the tree, the widths of its adders, the subtraction of negative weights,
// and the sharing of sums of two inputs between channels. Check has the one table of
// which knob suits which accumulator.
//
// Every word inside the generator carries the exact interval of the number it
// stands for, derived from the ranges of the layer's inputs (spec.Layer.InRange)
// under the assumption that taps are independent. Tight widths are the fewest
// bits that hold this interval: no sign bit if no number is negative, and no bit
// that only inputs outside their range could set.
//
// The generator does not follow the reference model's formulas. Where golden adds a
// rounding constant that depends on the sign, the hardware uses the guard and sticky
// bits below the cut. Where golden compares with zero, the hardware uses the sign bit.
// So a proof shows two different formulations equal.
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
