package stream

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Options are the options of a design. The zero value is ready.
type Options struct {
	Datapath shiftadd.Options
	Pipeline int  // levels of adders between registers; 0: no registers among them
	Lanes    int  // multipliers of the programmable head; 0 is 4
	Heads    int  // programmable heads, which take the frames in turn; 0 is 1
	Headless bool // the layers before the head alone: the stream ends in the features
	// Pixels is the number of neighbouring positions of a row in an output beat, by
	// name of the layer, or of the frames' entry, spec.InputName. The default is 1. A
	// layer gives at most its row length. Of a pool it is the positions of its input that it
	// adds in a beat.
	Pixels map[string]int
	// Own are blocks with modules of the user's inside, by instance as in the Map. The
	// counts of FIFO depths and cycles are those of the generated blocks.
	Own map[string]Own
}

// Design is the plan of a streaming design.
type Design struct {
	Map  Map
	Head npu.Params // of each programmable head; zero if there is none

	net    *spec.Network
	layers []*layer
	names  namespace // of Top
	every  int       // levels of adders between registers; 0: no registers
	exits  []*exit   // behind the last layer; none if its positions leave as they are
	last   net       // what the exits, or the world, read
	fed    []net     // what the heads read, by head
	final  *spec.Layer
}

// exit is a block of Top that belongs to no layer.
type exit struct {
	*block
	at    string // its instance
	reads net
	gives []net // by output
}

// layer is what a layer of the network becomes: a module around its blocks, and the
// arithmetic that they hold.
type layer struct {
	spec     *spec.Layer // nil: the entry
	number   int         // in the order of layers; the entry is 0
	lanes    int         // positions a beat
	takes    int         // of a pool: positions of its input a beat
	arith    *shiftadd.Generator
	pipeline pipeline
	module   string
	instance string
	ins      []port
	blocks   []*block
	from     [][]net // per block, what its inputs read inside the module
	reads    []net   // per input of the module, in Top
	gives    []net   // per output of the module, in Top
}

// outs are the outputs of the module: those of the last block.
func (l *layer) outs() []port { return l.blocks[len(l.blocks)-1].outs }

// put puts a block behind others and gives the net of its output.
func (l *layer) put(b *block, from ...net) net {
	l.blocks, l.from = append(l.blocks, b), append(l.from, from)
	return net{prefix: b.instance}
}

// Generate plans the streaming design of a validated network. The error names every
// unsupported layer.
func Generate(n *spec.Network, o Options) (*Design, error) {
	g := &generator{d: &Design{net: n, names: reservedNames(o.Heads), every: o.Pipeline}, o: o, readers: map[string][]reader{}, nets: map[reader]net{}}
	if o.Pipeline < 0 {
		return nil, fmt.Errorf("stream: a register every %d levels: want 1 or more, or 0 for none", o.Pipeline)
	}
	if o.Heads < 0 || o.Heads > MaxHeads {
		return nil, fmt.Errorf("stream: %d programmable heads: want 1 to %d", o.Heads, MaxHeads)
	}
	if err := errors.Join(g.check(), g.checkPixels()); err != nil {
		return nil, err
	}
	lanes := g.pixels(spec.InputName, n.Input.Shape.W)
	g.d.Map = Map{Top: part(n.Name, "stream"), Clock: "clk", ResetN: "resetn", In: Stream{
		Valid: "s_axis_tvalid", Ready: "s_axis_tready", Data: "s_axis_tdata", Lanes: lanes, First: "s_axis_tuser", Last: "s_axis_tlast",
	}}
	entry := &layer{module: part(n.Name, "entry"), lanes: lanes, reads: []net{{"s_axis", true}}}
	first := framer(n, lanes)
	entry.ins = first.ins
	entry.put(first, net{prefix: "in"})
	g.finish(entry, spec.InputName, "entry")
	for _, s := range n.Layers {
		if s.Kind() == "dense" {
			continue
		}
		if err := g.layer(s); err != nil {
			return nil, err
		}
	}
	if err := g.exit(); err != nil {
		return nil, err
	}
	if err := g.d.replace(o.Own); err != nil {
		return nil, err
	}
	return g.d, nil
}

