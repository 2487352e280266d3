package html

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// maxRuns limits the problems in the chip's section. The list of problems has all of
// them.
const maxRuns = 20

// chip is the page's section about the chip between the layers.
type chip struct {
	*reports.Stream
	Verdict verdict.Verdict // the gravest of all claims about it
	Rate    string          // "": not known
	Blocks  []chipBlock
	Entry   []chipBlock   // blocks of no layer, which read the frame
	Layers  [][]chipBlock // by layer
	Parts   []chipClaim   // that the claim about the whole chip rests on
	Found   []chipProblem // obligations about it that are not proved, the gravest first
	More    int           // that Found leaves out
}

// chipBlock is a block with additional data for the page.
type chipBlock struct {
	*reports.StreamBlock
	Slowest     bool
	Fingerprint string // of the problem with its contract
	Shown       bool   // the page describes that problem
}

// chipClaim is a claim with its place in the table of claims.
type chipClaim struct {
	*dossier.Claim
	At int
}

// chipProblem is an obligation that is not proved.
type chipProblem struct {
	*dossier.Problem
	Told  string // description of the problem
	Shown bool
}

// chipOf collects the data of the section. The page describes the first spelled
// problems of d.
func chipOf(d *dossier.Dossier, spelled int) *chip {
	s := d.Signoff.Stream
	if s == nil {
		return nil
	}
	c := &chip{Stream: s, Verdict: d.Signoff.StreamVerdict(), Layers: make([][]chipBlock, len(d.Layers))}
	slowest := s.Slowest()
	if slowest != nil {
		c.Rate = fmt.Sprintf("A frame takes %s in %s, the slowest: while nothing outside stalls and whoever takes the features keeps up, the chip gives %s a second at 1 GHz.",
			words.Count(slowest.Clocks, "clock"), slowest.Instance, words.Count(s.ImagesPerSecond(), "image"))
		if h := s.Heads; h != nil {
			c.Rate = fmt.Sprintf("A frame takes %s in %s, the slowest block. Its %s of %s take the images in turn, %s each: while nothing outside stalls, the chip gives %s a second at 1 GHz.",
				words.Count(slowest.Clocks, "clock"), slowest.Instance, words.Count(h.Count, "programmable head"), words.Count(h.Lanes, "lane"), words.Count(h.Clocks, "clock"), words.Count(s.ImagesPerSecond(), "image"))
		} else if h := d.Signoff.Head; h != nil && len(h.Rates) > 0 && h.Rates[0].Cycles > int64(slowest.Clocks) {
			r := h.Rates[0]
			c.Rate += fmt.Sprintf(" The programmable head does not: with %s it takes %s an image, which is %s a second.",
				words.Count(r.Lanes, "lane"), words.Count(int(r.Cycles), "cycle"), words.Count(int(r.ImagesPerSecond), "image"))
		}
	}
	for i := range d.Claims {
		if row, _ := verdict.Kind(d.Claims[i].Name).Row(); row.Stream && row.Kind != verdict.StreamWhole {
			c.Parts = append(c.Parts, chipClaim{&d.Claims[i], i})
		}
	}
	problems := map[verdict.ID]int{}
	for i := range d.Problems {
		p := &d.Problems[i]
		if row, _ := p.Kind.Row(); !row.Stream {
			continue
		}
		problems[p.ID] = i
		if len(c.Found) == maxRuns {
			c.More++
			continue
		}
		x := chipProblem{Problem: p, Shown: i < spelled}
		if p.Verdict == verdict.Refuted {
			x.Told = words.Cut(p.Detail, maxText)
		}
		c.Found = append(c.Found, x)
	}
	layers := map[string]int{}
	for i := range d.Layers {
		layers[d.Layers[i].Name] = i
	}
	for i := range s.Blocks {
		b := chipBlock{StreamBlock: &s.Blocks[i]}
		b.Slowest = slowest != nil && b.Clocks == slowest.Clocks
		if at, ok := problems[verdict.StreamBlock.ID(b.Instance)]; ok {
			b.Fingerprint, b.Shown = d.Problems[at].Fingerprint, at < spelled
		}
		c.Blocks = append(c.Blocks, b)
		if at, ok := layers[b.Layer]; ok {
			c.Layers[at] = append(c.Layers[at], b)
		} else {
			c.Entry = append(c.Entry, b)
		}
	}
	return c
}

// Word is the block in the map: its kind, and the depth of a FIFO.
func (b chipBlock) Word() string {
	if n := b.Depth(); n > 0 {
		return "FIFO " + words.Number(n)
	}
	return b.Kind
}

// Size is the depth of a FIFO, and what fewer places lead to.
func (b chipBlock) Size() string {
	n := b.Depth()
	if n == 0 {
		return ""
	}
	text := "depth " + words.Count(n, "item")
	if rows := b.InRows(n); rows != "" {
		text += ", " + rows + " of " + words.Number(b.Row)
	}
	if b.Places != nil && b.Places.Less != "" {
		text += "; " + b.Places.Less
	}
	return text
}

// gravest is the gravest verdict of the blocks.
func gravest(blocks []chipBlock) verdict.Verdict {
	v := verdict.Proved
	for _, b := range blocks {
		switch {
		case b.Verdict == verdict.Refuted:
			return verdict.Refuted
		case b.Verdict != verdict.Proved:
			v = verdict.Unknown
		}
	}
	return v
}

// Tone is the verdict that colours a layer's cell in the map: the layer's own, or that
// of its blocks if only they are not proved.
func (v *view) Tone(layer int) verdict.Verdict {
	own := v.Layers[layer].Verdict()
	if v.Chip == nil || own != verdict.Proved {
		return own
	}
	return gravest(v.Chip.Layers[layer])
}

// counts lists numbers in one line.
func counts(list []int) string {
	var parts []string
	for _, n := range list {
		parts = append(parts, words.Number(n))
	}
	return strings.Join(parts, ", ")
}
