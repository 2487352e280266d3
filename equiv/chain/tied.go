package chain

import (
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
)

// excuse removes lines from a chunk's list that no vector can enter because of tied inputs.
// With the map's ties these branches are not hardware.
func (f *Foreign) excuse(d *rtl.Design, c *ChunkRecord) {
	if len(f.Tied) == 0 || len(c.Unentered) == 0 {
		return
	}
	ruled := f.ruled(d)
	before := len(c.Unentered)
	c.Unentered = slices.DeleteFunc(c.Unentered, func(u Uncovered) bool { return ruled[u.Source] })
	c.Lines -= before - len(c.Unentered)
}

// ruled are the lines, as "file:line", on which tied inputs alone decide every choice.
func (f *Foreign) ruled(d *rtl.Design) map[string]bool {
	lines := map[string]bool{}
	seen := map[string]bool{}
	for _, p := range f.Outputs {
		if seen[p.Module] {
			continue
		}
		seen[p.Module] = true
		m, err := f.elaborated(d, p.Module)
		if err != nil {
			continue
		}
		tied := f.tied(m)
		for v := range m.Cells {
			cell := &m.Cells[v]
			if cell.Op != netlist.OpMux {
				continue
			}
			for _, at := range starts(m.Sources[cell.Src]) {
				earlier, known := lines[at]
				lines[at] = tied[cell.Args[0]] && (earlier || !known)
			}
		}
	}
	return lines
}

// tied marks the values that depend on nothing but tied inputs.
func (f *Foreign) tied(m *netlist.Module) []bool {
	tied := make([]bool, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		cell := &m.Cells[v]
		switch cell.Op {
		case netlist.OpConst:
			tied[v] = true
		case netlist.OpInput:
			_, tied[v] = f.Tied[m.Inputs[cell.Aux].Name]
		case netlist.OpUndef, netlist.OpReg:
		default:
			tied[v] = !slices.ContainsFunc(cell.Args[:cell.Op.Arity()], func(a netlist.Value) bool { return !tied[a] })
		}
	}
	return tied
}

// starts are the first lines of locations, "file:line.column-line.column|…".
func starts(source string) (lines []string) {
	for _, part := range strings.Split(source, "|") {
		if at := strings.LastIndexByte(part, ':'); at >= 0 {
			number, _, _ := strings.Cut(part[at+1:], ".")
			if start := part[:at+1] + number; !slices.Contains(lines, start) {
				lines = append(lines, start)
			}
		}
	}
	return lines
}
