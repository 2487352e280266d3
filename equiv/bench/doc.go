// Package bench measures the time and memory of the proofs, and compares them with
// other tools on the same questions.
//
// # Concepts
//
// A compare point of the benchmark (point.go) is one output channel with the trained
// weights of a network. Its inputs may take every value of their format, so tools that
// take no assumptions can be asked too. Gold is the reference model's terms as a
// circuit: a chain of adders as wide as the widest integer in it (gold.go). Gate is the
// generator's balanced tree of adders with minimal widths, followed by its own tail.
//
// One of our strategies (ours.go) runs in this process. As in a signoff, the solver's
// session is already running. A rival (rival.go and one file for each kind) is a
// program. It gets the point in a file of its own language, with the options that suit
// it best, before the time starts. An undecided point counts as the time limit and is
// marked, never left out. After three consecutive sizes without an answer, larger sizes
// are not run. They count as unsolved and are marked as not run.
//
// A rival with a wrong setup looks slow. So before any measurement, every rival and
// every strategy must prove a small point, and must fail to prove it with one sign
// flipped.
//
// For a whole network (phases.go), each step of package equiv/chain is measured in a
// pass of its own, and then the chain itself.
//
// # Use
//
// Run measures what a Config selects. It returns all figures as a Record, which is
// written as JSON.
package bench
