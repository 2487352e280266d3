package portmap

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/rtl"
)

// latencies are the clocks that outputs are said to take.
type latencies struct {
	all     int // -1: not said
	channel map[int]int
}

// maxLatency is the largest latency that a map may declare.
const maxLatency = 1 << 20

// auto is the latency of outputs that may have any latency, but all the same one.
const auto = "auto"

// readLatency takes a number for all outputs, "auto", or a table by channel.
func readLatency(r *reader, v any) latencies {
	l := latencies{all: -1, channel: map[int]int{}}
	clocks := func(path []string, name string, v any) int {
		n, ok := v.(int64)
		if !ok || n < 0 || n > maxLatency {
			r.bad(path, "%s = %v: want a number of clocks from 0 to %d, or %q", name, v, maxLatency, auto)
			return -1
		}
		return int(n)
	}
	const key = "latency"
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, name := range sorted(v) {
			channel, err := strconv.Atoi(name)
			if err != nil || channel < 0 || strconv.Itoa(channel) != name {
				r.bad([]string{key, name}, "latency: %q is no output channel", name)
				continue
			}
			l.channel[channel] = clocks([]string{key, name}, "latency: "+name, v[name])
		}
	default:
		if v != auto {
			l.all = clocks([]string{key}, key, v)
		}
	}
	return l
}

// Latency returns the declared latencies for the units of a layer, in clocks by
// channel. All channels without an entry must have the same latency. It returns an
// error for a channel that the layer does not have.
func (m *Map) Latency(l Layer) (map[int]int, error) {
	var errs []error
	for _, c := range sorted(m.latency.channel) {
		if c >= l.Channels {
			errs = append(errs, fmt.Errorf("%s: latency: %d: the layer has %d output channels", m.at("latency", strconv.Itoa(c)), c, l.Channels))
		}
	}
	said := map[int]int{}
	for _, u := range l.Units {
		if n, ok := m.latency.channel[u.Channel]; ok {
			said[u.Channel] = n
		} else if m.latency.all >= 0 {
			said[u.Channel] = m.latency.all
		}
	}
	return said, errors.Join(errs...)
}

// Clock is the name of the clock in the modules of a layer, "" if none has registers.
func (m *Map) Clock(d *rtl.Design, l Layer) string {
	clocks := map[string]string{}
	for _, u := range l.Units {
		module, err := m.elaborated(d, u)
		if err != nil {
			continue
		}
		if clock, err := clockOf(d, clocks, module); err == nil && clock != "" {
			return clock
		}
	}
	return ""
}
