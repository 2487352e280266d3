// Package rtl connects the word-level netlist with hardware description files: it
// writes Verilog, reads Verilog, and runs simulators on it.
//
// # Out
//
// WriteVerilog prints one netlist.Module, combinational or with registers, as readable
// Verilog-2001. Every net is unsigned, both sides of every operator have the same
// width, and every extension is explicit. So the text does not depend on Verilog's
// rules for implicit sizes. VerilogName encodes names that are not legal in Verilog.
//
// # In
//
// This package does not parse Verilog itself. Package source preprocesses it once, by the
// standard. Yosys, an independent front end, reads the result and prints RTLIL, its
// intermediate language. Yosys.Read runs it without rewriting passes. ParseRTLIL reads
// the RTLIL, and Design.Module elaborates one module with its whole hierarchy into the
// word-level netlist:
//
//	chunk    a run of bits of one wire, or constant bits
//	sigspec  chunks, the least significant first (RTLIL prints them last)
//	segment  a chunk of a wire together with the one thing that drives it
//	piece    a run of bits of one netlist value: what a segment resolves to
//
// Package strict is a second reader, of a dialect that leaves nothing open. It makes the
// same Design, through a Builder.
//
// A sigspec becomes the pieces of its chunks, and pieces become one value again. A
// piece that is a whole value stays that value, and neighbouring bits stay one slice.
// Copies of the top bit become a sign extension, and zeros above a zero extension. So
// an adder keeps whole words as operands, and proofs can work on words.
//
// Words may have any width. One of more than MaxWord bits is computed at the width that
// its value needs, or piece by piece. Arithmetic is undefined only if its value needs
// more than a netlist's word. See elab_wide.go and elab_seams.go.
//
// A netlist has one clock, on one edge. A register is undefined if it has another
// clock, the other edge or a computed clock, or an asynchronous reset that is not tied
// inactive. The reason names the register, its clock and the first register on the
// netlist's clock.
//
// Design.ModuleWithMemories turns small memories into registers, one for each word, so
// that small instances of a design with memories can be executed and proved.
//
// Elaboration guesses nothing. A bit becomes a netlist.OpUndef with reason, object and
// source location if it is x, undriven, driven twice, driven by an unknown cell, part
// of a combinational loop, or an expression at a wider port of an instance. A cone that
// contains one cannot be proved; other cones can. The front end itself puts x into
// branches that are never taken; elaboration finds the select that excludes such an x,
// see elab_dontcare.go.
//
// # Beside
//
// Icarus executes Verilog on given vectors; Verilator lints and executes it. Like
// Yosys, both run as separate processes in a private folder with fixed file names, so
// no user's name reaches a shell or a script.
package rtl
