package stream

import (
	"errors"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// end is an output of a node.
type end struct {
	node node
	out  int
}

// count is a flow that layers are added to, in their order.
type count struct {
	flow
	ends map[net]end // what gives a net that nothing has read yet
	last node        // the last block of the last layer
}

func newCount() *count { return &count{ends: map[net]end{}} }

// layer adds a layer's blocks behind what gives the nets that it reads.
func (c *count) layer(l *layer) {
	inside := map[net]end{}
	for i, n := range l.reads {
		inside[net{prefix: l.ins[i].prefix}] = c.ends[n]
		delete(c.ends, n)
	}
	for i, b := range l.blocks {
		c.last = c.add(b.flow())
		for j, from := range l.from[i] {
			e := inside[from]
			c.connect(e.node, e.out, c.last, j)
		}
		inside[net{prefix: b.instance}] = end{c.last, 0}
	}
	for i, n := range l.gives {
		c.ends[n] = end{c.last, i}
	}
}

// run counts the cycles until items have reached last; not ok if that takes more than
// most, or if nothing moves any more.
func (c *count) run(last *drain, items, most int) (cycles int, ok bool) {
	// Between two streams that move, a row beyond a frame may go by in every window.
	idle, patience := 0, 16
	for _, n := range c.nodes {
		patience += n.idle()
	}
	for last.got < items {
		if cycles > most || idle > patience {
			return cycles, false
		}
		cycles++
		idle++
		if c.cycle() {
			idle = 0
		}
	}
	return cycles, true
}

// Cycles counts the cycles from the first pixel of that many frames to each output of
// the last layer: features, one by one, or positions. Neither side stalls, nor do the
// heads. It returns an error if the design stops.
func (d *Design) Cycles(frames int) (int, error) {
	in, s := d.net.Input.Shape, d.final.OutShape()
	c := newCount()
	c.ends[d.layers[0].reads[0]] = end{c.add(&feed{frames * in.H * ceil(in.W, d.layers[0].lanes)}), 0}
	for _, l := range d.layers {
		c.layer(l)
	}
	items, leave := frames*s.H*s.W, []net{d.last}
	for _, x := range d.exits {
		e := c.ends[x.reads]
		n := c.add(x.flow())
		c.connect(e.node, e.out, n, 0)
		for i, gives := range x.gives {
			c.ends[gives] = end{n, i}
		}
		leave = x.gives
	}
	if d.headed() {
		items, leave = items*s.C, d.fed
	}
	last := c.add(&drain{}).(*drain)
	for i, n := range leave {
		c.connect(c.ends[n].node, c.ends[n].out, last, i)
	}
	cycles, ok := c.run(last, items, 1<<62)
	if !ok {
		return 0, errors.New("stream: the design stops")
	}
	return cycles - 1, nil
}

// Period is the number of cycles between the results of two consecutive frames without
// stalls, on average over the heads. The error is that of Cycles.
func (d *Design) Period() (int, error) {
	two, err := d.Cycles(2)
	if err != nil {
		return 0, err
	}
	three, err := d.Cycles(3)
	period := three - two
	if n := len(d.Map.Heads); n > 0 {
		// A head takes the next frame when it has given the last result of the one
		// before, and for its features alone it takes longer than what feeds it.
		period = max(period, ceil(d.HeadCycles(), n))
	}
	return period, err
}

// HeadCycles is the number of cycles for which a head works on a frame, from its first
// feature to its last result; 0 without heads.
func (d *Design) HeadCycles() int {
	if !d.headed() {
		return 0
	}
	return headCycles(denseOf(d.net), d.Head)
}

// Latency is the number of cycles from the first pixel of a frame to the last of its
// results, without stalls. The error is that of Cycles.
func (d *Design) Latency() (int, error) {
	n, err := d.Cycles(1)
	if d.headed() {
		n += d.HeadCycles() - d.final.OutShape().C
	}
	return n, err
}

func headCycles(dense []*spec.Layer, p npu.Params) int {
	var layers []npu.Layer
	for _, l := range dense {
		s := l.InShape(0)
		layers = append(layers, npu.Layer{In: s.C * s.H * s.W, Out: l.OutShape().C})
	}
	return int(npu.Cycles(layers, p.Lanes))
}

// denseOf lists the layers that are the program of a head.
func denseOf(n *spec.Network) (dense []*spec.Layer) {
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			dense = append(dense, l)
		}
	}
	return dense
}
