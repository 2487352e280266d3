// Package explain finds the cause of a refuted compare point from its witness. It names
// the faulty weight, node and line of Verilog.
//
// Three steps, each usable alone.
//
// Minimize makes the witness small: fewest inputs that are not at rest, then smallest
// magnitudes. It executes both sides and knows nothing about their structure except
// where the accumulator ends (reach.go). It says in which sense the result is minimal,
// why, and whether it reached its limit.
//
// Explain finds the cause. Both sides are lifted into one space of normal forms
// (package lift), together with a reference circuit. The reference is what the
// generator builds for the same layer with the same options; it is first shown to
// compute the model. A node is sound if some node of the reference has its function.
// Explain walks back from the output through nodes that are not sound. It ends at the
// earliest nodes whose function differs although all their operands are sound: the
// roots. Differences further downstream are only consequences. Each root is one cause.
// Its description compares its form, and that of the accumulator, with the correct
// ones.
//
// If the hardware is not the generator's, its inner nodes have no counterparts. Then
// package repair changes the circuit. The smallest change that makes it right on the
// witness and on all other tried inputs shows what is wrong and the correct value of
// every net. Explain states no cause without such a change. The normal forms help to
// describe it. The line comes from the user's text: where a constant is written, where
// a word is declared, or which call, instance or table feeds a line that serves many
// (place.go, text.go). A line is always in one of the user's files. It is checked: a small
// change of the text there, or else anywhere, is read and executed (package edit), and
// where one mends the circuit, its line is the cause's (retyped.go).
//
// A compare point is combinational, and its witness is one input vector. In a pipeline,
// wires replace the registers. If its paths have different lengths, the cause is
// latency. That needs no lifting: Explain names where the paths meet and the registers
// that only some of them cross.
//
// Cone shows the nodes from the roots to the output with their actual and correct
// values, as text and as a drawing. The drawing has only the paths from the inputs that
// are not at rest through the cause to the output (path.go), so that it fits a page.
//
// Terms: a root is an earliest node that differs. Its counterpart is the corresponding
// node of the reference. The owner of an unnamed node is the named signal whose
// definition contains it.
package explain
