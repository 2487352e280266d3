package stream

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Options are what a design may be asked to be. The zero value is ready.
type Options struct {
	Datapath shiftadd.Options
	Pipeline int // levels of adders between registers; 0: no registers among them
	Lanes    int // multipliers of the programmable head; 0 is 4
}

// Design is a streaming design, before its text is written.
type Design struct {
	Map  Map
	Head npu.Params // of the programmable head; zero if there is none

	net      *spec.Network
	layers   []*layer
	names    namespace // of Top
	every    int       // levels of adders between registers; 0: no registers
	exit     *block    // gives the features to the head; nil if there is none
	exitAt   string    // its instance
	last     net       // what the exit, or the world, reads
	features net       // what the head reads
	final    *spec.Layer
}

// layer is what a layer of the network becomes: a module around its blocks, and the
// arithmetic that they hold.
type layer struct {
	spec     *spec.Layer // nil: the entry
	number   int         // in the order of layers; the entry is 0
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
// layer that cannot be part of one.
func Generate(n *spec.Network, o Options) (*Design, error) {
	g := &generator{d: &Design{net: n, names: reservedNames(), every: o.Pipeline}, o: o, readers: map[string][]reader{}, nets: map[reader]net{}}
	if o.Pipeline < 0 {
		return nil, fmt.Errorf("stream: a register every %d levels: want 1 or more, or 0 for none", o.Pipeline)
	}
	if err := g.check(); err != nil {
		return nil, err
	}
	g.d.Map = Map{Top: part(n.Name, "stream"), Clock: "clk", ResetN: "resetn", In: Stream{
		Valid: "s_axis_tvalid", Ready: "s_axis_tready", Data: "s_axis_tdata", Lanes: 1, First: "s_axis_tuser", Last: "s_axis_tlast",
	}}
	entry := &layer{module: part(n.Name, "entry"), reads: []net{{"s_axis", true}}}
	first := framer(n)
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
			g.dense = append(g.dense, l)
			if len(g.dense) > 1 {
				continue
			}
			g.d.final = n.Layer(l.Inputs[0])
			g.readers[l.Inputs[0]] = append(g.readers[l.Inputs[0]], reader{})
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
	build := func(depths [2]int) *layer {
		l := &layer{spec: s, arith: arith, pipeline: registers, module: part(s.Name, "layer"), number: len(g.d.layers)}
		for i := range s.Inputs {
			l.reads = append(l.reads, g.nets[reader{s.Name, i}])
		}
		l.build(depths)
		return l
	}
	var depths [2]int
	if s.Kind() == "add" {
		depths = g.depths(s, build)
	}
	g.finish(build(depths), s.Name, s.Name)
	return nil
}

// build gives the layer its ports and blocks. depths are those of an addition's FIFOs;
// 0 is none.
func (l *layer) build(depths [2]int) {
	s, in := l.spec, net{prefix: "in"}
	width := s.InShape(0).C * s.InFormat(0).Width
	spec.Match(s.Op,
		func(*spec.Conv) net {
			l.ins = []port{pixels("in", width)}
			a := axes(s)
			if !a[0].plain() || !a[1].plain() {
				in = l.put(window(s), in)
			}
			return l.put(apply(s, a[0].kernel*a[1].kernel*width, l.pipeline.latency), in)
		},
		func(*spec.Add) net {
			l.ins = []port{pixels("a", width), pixels("b", s.InShape(1).C*s.InFormat(1).Width)}
			var sides []net
			for i, p := range l.ins {
				side := net{prefix: p.prefix}
				if depths[i] > 0 {
					side = l.put(fifo(s, p.prefix, p.width, depths[i]), side)
				}
				sides = append(sides, side)
			}
			both := join(s)
			return l.put(apply(s, both.outs[0].width, l.pipeline.latency), l.put(both, sides...))
		},
		func(*spec.Pool) net {
			l.ins = []port{pixels("in", width)}
			n, _ := shiftadd.FrameWidth(s)
			return l.put(apply(s, s.InShape(0).C*n, l.pipeline.latency), l.put(pool(s, s.InShape(0).C*n), in))
		},
		func(*spec.Dense) net { panic("stream: a dense layer is no stream") },
	)
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
		l.put(fork(from, part(owner, "fork"), last.outs[0].width, len(readers)), net{prefix: last.instance})
	}
	l.instance = g.d.names.claim(rtl.VerilogName(name))
	for i, r := range readers {
		prefix := l.instance
		if len(readers) > 1 {
			prefix += "_" + strconv.Itoa(i)
		}
		if r.layer == "" && len(g.dense) == 0 {
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
	d := g.d
	if len(g.dense) == 0 {
		d.Map.Out = Stream{Valid: "m_axis_tvalid", Ready: "m_axis_tready", Data: "m_axis_tdata", Lanes: 1}
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
	d.exit, d.exitAt, d.features = serial(d.net, d.final), d.names.claim("features"), d.names.stream("features")
	g.list(d.exitAt, d.final.Name, d.exit)
	d.Map.Head = "head"
	return nil
}

// reservedNames are what Top calls its ports and the head.
func reservedNames() namespace {
	ns := namespace{"clk": true, "resetn": true, "head": true}
	for _, p := range headPorts {
		ns[p.name] = true
	}
	for _, s := range axi {
		ns["s_axis"+s], ns["m_axis"+s] = true, true
	}
	return ns
}
