// Package unroll executes a circuit with registers cycle by cycle on values that
// need not be known.
//
// # Concepts
//
// A Machine holds a netlist.Module and the state of its registers. The caller
// gives it the inputs of a cycle, asks for nets of that cycle, and clocks it.
// Every value is a node of a Graph: a constant, a variable, or an expression over
// variables. Since the Graph folds constants, whatever depends on constants alone
// is computed: a run whose control is concrete stays concrete there, however much
// of its data is symbolic, and what is left of many cycles is the combinational
// circuit of the data alone, with the control folded away.
//
// Nets are computed when they are asked for, and of a multiplexer whose select is
// a constant only the selected arm is looked at. So words that a cycle does not
// use cost nothing.
//
// What no rule determines is a variable too, of the kind netlist.OpUndef: a
// register before its first write, a memory's contents at power-up, a word that
// the reader calls undefined. An expression without one in its cone does not
// depend on any of them.
//
// # Use
//
// NewGraph, NewMachine; then for each cycle Set the inputs, read Output, Net and
// Register, and Clock. With constants for all inputs and Start for the power-up
// state the same code is a simulator.
package unroll
