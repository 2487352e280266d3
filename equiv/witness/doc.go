// Package witness keeps the counterexample of a refuted compare point in a
// self-contained folder. With Icarus, anybody can reproduce the difference from it.
//
// # The folder
//
//	witness.json  inputs, outputs on every reading, hashes, causes, failing cone
//	design.v      the Verilog modules, as they were read; of somebody else's hardware
//	              all files, under their own names, with what they take in
//	prologue.v    what makes macros the user's alone, whatever the simulator defines
//	bench.v       a self-checking test bench: applies the inputs, wants the model's output
//	repro.sh      compiles all with Icarus, each file in its language, and runs it; exit 1
//	              while it fails
//	trace.vcd     the failing cone, gold beside gate, raw bits beside numbers
//	cone.svg      the same as a drawing
//	explain.md    the causes in words, and the other points that share them
//
// If a cause refutes many points, one point gets a folder. The others get a brief
// witness: one file, in the form of witness.json, without design and cone.
//
// The witness is one input vector; hardware with registers gets it for as many clocks
// as it needs. It is two vectors in order if paths have different lengths, or if the
// output comes at another clock than declared or than another output. Only the
// programmable head has longer sequences; see package fuzz/head/seqwitness.
//
// # Its life
//
// Build makes a folder. It minimises the witness, replays it on the model, on the
// netlist and in Icarus on the original Verilog, and explains it (package explain). A
// witness that does not replay is a ReplayError and gets no folder.
//
// Load reads witness.json and trusts none of it. It checks the hash of each field and
// of the design, and recomputes what it can. A FieldError names the first wrong field.
//
// Replay runs a loaded witness again, on the design in the folder or on a repaired one.
package witness
