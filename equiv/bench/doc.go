// Package bench measures what the proofs cost, beside what other tools make of
// the same questions.
//
// # Concepts
//
// A compare point of the benchmark (point.go) is one output channel with the
// trained weights of a network: its inputs may take every value of their format,
// so that a tool without assumptions can be asked. Gold is the reference model's
// own terms as a circuit, a chain of adders as wide as the widest integer in it
// (gold.go); gate is the generator's balanced tree of adders that are only as
// wide as they must be, followed by its own tail.
//
// A strategy of ours (ours.go) runs in this process, with the solver's session
// running already, as it does in a signoff. A rival (rival.go and one file for
// each kind) is a program that gets the point in a file of its own language,
// before the clock starts, with the options that suit it best, and then has the
// time limit to itself. What a rival does not decide counts as the limit and is
// marked, never left out; after three sizes in a row without an answer the larger
// ones are entered as unsolved without being run, and marked as that.
//
// A rival that is set up wrongly looks like one that is slow. Before anything is
// measured every rival, and every strategy of ours, must prove a small point and
// must not prove it with one sign flipped.
//
// The phases of a whole network (phases.go) are the steps of package equiv/chain,
// each measured in a pass of its own, and then the chain itself.
//
// # Use
//
// Run measures what a Config asks for. The Record that it returns is all figures,
// and is what is written as JSON.
package bench
