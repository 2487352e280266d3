// Package datapath proves that the data of the programmable head (rtl/npu) is
// golden's, for all weights, biases and features.
//
// # Concepts
//
//	link      a net of the circuit that equals a term of the model, as an integer
//	known     the links that a claim may use: shared variables, and claims proved before
//	cut       a proved link, which later claims see as one variable
//	instance  a head of certain sizes with a program and its images
//	script    what happens at the pins: reset, writes, features, stalls, reads
//	run       a script executed on the circuit, with data that is symbolic or concrete
//
// The circuit is what Yosys read from the Verilog; the model is golden's definitions
// over golden.Terms. A claim goes to an SMT solver in bit-vectors. It is proved if the
// solver says that no values violate it.
//
// # What is proved
//
//   - Every module of the data path by itself, for all inputs: the lane's step, the
//     requantizer in each configuration, the last addition, the step of the maximum
//     (lane.go, requant.go, result.go).
//   - Whole heads of small sizes (network.go). The script runs with concrete control
//     and symbolic data (equiv/unroll), which leaves the circuit of the data. Its
//     products, sums, outputs and maxima are linked to golden's terms one after
//     another. Each is a cut point for the next.
//
// Memories and registers hold arbitrary values at power-up. Such words are free
// variables, and the claims must hold for all their values.
//
// # When a claim fails
//
// The solver's values are executed: the same script runs on the same circuit with
// concrete data, and every output is compared with golden's integers. Only a run with a
// difference is a refutation. Its trace names the output, the cycle, both values and
// the data.
package datapath
