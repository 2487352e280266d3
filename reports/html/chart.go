package html

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports/dossier"
)

// svg collects the elements of a chart. Text only comes in through text and
// title, which escape it; the rest are numbers.
type svg struct{ strings.Builder }

func (s *svg) begin(width, height int, label string) {
	fmt.Fprintf(s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, width, height, html.EscapeString(label))
}

func (s *svg) rect(class string, x, y, w, h float64, title string) {
	fmt.Fprintf(s, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`, class, x, y, w, h, html.EscapeString(title))
}

func (s *svg) dot(class string, x, y float64, title string) {
	fmt.Fprintf(s, `<circle class="%s" cx="%.1f" cy="%.1f" r="4"><title>%s</title></circle>`, class, x, y, html.EscapeString(title))
}

func (s *svg) line(x1, y1, x2, y2 float64) {
	fmt.Fprintf(s, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, x1, y1, x2, y2)
}

func (s *svg) text(x, y float64, anchor, text string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(cut(text, 60)))
}

func (s *svg) end() template.HTML {
	s.WriteString("</svg>")
	return template.HTML(s.String())
}

const (
	chartWidth  = 720
	chartHeight = 200
	leftMargin  = 56
)

// addersChart shows the adders of each layer, in the network's order.
func addersChart(d *dossier.Dossier) template.HTML {
	most := 0
	for _, l := range d.Layers {
		if l.Hardware != nil {
			most = max(most, l.Hardware.Adders)
		}
	}
	if most == 0 {
		return ""
	}
	var s svg
	s.begin(chartWidth, chartHeight+30, "adders of each layer, in the network's order")
	s.text(leftMargin-6, 16, "end", num(most))
	s.text(leftMargin-6, chartHeight, "end", "0")
	s.line(leftMargin, chartHeight, chartWidth, chartHeight)
	step := float64(chartWidth-leftMargin) / float64(len(d.Layers))
	for i := range d.Layers {
		l := &d.Layers[i]
		if l.Hardware == nil {
			continue
		}
		h := float64(chartHeight-8) * float64(l.Hardware.Adders) / float64(most)
		s.rect(l.Verdict().String(), leftMargin+float64(i)*step, chartHeight-h, max(step*0.85, 1), h, l.Name+": "+plural(l.Hardware.Adders, "adder"))
	}
	s.text(leftMargin, chartHeight+20, "start", "first layer")
	s.text(chartWidth, chartHeight+20, "end", "last layer")
	return s.end()
}

// strategiesChart shows how many points each strategy settled.
func strategiesChart(d *dossier.Dossier) template.HTML {
	list := d.Signoff.Strategies
	most := 0
	for _, t := range list {
		most = max(most, t.Count)
	}
	if most == 0 {
		return ""
	}
	const row, label, count = 26, 260, 80
	list = list[:min(len(list), 40)]
	var s svg
	s.begin(chartWidth, row*len(list)+4, "points settled by each strategy")
	for i, t := range list {
		y := float64(i * row)
		s.text(label-8, y+17, "end", cut(t.Name, 36))
		w := float64(chartWidth-label-count) * float64(t.Count) / float64(most)
		s.rect("bar", label, y+4, max(w, 1), row-8, t.Name+": "+num(t.Count))
		s.text(label+max(w, 1)+6, y+17, "start", num(t.Count))
	}
	return s.end()
}

// proofChart shows each layer's time against its largest fan-in, both in
// logarithmic scale; "" without times.
func proofChart(d *dossier.Dossier) template.HTML {
	fan, wall := 1, time.Millisecond
	n := 0
	for _, l := range d.Layers {
		if l.Took != nil && l.Hardware != nil {
			fan, wall = max(fan, l.Hardware.FanInMax), max(wall, l.Took.Wall)
			n++
		}
	}
	if d.Times == nil || n == 0 {
		return ""
	}
	place := func(v, top float64, room int) float64 {
		if top <= 1 {
			return 0
		}
		return math.Log(max(v, 1)) / math.Log(top) * float64(room)
	}
	var s svg
	s.begin(chartWidth, chartHeight+34, "time of each layer against its largest fan-in, logarithmic")
	s.line(leftMargin, 8, leftMargin, chartHeight)
	s.line(leftMargin, chartHeight, chartWidth, chartHeight)
	s.text(leftMargin-6, 16, "end", duration(wall))
	s.text(leftMargin-6, chartHeight, "end", "1 ms")
	s.text(leftMargin, chartHeight+20, "start", "fan-in 1")
	s.text(chartWidth, chartHeight+20, "end", "fan-in "+num(fan))
	for i := range d.Layers {
		l := &d.Layers[i]
		if l.Took == nil || l.Hardware == nil {
			continue
		}
		x := leftMargin + 6 + place(float64(l.Hardware.FanInMax), float64(fan), chartWidth-leftMargin-12)
		y := chartHeight - 6 - place(float64(l.Took.Wall)/float64(time.Millisecond), float64(wall)/float64(time.Millisecond), chartHeight-16)
		s.dot(l.Verdict().String(), x, y, fmt.Sprintf("%s: fan-in %s, %s", l.Name, num(l.Hardware.FanInMax), duration(l.Took.Wall)))
	}
	return s.end()
}
