package rules

import "github.com/hashiflex/hashiflex/rtl/source"

// Severity is the effect of a finding on a verdict.
type Severity uint8

const (
	// Refuse: a proof about one reading need not hold for another.
	Refuse Severity = iota
	// Note: all readers that a proof relies on agree on the text; others may not.
	Note
)

// A Kind is one way in which readers of one text differ.
type Kind string

const (
	Unread      Kind = "unread"
	Mixed       Kind = "mixed-assignment"
	Race        Kind = "race"
	Shared      Kind = "shared-variable"
	Sensitivity Kind = "sensitivity"
	Arms        Kind = "arms"
	Unknown     Kind = "unknown-item"
	Initial     Kind = "initial-value"
	Never       Kind = "never-runs"
	Early       Kind = "read-before-assigned"
	Aside       Kind = "side-effect"
	Inout       Kind = "inout-argument"
	Unranged    Kind = "signed-parameter"
	Narrow      Kind = "narrow-constant"
	Unsized     Kind = "unsized-number"
	Folded      Kind = "constant-function"
	Fill        Kind = "filling-number"
	CaseSign    Kind = "case-sign"
	ConstWidth  Kind = "constant-width"
	Cast        Kind = "narrowing-cast"
	GenCase     Kind = "generate-case"
	Select      Kind = "select-target"
	Pragma      Kind = "pragma"
	Twice       Kind = "defined-twice"
	Delay       Kind = "delay"
	Forced      Kind = "forced"
	Predefined  Kind = "predefined-name"
	Counter     Kind = "loop-variable"
	Real        Kind = "real-number"
	Operand     Kind = "unknown-operand"
	Query       Kind = "query"
	Text        Kind = "string"
	Shadowed    Kind = "shadowed-constant"
	SignedArray Kind = "signed-array"
	SignedIndex Kind = "signed-index"
)

// Row describes a kind. testdata/KIND.txtar has its samples, and similar texts without
// findings. Its tests are TestKinds/KIND and, if readers really differ and not only the
// standard leaves it open, TestReadersPart/KIND.
type Row struct {
	Kind     Kind
	Severity Severity
	Says     string // description of the finding
	Remedy   string // what to write instead
	Source   string // the clause of a standard, or the issue in a reader's tracker
	check    func(*checker, source.Sources)
}

