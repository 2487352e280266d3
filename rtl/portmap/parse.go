package portmap

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/spec/keys"
)

// Map is a port map that was read.
type Map struct {
	at         func(path ...string) string // where a key stands
	module     string
	clock      string  // port, or ""
	inputs     *spread // of "x*", or nil
	outputs    *spread // of "y*", or nil
	ports      map[string]place
	encoding   map[string]Encoding
	tie        map[string]uint64
	unused     []place
	parameters []parameter
	latency    latencies
	protocol   *Protocol // nil: outputs follow inputs by themselves
}

// place is where a port of a unit is.
type place struct {
	port   string
	part   bool // bits hi to lo of the port; otherwise all of it
	hi, lo int
}

func (p place) String() string {
	switch {
	case !p.part:
		return p.port
	case p.hi == p.lo:
		return fmt.Sprintf("%s[%d]", p.port, p.lo)
	}
	return fmt.Sprintf("%s[%d:%d]", p.port, p.hi, p.lo)
}

// whole is a place with its bits, of a port of the given width.
func (p place) whole(width int) place {
	if !p.part {
		p.hi, p.lo = width-1, 0
	}
	return p
}

// parameter is a value for a parameter of the module, as Verilog.
type parameter struct{ name, value string }

// Encoding is how a port holds a value.
type Encoding string

const (
	// Plain is two's complement if the value is signed, otherwise unsigned binary.
	Plain Encoding = ""
	// Offset is the value plus half of the word's range, modulo the range: a signed
	// value in offset binary, or an unsigned value minus its middle in a signed port.
	Offset Encoding = "offset"
	// Extended is a port wider than the value: sign-extended if the value is signed,
	// otherwise zero-extended.
	Extended Encoding = "extended"
)

var encodings = []Encoding{Offset, Extended}

// channel stands for the number of the output channel in the name of a module.
const channel = "{channel}"

// number stands for the number of an input or an output in the name of a port.
const number = "{n}"

// Of returns the map of a module whose ports have the units' names.
func Of(module string) *Map {
	return &Map{at: func(...string) string { return "port map" }, module: module, latency: latencies{all: -1}}
}

// Bare reports whether the map says no more than that the module is called name.
func (m *Map) Bare(name string) bool {
	return m.module == name && m.clock == "" && m.inputs == nil && m.outputs == nil && len(m.ports)+len(m.encoding)+len(m.tie)+len(m.unused)+len(m.parameters) == 0 &&
		m.protocol == nil && m.latency.all < 0 && len(m.latency.channel) == 0
}

const identifier = `[A-Za-z_][A-Za-z0-9_$]*`

var (
	part       = regexp.MustCompile(`^(` + identifier + `)(?:\[([0-9]{1,6})(?::([0-9]{1,6}))?\])?$`)
	plainName  = regexp.MustCompile(`^` + identifier + `$`)
	moduleName = regexp.MustCompile(`^[A-Za-z0-9_$]+$`)
	literal    = regexp.MustCompile(`^[0-9]{1,6}'s?[bodhBODH][0-9a-fA-F_]+$`)
)

// Keys are those of a map.
var Keys = []string{"module", "clock", "latency", "parameters", "ports", "encoding", "tie", "unused", "sequential"}

// Parse reads a map. The error lists all problems, each with its line.
func Parse(file string, text []byte) (*Map, error) {
	table, places, err := keys.Decode(file, text)
	if err != nil {
		return nil, err
	}
	return FromTable(table, places.At)
}

// FromTable reads a map that is part of a larger file. at gives the place of a key of
// the map. The error lists all problems.
func FromTable(table map[string]any, at func(path ...string) string) (*Map, error) {
	r := &reader{at: at}
	m := &Map{at: at, ports: map[string]place{}, encoding: map[string]Encoding{}, tie: map[string]uint64{}, latency: latencies{all: -1}}
	for _, key := range sorted(table) {
		if !slices.Contains(Keys, key) {
			r.bad([]string{key}, "unknown key %s", key)
		}
	}
	m.module, _ = text(r, table, "module")
	switch {
	case table["module"] == nil:
		r.bad(nil, "module: say which module computes the layer")
	case m.module != "" && !moduleName.MatchString(strings.ReplaceAll(m.module, channel, "")) && m.module != channel:
		r.bad([]string{"module"}, "module = %q: want the name of a module, with %s in it where each channel has its own", m.module, channel)
	}
	m.clock, _ = text(r, table, "clock")
	m.readPorts(r, r.table(table, "ports"))
	m.readEncodings(r, r.table(table, "encoding"))
	ties := r.table(table, "tie")
	for _, name := range sorted(ties) {
		v, ok := ties[name].(int64)
		if !ok || v < 0 {
			r.bad([]string{"tie", name}, "tie: %s = %v: want a number, 0 or more", name, ties[name])
			continue
		}
		m.tie[name] = uint64(v)
	}
	for i, p := range r.list(table, "unused") {
		at, ok := r.place([]string{"unused", strconv.Itoa(i)}, fmt.Sprintf("unused: %v", p), p)
		if ok {
			m.unused = append(m.unused, at)
		}
	}
	params := r.table(table, "parameters")
	for _, name := range sorted(params) {
		if v, ok := parameterValue(params[name]); ok && plainName.MatchString(name) {
			m.parameters = append(m.parameters, parameter{name, v})
		} else {
			r.bad([]string{"parameters", name}, "parameters: %s = %v: want a name and a number, or a number as Verilog writes it, such as \"8'hff\"", name, params[name])
		}
	}
	m.latency = readLatency(r, table["latency"])
	if m.readProtocol(r, r.table(table, "sequential")); m.protocol != nil && len(m.latency.channel) > 0 {
		r.bad([]string{"latency"}, "latency: want the clocks from the start to the first output, which are one number, or %q", auto)
	}
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	return m, nil
}

