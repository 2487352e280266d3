// Package repair finds small changes of a circuit after which it computes its model:
// the sound way to say what is wrong with it.
//
// A circuit, its model and a witness go in. Every change of a fixed stock is made at
// every place of the output's cone: another constant, another operator, another shift,
// another extension, another input, something added or left out, and a few of two
// changes together. The changed circuit is executed, on the witness first, then on many
// more witnesses, then on inputs that both sides agreed on. A change that leaves a
// difference is dropped. What is left is called a repair. The smallest repairs come
// first; a repair whose new value is one that the specification has, such as the bias or
// the end of a range, is smaller than one by any other number.
//
// A repair is no proof: it holds on the inputs that were executed. It is what a cause is
// confirmed by, and it says what every net downstream should have been.
//
//   - trial.go: the circuit executed with edits.
//   - search.go: the passes, and what they share.
//   - cells.go, operands.go, constants.go, inserted.go, moved.go: the stock.
//
// Words: an edit is one change of a cell's operand or result; a site is the cells that
// one statement of the text became, which are edited together or alone.
package repair
