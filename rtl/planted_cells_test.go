package rtl_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/fuzz/verilog"
	"github.com/hashiflex/hashiflex/rtl"
)

// A wrong meaning of a cell would fool proof and evaluation alike: both are of the
// netlist. What does not read netlists must notice.

// faults of operands and results.
var (
	swap      = rtl.Fault{Operands: func(o *rtl.Operands) { o.A, o.B = o.B, o.A; o.ASigned, o.BSigned = o.BSigned, o.ASigned }}
	unsign    = rtl.Fault{Operands: func(o *rtl.Operands) { o.ASigned, o.BSigned = false, false }}
	sign      = rtl.Fault{Operands: func(o *rtl.Operands) { o.ASigned, o.BSigned = true, true }}
	narrowA   = rtl.Fault{Operands: func(o *rtl.Operands) { o.A = o.A[:len(o.A)-1] }}
	narrowB   = rtl.Fault{Operands: func(o *rtl.Operands) { o.B = o.B[:len(o.B)-1] }}
	lowTop    = rtl.Fault{Result: func(b []rtl.Bit) []rtl.Bit { return append(b[:len(b)-1:len(b)-1], rtl.Constant(0)) }}
	rotated   = rtl.Fault{Result: func(b []rtl.Bit) []rtl.Bit { return append(b[1:len(b):len(b)], b[0]) }}
	always0   = rtl.Fault{Result: func(b []rtl.Bit) []rtl.Bit { return append([]rtl.Bit{rtl.Constant(0)}, b[1:]...) }}
	otherArms = rtl.Fault{Operands: func(o *rtl.Operands) { o.A, o.B = o.B, o.A }}
	armsMoved = rtl.Fault{Operands: func(o *rtl.Operands) { n := len(o.A); o.B = append(o.B[n:len(o.B):len(o.B)], o.B[:n]...) }}
)

