package signoff

import (
	"time"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

// tell has the run directory say how far the run is, besides whoever else is told.
func (j *Job) tell(run *rundir.Run, begin time.Time) error {
	points, err := chain.Outline(j.Network, j.Chain)
	if err != nil {
		return err
	}
	layers := []rundir.LayerProgress{}
	for _, p := range points {
		if n := len(layers); n == 0 || layers[n-1].Name != p.Layer {
			layers = append(layers, rundir.LayerProgress{Name: p.Layer, Kind: p.Kind})
		}
		layers[len(layers)-1].Points++
	}
	run.Progress(rundir.Progress{Begin: begin.UTC().Format(time.RFC3339), Layers: layers})
	to := j.Chain.Progress
	j.Chain.Progress = func(p chain.Progress) {
		if p.Record != nil {
			run.Progress(rundir.Progress{Layer: progressOf(p.Record)})
		}
		edges := 1 // a point counts once, as in the layers' lines
		if p.Stage == "layers" {
			edges = max(1, len(j.Chain.Edges))
		}
		run.Progress(rundir.Progress{Phase: p.Stage, Done: p.Done / edges, Total: p.Total / edges})
		if to != nil {
			to(p)
		}
	}
	phase := func(to func(string, int, int)) func(string, int, int) {
		return func(stage string, done, total int) {
			run.Progress(rundir.Progress{Phase: stage, Done: done, Total: total})
			if to != nil {
				to(stage, done, total)
			}
		}
	}
	if h := j.Head; h != nil {
		told := *h
		told.Progress = phase(h.Progress)
		j.Head = &told
	}
	if s := j.Stream; s != nil {
		told := *s
		told.Progress = phase(s.Progress)
		j.Stream = &told
	}
	if m := j.Mutants; m != nil {
		told := *m
		told.Progress = phase(m.Progress)
		j.Mutants = &told
	}
	return nil
}

// progressOf counts a layer's points, each by its worst edge.
func progressOf(r *chain.Record) *rundir.LayerProgress {
	l := &rundir.LayerProgress{Name: r.Layer, Kind: r.Kind, Points: len(r.Units), Looked: true}
	l.Settled, l.Open, l.Refuted = r.Count()
	return l
}
