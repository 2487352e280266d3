package stream

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
)

// maxFileAdders bounds a Verilog file, so that one Yosys process can read it in a few
// hundred megabytes. A module is never split.
const maxFileAdders = 20_000

// pipeline is where registers stand in a layer's arithmetic.
type pipeline struct {
	every   int            // levels of adders between registers; 0: there are none
	latency int            // registers on every path
	begin   map[string]int // levels before a shared term, by its name
}

// newPipeline measures a layer's arithmetic. The step of a pool's sum is none of it.
func newPipeline(g *shiftadd.Generator, every int) pipeline {
	p := pipeline{every: every}
	if every == 0 {
		return p
	}
	for _, u := range g.Modules() {
		if u.Kind == shiftadd.KindAccumulate {
			continue
		}
		m := g.Module(u)
		levels := netlist.Levels(m, p.begin)
		if u.Kind == shiftadd.KindShared {
			p.begin = map[string]int{}
			for _, o := range m.Outputs {
				p.begin[o.Name] = levels[o.Value]
			}
		}
		for _, o := range m.Outputs {
			p.latency = max(p.latency, netlist.LatencyAt(levels[o.Value], every))
		}
	}
	return p
}

// module is a module of the layer with its registers.
func (p pipeline) module(m *netlist.Module, kind shiftadd.Kind) *netlist.Module {
	if p.latency == 0 || kind == shiftadd.KindAccumulate {
		return m
	}
	latency := p.latency
	if kind == shiftadd.KindShared {
		latency = -1
	}
	return netlist.Registered(m, netlist.Levels(m, p.begin), p.every, latency)
}

// writeArithmetic emits the files of a layer's arithmetic, and writes the modules that
// hold one of it for every channel.
func (l *layer) writeArithmetic(w *bytes.Buffer, emit func(rtl.Source) error, x extent) error {
	units := l.arith.Modules()
	modules := make([]*netlist.Module, len(units)) // ports and whether there are registers count below
	if x != skeleton {
		files := &unitFiles{base: rtl.VerilogName(l.spec.Name), emit: emit, hollow: x == wiring}
		for i, u := range units {
			m := l.pipeline.module(l.arith.Module(u), u.Kind)
			if err := files.add(m); err != nil {
				return err
			}
			modules[i] = &netlist.Module{Name: m.Name, Inputs: m.Inputs, Outputs: m.Outputs, Regs: m.Regs}
		}
		if err := files.close(); err != nil {
			return err
		}
	}
	for _, p := range l.datapaths(units, modules) {
		p.write(w, x == skeleton)
	}
	return nil
}

// datapaths are the modules that hold a layer's arithmetic for every channel of every
// position of a beat.
func (l *layer) datapaths(units []shiftadd.Unit, modules []*netlist.Module) []*datapath {
	return spec.Match(l.spec.Op,
		func(*spec.Conv) []*datapath { return []*datapath{l.conv(units, modules)} },
		func(*spec.Add) []*datapath { return []*datapath{l.add(modules[0])} },
		func(*spec.Pool) []*datapath { return l.pool(modules[0], modules[1]) },
		func(op *spec.MaxPool) []*datapath { return []*datapath{l.windows(op.Window, modules[0])} },
		func(op *spec.AvgPool) []*datapath { return []*datapath{l.windows(op.Window, modules[0])} },
		func(*spec.Concat) []*datapath { return []*datapath{l.concat(modules[0], modules[1])} },
		func(op *spec.Split) []*datapath { return []*datapath{l.split(op, modules[0])} },
		func(*spec.Dense) []*datapath { panic("stream: a dense layer has no arithmetic here") },
	)
}

// place writes an instance of a module of the layer.
func place(w *bytes.Buffer, m *netlist.Module, name string, cs []connection) {
	if len(m.Regs) > 0 {
		cs = append([]connection{{"clk", "clk"}}, cs...)
	}
	instance(w, rtl.VerilogName(m.Name), nil, name, cs)
}

// unitFiles collects modules in files of at most maxFileAdders.
type unitFiles struct {
	base   string
	emit   func(rtl.Source) error
	text   bytes.Buffer
	adders int
	count  int
	hollow bool
}

func (f *unitFiles) add(m *netlist.Module) error {
	s := netlist.Measure(m)
	n := s.Adders + s.Subtractors + s.Negations
	if f.text.Len() > 0 && f.adders+n > maxFileAdders {
		if err := f.close(); err != nil {
			return err
		}
	}
	f.adders += n
	if f.hollow {
		writePorts(&f.text, m)
		return nil
	}
	return rtl.WriteVerilog(&f.text, m)
}

