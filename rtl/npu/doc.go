// Package npu is the programmable head: hand-written Verilog for several dense
// layers on LANES multipliers, its register map, and what a programmer needs to
// use it.
//
// # Concepts
//
//	lane        one multiplier with its accumulator
//	row         one weight for each lane, read in one cycle
//	group       LANES outputs of a layer, computed side by side
//	descriptor  five words that describe one layer
//	program     the descriptors, how many of them count, weights and biases
//	commit      the hardware's check that the program fits; only then images are taken
//	image       the features of one frame on the input stream, last marked
//
// In each cycle every lane gets the same feature and its own weight, so a group
// takes as many cycles as the layer has features; then its sums leave the lanes
// one by one, get their bias, and are requantized. Cycles is the exact duration.
//
// # One table
//
// regmap.go holds the register map once. go generate writes the constants of the
// Verilog (verilog/npu_defs.vh) and the table of README.md from it. A test checks that
// they are current.
//
// # Entry points
//
// Sources is the Verilog, Assemble turns the dense layers of a network into a
// Program, and Program.Writes is that program as writes over the bus.
//
//go:generate go run ./internal/gendefs
package npu
