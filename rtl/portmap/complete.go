package portmap

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// complete reports bits that the map omits from a port of which it names others, and
// bits that two outputs share, since both are mistakes. Omitted bits may be declared
// unused. It does not report a port that is not connected at all: an output that needs
// it is not proved.
func (m *Map) complete(d *rtl.Design, l Layer) (errs []error) {
	seen := map[string]bool{}
	declared := map[string]bool{} // ports in unused that some module has
	for _, u := range l.Units {
		module := m.Module(u)
		name, err := m.elaborated(d, u)
		if err != nil || seen[name] {
			continue
		}
		seen[name] = true
		ports, err := d.Ports(name)
		if err != nil {
			continue
		}
		used := m.used(ports, l, u)
		bad := func(path []string, format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s: module %s: "+format, append([]any{m.at(path...), module}, args...)...))
		}
		for i, p := range m.unused {
			path := []string{"unused", strconv.Itoa(i)}
			for _, port := range ports {
				if port.Name != p.port {
					continue
				}
				declared[p.port] = true
				p = p.whole(port.Width)
				if p.hi >= port.Width {
					bad(path, "unused: %s has %d bits", p.port, port.Width)
					continue
				}
				for bit := p.lo; bit <= p.hi; bit++ {
					if by := used[p.port][bit]; by != "" {
						bad(path, "bit %d of %s is said to be unused, and to hold %s", bit, p.port, by)
						break
					}
					note(used, p.port, bit, "nothing")
				}
			}
		}
		for _, port := range ports {
			bits := used[port.Name]
			if len(bits) == 0 || port.Out && !m.all(ports, l, u) {
				continue
			}
			var left []int
			for bit := range port.Width {
				if bits[bit] == "" {
					left = append(left, bit)
				}
			}
			if len(left) > 0 {
				bad([]string{"ports"}, "%s of %s: the map says nothing of them; declare them in unused, or tie the input", named(left), port.Name)
			}
		}
		errs = append(errs, m.overlaps(ports, l, u)...)
	}
	for i, p := range m.unused {
		if !declared[p.port] && len(seen) > 0 {
			errs = append(errs, fmt.Errorf("%s: unused: no module has a port %s", m.at("unused", strconv.Itoa(i)), p.port))
		}
	}
	return errs
}

// named is "bit 3" or "bits 3, 4, 7".
func named(bits []int) string {
	const most = 8
	var list []string
	for _, b := range bits[:min(len(bits), most)] {
		list = append(list, strconv.Itoa(b))
	}
	if len(bits) == 1 {
		return "bit " + list[0]
	}
	if more := len(bits) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return "bits " + strings.Join(list, ", ")
}

func note(used map[string]map[int]string, port string, bit int, by string) {
	if used[port] == nil {
		used[port] = map[int]string{}
	}
	used[port][bit] = by
}

// used returns the map's use of each bit of a module's ports, for all units that the
// module may compute, not only the selected ones.
func (m *Map) used(ports []rtl.ModulePort, l Layer, u Unit) map[string]map[int]string {
	used := map[string]map[int]string{}
	in, out := inputWidth(ports), outputWidth(ports)
	enter := func(p place, width int, by string) {
		p = p.whole(width)
		for bit := p.lo; bit <= min(p.hi, width-1); bit++ {
			note(used, p.port, bit, by)
		}
	}
	inputs := m.spreadInputs(l, u)
	for i, x := range inputs {
		p, single := m.ports[x.Name]
		if !single && m.inputs != nil {
			p, _ = m.inputs.at(i, widths(inputs), in)
		} else if !single {
			p = place{port: x.Name}
		}
		if w, ok := in(p.port); ok {
			enter(p, w, x.Name)
		}
	}
	for _, name := range sorted(m.ports) {
		if w, ok := in(m.ports[name].port); ok {
			enter(m.ports[name], w, name) // of other channels
		}
	}
	for name := range m.tie {
		if w, ok := in(name); ok {
			enter(place{port: name}, w, "a constant")
		}
	}
	for _, p := range m.places(ports, l, u) {
		if w, ok := out(p.port); ok {
			enter(p.place, w, p.of)
		}
	}
	return used
}

// tells reports whether the map gives the place of a channel's output among those of
// other channels. A map with a single output is for any selected channel.
func (m *Map) tells(n int) bool {
	_, own := m.ports["y"+strconv.Itoa(n)]
	return own || m.outputs != nil
}

// all reports whether the map tells of all channels that a module may compute, and each
// is there.
func (m *Map) all(ports []rtl.ModulePort, l Layer, u Unit) bool {
	want := l.Channels
	if strings.Contains(m.module, channel) {
		want = 1
	}
	return len(m.places(ports, l, u)) == want
}

// held is where the output of a channel is.
type held struct {
	place
	of string
}

// places are those of all outputs that a unit's module may compute.
func (m *Map) places(ports []rtl.ModulePort, l Layer, u Unit) (all []held) {
	one := func(u Unit) {
		if p, err := m.output(ports, l, u); err == nil {
			all = append(all, held{p, fmt.Sprintf("y%d", u.Channel)})
		}
	}
	if strings.Contains(m.module, channel) || l.Channels < 2 {
		one(u)
		return all
	}
	for n := range l.Channels {
		other := u
		other.Channel = n
		if n != u.Channel && !m.tells(n) {
			continue
		}
		one(other)
	}
	return all
}

// overlaps reports outputs that share bits.
func (m *Map) overlaps(ports []rtl.ModulePort, l Layer, u Unit) (errs []error) {
	if m.protocol != nil && m.protocol.Serial {
		return nil // they are there at different clocks
	}
	by := map[string]map[int]string{}
	for _, p := range m.places(ports, l, u) {
		for bit := p.lo; bit <= p.hi; bit++ {
			if other := by[p.port][bit]; other != "" {
				key := p.of
				if _, own := m.ports[key]; !own && m.outputs != nil {
					key = allOutputs
				}
				errs = append(errs, fmt.Errorf("%s: module %s: bit %d of %s is said to be in %s and in %s", m.at("ports", key), m.Module(u), bit, p.port, other, p.of))
				break
			}
			note(by, p.port, bit, p.of)
		}
	}
	return errs
}
