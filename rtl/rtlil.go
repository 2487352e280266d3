package rtl

// Design is RTLIL as it was read. Its modules are as Yosys wrote them; Module
// elaborates one of them. It is read-only and may be shared.
type Design struct {
	modules []*ilModule
	index   map[string]*ilModule
	files   map[string]string // file names in locations: as the front end saw them, as the user knows them
}

// Modules lists the names of the design's modules, in the order of the text.
func (d *Design) Modules() []string {
	names := make([]string, len(d.modules))
	for i, m := range d.modules {
		names[i] = public(m.name)
	}
	return names
}

// ilModule is one module of RTLIL. Sigspecs of the whole module share one array
// of chunks, constants one array of digits.
type ilModule struct {
	name   string
	src    string
	opaque bool // declared as a black box: it has ports, but no contents
	wires  []ilWire
	byName map[string]int32
	cells  []ilCell
	params []ilParam
	ports  []ilPort
	conns  []ilConn
	chunks []chunk
	digits []byte           // '0', '1', 'x' or 'z', the least significant first
	procs  string           // name of a process that was left; "" is none
	values map[string]int64 // of the module's own parameters
}

type ilWire struct {
	name    string
	src     string
	width   int32
	port    int32 // position in the port list from 1 on; 0 is no port
	in, out bool
	signed  bool
}

type ilCell struct {
	typ, name, src string
	params, ports  span // into ilModule.params, ilModule.ports
}

type ilParam struct {
	name  string
	value int64
	wide  bool // value does not hold it: a text, or more than 63 bits, or x
}

type ilPort struct {
	name string
	sig  span // into ilModule.chunks
}

type ilConn struct{ lhs, rhs span }

type span struct{ from, to int32 }

// chunk is width bits of a wire from bit off on; with wire < 0 it is digits
// off .. off+width-1.
type chunk struct {
	wire, off, width int32
}

func (m *ilModule) sig(s span) []chunk { return m.chunks[s.from:s.to] }

func (m *ilModule) width(s span) (n int) {
	for _, c := range m.sig(s) {
		n += int(c.width)
	}
	return n
}

func (m *ilModule) port(c *ilCell, name string) (span, bool) {
	for _, p := range m.ports[c.ports.from:c.ports.to] {
		if p.name == name {
			return p.sig, true
		}
	}
	return span{}, false
}

// param is a number among a cell's parameters, 0 when it is absent or wide.
func (m *ilModule) param(c *ilCell, name string) int64 {
	for _, p := range m.params[c.params.from:c.params.to] {
		if p.name == name {
			return p.value
		}
	}
	return 0
}

// public drops the backslash that marks a name of the user's.
func public(name string) string {
	if len(name) > 1 && name[0] == '\\' {
		return name[1:]
	}
	return name
}
