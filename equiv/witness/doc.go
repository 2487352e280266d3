// Package witness keeps the counterexample of a refuted compare point in a folder
// that proves itself: whoever has it and Icarus sees the difference again.
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
// Where a cause refutes many points, one folder shows it, and the others are kept
// in brief: one file, in the form of witness.json, without design and cone.
//
// The inputs are one step, which hardware with registers is given for as many clocks
// as it needs. Where its paths are of different length, or the output comes at another
// clock than what is declared or than another output, the witness is two steps in order. Longer sequences are the programmable head's; see package fuzz/head/seqwitness.
//
// # Its life
//
// Build makes a folder: it minimises the witness, replays it on the model, on the
// netlist and in Icarus on the very Verilog, and explains it (package explain). A
// witness that does not replay is a ReplayError, and no folder.
//
// Load reads witness.json back and believes none of it: each field has a hash
// beside it, the design is hashed, and what can be computed again is. The first
// field that is wrong is named in a FieldError.
//
// Replay runs a loaded witness again, on the design in the folder or on another
// one that is said to be mended.
package witness
