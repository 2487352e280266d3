// Package mutant plants faults: it changes one thing in a correct circuit the
// way that people and generators of this class of hardware get it wrong.
//
// # Concepts
//
// A Kind is one sort of mistake: a shift that is off by one, a subtractor that
// should be an adder, a sign extension that fills with zeros, a clamp whose bound
// is never applied. Kinds lists them all, each with a sentence on where it comes
// from.
//
// A fault is a Kind at one place. Faults finds every fault that a netlist can
// have, TextFaults every fault that a Verilog file can have, and a fault applied
// is a mutant: a circuit that is well formed and differs from the original in
// that one construct. Each fault says in words what it changes and where, so that
// an explanation of the mutant can be held against it. Finding is cheap and
// building is not: a fault is built when Apply is called.
//
// Not every mutant is wrong. An adder one bit narrower computes the same if its
// top bit is never needed; the majority of three words is the same with exclusive
// or for or. Such mutants are the more valuable half: an engine that calls all
// mutants different is as useless as one that calls them equal. Classify decides
// by simulation alone, without any of the means of proof that are put to the
// test: exhaustively where the inputs allow it, and otherwise it knows a
// difference when it has seen one and says Undecided when it has not.
//
// # Netlists and text
//
// A fault in a netlist is a rebuilt module: cells are copied one by one, without
// folding, and the faulty one is replaced. Users that extend the replaced word
// extend what has taken its place, as a designer would have had to write.
//
// A fault in Verilog is a splice of the text that rtl.WriteVerilog prints. The
// text is parsed by the shape of its lines (one declaration, one assignment, one
// expression each); lines of another shape are left alone.
package mutant
