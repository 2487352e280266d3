// Package rtl is the border between the word-level netlist and hardware
// description files: Verilog out, Verilog in, and the simulators that stand
// beside both.
//
// # Out
//
// WriteVerilog prints one combinational (or registered) netlist.Module as
// Verilog-2001 that a person can read. Every net is unsigned, both sides of
// every operator have one width, and every extension is spelled out: nothing in
// the text leans on Verilog's rules for implicit sizes. VerilogName says how a
// name that Verilog cannot carry is written.
//
// # In
//
// A Verilog file is never parsed here. Package source preprocesses it, once and by
// the standard, and Yosys, an independent front end, reads what is left of it
// and prints RTLIL, its own intermediate language; Yosys.Read runs it with no
// pass that rewrites. ParseRTLIL reads the text, and Design.Module elaborates
// one module with everything below it into the word-level netlist:
//
//	chunk    a run of bits of one wire, or constant bits
//	sigspec  chunks, the least significant first (RTLIL prints them last)
//	segment  a chunk of a wire together with the one thing that drives it
//	piece    a run of bits of one netlist value: what a segment resolves to
//
// A sigspec becomes the pieces of its chunks, and pieces become one value again:
// a piece that is a whole value stays that value, neighbouring bits stay one
// slice, copies of the top bit are a sign extension, zeros above are a zero
// extension. So an adder keeps whole words as operands, and what is proven about
// it can be proven about words.
//
// Words of any width are read. One of more than MaxWord bits is computed at the
// width that its value needs, or piece by piece; only arithmetic whose value needs
// more than a netlist's word is undefined. See elab_wide.go and elab_seams.go.
//
// A netlist has one clock, on one edge. A register on another one, on the other edge, on
// one that is computed, or with a reset that does not wait for it and is not tied to
// where it never comes, is undefined, and the reason names it, its clock and the
// first register of the netlist's own.
//
// Design.ModuleWithMemories makes small memories of registers, a word each, so
// that small instances of a memory-bound design can be executed and proven.
//
// Nothing is guessed. A bit that is x, undriven, driven twice, driven by a cell
// without a known meaning, part of a combinational loop, or an expression at a wider
// port of an instance is a netlist.OpUndef with the reason, the object and its
// source location. A cone that holds one cannot be proven; its neighbours can. An
// x that the front end itself put into a branch never taken is followed to the
// select that rules it out; see elab_dontcare.go.
//
// # Beside
//
// Icarus executes Verilog on given vectors, Verilator lints it. Both run, like
// Yosys, as separate processes in a private folder under fixed file names: no
// name from outside reaches a shell or a script.
package rtl
