package reports

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/reports/internal/words"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Stream is what was found about the chip between the layers, beside the obligations
// that it was entered as.
type Stream struct {
	Top    string        `json:"top"`    // module
	Blocks []StreamBlock `json:"blocks"` // from the frame on
	Claim  string        `json:"claim"`  // what follows when everything is discharged
	Design string        `json:"design"` // its Verilog without the arithmetic, within the directory; "" in none
}

// StreamBlock is a part of the chip with ready/valid borders. Counts are of items: pixels,
// windows or sums.
type StreamBlock struct {
	Instance string          `json:"instance"`
	Kind     string          `json:"kind"`
	Layer    string          `json:"layer"`
	Verdict  verdict.Verdict `json:"verdict"` // on its contract
	States   int             `json:"states"`  // of its control, all of them visited
	Holds    []int           `json:"holds"`   // by input: at most, beyond those that its outputs had
	Takes    []int           `json:"takes"`   // by input: at least, beyond those that its next output needs
	Clocks   int             `json:"clocks"`  // of a frame, or of an item where a block knows no frames, when nothing stalls
}

// conclude says what stands in the way of s's being fine.
func (s *Stream) conclude(obligations []Discharge) (open []string) {
	if s == nil {
		return nil
	}
	if !slices.ContainsFunc(obligations, func(d Discharge) bool { return d.Kind == verdict.StreamWhole && d.Total > 0 }) {
		open = append(open, fmt.Sprintf("stream: no obligation of the kind %q", verdict.StreamWhole))
	}
	if len(s.Blocks) == 0 {
		open = append(open, "stream: it has no blocks")
	}
	return open
}

// sentence is what a signed-off network says about its chip, with the space before it;
// nothing where there is none.
func (s *Stream) sentence() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(" %s It has %s.", s.Claim, words.Plural(len(s.Blocks), "block"))
}

// canonical is a copy with empty lists for nil ones.
func (s *Stream) canonical() *Stream {
	if s == nil {
		return nil
	}
	c := *s
	c.Blocks = list(s.Blocks)
	for i := range c.Blocks {
		c.Blocks[i].Holds, c.Blocks[i].Takes = list(c.Blocks[i].Holds), list(c.Blocks[i].Takes)
	}
	return &c
}
