// Package sequential turns hardware that computes a layer over several clocks into the
// circuit of its inputs that a compare point is about.
//
// # Concepts
//
//	protocol     how others use the block: what starts it, and what tells of its end
//	computation  from a start to the last output
//	position     what the registers hold, and how far the computation is
//	control      registers that hold constants in a position
//	data         registers that hold anything when a computation begins
//
// # Method
//
// A block is executed clock by clock, on values that need not be known (package unroll):
// at power-up every register holds a symbol of its own, and inputs are symbols. Reset
// leaves constants in what is control. A counter, a state, an address of a weight then
// stay constants, since no data reach them, and fold away; what is left of an output is
// a circuit of the inputs alone, without registers.
//
// Others may do anything that the protocol leaves to them: start or wait, hold a
// computation back, take an output late. All that is visited (explore.go, step.go), until
// no position is new. In every one of them the bits that tell of an output, or of
// whether a start counts, have to be constants: one that depends on data, or on what
// nobody knows, ends the exploration with a Problem that says on what. Nothing is
// guessed.
//
// Every computation begins with anything in the registers that do not hold constants, so
// that what the one before left there cannot help. The position behind a computation is
// visited like any other, and begins the next one. When none is new, every computation
// there will ever be is one of those that were seen. That is the induction.
//
// Inputs are there for as long as the protocol says; at other times each of them is a
// new symbol in every clock. A block that looks at one then has it in its output, and is
// not proved.
//
// # Refutation
//
// A Player executes a block on numbers, from three states at power-up at once, with
// several computations after another. What is wrong in all three is a Trace, which is
// made smaller and can be repeated in a simulator.
package sequential
