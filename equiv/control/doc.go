// Package control proves that the control logic of the programmable head (rtl/npu)
// keeps its rules for any behaviour of the bus, the streams and the data: any address,
// data and strobe at any time, any program, any stall on any of the seven channels, a
// reset in any cycle.
//
// # Concepts
//
// The hardware is the elaborated npu_head of an instance, read by Yosys like all
// hardware here. Its memories are shells that return anything in any cycle
// (verilog/npu_memory.v), and a few data nets are cut and free as well. That data does
// not affect control is an obligation of its own. A free net can only add runs, so
// every proof about the freed head holds for the head.
//
// A monitor (verilog/head_monitor.v), a Verilog module beside the head, observes its
// pins and some nets inside. Its outputs are the claims:
//
//	rule       a property that users of the head rely on; it must hold in every cycle
//	invariant  a relation between registers that implies rules
//	goal       an event that some run must reach, so that rules do not hold vacuously
//
// Head and monitor together are one netlist, the system. A run begins in any state of
// all registers, with a reset in its first cycle.
//
// An invariant is proved by two questions to the solver in QF_BV. Base: can an edge
// with reset lead from any state to one that violates it? Step: can any edge lead from a
// state where all invariants hold to one that violates it? A rule is one question: can
// it be violated in a state where all invariants hold, for any inputs? Three times no
// is a proof for runs of every length. So claims have no bound on the length of a run.
// Liveness is bounded, by counters in the monitor: a response comes within a number of
// cycles in which nothing outside the head stalls it.
//
// A layer's weight rows are a product: its features times its groups of lanes. A solver
// that has to multiply in every question does not end at 63 groups. So questions see
// products as words of which they know only that equal factors have equal products
// (frames.go). What else is needed says a lemma: an invariant that follows from others
// within a cycle, and is asked with the multiplication in it, for each number of groups
// by itself. There are two: that one more group is the features more, and that it is
// among those that the layer needs. No claim grows with the memories. With the groups
// only these two do, and the number of groups itself if the lanes are no power of two.
// What is claimed of each lane is a conjunction, and asked of eight conjuncts at a time. So
// Options.Sizes takes heads of any size; at 256 lanes one claim, same_words, is not answered in
// time, and a signoff asks for the own size of heads of up to 16 lanes.
//
// There are two more kinds of claims. Two copies of the head that begin in any two
// states must agree in everything observable (pair.go), so no power-up value matters.
// And the structure of the netlist shows that outputs depend on registers only, and
// that data reaches no register of control (structure.go).
//
// For claims without a proof, a random master (master.go) searches for a run that
// violates them. It plays on the system and watches all claims. It finds the runs that
// reach the goals in the same way.
//
// # Trust
//
// The verdicts rest on Yosys' reading and its elaboration by package rtl, on the
// monitor's text, on package bitvec, which writes each cell as one operator, and on
// the solver's unsat.
package control
