package main

import (
	"fmt"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/progress"
	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// meter shows the progress of a job. The chain counts a point once on each edge; meter
// counts it once.
type meter struct {
	edges int
	p     *progress.Progress
	noted int
	known int // points of earlier runs, over all edges
}

func newMeter(p *progress.Progress, j *signoff.Job) *meter {
	p.Plan(phases(j)...)
	p.Report(startPhase, 0, 0)
	return &meter{edges: max(1, len(j.Chain.Edges)), p: p}
}

// maxNotes is the largest number of refuted points reported during the run.
const maxNotes = 10

// report takes the chain's reports, one at a time.
func (m *meter) report(p chain.Progress) {
	done, total := p.Done, p.Total
	if p.Stage == layersPhase {
		done, total = done/m.edges, total/m.edges
		m.p.Known((p.Known - m.known) / m.edges)
		m.known = p.Known
	}
	m.p.ReportWorks(p.Stage, done, total, works(p.Efforts))
	if p.Record == nil {
		return
	}
	for i := range p.Record.Points {
		if pt := &p.Record.Points[i]; pt.Verdict == verdict.Refuted && m.noted < maxNotes {
			m.noted++
			m.p.Note("%s", printable(fmt.Sprintf("refuted: %s, %s", pt.Unit, pt.Edge)))
		}
	}
	m.p.Line("%s", printable(line(p.Record)))
}

// head takes the reports on the programmable head and on the chip, one at a time.
func (m *meter) head(stage string, done, total int) {
	m.p.Report(stage, done, total)
	if total > 0 && done == total {
		m.p.Line("%s: %d done", stage, total)
	}
}

// line describes a finished layer in a line.
func line(r *chain.Record) string {
	settled, open, refuted := r.Count()
	s := fmt.Sprintf("%s: %s settled", r.Layer, words.Count(settled, "point"))
	if refuted > 0 {
		s += fmt.Sprintf(", %d refuted", refuted)
	}
	if open > 0 {
		s += fmt.Sprintf(", %d open", open)
	}
	return s
}
