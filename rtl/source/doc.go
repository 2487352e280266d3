// Package source is Verilog as text, before anybody parses it.
//
// Sources is all of it: files, what they take in, and macros. Every front end,
// simulator and compiler gets the same Sources and nothing else.
//
// # Preprocessing
//
// A design means what its text says after macros are replaced, conditions decided
// and files taken in. Read does that once, as the standards say, and yields tokens:
//
//	sources --Read--> Text: for each compiled file its Tokens, and the files Used
//
// Nothing is defined that the user does not define. Tools define names of their own
// (SYNTHESIS, __ICARUS__, VERILATOR), and a text that asks for one is another text
// for each of them.
//
// A rule about the text is a rule about tokens. A pattern over the text finds no
// `include with a carriage return in the word and no $readmemh out of two halves,
// and takes a comment for a directive.
//
// # Who gets what
//
// A front end gets Text.Plain: what the tokens compute, without anything that could be
// taken for an order. It cannot preprocess in its own way, or be told by a comment or
// an attribute to read another design. Simulators get the user's very text, behind a
// prologue that takes back what they define; only where it has assertions that they
// stop at, they get Text.Unasserted. So macros are replaced by three programs, and what
// they give is compared token by token (rtl.Preprocessors).
//
// # What is refused
//
// Where the standards leave open what a text means, or readers are known to part, it
// is no question of who is right: such a text is refused by file and line, all
// places at once. Among them are characters that some readers drop, words that are
// put together at the edge of a macro, macros that use themselves, directives out of
// macros, comments that end in a backslash, files and memory images that are not
// declared, and system tasks that reach outside of the simulation.
//
// # Names
//
//	sv    the language is SystemVerilog
//	seam  a macro begins or ends between two tokens
//	bare  a number's base that waits for its digits
//	dead  text that a condition rules out
package source
