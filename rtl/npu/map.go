package npu

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/hashiflex/hashiflex/netlist"
)

// Map says what of a head of somebody's own is what the proofs look at: they name
// the head, its ports, modules and nets, and believe of these names nothing but that they
// are what is meant. Each table lists names of rtl/npu and what they are called instead; a
// name that is not listed is called as here. A net may be given by the instances that it
// is in: "sequencer" = "u_core.u_seq" says it of all nets of the sequencer.
//
//	unused = ["irq"]              # outputs of the head that are no ports of npu_head
//	[modules]
//	npu_head = "classifier"       # the head itself
//	npu_memory = "ram_1r1w"       # with the ports and parameters of npu_memory
//	[parameters]                  # of the head, which have its sizes
//	LANES = "N_LANES"
//	[ports]                       # of the head
//	clk = "aclk"
//	resetn = "!rst"               # a port that resets where it is 1
//	s_axi_awvalid = "cfg_awvalid"
//	[tie]                         # inputs of the head that are no ports of npu_head
//	scan_enable = 0
//	[nets]
//	"sequencer" = "u_core.u_seq"
//	"sequencer.state" = "u_core.u_seq.fsm"
//
// With any but [nets] and modules inside of the head, the head is an instance in a module
// npu_head with the ports of rtl/npu, which Wrap writes, for all tools alike.
type Map struct {
	Modules    map[string]string `toml:"modules"`
	Nets       map[string]string `toml:"nets"`
	Ports      map[string]string `toml:"ports"`
	Parameters map[string]string `toml:"parameters"`
	Tie        map[string]int64  `toml:"tie"`
	Unused     []string          `toml:"unused"`
}

// mapped are the modules that proofs look at alone, or in whose place a shell stands, and
// the head.
var mapped = []string{"npu_memory", "npu_lane", "npu_requant", "npu_argmax", Top}

// identifier is a name that a Verilog text may have without being escaped.
var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// ParseMap reads a map. The error lists everything that it does not understand.
func ParseMap(text string) (m Map, err error) {
	meta, err := toml.Decode(text, &m)
	if err != nil {
		return m, err
	}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, k := range meta.Undecoded() {
		bad("%s: no such key", k)
	}
	// names are entries of one table whose values may not be the same, but for those
	// that go by another's rule.
	names := func(table string, of map[string]string, known []string, what string) {
		taken := map[string]string{}
		for _, ours := range slices.Sorted(maps.Keys(of)) {
			theirs := of[ours]
			if known != nil && !slices.Contains(known, ours) {
				bad("%s: no proof names a %s %s; there are %s", table, what, ours, strings.Join(known, ", "))
			}
			if table == "ports" && ours == resetPort {
				theirs = strings.TrimPrefix(theirs, "!")
			}
			switch {
			case theirs == "":
				bad("%s: %s has no name", table, ours)
			case table == "ports" && strings.HasPrefix(theirs, "!"):
				bad("%s: %s = %q: only %s may be the inverse of a port", table, ours, theirs, resetPort)
			case table != "nets" && !identifier.MatchString(theirs):
				bad("%s: %s = %q: want a plain Verilog name", table, ours, theirs)
			}
			if other, ok := taken[theirs]; ok {
				bad("%s: %s and %s are both %s", table, other, ours, theirs)
			}
			taken[theirs] = ours
		}
	}
	names("modules", m.Modules, mapped, "module")
	names("parameters", m.Parameters, sizeNames(), "parameter")
	names("ports", m.Ports, portNames(), "port")
	names("nets", m.Nets, nil, "net")
	known := portNames()
	for _, ours := range slices.Sorted(maps.Keys(m.Ports)) {
		known = append(known, strings.TrimPrefix(m.Ports[ours], "!"))
	}
	for _, p := range slices.Sorted(maps.Keys(m.Tie)) {
		if slices.Contains(known, p) {
			bad("tie: %s is a port that the proofs drive", p)
		}
		if !identifier.MatchString(p) {
			bad("tie: %q: want a plain Verilog name", p)
		}
		if m.Tie[p] < 0 {
			bad("tie: %s = %d: want 0 or more", p, m.Tie[p])
		}
	}
	for i, p := range m.Unused {
		if _, tied := m.Tie[p]; tied || slices.Contains(known, p) || slices.Contains(m.Unused[:i], p) {
			bad("unused: %s is listed twice, or used", p)
		}
	}
	return m, errors.Join(errs...)
}

// Module is what a module of rtl/npu is called.
func (m Map) Module(ours string) string {
	if theirs, ok := m.Modules[ours]; ok {
		return theirs
	}
	return ours
}

// Path is where an instance of rtl/npu is within the head, by its instances.
func (m Map) Path(ours string) string {
	path := replaced(ours, m.Nets)
	if m.wraps() {
		path = instance + "." + path
	}
	return path
}

// replaced is a path of which the longest beginning that is a key of names has that name.
func replaced(path string, names map[string]string) string {
	for end := len(path); end > 0; end = strings.LastIndexAny(path[:end], ".[") {
		if to, ok := names[path[:end]]; ok {
			return to + path[end:]
		}
	}
	return path
}

// ErrAmbiguous is a name that a map would give to two nets.
var ErrAmbiguous = errors.New("npu: the map gives two nets one name")

// Rename gives the nets of an elaborated head the names of rtl/npu.
func (m Map) Rename(top *netlist.Module) error {
	if len(m.Nets) == 0 && !m.wraps() {
		return nil
	}
	back := make(map[string]string, len(m.Nets)+len(m.Ports))
	for ours, theirs := range m.Ports {
		if !strings.HasPrefix(theirs, "!") { // the port that resets is another net
			back[theirs] = ours
		}
	}
	for ours, theirs := range m.Nets {
		back[theirs] = ours
	}
	rename := func(name string) string {
		if m.wraps() {
			name = strings.TrimPrefix(name, instance+".")
		}
		return replaced(name, back)
	}
	inputs, taken := map[string]netlist.Value{}, map[string]netlist.Value{}
	for _, p := range top.Inputs {
		inputs[p.Name] = p.Value
	}
	for v, name := range top.Names {
		now := rename(name)
		if input, ok := inputs[now]; ok && m.wraps() && input != v && now == strings.TrimPrefix(name, instance+".") {
			continue // a net inside that happens to be called as a port is here
		}
		if other, ok := taken[now]; ok && other != v {
			return fmt.Errorf("%w: %s", ErrAmbiguous, now)
		}
		taken[now] = v
		top.Names[v] = now
	}
	for i := range top.Regs {
		top.Regs[i].Name = rename(top.Regs[i].Name)
	}
	return nil
}
