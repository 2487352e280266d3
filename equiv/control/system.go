package control

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
)

//go:embed verilog
var verilog embed.FS

const memoryFile = "npu_memory.v"

// data are the nets that carry data: memory words, sums, results. They are free
// in every cycle. A path element without an index stands for all of a row.
var data = []string{"feature", "bias", "g_lane.lane.weight", "g_lane.lane.acc", "sum", "result"}

// system is one module whose registers are those of the head and of a monitor.
type system struct {
	params npu.Params
	head   *netlist.Module // alone, its data nets free; nil for a pair
	ports  []netlist.Port  // of the head
	m      *netlist.Module
	out    map[string]netlist.Value // the monitor's outputs
}

// names are the monitor's outputs with a prefix, in the order of its ports, the
// prefix cut off.
func (s *system) names(prefix string) (names []string) {
	for _, p := range s.m.Outputs {
		if n, ok := strings.CutPrefix(p.Name, prefix); ok {
			names = append(names, n)
		}
	}
	return names
}

// elaborate reads the head with shells in place of its memories.
func elaborate(ctx context.Context, y rtl.Yosys, sources []rtl.Source) (*netlist.Module, error) {
	shell, err := verilog.ReadFile("verilog/" + memoryFile)
	if err != nil {
		panic("control: " + err.Error())
	}
	sources = slices.Clone(sources)
	found := false
	for i := range sources {
		if sources[i].Name == memoryFile {
			sources[i].Text, found = shell, true
		}
	}
	if !found {
		return nil, fmt.Errorf("control: the head has no %s to put a shell in its place", memoryFile)
	}
	d, _, err := y.Read(ctx, source.Of(sources...))
	if err != nil {
		return nil, fmt.Errorf("control: the head: %w", err)
	}
	return d.Module(npu.Top)
}

// monitor reads a monitor for a head of the given sizes.
func monitor(ctx context.Context, y rtl.Yosys, name string, p npu.Params) (*netlist.Module, error) {
	b, err := verilog.ReadFile("verilog/" + name + ".v")
	if err != nil {
		panic("control: " + err.Error())
	}
	text := string(b)
	for _, n := range p.Named() {
		mark := "parameter integer " + n.Name + " = "
		before, rest, ok := strings.Cut(text, mark)
		if !ok {
			panic("control: " + name + " has no parameter " + n.Name)
		}
		text = before + mark + fmt.Sprint(n.Value) + strings.TrimLeft(rest, "0123456789")
	}
	d, _, err := y.Read(ctx, source.One(name+".v", []byte(text)))
	if err != nil {
		return nil, fmt.Errorf("control: the monitor: %w", err)
	}
	return d.Module(name)
}

// nets finds the values of a module by the paths of their signals.
type nets struct {
	m      *netlist.Module
	byName map[string]netlist.Value
}

func newNets(m *netlist.Module) nets {
	n := nets{m, make(map[string]netlist.Value, len(m.Names))}
	for v, name := range m.Names {
		n.byName[name] = v
	}
	for _, p := range m.Outputs {
		if _, ok := n.byName[p.Name]; !ok {
			n.byName[p.Name] = p.Value
		}
	}
	return n
}

// row lists the values at path; where there is none, those of its first element
// with every index from 0 on.
func (n nets) row(path string) (row []netlist.Value, err error) {
	if v, ok := n.byName[path]; ok {
		return []netlist.Value{v}, nil
	}
	first, rest, _ := strings.Cut(path, ".")
	for i := 0; ; i++ {
		v, ok := n.byName[fmt.Sprintf("%s[%d].%s", first, i, rest)]
		if !ok {
			break
		}
		row = append(row, v)
	}
	if len(row) == 0 {
		return nil, fmt.Errorf("control: the head has no net %s", path)
	}
	return row, nil
}

// free makes the data nets of the head inputs: they may have any value in any
// cycle, whatever drives them.
func free(m *netlist.Module) error {
	n := newNets(m)
	for _, path := range data {
		row, err := n.row(path)
		if err != nil {
			return err
		}
		for _, v := range row {
			w := m.Width(v)
			m.Cells[v] = netlist.Cell{Op: netlist.OpInput, Width: uint8(w), Aux: int64(len(m.Inputs)), Src: m.Cells[v].Src}
			m.Inputs = append(m.Inputs, netlist.Port{Name: m.Names[v], Width: w, Value: v})
		}
	}
	return nil
}

// expose makes outputs of the nets of m that the monitor looks at, under the names
// that it has for them, and takes all others away.
func expose(m, monitor *netlist.Module) error {
	n := newNets(m)
	input := make(map[string]bool)
	for _, p := range m.Inputs {
		input[p.Name] = true
	}
	m.Outputs = nil
	for _, p := range monitor.Inputs {
		if input[p.Name] {
			continue
		}
		row, err := n.row(strings.ReplaceAll(p.Name, "__", "."))
		if err != nil {
			return err
		}
		v := row[0]
		for _, next := range row[1:] {
			v = m.Concat(v, next)
		}
		m.Output(p.Name, v)
	}
	return nil
}

// build is the head of p, from its sources, under its monitor.
func build(ctx context.Context, y rtl.Yosys, p npu.Params, sources []rtl.Source) (*system, error) {
	head, err := elaborate(ctx, y, sources)
	if err != nil {
		return nil, err
	}
	mon, err := monitor(ctx, y, "head_monitor", p)
	if err != nil {
		return nil, err
	}
	if err := free(head); err != nil {
		return nil, err
	}
	ports := head.Outputs
	if err := expose(head, mon); err != nil {
		return nil, err
	}
	m, err := netlist.Link(mon, head)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	s := newSystem(p, m)
	s.head, s.ports = head, ports
	return s, nil
}

func newSystem(p npu.Params, m *netlist.Module) *system {
	s := &system{params: p, m: m, out: make(map[string]netlist.Value)}
	for _, o := range m.Outputs {
		s.out[o.Name] = o.Value
	}
	return s
}
