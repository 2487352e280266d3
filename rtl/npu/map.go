package npu

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/hashiflex/hashiflex/netlist"
)

// Map says what of a head of somebody's own is what the proofs look at: they name
// modules and nets, and believe of these names nothing but that they are what is
// meant. Each table lists names of rtl/npu and what they are called instead; a name
// that is not listed is called as here. A net may be given by the instances that it
// is in: "sequencer" = "u_core.u_seq" says it of all nets of the sequencer.
//
//	[modules]
//	npu_memory = "ram_1r1w"      # with the ports and parameters of npu_memory
//	[nets]
//	"sequencer" = "u_core.u_seq"
//	"sequencer.state" = "u_core.u_seq.fsm"
type Map struct {
	Modules map[string]string `toml:"modules"`
	Nets    map[string]string `toml:"nets"`
}

// mapped are the modules that proofs look at alone, or in whose place a shell stands.
var mapped = []string{"npu_memory", "npu_lane", "npu_requant", "npu_argmax"}

// ParseMap reads a map. The error lists everything that it does not understand.
func ParseMap(text string) (m Map, err error) {
	meta, err := toml.Decode(text, &m)
	if err != nil {
		return m, err
	}
	var errs []error
	for _, k := range meta.Undecoded() {
		errs = append(errs, fmt.Errorf("%s: no such key", k))
	}
	for _, ours := range slices.Sorted(maps.Keys(m.Modules)) {
		if !slices.Contains(mapped, ours) {
			errs = append(errs, fmt.Errorf("modules: no proof names a module %s; there are %s", ours, strings.Join(mapped, ", ")))
		}
	}
	taken := map[string]string{}
	for _, ours := range slices.Sorted(maps.Keys(m.Nets)) {
		theirs := m.Nets[ours]
		if other, ok := taken[theirs]; ok {
			errs = append(errs, fmt.Errorf("nets: %s and %s are both %s", other, ours, theirs))
		}
		taken[theirs] = ours
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

// ErrAmbiguous is a name that a map would give to two nets.
var ErrAmbiguous = errors.New("npu: the map gives two nets one name")

// Rename gives the nets of an elaborated head the names of rtl/npu.
func (m Map) Rename(top *netlist.Module) error {
	if len(m.Nets) == 0 {
		return nil
	}
	back := make(map[string]string, len(m.Nets))
	for ours, theirs := range m.Nets {
		back[theirs] = ours
	}
	rename := func(name string) string {
		for end := len(name); end > 0; end = strings.LastIndexAny(name[:end], ".[") {
			if ours, ok := back[name[:end]]; ok {
				return ours + name[end:]
			}
		}
		return name
	}
	taken := map[string]netlist.Value{}
	for v, name := range top.Names {
		now := rename(name)
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
