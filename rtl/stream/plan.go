package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// PixelsFor returns the smallest number of positions in a beat, for each layer and the
// entry, so that none takes more than budget cycles for an image. It counts each layer
// by itself, with the beats of its predecessors but without pauses. The error names
// every layer that cannot be so fast: its rows are too short.
func PixelsFor(n *spec.Network, budget int) (map[string]int, error) {
	pixels := map[string]int{}
	in := n.Input.Shape
	var errs []error
	entry := 1
	for entry < in.W && in.H*ceil(in.W, entry) > budget {
		entry++
	}
	if cycles := in.H * ceil(in.W, entry); cycles > budget {
		errs = append(errs, fmt.Errorf("stream: a frame has %d rows: %d cycles an image are not to be had", in.H, budget))
	}
	pixels[spec.InputName] = entry
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			continue
		}
		most, rows := columnsOf(l), l.OutShape().H
		if l.Kind() == "pool" {
			rows = l.InShape(0).H
		}
		lanes, cycles := 0, budget+1
		for cycles > budget && lanes < most {
			// Only numbers that shorten the row count.
			lanes++
			for lanes > 1 && lanes < most && ceil(most, lanes) == ceil(most, lanes-1) {
				lanes++
			}
			if rows*ceil(most, lanes) > budget {
				continue
			}
			cycles = alone(l, lanesOf(n, pixels, l), lanes)
		}
		if cycles > budget {
			errs = append(errs, fmt.Errorf("stream: layer %s: %d cycles an image with %d positions a beat, the most it can have: %d are not to be had",
				l.Name, alone(l, lanesOf(n, pixels, l), most), most, budget))
		}
		pixels[l.Name] = lanes
	}
	return pixels, errors.Join(errs...)
}

// HeadsFor returns the programmable heads with which a network keeps an image every
// budget cycles: how many, and the multipliers of each. Each head has a memory of its own
// for all weights, which is larger than its multipliers, so these are the fewest heads,
// and then the fewest multipliers. What is not 0 already stays. The network must have
// dense layers. The error says what is to be had.
func HeadsFor(n *spec.Network, budget, lanes, heads int) (l, h int, err error) {
	dense := denseOf(n)
	most, least := MaxHeads, 1 // of the lanes to try
	l = widest(dense)
	if lanes != 0 {
		l, least = lanes, lanes
	}
	if heads != 0 {
		most = heads
	}
	fastest := 1 << 62
	var errs error
	for m := l; m >= least; m-- {
		p, e := npu.Room(dense, m)
		if e != nil {
			errs = e
			continue
		}
		cycles := headCycles(dense, p)
		fastest = min(fastest, cycles)
		if k := ceil(cycles, budget); k <= most {
			l, h = m, k
			if heads != 0 {
				h = heads
			}
			most = h
		}
	}
	switch {
	case h > 0:
		return l, h, nil
	case fastest == 1<<62:
		return 0, 0, errs
	}
	return 0, 0, fmt.Errorf("stream: a programmable head takes %d cycles for an image, and %s together one every %d: one every %d is not to be had; --no-head leaves them out",
		fastest, words.Count(most, "head"), ceil(fastest, most), budget)
}

// widest is the greatest number of outputs of a layer: more multipliers stay idle.
func widest(dense []*spec.Layer) (w int) {
	for _, l := range dense {
		w = max(w, l.OutShape().C)
	}
	return w
}

func lanesOf(n *spec.Network, pixels map[string]int, l *spec.Layer) (comes []int) {
	for _, name := range l.Inputs {
		if from := n.Layer(name); from != nil && from.Kind() == "pool" {
			comes = append(comes, 1)
			continue
		}
		comes = append(comes, pixels[name])
	}
	return comes
}

