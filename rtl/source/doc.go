// Package source is Verilog as text, before it is parsed.
//
// Sources is all of it: files, their includes, and macros. Every front end, simulator and
// compiler gets the same Sources and nothing else.
//
// # Preprocessing
//
// The meaning of a design is that of its text after macro expansion, conditional
// compilation and includes. Read does these once, by the standards, and yields tokens:
//
//	sources --Read--> Text: for each compiled file its Tokens, and the files Used
//
// Only the user's definitions exist. Tools define names of their own (SYNTHESIS,
// __ICARUS__, VERILATOR), and a text that depends on one differs between tools.
//
// All rules work on tokens. A pattern over the text would miss an `include with a
// carriage return in the word or a $readmemh joined from two halves, and would take a
// comment for a directive.
//
// # Who gets what
//
// A front end gets Text.Plain: the tokens that compute something, without anything that
// could be a command to the reader. It cannot preprocess in its own way, and no comment or
// attribute can make it read another design. Simulators get the user's original text,
// after a prologue that removes their own definitions. If the text has assertions that
// they cannot parse, they get Text.Unasserted. So three programs expand macros, and their
// results are compared token by token (rtl.Preprocessors).
//
// # What is refused
//
// If the standards leave the meaning of a text open, or readers are known to interpret
// it differently, no reader is preferred. The text is refused by file and line, all places
// at once. Examples are characters that some readers drop, words that are joined at the
// edge of a macro, macros that use themselves, directives from macros, comments that end
// in a backslash, files and memory images that are not declared, and system tasks that
// reach outside of the simulation.
//
// # Names
//
//	sv    the language is SystemVerilog
//	seam  a macro begins or ends between two tokens
//	bare  a number's base that waits for its digits
//	dead  text that a condition rules out
package source
