package stream

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// A datapath is the modules of a layer's compare points side by side. Each module is
// proved by itself. This file shows that the rest of the datapath is only wires between
// its ports and theirs: tap t of channel oc gets the pixel and channel that the layer
// defines, and each output goes to its place.

// fitting is a module of a layer as a datapath must have it: where each of its ports
// belongs.
type fitting struct {
	module *netlist.Module
	ins    map[string]slot // by port
	out    string          // its output
	at     int             // where that is in the datapath's
	lane   int
	shared bool     // its outputs go to the modules' inputs of the same names
	before *fitting // of a sum: what its input acc comes from; nil: a port of the datapath
	byName string   // of the Verilog module
}

// slot is bits of a port of the datapath.
type slot struct {
	port string
	at   int
}

// fittings says how the modules of layer l belong together in a datapath of the given
// kind of block.
func fittings(l *spec.Layer, g *shiftadd.Generator, b *stream.Block) ([]fitting, error) {
	var all []fitting
	for lane := range b.Ins[0].Lanes {
		some, err := laneFittings(l, g, b, lane)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// laneFittings returns the fittings of one lane. Lanes lie one after another in every
// port, except for an addition, where all first operands come before the second ones.
func laneFittings(l *spec.Layer, g *shiftadd.Generator, b *stream.Block, lane int) ([]fitting, error) {
	dp := b.Datapath
	channels, lanes := l.OutShape().C, b.Ins[0].Lanes
	width, y := l.InFormat(0).Width, l.Out.Format.Width
	out := lane * channels * y
	var all []fitting
	for _, u := range g.Modules() {
		m := g.Module(u)
		f := fitting{module: m, byName: rtl.VerilogName(m.Name), ins: map[string]slot{}}
		switch u.Kind {
		case shiftadd.KindShared:
			f.shared = true
			f.lane = lane
			taps(l, f.ins, dp.Ins[0], -1, lane)
			all = append(all, f)
		case shiftadd.KindChannel:
			f.lane = lane
			taps(l, f.ins, dp.Ins[0], u.Channel, lane)
			f.out, f.at = "y", out+u.Channel*y
			all = append(all, f)
		case shiftadd.KindAdd:
			for c := range channels {
				f.ins = map[string]slot{
					"a": {dp.Ins[0], (lane*channels + c) * width},
					"b": {dp.Ins[0], lanes*channels*width + (lane*channels+c)*l.InFormat(1).Width},
				}
				f.out, f.at = "y", out+c*y
				all = append(all, f)
			}
		case shiftadd.KindMax, shiftadd.KindAverage:
			w, _ := l.Window()
			for c := range channels {
				f.ins = map[string]slot{}
				for row := range w.Kernel[0] {
					for column := range w.Kernel[1] {
						f.ins[shiftadd.PixelName(row, column)] = slot{dp.Ins[0], (((lane*w.Kernel[0]+row)*w.Kernel[1]+column)*channels + c) * width}
					}
				}
				f.out, f.at = "y", out+c*y
				all = append(all, f)
			}
		case shiftadd.KindPass:
			of, _ := l.Source(u.Channel)
			for oc := range channels {
				input, c := l.Source(oc)
				if input != of {
					continue
				}
				at := (lane*l.InShape(input).C + c) * l.InFormat(input).Width
				if input == 1 {
					at += lanes * l.InShape(0).C * width
				}
				f.ins = map[string]slot{"x": {dp.Ins[0], at}}
				f.out, f.at = "y", out+oc*y
				all = append(all, f)
			}
		case shiftadd.KindAccumulate:
			if b.Kind != stream.KindPool {
				continue
			}
			// The lanes of a channel are added one after another; one fitting has them all.
			if lane < lanes-1 {
				continue
			}
			n, _ := shiftadd.FrameWidth(l)
			for c := range channels {
				var before *fitting
				for lane := range lanes {
					f.ins = map[string]slot{"x": {dp.Ins[1], (lane*channels + c) * width}}
					if lane == 0 {
						f.ins["acc"] = slot{dp.Ins[0], c * n}
					}
					f.out, f.at, f.before = "next", c*n, before
					link := f
					before = &link
				}
				all = append(all, f)
			}
		case shiftadd.KindMean:
			if b.Kind != stream.KindApply {
				continue
			}
			n, _ := shiftadd.FrameWidth(l)
			for c := range channels {
				f.ins = map[string]slot{"acc": {dp.Ins[0], (lane*channels + c) * n}}
				f.out, f.at = "y", out+c*y
				all = append(all, f)
			}
		default:
			return nil, fmt.Errorf("a layer with a %s", u.Kind)
		}
	}
	return all, nil
}

// taps gives the positions of a channel's inputs in the windows of a convolution: lane
// by lane, taps in the order kernel row, kernel column, each with all channels of a
// pixel. oc -1 means all channels.
func taps(l *spec.Layer, ins map[string]slot, port string, oc, lane int) {
	in, conv := l.InShape(0), l.Op.(*spec.Conv)
	width := l.InFormat(0).Width
	if oc < 0 {
		for c := range conv.OutC {
			taps(l, ins, port, c, lane)
		}
		return
	}
	first := lane * conv.Kernel[0] * conv.Kernel[1]
	for t := range l.Taps() {
		ic, ky, kx := l.TapSource(oc, t)
		ins[shiftadd.TapName(l, oc, t)] = slot{port, ((first+ky*conv.Kernel[1]+kx)*in.C + ic) * width}
	}
}

// wired checks a datapath module against the fittings. It identifies an instance by its
// module and, among several of one module, by the place of its output.
func wired(d *rtl.Design, dp *stream.Datapath, fs []fitting, clock string) error {
	m, cuts, err := d.ModuleWithCuts(dp.Module, "*")
	if err != nil {
		return unsupported{err}
	}
	if len(m.Regs) > 0 {
		return fmt.Errorf("it has a register of its own, %s", m.Regs[0].Name)
	}
	w := wires{m, cuts}
	out := w.origins(fields(m.Outputs, dp.Out))
	ports := map[string][]bit{}
	for _, name := range dp.Ins {
		ports[name] = w.bits(fields(m.Inputs, name))
	}
	// Shared terms serve the channels of one lane. Which instance is which lane's follows
	// from where its first input comes from.
	shared := map[int]*rtl.Cut{}
	for _, f := range fs {
		if !f.shared || len(f.module.Inputs) == 0 {
			continue
		}
		p := f.module.Inputs[0]
		s := f.ins[p.Name]
		for i := range cuts {
			if cuts[i].Module != f.byName {
				continue
			}
			if is := w.origins(port(cuts[i].Takes, rtl.VerilogName(p.Name))); len(is) > 0 && s.at < len(ports[s.port]) && is[0] == ports[s.port][s.at] {
				shared[f.lane] = &cuts[i]
			}
		}
	}
	drives := map[netlist.Value]*rtl.Cut{}
	for i := range cuts {
		for _, p := range cuts[i].Drives {
			for _, v := range p.Fields {
				drives[v] = &cuts[i]
			}
		}
	}
	driven := 0
	for _, f := range fs {
		var cut *rtl.Cut
		var at []bit
		if f.shared {
			cut = shared[f.lane]
		} else {
			n := f.module.Outputs[0].Width
			if f.at+n > len(out) {
				return fmt.Errorf("%s has %s, %s of module %s should be bits %d to %d", dp.Out, words.Count(len(out), "bit"), f.out, f.byName, f.at, f.at+n-1)
			}
			at = out[f.at : f.at+n]
			driven += n
			cut = drives[at[0].v]
		}
		if cut == nil || cut.Module != f.byName {
			is := "nothing"
			if cut != nil {
				is = cut.Module
			}
			return fmt.Errorf("bit %d of %s comes from %s, should be output %s of module %s", f.at, dp.Out, is, f.out, f.byName)
		}
		if !f.shared {
			y := w.bits(port(cut.Drives, rtl.VerilogName(f.out)))
			if len(y) != len(at) {
				return fmt.Errorf("output %s of %s has %s, should have %d", f.out, cut.Path, words.Count(len(y), "bit"), len(at))
			}
			for i, b := range y {
				if at[i] != b {
					return fmt.Errorf("bit %d of %s is not bit %d of output %s of %s", f.at+i, dp.Out, i, f.out, cut.Path)
				}
			}
		}
		for link := &f; link != nil; link = link.before {
			if cut, err = w.given(cut, link, ports, shared[f.lane], drives, clock, dp.Latency); err != nil {
				return err
			}
		}
	}
	if driven != len(out) {
		return fmt.Errorf("%s has %s, the layer's modules give %d", dp.Out, words.Count(len(out), "bit"), driven)
	}
	return nil
}

// given checks the inputs of one module. It returns the module before it, of a sum.
func (w *wires) given(cut *rtl.Cut, f *fitting, ports map[string][]bit, shared *rtl.Cut, drives map[netlist.Value]*rtl.Cut, clock string, latency int) (before *rtl.Cut, err error) {
	takes := 0
	for _, p := range f.module.Inputs {
		takes++
		is := w.origins(port(cut.Takes, rtl.VerilogName(p.Name)))
		var want []bit
		if s, ok := f.ins[p.Name]; ok {
			all := ports[s.port]
			if s.at+p.Width > len(all) {
				return nil, fmt.Errorf("port %s has %s, input %s of %s should be bits %d to %d", s.port, words.Count(len(all), "bit"), p.Name, cut.Path, s.at, s.at+p.Width-1)
			}
			want = all[s.at : s.at+p.Width]
		} else if f.before != nil && len(is) > 0 {
			if before = drives[is[0].v]; before == nil || before.Module != f.byName {
				return nil, fmt.Errorf("input %s of %s does not come from another %s", p.Name, cut.Path, f.byName)
			}
			want = w.bits(port(before.Drives, rtl.VerilogName(f.out)))
		} else if shared != nil {
			want = w.bits(port(shared.Drives, rtl.VerilogName(p.Name)))
		}
		if len(is) != p.Width || len(want) != p.Width {
			return nil, fmt.Errorf("input %s of %s has %s, should be %d of the datapath's", p.Name, cut.Path, words.Count(len(is), "bit"), p.Width)
		}
		for i := range is {
			if is[i] != want[i] {
				return nil, fmt.Errorf("bit %d of input %s of %s is %s, should be %s", i, p.Name, cut.Path, w.say(is[i]), w.say(want[i]))
			}
		}
	}
	for _, p := range cut.Takes {
		if p.Name == clock {
			takes++
			if latency == 0 {
				return nil, fmt.Errorf("%s has a clock, the map says that there are no registers", cut.Path)
			}
			in := fields(w.m.Inputs, clock)
			if is := w.origins(p.Fields); len(in) != 1 || len(is) != 1 || is[0] != (bit{in[0], 0}) {
				return nil, fmt.Errorf("%s is not clocked by %s", cut.Path, clock)
			}
		}
	}
	if takes != len(cut.Takes) {
		return nil, fmt.Errorf("%s has %s, its module has %d", cut.Path, words.Count(len(cut.Takes), "input"), takes)
	}
	return before, nil
}

// say names a bit.
func (w *wires) say(b bit) string {
	name := w.m.Names[b.v]
	if name == "" {
		name = w.m.Cells[b.v].Op.String()
	}
	if w.m.Width(b.v) == 1 {
		return name
	}
	return fmt.Sprintf("bit %d of %s", b.at, name)
}

// samePorts checks that a datapath has the same ports in the text of its block and in
// its own text. The first is read as a black box, the second alone.
func samePorts(block, own *rtl.Design, module string) error {
	a, err := block.Ports(module)
	if err != nil {
		return unsupported{err}
	}
	b, err := own.Ports(module)
	if err != nil {
		return unsupported{err}
	}
	for _, p := range a {
		if strings.ContainsAny(p.Name, "[. ") {
			return fmt.Errorf("it has a port called %s, which may be taken for a part of another", p.Name)
		}
		if !slices.Contains(b, p) {
			return fmt.Errorf("in its block it has a port %s of %s, in its own text it has not", p.Name, words.Count(p.Width, "bit"))
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("it has %s in its block, %d in its own text", words.Count(len(a), "port"), len(b))
	}
	return nil
}
