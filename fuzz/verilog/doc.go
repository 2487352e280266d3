// Package verilog compares three readings of random Verilog: the front end's netlist,
// Icarus and Verilator.
//
// # Concepts
//
// A proof about a user's Verilog is about the netlist that the front end read.
// Hand-made samples cannot cover all texts that a front end may misread. So random
// modules use the constructs of Verilog-2005 and of synthesizable SystemVerilog, and
// each is read in three ways:
//
//	netlist    rtl.Yosys reads it, rtl.Design elaborates it, package netlist evaluates it
//	Icarus     event-driven simulation, four-valued
//	Verilator  compiled simulation, two-valued
//
// Compare compares the three on shared vectors. A text claims nothing if the front end
// refuses it, if a rule of rtl/source/rules finds it, or if its netlist is undefined.
// Otherwise both simulators must agree with the netlist. An output claims a value from
// the first cycle in which no power-up value of a register can reach it. An x in Icarus
// is no contradiction.
//
// A new kind of disagreement becomes a rule there, or a fix of the elaborator. If one
// simulator alone differs, against the standard, the kind goes into Known with its
// reason. Shrink makes a module small enough to see which case it is.
//
// # Use
//
// Generate makes the module of a seed. Campaign compares many. Its Tally is kept in
// last.txt:
//
//	go test -tags nightly -run TestThreeReadings -timeout 6h ./fuzz/verilog -args -record last.txt
//
// This command reads modules with a disagreement again, by seed and index, on the same
// vectors, and shrinks those that still disagree:
//
//	go test -tags nightly -run TestThreeReadings ./fuzz/verilog -args -seed 1 -only 7908,9510
//
// # Legend
//
//	construct  a language construct of a module; Constructs lists all
//	bus        the word that all modules of a batch take their inputs from, by lane
//	lane       one vector, and one cycle of the clock
//	tree       a module as nested pieces of text, some of which can be dropped
package verilog