// writePorts writes m with its ports alone.
func writePorts(w *bytes.Buffer, m *netlist.Module) {
	var ports []string
	if len(m.Regs) > 0 {
		ports = append(ports, "input wire "+clocked[0].port)
	}
	for _, p := range m.Inputs {
		ports = append(ports, fmt.Sprintf("input wire %s%s", dims(p.Width), rtl.VerilogName(p.Name)))
	}
	for _, p := range m.Outputs {
		ports = append(ports, fmt.Sprintf("output wire %s%s", dims(p.Width), rtl.VerilogName(p.Name)))
	}
	fmt.Fprintf(w, "module %s (\n    %s\n);\nendmodule\n", rtl.VerilogName(m.Name), strings.Join(ports, ",\n    "))
}

func (f *unitFiles) close() error {
	name := fmt.Sprintf("%s_%03d.v", f.base, f.count)
	err := f.emit(rtl.Source{Name: name, Text: bytes.Clone(f.text.Bytes())})
	f.text.Reset()
	f.adders, f.count = 0, f.count+1
	return err
}

// vector is a port of a datapath module and which of its words something reads.
type vector struct {
	name        string
	width, size int // of a word, of all
	read        []bool
}

func newVector(name string, width, words int) *vector {
	return &vector{name, width, width * words, make([]bool, words)}
}

// word is word i as an operand.
func (v *vector) word(i int) string {
	v.read[i] = true
	return slice(v.name, v.size, v.width, i)
}

// unused gathers the words that nothing has read, so that lint tools see that this is
// meant.
func (v *vector) unused(w *bytes.Buffer) {
	var parts []string
	n := 0
	for i := len(v.read) - 1; i >= 0; {
		if v.read[i] {
			i--
			continue
		}
		hi := i
		for i >= 0 && !v.read[i] {
			i--
		}
		n += (hi - i) * v.width
		text := v.name
		if hi-i < len(v.read) {
			text = fmt.Sprintf("%s[%d:%d]", v.name, (hi+1)*v.width-1, (i+1)*v.width)
			if (hi-i)*v.width == 1 {
				text = fmt.Sprintf("%s[%d]", v.name, hi)
			}
		}
		parts = append(parts, text)
	}
	if n == 0 {
		return
	}
	fmt.Fprintf(w, "\n    // words that no channel needs\n    wire %sunused_%s = {", dims(n), v.name)
	for i, p := range parts {
		if i > 0 {
			w.WriteString(",")
			if i%8 == 0 {
				w.WriteString("\n       ")
			}
			w.WriteString(" ")
		}
		w.WriteString(p)
	}
	w.WriteString("};\n")
}

// datapath is a module around a layer's arithmetic.
type datapath struct {
	doc, name string
	latency   int // 0: there is no clock
	ins       []*vector
	out       *vector
	body      func(w *bytes.Buffer)
}

func (p *datapath) write(w *bytes.Buffer, hollow bool) {
	fmt.Fprintf(w, "\n// %s\n", rtl.Comment(p.doc))
	if p.latency > 0 {
		fmt.Fprintf(w, "// Every path crosses %d registers, which always move.\n", p.latency)
	}
	fmt.Fprintf(w, "module %s (\n", p.name)
	if p.latency > 0 {
		w.WriteString("    input  wire clk,\n")
	}
	for _, v := range p.ins {
		fmt.Fprintf(w, "    input  wire %s%s,\n", dims(v.size), v.name)
	}
	fmt.Fprintf(w, "    output wire %s%s\n);\n", dims(p.out.size), p.out.name)
	if !hollow {
		p.body(w)
		for _, v := range p.ins {
			v.unused(w)
		}
	}
	w.WriteString("endmodule\n")
}

// lane is how names of a beat's lane begin; nothing where a beat is one position.
func (l *layer) lane(i int) string {
	if l.lanes == 1 {
		return ""
	}
	return fmt.Sprintf("lane%d_", i)
}

// doc is what a datapath says of itself.
func (l *layer) doc(channels int) string {
	if l.lanes == 1 {
		return fmt.Sprintf("Layer %s, all %d channels of a position.", l.spec.Name, channels)
	}
	return fmt.Sprintf("Layer %s, all %d channels of %d positions, one after the other.", l.spec.Name, channels, l.lanes)
}

