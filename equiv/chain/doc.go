// Package chain runs the proof of a whole network:
//
//	spec = golden ≡ netlist ≡ RTL
//
// A layer is generated as shift-adder netlists, one module per output channel.
// Each module is proved equal to the reference model (edge "golden = netlist"),
// written as Verilog, read back through Yosys, and what came back is proved equal
// to the reference model again (edge "golden = rtl"). Package equiv settles and
// confirms the single points; this package plans, shares what is shared, and
// draws the facts together that make the points one statement on the network:
//
//   - tails are collected over a layer's channels and discharged once per hull
//     of their intervals (complete.go);
//   - interface obligations show that what a layer assumes of its inputs is what
//     the layers before it guarantee (facts.go);
//   - the lifting rules that were used are proved once each, a seeded sample of
//     points is proved without the lifter, and vectors run through a simulator on
//     the Verilog itself (facts.go, sample.go);
//   - where the user's own hardware has registers, that all paths cross the same
//     number of them is a fact of its own (pipeline.go), and that the outputs of a
//     layer have one latency, or those that are declared, is another (latency.go);
//   - of the user's hardware that computes over several clocks, control is executed, and
//     that it always comes to what was seen is a fact of its own (sequential.go);
//   - coverage counts the RTL's cells and ports that lie in no proven cone
//     (coverage.go).
//
// How a run is organised. A layer is cut into chunks of at most MaxAdders adders, the
// most that one Yosys process reads (plan.go). What is to be proved of a chunk is a Work,
// and what came of it an Outcome (work.go). Both are values: they can be written as JSON,
// and a Runner needs nothing else but the network. NewRunner runs works in this process
// (local.go). The queue hands works out in network order (queue.go). The solvers'
// processes belong to their worker (solvers.go). The last outcome of a layer completes
// it, which may take further works (complete.go). A layer whose record a Store still
// knows is not proved again (recall.go).
//
// Words: a unit is one module of a layer; a circuit is the hardware of a unit with the
// question about it; a chunk is some units of one layer; a record is the lasting outcome
// of a layer, complete enough to resume from.
package chain
