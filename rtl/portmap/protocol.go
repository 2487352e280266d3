package portmap

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Ports of an adapter for hardware that computes over several clocks, besides Clock. Each
// but Item has one bit and is active high, whatever the user's port is.
const (
	Reset = "hashiflex_reset"
	Start = "hashiflex_start"
	Taken = "hashiflex_taken"
	Item  = "hashiflex_item" // number of the input that is on the port for all of them
	Done  = "hashiflex_done"
	Ready = "hashiflex_ready"
)

// Inputs is the time for which inputs are valid.
type Inputs string

const (
	Held    Inputs = "held"     // from the clock of the start to that of the last output
	AtStart Inputs = "at-start" // in the clock of the start alone
	Serial  Inputs = "serial"   // one after another in one port, the first in the clock of the start
)

var lifetimes = []Inputs{Held, AtStart, Serial}

// Protocol describes the use of hardware that computes a layer over several clocks. Ports
// have the user's names; "" means that there is none.
type Protocol struct {
	Reset  string
	Clocks int    // for which reset is given
	Start  string // input: a computation begins in the clock in which it is 1
	Each   bool   // Start is 1 with each of serial inputs, and not with the first alone
	Done   string // output: the layer's outputs count in the clock in which it is 1
	Idle   bool   // Done may also be 1 before the first computation
	Ready  string // output: Start counts in a clock in which it is 1, and in no other
	Taken  string // input: outputs stay until the clock in which it is 1
	Inputs Inputs
	Serial bool           // outputs come one after another in one port, each with Done
	Active map[string]int // 0 for each port that is active low
}

// protocolKeys are those of the table.
var protocolKeys = []string{"reset", "reset_clocks", "start", "valid", "done", "idle", "ready", "taken", "inputs", "outputs"}

// maxResetClocks bounds reset_clocks; no reset needs more.
const maxResetClocks = 1 << 12

// readProtocol reads the table "sequential"; nil is none.
func (m *Map) readProtocol(r *reader, table map[string]any) {
	const key = "sequential"
	if table == nil {
		return
	}
	p := &Protocol{Clocks: 2, Inputs: Held, Active: map[string]int{}}
	for _, name := range sorted(table) {
		if !slices.Contains(protocolKeys, name) {
			r.bad([]string{key, name}, "sequential: unknown key %s", name)
		}
	}
	by := map[string]string{}
	port := func(name string) string {
		v := table[name]
		if v == nil {
			return ""
		}
		s, _ := v.(string)
		s, low := strings.CutPrefix(s, "!")
		if !plainName.MatchString(s) {
			r.bad([]string{key, name}, `sequential: %s = %v: want a port of one bit, as in "go", or in "!go" where it says so with 0`, name, v)
			return ""
		}
		if by[s] != "" {
			r.bad([]string{key, name}, "sequential: %s is said to be %s and %s", s, by[s], name)
		}
		by[s] = name
		if low {
			p.Active[s] = 0
		}
		return s
	}
	p.Reset, p.Start, p.Done, p.Ready, p.Taken = port("reset"), port("start"), port("done"), port("ready"), port("taken")
	if valid := port("valid"); valid != "" {
		if p.Start != "" {
			r.bad([]string{key, "valid"}, "sequential: start and valid: want the one that is 1 in the first clock alone, or the one that is 1 with every input")
		}
		p.Start, p.Each = valid, true
	}
	if p.Start == "" && len(r.errs) == 0 {
		r.bad([]string{key}, "sequential: start: say with which input a computation begins")
	}
	if p.Done == "" && len(r.errs) == 0 {
		r.bad([]string{key}, "sequential: done: say which output tells that the outputs count")
	}
	if v := table["reset_clocks"]; v != nil {
		n, ok := v.(int64)
		if !ok || n < 1 || n > maxResetClocks || p.Reset == "" {
			r.bad([]string{key, "reset_clocks"}, "sequential: reset_clocks = %v: want for how many clocks reset is given, from 1 to %d", v, maxResetClocks)
		}
		p.Clocks = int(n)
	}
	if v := table["inputs"]; v != nil {
		s, _ := v.(string)
		if p.Inputs = Inputs(s); !slices.Contains(lifetimes, p.Inputs) {
			r.bad([]string{key, "inputs"}, "sequential: inputs = %v: want one of %v", v, lifetimes)
		}
	}
	if v := table["outputs"]; v != nil {
		if p.Serial = v == string(Serial); !p.Serial && v != "parallel" {
			r.bad([]string{key, "outputs"}, `sequential: outputs = %v: want "serial" or "parallel"`, v)
		}
	}
	if v := table["idle"]; v != nil {
		if p.Idle = v == "done"; !p.Idle {
			r.bad([]string{key, "idle"}, `sequential: idle = %v: want "done", where done is 1 also before the first start`, v)
		}
		if p.Idle && (p.Taken != "" || p.Serial) {
			r.bad([]string{key, "idle"}, `sequential: idle = "done": with taken or serial outputs, every clock in which done is 1 has an output`)
		}
	}
	m.protocol = p
}

