package npu

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Defs is the text of verilog/npu_defs.vh.
func Defs() string {
	var b strings.Builder
	b.WriteString("// Written from the register map in regmap.go by go generate; do not edit.\n")
	b.WriteString("`ifndef NPU_DEFS\n`define NPU_DEFS\n")
	define := func(name, value string) { fmt.Fprintf(&b, "`define %s %s\n", name, value) }
	number := func(prefix string, width int, es []entry) {
		for _, e := range es {
			define(prefix+e.Name, fmt.Sprintf("%d'd%d", width, e.At))
		}
	}
	define("NPU_ID", fmt.Sprintf("32'h%08x", ID))
	number("NPU_REGION_", 2, regions)
	number("NPU_REG_", 20, registers)
	define("NPU_REGISTERS", fmt.Sprintf("20'd%d", registerCount))
	number("NPU_CONTROL_", 32, controls)
	for _, e := range errorBits {
		define("NPU_ERROR_"+e.Name, fmt.Sprint(e.At))
	}
	define("NPU_ERROR_MASK", fmt.Sprintf("32'h%08x", errorMask))
	define("NPU_LAYERS_MASK", fmt.Sprintf("32'h%08x", layersMask))
	number("NPU_FIELD_", 3, fields)
	for _, f := range tails {
		if f.bits.hi == f.bits.lo {
			define("NPU_TAIL_"+f.Name, fmt.Sprint(f.bits.lo))
		} else {
			define("NPU_TAIL_"+f.Name, fmt.Sprintf("%d:%d", f.bits.hi, f.bits.lo))
		}
	}
	define("NPU_TAIL_MASK", fmt.Sprintf("32'h%08x", tailMask()))
	for _, r := range spec.Roundings() {
		if m := roundingMacros[r]; m != byDefault {
			define(m, fmt.Sprintf("3'd%d", r))
		}
	}
	for _, o := range spec.Overflows() {
		if m := overflowMacros[o]; m != byDefault {
			define(m, fmt.Sprintf("2'd%d", o))
		}
	}
	b.WriteString("`endif\n")
	return b.String()
}

// byDefault is the mode that a selection in npu_requant.v takes where it names no
// other.
const byDefault = "default"

// The modes that npu_requant.v has, by the macro that names them there. Their
// numbers are the spec's.
var (
	roundingMacros = spec.ByMode("npu: roundings", spec.Roundings(), map[spec.Rounding]string{
		spec.TRN:       byDefault,
		spec.TRNZero:   "NPU_RND_TRN_ZERO",
		spec.RND:       "NPU_RND_RND",
		spec.RNDZero:   "NPU_RND_RND_ZERO",
		spec.RNDInf:    "NPU_RND_RND_INF",
		spec.RNDMinInf: "NPU_RND_RND_MIN_INF",
		spec.RNDConv:   "NPU_RND_RND_CONV",
	})
	overflowMacros = spec.ByMode("npu: overflows", spec.Overflows(), map[spec.Overflow]string{
		spec.WRAP:    byDefault,
		spec.SAT:     "NPU_OVF_SAT",
		spec.SATZero: "NPU_OVF_SAT_ZERO",
		spec.SATSym:  "NPU_OVF_SAT_SYM",
	})
)

const (
	errorMask  = 1<<errorCount - 1
	layersMask = 1<<(LayersSigned+1) - 1
)

func tailMask() (m uint32) {
	for _, f := range tails {
		m |= f.bits.mask()
	}
	return m
}

// Markers of the part of README.md that Table replaces.
const (
	TableBegin = "<!-- register map: written by go generate -->\n"
	TableEnd   = "<!-- end of the register map -->\n"
)

// Table is the register map as Markdown, with what heads take for an image.
func Table() string { return registerTable() + durations() }

// registerTable is the register map as Markdown.
func registerTable() string {
	var b strings.Builder
	section := func(title, place string, es []entry, at func(entry) string) {
		fmt.Fprintf(&b, "\n### %s\n\n| %s | name | access | meaning |\n|---|---|---|---|\n", title, place)
		for _, e := range es {
			access := e.Access
			if access == "" {
				access = "–"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", at(e), e.Name, access, e.Text)
		}
	}
	section("Regions", "address", regions, func(e entry) string { return fmt.Sprintf("0x%06x", Address(e.At, 0)) })
	section("Registers", "address", registers, func(e entry) string { return fmt.Sprintf("0x%06x", Register(e.At)) })
	section("Errors", "bit", errorBits, func(e entry) string { return fmt.Sprint(e.At) })
	section("Words of a descriptor", "offset", fields, func(e entry) string { return fmt.Sprintf("0x%02x", 4*e.At) })
	b.WriteString("\n### Fields of TAIL\n\n| bits | name | meaning |\n|---|---|---|\n")
	for _, f := range tails {
		place := fmt.Sprint(f.bits.lo)
		if f.bits.hi != f.bits.lo {
			place = fmt.Sprintf("%d..%d", f.bits.hi, f.bits.lo)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", place, f.Name, f.Text)
	}
	return b.String()
}

// durations is the speed of a head of one layer, 1280 features and 1000 classes, at a
// clock of 1 GHz, and the number of such heads that together reach 1.21 M images per
// second.
func durations() string {
	const clock, rate = 1_000_000_000, 1_210_000
	layer := []Layer{{In: 1280, Out: 1000}}
	var b strings.Builder
	b.WriteString("\n### Duration of 1280 features to 1000 classes at 1 GHz\n\n")
	b.WriteString("| LANES | cycles an image | images/s | heads for 1.21 M images/s | their lanes |\n|---|---|---|---|---|\n")
	for _, lanes := range []int{1, 16, 64, 125, 250, 500, 1000} {
		c, n := Cycles(layer, lanes), Heads(layer, lanes, rate, clock)
		fmt.Fprintf(&b, "| %d | %d | %d | %d | %d |\n", lanes, c, clock/c, n, n*lanes)
	}
	b.WriteString("\n")
	return b.String()
}
