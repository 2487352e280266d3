// Package chip runs streaming designs in simulators and compares them with the
// reference model.
//
// A trial is input beats and their expected results; see stream.Trial. Expect makes one
// from frames. Verilate and Icarus compile a design with its test bench, and a
// Simulation plays trials. The bench compares bit by bit, makes random stalls on both
// sides from a seed, and measures cycles.
package chip
