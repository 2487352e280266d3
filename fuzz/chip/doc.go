// Package chip plays streaming designs in simulators, and says what the reference model
// expects of them.
//
// A trial is beats and what must come of them; see stream.Trial. Expect makes one of
// frames. Verilate and Icarus compile a design with its test bench, and a Simulation
// plays trials: the bench compares bit by bit, draws stalls on both sides from a seed,
// and measures cycles.
package chip
