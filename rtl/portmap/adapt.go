package portmap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Port is a port of a unit.
type Port struct {
	Name  string
	Width int
}

// Unit is a module that is to be proved.
type Unit struct {
	Name    string
	Channel int // of its layer
	Inputs  []Port
	Output  Port
}

// Layer is the units of one layer.
type Layer struct {
	Units    []Unit
	Channels int    // output channels of the layer, whatever units there are
	Inputs   []Port // of the whole layer, in the order of "x*"
}

// Module is the module that computes a unit.
func (m *Map) Module(u Unit) string {
	return strings.ReplaceAll(m.module, channel, fmt.Sprint(u.Channel))
}

// Adapt writes the adapter of a layer for a design that was read. All that does
// not fit is reported at once, each problem with its module.
func (m *Map) Adapt(d *rtl.Design, l Layer) ([]byte, error) {
	var b strings.Builder
	var errs []error
	said := map[string]bool{}
	known := map[string]bool{}
	for _, name := range d.Modules() {
		known[name] = true
	}
	errs = append(errs, m.strangers(l)...)
	clocks := map[string]string{} // by module
	for _, u := range l.Units {
		if known[rtl.VerilogName(u.Name)] {
			errs = append(errs, fmt.Errorf("%s: module %s: the design has a module of this name, which the map would define again", m.file, u.Name))
			continue
		}
		for _, err := range m.unit(&b, d, clocks, l, u) {
			// A module of many channels is wrong for all of them.
			if !said[err.Error()] {
				said[err.Error()] = true
				errs = append(errs, err)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// strangers reports names in the map that no port of the layer has: a port that is
// mistyped would else be looked for by its own name.
func (m *Map) strangers(l Layer) (errs []error) {
	ports := map[string]bool{}
	for _, x := range l.Inputs {
		ports[x.Name] = true
	}
	for _, u := range l.Units {
		ports[u.Output.Name] = true
		for _, x := range u.Inputs {
			ports[x.Name] = true
		}
	}
	for _, name := range sorted(m.ports) {
		if !ports[name] {
			errs = append(errs, fmt.Errorf("%s: ports: %q = %q: the layer has no such input or output", m.file, name, m.ports[name].port))
		}
	}
	return errs
}

// Clock is the adapter's input for the clock of a module with registers.
const Clock = "hashiflex_clock"

// clockOf is the input that clocks a module's registers, "" for a module without.
func clockOf(d *rtl.Design, clocks map[string]string, module string) (string, error) {
	clock, known := clocks[module]
	if !known {
		read, err := d.Module(module)
		if err != nil {
			return "", err
		}
		clock = read.Clock
		clocks[module] = clock
	}
	return clock, nil
}

// unit writes the adapter of one unit. clocks are those of the modules that were
// looked at.
func (m *Map) unit(b *strings.Builder, d *rtl.Design, clocks map[string]string, l Layer, u Unit) (errs []error) {
	module := m.Module(u)
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: module %s: "+format, append([]any{m.file, module}, args...)...))
	}
	ports, err := d.Ports(module)
	if err != nil {
		bad("the design has no such module")
		return errs
	}
	at := map[string]rtl.ModulePort{}
	drivers := map[string][]string{} // of each bit of an input, the lowest first
	for _, p := range ports {
		at[p.Name] = p
		if p.In && !p.Out {
			drivers[p.Name] = make([]string, p.Width)
		}
	}
	drive := func(x Port, from string, p place) {
		bits := drivers[p.port]
		if bits == nil {
			bad("%s is said to be in %s, which is no input of it", x.Name, p.port)
			return
		}
		if !p.part {
			p.hi, p.lo = len(bits)-1, 0
		}
		if p.hi-p.lo+1 != x.Width || p.hi >= len(bits) {
			bad("%s has %s, and is said to be in bits %d to %d of %s, which has %d", x.Name, words.Count(x.Width, "bit"), p.hi, p.lo, p.port, len(bits))
			return
		}
		for i := range x.Width {
			switch {
			case bits[p.lo+i] != "":
				bad("bit %d of %s is said to be two things", p.lo+i, p.port)
				return
			case x.Width == 1:
				bits[p.lo+i] = from
			default:
				bits[p.lo+i] = fmt.Sprintf("%s[%d]", from, i)
			}
		}
	}
	own := map[string]bool{}
	for _, x := range u.Inputs {
		own[x.Name] = true
	}
	if m.inputs != "" {
		all := l.Inputs
		if strings.Contains(m.module, channel) {
			all = u.Inputs
		}
		total, lo := 0, 0
		for _, x := range all {
			total += x.Width
		}
		if bits, ok := drivers[m.inputs]; !ok || len(bits) != total {
			bad("%s has %s, all inputs together have %d", m.inputs, words.Count(len(bits), "bit"), total)
			all = nil
		}
		for _, x := range all {
			if _, single := m.ports[x.Name]; !single && own[x.Name] {
				drive(x, rtl.VerilogName(x.Name), place{m.inputs, true, lo + x.Width - 1, lo})
			}
			lo += x.Width
		}
	}
	for _, x := range u.Inputs {
		p, single := m.ports[x.Name]
		switch {
		case single:
			drive(x, rtl.VerilogName(x.Name), p)
		case m.inputs == "" && drivers[x.Name] != nil:
			// An input that the module has not is one that it does not need, or
			// one that its output will be seen to lack.
			drive(x, rtl.VerilogName(x.Name), place{port: x.Name})
		}
	}
	for _, name := range sorted(m.tie) {
		bits := drivers[name]
		if bits == nil {
			bad("%s is tied, and is no input of it", name)
			continue
		}
		if m.tie[name]>>len(bits) != 0 {
			bad("%s is tied to %d, and has %s", name, m.tie[name], words.Count(len(bits), "bit"))
		}
		for i := range bits {
			if bits[i] != "" {
				bad("bit %d of %s is said to be two things", i, name)
				break
			}
			bits[i] = fmt.Sprintf("1'd%d", m.tie[name]>>i&1)
		}
	}
	clock, err := clockOf(d, clocks, module)
	bits := drivers[clock]
	switch {
	case err != nil:
		bad("%v", err)
	case m.clock != "" && len(drivers[m.clock]) != 1:
		bad("clock: %s is no input of one bit", m.clock)
	case m.clock != "" && drivers[m.clock][0] != "":
		bad("bit 0 of %s is said to be two things", m.clock)
	case m.clock != "" && clock != "" && m.clock != clock:
		bad("clock: %s is said to be it, its registers have %s", m.clock, clock)
	case len(bits) == 1 && bits[0] == "":
		bits[0] = Clock
	default:
		clock = ""
	}
	out, err := m.output(at, l, u)
	if err != nil {
		bad("%v", err)
	}
	if len(errs) > 0 {
		return errs
	}
	write(b, u, module, clock != "", ports, drivers, out)
	return nil
}

// output finds the unit's output among a module's ports.
func (m *Map) output(at map[string]rtl.ModulePort, l Layer, u Unit) (place, error) {
	p, single := m.ports[u.Output.Name]
	w := u.Output.Width
	switch {
	case !single && m.outputs != "":
		p = place{m.outputs, true, (u.Channel+1)*w - 1, u.Channel * w}
		if o, ok := at[p.port]; ok && o.Width != l.Channels*w {
			return p, fmt.Errorf("%s has %s, the outputs of all %d channels have %d", p.port, words.Count(o.Width, "bit"), l.Channels, l.Channels*w)
		}
	case !single:
		p = place{port: u.Output.Name}
	}
	o, ok := at[p.port]
	if !ok || !o.Out || o.In {
		return p, fmt.Errorf("%s is said to be in %s, which is no output of it", u.Output.Name, p.port)
	}
	if !p.part {
		p.hi, p.lo = o.Width-1, 0
	}
	if p.hi-p.lo+1 != w || p.hi >= o.Width {
		return p, fmt.Errorf("%s has %s, and is said to be in bits %d to %d of %s, which has %d", u.Output.Name, words.Count(w, "bit"), p.hi, p.lo, p.port, o.Width)
	}
	return p, nil
}

func write(b *strings.Builder, u Unit, module string, clocked bool, ports []rtl.ModulePort, drivers map[string][]string, out place) {
	fmt.Fprintf(b, "// %s, as the port map says.\nmodule %s (\n", u.Name, rtl.VerilogName(u.Name))
	if clocked {
		fmt.Fprintf(b, "    input  wire %s,\n", Clock)
	}
	for _, x := range u.Inputs {
		fmt.Fprintf(b, "    input  wire %s%s,\n", bus(x.Width), rtl.VerilogName(x.Name))
	}
	fmt.Fprintf(b, "    output wire %s%s\n);\n", bus(u.Output.Width), rtl.VerilogName(u.Output.Name))
	width := 0
	for _, p := range ports {
		if p.Name == out.port {
			width = p.Width
		}
	}
	const result = "hashiflex_result"
	fmt.Fprintf(b, "    wire %s%s;\n    \\%s hashiflex_core (", bus(width), result, module+" ")
	sep := ""
	for _, p := range ports {
		switch {
		case drivers[p.Name] != nil:
			bits := drivers[p.Name]
			fmt.Fprintf(b, "%s\n        .\\%s ({", sep, p.Name)
			for i := len(bits) - 1; i >= 0; i-- {
				if bits[i] == "" {
					b.WriteString("1'bx")
				} else {
					b.WriteString(bits[i])
				}
				if i > 0 {
					b.WriteString(", ")
				}
			}
			b.WriteString("})")
		case p.Name == out.port:
			fmt.Fprintf(b, "%s\n        .\\%s (%s)", sep, p.Name, result)
		default:
			continue
		}
		sep = ","
	}
	from := result
	if width != u.Output.Width {
		from = fmt.Sprintf("%s[%d:%d]", result, out.hi, out.lo)
	}
	fmt.Fprintf(b, "\n    );\n    assign %s = %s;\nendmodule\n", rtl.VerilogName(u.Output.Name), from)
}

func bus(width int) string {
	if width == 1 {
		return ""
	}
	return fmt.Sprintf("[%d:0] ", width-1)
}
