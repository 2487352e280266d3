package signoff

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hashiflex/hashiflex/equiv/chain"
	folder "github.com/hashiflex/hashiflex/equiv/witness"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// witness is the counterexample of a point, as its file has it.
type witness = folder.Witness

// maxFolders is the largest number of causes that get a folder. It bounds the size for
// a network that is wrong everywhere.
const maxFolders = 100

// Names within the folder of a run's witnesses.
const (
	BriefFolder = "more"     // of the witnesses whose cause another one shows in full
	IndexFile   = "index.md" // the causes and who has them
)

// Gallery is the kept witnesses of a run's refuted points.
type Gallery struct {
	Dir     string   // of the witnesses; "" if nothing is refuted
	Folders []string // within Dir, one for each cause, in the order of the points
	Points  int      // refuted
	Causes  int      // that refute them; those beyond len(Folders) have no folder
}

// gallery collects the witnesses of refuted points while the chain runs. At the end it
// writes a folder for the first point of each cause, and one file for every other
// point.
type gallery struct {
	job *Job
	// write keeps a file of the witnesses and returns its path for obligations; folder
	// may be "". dir is their directory, once something was written.
	write func(folder, name string, data []byte) (string, error)
	dir   string

	mu     sync.Mutex
	points map[verdict.ID]*shown
	full   map[string]*shown // by cause: the first point, as far as known; at most maxFolders
	kept   Gallery           // once finished
}

// shown is the witness of one point.
type shown struct {
	*witness
	cause string // of the point; several together are one
	path  string // for its obligation
	files []folder.Content
}

// newGallery writes into a run directory.
func newGallery(j *Job, run *rundir.Run) *gallery {
	g := &gallery{job: j, points: map[verdict.ID]*shown{}, full: map[string]*shown{}}
	g.dir = filepath.Join(j.Dir, string(rundir.Witnesses))
	g.write = func(folder, name string, data []byte) (string, error) {
		if folder == "" {
			s, err := run.Write(rundir.Witnesses, name, data)
			return s.Path, err
		}
		s, err := run.WriteIn(rundir.Witnesses, folder, name, data)
		return s.Path, err
	}
	return g
}

