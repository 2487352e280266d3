package evidence

import (
	"context"
	"slices"
	"sync"

	"github.com/hashiflex/hashiflex/equiv/chain"
	folder "github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/spec"
)

// witness is the counterexample of a point, as its folder has it.
type witness = folder.Witness

// notKept is the witness of a refuted point where there is no directory: the
// detail has the gist of it.
const notKept = "not kept"

// gallery makes the folders of refuted points while the chain runs, and
// completes them when all causes are known.
type gallery struct {
	job *Job
	run *rundir.Run

	mu     sync.Mutex
	points map[string]*witness // by obligation
	paths  map[string]string   // of witness.json within the run directory
}

func newGallery(j *Job, run *rundir.Run) *gallery {
	return &gallery{job: j, run: run, points: map[string]*witness{}, paths: map[string]string{}}
}

func pointID(layer, edge, label string) string { return layer + "/" + edge + "/" + label }

// folderOf is where the witness of an obligation is kept: a name that can be
// typed, unlike the ID.
func folderOf(unit, edge string) string {
	if edge == chain.GoldenNetlist {
		return unit + ".netlist"
	}
	return unit + ".rtl"
}

// show makes the folder of one refuted point.
func (g *gallery) show(ctx context.Context, r *chain.Refutation) error {
	id := pointID(r.Layer.Name, r.Edge, r.Label)
	f, err := folder.Build(ctx, folder.Case{
		Obligation: id, Network: g.network(),
		Layer: r.Layer, Unit: r.Unit, Edge: r.Edge, Model: r.Model,
		Source: r.Source, Module: r.Module, Shared: r.Shared, Gate: r.Gate, Reference: r.Reference,
		Inputs: r.Inputs, Icarus: g.job.Chain.Icarus,
	})
	if err != nil {
		return err
	}
	for _, c := range f.Files {
		s, err := g.run.WriteIn(rundir.Witnesses, folderOf(r.Unit.Name, r.Edge), c.Name, c.Text)
		if err != nil {
			return err
		}
		if c.Name == folder.File {
			g.mu.Lock()
			g.points[id], g.paths[id] = f.Witness, s.Path
			g.mu.Unlock()
		}
	}
	return nil
}

// network is what the witnesses are of.
func (g *gallery) network() folder.Network {
	n := folder.Network{Name: g.job.Network.Name, Open: g.job.Opened}
	for _, in := range g.job.Inputs {
		switch in.Name {
		case spec.TopologyFile:
			n.Topology = in.SHA256
		case spec.WeightsFile:
			n.Weights = in.SHA256
		}
	}
	return n
}

// finish writes what each witness says in words, with the points that are
// refuted by the same cause.
func (g *gallery) finish() error {
	shared := map[string][]string{}
	var ids []string
	for id := range g.points {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		for _, c := range g.points[id].Explanation.Causes {
			k := folder.CauseKey(g.points[id], c)
			shared[k] = append(shared[k], id)
		}
	}
	for _, id := range ids {
		w := g.points[id]
		var others [][]string
		for _, c := range w.Explanation.Causes {
			all := shared[folder.CauseKey(w, c)]
			others = append(others, slices.DeleteFunc(slices.Clone(all), func(o string) bool { return o == id }))
		}
		if _, err := g.run.WriteIn(rundir.Witnesses, folderOf(w.Unit, w.Edge), folder.WordsFile, w.Explain(others)); err != nil {
			return err
		}
	}
	return nil
}

// witness gives the obligation of a refuted point its file and the lines that are
// to blame, and the point the smallest witness. What it returns are the causes in
// words, to put before the witness itself; nothing where no folder is kept.
func (w *writer) witness(o *reports.Obligation, p *chain.Point) (words string) {
	if w.store == nil {
		o.Witness = notKept
		return ""
	}
	x := w.store.gallery.points[o.ID]
	o.Witness = w.store.gallery.paths[o.ID]
	p.Witness.Gold, p.Witness.Netlist, p.Witness.Simulated = x.Gold, x.Netlist, x.Simulated
	p.Witness.Ports, p.Witness.Inputs = nil, nil
	for _, in := range x.Inputs {
		p.Witness.Ports, p.Witness.Inputs = append(p.Witness.Ports, in.Port), append(p.Witness.Inputs, in.Value)
	}
	for _, c := range x.Explanation.Causes {
		words += c.Words + "; "
		if c.Source != "" {
			o.Source = append(o.Source, c.Source)
		}
	}
	return words
}
