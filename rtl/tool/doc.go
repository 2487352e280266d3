// Package tool finds the external programs that the suite drives and keeps
// them on a leash.
//
// A Tool is a program with the Debian package that brings it, the oldest
// version that is known to suffice and what is lost without it. Find looks it
// up on PATH, asks it for its version and yields a Found, or one of three
// errors that say what to do: *MissingError, *TooOldError, *BrokenError. A tool
// that cannot be used is an error and never a reason to pass over a check.
//
// What a tool says of itself does not tell one from another that says the same. Who
// remembers what a tool answered asks for its Identity: the hash of the files that
// the answers come from (identity.go, and parts.go for what each tool has besides
// its program). What a tool says of itself is remembered while this program runs, as
// long as its file and the environment stay as they are (asked.go).
//
// A process is started with Command and Start (or Run): in a process group of
// its own, so that whatever it started dies with it when the context ends;
// killed by the kernel when this program dies; with a limit on its address
// space. One that reads Verilog of the user's is started in a Box, where it sees its
// folder and the system's programs and nothing else. No shell is involved anywhere: arguments reach the program as they
// are, whatever characters they hold.
package tool