// reader is input number in of a layer; without a name it is what follows the last.
type reader struct {
	layer string
	in    int
}

type generator struct {
	d       *Design
	o       Options
	readers map[string][]reader // by the layer that is read
	nets    map[reader]net      // what each of them reads, in Top
	dense   []*spec.Layer
}

// check finds who reads whom.
func (g *generator) check() error {
	n := g.d.net
	var errs []error
	for _, l := range n.Layers {
		if l.OutShape() == (spec.Shape{}) {
			return fmt.Errorf("stream: network %s has not been validated", n.Name)
		}
		if l.Kind() == "dense" {
			if g.d.final == nil {
				g.d.final = n.Layer(l.Inputs[0])
				g.readers[l.Inputs[0]] = append(g.readers[l.Inputs[0]], reader{})
			}
			if !g.o.Headless {
				g.dense = append(g.dense, l)
			}
			continue
		}
		for i, in := range l.Inputs {
			g.readers[in] = append(g.readers[in], reader{l.Name, i})
		}
	}
	for _, l := range n.Layers {
		switch {
		case l.Kind() == "dense" || len(g.readers[l.Name]) > 0:
		case g.d.final != nil:
			errs = append(errs, fmt.Errorf("stream: layer %s: nothing reads it, and %s is where the stream ends", l.Name, g.d.final.Name))
		default:
			g.d.final = l
			g.readers[l.Name] = []reader{{}}
		}
	}
	if g.d.final == nil || len(g.readers[spec.InputName]) == 0 {
		errs = append(errs, fmt.Errorf("stream: network %s: no layer reads its frames", n.Name))
	}
	return errors.Join(errs...)
}

// layer plans one layer's module.
func (g *generator) layer(s *spec.Layer) error {
	arith, err := shiftadd.New(s, g.o.Datapath)
	if err != nil {
		return err
	}
	registers := newPipeline(arith, g.o.Pipeline)
	lanes := g.pixels(s.Name, columnsOf(s))
	build := func(depths [2]int) *layer {
		l := &layer{spec: s, arith: arith, pipeline: registers, module: part(s.Name, "layer"), number: len(g.d.layers)}
		l.side(lanes)
		for i := range s.Inputs {
			l.reads = append(l.reads, g.nets[reader{s.Name, i}])
		}
		l.build(g.lanesOf(s), depths)
		return l
	}
	var depths [2]int
	if len(s.Inputs) == 2 {
		depths = g.depths(s, build)
	}
	g.finish(build(depths), s.Name, s.Name)
	return nil
}

// columnsOf is the length of the rows whose positions a layer has side by side: those that it
// gives, or that a pool takes.
func columnsOf(s *spec.Layer) int {
	if s.Kind() == "pool" {
		return s.InShape(0).W
	}
	return s.OutShape().W
}

// side gives the layer so many positions side by side.
func (l *layer) side(lanes int) {
	if l.lanes = lanes; l.spec.Kind() == "pool" {
		l.lanes, l.takes = 1, lanes
	}
}

