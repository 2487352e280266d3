package portmap

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Port is a port of a unit.
type Port struct {
	Name   string
	Width  int
	Signed bool
}

// Unit is a module to prove.
type Unit struct {
	Name    string
	Channel int // of its layer
	Inputs  []Port
	Output  Port
}

// Layer is the units of one layer.
type Layer struct {
	Units    []Unit
	Channels int    // output channels of the layer, whatever the units
	Inputs   []Port // of the whole layer, in the order of "x*"
}

// Output is the place of a unit's output.
type Output struct {
	Module string // as rtl.Design.Module takes it
	Port   string
	Hi, Lo int
}

// Module is the module that computes a unit.
func (m *Map) Module(u Unit) string {
	return strings.ReplaceAll(m.module, channel, fmt.Sprint(u.Channel))
}

// probe is a module with an instance of every module that has parameters.
const probe = "hashiflex_probe"

// Probe returns Verilog to read with the user's if the map gives parameters, or nil if
// it gives none. It is needed since only an instance shows a module's ports with given
// parameters.
func (m *Map) Probe(l Layer) []byte {
	if len(m.parameters) == 0 {
		return nil
	}
	var b strings.Builder
	seen := map[string]bool{}
	fmt.Fprintf(&b, "// Modules with the parameters that the map gives.\nmodule %s ();\n", probe)
	for _, u := range l.Units {
		if name := m.Module(u); !seen[name] {
			seen[name] = true
			fmt.Fprintf(&b, "    \\%s %shashiflex_%s ();\n", name+" ", m.values(), name)
		}
	}
	b.WriteString("endmodule\n")
	return []byte(b.String())
}

// values are the parameters as an instance has them.
func (m *Map) values() string {
	if len(m.parameters) == 0 {
		return ""
	}
	var list []string
	for _, p := range m.parameters {
		list = append(list, fmt.Sprintf(".%s(%s)", p.name, p.value))
	}
	return "#(" + strings.Join(list, ", ") + ") "
}

// elaborated is the module that computes a unit, as it was read with its parameters.
func (m *Map) elaborated(d *rtl.Design, u Unit) (string, error) {
	if len(m.parameters) == 0 {
		return m.Module(u), nil
	}
	return d.Instance(probe, "hashiflex_"+m.Module(u))
}

