package rules

import (
	"regexp"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/source"
)

// toolNames are macros that some tool defines by itself.
var toolNames = set(`SYNTHESIS YOSYS __ICARUS__ VERILATOR verilator verilator3 FORMAL VCS MODEL_TECH QUESTA XILINX_SIMULATOR
	XILINX_SYNTHESIS __VIVADO__ ALTERA_RESERVED_QIS QUARTUS_SYNTHESIS SIMULATION COCOTB_SIM IVERILOG ICARUS INCA NCVERILOG XCELIUS
	SV_COV_START COVERAGE_OFF SLANG __slang__ SYNOPSYS DC SYNPLIFY CADENCE RIVIERA ACTIVE_HDL DSIM`)

var conditional = regexp.MustCompile("`(ifdef|ifndef|elsif|else|endif)\\b(?:[ \t]+([A-Za-z_][A-Za-z0-9_$]*))?")

var commentText = regexp.MustCompile(`(?s)//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"`)

// hardware is a word that occurs only in text that becomes hardware.
var hardware = regexp.MustCompile(`\b(assign|always|always_comb|always_ff|always_latch|wire|reg|logic|localparam|parameter|module|endmodule|input|output)\b`)

// predefined notes conditions on names that tools define, if both branches have hardware.
// The name is not defined here, and a tool that defines it reads the other branch.
func (c *checker) predefined(s source.Sources) {
	type open struct {
		name  string
		line  int
		sides []string
	}
	for _, f := range append(append([]source.File{}, s.Files...), s.Extra...) {
		text := uncommented(f.Text)
		var stack []open
		add := func(part string) {
			for i := range stack {
				sides := stack[i].sides
				sides[len(sides)-1] += part
			}
		}
		last, line := 0, 1
		for _, m := range conditional.FindAllStringSubmatchIndex(text, -1) {
			part := text[last:m[0]]
			add(hardware.FindString(part))
			line += strings.Count(part, "\n")
			last = m[0]
			name := ""
			if m[4] >= 0 {
				name = text[m[4]:m[5]]
			}
			switch n := len(stack); text[m[2]:m[3]] {
			case "ifdef", "ifndef":
				if n < 1000 {
					stack = append(stack, open{name, line, []string{""}})
				}
			case "elsif", "else":
				if n > 0 {
					stack[n-1].sides = append(stack[n-1].sides, "")
				}
			case "endif":
				if n == 0 {
					break
				}
				top := stack[n-1]
				stack = stack[:n-1]
				filled := 0
				for _, side := range top.sides {
					if side != "" {
						filled++
					}
				}
				if toolNames[top.name] && filled > 1 {
					c.found(Predefined, pos{f.Name, top.line}, "%s is a name that some tools define, and both sides hold hardware: it is not defined here unless you define it, and what is cast may have the other side; name the macro otherwise", top.name)
				}
			}
		}
	}
}
