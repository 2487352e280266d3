// Package control proves that the control of the programmable head (rtl/npu)
// keeps its rules whatever the bus, the streams and the data do: any address,
// data and strobe at any time, any program, any stall on any of the seven
// channels, a reset in any cycle.
//
// # Concepts
//
// The hardware is the elaborated npu_head of an instance, read by Yosys like all
// hardware here. Its memories are shells that return anything in any cycle
// (verilog/npu_memory.v), and a few data nets are cut and free as well; data has
// no say in control, which is an obligation of its own. Freeing a net can only
// add runs, so what is proved of the freed head holds of the head.
//
// A monitor (verilog/head_monitor.v) sits beside it, a Verilog module that sees
// the pins and some nets inside. Its outputs are the claims:
//
//	rule       what a user of the head relies on; it must hold in every cycle
//	invariant  what holds between the registers and makes the rules true
//	goal       what some run must reach, so that the rules do not hold for
//	           want of anything happening
//
// Head and monitor together are one netlist, the system. A run begins in any
// state of all registers whatever, with a reset in its first cycle.
//
// An invariant is proved by two questions to the solver in QF_BV. Base: from any
// state, can an edge with reset lead to a state where it is broken? Step: from a
// state where all invariants hold, can any edge? A rule is one question: where
// all invariants hold, can it be broken, whatever the inputs? Three times no is
// a proof for all runs of all lengths; so no bound on the length of a run
// appears in a claim. Liveness is bounded, by counters in the monitor: an answer
// comes within so many cycles in which nothing outside kept it back.
//
// Two more systems of claims stand beside these. Two copies of the head that begin
// in any two states must agree wherever it matters (pair.go), so that no value of
// power-up decides anything. And the netlist itself shows that outputs follow
// registers alone, and that data reaches no register of control (structure.go).
//
// What is not proved is searched for a run that breaks it: a random master
// (master.go) plays on the system with all claims watched. Runs that reach the
// goals are found in the same way, in the same system.
//
// # Trust
//
// The verdicts rest on Yosys' reading and its elaboration by package rtl, on the
// monitor's text, on package bitvec, which writes each cell as one operator, and on
// the solver's unsat.
package control
