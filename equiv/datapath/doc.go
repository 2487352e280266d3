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
//
//   - Whole heads of small sizes (network.go). The script runs with concrete control
//     and symbolic data (equiv/unroll), which leaves the circuit of the data. Its
//     products, sums, outputs and maxima are linked to golden's terms one after
//     another. Each is a cut point for the next.
//
//   - The steps of heads of any size (sized.go, memory.go), see below.
//
// Memories and registers hold arbitrary values at power-up. Such words are free
// variables, and the claims must hold for all their values.
//
// # A head of any size
//
// A whole head of 16 lanes and 1280 features cannot be executed with symbolic data. Its
// steps can be proved, each for one edge and any state. Together they are an induction,
// whose steps are claims of this package or of package control at the same size (names in
// brackets):
//
//  1. Words. A memory gives what was last written at an address [memory]. What is
//     written, where and when, is what the bus and the image asked for [memory_kept,
//     features_kept, store, results].
//  2. Beats. After n steps of a group, lane l's sum is that of n products: the first
//     replaces it, each further one is added, and between steps it stays [lanes, product].
//     Step i multiplies the feature at i of the layer's bank by row layer_row + rows read
//     so far, of lane l [product, rows, rows_read]. Thus group g's step i has row
//     layer_row + g·IN + i [groups, rows].
//  3. No sum of products leaves 32 bits [sum], so that it is exact.
//  4. Rows. The lanes are drained one by one: each sum moves one lane down [lanes], so that
//     the k-th that leaves is lane k's; it leaves as output g·LANES + k, with the bias at
//     that place [sum of control, result]. The total is the sum plus that bias modulo 2^32,
//     with the flag where it leaves 32 bits [lanes]. By 2 and 3 that is golden's DenseSum
//     [sum], since its terms are these products and this bias.
//  5. Outputs. The result is the requantizer's of the total and of the layer's tail
//     [results], and the requantizer is golden's for each configuration (requant.go). It
//     is stored, or shown and compared [results, maximum].
//  6. Layers. They pass in order, each reads the bank that the one before wrote, and the
//     last one's outputs are the logits, as many as it has [layers, store, out_last]. So
//     by induction over the layers the features of each are golden's outputs of the one
//     before.
//  7. The bounds that keep rows, biases and banks inside the memories are those of a
//     committed program [committed_fits, program_rows].
//
// The claims are checked by solvers and by walks over the netlist. That they compose to
// the sum over a layer is this text: no tool checks it.
//
// # When a claim fails
//
// The solver's values are executed: the same script runs on the same circuit with
// concrete data, and every output is compared with golden's integers. Only a run with a
// difference is a refutation. Its trace names the output, the cycle, both values and
// the data.
package datapath