// conv is the datapath of a convolution: x has the windows of a beat, y its positions.
func (l *layer) conv(units []shiftadd.Unit, modules []*netlist.Module) *datapath {
	s := l.spec
	conv, in := s.Op.(*spec.Conv), s.InShape(0)
	window := conv.Kernel[0] * conv.Kernel[1] * in.C
	x := newVector("x", s.InFormat(0).Width, l.lanes*window)
	y := newVector("y", s.Out.Format.Width, l.lanes*conv.OutC)
	taps := l.taps()
	return &datapath{l.doc(conv.OutC), part(s.Name, "datapath"), l.pipeline.latency, []*vector{x}, y, func(w *bytes.Buffer) {
		for lane := range l.lanes {
			prefix := l.lane(lane)
			used := map[string]bool{}
			for i, u := range units {
				m := modules[i]
				var cs []connection
				for _, p := range m.Inputs {
					if t, ok := taps[p.Name]; ok {
						cs = append(cs, connection{p.Name, x.word(lane*window + t)})
					} else {
						used[p.Name] = true
						cs = append(cs, connection{p.Name, prefix + p.Name})
					}
				}
				if u.Kind == shiftadd.KindShared {
					for _, o := range m.Outputs {
						fmt.Fprintf(w, "    wire %s%s%s;\n", dims(o.Width), prefix, o.Name)
						cs = append(cs, connection{o.Name, prefix + o.Name})
					}
					place(w, m, prefix+"shared", cs)
					continue
				}
				place(w, m, fmt.Sprintf("%sc%d", prefix, u.Channel), append(cs, connection{"y", y.word(lane*conv.OutC + u.Channel)}))
			}
			for i, u := range units {
				if u.Kind != shiftadd.KindShared {
					continue
				}
				for _, o := range modules[i].Outputs {
					if !used[o.Name] {
						fmt.Fprintf(w, "    wire %sunused_%s%s = %s%s;\n", dims(o.Width), prefix, o.Name, prefix, o.Name)
					}
				}
			}
		}
	}}
}

// taps finds the place of a tap in a window by the port that reads it.
func (l *layer) taps() map[string]int {
	s := l.spec
	conv, in := s.Op.(*spec.Conv), s.InShape(0)
	at := make(map[string]int, conv.Kernel[0]*conv.Kernel[1]*in.C)
	for oc := 0; oc < conv.OutC; oc += conv.OutC / conv.Groups { // a channel of every group
		for t := range s.Taps() {
			ic, ky, kx := s.TapSource(oc, t)
			at[shiftadd.TapName(s, oc, t)] = (ky*conv.Kernel[1]+kx)*in.C + ic
		}
	}
	return at
}

// add is the datapath of an addition: x has all positions of its first input, then those
// of its second.
func (l *layer) add(add *netlist.Module) *datapath {
	channels := l.spec.OutShape().C
	return l.pairs(func(w *bytes.Buffer, a, b, y *vector) {
		for i := range l.lanes * channels {
			name := fmt.Sprintf("%sc%d", l.lane(i/channels), i%channels)
			place(w, add, name, []connection{{"a", a.word(i)}, {"b", b.word(i)}, {"y", y.word(i)}})
		}
	})
}

// concat is the datapath of a concatenation; x is that of an addition.
func (l *layer) concat(first, second *netlist.Module) *datapath {
	s := l.spec
	channels := s.OutShape().C
	return l.pairs(func(w *bytes.Buffer, a, b, y *vector) {
		for i := range l.lanes * channels {
			lane, oc := i/channels, i%channels
			input, c := s.Source(oc)
			m, from := first, a
			if input == 1 {
				m, from = second, b
			}
			place(w, m, fmt.Sprintf("%sc%d", l.lane(lane), oc), []connection{{"x", from.word(lane*s.InShape(input).C + c)}, {"y", y.word(i)}})
		}
	})
}

// pairs is a datapath of two inputs: x has all positions of the first, then those of the
// second, which body knows as a and b.
func (l *layer) pairs(body func(w *bytes.Buffer, a, b, y *vector)) *datapath {
	s := l.spec
	words := [2]int{l.lanes * s.InShape(0).C, l.lanes * s.InShape(1).C}
	a, b := s.InFormat(0).Width, s.InFormat(1).Width
	first := words[0] * a
	channels := s.OutShape().C
	y := newVector("y", s.Out.Format.Width, l.lanes*channels)
	bits := newVector("x", 1, first+words[1]*b)
	for i := range bits.read {
		bits.read[i] = true
	}
	return &datapath{l.doc(channels), part(s.Name, "datapath"), l.pipeline.latency, []*vector{bits}, y, func(w *bytes.Buffer) {
		fmt.Fprintf(w, "    wire %sa = x[%d:0];\n", dims(first), first-1)
		fmt.Fprintf(w, "    wire %sb = x[%d:%d];\n", dims(words[1]*b), bits.size-1, first)
		body(w, newVector("a", a, words[0]), newVector("b", b, words[1]), y)
	}}
}

