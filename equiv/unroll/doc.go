// Package unroll executes a circuit with registers symbolically, cycle by cycle.
//
// # Concepts
//
// A Machine holds a netlist.Module and the state of its registers. The caller
// gives it the inputs of a cycle, asks for nets of that cycle, and clocks it.
// Every value is a node of a Graph: a constant, a variable, or an expression over
// variables. The Graph folds constants. So concrete control stays concrete, even if
// the data are symbolic. After many cycles an output is a combinational circuit of
// the data alone.
//
// Nets are computed on demand. Of a multiplexer with a constant select only the
// selected arm is computed. So words that a cycle does not use cost nothing.
//
// Undetermined values are variables too, of the kind netlist.OpUndef: a register
// before its first write, a memory's contents at power-up, a word that the reader
// calls undefined. An expression depends on such a value only if it is in its cone.
//
// # Use
//
// NewGraph, NewMachine; then for each cycle Set the inputs, read Output, Net and
// Register, and Clock. With constants for all inputs and Start for the power-up
// state the same code is a simulator.
package unroll
