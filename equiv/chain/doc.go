// Package chain runs the proof of a whole network:
//
//	spec = golden ≡ netlist ≡ RTL
//
// A layer is generated as shift-adder netlists, one module per output channel.
// Each module is proved equal to the reference model (edge "golden = netlist"),
// written as Verilog, read back through Yosys, and what came back is proved equal
// to the reference model again (edge "golden = rtl"). Package equiv settles and
// confirms the single points. This package plans, shares common work, and combines the
// points and further facts into one statement about the network:
//
//   - Tails are collected over a layer's channels and discharged once per hull of their
//     intervals (complete.go).
//   - Interface obligations show that the layers before a layer guarantee what it assumes
//     of its inputs (facts.go).
//   - Each lifting rule in use is proved once. A seeded sample of points is proved without
//     the lifter. Vectors run through a simulator on the Verilog itself (facts.go,
//     sample.go).
//   - For the user's own hardware with registers, one fact says that all paths cross the
//     same number of them (pipeline.go). Another says that the outputs of a layer have
//     one latency, or the declared ones (latency.go).
//   - For the user's hardware that computes over several clocks, control is executed. A
//     fact says that the exploration covers all of its runs (sequential.go).
//   - Coverage counts the RTL's cells and ports in no proven cone (coverage.go).
//
// How a run is organised. A layer is cut into chunks of at most MaxAdders adders, the
// most that one Yosys process reads (plan.go). The task for a chunk is a Work, and its
// result an Outcome (work.go). Both are values: they can be written as JSON, and a Runner
// needs nothing else but the network. NewRunner runs works in this process (local.go). The
// queue hands works out in network order (queue.go). Each worker has its own solver
// processes (solvers.go). The last outcome of a layer completes it, which may take further
// works (complete.go). A layer whose record is in the Store is not proved again
// (recall.go). A run with Options.Only proves some chunks, whose outcomes another run finds in
// its store (parts.go).
//
// Words: a unit is one module of a layer; a circuit is the hardware of a unit with the
// question about it; a chunk is some units of one layer; a record is the lasting outcome
// of a layer, complete enough to resume from.
package chain
