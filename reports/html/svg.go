package html

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/hashiflex/hashiflex/spec/words"
)

// svg collects the elements of a picture. Text enters only through text and titles,
// which escape it. Classes are constants of this package, and everything else is a
// number.
type svg struct{ strings.Builder }

// begin opens a picture as wide as the page.
func (s *svg) begin(width, height int, label string) {
	fmt.Fprintf(s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, height, html.EscapeString(label))
}

// beginWide opens a picture that keeps its size and scrolls on a narrow screen.
func (s *svg) beginWide(width, height int, label string) {
	fmt.Fprintf(s, `<svg class="wide" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, height, width, height, html.EscapeString(label))
}

func (s *svg) rect(class string, x, y, w, h float64, title string) {
	fmt.Fprintf(s, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f">`, class, x, y, w, h)
	if title != "" {
		fmt.Fprintf(s, `<title>%s</title>`, html.EscapeString(title))
	}
	s.WriteString(`</rect>`)
}

func (s *svg) dot(class string, x, y float64, title string) {
	fmt.Fprintf(s, `<circle class="%s" cx="%.1f" cy="%.1f" r="4"><title>%s</title></circle>`, class, x, y, html.EscapeString(title))
}

func (s *svg) line(x1, y1, x2, y2 float64) {
	fmt.Fprintf(s, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, x1, y1, x2, y2)
}

// path draws a line through points, which are pairs of x and y.
func (s *svg) path(class string, points ...int) {
	fmt.Fprintf(s, `<polyline class="%s" points="`, class)
	for i := 0; i+1 < len(points); i += 2 {
		if i > 0 {
			s.WriteByte(' ')
		}
		fmt.Fprintf(s, "%d,%d", points[i], points[i+1])
	}
	s.WriteString(`"/>`)
}

func (s *svg) text(x, y float64, anchor, text string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(words.Cut(text, 60)))
}

// note is text of a class, cut to n characters.
func (s *svg) note(class string, x, y, n int, text string) {
	fmt.Fprintf(s, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, html.EscapeString(words.Cut(text, n)))
}

func (s *svg) end() template.HTML {
	s.WriteString("</svg>")
	return template.HTML(s.String())
}
