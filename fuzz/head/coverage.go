package head

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// Covered is which parts of the Verilog a campaign has executed, in all instances
// of a module together.
type Covered struct {
	Lines, LinesHit     int // branches and blocks, by the line where they begin
	Toggles, TogglesHit int // bits of signals that changed
	Missed              []Point
}

// Point is one place that was not reached.
type Point struct {
	File string
	Line int
	Kind string // "line" or "toggle"
	Name string // of the block or the signal's bit
	Text string // the line
}

// toggle is the kind of a bit that changes.
const toggle = "toggle"

func (p Point) String() string {
	return fmt.Sprintf("%s:%d: %s %s: %s", p.File, p.Line, p.Kind, p.Name, p.Text)
}

// ReadCoverage sums up the files that Verilator wrote. sources is what was built;
// line numbers are theirs.
func ReadCoverage(files []string, sources []rtl.Source) (*Covered, error) {
	hits := map[Point]int64{}
	for _, name := range files {
		if err := readCounts(name, hits); err != nil {
			return nil, err
		}
	}
	text := map[string][]string{}
	for _, s := range sources {
		text[s.Name] = strings.Split(string(s.Text), "\n")
	}
	c := &Covered{}
	for p, n := range hits {
		hit := 0
		if n > 0 {
			hit = 1
		}
		switch p.Kind {
		case toggle:
			c.Toggles, c.TogglesHit = c.Toggles+1, c.TogglesHit+hit
		default:
			c.Lines, c.LinesHit = c.Lines+1, c.LinesHit+hit
		}
		if hit == 0 {
			if ls := text[p.File]; p.Line >= 1 && p.Line <= len(ls) {
				p.Text = strings.TrimSpace(ls[p.Line-1])
			}
			c.Missed = append(c.Missed, p)
		}
	}
	sort.Slice(c.Missed, func(i, j int) bool {
		a, b := c.Missed[i], c.Missed[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Kind+a.Name < b.Kind+b.Name
	})
	return c, nil
}

// readCounts adds the counts of one file. A line of it is C 'fields' count; a
// field is \x01, its key, \x02, its value.
func readCounts(name string, hits map[Point]int64) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("head: coverage: %w", err)
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
			return fmt.Errorf("head: coverage: %s: no count in %q", name, line)
		}
		n, err := strconv.ParseInt(line[end+2:], 10, 64)
		if err != nil {
			return fmt.Errorf("head: coverage: %s: %w", name, err)
		}
		p, err := point(line[3:end])
		if err != nil {
			return fmt.Errorf("head: coverage: %s: %w", name, err)
		}
		hits[p] += n
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("head: coverage: %s: %w", name, err)
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
			p.Kind = "line"
			if strings.HasPrefix(value, "v_toggle") {
				p.Kind = toggle
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