// Kinds has every kind, in the order of the checks.
var Kinds = []Row{
	{Unread, Refuse,
		"text that the parser of the rules does not know, so that none of them is looked at there",
		"write it in Verilog-2005, or in the part of SystemVerilog that synthesis reads",
		"IEEE 1364-2005, annex A", plain((*checker).unread)},
	{Mixed, Refuse,
		"blocking and non-blocking assignments to one variable",
		"assign it in one way",
		"IEEE 1364-2005, 9.2; yosys 1400", plain((*checker).mixed)},
	{Race, Refuse,
		"a variable that a clocked process assigns by = and another one reads at the same edge, directly or through what follows it without a clock",
		"assign it by <=",
		"IEEE 1364-2005, 11.4.2", plain((*checker).race)},
	{Shared, Refuse,
		"a variable that two processes assign, or a process and a continuous assignment, or an initial block and the declaration",
		"assign it in one process",
		"IEEE 1364-2005, 11.4.2; IEEE 1800-2017, 9.2.2.2", plain((*checker).shared)},
	{Sensitivity, Refuse,
		"a process or an assignment that does not wait for all that it reads, what its functions and tasks read included",
		"write @* or always_comb, and give functions what they read as arguments",
		"IEEE 1364-2005, 9.7.5", plain((*checker).sensitivity)},
	{Arms, Refuse,
		"unique, unique0, priority, parallel_case, full_case with arms that overlap or are missing, or cannot be shown not to",
		"drop the word, or use constant arms that exclude each other, with a default",
		"IEEE 1800-2017, 12.5.3", plain((*checker).arms)},
	{Unknown, Refuse,
		"x in an item of case or casez, z in one of case",
		"casez with ?",
		"IEEE 1364-2005, 9.5.1", plain((*checker).unknownItems)},
	{Initial, Refuse,
		"an initial value that is taken from data",
		"use a wire or assign; constants for initial values",
		"IEEE 1364-2005, 6.2.1; IEEE 1800-2017, 6.8", plain((*checker).initial)},
	{Never, Refuse,
		"@* over a body that reads nothing",
		"assign, or always_comb",
		"IEEE 1364-2005, 9.7.5", plain((*checker).never)},
	{Early, Refuse,
		"a combinational process that reads a variable before it assigns it",
		"assign it first",
		"IEEE 1364-2005, 9.7 and 9.7.5", plain((*checker).early)},
	{Aside, Refuse,
		"a function in a continuous assignment or at a port that assigns what lies outside of it",
		"use a task in a process",
		"IEEE 1364-2005, 10.4 and 11.4.2", plain((*checker).aside)},
	{Inout, Refuse,
		"tasks whose arguments go in and out",
		"an input and an output",
		"IEEE 1364-2005, 10.2.2", plain((*checker).inout)},
	{Unranged, Refuse,
		"signed parameters without a range whose value is not signed by itself",
		"write the range, or integer",
		"IEEE 1364-2005, 12.2", plain((*checker).unranged)},
	{Narrow, Refuse,
		"parameters without a range whose value does not fit into the width that it is computed in",
		"write the range, or plain numbers",
		"IEEE 1364-2005, 12.2 and 5.4.1", plain((*checker).narrow)},
	{Unsized, Refuse,
		"numbers without a size of 32 bits and more, and signed ones whose first digit says that they are negative",
		"write the size",
		"IEEE 1364-2005, 3.5.1", plain((*checker).unsized)},
	{Folded, Refuse,
		"functions of constants that are signed and narrow, take parts of signed values, have casez, or whose arguments are resized",
		"integer throughout, or unsigned values of their own width",
		"IEEE 1364-2005, 10.4.5 and 5.4.1", plain((*checker).folded)},
	{CaseSign, Refuse,
		"case with a signed constant as selector, with selector and items of different signs that have to be extended, or with items beyond a signed selector",
		"one width and one sign for all",
		"IEEE 1364-2005, 9.5.1 and 5.5.2", plain((*checker).caseSign)},
	{Fill, Refuse,
		"'1 in a parameter, an argument, an operation on constants or one operand, which arguments of functions may be, and in an assignment to a place that is not constant",
		"write the number with its size",
		"IEEE 1800-2017, 5.7.1", plain((*checker).fills)},
	{ConstWidth, Refuse,
		"constants that are computed in a case, or in what is assigned to a struct without a name, and do not fit into the width that they have alone",
		"their value",
		"IEEE 1364-2005, 5.4.1 and 9.5", plain((*checker).constantWidths)},
	{Cast, Refuse,
		"size casts that narrow, as operands, or of constants that do not fit",
		"a variable of its own, a part select, or the number that is meant",
		"IEEE 1800-2017, 6.24.1", plain((*checker).casts)},
	{GenCase, Refuse,
		"generate case whose selector or items are computed in fewer than 32 bits, or are negative and of different widths",
		"plain numbers, or if and else",
		"IEEE 1364-2005, 12.4.2 and 9.5.1", plain((*checker).genCase)},
	{Counter, Refuse,
		"a variable that counts a loop, is no integer, and is computed with",
		"declare it integer",
		"IEEE 1364-2005, 5.4.1 and 5.5.2; IEEE 1364.1-2002, 7.7.6", plain((*checker).counters)},
	{Real, Refuse,
		"real numbers that hardware is computed with",
		"an integer that is rounded as you want it",
		"IEEE 1364-2005, 3.9.2; IEEE 1364.1-2002", plain((*checker).reals)},
	{Operand, Refuse,
		"x or z as an operand or a condition, a division by the constant 0, and bits that a parameter does not have",
		"write the value that is meant",
		"IEEE 1364-2005, 3.5.1, 5.1.5 and 5.2.1", plain((*checker).operands)},
	{Query, Refuse,
		"$bits and its kind of what has no declaration, and $clog2 of what is or may be negative",
		"ask about a name, or write the number",
		"IEEE 1800-2017, 20.6.2, 20.7 and 20.8.1", plain((*checker).queries)},
	{Text, Refuse,
		"strings that are computed with and are empty, or have escapes other than \\n \\t \\\\ \\\"",
		"write the number",
		"IEEE 1364-2005, 3.6.3 and 5.2.3.3", plain((*checker).strings)},
	{Select, Refuse,
		"a value that is written to a bit or a part whose place is not constant, and depends on the sign or the width that it is computed with",
		"a variable that is as wide as the part",
		"IEEE 1364-2005, 5.4.1 and 5.5.3; yosys 4064, 5225", plain((*checker).targetSelects)},
	{Pragma, Refuse,
		"orders in comments and attributes that change what some tool reads",
		"`ifdef with a name of your own",
		"IEEE 1364-2005, 2.8", plain((*checker).pragma)},
	{Twice, Refuse,
		"modules, packages, primitives and functions defined twice, and the names of the front end's own cells",
		"remove one, or rename it",
		"IEEE 1364-2005, 4.11", plain((*checker).twice)},
	{Shadowed, Refuse,
		"a constant of an enum that hides a name around it, or is hidden by one",
		"rename one",
		"IEEE 1800-2017, 6.19 and 23.9", plain((*checker).shadowed)},
	{SignedArray, Refuse,
		"selects of packed arrays of several dimensions that are declared signed",
		"declare it without signed, and write $signed at the elements",
		"IEEE 1800-2017, 7.4.1", plain((*checker).signedArrays)},
	{SignedIndex, Refuse,
		"elements of arrays by an index that is signed, has fewer than 32 bits and is not constant",
		"$unsigned around the index, or an index without a sign",
		"IEEE 1364-2005, 4.9.1 and 5.2.2", plain((*checker).signedIndices)},
	{Delay, Refuse,
		"delays and waits within hardware, but for those in non-blocking assignments of registers",
		"remove them",
		"IEEE 1364-2005, 6.1.3 and 9.7; IEEE 1364.1-2002", plain((*checker).delays)},
	{Forced, Refuse,
		"assign, deassign, force and release within processes",
		"an ordinary assignment",
		"IEEE 1364-2005, 9.3; IEEE 1364.1-2002", plain((*checker).forced)},
	{Predefined, Note,
		"conditions on names that tools define, with hardware on both sides",
		"name the macro otherwise",
		"yosys 2523", (*checker).predefined},
}

// plain is a rule that needs no more than the tokens.
func plain(f func(*checker)) func(*checker, source.Sources) {
	return func(c *checker, _ source.Sources) { f(c) }
}
