// Package stream is the chip between the layers: Verilog that feeds the proved
// arithmetic of each layer with the pixels of frames.
//
// # Concepts
//
//	stream    valid, ready and data; an item moves in a cycle in which valid and ready are 1
//	item      a pixel (all channels of a position), a window of pixels, or sums
//	block     an instance with streams on its sides, and the unit of proof
//	datapath  the arithmetic inside a block: it computes, and decides nothing
//	entry     the first block: whatever comes in, whole frames go on
//
// A layer is a chain of blocks: windows of its input, then the arithmetic of one
// position after the other. An addition or a concatenation has a FIFO for the input that comes
// first; see fifoDepths. A layer that several others read ends in a fork. Blocks never look at
// data, and no path without a register leads from one side of a block to the other.
//
// The hand-written modules are in verilog/, one a file, each headed by what it does. A
// block is a generated module that holds one of them with its sizes and, if it computes,
// the datapath. Map says which module is what, for provers.
//
// # Use
//
// PixelsFor chooses how many items a beat has in each layer for a rate, and Costs says what
// that takes. Generate plans the design of a network, Design.Sources is its Verilog, and
// Design.Bench a test bench that plays a Trial.
package stream
