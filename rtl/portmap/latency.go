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

// maxLatency is more registers in a row than anybody has.
const maxLatency = 1 << 20

// parseLatency takes a number for all outputs, or a table by channel.
func parseLatency(file string, v any) (latencies, error) {
	l := latencies{all: -1, channel: map[int]int{}}
	clocks := func(name string, v any) (int, error) {
		n, ok := v.(int64)
		if !ok || n < 0 || n > maxLatency {
			return 0, fmt.Errorf("%s: %s = %v: want a number of clocks from 0 to %d", file, name, v, maxLatency)
		}
		return int(n), nil
	}
	var errs []error
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, key := range sorted(v) {
			channel, err := strconv.Atoi(key)
			if err != nil || channel < 0 || strconv.Itoa(channel) != key {
				errs = append(errs, fmt.Errorf("%s: latency: %q is no output channel", file, key))
				continue
			}
			n, err := clocks("latency: "+key, v[key])
			errs = append(errs, err)
			l.channel[channel] = n
		}
	default:
		n, err := clocks("latency", v)
		errs = append(errs, err)
		l.all = n
	}
	return l, errors.Join(errs...)
}

// Latency is what the map declares for the units of a layer, in clocks by channel;
// those that it does not have are to have one latency. A channel that the layer has
// not is an error.
func (m *Map) Latency(l Layer) (map[int]int, error) {
	var errs []error
	for _, c := range sorted(m.latency.channel) {
		if c >= l.Channels {
			errs = append(errs, fmt.Errorf("%s: latency: %d: the layer has %d output channels", m.file, c, l.Channels))
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

// Clock is what the modules of a layer call their clock, "" where none has registers.
func (m *Map) Clock(d *rtl.Design, l Layer) string {
	clocks := map[string]string{}
	for _, u := range l.Units {
		if clock, err := clockOf(d, clocks, m.Module(u)); err == nil && clock != "" {
			return clock
		}
	}
	return ""
}
