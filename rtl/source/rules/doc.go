// Package rules finds what readers of Verilog are known to read in different ways, or
// the language leaves open, by file and line.
//
// A front end, two simulators and whoever casts the chip read one text. Where they part,
// what is proved of one reading is not what another one makes of it, and vectors show it
// only where they reach it; where order decides, they need not show it at all.
//
// # Concepts
//
//	kind      one way in which readers part: a row of Kinds
//	finding   one place of that kind, with what to write instead
//	Refuse    what is proved there need not hold of another reading
//	Note      readers that vouch for a proof agree; others may not
//
// Check parses what source.Read has preprocessed, just as deep as the rules need it:
//
//	tokens -> text (modules, declarations, processes, statements, expressions)
//	       -> a rule after the other over all modules -> findings
//
// Everyday hardware has no findings; for each kind testdata holds samples that are
// found and neighbours that are not. Where a rule would have to know more than the text
// shows (what an instance sets a parameter to, which conditions hold at once) and readers
// part there, it finds what it cannot rule out, and says so. Text that the parser does
// not know is a finding as well: nobody has looked at it.
//
// # Names
//
//	typer    signedness, width and value of expressions (IEEE 1364-2005, 5.4 and 5.5)
//	visitor  what a statement reads, assigns and calls
//	flow     what is assigned for certain where something is read
//	early    read by a process that has not assigned it before
//	own      declared in a statement or a function, where no other process sees it
//	apart    in different sides of a generate construct: never there together
package rules