// Protocol is the protocol of the hardware. It is nil for combinational hardware and
// pipelines.
func (m *Map) Protocol() *Protocol { return m.protocol }

// Items is the number of serial inputs, in the order of "x*".
func (m *Map) Items(l Layer) int {
	if m.protocol == nil || m.protocol.Inputs != Serial || len(l.Units) == 0 {
		return 0
	}
	return len(m.spreadInputs(l, l.Units[0]))
}

// converse connects the ports that start a computation and signal its end.
func (m *Map) converse(c *connection, badAt func([]string, string, ...any)) {
	p := m.protocol
	if p == nil {
		return
	}
	in := func(key, port, name string) {
		if port == "" {
			return
		}
		bits, path := c.drivers[port], []string{"sequential", key}
		switch {
		case len(bits) != 1:
			badAt(path, "sequential: %s is no input of one bit", port)
		case bits[0] != "":
			badAt(path, "bit 0 of %s is said to be two things", port)
		default:
			bits[0] = name
			if _, low := p.Active[port]; low {
				bits[0] = "~" + name
			}
			c.control = append(c.control, Port{Name: name, Width: 1})
		}
	}
	out := func(key, port, name string) {
		if port == "" {
			return
		}
		if w, ok := outputWidth(c.ports)(port); !ok || w != 1 {
			badAt([]string{"sequential", key}, "sequential: %s is no output of one bit", port)
			return
		}
		_, low := p.Active[port]
		c.status = append(c.status, status{name, port, low})
	}
	start := "start"
	if p.Each {
		start = "valid"
	}
	in("reset", p.Reset, Reset)
	in(start, p.Start, Start)
	in("taken", p.Taken, Taken)
	out("done", p.Done, Done)
	out("ready", p.Ready, Ready)
}

// status is an output of one bit about the progress of a computation.
type status struct {
	name, port string
	low        bool // active low
}

// items connects the port of serial inputs.
func (m *Map) items(c *connection, all []Port, badAt func([]string, string, ...any)) {
	path := []string{"ports", allInputs}
	if m.inputs == nil || m.inputs.bus == "" || m.inputs.reversed || m.inputs.order != nil {
		badAt(path, "%q: want the one port in which inputs come one after another", allInputs)
		return
	}
	bits := c.drivers[m.inputs.bus]
	if bits == nil {
		badAt(path, "%q: %s is no input of it", allInputs, m.inputs.bus)
		return
	}
	own := map[string]bool{}
	for _, x := range c.inputs {
		own[x.Name] = true
	}
	const wire = "hashiflex_now"
	width := c.itemBits(len(all))
	c.control = append(c.control, Port{Name: Item, Width: width})
	var arms []string
	for i, x := range all {
		if x.Width != len(bits) {
			badAt(path, "%s has %d bits, and %s has %d", x.Name, x.Width, m.inputs.bus, len(bits))
			return
		}
		if own[x.Name] {
			arms = append(arms, fmt.Sprintf("%s == %d'd%d ? %s : ", Item, width, i, c.encode(x, m.encoded(x.Name, allInputs))))
		}
	}
	// Inputs that are not the unit's must not affect it.
	c.encoded = append(c.encoded, fmt.Sprintf("wire %s%s = %s{%d{1'bx}};", bus(len(bits)), wire, strings.Join(arms, ""), len(bits)))
	for i := range bits {
		bits[i] = wire
		if len(bits) > 1 {
			bits[i] = fmt.Sprintf("%s[%d]", wire, i)
		}
	}
}

// itemBits is the number of bits of an input's number.
func (c *connection) itemBits(n int) int { return max(1, len(strconv.FormatInt(int64(n-1), 2))) }

// writeStatus writes the assignments of an adapter's own outputs.
func (c *connection) writeStatus(b io.Writer, read func(port string) string) {
	for _, s := range c.status {
		not := ""
		if s.low {
			not = "~"
		}
		fmt.Fprintf(b, "    assign %s = %s%s;\n", s.name, not, read(s.port))
	}
}

// serialBus is the port of serial outputs, or "".
func (m *Map) serialBus() string {
	if m.protocol == nil || !m.protocol.Serial || m.outputs == nil {
		return ""
	}
	return m.outputs.bus
}
