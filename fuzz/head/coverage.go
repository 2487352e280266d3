package head

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/verilated"
)

// Covered is the code coverage of a campaign, over all instances of a module together.
type Covered struct {
	Lines, LinesHit     int // branches and blocks, by the line where they begin
	Toggles, TogglesHit int // bits of signals that changed
	Missed              []Point
}

// Point is one place that was not reached.
type Point struct {
	verilated.Point
	Text string // the line
}

func (p Point) String() string {
	return fmt.Sprintf("%s:%d: %s %s: %s", p.File, p.Line, p.Kind, p.Name, p.Text)
}

// ReadCoverage adds up the files that Verilator wrote. sources is the Verilog of the
// built simulator; line numbers refer to it.
func ReadCoverage(files []string, sources []rtl.Source) (*Covered, error) {
	hits := map[verilated.Point]int64{}
	for _, name := range files {
		if err := verilated.ReadCounts(name, hits); err != nil {
			return nil, err
		}
	}
	text := map[string][]string{}
	for _, s := range sources {
		text[s.Name] = strings.Split(string(s.Text), "\n")
	}
	c := &Covered{}
	for at, n := range hits {
		p := Point{Point: at}
		hit := 0
		if n > 0 {
			hit = 1
		}
		switch p.Kind {
		case verilated.Toggle:
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
