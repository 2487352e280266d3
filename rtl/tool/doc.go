// Package tool finds the external programs that the suite runs, and limits what they may
// do and how long they may run.
//
// A Tool is a program with the Debian package that brings it, the oldest
// version that is known to suffice and what is lost without it. Find looks it
// up on PATH, asks it for its version and yields a Found, or one of three
// errors that say what to do: *MissingError, *TooOldError, *BrokenError. A tool
// that cannot be used is an error and never a reason to pass over a check.
//
// Two different programs may print the same version. A caller that keeps the answers of
// a tool therefore asks for its Identity as well: the hash of the files that
// the answers come from (identity.go, and parts.go for what each tool has besides
// its program). What a tool says of itself is remembered while this program runs, as
// long as its file and the environment stay as they are (asked.go).
//
// A process is started with Command and Start (or Run): in a process group of
// its own, so that whatever it started dies with it when the context ends;
// killed by the kernel when this program dies; with a limit on its address
// space. A process that reads the user's Verilog is started in a Box. There it sees its
// folder and the system's programs, and nothing else. No shell is involved anywhere:
// arguments reach the program as they are, whatever characters they hold.
package tool
