package html

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// inputName is what layers call the image that the network reads.
const inputName = "input"

// maxSkips limits the skip edges that are drawn side by side. The map names the others.
const maxSkips = 12

// topology is the network as a list of rows, one for the input and one for each layer,
// with lines between them. A layer that reads the row above is below it on the trunk. Any
// other edge is a skip: it leaves the trunk, goes down in a lane of its own, and comes
// back. Each row draws its piece of every line, so that rows may be of any height and
// columns may break between them.
type topology struct {
	Known bool // the run recorded what each layer reads
	Lanes int
	rows  []graphRow
}

type graphRow struct {
	above, below bool // the trunk goes on
	pass         []int
	leave        []int // lanes of skips that begin here
	enter        []int // lanes of skips that end here
	from         []string
	dots         bool // the trunk is a guess
}

// topologyOf lays out the layers of d. Row 0 is the input; more rows follow the last
// layer on the trunk if the programmable head reads it.
func topologyOf(d *dossier.Dossier) *topology {
	n := len(d.Layers) + 1
	t := &topology{rows: make([]graphRow, n)}
	row := map[string]int{inputName: 0}
	for i := range d.Layers {
		row[d.Layers[i].Name] = i + 1
		t.Known = t.Known || len(d.Layers[i].Reads) > 0
	}
	var free []int // by lane: the first row at which it is free again
	for i := 1; i < n; i++ {
		reads := d.Layers[i-1].Reads
		if !t.Known {
			t.rows[i-1].below, t.rows[i].above, t.rows[i].dots = true, true, true
			continue
		}
		var sources []int
		for _, name := range reads {
			at, ok := row[name]
			switch {
			case !ok || at >= i:
				// A layer outside of the run.
				t.rows[i].from = append(t.rows[i].from, name)
			case !slices.Contains(sources, at):
				sources = append(sources, at)
			}
		}
		for _, at := range sources {
			if at == i-1 {
				t.rows[at].below, t.rows[i].above = true, true
				continue
			}
			t.rows[i].from = append(t.rows[i].from, t.name(d, at))
			lane := slices.IndexFunc(free, func(until int) bool { return until <= at })
			if lane < 0 {
				if len(free) == maxSkips {
					continue
				}
				lane = len(free)
				free = append(free, 0)
			}
			free[lane] = i
			t.rows[at].leave = append(t.rows[at].leave, lane)
			for k := at + 1; k < i; k++ {
				t.rows[k].pass = append(t.rows[k].pass, lane)
			}
			t.rows[i].enter = append(t.rows[i].enter, lane)
		}
	}
	t.Lanes = len(free)
	return t
}

func (t *topology) name(d *dossier.Dossier, row int) string {
	if row == 0 {
		return inputName
	}
	return d.Layers[row-1].Name
}

// From names what a layer reads beside the row above it.
func (t *topology) From(layer int) string { return strings.Join(t.rows[layer+1].from, ", ") }

// Joined reports whether a layer reads the row above it.
func (t *topology) Joined(layer int) bool { return t.rows[layer+1].above }

// trunkAt and laneGap are the places of the lines, in pixels.
const (
	trunkAt = 10
	laneGap = 11
)

// Width is the room that the lines need.
func (t *topology) Width() int { return trunkAt*2 + t.Lanes*laneGap }

// Input draws the row of the input.
func (t *topology) Input() template.HTML { return t.draw(0, "") }

// Layer draws the row of a layer. The dot has the tone of its verdict.
func (t *topology) Layer(layer int, tone string) template.HTML { return t.draw(layer+1, tone) }

// Last draws a row below the last layer, which reads it.
func (t *topology) Last(tone string) template.HTML {
	return (&topology{Lanes: t.Lanes, rows: []graphRow{{above: true}}}).draw(0, tone)
}

// draw is one row. Its picture is stretched to the row's height, and the lines keep their
// width.
func (t *topology) draw(row int, tone string) template.HTML {
	r := &t.rows[row]
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="lanes" viewBox="0 0 %d 100" preserveAspectRatio="none" aria-hidden="true">`, t.Width())
	line := func(class, d string) { fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, d) }
	trunk := "trunk"
	if r.dots {
		trunk = "trunk guess"
	}
	if r.above {
		line(trunk, fmt.Sprintf("M%d 0V50", trunkAt))
	}
	// A row at the end of a partial run has nothing below.
	if r.below {
		line(trunk, fmt.Sprintf("M%d 50V100", trunkAt))
	}
	for _, lane := range r.pass {
		line("skipline", fmt.Sprintf("M%d 0V100", laneAt(lane)))
	}
	for _, lane := range r.leave {
		line("skipline", fmt.Sprintf("M%d 50C%d 60 %d 70 %d 100", trunkAt, laneAt(lane), laneAt(lane), laneAt(lane)))
	}
	for _, lane := range r.enter {
		line("skipline", fmt.Sprintf("M%d 0C%d 30 %d 40 %d 50", laneAt(lane), laneAt(lane), laneAt(lane), trunkAt))
	}
	// A line without length has round ends, whatever the picture is stretched to.
	fmt.Fprintf(&b, `<path class="dot %s" d="M%d 50h0"/></svg>`, html.EscapeString(tone), trunkAt)
	return template.HTML(b.String())
}

func laneAt(lane int) int { return trunkAt + (lane+1)*laneGap }

// wbr is text in which a line may break behind the marks that names are made of, so that
// it breaks within a word only where that is longer than a line.
func wbr(s string) template.HTML {
	var b strings.Builder
	for i := 0; i < len(s); {
		n := strings.IndexAny(s[i:], "_./-:,")
		if n < 0 {
			b.WriteString(html.EscapeString(s[i:]))
			break
		}
		b.WriteString(html.EscapeString(s[i : i+n+1]))
		if i += n + 1; i < len(s) {
			b.WriteString("<wbr>")
		}
	}
	return template.HTML(b.String())
}
