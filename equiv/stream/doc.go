// Package stream proves the chip between the layers. A streaming design (rtl/stream)
// must bring the right pixels to each layer's arithmetic, its results to the next
// layer, and finally to the programmable head, whatever stalls.
//
// # Concepts
//
//	item      what one ready/valid handshake transfers: a pixel, a window, a sum
//	block     a part of the design with such handshakes on all its borders
//	contract  which output items a block gives for its input items
//	token     stands for any value of an item
//	datapath  the arithmetic of a block; its modules are proved elsewhere
//
// # Method
//
// A block's control must not depend on data. The netlist shows this bit by bit
// (circuit.go): no data bit reaches a control register, a multiplexer's select, an
// address or an enable. So control behaves the same for all data, and tokens that
// identify a pixel can replace pixels. Bits that move alike are executed once
// (data.go). A separate check shows that every bit stays at its place within the item.
//
// Then all positions of one block's control are visited (explore.go), starting after
// reset, under every choice of valid and ready at its borders in every clock. A
// position counts items from the current frame on, so an endless sequence of frames has
// finitely many positions. The content of storage in each position is a fixpoint. If
// two runs leave different tokens in one place, its content is unknown. In each
// position, the block's outputs are compared with its contract (item.go): the right
// item, once, in order, and offered until it is taken. Storage that was never written,
// or that still holds a finished frame, has a token that is never right. Loops of
// positions in which nothing moves are checked for progress (progress.go): a complete
// item must be offered, and a missing one must be taken.
//
// A breach needs a concrete run from reset on. Without one, the block is unknown. A
// simulator repeats the run on the Verilog (replay.go), with words in place of tokens.
// If it does not show the breach, the prover has failed and nothing is refuted.
//
// The product of blocks is never explored. Contracts are composed instead. The top
// level is read back and must connect the blocks as the network's graph does
// (wiring.go, network.go). If every block is a function of its input sequences, so is
// the whole, at any rate of its blocks (G. Kahn, The semantics of a simple language for
// parallel programming, 1974). Absence of deadlock follows by counting (count.go):
// frames move through the blocks by what the contracts promise at least. A promise
// always holds, and a block that takes or offers more never delays another one. So one
// order of moves represents all. If counting cannot go on, the design is executed
// (deadlock.go). If it stands still there for longer than any block waits, that is a
// deadlock. Otherwise the verdict is unknown.
//
// How fast the blocks are together, while nobody outside stalls, is a property of one
// run. The explored positions of each block are its timetable (timetable.go), and blocks
// are executed in step with them until they repeat (pace.go). Compared with FIFOs without
// bounds this shows that those before an addition cost no clocks, and what fewer places
// would (rate.go). A loss is refuted by the same blocks in a simulator (pacebench.go).
//
// # Trust
//
// Visited positions are identified by a 128-bit hash. A collision would hide a
// position. With ten million states its probability is below 10^-24.
package stream
