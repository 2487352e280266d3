package html

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/reports"
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
	return layersChart(d, "adder", "adders", func(h *reports.Hardware) int { return h.Adders })
}

// depthsChart shows the adders on the longest path of each layer.
func depthsChart(d *dossier.Dossier) template.HTML {
	return layersChart(d, "adder on the longest path", "adders on the longest path", func(h *reports.Hardware) int { return h.Depth })
}

// layersChart shows a figure of each layer, in the network's order.
func layersChart(d *dossier.Dossier, one, many string, figure func(*reports.Hardware) int) template.HTML {
	most := 0
	for _, l := range d.Layers {
		if l.Hardware != nil {
			most = max(most, figure(l.Hardware))
		}
	}
	if most == 0 {
		return ""
	}
	var s svg
	s.begin(chartWidth, chartHeight+30, many+" of each layer, in the network's order")
	s.text(leftMargin-6, 16, "end", words.Number(most))
	s.text(leftMargin-6, chartHeight, "end", "0")
	s.line(leftMargin, chartHeight, chartWidth, chartHeight)
	step := float64(chartWidth-leftMargin) / float64(len(d.Layers))
	for i := range d.Layers {
		l := &d.Layers[i]
		if l.Hardware == nil {
			continue
		}
		n := figure(l.Hardware)
		h := float64(chartHeight-8) * float64(n) / float64(most)
		title := fmt.Sprintf("%d %s: %s %s", i+1, l.Name, words.Number(n), many)
		if n == 1 {
			title = fmt.Sprintf("%d %s: 1 %s", i+1, l.Name, one)
		}
		s.rect(l.Verdict().String(), leftMargin+float64(i)*step, chartHeight-h, max(step*0.85, 1), h, title)
	}
	s.text(leftMargin, chartHeight+20, "start", "first layer")
	s.text(chartWidth, chartHeight+20, "end", "last layer")
	return s.end()
}

// knob is the hardware of the whole network with one knob of the generator changed.
type knob struct {
	reports.KnobCost
	of int // bits of this run
}

// Percent is the change in bits.
func (k knob) Percent() string {
	if k.Knob == "" || k.of == 0 {
		return ""
	}
	return strings.Replace(fmt.Sprintf("%+.1f\u00a0%%", 100*float64(k.Bits-k.of)/float64(k.of)), "-", "−", 1)
}

// knobs adds up what the layers would be with each knob; the first is this run. A layer
// without that knob counts as it is.
func knobs(d *dossier.Dossier) []knob {
	var names []string
	var run reports.KnobCost
	for i := range d.Layers {
		h := d.Layers[i].Hardware
		if h == nil {
			continue
		}
		add(&run, reports.KnobCost{Adders: h.Adders, Bits: h.Bits, Depth: h.Depth, ModelBits: h.ModelBits})
		for _, k := range h.Knobs {
			if !slices.Contains(names, k.Knob) {
				names = append(names, k.Knob)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	all := []knob{{run, run.Bits}}
	for _, name := range names {
		sum := reports.KnobCost{Knob: name}
		for i := range d.Layers {
			h := d.Layers[i].Hardware
			if h == nil {
				continue
			}
			own := reports.KnobCost{Adders: h.Adders, Bits: h.Bits, Depth: h.Depth, ModelBits: h.ModelBits}
			if at := slices.IndexFunc(h.Knobs, func(k reports.KnobCost) bool { return k.Knob == name }); at >= 0 {
				own = h.Knobs[at]
			}
			add(&sum, own)
		}
		all = append(all, knob{sum, run.Bits})
	}
	return all
}

func add(to *reports.KnobCost, k reports.KnobCost) {
	to.Adders += k.Adders
	to.Bits += k.Bits
	to.Depth = max(to.Depth, k.Depth)
	to.ModelBits += k.ModelBits
}

// trendChart shows what changed from run to run, each figure beside its largest; "" without
// earlier runs.
func trendChart(d *dossier.Dossier) template.HTML {
	n := len(d.Past)
	if n < 2 {
		return ""
	}
	const row, label, end = 46, 150, 120
	lines := []struct {
		name   string
		figure func(*dossier.Past) int
		text   func(int) string
	}{
		{"points not proved", func(p *dossier.Past) int { return p.Points.Total - p.Points.Proved }, words.Number},
		{"adders", func(p *dossier.Past) int { return p.Adders }, words.Number},
		{"bits", func(p *dossier.Past) int { return p.Bits }, words.Number},
		{"depth", func(p *dossier.Past) int { return p.Depth }, words.Number},
		{"time", func(p *dossier.Past) int { return int(p.Took / time.Millisecond) }, func(ms int) string { return duration(time.Duration(ms) * time.Millisecond) }},
	}
	var s svg
	s.begin(chartWidth, row*len(lines)+4, "figures of the runs, the oldest first")
	for i, l := range lines {
		top := i*row + 8
		most := 1
		for k := range d.Past {
			most = max(most, l.figure(&d.Past[k]))
		}
		s.text(label-10, float64(top+row/2), "end", l.name)
		var points []int
		for k := range d.Past {
			v := l.figure(&d.Past[k])
			x := label + k*(chartWidth-label-end)/(n-1)
			y := top + row - 14 - (row-20)*v/most
			points = append(points, x, y)
		}
		s.path("wire", points...)
		for k := range d.Past {
			v := l.figure(&d.Past[k])
			s.dot("trend", float64(points[2*k]), float64(points[2*k+1]), d.Past[k].Name+": "+l.text(v))
		}
		s.text(chartWidth-end+10, float64(top+row/2), "start", l.text(l.figure(&d.Past[n-1])))
	}
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
