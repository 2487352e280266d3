package explain

import (
	"bytes"
	"fmt"
	"html"
	"io"
)

// Sizes of the drawing, in pixels.
const (
	boxWidth  = 190
	boxHeight = 46
	gapX      = 60
	gapY      = 16
	margin    = 20
)

// Draw writes the cone as an SVG picture: what is read on the left, the output on
// the right, on every edge the value that runs along it. Sound nodes are grey,
// differing ones red, roots have a thick frame. It has no script, no font and no
// link.
func (c *Cone) Draw(w io.Writer) error {
	var b bytes.Buffer
	level := make([]int, len(c.Nodes))
	row := make([]int, len(c.Nodes))
	var rows []int
	for i, n := range c.Nodes {
		for _, r := range n.Reads {
			level[i] = max(level[i], level[r]+1)
		}
		for len(rows) <= level[i] {
			rows = append(rows, 0)
		}
		row[i] = rows[level[i]]
		rows[level[i]]++
	}
	tall := 1
	for _, r := range rows {
		tall = max(tall, r)
	}
	x := func(i int) int { return margin + level[i]*(boxWidth+gapX) }
	y := func(i int) int {
		// Columns are centred.
		return margin + row[i]*(boxHeight+gapY) + (tall-rows[level[i]])*(boxHeight+gapY)/2
	}
	width := 2*margin + len(rows)*(boxWidth+gapX) - gapX
	height := 2*margin + tall*(boxHeight+gapY) - gapY
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="monospace" font-size="11">`+"\n", width, height, width, height)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for i, n := range c.Nodes {
		for _, r := range n.Reads {
			from := &c.Nodes[r]
			colour := "#999"
			if from.differs() {
				colour = "#c00"
			}
			x1, y1, x2, y2 := x(r)+boxWidth, y(r)+boxHeight/2, x(i), y(i)+boxHeight/2
			fmt.Fprintf(&b, `<path d="M%d %d C%d %d %d %d %d %d" fill="none" stroke="%s"/>`+"\n", x1, y1, x1+gapX/2, y1, x2-gapX/2, y2, x2, y2, colour)
			fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%d</text>`+"\n", x1+3, y1-3, colour, from.Gate)
		}
		stroke, fill, thick := "#999", "#f6f6f6", 1
		if n.differs() {
			stroke, fill = "#c00", "#fee"
		}
		if n.Root {
			stroke, fill, thick = "#c00", "#fdd", 3
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="%s" stroke-width="%d"/>`+"\n", x(i), y(i), boxWidth, boxHeight, fill, stroke, thick)
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", x(i)+6, y(i)+14, html.EscapeString(short(n.Name+"  "+n.Op, 26)))
		values := fmt.Sprintf("gate %d", n.Gate)
		if n.Paired {
			values += fmt.Sprintf("  gold %d", n.Gold)
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", x(i)+6, y(i)+28, html.EscapeString(short(values, 26)))
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#777">%s</text>`+"\n", x(i)+6, y(i)+41, html.EscapeString(short(n.Source, 26)))
	}
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
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
