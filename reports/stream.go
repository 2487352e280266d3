package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Stream is information about the chip between the layers. The verdict follows from its
// obligations.
type Stream struct {
	Top    string        `json:"top"`             // module
	Blocks []StreamBlock `json:"blocks"`          // in the order of the data flow
	Claim  string        `json:"claim"`           // what is proved if everything is discharged
	Design string        `json:"design"`          // path of its Verilog without the arithmetic in the run directory; "": none
	Heads  *StreamHeads  `json:"heads,omitempty"` // nil: it has one programmable head, or none
}

// StreamHeads are programmable heads that take the images in turn.
type StreamHeads struct {
	Count  int `json:"count"`
	Lanes  int `json:"lanes"`  // of each
	Clocks int `json:"clocks"` // of each for an image, without stalls from outside
}

// StreamBlock is a part of the chip with ready/valid handshakes at its ports. Counts
// are of items. An item is what one handshake transfers: a pixel, window or sum, or one
// for each lane of the port. 0 means not known.
type StreamBlock struct {
	Instance string          `json:"instance"`
	Kind     string          `json:"kind"`
	Layer    string          `json:"layer"`
	Lanes    int             `json:"lanes"`             // values of a row in one output item
	Verdict  verdict.Verdict `json:"verdict"`           // on its contract
	States   int             `json:"states"`            // of its control, all visited
	Holds    []int           `json:"holds"`             // by input: most items that it stores, beyond those that its outputs used
	Takes    []int           `json:"takes"`             // by input: items that it accepts at least, beyond those that its next output needs
	Rows     int             `json:"rows"`              // of a frame at its first input
	Row      int             `json:"row"`               // items of such a row
	Clocks   int             `json:"clocks"`            // for a frame, without stalls from outside
	Starved  int             `json:"starved,omitempty"` // clocks of a frame for which it waits for items, in a run of the whole without stalls from outside
	Held     int             `json:"held,omitempty"`    // and for its readers
	Places   *StreamPlaces   `json:"places,omitempty"`  // of a FIFO: how many it needs; nil: not known
	Own      []string        `json:"own,omitempty"`     // files of the user's, of which it is made; none: it is generated
}

// Waits describes for how long the block waits within a frame; "": for nothing, or not known.
func (b *StreamBlock) Waits() string {
	var parts []string
	if b.Starved > 0 {
		parts = append(parts, words.Number(b.Starved)+" for items")
	}
	if b.Held > 0 {
		parts = append(parts, words.Number(b.Held)+" for readers")
	}
	if len(parts) == 0 {
		return ""
	}
	return "waits " + strings.Join(parts, ", ")
}

// StreamPlaces is how many places a FIFO needs, at full rate.
type StreamPlaces struct {
	Needed int    `json:"needed"` // so that no frame is later than with all of them
	Least  int    `json:"least"`  // so that frames follow each other as closely
	Stands int    `json:"stands"` // the most with which it is a deadlock; 0: none
	Less   string `json:"less"`   // what fewer lead to, in words
}

// Kinds of blocks that reports describe in more detail.
const (
	fifoBlock  = "fifo"
	applyBlock = "apply"
)

// does describes the purpose of a block by its kind.
var does = map[string]string{
	"framer":   "passes whole frames on",
	"window":   "gathers the windows of a layer, with its padding",
	"fork":     "gives every item to each of its outputs",
	"deal":     "gives the frames to the heads in turn",
	fifoBlock:  "keeps items of the shorter branch until the longer one has its own",
	"join":     "brings the items of two branches together",
	"pool":     "adds up each frame",
	"adapter":  "gives the same in beats of another width",
	applyBlock: "computes the layer's outputs",
}

// Does describes the purpose of the block, and whose files it is made of if they are the
// user's; "" for an unknown kind.
func (b *StreamBlock) Does() string {
	s := does[b.Kind]
	if s != "" && len(b.Own) > 0 {
		s += "; own Verilog: " + strings.Join(b.Own, ", ")
	}
	return s
}

// FIFO reports whether the block is a FIFO.
func (b *StreamBlock) FIFO() bool { return b.Kind == fifoBlock }

// Computes reports whether the block contains the layer's arithmetic.
func (b *StreamBlock) Computes() bool { return b.Kind == applyBlock }

