package control

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
)

//go:embed verilog
var verilog embed.FS

// memory is the module in whose place a shell stands.
const (
	memory     = "npu_memory"
	memoryFile = memory + ".v"
)

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

	properties []property      // that are claimed of it, each an output
	held       []netlist.Value // of a pair: the invariants of the first copy
}

// pins is the monitor's output for the master that plays on the system.
const pins = "see_pins"

// conditions are the monitor's outputs that agreements depend on.
var conditions = []string{
	"when_settled", "when_checking", "when_counts", "when_started", "when_image", "when_shown", "when_stored", "when_weight", "when_reading",
}

// elaborate reads the head with shells in place of its memories, and gives its nets the
// names of rtl/npu.
func elaborate(ctx context.Context, y rtl.Yosys, names npu.Map, sources []rtl.Source) (*netlist.Module, error) {
	sources, err := shelled(names.Module(memory), sources)
	if err != nil {
		return nil, err
	}
	d, _, err := y.Read(ctx, source.Of(sources...))
	if err != nil {
		return nil, fmt.Errorf("control: the head: %w", err)
	}
	m, err := d.Module(npu.Top)
	if err != nil {
		return nil, err
	}
	return m, names.Rename(m)
}

// shelled is the sources with a shell in place of the module of that name. What is
// replaced is found in the text without comments and macros; that it was the module,
// and the only one, the reader sees: one that is missing or there twice is an error.
func shelled(name string, sources []rtl.Source) ([]rtl.Source, error) {
	shell, err := verilog.ReadFile("verilog/" + memoryFile)
	if err != nil {
		panic("control: " + err.Error())
	}
	text, err := source.Read(source.Of(sources...))
	if err != nil {
		return nil, err
	}
	plain, err := text.Plain(func(file string) string { return file })
	if err != nil {
		return nil, err
	}
	module := regexp.MustCompile(`(?s)\bmodule\s+` + regexp.QuoteMeta(name) + `\b.*?\bendmodule\b`)
	sources = slices.Clone(sources)
	found := 0
	for i := range sources {
		sources[i].Text = plain[i]
		if at := module.FindIndex(plain[i]); at != nil {
			found++
			sources[i].Text = slices.Concat(plain[i][:at[0]], plain[i][at[1]:])
		}
	}
	if found != 1 {
		return nil, fmt.Errorf("control: the head has %d modules %s, want one to put a shell in its place", found, name)
	}
	of := strings.Replace(string(shell), "module "+memory+" ", "module "+name+" ", 1)
	return append(sources, rtl.Source{Name: "shell_" + memoryFile, Text: []byte(of)}), nil
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
	m, err := d.Module(name)
	if err != nil {
		return nil, err
	}
	for _, u := range m.Undefs {
		if u.Reason != netlist.UndefX {
			return nil, fmt.Errorf("control: the monitor: %s is not read", u.Detail)
		}
	}
	return m, nil
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
		return nil, &noNetError{path}
	}
	return row, nil
}

// noNetError is the error for a net that the claims look at and the head lacks.
type noNetError struct{ path string }

func (e *noNetError) Error() string { return "control: the head has no net " + e.path }

