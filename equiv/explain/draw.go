package explain

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Sizes of the drawing, in pixels.
const (
	boxWidth  = 190
	boxHeight = 46
	gapX      = 24
	gapY      = 30
	margin    = 20
)

// Draw writes the cone as an SVG picture: the inputs on top, the output at the bottom,
// and on every edge its value. Sound nodes are grey, differing ones red, roots have a
// thick frame. The picture has no script, no font and no link. Edges skip nodes that
// are not drawn. Draw ignores an index that does not point to an earlier node.
func (c *Cone) Draw(w io.Writer) error {
	var b bytes.Buffer
	shown := c.shows()
	reads := make(map[int][]int, len(shown))
	level, column := map[int]int{}, map[int]int{}
	var rows []int
	for _, i := range shown {
		reads[i] = c.through(i, shown)
		for _, r := range reads[i] {
			level[i] = max(level[i], level[r]+1)
		}
		for len(rows) <= level[i] {
			rows = append(rows, 0)
		}
		column[i] = rows[level[i]]
		rows[level[i]]++
	}
	wide := 1
	for _, r := range rows {
		wide = max(wide, r)
	}
	x := func(i int) int {
		// Rows are centred.
		return margin + column[i]*(boxWidth+gapX) + (wide-rows[level[i]])*(boxWidth+gapX)/2
	}
	y := func(i int) int { return margin + level[i]*(boxHeight+gapY) }
	width := 2*margin + wide*(boxWidth+gapX) - gapX
	height := max(2*margin, 2*margin+len(rows)*(boxHeight+gapY)-gapY)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="monospace" font-size="11">`+"\n", width, height, width, height)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for _, i := range shown {
		for _, r := range reads[i] {
			from := &c.Nodes[r]
			colour := "#999"
			if from.differs() {
				colour = "#c00"
			}
			x1, y1, x2, y2 := x(r)+boxWidth/2, y(r)+boxHeight, x(i)+boxWidth/2, y(i)
			fmt.Fprintf(&b, `<path d="M%d %d C%d %d %d %d %d %d" fill="none" stroke="%s"/>`+"\n", x1, y1, x1, y1+gapY/2, x2, y2-gapY/2, x2, y2, colour)
			fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%d</text>`+"\n", x1+4, y1+11, colour, from.Gate)
		}
	}
	for _, i := range shown {
		n := &c.Nodes[i]
		stroke, fill, thick := "#999", "#f6f6f6", 1
		if n.differs() {
			stroke, fill = "#c00", "#fee"
		}
		if n.Root {
			stroke, fill, thick = "#c00", "#fdd", 3
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="%s" stroke-width="%d"/>`+"\n", x(i), y(i), boxWidth, boxHeight, fill, stroke, thick)
		text := func(dy int, fill, s string) {
			fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", x(i)+6, y(i)+dy, fill, html.EscapeString(short(plain(s), 26)))
		}
		text(14, "#000", n.Name+"  "+n.Op)
		text(28, "#000", n.values())
		text(41, "#777", n.Source)
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// through are the shown nodes that one reads, through others that are not shown.
func (c *Cone) through(i int, shown []int) (reads []int) {
	seen := map[int]bool{}
	stack := []int{i}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, r := range c.Nodes[at].Reads {
			if r < 0 || r >= at || seen[r] {
				continue
			}
			seen[r] = true
			if slices.Contains(shown, r) {
				reads = append(reads, r)
			} else {
				stack = append(stack, r)
			}
		}
	}
	slices.Sort(reads)
	return reads
}

// values are the actual value of a node, and the correct one if it differs.
func (n *Node) values() string {
	if n.Paired && n.Gate != n.Gold {
		return fmt.Sprintf("%d, should be %d", n.Gate, n.Gold)
	}
	return fmt.Sprint(n.Gate)
}

// plain is a text without control characters.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}

func (n *Node) differs() bool { return n.Root || n.Paired && n.Gate != n.Gold }

// short cuts a text in front, where a name says least.
func short(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return "…" + string(r[len(r)-most+1:])
}
