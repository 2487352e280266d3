// Package mutant plants faults: it makes one change in a correct circuit. The changes
// are typical mistakes of people and generators of this kind of hardware.
//
// # Concepts
//
// A Kind is one kind of mistake: a shift that is off by one, a subtractor that should
// be an adder, a sign extension that fills with zeros, a clamp whose bound is never
// applied. Kinds lists all of them, each with its origin.
//
// A fault is a Kind at one place. Faults finds every fault that a netlist can have, and
// TextFaults every fault that a Verilog file can have. Applying a fault gives a mutant:
// a well-formed circuit that differs from the original in one construct. Each fault
// describes what it changes and where, so that tests can compare an explanation of the
// mutant with it. Finding faults is cheap, but building a mutant is not: Apply builds
// it.
//
// Not every mutant is wrong. An adder one bit narrower computes the same if its top bit
// is never needed. The majority of three words is the same with exclusive or in place
// of or. Such mutants are important: an engine that calls all mutants different is as
// useless as one that calls them all equal. Classify decides by simulation alone,
// independently of the engines under test. It is exhaustive if there are few inputs.
// Otherwise it answers Different if it sees a difference, and Undecided if not.
//
// # Netlists and text
//
// A fault in a netlist is a rebuilt module: cells are copied one by one, without
// folding, and the faulty one is replaced. Users that extended the replaced word extend
// the new one, as a designer would write it.
//
// A fault in Verilog is a splice of the text that rtl.WriteVerilog prints. The parser
// recognizes lines by their form (one declaration, one assignment, one expression each)
// and ignores other lines.
package mutant
