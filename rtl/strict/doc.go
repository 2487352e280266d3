// Package strict reads Verilog of a dialect in which nothing depends on implicit rules.
//
// # The dialect
//
// A text of the dialect means the same to whoever knows the operators. It has no
// preprocessor, no implicit net, no implicit width, no implicit sign, and no operator
// precedence to remember:
//
//	module    ANSI header; each port with its direction, and a range [n:0] if it is a vector
//	items     wire, reg, assign, instances with named ports, always @(posedge clk)
//	register  assigned as a whole, by <=, without a condition, by one clock in its module
//	names     declared before they are used, once; plain identifiers that are no keyword
//	drivers   every bit of a net has exactly one; an input has none inside
//	widths    both sides of an operator, an assignment and a port have one width
//	constants sized, as in 8'd5, without x and z, and with a value that fits
//	nesting   in parentheses; only + * & | ^ may be repeated, as in a + b + c
//	signs     $signed for both sides of a comparison, or for the left side of >>>; what is
//	          signed is no operand of anything else
//	selects   of vectors, by constants within the range
//
// rtl.WriteVerilog writes this dialect, and so do many generators.
//
// # Refusal
//
// Read accepts all files or none. A text outside the dialect is a *Refusal with file, line
// and column. It may well be correct Verilog: rtl.Yosys reads that. The reader never
// guesses, and it never drops what it does not know. Comments are skipped, unless some tool
// could take one for a command.
//
// # Use
//
// Read returns an rtl.Design, as rtl.Yosys does. Both say the same of a text of the dialect,
// up to the order of wires and cells and the names of those that have none; netlist.Same
// compares what they elaborate to.
//
// The reader takes time and memory in proportion to the text. Replications, which stand for
// more than they are long, are limited for that.
//
// # Legend
//
//	word     the value of an expression: some chunks, or a cell that waits for its output
//	drive    a run of bits of a wire that something drives
//	pending  an instance of a module that comes later in the text
package strict
