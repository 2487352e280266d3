// Package datapath proves that the data of the programmable head (rtl/npu) is
// golden's, for all weights, biases and features.
//
// # Concepts
//
//	link      a net of the circuit that is a term of the model, as an integer
//	known     the links that a claim may use: shared variables, and claims proved before
//	cut       a proved link, which later claims see as one variable
//	instance  a head of certain sizes with a program and its images
//	script    what happens at the pins: reset, writes, features, stalls, reads
//	run       a script executed on the circuit, with data that is symbolic or concrete
//
// The circuit is what Yosys read from the Verilog; the model is golden's
// definitions over golden.Terms. A claim goes to an SMT solver in bit-vectors; it
// is proved if the solver says that no values make it fail.
//
// # What is proved
//
//   - Every module of the data path alone, for all inputs: the lane's step, the
//     requantizer in each of its configurations, the last addition, the step of
//     the maximum (lane.go, requant.go, result.go).
//   - Whole heads of small sizes (network.go). The script is executed with
//     concrete control and symbolic data (equiv/unroll): what remains is the
//     circuit of the data alone. Its products, sums, outputs and maxima are linked
//     to golden's terms one after the other, each a cut for the next.
//
// Memories and registers hold anything at power-up: such words are variables of
// their own, that the claims would have to hold for, too.
//
// # When a claim fails
//
// The solver's values are executed: the same script runs on the same circuit with
// concrete data, and every output is compared with golden's integers. Only a run
// that differs is a refutation; its trace names the output, the cycle, both values
// and the data.
package datapath
