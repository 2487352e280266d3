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

// PartText is how much Verilog a part may have where a layer has more than one module: with it,
// Verilator and the compiler stay within a gigabyte.
const PartText = 2 << 20

// VerilateInParts is Verilate for designs that are too large for one run of Verilator. The
// modules in each datapath are compiled some at a time, with at most so many bytes of Verilog
// unless one is larger, and called by the rest through the direct programming interface. The
// design must have no registers among its adders, and no shared terms. Parts that were compiled
// before are found in cache, a folder.
func VerilateInParts(ctx context.Context, d *stream.Design, bench []rtl.Source, cache string, most int) (*Simulation, error) {
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
		ms, err := f.parts(d, b, most)
		if err != nil {
			return nil, err
		}
		parts = append(parts, ms...)
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
		sources[i].Name = strings.TrimSuffix(strings.TrimSuffix(sources[i].Name, ".sv"), ".v") + ".sv"
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

var (
	moduleText   = regexp.MustCompile(`(?ms)^module (\w+) .*?^endmodule\n`)
	instanceText = regexp.MustCompile(`(?ms)^    (\w+) \w+ \(\n.*?^    \);\n`)
)

// modules are those of Verilog, by name.
func modules(files []rtl.Source) map[string][]byte {
	all := map[string][]byte{}
	for _, f := range files {
		for _, m := range moduleText.FindAllSubmatch(f.Text, -1) {
			all[string(m[1])] = m[0]
		}
	}
	return all
}

// parts are the models of a block's datapath. The first has the function, which calls those of
// the others: each part drives some bits of the output, and the others stay 0.
func (f *function) parts(d *stream.Design, b *stream.Block, most int) ([]verilated.Model, error) {
	arithmetic, err := d.Modules(b.Layer)
	if err != nil {
		return nil, err
	}
	wrappers, err := d.Datapaths(b.Layer)
	if err != nil {
		return nil, err
	}
	text := modules(wrappers[len(wrappers)-1:])[f.name]
	header, body, ok := bytes.Cut(text, []byte("\n);\n"))
	if !ok {
		return nil, fmt.Errorf("chip: no datapath %s", f.name)
	}
	inside := modules(arithmetic)
	around := instanceText.ReplaceAll(body, nil) // wires, and the end
	var models []verilated.Model
	var instances, used bytes.Buffer
	seen := map[string]bool{}
	flush := func() {
		name := fmt.Sprintf("%s_part%d", f.name, len(models))
		wrapper := bytes.Replace(header, []byte(f.name), []byte(name), 1)
		models = append(models, verilated.Model{Top: name, Prefix: "V" + name, Args: []string{"-O3"}, Files: []verilated.File{
			{Name: "modules.v", Text: bytes.Clone(used.Bytes())},
			{Name: "part.v", Text: bytes.Join([][]byte{wrapper, []byte("\n);\n"), instances.Bytes(), around}, nil)},
		}})
		instances.Reset()
		used.Reset()
		clear(seen)
	}
	for _, m := range instanceText.FindAllSubmatch(body, -1) {
		name := string(m[1])
		if inside[name] == nil {
			return nil, fmt.Errorf("chip: datapath %s: no module %s", f.name, name)
		}
		if !seen[name] {
			if used.Len() > 0 && used.Len()+len(inside[name]) > most {
				flush()
			}
			seen[name] = true
			used.Write(inside[name])
		}
		instances.Write(m[0])
	}
	flush()
	for i := range models {
		models[i].Main = f.cxx(models[i].Prefix, fmt.Sprintf("%s_function%d", f.name, i))
	}
	models[0].Main += f.calls(len(models))
	return models, nil
}

// arguments are the function's in C++, with words behind them.
func (f *function) arguments(types bool) string {
	var all []string
	for _, p := range f.ports {
		switch {
		case !types:
			all = append(all, p.name)
		case p.out:
			all = append(all, "svBitVecVal* "+p.name)
		default:
			all = append(all, "const svBitVecVal* "+p.name)
		}
	}
	return strings.Join(all, ", ")
}

// calls is the function that calls all parts and puts their bits together.
func (f *function) calls(parts int) string {
	var c strings.Builder
	for i := 1; i < parts; i++ {
		fmt.Fprintf(&c, "extern \"C\" void %s_function%d(%s);\n", f.name, i, f.arguments(true))
	}
	out := f.out()
	n := (out.width + 31) / 32
	fmt.Fprintf(&c, "\nextern \"C\" void %s_function(%s) {\n    %s_function0(%s);\n", f.name, f.arguments(true), f.name, f.arguments(false))
	if parts > 1 {
		fmt.Fprintf(&c, "    svBitVecVal* whole = %s;\n    static svBitVecVal part[%d];\n", out.name, n)
		fmt.Fprintf(&c, "    %s = part;\n", out.name)
	}
	for i := 1; i < parts; i++ {
		fmt.Fprintf(&c, "    %s_function%d(%s);\n    for (int i = 0; i < %d; i++) whole[i] |= part[i];\n", f.name, i, f.arguments(false), n)
	}
	c.WriteString("}\n")
	return c.String()
}

// cxx is the function of one part.
func (f *function) cxx(prefix, name string) string {
	var c, after strings.Builder
	fmt.Fprintf(&c, "#include \"%s.h\"\n#include \"verilated.h\"\n#include \"svdpi.h\"\n\nextern \"C\" void %s(%s) {\n", prefix, name, f.arguments(true))
	fmt.Fprintf(&c, "    static VerilatedContext context;\n    static %s model(&context, \"%s\");\n", prefix, name)
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
	return c.String()
}
