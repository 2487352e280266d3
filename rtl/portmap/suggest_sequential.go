package portmap

import (
	"regexp"

	"github.com/hashiflex/hashiflex/rtl"
)

// Names that ports of hardware have that computes over several clocks.
var (
	starts   = regexp.MustCompile(`(?i)(^|_)(start|go|run|load|begin|first|launch|trigger|kick)(_i|_in)?$`)
	finishes = regexp.MustCompile(`(?i)(^|_)(done|finished|finish|complete|eoc|ok)(_o|_out)?$`)
	valids   = regexp.MustCompile(`(?i)(^|_)t?(valid|vld)(_i|_o|_in|_out)?$`)
	readies  = regexp.MustCompile(`(?i)(^|_)t?(ready|rdy)(_i|_o|_in|_out)?$`)
	busies   = regexp.MustCompile(`(?i)(^|_)(busy|working)(_o|_out)?$`)
)

// handshake is what names of ports of one bit suggest about their use.
type handshake struct {
	start, valid, taken, reset string // inputs
	done, busy, ready          string // outputs
}

// shakes reads the names of a module's ports, of each kind the first.
func shakes(ports []rtl.ModulePort) (h handshake) {
	put := func(to *string, p rtl.ModulePort, name *regexp.Regexp) bool {
		if *to == "" && name.MatchString(p.Name) {
			*to = p.Name
			return true
		}
		return false
	}
	for _, p := range ports {
		switch {
		case p.Width != 1:
		case p.In && !p.Out:
			_ = put(&h.start, p, starts) || put(&h.valid, p, valids) || put(&h.taken, p, readies) || put(&h.reset, p, resets)
		case p.Out && !p.In:
			_ = put(&h.done, p, finishes) || put(&h.busy, p, busies) || put(&h.ready, p, readies)
		}
	}
	for _, p := range ports {
		if p.Width == 1 && p.Out && !p.In {
			put(&h.done, p, valids)
		}
	}
	return h
}

// protocol is the table of a handshake; nil where names do not suggest that a computation
// is started and ends. serial says that inputs come one after another.
func (h handshake) protocol(serialIn, serialOut bool) map[string]any {
	begins := h.start != "" || h.valid != "" && (serialIn || h.ready != "")
	if !begins || h.done == "" && h.busy == "" {
		return nil
	}
	t := map[string]any{}
	if h.reset != "" {
		t["reset"] = h.reset
		if low.MatchString(h.reset) {
			t["reset"] = "!" + h.reset
		}
	}
	switch {
	case h.start != "":
		t["start"] = h.start
	case serialIn:
		t["valid"] = h.valid
	default:
		t["start"] = h.valid
	}
	if t["done"] = h.done; h.done == "" {
		t["done"], t["idle"] = "!"+h.busy, "done"
	}
	if h.ready != "" {
		t["ready"] = h.ready
	}
	if h.taken != "" {
		t["taken"] = h.taken
	}
	t["inputs"] = string(Held)
	if serialIn {
		t["inputs"] = string(Serial)
	}
	if serialOut {
		t["outputs"] = string(Serial)
	}
	return t
}

// used are the ports of the handshake.
func (h handshake) used(t map[string]any) (names []string) {
	for _, n := range []string{h.start, h.valid, h.taken, h.reset, h.done, h.busy, h.ready} {
		for _, v := range t {
			if n != "" && (v == n || v == "!"+n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// alone is the only port that holds one value of a width, for values that come one after
// another; "" if there is none, or more than one.
func (g *suggester) alone(width int, fit func(rtl.ModulePort) bool) string {
	name := ""
	for _, p := range g.ports {
		if !fit(p) || g.placed[p.Name] || p.Width != width {
			continue
		}
		if name != "" {
			return ""
		}
		name = p.Name
	}
	return name
}
