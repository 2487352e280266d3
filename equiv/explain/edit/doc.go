// Package edit makes small changes of Verilog text, such as a slip of the pen would be in
// the other direction: another number, name or operator, something left out or added.
//
// Package repair changes a circuit, and so finds a wrong function but not always the line
// that it comes from: one line may become many cells, and many lines one. A change of the
// text has its line. Whoever reads the changed texts and executes them sees which of the
// changes mends the circuit.
//
// The text is read as words, with no grammar. A change that makes no sense is an error of
// the front end, which costs a moment and nothing else.
//
//   - words.go: the words of a text, and what is read off them.
//   - signs.go: changes of signs, odd lines first.
//   - numbers.go, names.go, operators.go, added.go: the stock.
//
// Terms: a statement is what stands between two semicolons or block keywords. The shape
// of a statement is its words without the values of its numbers.
package edit
