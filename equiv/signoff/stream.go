package signoff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/chain"
	equivstream "github.com/hashiflex/hashiflex/equiv/stream"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Stream says what to check about the chip between the layers. The chip is the
// generated design of the network; the chain proves its arithmetic.
type Stream struct {
	// Design specifies the chip; its arithmetic is the chain's.
	Design stream.Options
	// Progress gets the number of checked blocks, one call at a time. It may be nil.
	Progress func(phase string, done, total int)

	refused error // why the network has no such design
}

// setting describes the chip's options.
func (s *Stream) setting() string {
	text := fmt.Sprintf("registers every %d levels of adders (0: none), %s in the head", s.Design.Pipeline, words.Count(s.Design.Lanes, "multiplier"))
	if n := s.Design.Heads; n > 1 {
		text = fmt.Sprintf("registers every %d levels of adders (0: none), %s in each of %s", s.Design.Pipeline, words.Count(s.Design.Lanes, "multiplier"), words.Count(n, "head"))
	}
	if s.Design.Headless {
		text = fmt.Sprintf("registers every %d levels of adders (0: none), no head", s.Design.Pipeline)
	}
	var several []string
	for layer, n := range s.Design.Pixels {
		if n > 1 {
			several = append(several, fmt.Sprintf("%d of %s", n, layer))
		}
	}
	if len(several) == 0 {
		return text + ", one pixel a beat"
	}
	slices.Sort(several)
	return text + ", pixels a beat: " + strings.Join(several, ", ") + ", else one"
}

// streamPhase is the name of the chip's proofs in progress messages.
const streamPhase = "stream: proofs"

// streamRecord is the record of a fully proved chip.
type streamRecord struct {
	Facts  []equiv.Fact
	Blocks []reports.StreamBlock

	replays map[verdict.ID][]rtl.Source // of refuted facts: all files to reproduce them
}

// design is the chip between the layers, or why the network has none.
func (j *Job) design() (*stream.Design, error) {
	if len(j.Chain.Foreign) > 0 {
		return nil, errors.New("the chip is generated around generated arithmetic, and layers have hardware of somebody else's: it would say nothing about theirs")
	}
	asked := j.Stream.Design
	asked.Datapath = j.Chain.Knobs
	return stream.Generate(j.Network, asked)
}

// stream checks the chip between the layers and records its obligations. It returns nil
// if no such chip can be generated for the network. An error comes from the machine or
// the context.
func (w *writer) stream(ctx context.Context, res *chain.Result) (*reports.Stream, error) {
	begin := time.Now()
	design, err := w.job.design()
	if err != nil {
		w.job.Stream.refused = err
		return nil, nil
	}
	files, err := design.Skeleton()
	if err != nil {
		return nil, err
	}
	skeleton, err := design.With(files)
	if err != nil {
		return nil, err
	}
	out := &reports.Stream{Top: design.Map.Top}
	if n := len(design.Map.Heads); n > 1 {
		out.Heads = &reports.StreamHeads{Count: n, Lanes: design.Head.Lanes, Clocks: design.HeadCycles()}
	}
	text, err := w.keepDesign(design, skeleton, out)
	if err != nil {
		return nil, err
	}
	rec := new(streamRecord)
	key, err := w.streamKey(text)
	if err != nil {
		return nil, err
	}
	if key == "" || !w.store.run.Recall(key, rec) {
		if rec, err = w.proveStream(ctx, design, skeleton, res); err != nil {
			return nil, err
		}
		if key != "" && rec.proved() {
			if err := w.store.run.Remember(key, rec); err != nil {
				return nil, err
			}
		}
	}
	w.shard.ended(streamPhase, key, gravest(rec.Facts))
	for i := range rec.Facts {
		f := &rec.Facts[i]
		if err := w.traced(f, rec.replays[f.ID()]...); err != nil {
			return nil, err
		}
		if f.Kind == verdict.StreamWhole {
			out.Claim = f.Claim
		}
	}
	out.Blocks = rec.Blocks
	for i := range out.Blocks {
		b := &out.Blocks[i]
		b.Verdict = w.verdicts[verdict.StreamBlock.ID(b.Instance)]
	}
	return out, w.phaseTime(streamPhase, begin)
}

func (r *streamRecord) proved() bool { return gravest(r.Facts) == verdict.Proved }

// gravest is the gravest verdict of facts; proved, if there are none.
func gravest(facts []equiv.Fact) verdict.Verdict {
	order := verdict.ByGravity()
	at := len(order) - 1
	for i := range facts {
		at = min(at, slices.Index(order, facts[i].Verdict))
	}
	return order[at]
}