// alone is how many cycles a layer takes for an image when images follow each other.
func alone(s *spec.Layer, comes []int, lanes int) int {
	l := &layer{spec: s}
	l.side(lanes)
	l.build(comes, [2]int{})
	took := func(frames int) int {
		c := newCount()
		for i, p := range l.ins {
			in := s.InShape(i)
			n := net{prefix: p.prefix}
			l.reads = append(l.reads[:i:i], n)
			c.ends[n] = end{c.add(&feed{frames * in.H * ceil(in.W, comes[i])}), 0}
		}
		c.layer(l)
		last := c.add(&drain{}).(*drain)
		c.connect(c.last, 0, last, 0)
		out := s.OutShape()
		cycles, ok := c.run(last, frames*out.H*ceil(out.W, l.lanes), 1<<62)
		if !ok {
			panic("stream: layer " + s.Name + " stops by itself")
		}
		return cycles
	}
	return took(3) - took(2)
}

// Cost is the hardware cost of a layer, without control.
type Cost struct {
	Layer        string // spec.InputName is the entry
	Pixels       int    // positions a beat; of a pool, of its input
	Cycles       int    // for an image, by itself
	Latency      int    // registers among its adders
	Adders       int    // and subtractors, of all positions of a beat
	ModelBits    int    // of the adders; see netlist.Stats
	RegisterBits int    // of the arithmetic and of the blocks
	MemoryBits   int    // of line buffers and FIFOs
}

// Costs returns the costs of a design's layers, in their order. The error is that of
// ctx.
func (d *Design) Costs(ctx context.Context) ([]Cost, error) {
	var costs []Cost
	for _, l := range d.layers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := Cost{Layer: l.name(), Pixels: l.lanes, Latency: l.pipeline.latency}
		if l.spec == nil {
			c.Cycles = d.net.Input.Shape.H * ceil(d.net.Input.Shape.W, l.lanes)
		} else {
			var comes []int
			for _, p := range l.ins {
				comes = append(comes, p.lanes)
			}
			c.Pixels = max(l.lanes, l.takes)
			c.Cycles = alone(l.spec, comes, c.Pixels)
			c.arithmetic(l)
		}
		for _, b := range l.blocks {
			registers, memory := b.bits()
			c.RegisterBits += registers
			c.MemoryBits += memory
		}
		costs = append(costs, c)
	}
	return costs, nil
}

// arithmetic counts a layer's modules, as often as they are there.
func (c *Cost) arithmetic(l *layer) {
	for _, u := range l.arith.Modules() {
		s := netlist.Measure(l.pipeline.module(l.arith.Module(u), u.Kind))
		times := l.lanes * served(l.spec, u)
		if u.Kind == shiftadd.KindAccumulate {
			times *= l.takes
		}
		c.Adders += times * (s.Adders + s.Subtractors + s.Negations)
		c.ModelBits += times * s.ModelBits
		c.RegisterBits += times * s.RegisterBits
	}
}

// served is how many output channels a module of a layer serves.
func served(s *spec.Layer, u shiftadd.Unit) int {
	switch {
	case u.Kind == shiftadd.KindChannel || u.Kind == shiftadd.KindShared:
		return 1
	case u.Kind == shiftadd.KindPass && s.Kind() == "concat":
		input, _ := s.Source(u.Channel)
		return s.InShape(input).C
	}
	return s.OutShape().C
}

// bits are a block's registers and memories for data.
func (b *block) bits() (registers, memory int) {
	in, out := b.ins[0].width, b.outs[0].width
	switch b.kind {
	case KindFramer, KindFork, KindDeal:
		return 2 * in, 0
	case KindWindow:
		above := (b.rows.kernel - 1) * in
		column := b.rows.kernel * in / b.columns.lanes
		return 3*in + above + b.columns.left*column, b.columns.beats * above
	case KindApply:
		return (b.datapath.Latency + 2) * out, 0
	case KindFIFO:
		return in, b.size("DEPTH") * in
	case KindJoin:
		return 2 * out, 0
	case KindPool:
		return out, 0
	case KindAdapter:
		if b.library == "stream_lanes" {
			return (b.size("INS") + 2*b.size("OUTS") - 1) * b.size("PIXEL"), 0
		}
		return in, 0
	}
	panic("stream: the bits of a " + string(b.kind) + " are not counted")
}
