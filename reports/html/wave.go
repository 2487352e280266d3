package html

import (
	"html/template"
	"strconv"
	"unicode/utf8"

	"github.com/hashiflex/hashiflex/reports/dossier"
	"github.com/hashiflex/hashiflex/reports/vcd"
)

// Sizes of a waveform, in pixels.
const (
	waveNames = 190
	waveRest  = 80  // width of the first moment
	waveSpan  = 150 // and of the second
	laneStep  = 24
	laneTall  = 16
	waveEdge  = 4
)

// maxLanes limits the inputs shown above the cone.
const maxLanes = 12

// lane is a signal's values at the two moments of a waveform: all inputs at rest, then
// the witness.
type lane struct {
	name      string
	rest, hot int64
	width     int
	known     bool // the value at rest is known
	off       bool // it differs at the second moment
}

// waveform shows the inputs and below them every signal of the cone, the correct value
// above the actual one. A mark shows the first difference. It is "" without a cone.
func waveform(w *dossier.WitnessSummary) template.HTML {
	if len(w.Cone) == 0 {
		return ""
	}
	var lanes []lane
	for _, in := range w.Inputs[:min(len(w.Inputs), maxLanes)] {
		lanes = append(lanes, lane{name: in.Port, hot: in.Value})
	}
	first := -1
	for _, i := range drawn(w.Cone) {
		n := &w.Cone[i]
		if n.Paired {
			lanes = append(lanes, lane{name: n.Name + " gold", rest: n.RestGold, hot: n.Gold, width: n.Width, known: true})
		}
		if n.First {
			first = len(lanes)
		}
		lanes = append(lanes, lane{name: n.Name + " gate", rest: n.RestGate, hot: n.Gate, width: n.Width, known: true, off: n.Differs()})
	}
	const top = 22
	tall := top + len(lanes)*laneStep + 4
	names := 0
	for _, l := range lanes {
		names = max(names, utf8.RuneCountInString(l.name))
	}
	names = min(waveNames, 14+7*names) // so that a phone shows the second moment, too
	hot := names + waveRest
	var s svg
	s.beginWide(hot+waveSpan+waveEdge, tall, "values of the failing signals, with all inputs at rest and on the witness; gold is what they should be, gate what they are")
	s.note("faint", names+4, 14, 20, "at rest")
	s.note("faint", hot+4, 14, 20, "on the witness")
	if first >= 0 {
		s.rect("first", 0, float64(top+first*laneStep-3), float64(hot+waveSpan+waveEdge), laneStep, "the first signal that differs")
	}
	s.path("cursor", hot, 4, hot, tall-2)
	for i, l := range lanes {
		y := top + i*laneStep
		s.note("name", 2, y+13, 25, l.name)
		if l.known {
			s.phase(names, waveRest, y, l.rest, l.width, false)
		}
		s.phase(hot, waveSpan, y, l.hot, l.width, l.off)
		if i == first {
			s.note("mark", hot+waveSpan-92, y+13, 20, "first difference")
		}
	}
	return s.end()
}

// momentWidth is the width of one moment of a trace.
const momentWidth = 78

// traceDrawing shows the signals of a simulation at its last moments. A mark shows the
// first signalled difference. It is "" without a trace.
func traceDrawing(t *vcd.Trace) template.HTML {
	if t == nil {
		return ""
	}
	const top = 22
	tall := top + len(t.Signals)*laneStep + 4
	var s svg
	s.beginWide(waveNames+len(t.Times)*momentWidth+4, tall, "values of the signals at the last moments of the run on which the difference was seen")
	for m, at := range t.Times {
		s.note("faint", waveNames+m*momentWidth+2, 14, 12, strconv.FormatInt(at, 10))
	}
	if t.Mark >= 0 {
		x := waveNames + t.Mark*momentWidth
		s.rect("first", float64(x), 0, momentWidth, float64(tall), "a difference is signalled")
		s.path("cursor", x, 0, x, tall-2)
	}
	for i, sig := range t.Signals {
		y := top + i*laneStep
		s.note("name", 2, y+13, 25, sig.Name)
		for m := 0; m < len(sig.Values); {
			end := m + 1
			for end < len(sig.Values) && sig.Values[end] == sig.Values[m] {
				end++
			}
			s.value(waveNames+m*momentWidth, y, (end-m)*momentWidth, sig.Width, sig.Values[m], "bus")
			m = end
		}
	}
	return s.end()
}

// phase draws a value during one moment of a witness.
func (s *svg) phase(x, span, y int, v int64, width int, off bool) {
	class := "bus"
	if off {
		class = "bus off"
	}
	s.value(x, y, span, width, strconv.FormatInt(v, 10), class)
}

// value draws a value for some time: a bit as a level, a word as a bus.
func (s *svg) value(x, y, span, width int, v, class string) {
	if width == 1 && (v == "0" || v == "1") {
		at := y + laneTall
		if v == "1" {
			at = y
		}
		s.path(class, x, at, x+span, at)
	} else {
		mid := y + laneTall/2
		s.path(class, x, mid, x+4, y, x+span-4, y, x+span, mid, x+span-4, y+laneTall, x+4, y+laneTall, x, mid)
	}
	s.note("name", x+8, y+13, (span-12)/7, v)
}
