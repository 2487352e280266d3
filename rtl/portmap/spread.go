package portmap

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// spread says where many values of one kind are: behind each other in a port, or in a
// port each.
type spread struct {
	bus      string // port that holds all of them; "": they have ports of their own
	reversed bool   // the last of them is the lowest
	order    []int  // their numbers from the lowest up; nil: as they come, or reversed
	places   []place
	pattern  string // of their ports' names, with {n} for their numbers
}

// spread reads where many values are.
func (r *reader) spread(path []string, what string, v any) *spread {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, number) {
			if !plainName.MatchString(strings.ReplaceAll(v, number, "0")) {
				r.bad(path, "%s: want a port's name with %s in it", what, number)
			}
			return &spread{pattern: v}
		}
		if p, ok := r.place(path, what, v); ok && p.part {
			r.bad(path, "%s: want a whole port", what)
		} else if ok {
			return &spread{bus: p.port}
		}
	case []any:
		s := &spread{places: []place{}}
		for i, e := range v {
			if p, ok := r.place(append(path[:len(path):len(path)], strconv.Itoa(i)), fmt.Sprintf("ports: %q: %v", path[len(path)-1], e), e); ok {
				s.places = append(s.places, p)
			}
		}
		return s
	case map[string]any:
		return r.ordered(path, what, v)
	default:
		r.bad(path, "%s: want a port, a list of ports, or { port = …, order = … }", what)
	}
	return nil
}

// ordered reads a port that holds values in another order than their own.
func (r *reader) ordered(path []string, what string, v map[string]any) *spread {
	s := &spread{}
	for _, key := range sorted(v) {
		if key != "port" && key != "order" {
			r.bad(append(path[:len(path):len(path)], key), "%s: unknown key %s", what, key)
		}
	}
	p, ok := r.place(path, what, v["port"])
	if !ok || p.part {
		if ok {
			r.bad(path, "%s: want a whole port", what)
		}
		return nil
	}
	s.bus = p.port
	switch order := v["order"].(type) {
	case nil:
	case string:
		if s.reversed = order == "reversed"; !s.reversed {
			r.bad(path, `%s: order = %q: want "reversed", or the numbers from the lowest bits up`, what, order)
		}
	case []any:
		seen := map[int]bool{}
		for _, e := range order {
			n, ok := e.(int64)
			if !ok || n < 0 || n >= int64(len(order)) || seen[int(n)] {
				r.bad(path, "%s: order: want each number from 0 to %d once, not %v", what, len(order)-1, e)
				return nil
			}
			seen[int(n)] = true
			s.order = append(s.order, int(n))
		}
	default:
		r.bad(path, `%s: order = %v: want "reversed", or the numbers from the lowest bits up`, what, order)
	}
	return s
}

// at is where value i of the given widths is. ports are the module's, for the width of a
// bus.
func (s *spread) at(i int, widths []int, bus func(port string) (width int, ok bool)) (place, error) {
	switch {
	case s.pattern != "":
		return place{port: strings.ReplaceAll(s.pattern, number, strconv.Itoa(i))}, nil
	case s.bus == "":
		if len(s.places) != len(widths) {
			return place{}, fmt.Errorf("%d places are given, there are %d", len(s.places), len(widths))
		}
		return s.places[i], nil
	}
	total := 0
	for _, w := range widths {
		total += w
	}
	order := s.order
	if order == nil {
		for n := range widths {
			if s.reversed {
				n = len(widths) - 1 - n
			}
			order = append(order, n)
		}
	}
	if w, ok := bus(s.bus); !ok || w != total {
		return place{}, &busError{s.bus, w, total, beyond(order, widths, w)}
	}
	if len(order) != len(widths) {
		return place{}, fmt.Errorf("order has %d numbers, there are %d", len(order), len(widths))
	}
	lo := 0
	for _, n := range order {
		if n == i {
			return place{s.bus, true, lo + widths[n] - 1, lo}, nil
		}
		lo += widths[n]
	}
	return place{}, errors.New("it is not in the order")
}

// busError is a port that has not the bits of all values.
type busError struct {
	port       string
	has, total int
	beyond     []int // values that would end above its bits
}

// beyond is the values that end above the given bits, in the order from the lowest up.
func beyond(order, widths []int, bits int) (above []int) {
	hi := 0
	for _, n := range order {
		if n >= len(widths) {
			return nil
		}
		if hi += widths[n]; hi > bits {
			above = append(above, n)
		}
	}
	return above
}

func (e *busError) Error() string {
	return fmt.Sprintf("%s has %d bits, all together have %d", e.port, e.has, e.total)
}

// outputName is the name of one of many outputs.
var outputName = regexp.MustCompile(`^y(0|[1-9][0-9]{0,6})$`)
