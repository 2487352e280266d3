package main

import (
	"fmt"
	"io"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
)

// meter shows how far a chain is: one bar for each stage.
type meter struct {
	w     io.Writer
	title string
	bar   *progress.Progress
	stage string
	done  int
	noted int
}

func newMeter(w io.Writer, title string) *meter { return &meter{w: w, title: title} }

// maxNotes is how many refuted points are told of while the run goes on.
const maxNotes = 10

// report takes the chain's reports, one at a time.
func (m *meter) report(p chain.Progress) {
	if p.Stage != m.stage {
		m.close()
		title := m.title
		if p.Stage != "layers" {
			title = p.Stage
		}
		m.bar, m.stage, m.done = progress.Start(m.w, title, p.Total), p.Stage, 0
	}
	m.bar.Add(p.Done - m.done)
	m.done = p.Done
	if p.Record == nil {
		return
	}
	for i := range p.Record.Points {
		if pt := &p.Record.Points[i]; pt.Verdict == equiv.Refuted && m.noted < maxNotes {
			m.noted++
			m.bar.Note("%s", printable(fmt.Sprintf("refuted: %s, %s", pt.Unit, pt.Edge)))
		}
	}
	m.bar.Line("%s", printable(line(p.Record)))
}

// line is a finished layer in a line. What the chain calls proved is settled
// here: its premises are discharged later.
func line(r *chain.Record) string {
	settled, refuted, open := 0, 0, 0
	for i := range r.Points {
		switch r.Points[i].Verdict {
		case equiv.Proved:
			settled++
		case equiv.Refuted:
			refuted++
		default:
			open++
		}
	}
	points := "points"
	if settled == 1 {
		points = "point"
	}
	s := fmt.Sprintf("%s: %d %s settled", r.Layer, settled, points)
	if refuted > 0 {
		s += fmt.Sprintf(", %d refuted", refuted)
	}
	if open > 0 {
		s += fmt.Sprintf(", %d open", open)
	}
	return s
}

func (m *meter) close() {
	if m.bar != nil {
		m.bar.Close()
		m.bar = nil
	}
}
