// Package rules finds Verilog that readers are known to interpret differently, or whose
// meaning the language leaves open, by file and line.
//
// A front end, two simulators and the tools of the chip's maker read one text. If they
// differ, a proof about one reading need not hold for another. Vectors show the difference
// only if they reach it, and if the order of events decides, they may not show it at all.
//
// # Concepts
//
//	kind      one way in which readers differ: a row of Kinds
//	finding   one place of that kind, with what to write instead
//	Refuse    a proof about one reading need not hold for another
//	Note      the readers that a proof relies on agree; others may not
//
// Check parses the result of source.Read, only as deep as the rules need:
//
//	tokens -> text (modules, declarations, processes, statements, expressions)
//	       -> one rule after the other over all modules -> findings
//
// Everyday hardware has no findings. For each kind, testdata has samples with findings and
// similar texts without. Some rules depend on more than the text shows, such as the value
// that an instance gives a parameter, or conditions that hold at once. If readers differ
// there, the rule reports every place that it cannot rule out, and says so. Text that the
// parser does not know is a finding as well, since no rule has checked it.
//
// # Names
//
//	typer    signedness, width and value of expressions (IEEE 1364-2005, 5.4 and 5.5)
//	visitor  what a statement reads, assigns and calls
//	flow     the variables that are certainly assigned at a read
//	early    read by a process that has not assigned it before
//	own      declared in a statement or a function, where no other process sees it
//	apart    in different branches of a generate construct: never in one design
package rules
