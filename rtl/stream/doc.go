// Package stream is the chip between the layers: Verilog that feeds the proved
// arithmetic of each layer with the pixels of frames.
//
// # Concepts
//
//	stream    valid, ready and data; an item moves in a cycle in which valid and ready are 1
//	item      a pixel (all channels of a position), a window of pixels, or sums
//	block     an instance with streams on its sides, and the unit of proof
//	datapath  the arithmetic inside a block; it has no control
//	entry     the first block: it passes on only whole frames, whatever comes in
//
// A layer is a chain of blocks: first windows of its input, then the arithmetic of one
// position after another. An addition or a concatenation has a FIFO for the input that
// comes first; see fifoDepths. A layer with several readers ends in a fork. Several
// programmable heads take the frames in turn, behind a deal. The control
// of a block does not depend on data, and a block has no combinational path from one
// side to the other.
//
// The hand-written modules are in verilog/, one in each file, with a comment that
// describes it. A block is a generated module that contains one of them with its sizes
// and, if it computes, the datapath. Map describes the modules for provers.
//
// # Use
//
// PixelsFor chooses the number of items in a beat of each layer for a rate, and Costs
// gives the cost. Generate plans the design of a network, Design.Sources returns its
// Verilog, and Design.Bench a test bench that plays a Trial.
package stream
