package chip

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// What the tools may take for a part, and for what is left without the parts.
const (
	partMemory = 12 << 30
	partTime   = 2 * time.Hour
)

// VerilateInParts is Verilate for designs that are too large for one run of Verilator: each
// datapath is compiled by itself, and called by the rest through the direct programming
// interface. The design must have no registers among its adders. Parts that were compiled
// before are found in cache, a folder.
func VerilateInParts(ctx context.Context, d *stream.Design, bench []rtl.Source, cache string) (*Simulation, error) {
	sources, err := d.Skeleton()
	if err != nil {
		return nil, err
	}
	sources = append(sources, bench...)
	var parts []verilated.Model
	for i := range d.Map.Blocks {
		b := &d.Map.Blocks[i]
		if b.Datapath == nil {
			continue
		}
		if b.Datapath.Latency > 0 {
			return nil, fmt.Errorf("chip: datapath %s has registers, and is no function", b.Datapath.Module)
		}
		f, err := functionIn(sources, b.Datapath)
		if err != nil {
			return nil, err
		}
		m, err := f.part(d, b)
		if err != nil {
			return nil, err
		}
		parts = append(parts, m)
	}
	m := benchModel(sources, true)
	m.Parts, m.Cache, m.Memory, m.Time = parts, cache, partMemory, partTime
	return made(ctx, m)
}

// function is a datapath as a function in C++.
type function struct {
	name  string
	ports []functionPort
}

type functionPort struct {
	name  string
	width int
	out   bool
}

// headerPort is a port in the header of a datapath.
var headerPort = regexp.MustCompile(`(input  wire|output wire) (?:\[(\d+):0\] )?(\w+)[,\n]`)

// functionIn finds a datapath among sources and puts a call of the function there.
func functionIn(sources []rtl.Source, dp *stream.Datapath) (*function, error) {
	begin, end := []byte("module "+dp.Module+" (\n"), []byte(");\nendmodule\n")
	for i := range sources {
		before, rest, ok := bytes.Cut(sources[i].Text, begin)
		if !ok {
			continue
		}
		header, after, ok := bytes.Cut(rest, end)
		if !ok {
			break
		}
		f := &function{name: dp.Module}
		var declared, given []string
		for _, m := range headerPort.FindAllSubmatch(header, -1) {
			p := functionPort{name: string(m[3]), width: 1, out: string(m[1]) == "output wire"}
			if len(m[2]) > 0 {
				if _, err := fmt.Sscan(string(m[2]), &p.width); err != nil {
					return nil, fmt.Errorf("chip: %s: %w", dp.Module, err)
				}
				p.width++
			}
			f.ports = append(f.ports, p)
			direction, value := "input", p.name
			if p.out {
				direction, value = "output", "result"
			}
			declared = append(declared, fmt.Sprintf("%s bit [%d:0] %s", direction, p.width-1, p.name))
			given = append(given, value)
		}
		out := f.out()
		if out == nil {
			break
		}
		body := fmt.Sprintf("    import \"DPI-C\" function void %s_function(%s);\n    bit [%d:0] result;\n    always_comb %s_function(%s);\n    assign %s = result;\nendmodule\n",
			f.name, strings.Join(declared, ", "), out.width-1, f.name, strings.Join(given, ", "), out.name)
		sources[i].Text = bytes.Join([][]byte{before, begin, header, []byte(");\n"), []byte(body), after}, nil)
		sources[i].Name = strings.TrimSuffix(sources[i].Name, ".v") + ".sv"
		return f, nil
	}
	return nil, fmt.Errorf("chip: no datapath %s in the skeleton", dp.Module)
}

func (f *function) out() *functionPort {
	for i := range f.ports {
		if f.ports[i].out {
			return &f.ports[i]
		}
	}
	return nil
}

// part is the model of a block's datapath, with the function.
func (f *function) part(d *stream.Design, b *stream.Block) (verilated.Model, error) {
	prefix := "V" + f.name
	m := verilated.Model{Top: f.name, Prefix: prefix, Args: []string{"-O3"}}
	arithmetic, err := d.Modules(b.Layer)
	if err != nil {
		return m, err
	}
	wrappers, err := d.Datapaths(b.Layer)
	if err != nil {
		return m, err
	}
	for _, s := range append(arithmetic, wrappers[len(wrappers)-1]) {
		m.Files = append(m.Files, verilated.File{Name: s.Name, Text: s.Text})
	}
	var c strings.Builder
	fmt.Fprintf(&c, "#include \"%s.h\"\n#include \"verilated.h\"\n#include \"svdpi.h\"\n\nextern \"C\" void %s_function(", prefix, f.name)
	for i, p := range f.ports {
		if i > 0 {
			c.WriteString(", ")
		}
		if !p.out {
			c.WriteString("const ")
		}
		fmt.Fprintf(&c, "svBitVecVal* %s", p.name)
	}
	fmt.Fprintf(&c, ") {\n    static VerilatedContext context;\n    static %s model(&context, \"%s\");\n", prefix, f.name)
	var after strings.Builder
	for _, p := range f.ports {
		words := (p.width + 31) / 32
		switch {
		case p.width > 64 && !p.out:
			fmt.Fprintf(&c, "    for (int i = 0; i < %d; i++) model.%s[i] = %s[i];\n", words, p.name, p.name)
		case p.width > 64:
			fmt.Fprintf(&after, "    for (int i = 0; i < %d; i++) %s[i] = model.%s[i];\n", words, p.name, p.name)
		case p.width > 32 && !p.out:
			fmt.Fprintf(&c, "    model.%s = (QData)%s[1] << 32 | %s[0];\n", p.name, p.name, p.name)
		case p.width > 32:
			fmt.Fprintf(&after, "    %s[0] = (IData)model.%s;\n    %s[1] = (IData)(model.%s >> 32);\n", p.name, p.name, p.name, p.name)
		case !p.out:
			fmt.Fprintf(&c, "    model.%s = %s[0];\n", p.name, p.name)
		default:
			fmt.Fprintf(&after, "    %s[0] = model.%s;\n", p.name, p.name)
		}
	}
	fmt.Fprintf(&c, "    model.eval();\n%s}\n", after.String())
	m.Main = c.String()
	return m, nil
}
