package main

import (
	"fmt"
	"io"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// meter shows the progress of a chain, with one bar for each stage. The chain counts a
// point once on each edge; meter counts it once.
type meter struct {
	edges int
	w     io.Writer
	title string
	bar   *progress.Progress
	stage string
	done  int
	noted int
}

func newMeter(w io.Writer, title string, edges int) *meter {
	return &meter{w: w, title: title, edges: max(1, edges)}
}

// maxNotes is the largest number of refuted points reported during the run.
const maxNotes = 10

// report takes the chain's reports, one at a time.
func (m *meter) report(p chain.Progress) {
	m.phase(p.Stage, p.Done, p.Total)
	if p.Record == nil {
		return
	}
	for i := range p.Record.Points {
		if pt := &p.Record.Points[i]; pt.Verdict == verdict.Refuted && m.noted < maxNotes {
			m.noted++
			m.bar.Note("%s", printable(fmt.Sprintf("refuted: %s, %s", pt.Unit, pt.Edge)))
		}
	}
	m.bar.Line("%s", printable(line(p.Record)))
}

// phase shows the progress of a stage.
func (m *meter) phase(stage string, done, total int) {
	const layers = "layers"
	if stage == layers {
		done, total = done/m.edges, total/m.edges
	}
	if stage != m.stage {
		m.close()
		title := m.title
		if stage != layers {
			title = stage
		}
		m.bar, m.stage, m.done = progress.Start(m.w, title, total), stage, 0
	}
	m.bar.Add(done - m.done)
	m.done = done
}

// head takes the reports on the programmable head, one at a time.
func (m *meter) head(stage string, done, total int) {
	m.phase(stage, done, total)
	if done == total {
		m.bar.Line("%s: %d done", stage, total)
	}
}

// line describes a finished layer in a line. It calls a point that the chain proved on
// all of its edges settled, since its premises are discharged later.
func line(r *chain.Record) string {
	gravity := map[string]int{} // by unit: 0 settled, 1 open, 2 refuted
	for i := range r.Points {
		g := 1
		switch r.Points[i].Verdict {
		case verdict.Proved:
			g = 0
		case verdict.Refuted:
			g = 2
		}
		unit := r.Points[i].Unit
		gravity[unit] = max(gravity[unit], g)
	}
	var units [3]int
	for _, g := range gravity {
		units[g]++
	}
	settled, open, refuted := units[0], units[1], units[2]
	s := fmt.Sprintf("%s: %s settled", r.Layer, words.Count(settled, "point"))
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
