package verilog

import (
	"maps"
	"slices"
)

// constructs is everything that the generator knows how to write, by the names
// that the record counts them under.
var constructs = map[string]bool{
	// Declarations.
	"signed port": true, "port list without types": true, "signed net": true, "integer": true, "range with an offset": true, "ascending range": true,
	"logic": true, "byte and int": true, "packed struct": true, "enum": true, "output variable": true, "variable with an initial value": true,
	"packed array": true, "packed array with an offset": true, "packed array that counts up": true, "type of a packed array": true, "packed array in pieces": true,
	"slice of a packed array": true, "index of a packed array by data": true,
	// Literals.
	"unsized literal": true, "unsized based literal": true, "sized literal": true, "signed literal": true, "truncated literal": true, "'0 and '1": true,
	// Operators.
	"+ - *": true, "/ % of constants": true, "** of constants": true, "/ % of data": true, "bitwise": true, "reduction": true, "logical": true, "relational": true, "equality": true, "=== and !==": true,
	"shift by a constant": true, "shift by data": true, "arithmetic shift": true, "conditional": true, "concatenation": true, "replication": true,
	"$signed and $unsigned": true, "size cast": true,
	// Selections.
	"bit select": true, "part select": true, "variable bit select": true, "indexed part select": true, "variable indexed part select": true, "descending indexed part select": true,
	"select of a parameter": true,
	// Assignments.
	"assignment to a concatenation": true, "assignment to a part": true, "assignment to a variable part": true, "assignment to parts of a net": true, "operator assignment": true,
	// Behaviour.
	"always @*": true, "sensitivity list": true, "incomplete sensitivity list": true, "variable initialised from data": true, "both kinds of assignment": true, "always_comb": true, "clocked": true, "negedge": true, "always_ff": true, "blocking in clocked": true, "if": true, "case": true, "casez": true, "casex": true, "case without default": true, "case on a constant": true,
	"case item that is data": true, "case item of another sign": true, "unique case": true, "for": true, "local variable of a block": true, "if without else": true,
	// Functions and tasks.
	"function": true, "automatic function": true, "signed function": true, "function with locals": true, "constant function": true, "task": true, "task with inout": true, "task with a narrower output": true,
	// Structure.
	"instance": true, "ordered ports": true, "port of another width": true, "parameter override": true, "ordered parameter override": true, "defparam": true, "parameter of a width": true,
	"parameter": true, "parameter with a range": true, "signed parameter with a range": true, "signed parameter without a range": true, "integer parameter": true, "localparam": true,
	"generate for": true, "generate if": true, "generate case": true,
	"table": true, "table by initial": true, "array of nets": true,
	"macro": true, "macro with arguments": true, "ifdef": true,
}

// Constructs lists the constructs in the order of their names.
func Constructs() []string { return slices.Sorted(maps.Keys(constructs)) }