// Depth is the number of items that fit into a FIFO according to its proof: one for its
// output, and those that it accepts beyond that. 0: not known.
func (b *StreamBlock) Depth() int {
	if !b.FIFO() || b.Verdict != verdict.Proved || len(b.Takes) == 0 {
		return 0
	}
	return b.Takes[0] + 1
}

// InRows gives n items as a number of rows of the frame, with one decimal; "" if the
// length of a row is not known.
func (b *StreamBlock) InRows(n int) string {
	if b.Row < 1 {
		return ""
	}
	tenths := (n/b.Row)*10 + (n%b.Row*10+b.Row/2)/b.Row
	if tenths%10 == 0 {
		return words.Count(tenths/10, "row")
	}
	return fmt.Sprintf("%s.%d rows", words.Number(tenths/10), tenths%10)
}

// Slowest is the block that needs the most clocks for a frame; of equal ones, the last.
// It determines the rate of the chip. Nil: the clocks of some block are not known.
func (s *Stream) Slowest() *StreamBlock {
	var slowest *StreamBlock
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Clocks < 1 {
			return nil
		}
		if slowest == nil || b.Clocks >= slowest.Clocks {
			slowest = b
		}
	}
	return slowest
}

// gigahertz is the clock frequency that rates assume.
const gigahertz = 1_000_000_000

// ImagesPerSecond is the rate of the chip at 1 GHz, if its consumer keeps up. One
// programmable head has a rate of its own; several belong to the chip. 0: not known.
func (s *Stream) ImagesPerSecond() int {
	b := s.Slowest()
	if b == nil {
		return 0
	}
	if h := s.Heads; h != nil && h.Count > 0 {
		return gigahertz / max(b.Clocks, (h.Clocks+h.Count-1)/h.Count)
	}
	return gigahertz / b.Clocks
}

// States is the total number of visited states.
func (s *Stream) States() (n int) {
	for i := range s.Blocks {
		n += s.Blocks[i].States
	}
	return n
}

// Proved is the number of blocks whose contract is proved.
func (s *Stream) Proved() (n int) {
	for i := range s.Blocks {
		if s.Blocks[i].Verdict == verdict.Proved {
			n++
		}
	}
	return n
}

// Summary describes the chip in a few short lines.
func (s *Stream) Summary() []string {
	all := words.Count(len(s.Blocks), "block")
	if n := s.Proved(); n < len(s.Blocks) {
		all = fmt.Sprintf("%s of %s proved", words.Number(n), all)
	}
	parts := []string{all}
	if b := s.Slowest(); b != nil {
		with := "before the head"
		if s.Heads != nil {
			with = "with " + words.Count(s.Heads.Count, "head")
		}
		parts = append(parts, fmt.Sprintf("%s a frame (%s)", words.Count(b.Clocks, "clock"), b.Instance),
			words.Number(s.ImagesPerSecond())+" images/s at 1 GHz "+with)
	}
	fifos, items := 0, 0
	for i := range s.Blocks {
		if n := s.Blocks[i].Depth(); n > 0 {
			fifos, items = fifos+1, items+n
		}
	}
	if fifos > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s", words.Count(fifos, "FIFO"), words.Count(items, "item")))
	}
	if n := s.States(); n > 0 {
		parts = append(parts, words.Count(n, "state")+" visited")
	}
	return parts
}

// conclude lists the reasons why s is not proved.
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

// audit lists the blocks whose verdict differs from that of their obligation.
func (s *Stream) audit(verdicts map[verdict.ID]verdict.Verdict) (problems []error) {
	if s == nil {
		return nil
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		switch v, ok := verdicts[verdict.StreamBlock.ID(b.Instance)]; {
		case !ok:
			problems = append(problems, fmt.Errorf("stream: block %s is not listed as an obligation", b.Instance))
		case v != b.Verdict:
			problems = append(problems, fmt.Errorf("stream: block %s is said to be %v, its obligation is %v", b.Instance, b.Verdict, v))
		}
	}
	return problems
}

// sentence is the sentence about the chip in the verdict of a signed-off network. It
// starts with a space. It is "" without a chip.
func (s *Stream) sentence() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(" %s It has %s.", s.Claim, words.Count(len(s.Blocks), "block"))
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