// windows is the datapath of a pool of windows: x has the windows of a beat, one module
// serves every channel of each.
func (l *layer) windows(window spec.Window, m *netlist.Module) *datapath {
	s := l.spec
	channels := s.OutShape().C
	each := window.Taps() * channels
	x := newVector("x", s.InFormat(0).Width, l.lanes*each)
	y := newVector("y", s.Out.Format.Width, l.lanes*channels)
	return &datapath{l.doc(channels), part(s.Name, "datapath"), l.pipeline.latency, []*vector{x}, y, func(w *bytes.Buffer) {
		for i := range l.lanes * channels {
			lane, c := i/channels, i%channels
			var cs []connection
			for row := range window.Kernel[0] {
				for column := range window.Kernel[1] {
					cs = append(cs, connection{shiftadd.PixelName(row, column), x.word(lane*each + (row*window.Kernel[1]+column)*channels + c)})
				}
			}
			place(w, m, fmt.Sprintf("%sc%d", l.lane(lane), c), append(cs, connection{"y", y.word(i)}))
		}
	}}
}

// split is the datapath of some channels: x has the positions of a beat.
func (l *layer) split(op *spec.Split, m *netlist.Module) *datapath {
	s := l.spec
	of := s.InShape(0).C
	x := newVector("x", s.InFormat(0).Width, l.lanes*of)
	y := newVector("y", s.Out.Format.Width, l.lanes*op.Count)
	return &datapath{l.doc(op.Count), part(s.Name, "datapath"), l.pipeline.latency, []*vector{x}, y, func(w *bytes.Buffer) {
		for i := range l.lanes * op.Count {
			lane, c := i/op.Count, i%op.Count
			place(w, m, fmt.Sprintf("%sc%d", l.lane(lane), c), []connection{{"x", x.word(lane*of + op.First + c)}, {"y", y.word(i)}})
		}
	}}
}

// pool is the step of a pool's sums, and the datapath of its means.
func (l *layer) pool(accumulate, mean *netlist.Module) []*datapath {
	s := l.spec
	n := s.InShape(0).C
	sum, _ := shiftadd.FrameWidth(s)
	acc, x, next := newVector("acc", sum, n), newVector("x", s.InFormat(0).Width, l.takes*n), newVector("next", sum, n)
	doc := fmt.Sprintf("Layer %s, one position added to the sums of all %d channels.", s.Name, n)
	if l.takes > 1 {
		doc = fmt.Sprintf("Layer %s, %d positions added one by one to the sums of all %d channels.", s.Name, l.takes, n)
	}
	step := &datapath{doc, part(s.Name, "step"), 0, []*vector{acc, x}, next, func(w *bytes.Buffer) {
		from := acc
		for lane := range l.takes {
			prefix, to := "", next
			if l.takes > 1 {
				prefix = fmt.Sprintf("lane%d_", lane)
			}
			if lane < l.takes-1 {
				to = newVector(prefix+"next", sum, n)
				fmt.Fprintf(w, "    wire %s%s;\n", dims(to.size), to.name)
			}
			for c := range n {
				place(w, accumulate, fmt.Sprint(prefix, "c", c), []connection{{"acc", from.word(c)}, {"x", x.word(lane*n + c)}, {"next", to.word(c)}})
			}
			from = to
		}
	}}
	sums, y := newVector("x", sum, n), newVector("y", s.Out.Format.Width, n)
	doc = fmt.Sprintf("Layer %s, the means of all %d channels.", s.Name, n)
	return []*datapath{step, {doc, part(s.Name, "datapath"), l.pipeline.latency, []*vector{sums}, y, func(w *bytes.Buffer) {
		for c := range n {
			place(w, mean, fmt.Sprint("c", c), []connection{{"acc", sums.word(c)}, {"y", y.word(c)}})
		}
	}}}
}

// title is what the module of a layer says of itself.
func (l *layer) title() string {
	if l.spec == nil {
		return "The entry: whole frames, whatever comes in."
	}
	s := l.spec
	return fmt.Sprintf("Layer %s, %s: %v from %s.", s.Name, s.Kind(), s.OutShape(), strings.Join(s.Inputs, " and "))
}