// keepDesign keeps the design's Verilog without its arithmetic, and its map. It returns
// both as one text.
func (w *writer) keepDesign(d *stream.Design, skeleton rtl.Sources, out *reports.Stream) ([]byte, error) {
	text := joined(skeleton.Files).Text
	if len(skeleton.Extra)+len(skeleton.Defines) > 0 {
		text = skeleton.Archive()
	}
	m, err := json.MarshalIndent(&d.Map, "", "  ")
	if err != nil {
		return nil, err
	}
	if w.store != nil {
		s, err := w.store.compress(VerilogName(d.Map.Top), text)
		if err != nil {
			return nil, err
		}
		if _, err := w.store.compress(d.Map.Top+".json", m); err != nil {
			return nil, err
		}
		out.Design = s.Path
	}
	return append(text, m...), nil
}

// streamKey covers the design and the network, whose weights are in its datapaths.
func (w *writer) streamKey(text []byte) (rundir.Key, error) {
	if w.store == nil {
		return "", nil
	}
	topology, weights, err := spec.Encode(w.job.Network)
	if err != nil {
		return "", err
	}
	return w.store.run.Key("stream", text, topology, weights, []byte(w.job.Chain.Knobs.String())), nil
}

func (w *writer) proveStream(ctx context.Context, d *stream.Design, skeleton rtl.Sources, res *chain.Result) (*streamRecord, error) {
	o := &w.job.Chain
	points := map[verdict.Point][]verdict.ID{} // by layer and edge
	for _, rec := range res.Records {
		labels := map[string]string{}
		for i, u := range rec.Units {
			labels[u] = rec.Labels[i]
		}
		for i := range rec.Points {
			p := &rec.Points[i]
			at := verdict.Point{Layer: rec.Layer, Edge: p.Edge}
			points[at] = append(points[at], verdict.Point{Layer: rec.Layer, Edge: p.Edge, Label: labels[p.Unit]}.ID())
		}
	}
	found, err := equivstream.Prove(ctx, equivstream.Options{
		Network: w.job.Network, Map: &d.Map, Sources: skeleton, Own: d.Own,
		Datapaths: func(layer string) (rtl.Sources, error) {
			files, err := d.Datapaths(layer)
			return rtl.Sources{Files: files, Generated: true}, err
		},
		Layer: func(l *spec.Layer) (*shiftadd.Generator, error) { return shiftadd.New(l, o.Knobs) },
		Points: func(layer string, edge verdict.Edge) []verdict.ID {
			return points[verdict.Point{Layer: layer, Edge: edge}]
		},
		Modules: d.Modules,
		Yosys:   o.Yosys, Jobs: o.Jobs,
		Progress: func(done, total int) {
			if w.job.Stream.Progress != nil {
				w.job.Stream.Progress(streamPhase, done, total)
			}
		},
	})
	if err != nil {
		return nil, err
	}
	whole, err := equivstream.Whole(skeleton)
	if err != nil {
		return nil, err
	}
	rec := &streamRecord{Facts: found.Facts, replays: map[verdict.ID][]rtl.Source{}}
	if found.Still != nil {
		rec.replays[verdict.StreamFlow.ID(d.Map.Top)] = append(found.Still.Files, whole)
	}
	for name, late := range found.Late {
		rec.replays[verdict.StreamRate.ID(name)] = append(late.Files, whole)
	}
	places := map[int]*reports.StreamPlaces{} // by block, of FIFOs
	for _, x := range found.Blocks {
		if x == nil || x.Pace == nil {
			continue
		}
		for _, k := range x.Pace.FIFOs {
			places[k.Block] = &reports.StreamPlaces{Needed: k.Needed, Least: k.Least, Stands: k.Stands, Less: k.Less()}
		}
	}
	for i := range d.Map.Blocks {
		b := reports.StreamBlock{Instance: d.Map.Blocks[i].Instance, Kind: string(d.Map.Blocks[i].Kind), Layer: d.Map.Blocks[i].Layer, Lanes: d.Map.Blocks[i].Outs[0].Lanes}
		if o, ok := w.job.Stream.Design.Own[b.Instance]; ok {
			b.Own = fileNames(&o.Sources)
		}
		if x := found.Blocks[i]; x != nil {
			if x.Replay != nil {
				rec.replays[verdict.StreamBlock.ID(b.Instance)] = append(x.Replay.Files, whole)
			}
			b.States, b.Holds, b.Takes, b.Rows, b.Row, b.Clocks = x.States, x.Cap, x.Room, x.Rows, x.Row, x.Clocks
			b.Places, b.Starved, b.Held = places[i], x.Starved, x.Held
		}
		rec.Blocks = append(rec.Blocks, b)
	}
	return rec, nil
}

// joined is all files in one.
func joined(files []rtl.Source) rtl.Source {
	var b bytes.Buffer
	for _, s := range files {
		fmt.Fprintf(&b, "// %s\n%s\n", s.Name, s.Text)
	}
	return rtl.Source{Name: "design.v", Text: b.Bytes()}
}
