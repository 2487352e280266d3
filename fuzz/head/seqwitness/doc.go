// Package seqwitness keeps a sequence on which the programmable head fails in a
// folder that proves itself: whoever has it and Icarus sees the failure again.
//
// # The folder
//
//	witness.json  the sequence, what failed, hashes
//	design.v      the head's Verilog, as it was judged
//	bench.v       a self-checking test bench: a bus master and two stream partners
//	steps.hex     the sequence as bench.v reads it, with what should come of it
//	repro.sh      compiles both with Icarus and runs them; exit 1 while it fails
//	trace.vcd     all signals of that run, with what should come beside what came
//	explain.md    the failure in words
//
// # Its life
//
// Build plays the sequence on the Verilated head against the reference, makes it
// smaller, plays it in Icarus, and where the Verilog is not this program's own,
// says what differs: the lines, and the register that goes wrong first. A sequence
// that does not fail again is a ReplayError, and no folder.
//
// Load reads witness.json back and believes none of it; see package seal. Replay
// plays it again, on the design in the folder or on another one that is said to be
// mended.
//
// The test bench expects events in the order in which the judged head produced
// them, up to the failure. Where mended hardware may rightly order things in
// another way, Replay, which asks the reference, has the last word.
package seqwitness
