package seqwitness

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// undated is a VCD file without the date that Icarus writes into it: equal runs
// have equal bytes.
func undated(vcd []byte) []byte {
	return regexp.MustCompile(`(?s)\$date.*?\$end\n`).ReplaceAll(vcd, nil)
}

// wave is one signal of a VCD file.
type wave struct {
	name     string // hierarchical
	register bool
	value    string // now
}

// reader walks through a VCD file in time.
type reader struct {
	in    *bufio.Scanner
	waves map[string][]*wave // by the file's short name; several share one
	all   []*wave
	next  int64 // the point in time that comes; below 0 at the end
}

func newReader(vcd []byte) (*reader, error) {
	r := &reader{in: bufio.NewScanner(bytes.NewReader(vcd)), waves: map[string][]*wave{}, next: -1}
	r.in.Buffer(nil, 1<<20)
	var scope []string
	for r.in.Scan() {
		f := strings.Fields(r.in.Text())
		switch {
		case len(f) >= 3 && f[0] == "$scope":
			scope = append(scope, f[2])
		case len(f) > 0 && f[0] == "$upscope" && len(scope) > 0:
			scope = scope[:len(scope)-1]
		case len(f) >= 6 && f[0] == "$var":
			w := &wave{name: strings.Join(append(slices.Clone(scope), f[4]), "."), register: f[1] == "reg", value: "x"}
			r.waves[f[3]] = append(r.waves[f[3]], w)
			r.all = append(r.all, w)
		case len(f) == 1 && strings.HasPrefix(f[0], "#"):
			return r, r.at(f[0])
		}
	}
	return nil, errors.New("a VCD file without values")
}

func (r *reader) at(word string) (err error) {
	r.next, err = strconv.ParseInt(word[1:], 10, 64)
	return err
}

// step applies the changes of the next point in time.
func (r *reader) step() error {
	r.next = -1
	for r.in.Scan() {
		line := r.in.Text()
		switch {
		case line == "" || line[0] == '$':
		case line[0] == '#':
			return r.at(line)
		case line[0] == 'b' || line[0] == 'r':
			value, id, _ := strings.Cut(line[1:], " ")
			r.set(id, value)
		default:
			r.set(line[1:], line[:1])
		}
	}
	return r.in.Err()
}

func (r *reader) set(id, value string) {
	for _, w := range r.waves[id] {
		w.value = value
	}
}

// maxFirst is the largest number of signals in the list of the first wrong ones.
const maxFirst = 4

// design is where the head's own signals are.
const design = "bench.dut."

// firstDifference finds the earliest point in time at which a signal of the head
// has another value in got than in want, registers before nets. Only signals that both
// have count.
func firstDifference(got, want []byte) (first []Signal, at string, err error) {
	a, err := newReader(got)
	if err != nil {
		return nil, "", err
	}
	b, err := newReader(want)
	if err != nil {
		return nil, "", err
	}
	other := map[string]*wave{}
	for _, w := range b.all {
		other[w.name] = w
	}
	// The run that fails ends early.
	for a.next >= 0 {
		now := a.next
		if b.next >= 0 {
			now = min(now, b.next)
		}
		for _, r := range []*reader{a, b} {
			if r.next != now {
				continue
			}
			if err := r.step(); err != nil {
				return nil, "", err
			}
		}
		var differ []*wave
		for _, w := range a.all {
			if o := other[w.name]; o != nil && strings.HasPrefix(w.name, design) && w.value != o.value {
				differ = append(differ, w)
			}
		}
		if len(differ) == 0 {
			continue
		}
		slices.SortStableFunc(differ, func(x, y *wave) int {
			return cmp.Or(-cmp.Compare(truth(x.register), truth(y.register)), cmp.Compare(x.name, y.name))
		})
		for _, w := range differ[:min(len(differ), maxFirst)] {
			first = append(first, Signal{Name: strings.TrimPrefix(w.name, "bench."), Got: w.value, Want: other[w.name].value})
		}
		return first, fmt.Sprintf("%s, at %d ps", a.moment(), now), nil
	}
	return nil, "", nil
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// moment is the position of the test bench in words.
func (r *reader) moment() string {
	value := func(name string) int64 {
		for _, w := range r.all {
			if w.name == "bench."+name {
				if n, err := strconv.ParseInt(w.value, 2, 64); err == nil {
					if len(w.value) == 32 && w.value[0] == '1' {
						n -= 1 << 32
					}
					return n
				}
			}
		}
		return 0
	}
	return fmt.Sprintf("step %d, cycle %d", value("step_number"), value("cycle"))
}

// sourceOf finds the line that drives a signal, file:line, or "". name is
// hierarchical; the instances' modules are found by their instantiations.
func sourceOf(sources []rtl.Source, name string) string {
	parts := strings.Split(name, ".")
	signal := parts[len(parts)-1]
	module := "npu_head"
	for _, inst := range parts[1 : len(parts)-1] {
		inst, _, _ = strings.Cut(inst, "[")
		if m := moduleOf(sources, inst); m != "" {
			module = m
		}
	}
	drives := regexp.MustCompile(`\b` + regexp.QuoteMeta(signal) + `\b[^;=]*<=|\bassign\s+` + regexp.QuoteMeta(signal) + `\b|\b` + regexp.QuoteMeta(signal) + `\s*=[^=]`)
	for _, s := range sources {
		inside := false
		for i, line := range strings.Split(string(s.Text), "\n") {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "module" {
				inside = strings.TrimRight(f[1], "(;#") == module
			}
			if code, _, _ := strings.Cut(line, "//"); inside && drives.MatchString(code) {
				return fmt.Sprintf("%s:%d", s.Name, i+1)
			}
		}
	}
	return ""
}

func moduleOf(sources []rtl.Source, inst string) string {
	made := regexp.MustCompile(`(?s)\b(npu_\w+)\s*(?:#\s*\([^;]*?\)\s*)?\b` + regexp.QuoteMeta(inst) + `\s*\(`)
	for _, s := range sources {
		if m := made.FindSubmatch(s.Text); m != nil {
			return string(m[1])
		}
	}
	return ""
}
