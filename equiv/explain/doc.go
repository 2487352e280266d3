// Package explain turns a witness of a refuted compare point into its cause: the
// weight, the node and the line of Verilog that are wrong, in words.
//
// Three steps, each usable alone.
//
// Minimize makes the witness small: fewest inputs that are not at rest, then
// smallest magnitudes. It executes both sides and knows nothing of their
// structure but where the accumulator ends (reach.go); it says what it has shown to
// be minimal, why, and where its limit ran out.
//
// Explain finds the cause. Both sides are lifted into one space of normal forms
// (package lift), together with a reference circuit: what the generator builds
// for the same layer under the same knobs, which is first shown to compute the
// model itself. A node is sound if some node of the reference has its function. Walking
// back from the output through nodes that are not sound ends at the earliest nodes
// whose function differs, though all they read is sound: the roots. A value that
// differs further down is only a consequence. Each root is one cause, put into
// words by comparing its form, and that of the accumulator, with what they should
// be.
//
// Where the hardware is not the generator's, its inner nodes have no counterparts. Then
// package repair changes the circuit, and the smallest change that makes it right on the
// witness and on all other inputs that are tried says what is wrong and what every net
// should be. A cause that no change confirms is not stated. The normal forms put it into
// words, and the line is found by reading the user's text: where a constant stands, where
// a word is declared, which call, instance or table a line that serves many was given
// its part by (place.go, text.go). A line is always one of the user's files.
//
// A compare point is combinational, and so is its witness: one set of inputs. A
// pipeline is looked at with wires for registers. Latency is the cause where its
// paths are of different length, which needs no lifting: where they meet, and the
// registers that only some cross.
//
// Cone is what there is to see: the nodes from the roots to the output with what they
// have and should have, as text and as a drawing, of which a page holds the way from the
// inputs that are not at rest through the cause to the output (path.go).
//
// Words: a root is an earliest node that differs; its counterpart is the
// reference's node in its place; an owner is the named signal whose definition a
// node without a name stands in.
package explain
