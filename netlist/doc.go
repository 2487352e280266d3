// Package netlist is the word-level description of hardware. The generator builds it, the
// Verilog reader yields it, and engines execute it and prove claims about it.
//
// # Concepts
//
// A Module is a list of cells in one array. A Value is a cell's index there and
// stands for the word that the cell drives; 0 is no value. Operands always have
// smaller ids than their users, so a loop over Cells in order visits every
// operand before its user, and combinational cycles cannot be written down.
// Registers close their loops outside the array, in Module.Regs.
//
// Words have exact widths, 1 to MaxWidth bits. They are bits, not numbers:
// signedness belongs to operators (Sext, Slt, Sar), and nothing is extended
// unless a cell says so. Arithmetic is modulo 2^width.
//
// A Module is built through one constructor per operation. Constructors demand
// exact widths (a wrong width is a bug of the caller and panics), fold
// constants, and return an existing value where the result is only wiring that
// is already there: the whole of a word, the slice of a slice, an extension by
// no bits. They do not merge equal cells: two adders that compute the same sum
// keep their own names and source lines, because a report has to point at them.
//
// OpUndef is a word of unknown bits: nothing may be assumed about them. The cell has a
// reason. It is never evaluated: compiling a cone that reaches it is an error with that
// reason.
//
// One table (op.go) has a row for each operator: its class, the rule of its widths, its
// constructor, its value and its kernel. An engine in another package has a table of its
// own. It makes that table with ByOp, which stops the program at start-up if an operator
// has no entry.
//
// # Use
//
// New, Input, the constructors and Output build a module; Check says whether it
// is well formed. NewEvaluator executes a whole module on blocks of lanes;
// Compile does the same for a cone between chosen cut points and outputs.
// Cone and Link cut a module down and plug one into another; Measure counts;
// Dump and Dot print.
//
// # Legend
//
//	a, b, c  operands of a cell, in the order of Cell.Args
//	w        a width in bits
//	cut      a value whose cell is ignored: its bits come from outside
//	lane     one of many independent evaluations that run side by side
package netlist
