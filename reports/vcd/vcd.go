// Package vcd reads the end of a value change dump (IEEE 1364, section 18) for a
// picture: the values of the outermost scope's signals at the last moments.
//
// A dump comes from a simulation of untrusted hardware. The reader trusts nothing in it
// and cuts it to a given size.
package vcd

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Trace is the end of a dump.
type Trace struct {
	Times   []int64 // moments, in the dump's unit
	Signals []Signal
	Mark    int // index of the moment of the first signalled difference; -1: none
}

// Signal is one signal at each moment of a trace.
type Signal struct {
	Name   string
	Width  int
	Values []string // one per moment: decimal, or bits where some are x or z
}

// Limits of a trace.
type Limits struct{ Moments, Signals int }

// marks reports whether a signal rises when a difference is found.
func marks(name string) bool { return name == "differs" || strings.HasPrefix(name, "first_difference") }

// still reports whether a signal is a clock, which a picture leaves out.
func still(name string) bool { return name == "clk" || name == "clock" }

type signal struct {
	Signal
	now     string
	changed int // last moment, counted from 0
}

// Last reads the last moments of a dump at which a signal of its outermost scope
// changes. It keeps the signals that changed then; of too many, those that changed
// last. It returns an error if text is no dump.
func Last(text []byte, limits Limits) (*Trace, error) {
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, 1<<20)
	var all []*signal
	byCode := map[string]*signal{}
	depth, line, moment, dirty := 0, 0, -1, false
	header := true
	t := &Trace{Mark: -1}
	// commit ends a moment. A moment counts only if a signal changed.
	commit := func() {
		if !dirty {
			return
		}
		dirty = false
		for _, s := range all {
			s.Values = append(s.Values, s.now)
		}
		if len(t.Times) > 2*limits.Moments {
			t.cut(all, limits.Moments)
		}
	}
	var now int64
	for in.Scan() {
		line++
		f := strings.Fields(in.Text())
		if len(f) == 0 {
			continue
		}
		switch {
		case header && f[0] == "$scope":
			depth++
		case header && f[0] == "$upscope":
			depth--
		case header && f[0] == "$var":
			if len(f) < 6 {
				return nil, fmt.Errorf("line %d: no whole $var", line)
			}
			w, err := strconv.Atoi(f[2])
			if err != nil || w < 1 || w > 1<<16 {
				return nil, fmt.Errorf("line %d: a signal of %.20q bits", line, f[2])
			}
			if depth == 1 && f[1] != "real" && f[1] != "integer" && f[1] != "parameter" && !still(f[4]) && byCode[f[3]] == nil && w <= 64 {
				s := &signal{Signal: Signal{Name: f[4], Width: w}, now: "x", changed: -1}
				byCode[f[3]] = s
				all = append(all, s)
			}
		case f[0] == "$enddefinitions":
			header = false
		case f[0][0] == '#' && !header:
			commit()
			at, err := strconv.ParseInt(f[0][1:], 10, 64)
			if err != nil || at < now {
				return nil, fmt.Errorf("line %d: %.20q is no time to come", line, f[0])
			}
			now = at
			moment++
		case header || f[0][0] == '$' || f[0][0] == 'r' || f[0][0] == 'R':
		default:
			value, code := f[0][:1], f[0][1:]
			if value == "b" || value == "B" {
				if len(f) < 2 {
					return nil, fmt.Errorf("line %d: a value of no signal", line)
				}
				value, code = f[0][1:], f[1]
			}
			s := byCode[code]
			if s == nil {
				continue
			}
			if strings.Trim(value, "01xzXZ") != "" || value == "" || len(value) > 64 {
				return nil, fmt.Errorf("line %d: %.20q is no value", line, value)
			}
			if v := decimal(value); v != s.now {
				s.now, s.changed = v, moment
				if !dirty {
					t.Times = append(t.Times, now)
					dirty = true
				}
				if t.Mark < 0 && marks(s.Name) && v == "1" {
					t.Mark = len(t.Times) - 1
				}
			}
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	commit()
	if header || len(t.Times) == 0 {
		return nil, errors.New("a dump without values")
	}
	t.cut(all, limits.Moments)
	// Drop constant signals and prefer those that changed last.
	chosen := slices.DeleteFunc(slices.Clone(all), func(s *signal) bool {
		return !slices.ContainsFunc(s.Values, func(v string) bool { return v != s.Values[0] })
	})
	slices.SortStableFunc(chosen, func(a, b *signal) int { return b.changed - a.changed })
	chosen = chosen[:min(len(chosen), limits.Signals)]
	for _, s := range all {
		if slices.Contains(chosen, s) {
			t.Signals = append(t.Signals, s.Signal)
		}
	}
	return t, nil
}

// cut keeps the last moments.
func (t *Trace) cut(all []*signal, keep int) {
	drop := len(t.Times) - keep
	if drop <= 0 {
		return
	}
	t.Times = slices.Clone(t.Times[drop:])
	for _, s := range all {
		s.Values = slices.Clone(s.Values[drop:])
	}
	if t.Mark >= 0 {
		t.Mark = max(t.Mark-drop, 0)
	}
}

// decimal is a value for a reader.
func decimal(bits string) string {
	if n, err := strconv.ParseUint(bits, 2, 64); err == nil {
		return strconv.FormatUint(n, 10)
	}
	if strings.Trim(bits, "xX") == "" {
		return "x"
	}
	return strings.ToLower(bits)
}
