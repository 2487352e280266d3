// Package dialect holds the strict reader against Yosys and against both simulators, on
// random texts.
//
// Generate writes a module of the dialect of package rtl/strict. Mutate changes a few of
// its tokens, so that most results are just outside of it. Compare has package rtl/strict
// read the modules, and those that it accepts are read by Yosys, Icarus and Verilator as
// well. They must have one meaning:
//
//   - Yosys accepts the text, and netlist.Same finds no difference in what both read.
//   - The simulators compute what the netlist does; see package fuzz/verilog.
//
// A refusal claims nothing, but it must have a place.
package dialect