// build gives the layer its ports and blocks. comes is the number of positions in a
// beat of each input, depths are the FIFO depths of a layer with two inputs; 0: no
// FIFO.
func (l *layer) build(comes []int, depths [2]int) {
	s := l.spec
	width := func(i int) int { return s.InShape(i).C * s.InFormat(i).Width }
	// input is input i as so many positions a beat.
	input := func(i int, prefix string, lanes int) net {
		l.ins = append(l.ins, side(prefix, width(i), comes[i]))
		from := net{prefix: prefix}
		if lanes == comes[i] {
			return from
		}
		return l.put(adapter(s.Name, prefix, s.Inputs[i], width(i), s.InShape(i).W, comes[i], lanes), from)
	}
	positions := func() net {
		in := input(0, "in", l.lanes)
		return l.put(apply(s, width(0), l.lanes, l.pipeline.latency), in)
	}
	windows := func() net {
		a := axes(s)
		if a[0].plain() && a[1].plain() {
			return positions()
		}
		lanes := a[1].lanesFor(l.lanes, comes[0])
		in := input(0, "in", lanes)
		in = l.put(window(s, lanes, l.lanes), in)
		return l.put(apply(s, a[0].kernel*a[1].kernel*width(0), l.lanes, l.pipeline.latency), in)
	}
	pairs := func() net {
		var sides []net
		var ports []port
		for i, prefix := range []string{"a", "b"} {
			from := input(i, prefix, l.lanes)
			p := side(prefix, width(i), l.lanes)
			if depths[i] > 0 {
				from = l.put(fifo(s, p, depths[i]), from)
			}
			sides, ports = append(sides, from), append(ports, p)
		}
		both := l.put(join(s, ports), sides...)
		return l.put(apply(s, width(0)+width(1), l.lanes, l.pipeline.latency), both)
	}
	spec.Match(s.Op,
		func(*spec.Conv) net { return windows() },
		func(*spec.Add) net { return pairs() },
		func(*spec.Pool) net {
			n, _ := shiftadd.FrameWidth(s)
			in := input(0, "in", l.takes)
			in = l.put(pool(s, s.InShape(0).C*n, l.takes), in)
			return l.put(apply(s, s.InShape(0).C*n, 1, l.pipeline.latency), in)
		},
		func(*spec.MaxPool) net { return windows() },
		func(*spec.AvgPool) net { return windows() },
		func(*spec.Concat) net { return pairs() },
		func(*spec.Split) net { return positions() },
		func(*spec.Dense) net { panic("stream: a dense layer is no stream") },
	)
}

// maxPixels bounds the pixels of a beat.
const maxPixels = 1 << 12

// checkPixels reports every number of pixels that no layer can have.
func (g *generator) checkPixels() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(g.o.Pixels)) {
		if l := g.d.net.Layer(name); name != spec.InputName && (l == nil || l.Kind() == "dense") {
			errs = append(errs, fmt.Errorf("stream: pixels of %q: the network has no such layer in its stream", name))
		}
		if p := g.o.Pixels[name]; p < 1 || p > maxPixels {
			errs = append(errs, fmt.Errorf("stream: %d pixels a beat of %s: want 1 to %d", p, name, maxPixels))
		}
	}
	return errors.Join(errs...)
}

// pixels is how many a beat has whose rows have so many columns.
func (g *generator) pixels(name string, columns int) int {
	return max(1, min(g.o.Pixels[name], columns))
}

// lanesOf is how many positions a beat brings on each input of s.
func (g *generator) lanesOf(s *spec.Layer) (lanes []int) {
	for _, in := range s.Inputs {
		for _, l := range g.d.layers {
			if l.name() == in {
				lanes = append(lanes, l.lanes)
			}
		}
	}
	return lanes
}

// finish forks the last block's output if several read it, and gives the module its
// place in Top. from is whose items it gives.
func (g *generator) finish(l *layer, from, name string) {
	readers := g.readers[from]
	if len(readers) > 1 {
		owner := from
		if l.spec == nil {
			owner = g.d.net.Name
		}
		last := l.blocks[len(l.blocks)-1]
		l.put(fork(from, part(owner, "fork"), last.outs[0], len(readers)), net{prefix: last.instance})
	}
	l.instance = g.d.names.claim(rtl.VerilogName(name))
	for i, r := range readers {
		prefix := l.instance
		if len(readers) > 1 {
			prefix += "_" + strconv.Itoa(i)
		}
		if r.layer == "" && len(g.dense) == 0 && l.lanes == 1 {
			g.d.last = net{"m_axis", true}
		} else {
			g.nets[r] = g.d.names.stream(prefix)
			if r.layer == "" {
				g.d.last = g.nets[r]
			}
		}
		if r.layer == "" {
			l.gives = append(l.gives, g.d.last)
		} else {
			l.gives = append(l.gives, g.nets[r])
		}
	}
	g.d.layers = append(g.d.layers, l)
	for _, b := range l.blocks {
		g.list(l.instance+"."+b.instance, from, b)
	}
}

