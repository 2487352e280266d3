package npu

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Top is the Verilog module of the head.
const Top = "npu_head"

//go:embed verilog
var verilog embed.FS

const defsFile = "npu_defs.vh"

// files are the modules, each below what it uses.
var files = []string{
	"npu_lane.v", "npu_requant.v", "npu_memory.v", "npu_argmax.v", "npu_bus.v",
	"npu_program.v", "npu_sequencer.v", "npu_regs.v", "npu_head.v",
}

// Sources is the Verilog of the head, one module a file; the first module is
// npu_head with the given sizes as defaults of its parameters. The constants replace
// the includes of their file, so that each file is complete.
func Sources(p Params) ([]rtl.Source, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	defs := read(defsFile)
	var out []rtl.Source
	for _, f := range files {
		text := strings.Replace(read(f), "`include \""+defsFile+"\"\n", defs, 1)
		if f == Top+".v" {
			for _, n := range p.Named() {
				text = setParameter(text, n)
			}
		}
		out = append(out, rtl.Source{Name: f, Text: []byte(text)})
	}
	return out, nil
}

// setParameter replaces a parameter's default.
func setParameter(text string, n Named) string {
	mark := "parameter integer " + n.Name + " = "
	before, rest, ok := strings.Cut(text, mark)
	end := strings.IndexAny(rest, ",\n")
	if !ok || end < 0 {
		panic("npu: " + Top + ".v has no parameter " + n.Name)
	}
	return before + mark + fmt.Sprint(n.Value) + rest[end:]
}

func read(name string) string {
	b, err := verilog.ReadFile(path.Join("verilog", name))
	if err != nil {
		panic("npu: " + err.Error())
	}
	return string(b)
}