// Adapt writes the adapter of a layer for a design that was read. The error lists all
// mismatches, each with its module.
func (m *Map) Adapt(d *rtl.Design, l Layer) ([]byte, error) {
	var b strings.Builder
	var errs []error
	said := map[string]bool{}
	say := func(all ...error) {
		for _, err := range all {
			// A module of many channels is wrong for all of them.
			if !said[err.Error()] {
				said[err.Error()] = true
				errs = append(errs, err)
			}
		}
	}
	known := map[string]bool{}
	for _, name := range d.Modules() {
		known[name] = true
	}
	say(m.strangers(l)...)
	clocks := map[string]string{} // by module
	for _, u := range l.Units {
		if known[rtl.VerilogName(u.Name)] {
			say(fmt.Errorf("%s: module %s: the design has a module of this name, which the map would define again: modules that are called and have ports as \"hashiflex generate\" writes them need no top, no ports and no map, and others another name", m.at(), u.Name))
			continue
		}
		c, bad := m.connect(d, clocks, l, u, u.Inputs)
		if c == nil || len(bad) > 0 {
			say(bad...)
			continue
		}
		out, err := m.output(c.ports, l, u)
		if err != nil {
			say(m.unfit(u, err))
			continue
		}
		fmt.Fprintf(&b, "// %s, as the port map says.\n", u.Name)
		c.write(&b, rtl.VerilogName(u.Name), []result{{rtl.VerilogName(u.Output.Name), u.Output.Width, out, m.encoded(m.outputKey(u), allOutputs)}})
	}
	say(m.complete(d, l)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// unfit is about a unit's output, with the key that says where it is.
func (m *Map) unfit(u Unit, err error) error {
	key := m.outputKey(u)
	if _, single := m.ports[key]; !single && m.outputs != nil {
		key = allOutputs
	}
	return fmt.Errorf("%s: module %s: %w", m.at("ports", key), m.Module(u), err)
}

// strangers reports names in the map that are no port of the layer. Without this check,
// a mistyped entry would be ignored and the port looked up by its default name.
func (m *Map) strangers(l Layer) (errs []error) {
	ports := map[string]bool{allInputs: true, allOutputs: true}
	for _, x := range l.Inputs {
		ports[x.Name] = true
	}
	for _, u := range l.Units {
		ports[u.Output.Name] = true
		for _, x := range u.Inputs {
			ports[x.Name] = true
		}
	}
	if l.Channels > 1 {
		for n := range l.Channels {
			ports["y"+strconv.Itoa(n)] = true
		}
	}
	for _, name := range sorted(m.ports) {
		if !ports[name] {
			errs = append(errs, fmt.Errorf("%s: ports: %q = %q: the layer has no such input or output", m.at("ports", name), name, m.ports[name]))
		}
	}
	for _, name := range sorted(m.encoding) {
		if !ports[name] {
			errs = append(errs, fmt.Errorf("%s: encoding: %q: the layer has no such input or output", m.at("encoding", name), name))
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

// connection is an instance of a module with what drives its inputs.
type connection struct {
	head    string // of the instance: the module with its parameters
	ports   []rtl.ModulePort
	drivers map[string][]string // of each bit of an input, the lowest first
	inputs  []Port              // of the adapter
	encoded []string            // declarations of inputs in other encodings
	clocked bool
	control []Port   // inputs of the adapter that say what to do
	status  []status // outputs that say what is done
}

// connect finds what drives a module's inputs. clocks are those of the modules that were
// looked at.
func (m *Map) connect(d *rtl.Design, clocks map[string]string, l Layer, u Unit, inputs []Port) (c *connection, errs []error) {
	module := m.Module(u)
	badAt := func(path []string, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: module %s: "+format, append([]any{m.at(path...), module}, args...)...))
	}
	name, err := m.elaborated(d, u)
	var ports []rtl.ModulePort
	if err == nil {
		ports, err = d.Ports(name)
	}
	if err != nil {
		badAt([]string{"module"}, "the design has no such module")
		return nil, errs
	}
	c = &connection{head: fmt.Sprintf(`\%s %s`, module, m.values()), ports: ports, drivers: map[string][]string{}, inputs: inputs}
	for _, p := range ports {
		if p.In && !p.Out {
			c.drivers[p.Name] = make([]string, p.Width)
		}
	}
	own := map[string]bool{}
	for _, x := range inputs {
		own[x.Name] = true
	}
	drive := func(x Port, p place, path []string) {
		bits := c.drivers[p.port]
		if bits == nil {
			badAt(path, "%s is said to be in %s, which is no input of it", x.Name, p.port)
			return
		}
		p = p.whole(len(bits))
		encoding, n := m.encoded(x.Name, allInputs), p.hi-p.lo+1
		if p.hi >= len(bits) || n != x.Width && (encoding != Extended || n < x.Width) {
			badAt(path, "%s has %s, and is said to be in bits %d to %d of %s, which has %d", x.Name, words.Count(x.Width, "bit"), p.hi, p.lo, p.port, len(bits))
			return
		}
		if !own[x.Name] {
			return // of another unit
		}
		from := c.encode(x, encoding)
		for i := range n {
			if bits[p.lo+i] != "" {
				badAt(path, "bit %d of %s is said to be two things", p.lo+i, p.port)
				return
			}
			switch {
			case i >= x.Width && !x.Signed:
				bits[p.lo+i] = "1'd0"
			case x.Width == 1:
				bits[p.lo+i] = from
			default:
				bits[p.lo+i] = fmt.Sprintf("%s[%d]", from, min(i, x.Width-1))
			}
		}
	}
	spread := m.spreadInputs(l, u)
	serial := m.protocol != nil && m.protocol.Inputs == Serial
	if serial {
		m.items(c, spread, badAt)
	} else if m.inputs != nil {
		path := []string{"ports", allInputs}
		for i, x := range spread {
			if _, single := m.ports[x.Name]; single {
				continue
			}
			p, err := m.inputs.at(i, widths(spread), inputWidth(ports))
			var bus *busError
			switch {
			case errors.As(err, &bus):
				badAt(path, "%s has %s, all inputs together have %d", bus.port, words.Count(bus.has, "bit"), bus.total)
			case err != nil:
				badAt(path, "%q: %v", allInputs, err)
			default:
				drive(x, p, path)
				continue
			}
			break
		}
	}
	for _, x := range inputs {
		p, single := m.ports[x.Name]
		switch {
		case serial:
		case single:
			drive(x, p, []string{"ports", x.Name})
		case m.inputs == nil && c.drivers[x.Name] != nil:
			// An input that the module has not is one that it does not need, or
			// one that its output will be seen to lack.
			drive(x, place{port: x.Name}, []string{"ports"})
		}
	}
	for _, name := range sorted(m.tie) {
		bits, path := c.drivers[name], []string{"tie", name}
		if bits == nil {
			badAt(path, "%s is tied, and is no input of it", name)
			continue
		}
		if len(bits) < 64 && m.tie[name]>>len(bits) != 0 {
			badAt(path, "%s is tied to %d, and has %s", name, m.tie[name], words.Count(len(bits), "bit"))
		}
		for i := range bits {
			if bits[i] != "" {
				badAt(path, "bit %d of %s is said to be two things", i, name)
				break
			}
			bit := uint64(0)
			if i < 64 {
				bit = m.tie[name] >> i & 1
			}
			bits[i] = fmt.Sprintf("1'd%d", bit)
		}
	}
	m.converse(c, badAt)
	m.clocking(d, clocks, c, name, badAt)
	return c, errs
}

// clocking finds the input for the clock.
func (m *Map) clocking(d *rtl.Design, clocks map[string]string, c *connection, name string, badAt func([]string, string, ...any)) {
	clock, err := clockOf(d, clocks, name)
	bits, path := c.drivers[clock], []string{"clock"}
	switch {
	case err != nil:
		badAt(nil, "%v", err)
	case m.clock != "" && len(c.drivers[m.clock]) != 1:
		badAt(path, "clock: %s is no input of one bit", m.clock)
	case m.clock != "" && c.drivers[m.clock][0] != "":
		badAt(path, "bit 0 of %s is said to be two things", m.clock)
	case m.clock != "" && clock != "" && m.clock != clock:
		badAt(path, "clock: %s is said to be it, its registers have %s", m.clock, clock)
	case len(bits) == 1 && bits[0] == "":
		bits[0] = Clock
		c.clocked = true
	}
}

// spreadInputs are the inputs that "x*" means: of the whole layer, or of a channel that
// has a module of its own.
func (m *Map) spreadInputs(l Layer, u Unit) []Port {
	if strings.Contains(m.module, channel) {
		return u.Inputs
	}
	return l.Inputs
}

func widths(ports []Port) (ws []int) {
	for _, p := range ports {
		ws = append(ws, p.Width)
	}
	return ws
}

// inputWidth is the width of an input by its name.
func inputWidth(ports []rtl.ModulePort) func(string) (int, bool) { return portWidth(ports, true) }

// outputWidth is the width of an output by its name.
func outputWidth(ports []rtl.ModulePort) func(string) (int, bool) { return portWidth(ports, false) }

func portWidth(ports []rtl.ModulePort, in bool) func(string) (int, bool) {
	return func(name string) (int, bool) {
		for _, p := range ports {
			if p.Name == name && p.In == in && p.Out != in {
				return p.Width, true
			}
		}
		return 0, false
	}
}

// encode is what stands for an input in its encoding.
func (c *connection) encode(x Port, e Encoding) string {
	name := rtl.VerilogName(x.Name)
	if e != Offset {
		return name
	}
	wire := fmt.Sprintf("hashiflex_offset%d", len(c.encoded))
	c.encoded = append(c.encoded, fmt.Sprintf("wire %s%s = %s + %s;", bus(x.Width), wire, name, middle(x.Width)))
	return wire
}

// middle is half of a word's range.
func middle(width int) string { return fmt.Sprintf("%d'd%d", width, uint64(1)<<(width-1)) }

// outputKey is the name that the map has for a unit's output.
func (m *Map) outputKey(u Unit) string {
	of := "y" + strconv.Itoa(u.Channel)
	if _, single := m.ports[of]; single {
		return of
	}
	if _, coded := m.encoding[of]; coded {
		return of
	}
	return u.Output.Name
}

// output finds the unit's output among a module's ports, with its bits.
func (m *Map) output(ports []rtl.ModulePort, l Layer, u Unit) (place, error) {
	w := u.Output.Width
	p, single := m.ports["y"+strconv.Itoa(u.Channel)]
	if !single || l.Channels < 2 {
		p, single = m.ports[u.Output.Name]
	}
	switch {
	case !single && m.serialBus() != "":
		p = place{port: m.outputs.bus}
	case !single && m.outputs != nil:
		var err error
		all := make([]int, l.Channels)
		for i := range all {
			all[i] = w
		}
		p, err = m.outputs.at(u.Channel, all, outputWidth(ports))
		var bus *busError
		if errors.As(err, &bus) {
			if _, ok := outputWidth(ports)(bus.port); ok {
				missing := ""
				if len(bus.beyond) > 0 {
					missing = fmt.Sprintf("; in the order of the map, there is no room for y%s", strings.Join(strings.Fields(strings.Trim(fmt.Sprint(bus.beyond), "[]")), ", y"))
				}
				return p, fmt.Errorf("%s has %s, the outputs of all %d channels have %d%s", bus.port, words.Count(bus.has, "bit"), l.Channels, bus.total, missing)
			}
			return p, fmt.Errorf("%s is said to be in %s, which is no output of it", u.Output.Name, bus.port)
		}
		if err != nil {
			return p, fmt.Errorf("%q: %w", allOutputs, err)
		}
	case !single:
		p = place{port: u.Output.Name}
	}
	width, ok := outputWidth(ports)(p.port)
	if !ok {
		return p, fmt.Errorf("%s is said to be in %s, which is no output of it", u.Output.Name, p.port)
	}
	if p = p.whole(width); p.hi-p.lo+1 != w || p.hi >= width {
		return p, fmt.Errorf("%s has %s, and is said to be in bits %d to %d of %s, which has %d", u.Output.Name, words.Count(w, "bit"), p.hi, p.lo, p.port, width)
	}
	return p, nil
}

// Outputs returns the places of the units' outputs, by unit.
func (m *Map) Outputs(d *rtl.Design, l Layer) map[string]Output {
	all := map[string]Output{}
	for _, u := range l.Units {
		name, err := m.elaborated(d, u)
		if err != nil {
			continue
		}
		ports, err := d.Ports(name)
		if err != nil {
			continue
		}
		if p, err := m.output(ports, l, u); err == nil {
			all[u.Name] = Output{name, p.port, p.hi, p.lo}
		}
	}
	return all
}

// Ties are the inputs that the map ties.
func (m *Map) Ties() map[string]uint64 { return maps.Clone(m.tie) }

// Unused returns the places that the map declares unused, and among them the outputs
// that are unused as a whole, each with its module.
func (m *Map) Unused(d *rtl.Design, l Layer) (places, outputs []string) {
	for _, p := range m.unused {
		places = append(places, p.String())
	}
	for _, u := range l.Units {
		name, err := m.elaborated(d, u)
		if err != nil {
			continue
		}
		ports, err := d.Ports(name)
		if err != nil {
			continue
		}
		for _, p := range m.unused {
			of := m.Module(u) + "." + p.port
			if width, ok := outputWidth(ports)(p.port); ok && !slices.Contains(outputs, of) {
				if p = p.whole(width); p.lo == 0 && p.hi == width-1 {
					outputs = append(outputs, of)
				}
			}
		}
	}
	return places, outputs
}

// result is an output of an adapter.
type result struct {
	name     string
	width    int
	at       place
	encoding Encoding
}

// write writes a module with one instance.
func (c *connection) write(b io.Writer, name string, results []result) {
	fmt.Fprintf(b, "module %s (\n", name)
	if c.clocked {
		fmt.Fprintf(b, "    input  wire %s,\n", Clock)
	}
	for _, x := range slices.Concat(c.control, c.inputs) {
		fmt.Fprintf(b, "    input  wire %s%s,\n", bus(x.Width), rtl.VerilogName(x.Name))
	}
	read := map[string]string{} // the wires of the instance's outputs
	var wires []string
	reader := func(port string) {
		if read[port] != "" {
			return
		}
		wire := "hashiflex_result"
		if len(read) > 0 {
			wire += strconv.Itoa(len(read))
		}
		read[port] = wire
		width, _ := outputWidth(c.ports)(port)
		wires = append(wires, fmt.Sprintf("wire %s%s;", bus(width), wire))
	}
	for _, s := range c.status {
		fmt.Fprintf(b, "    output wire %s,\n", s.name)
	}
	for i, r := range results {
		sep := ","
		if i == len(results)-1 {
			sep = ""
		}
		fmt.Fprintf(b, "    output wire %s%s%s\n", bus(r.width), r.name, sep)
		reader(r.at.port)
	}
	for _, s := range c.status {
		reader(s.port)
	}
	fmt.Fprint(b, ");\n")
	for _, d := range append(wires, c.encoded...) {
		fmt.Fprintf(b, "    %s\n", d)
	}
	fmt.Fprintf(b, "    %shashiflex_core (", c.head)
	sep := ""
	for _, p := range c.ports {
		switch {
		case c.drivers[p.Name] != nil:
			bits := c.drivers[p.Name]
			fmt.Fprintf(b, "%s\n        .\\%s ({", sep, p.Name)
			for i := len(bits) - 1; i >= 0; i-- {
				if bits[i] == "" {
					io.WriteString(b, "1'bx")
				} else {
					io.WriteString(b, bits[i])
				}
				if i > 0 {
					io.WriteString(b, ", ")
				}
			}
			io.WriteString(b, "})")
		case read[p.Name] != "":
			fmt.Fprintf(b, "%s\n        .\\%s (%s)", sep, p.Name, read[p.Name])
		default:
			continue
		}
		sep = ","
	}
	fmt.Fprint(b, "\n    );\n")
	for _, r := range results {
		from := read[r.at.port]
		if width, _ := outputWidth(c.ports)(r.at.port); width != r.width {
			from = fmt.Sprintf("%s[%d:%d]", from, r.at.hi, r.at.lo)
		}
		if r.encoding == Offset {
			from += " + " + middle(r.width)
		}
		fmt.Fprintf(b, "    assign %s = %s;\n", r.name, from)
	}
	c.writeStatus(b, func(port string) string { return read[port] })
	fmt.Fprint(b, "endmodule\n")
}

func bus(width int) string {
	if width == 1 {
		return ""
	}
	return fmt.Sprintf("[%d:0] ", width-1)
}
