package portmap

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/BurntSushi/toml"
)

// Map is a port map that was read.
type Map struct {
	file    string
	module  string
	clock   string           // port, or ""
	inputs  string           // port of "x*", or ""
	outputs string           // port of "y*", or ""
	ports   map[string]place // by name of the unit's port
	tie     map[string]uint64
	latency latencies
}

// place is where a port of a unit is.
type place struct {
	port   string
	part   bool // bits hi to lo of the port; otherwise all of it
	hi, lo int
}

// channel stands for the number of the output channel in the name of a module.
const channel = "{channel}"

// Of is the map of a module whose ports have the units' names.
func Of(module string) *Map {
	return &Map{file: "port map", module: module, latency: latencies{all: -1}}
}

var part = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_$]*)(?:\[([0-9]{1,6})(?::([0-9]{1,6}))?\])?$`)

// Parse reads a map. All problems are reported at once, each with the file's name.
func Parse(file string, text []byte) (*Map, error) {
	var content struct {
		Module string            `toml:"module"`
		Clock  string            `toml:"clock"`
		Ports  map[string]string `toml:"ports"`
		Tie    map[string]int64  `toml:"tie"`

		Latency any `toml:"latency"`
	}
	meta, err := toml.NewDecoder(bytes.NewReader(text)).Decode(&content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{file}, args...)...))
	}
	m := &Map{file: file, module: content.Module, clock: content.Clock, ports: map[string]place{}, tie: map[string]uint64{}}
	for _, key := range meta.Undecoded() {
		if key[0] == "latency" {
			continue // of a table that is read as it comes
		}
		bad("unknown key %s", key)
	}
	if m.module == "" {
		bad("module: say which module computes the layer")
	}
	for _, name := range sorted(content.Ports) {
		at := content.Ports[name]
		found := part.FindStringSubmatch(at)
		if found == nil {
			bad("ports: %q = %q: want a port, as in \"data\", \"data[7]\" or \"data[7:0]\"", name, at)
			continue
		}
		p := place{port: found[1], part: found[2] != ""}
		if p.part {
			p.hi, _ = strconv.Atoi(found[2])
			p.lo = p.hi
			if found[3] != "" {
				p.lo, _ = strconv.Atoi(found[3])
			}
			if p.hi < p.lo {
				bad("ports: %q = %q: the high bit comes first", name, at)
			}
		}
		switch {
		case name != "x*" && name != "y*":
			m.ports[name] = p
		case p.part:
			bad("ports: %q = %q: want a whole port", name, at)
		case name == "x*":
			m.inputs = p.port
		default:
			m.outputs = p.port
		}
	}
	for name, v := range content.Tie {
		if v < 0 {
			bad("tie: %s = %d: want 0 or more", name, v)
		}
		m.tie[name] = uint64(v)
	}
	m.latency, err = parseLatency(file, content.Latency)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return m, nil
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