// parameterValue is a parameter's value as Verilog.
func parameterValue(v any) (string, bool) {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10), v >= -1<<31 && v < 1<<31
	case bool:
		if v {
			return "1'd1", true
		}
		return "1'd0", true
	case string:
		return v, literal.MatchString(v)
	}
	return "", false
}

// reader collects what is wrong with a map.
type reader struct {
	at   func(path ...string) string
	errs []error
}

func (r *reader) bad(path []string, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s: "+format, append([]any{r.at(path...)}, args...)...))
}

func text(r *reader, table map[string]any, key string) (string, bool) {
	v := table[key]
	s, ok := v.(string)
	if v != nil && (!ok || s == "") {
		r.bad([]string{key}, "%s = %v: want a text that is not empty", key, v)
	}
	return s, ok
}

func (r *reader) table(from map[string]any, key string) map[string]any {
	v := from[key]
	t, ok := v.(map[string]any)
	if v != nil && !ok {
		r.bad([]string{key}, "%s = %v: want a table", key, v)
	}
	return t
}

func (r *reader) list(from map[string]any, key string) []any {
	v := from[key]
	l, ok := v.([]any)
	if v != nil && !ok {
		r.bad([]string{key}, "%s = %v: want a list", key, v)
	}
	return l
}

// place reads a place; what is it called in a message.
func (r *reader) place(path []string, what string, v any) (place, bool) {
	s, _ := v.(string)
	found := part.FindStringSubmatch(s)
	if found == nil {
		r.bad(path, `%s: want a port, as in "data", "data[7]" or "data[7:0]"`, what)
		return place{}, false
	}
	p := place{port: found[1], part: found[2] != ""}
	if p.part {
		p.hi, _ = strconv.Atoi(found[2])
		p.lo = p.hi
		if found[3] != "" {
			p.lo, _ = strconv.Atoi(found[3])
		}
		if p.hi < p.lo {
			r.bad(path, "%s: the high bit comes first", what)
			return place{}, false
		}
	}
	return p, true
}

// The names of all inputs and of all outputs.
const (
	allInputs  = "x*"
	allOutputs = "y*"
)

func (m *Map) readPorts(r *reader, ports map[string]any) {
	for _, name := range sorted(ports) {
		path, v := []string{"ports", name}, ports[name]
		what := fmt.Sprintf("ports: %q = %q", name, fmt.Sprint(v))
		switch name {
		case allInputs:
			m.inputs = r.spread(path, what, v)
		case allOutputs:
			m.outputs = r.spread(path, what, v)
		default:
			s, _ := v.(string)
			if name == "y" && strings.Contains(s, channel) {
				// An output for each channel, in a port of its own.
				if m.outputs = r.spread(path, what, strings.ReplaceAll(s, channel, number)); ports[allOutputs] != nil {
					r.bad(path, "%s: %q says where the outputs are", what, allOutputs)
				}
				continue
			}
			if p, ok := r.place(path, what, v); ok {
				m.ports[name] = p
			}
		}
	}
}

func (m *Map) readEncodings(r *reader, table map[string]any) {
	for _, name := range sorted(table) {
		s, _ := table[name].(string)
		if !slices.Contains(encodings, Encoding(s)) {
			r.bad([]string{"encoding", name}, "encoding: %q = %v: want one of %v", name, table[name], encodings)
			continue
		}
		if (name == "y" || name == allOutputs || outputName.MatchString(name)) && Encoding(s) == Extended {
			r.bad([]string{"encoding", name}, "encoding: %q = %q: of an output, say in which bits the value is, and the others in unused", name, s)
			continue
		}
		m.encoding[name] = Encoding(s)
	}
}

// encoded is the encoding of an input or output, by its own name or that of all.
func (m *Map) encoded(name, all string) Encoding {
	if e, ok := m.encoding[name]; ok {
		return e
	}
	return m.encoding[all]
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
