// Package seqwitness stores a sequence on which the programmable head fails. Its folder
// needs only Icarus to show the failure again.
//
// # The folder
//
//	witness.json  the sequence, what failed, hashes
//	design.v      the head's Verilog, as it was judged
//	bench.v       a self-checking test bench: a bus master and two stream partners
//	steps.hex     the sequence as bench.v reads it, with the expected events
//	repro.sh      compiles both with Icarus and runs them; exit 1 while it fails
//	trace.vcd     all signals of that run, with expected and actual values
//	explain.md    the failure in words
//
// # Use
//
// Build plays the sequence on the Verilated head against the reference, shrinks it, and
// plays it in Icarus. If the Verilog is not this program's own, it also finds the
// differences: the lines, and the register that is wrong first. A sequence that does not
// fail again is a ReplayError, and gets no folder.
//
// Load reads witness.json back and checks all of it; see package seal. Replay plays it
// again, on the design in the folder or on a corrected one.
//
// The test bench expects events in the order of the recorded head, up to the failure.
// Corrected hardware may have another legal order. Then Replay, which uses the reference,
// decides.
package seqwitness
