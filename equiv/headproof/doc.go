// Package headproof judges a programmable head of somebody's own: its text is proved
// as the shipped head is, and executed.
//
// # Concepts
//
//	own       the user's Verilog of the head, and what it calls what the proofs name
//	sizes     what the parameters of npu_head are worth when it is elaborated
//	resized   the same text with other values of these parameters
//	campaign  directed and random sequences in Verilator; see package fuzz/head
//
// # What is asked
//
// The proofs of data (package datapath) and of control (package control) are about the
// head as it is: its control, and each step of its data. They are also about heads of
// small sizes with all of their data, to which the text is resized. A text without
// parameters is proved at its own sizes alone; whole heads with symbolic data are then
// not done, and the result says so.
//
// The campaign runs on the head as it is, and resized to the ends of the ranges. For a
// large head most of what is drawn runs on a small one, since each sequence begins with
// the whole of the memories. It is
// the second reading of the text: the proofs are about what Yosys read, the campaign
// is about what Verilator read.
//
// # What becomes of a claim
//
// It is refuted only with a sequence that fails in Verilator against the reference;
// such a sequence becomes a witness folder (package seqwitness). A claim that its
// prover refutes and that no sequence shows is Unknown: nets that the
// map names wrongly can do that, and so can the free data that control is proved
// with. A campaign that fails where all claims are proved is a refutation, too.
//
// # What is assumed
//
// That the modules and nets which the map names, and those which it does not name and
// which are called as in rtl/npu, are what they are called. Assumed lists them.
package headproof
