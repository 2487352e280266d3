package html

import (
	"fmt"
	"html/template"
	"math"
	"time"

	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/spec/words"
)

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
	s.text(leftMargin-6, 16, "end", words.Number(most))
	s.text(leftMargin-6, chartHeight, "end", "0")
	s.line(leftMargin, chartHeight, chartWidth, chartHeight)
	step := float64(chartWidth-leftMargin) / float64(len(d.Layers))
	for i := range d.Layers {
		l := &d.Layers[i]
		if l.Hardware == nil {
			continue
		}
		h := float64(chartHeight-8) * float64(l.Hardware.Adders) / float64(most)
		s.rect(l.Verdict().String(), leftMargin+float64(i)*step, chartHeight-h, max(step*0.85, 1), h, l.Name+": "+words.Count(l.Hardware.Adders, "adder"))
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
		s.text(label-8, y+17, "end", words.Cut(t.Name, 36))
		w := float64(chartWidth-label-count) * float64(t.Count) / float64(most)
		s.rect("bar", label, y+4, max(w, 1), row-8, t.Name+": "+words.Number(t.Count))
		s.text(label+max(w, 1)+6, y+17, "start", words.Number(t.Count))
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
	s.text(chartWidth, chartHeight+20, "end", "fan-in "+words.Number(fan))
	for i := range d.Layers {
		l := &d.Layers[i]
		if l.Took == nil || l.Hardware == nil {
			continue
		}
		x := leftMargin + 6 + place(float64(l.Hardware.FanInMax), float64(fan), chartWidth-leftMargin-12)
		y := chartHeight - 6 - place(float64(l.Took.Wall)/float64(time.Millisecond), float64(wall)/float64(time.Millisecond), chartHeight-16)
		s.dot(l.Verdict().String(), x, y, fmt.Sprintf("%s: fan-in %s, %s", l.Name, words.Number(l.Hardware.FanInMax), duration(l.Took.Wall)))
	}
	return s.end()
}
