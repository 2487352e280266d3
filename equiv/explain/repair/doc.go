// Package repair finds small changes after which a circuit computes its model. They
// show what is wrong with it.
//
// The input is a circuit, its model and a witness. Search tries every change of a fixed
// set at every place of the output's cone: another constant, operator, shift, extension
// or input, something added or left out, and a few pairs of changes. It executes the
// changed circuit on the witness, then on many more witnesses, then on inputs on which
// both sides agreed. It drops a change that leaves a difference. A change that remains
// is a repair. The smallest repairs come first. A new value from the specification,
// such as the bias or the end of a range, makes a repair smaller than any other number.
//
// A repair is no proof: it holds on the executed inputs. It confirms a cause and gives
// the correct value of every net downstream.
//
//   - trial.go: the circuit executed with edits.
//   - search.go: the passes, and what they share.
//   - cells.go, operands.go, constants.go, inserted.go, moved.go: the stock.
//
// Terms: an edit is one change of a cell's operand or result. A site is the cells of
// one statement of the text, which are edited together or alone.
package repair