// newLooseGallery writes into a fresh directory among the temporary ones, which
// is made once there is something to keep.
func newLooseGallery(j *Job) *gallery {
	g := newGallery(j, nil)
	g.dir = ""
	g.write = func(folder, name string, data []byte) (string, error) {
		if g.dir == "" {
			dir, err := os.MkdirTemp("", "hashiflex-witnesses-")
			if err != nil {
				return "", err
			}
			g.dir = dir
		}
		path := filepath.Join(g.dir, url.PathEscape(folder), url.PathEscape(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		return path, os.WriteFile(path, data, 0o644)
	}
	return g
}

// UnkeptError says that a run found hardware wrong, and then could not keep the evidence
// of it. Each point was replayed: the network is refuted all the same.
type UnkeptError struct {
	Points []verdict.ID // refuted so far, sorted
	Err    error
}

func (e *UnkeptError) Error() string {
	const most = 5
	more := ""
	if len(e.Points) > most {
		more = fmt.Sprintf(" and %d more", len(e.Points)-most)
	}
	return fmt.Sprintf("refuted: %s%s; the evidence could not be kept: %v", verdict.Join(e.Points[:min(len(e.Points), most)]), more, e.Err)
}

func (e *UnkeptError) Unwrap() error { return e.Err }

// unkept is the error of a run that ended without a report; nil stays nil.
func (g *gallery) unkept(err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil || len(g.points) == 0 {
		return err
	}
	return &UnkeptError{slices.Sorted(maps.Keys(g.points)), err}
}

// folderOf is where the witness of a point is kept: a name that can be typed,
// unlike the obligation's ID.
func folderOf(w *witness) string { return w.Unit + "." + w.Edge.Short() }

// show replays and explains one refuted point.
func (g *gallery) show(ctx context.Context, r *chain.Refutation) error {
	sources, adapter, clock := r.Sources, []byte(nil), r.Module.Clock
	var conversion *source.Conversion
	if r.Foreign != nil {
		conversion = r.Foreign.Sources.Conversion
		sources, adapter = r.Foreign.Sources.Written(), r.Foreign.Adapter
		if r.Foreign.Clock != "" {
			clock = r.Foreign.Clock
		}
	}
	var beside *folder.Beside
	if b := r.Beside; b != nil {
		beside = &folder.Beside{Unit: b.Unit, Model: b.Model, Module: b.Module}
	}
	f, err := folder.Build(ctx, folder.Case{
		Obligation: verdict.Point{Layer: r.Layer.Name, Edge: r.Edge, Label: r.Label}.ID(), Network: g.network(),
		Layer: r.Layer, Unit: r.Unit, Edge: r.Edge, Model: r.Model,
		Sources: sources, Module: r.Module, Shared: r.Shared, Gate: r.Gate, Reference: r.Reference,
		Sibling: r.Sibling, Foreign: r.Foreign != nil, Adapter: adapter,
		Inputs: r.Inputs, Sequence: r.Sequence, Timing: r.Timing, Beside: beside, Run: r.Run, Words: r.Words, Flat: r.Flat, Clock: clock, Misread: r.Misread, Confirm: r.Confirm, Conversion: conversion, Icarus: g.job.Chain.Icarus,
	})
	if err != nil {
		return err
	}
	g.enter(f)
	return nil
}

// enter takes a finished folder. It keeps files only for the first points of maxFolders
// causes. The first point of a cause can only move forward, so a cause that falls
// behind maxFolders others stays behind.
func (g *gallery) enter(f *folder.Folder) {
	var causes []string
	for _, c := range f.Witness.Explanation.Causes {
		causes = append(causes, folder.CauseKey(f.Witness, c))
	}
	slices.Sort(causes)
	s := &shown{witness: f.Witness, cause: strings.Join(causes, "\x01"), files: f.Files}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.points[s.Obligation] = s
	if first := g.full[s.cause]; first == nil || s.Obligation <= first.Obligation {
		if first != nil {
			first.files = nil
		}
		g.full[s.cause] = s
	} else {
		s.files = nil
	}
	if len(g.full) <= maxFolders {
		return
	}
	last := s
	for _, o := range g.full {
		if o.Obligation > last.Obligation {
			last = o
		}
	}
	last.files = nil
	delete(g.full, last.cause)
}

// network is the network of the witnesses.
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

// finish writes the witnesses, each folder with the points that are refuted by
// the same cause, and the index.
func (g *gallery) finish() error {
	if len(g.points) == 0 {
		return nil
	}
	var ids []verdict.ID
	members := map[string][]verdict.ID{} // by cause together
	sharing := map[string][]verdict.ID{} // by each single cause
	for id := range g.points {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var order []string
	for _, id := range ids {
		s := g.points[id]
		if members[s.cause] == nil {
			order = append(order, s.cause)
		}
		members[s.cause] = append(members[s.cause], id)
		for _, c := range s.Explanation.Causes {
			k := folder.CauseKey(s.witness, c)
			sharing[k] = append(sharing[k], id)
		}
	}
	g.kept.Points, g.kept.Causes = len(ids), len(order)
	for _, id := range ids {
		s := g.points[id]
		first := g.full[s.cause]
		if first == s {
			if err := g.whole(s, sharing); err != nil {
				return err
			}
			g.kept.Folders = append(g.kept.Folders, filepath.Base(filepath.Dir(s.path)))
			continue
		}
		beside := ""
		if first != nil {
			beside = folderOf(first.witness)
		}
		text, err := s.InBrief(beside)
		if err != nil {
			return err
		}
		if s.path, err = g.write(BriefFolder, folderOf(s.witness)+".json", text); err != nil {
			return err
		}
	}
	if _, err := g.write("", IndexFile, g.index(order, members)); err != nil {
		return err
	}
	g.kept.Dir = g.dir
	return nil
}

// whole writes the folder of s.
func (g *gallery) whole(s *shown, sharing map[string][]verdict.ID) error {
	var others [][]verdict.ID
	for _, c := range s.Explanation.Causes {
		all := sharing[folder.CauseKey(s.witness, c)]
		others = append(others, slices.DeleteFunc(slices.Clone(all), func(o verdict.ID) bool { return o == s.Obligation }))
	}
	for _, c := range append(s.files, folder.Content{Name: folder.WordsFile, Text: s.Explain(others)}) {
		path, err := g.write(folderOf(s.witness), c.Name, c.Text)
		if err != nil {
			return err
		}
		if c.Name == folder.File {
			s.path = path
		}
	}
	return nil
}

// maxIndexed is the largest number of points of one cause in the index.
const maxIndexed = 40

// index describes the refuted points, by cause.
func (g *gallery) index(order []string, members map[string][]verdict.ID) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Refuted: %s by %s\n", words.Count(len(g.points), "point"), words.Count(len(order), "cause"))
	if more := len(order) - len(g.full); more > 0 {
		fmt.Fprintf(&b, "\nThe first %d causes have a folder each. %s more have none: %s has a file in %s for every point of them.\n",
			len(g.full), words.Count(more, "cause"), map[bool]string{true: "it", false: "each"}[more == 1], BriefFolder)
	}
	for _, cause := range order {
		ids := members[cause]
		s := g.points[ids[0]]
		at := BriefFolder + "/" + folderOf(s.witness) + ".json"
		if g.full[cause] != nil {
			at = folderOf(s.witness)
		}
		fmt.Fprintf(&b, "\n## %s\n\n", at)
		for _, c := range s.Explanation.Causes {
			fmt.Fprintf(&b, "- %s.\n", c.Words)
		}
		more := ""
		if len(ids) > maxIndexed {
			more = fmt.Sprintf(" and %d more", len(ids)-maxIndexed)
		}
		fmt.Fprintf(&b, "\n%s: %s%s.\n", words.Count(len(ids), "point"), verdict.Join(ids[:min(len(ids), maxIndexed)]), more)
	}
	return []byte(b.String())
}

// witness sets the file and the faulty lines of a refuted point's obligation, and gives
// the point the smallest witness. It returns the causes in words, to put before the
// witness itself.
func (w *writer) witness(o *reports.Obligation, p *chain.Point) (words string) {
	x := w.gallery.points[o.ID]
	o.Witness = x.path
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
