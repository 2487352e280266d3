package stream

import (
	"sort"

	"github.com/hashiflex/hashiflex/spec"
)

// region is the part of a design between a fork and the addition that joins its
// branches: the layers between them, and the fork's own block.
type region struct {
	fork   *block // nil: both inputs are one branch, which cannot be
	from   *layer
	layers []*layer
}

// regionOf finds the layers between the inputs of addition s and the last layer that all
// of them come from.
func (g *generator) regionOf(s *spec.Layer) *region {
	place := map[string]int{spec.InputName: 0}
	for i, l := range g.d.layers[1:] {
		place[l.spec.Name] = i + 1
	}
	frontier := map[string]bool{}
	for _, in := range s.Inputs {
		frontier[in] = true
	}
	r := &region{}
	for len(frontier) > 1 {
		last := ""
		for name := range frontier {
			if last == "" || place[name] > place[last] {
				last = name
			}
		}
		delete(frontier, last)
		l := g.d.layers[place[last]]
		r.layers = append(r.layers, l)
		for _, in := range l.spec.Inputs {
			frontier[in] = true
		}
	}
	for name := range frontier {
		r.from = g.d.layers[place[name]]
	}
	r.fork = r.from.blocks[len(r.from.blocks)-1]
	return r
}

// fifoFrames and fifoItems are how many consecutive frames are counted at least, and how
// many items they have together. With small frames, places that lack cost clocks only after
// several frames, when the queues that were empty in the beginning are full.
const (
	fifoFrames = 3
	fifoItems  = 512
)

// depths computes the FIFO depths of an addition: the smallest for which the frames of
// its region take no longer than with unbounded FIFOs. 0 means no FIFO. Blocks are
// latency-insensitive: whether a network of them deadlocks does not depend on when its
// items come. So depths that work here never cause a deadlock. build makes the addition
// with given depths.
func (g *generator) depths(s *spec.Layer, build func([2]int) *layer) (d [2]int) {
	r := g.regionOf(s)
	in, out := r.items(g.d.net), s.OutShape().H*ceil(s.OutShape().W, build([2]int{}).lanes)
	frames := max(fifoFrames, ceil(fifoItems, max(in, out)))
	enough := frames * max(in, out)
	d = [2]int{enough, enough}
	// The first one again at last: it was counted beside a FIFO on the other side, in which
	// items stay for two cycles.
	for _, i := range []int{0, 1, 0} {
		d[i] = enough
		want, _ := r.count(build(d), frames, in, out, 1<<62)
		suffices := func(n int) bool {
			try := d
			try[i] = n
			_, ok := r.count(build(try), frames, in, out, want)
			return ok
		}
		// None at all comes first: a FIFO of 1 or 2 is slower than that.
		if d[i] = 0; !suffices(0) {
			d[i] = 1 + sort.Search(enough, func(n int) bool { return suffices(n + 1) })
		}
	}
	return d
}

// items is how many beats the fork gives of a frame.
func (r *region) items(n *spec.Network) int {
	s := n.Input.Shape
	if r.from.spec != nil {
		s = r.from.spec.OutShape()
	}
	return s.H * ceil(s.W, r.from.lanes)
}

// count is the number of cycles of the region and the addition for so many frames at full
// rate. ok is false if they need more than most, or stop.
func (r *region) count(add *layer, frames, in, out, most int) (cycles int, ok bool) {
	c := newCount()
	fork := c.add(r.fork.flow())
	c.connect(c.add(&feed{frames * in}), 0, fork, 0)
	for i, n := range r.from.gives {
		c.ends[n] = end{fork, i}
	}
	layers := append(append([]*layer(nil), r.layers...), add)
	sort.Slice(layers, func(i, j int) bool { return layers[i].number < layers[j].number })
	for _, l := range layers {
		c.layer(l)
	}
	last := c.add(&drain{}).(*drain)
	c.connect(c.last, 0, last, 0)
	for _, e := range c.ends { // readers elsewhere are never in the way
		c.connect(e.node, e.out, c.add(&drain{}), 0)
	}
	return c.run(last, frames*out, most)
}
