package verilated

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Point is one coverage point of the Verilog, counted over all instances of a module.
type Point struct {
	File string
	Line int    // where a block or branch begins, or a signal is declared
	Kind string // Line or Toggle
	Name string // of the block or the signal's bit
}

// Kinds of points.
const (
	Line   = "line"   // a block or a branch of a statement
	Toggle = "toggle" // a bit that changes
)

// ReadCounts adds the counts of one file. A line of it is C 'fields' count; a
// field is \x01, its key, \x02, its value.
func ReadCounts(name string, hits map[Point]int64) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("verilated: coverage: %w", err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		if !strings.HasPrefix(line, "C '") {
			continue
		}
		end := strings.LastIndex(line, "' ")
		if end < 3 {
			return fmt.Errorf("verilated: coverage: %s: no count in %q", name, line)
		}
		n, err := strconv.ParseInt(line[end+2:], 10, 64)
		if err != nil {
			return fmt.Errorf("verilated: coverage: %s: %w", name, err)
		}
		p, err := point(line[3:end])
		if err != nil {
			return fmt.Errorf("verilated: coverage: %s: %w", name, err)
		}
		hits[p] += n
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("verilated: coverage: %s: %w", name, err)
	}
	return nil
}

func point(fields string) (p Point, err error) {
	for _, f := range strings.Split(fields, "\x01") {
		key, value, _ := strings.Cut(f, "\x02")
		switch key {
		case "f":
			p.File = value
		case "l":
			if p.Line, err = strconv.Atoi(value); err != nil {
				return p, err
			}
		case "page":
			p.Kind = Line
			if strings.HasPrefix(value, "v_toggle") {
				p.Kind = Toggle
			}
		case "o":
			p.Name = value
		}
	}
	if p.File == "" || p.Kind == "" {
		return p, fmt.Errorf("a point without a place: %q", fields)
	}
	return p, nil
}
