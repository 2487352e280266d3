// Package stream proves the chip between the layers: that a streaming design
// (rtl/stream) brings the right pixels to each layer's arithmetic and its results to
// the next layer, whatever stalls, and in the end to the programmable head.
//
// # Concepts
//
//	item      what moves over a ready/valid border in one clock: a pixel, a window, a sum
//	block     a part of the design that such borders close off
//	contract  what a block gives for what it was given, item by item
//	token     stands for the value of an item, whatever that is
//	datapath  the part of a block that computes; it is proved elsewhere
//
// # Method
//
// A block's control must not depend on data. That is read off the netlist bit by bit
// (circuit.go): no bit of data reaches a register of control, a multiplexer's select, an
// address or an enable. So what control does is the same for all data, and pixels may
// be replaced by tokens that say which pixel they are. Bits that are moved alike are
// executed once (data.go); that every bit stays at its place within the item is shown
// besides.
//
// Then all positions of one block's control are visited (explore.go), from the one that
// reset leaves, under every choice of valid and ready at its borders in every clock. A
// position counts items from the current frame on, so that frames without end are
// finitely many. What storage holds in each position is a fixpoint over them: where two
// runs leave different things in one place, nothing is known of it. What a block offers is
// compared with its contract (item.go) in each position: the right item, once, in
// order, and offered until it is taken. Storage that was never written, and what is left
// in it of a frame that is over, is a token that is never right. Loops of positions in
// which nothing moves are searched for what is owed in them (progress.go): an item that
// is complete is offered, and one that is missing is taken.
//
// What is not right is shown by a run that is executed from reset on, with nothing left
// open; where none is found, the block is unknown. That run is executed once more on the
// Verilog in a simulator (replay.go), with words for tokens: what it does not show there
// is a failure of the prover and refutes nothing.
//
// No product of blocks is ever explored. Contracts are composed instead. The top level
// is read back and must connect the blocks as the network's graph says (wiring.go,
// network.go); blocks that are functions of their input sequences make the whole one,
// whatever their pace (G. Kahn, The semantics of a simple language for parallel
// programming, 1974). That nothing stands still follows by counting (count.go): frames
// are let through by what the contracts promise at least. A promise holds whatever
// else happens, and a block that takes or offers more than it promised never holds
// another one up; so one order of moves stands for all.
// Where counting comes to an end, the design is executed (deadlock.go): what stands still
// there for longer than any block waits is a deadlock, and the rest is unknown.
//
// # Trust
//
// Positions that were visited are known by a hash of 128 bits. Two different ones with
// one hash would hide one of them; with ten million states the chance is below
// 10^-24.
package stream