// list adds a block to the map.
func (g *generator) list(instance, layer string, b *block) {
	if b.items != "" {
		layer = b.items
	}
	m := Block{Instance: instance, Module: b.module, Kind: b.kind, Layer: layer, Datapath: b.datapath}
	for _, p := range b.ins {
		m.Ins = append(m.Ins, p.stream())
	}
	for _, p := range b.outs {
		m.Outs = append(m.Outs, p.stream())
	}
	g.d.Map.Blocks = append(g.d.Map.Blocks, m)
}

// exit plans what follows the last layer.
func (g *generator) exit() error {
	d, s := g.d, g.d.final
	if len(g.dense) == 0 {
		d.Map.Out = Stream{Valid: "m_axis_tvalid", Ready: "m_axis_tready", Data: "m_axis_tdata", Lanes: 1}
		if lanes := g.pixels(s.Name, s.OutShape().W); lanes > 1 && s.Kind() != "pool" {
			b := adapter(d.net.Name, "exit", s.Name, s.OutShape().C*s.Out.Format.Width, s.OutShape().W, lanes, 1)
			g.leave(b, d.names.claim("exit"), d.last, net{"m_axis", true})
		}
		return nil
	}
	lanes := g.o.Lanes
	if lanes == 0 {
		lanes = 4
	}
	var err error
	if d.Head, err = npu.Room(g.dense, lanes); err != nil {
		return err
	}
	if _, err := npu.Assemble(g.dense, d.Head); err != nil {
		return err
	}
	frames, numbers := []net{d.last}, []string{""}
	if n := g.o.Heads; n > 1 {
		frames, numbers = nil, nil
		for i := range n {
			numbers = append(numbers, strconv.Itoa(i))
			frames = append(frames, d.names.stream("frames"+numbers[i]))
		}
		g.leave(deal(d.net, s, n), d.names.claim("deal"), d.last, frames...)
	}
	for i, number := range numbers {
		d.fed = append(d.fed, d.names.stream("features"+number))
		g.leave(serial(d.net, s), d.names.claim("features"+number), frames[i], d.fed[i])
		d.Map.Heads = append(d.Map.Heads, Head{"head" + number, headBus + number, headResults + number})
	}
	return nil
}

// leave puts a block behind the last layer.
func (g *generator) leave(b *block, at string, reads net, gives ...net) {
	g.d.exits = append(g.d.exits, &exit{b, at, reads, gives})
	g.list(at, g.d.final.Name, b)
}

// MaxHeads is the greatest number of programmable heads: provers try all values of the
// handshakes of a block at once.
const MaxHeads = 7

// headed reports whether the design ends in the programmable head.
func (d *Design) headed() bool { return len(d.Map.Heads) > 0 }

// reservedNames are what Top calls its ports and the heads.
func reservedNames(heads int) namespace {
	ns := namespace{"clk": true, "resetn": true, "head": true}
	for _, p := range headPorts {
		ns[p.name] = true
	}
	for i := range heads {
		n := strconv.Itoa(i)
		ns["head"+n] = true
		for _, p := range headPorts {
			ns[Head{Bus: headBus + n, Results: headResults + n}.Port(p.name)] = true
		}
	}
	for _, s := range axi {
		ns["s_axis"+s], ns["m_axis"+s] = true, true
	}
	return ns
}