// Missing lists the nets that the claims look at and that a head lacks, in the names of
// rtl/npu; without an index, of a row of lanes. The error is of reading.
func Missing(ctx context.Context, y rtl.Yosys, names npu.Map, p npu.Params, sources []rtl.Source) (missing []string, err error) {
	head, err := elaborate(ctx, y, names, sources)
	if err != nil {
		return nil, err
	}
	mon, err := monitor(ctx, y, "head_monitor", p)
	if err != nil {
		return nil, err
	}
	n, input, outputs := newNets(head), make(map[string]bool), make(map[string]bool)
	for _, p := range head.Inputs {
		input[p.Name] = true
	}
	for _, p := range mon.Outputs {
		outputs[p.Name] = true
	}
	look := func(err error) {
		if none, ok := err.(*noNetError); ok && !slices.Contains(missing, none.path) {
			missing = append(missing, none.path)
		}
	}
	for _, path := range data {
		_, err := n.row(path)
		look(err)
	}
	for _, p := range mon.Inputs {
		if !input[p.Name] {
			_, err := n.observed(p)
			look(err)
		}
	}
	for _, claim := range agreements {
		for _, g := range claim.all {
			for _, path := range []string{g.net, g.when} {
				if path != "" && !input[path] && !outputs[path] {
					_, err := n.row(path)
					look(err)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing, nil
}

// Nets lists the nets of the head that the claims look at, in the names of rtl/npu;
// without an index, of a row of lanes.
func Nets(ctx context.Context, y rtl.Yosys) (all []string, err error) {
	mon, err := monitor(ctx, y, "head_monitor", Instances[0])
	if err != nil {
		return nil, err
	}
	all = slices.Clone(data)
	for _, p := range mon.Inputs {
		path := strings.ReplaceAll(p.Name, "__", ".")
		if part := wide.FindStringSubmatch(path); part != nil {
			path = part[1]
		}
		all = append(all, path)
	}
	for _, claim := range agreements {
		for _, g := range claim.all {
			all = append(all, g.net)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
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

// expose makes outputs of the nets of m that the monitor observes, under the names
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
		v, err := n.observed(p)
		if err != nil {
			return err
		}
		m.Output(p.Name, v)
	}
	return nil
}

// wide is the name of a part of a port that has more bits than a value can have.
var wide = regexp.MustCompile(`^(.+)\[(\d+):(\d+)\]$`)

// observed is the value of an input of the monitor. A port that is wider than a value
// is read in parts, and so is a net of the head.
func (n nets) observed(p netlist.Port) (netlist.Value, error) {
	path := strings.ReplaceAll(p.Name, "__", ".")
	if v, ok := n.byName[path]; ok {
		return v, nil
	}
	lo, hi := 0, p.Width-1
	if part := wide.FindStringSubmatch(path); part != nil {
		path = part[1]
		hi, _ = strconv.Atoi(part[2])
		lo, _ = strconv.Atoi(part[3])
	}
	row, err := n.row(path)
	if err != nil {
		return 0, err
	}
	var v netlist.Value
	at := 0 // the lowest bit of the next value
	for _, x := range row {
		w := n.m.Width(x)
		from, to := max(lo, at), min(hi+1, at+w)
		if from < to {
			bits := n.m.Slice(x, from-at, to-from)
			if v == 0 {
				v = bits
			} else {
				v = n.m.Concat(v, bits)
			}
		}
		at += w
	}
	if at <= hi {
		return 0, fmt.Errorf("control: net %s of the head has %d bits, the monitor reads bit %d", path, at, hi)
	}
	return v, nil
}

// build is the head of p, from its sources, under its monitor.
func build(ctx context.Context, y rtl.Yosys, names npu.Map, p npu.Params, sources []rtl.Source) (*system, error) {
	head, err := elaborate(ctx, y, names, sources)
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
	s, err := newSystem(p, m, monitored, conditions)
	if err != nil {
		return nil, err
	}
	s.head, s.ports = head, ports
	return s, nil
}

// newSystem is a system whose outputs are its properties, pins, and those in others. Any
// other output would be a claim that nothing checks, and a missing one a check of
// nothing: both are errors.
func newSystem(p npu.Params, m *netlist.Module, properties []property, others []string) (*system, error) {
	s := &system{params: p, m: m, out: make(map[string]netlist.Value), properties: properties}
	for _, o := range m.Outputs {
		s.out[o.Name] = o.Value
	}
	wanted := map[string]bool{pins: true}
	for _, n := range others {
		wanted[n] = true
	}
	for i := range properties {
		wanted[properties[i].output()] = true
	}
	for _, o := range m.Outputs {
		if !wanted[o.Name] {
			return nil, fmt.Errorf("control: output %s of the monitor is no property: add its row to a table of properties", o.Name)
		}
		delete(wanted, o.Name)
	}
	if missing := slices.Sorted(maps.Keys(wanted)); len(missing) > 0 {
		return nil, fmt.Errorf("control: the monitor has no outputs %s", strings.Join(missing, ", "))
	}
	return s, nil
}
