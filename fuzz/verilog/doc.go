// Package verilog compares readings of random Verilog: what the front end makes of a
// module, what Icarus executes and what Verilator executes.
//
// # Concepts
//
// A proof about somebody's Verilog is about the netlist that was read of it. Samples of
// texts that a front end misreads do not end the kinds of them. So modules are written
// at random over the constructs of Verilog-2005 and of the SystemVerilog that synthesis
// reads, and each is read three ways:
//
//	netlist    rtl.Yosys reads it, rtl.Design elaborates it, package netlist evaluates it
//	Icarus     event by event, with x
//	Verilator  as C++, with two values
//
// Compare says what the three are to each other, on vectors that all modules share.
// What the front end refuses, a rule of rtl/source/rules finds, or leaves undefined, is
// not accepted and claims nothing; the rest must be what both simulators say. An output
// claims a value from the cycle on in which nothing that a register held at power-up can
// reach it. An x in Icarus contradicts nobody.
//
// A kind of disagreement that is found becomes a rule there, or a repair of the
// elaborator; what one simulator alone reads otherwise, against the standard, is in
// Known with its reason. Shrink makes a module small enough to see which it is.
//
// # Use
//
// Generate makes the module of a seed. Campaign compares many; its Tally is the record
// that is kept in last.txt:
//
//	go test -tags nightly -run TestThreeReadings -timeout 6h ./fuzz/verilog -args -record last.txt
//
// A module that disagreed is read again by its seed and index, on the vectors that it had,
// and made small if it still does:
//
//	go test -tags nightly -run TestThreeReadings ./fuzz/verilog -args -seed 1 -only 7908,9510
//
// # Legend
//
//	construct  what a module was written with; Constructs lists them all
//	bus        the word that all modules of a batch take their inputs from, by lane
//	lane       one vector, and one cycle of the clock
//	tree       a module as nested pieces of text, some of which may be left out
package verilog
