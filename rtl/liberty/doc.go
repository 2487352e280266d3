// Package liberty reads the functions of cells from a library in the Liberty format, and
// writes those cells as Verilog.
//
// A netlist after synthesis has instances of a library's cells. What they compute stands in
// the library: a function for each output, and for a flip-flop its clock, its next state and
// what sets or clears it. Parse reads these and passes over timing, power and area. Verilog
// writes one module for each cell that a netlist names, on the lines at which the library
// defines it, so that a place in the one is a place in the other.
//
// # Functions
//
// From the tightest to the loosest, functions have these operators:
//
//	A'  !A         not
//	A ^ B          exclusive or
//	A & B  A*B  A B    and
//	A + B  A | B   or
//
// # What is not read
//
// A cell with a latch, a state table, a bus, an output in high impedance, or both a clear and a
// preset is an error if a netlist has it, and is passed over otherwise. Supply pins are no
// ports.
package liberty
