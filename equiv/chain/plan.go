package chain

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// task is one layer to prove.
type task struct {
	index  int // in the run
	layer  *spec.Layer
	gen    *shiftadd.Generator
	units  []shiftadd.Unit // compare points, in order
	fanin  []int           // terms in use, by unit
	chunks []*chunk
	// foreign is the user's hardware of the layer; nil: it is generated.
	foreign *Foreign
	edges   []verdict.Edge // to prove
}

// proves reports whether an edge of the layer is proved.
func (t *task) proves(e verdict.Edge) bool { return slices.Contains(t.edges, e) }

// chunk is some units of one layer that share a Verilog file.
type chunk struct {
	task  *task
	name  string
	units []int // indices into task.units
	// shared says that the file also holds the layer's shared terms.
	shared bool
	first  bool // of its task
	twice  bool // its sample runs through Verilator too
}

// plan makes the tasks of a run. Dense layers are data for the programmable head, and
// have no tasks.
func plan(net *spec.Network, o *Options) ([]*task, error) {
	for _, name := range o.Layers {
		l := net.Layer(name)
		switch {
		case l == nil:
			return nil, fmt.Errorf("network %s has no layer %q", net.Name, name)
		case l.Kind() == "dense":
			return nil, fmt.Errorf("layer %s of network %s is dense: a program of the head, not fixed hardware", name, net.Name)
		}
	}
	for name := range o.Foreign {
		if net.Layer(name) == nil {
			return nil, fmt.Errorf("network %s has no layer %q", net.Name, name)
		}
	}
	var tasks []*task
	for _, l := range net.Layers {
		if l.Kind() == "dense" || o.Layers != nil && !slices.Contains(o.Layers, l.Name) {
			continue
		}
		t := &task{index: len(tasks), layer: l, foreign: o.Foreign[l.Name], edges: o.EdgesOf(l.Name)}
		knobs := o.Knobs
		if conv, ok := l.Op.(*spec.Conv); ok && t.foreign != nil {
			// Nothing is generated, so the order of terms does not matter.
			knobs = shiftadd.For(conv.Acc)
		}
		var err error
		if t.gen, err = shiftadd.New(l, knobs); err != nil {
			return nil, err
		}
		for _, u := range t.gen.Modules() {
			if u.Kind == shiftadd.KindShared || u.Kind == shiftadd.KindChannel && o.Channels != nil && !slices.Contains(o.Channels, u.Channel) {
				continue
			}
			t.units = append(t.units, u)
			t.fanin = append(t.fanin, fanin(l, u))
		}
		if len(t.units) == 0 {
			return nil, fmt.Errorf("layer %s of network %s has none of the channels asked for", l.Name, net.Name)
		}
		t.cut(o.Seed)
		tasks = append(tasks, t)
	}
	return tasks, nil
}

// fanin is the number of terms that a unit adds up.
func fanin(l *spec.Layer, u shiftadd.Unit) int {
	switch u.Kind {
	case shiftadd.KindChannel:
		n := 0
		for _, c := range l.Channel(u.Channel) {
			if c != 0 {
				n++
			}
		}
		return n
	case shiftadd.KindMean, shiftadd.KindPass:
		return 1
	case shiftadd.KindMax, shiftadd.KindAverage:
		w, _ := l.Window()
		return w.Taps()
	}
	return 2
}

// cut splits the units into chunks. A unit has about as many adders as inputs, and a few
// for its tail. The seed picks one chunk whose sample runs through Verilator too. It is
// only one, since each needs a compiled model.
func (t *task) cut(seed int64) {
	var c *chunk
	size := 0
	for i := range t.units {
		n := t.fanin[i] + 4
		if c == nil || size+n > MaxAdders*9/10 {
			c = &chunk{task: t, name: fmt.Sprintf("%s.%d", t.layer.Name, len(t.chunks)), shared: t.gen.Shared() != nil}
			t.chunks = append(t.chunks, c)
			size = 0
		}
		c.units = append(c.units, i)
		size += n
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", seed, t.layer.Name)
	t.chunks[0].first = true
	t.chunks[h.Sum64()%uint64(len(t.chunks))].twice = true
}
