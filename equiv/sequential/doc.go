// Package sequential unrolls hardware that computes a layer over several clocks. The
// result is a combinational circuit of the layer's inputs, for a compare point.
//
// # Concepts
//
//	protocol     how the environment uses the block: how it starts a computation, and
//	             how the block signals the end
//	computation  from a start to the last output
//	position     the contents of the registers, and the progress of the computation
//	control      registers that hold constants in a position
//	data         registers with arbitrary contents when a computation begins
//
// # Method
//
// The block is executed symbolically, clock by clock (package unroll). At power-up every
// register holds a symbol of its own, and inputs are symbols. Reset leaves constants in
// the control registers. Counters, states and weight addresses then stay constants, since
// no data reach them, and fold away. An output becomes a circuit of the inputs alone,
// without registers.
//
// The environment may do anything that the protocol leaves open: start or wait, stall a
// computation, take an output late. The exploration (explore.go, step.go) visits all of
// these choices, until no position is new. In every position, the bits that signal an
// output, or say whether a start counts, must be constants. If one depends on data or on
// an unknown value, the exploration ends with a Problem that names the dependence.
// Nothing is guessed.
//
// At the start of a computation all registers that do not hold constants get arbitrary
// contents. So no computation can rely on what the one before left there. The position
// after a computation is visited like any other, and begins the next one. When no
// position is new, every possible computation is one of those explored. That is the
// induction.
//
// Inputs are valid for as long as the protocol says. At other times each of them is a new
// symbol in every clock. If a block reads an input then, its output depends on that
// symbol, and is not proved.
//
// # Refutation
//
// A Player executes a block on numbers: several computations in a row, from three
// power-up states at once. A fault that occurs from all three gives a Trace,
// which is minimized and can be replayed in a simulator. A fault that comes late, as
// after 200 computations or 64 clocks without one, is not found so. Then the Player
// follows the Path on which the exploration came to the place of the fault.
package sequential