// planted has, for every cell type that has a meaning, Verilog in which the front
// end needs it, and wrong meanings. a and b are inputs of 5 and 4 bits, sa and sb the
// same with a sign.
var planted = map[string]struct {
	y      string // the output's declaration
	body   string
	faults map[string]rtl.Fault
}{
	"$pos":         {"output [7:0] y", "assign y = +sa;", map[string]rtl.Fault{"moved": rotated, "top bit lost": lowTop}},
	"$not":         {"output [7:0] y", "assign y = ~sa;", map[string]rtl.Fault{"moved": rotated, "top bit lost": lowTop}},
	"$neg":         {"output [7:0] y", "assign y = -sa;", map[string]rtl.Fault{"moved": rotated, "top bit lost": lowTop}},
	"$add":         {"output [7:0] y", "assign y = sa + sb;", map[string]rtl.Fault{"sign dropped": unsign, "carry lost": lowTop, "narrow": narrowA}},
	"$sub":         {"output [7:0] y", "assign y = a - b;", map[string]rtl.Fault{"operands swapped": swap, "sign taken": sign}},
	"$mul":         {"output [8:0] y", "assign y = sa * sb;", map[string]rtl.Fault{"sign dropped": unsign, "top bit lost": lowTop}},
	"$div":         {"output [4:0] y", "assign y = sa / 4'sd4;", map[string]rtl.Fault{"sign dropped": unsign, "narrow": narrowA}},
	"$mod":         {"output [4:0] y", "assign y = sa % 4'sd4;", map[string]rtl.Fault{"sign dropped": unsign, "narrow": narrowA}},
	"$and":         {"output [7:0] y", "assign y = sa & sb;", map[string]rtl.Fault{"sign dropped": unsign, "narrow": narrowB}},
	"$or":          {"output [7:0] y", "assign y = sa | sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$xor":         {"output [7:0] y", "assign y = sa ^ sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$xnor":        {"output [7:0] y", "assign y = sa ~^ sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$shl":         {"output [7:0] y", "assign y = a << b;", map[string]rtl.Fault{"amount too short": narrowB, "sign taken": {Operands: func(o *rtl.Operands) { o.ASigned = true }}}},
	"$sshl":        {"output [7:0] y", "assign y = sa <<< b;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$shr":         {"output [4:0] y", "assign y = a >> b;", map[string]rtl.Fault{"amount too short": narrowB, "top bit lost": narrowA}},
	"$sshr":        {"output [4:0] y", "assign y = sa >>> b;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$shift":       {"output reg [4:0] y", "always @* begin y = 5'd0; y[b[1:0] +: 2] = a[1:0]; end", map[string]rtl.Fault{"sign dropped": {Operands: func(o *rtl.Operands) { o.BSigned = !o.BSigned }}, "moved": rotated}},
	"$shiftx":      {"output [1:0] y", "assign y = a[b[1:0] +: 2];", map[string]rtl.Fault{"moved": rotated}},
	"$eq":          {"output y", "assign y = sa == sb;", map[string]rtl.Fault{"sign dropped": unsign, "narrow": narrowA}},
	"$eqx":         {"output y", "assign y = sa === sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$ne":          {"output y", "assign y = sa != sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$nex":         {"output y", "assign y = sa !== sb;", map[string]rtl.Fault{"sign dropped": unsign}},
	"$lt":          {"output y", "assign y = sa < sb;", map[string]rtl.Fault{"sign dropped": unsign, "operands swapped": swap}},
	"$ge":          {"output y", "assign y = a >= b;", map[string]rtl.Fault{"sign taken": sign, "operands swapped": swap}},
	"$gt":          {"output y", "assign y = sa > sb;", map[string]rtl.Fault{"sign dropped": unsign, "operands swapped": swap}},
	"$le":          {"output y", "assign y = a <= b;", map[string]rtl.Fault{"sign taken": sign, "operands swapped": swap}},
	"$logic_not":   {"output [1:0] y", "assign y = !a;", map[string]rtl.Fault{"narrow": narrowA, "never": always0}},
	"$logic_and":   {"output y", "assign y = a && b;", map[string]rtl.Fault{"narrow": narrowA}},
	"$logic_or":    {"output y", "assign y = a || b;", map[string]rtl.Fault{"narrow": narrowB}},
	"$reduce_and":  {"output y", "assign y = &a;", map[string]rtl.Fault{"narrow": narrowA}},
	"$reduce_or":   {"output y", "assign y = |a;", map[string]rtl.Fault{"narrow": narrowA}},
	"$reduce_bool": {"output y", "assign y = a ? b[0] : b[1];", map[string]rtl.Fault{"narrow": narrowA}},
	"$reduce_xor":  {"output y", "assign y = ^a;", map[string]rtl.Fault{"narrow": narrowA}},
	"$reduce_xnor": {"output y", "assign y = ~^a;", map[string]rtl.Fault{"narrow": narrowA}},
	"$mux":         {"output [4:0] y", "assign y = b[0] ? a : b;", map[string]rtl.Fault{"arms swapped": otherArms}},
	"$pmux":        {"output reg [4:0] y", "always @* case (b[1:0]) 0: y = a; 1: y = ~a; 2: y = 5'd3; default: y = b; endcase", map[string]rtl.Fault{"arms moved": armsMoved, "top bit lost": lowTop}},
	"$dff":         {"output reg [4:0] y", "always @(posedge clk) y <= a;", map[string]rtl.Fault{"a wire": {Wire: `\D`}}},
	"$adff":        {"output reg [4:0] y", "wire rst = 1'b0; always @(posedge clk or posedge rst) if (rst) y <= 5'd0; else y <= a;", map[string]rtl.Fault{"a wire": {Wire: `\D`}}},
	"$mem_v2": {"output [4:0] y", "reg [4:0] words [0:1]; always @(posedge clk) words[b[0]] <= a; assign y = words[b[1]];",
		map[string]rtl.Fault{"read moved": rotated, "a wire": {Wire: `\WR_DATA`}}},
}

// plantedModule is the text of one cell type as a module.
func plantedModule(typ string) *verilog.Module {
	p := planted[typ]
	m := &verilog.Module{
		Name: "p_" + typ[1:],
		Ins:  []rtl.Signal{{Name: "a", Width: 5}, {Name: "b", Width: 4}},
		Outs: []rtl.Signal{{Name: "y", Width: 1}},
	}
	clock := ""
	if strings.Contains(p.body, "clk") {
		m.Clock, clock = "clk", "input clk, "
	}
	var msb int
	if _, err := fmt.Sscanf(p.y[strings.Index(p.y, "[")+1:], "%d:0]", &msb); err == nil {
		m.Outs[0].Width = msb + 1
	}
	m.Text = fmt.Sprintf("module %s (%sinput [4:0] a, input [3:0] b, %s);\n    wire signed [4:0] sa = a;\n    wire signed [3:0] sb = b;\n    %s\nendmodule\n", m.Name, clock, p.y, p.body)
	return m
}

// Every cell type that has a meaning is in the table, is needed by its text, and is
// caught with a wrong meaning: the simulators say otherwise, or nothing is claimed.
func TestPlantedCellsAreCaught(t *testing.T) {
	kinds := slices.Sorted(maps.Keys(planted))
	var ms []*verilog.Module
	for _, typ := range kinds {
		ms = append(ms, plantedModule(typ))
	}
	require.ElementsMatch(t, rtl.CellKinds(), kinds)
	right, err := verilog.Compare(context.Background(), verilog.Readers{Words: 2}, ms, 1)
	require.NoError(t, err)
	for _, r := range right {
		require.Equal(t, verilog.Agree, r.Outcome, "%v\n%s", r, r.Module.Text)
	}
	for i, typ := range kinds {
		for name, fault := range planted[typ].faults {
			restore := rtl.Plant(typ, ms[i].Name, fault)
			wrong, err := verilog.Again(context.Background(), verilog.Readers{Words: 2}, right[i:i+1])
			restore()
			require.NoError(t, err)
			r := wrong[0]
			assert.Equal(t, verilog.AgainstBoth, r.Outcome, "%s, %s: %v\n%s", typ, name, r, r.Module.Text)
		}
	}
}
