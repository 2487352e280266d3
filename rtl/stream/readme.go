package stream

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// Readme describes the design for its user: interface, clock, and how to run the test
// benches in bench/ beside it.
func (d *Design) Readme() []byte {
	var b bytes.Buffer
	in, f := d.net.Input.Shape, d.net.Input.Format
	fmt.Fprintf(&b, "# %s\n\n", rtl.Comment(d.net.Name))
	fmt.Fprintf(&b, "The network as a stream, %s a beat. Top module: `%s`. `filelist.f` names the\nVerilog in the order of compilation; `stream.json` says which module is what.\n\n", d.perBeat(), d.Map.Top)
	b.WriteString("## Interface\n\n| port | direction | meaning |\n|---|---|---|\n")
	row := func(port, direction, format string, args ...any) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", port, direction, fmt.Sprintf(format, args...))
	}
	row("clk", "in", "everything happens at its rising edge")
	row("resetn", "in", "synchronous, active low, one cycle at least")
	row("s_axis_tvalid, s_axis_tready", "in, out", "AXI4-Stream: a beat moves in a cycle in which both are 1")
	row("s_axis_tdata", "in", "%s, the first in the least significant bits; a pixel has %d bits: %d channels of %v, channel 0 in the least significant bits", d.perBeat(), in.C*f.Width, in.C, f)
	if d.layers[0].lanes > 1 && in.W%d.layers[0].lanes > 0 {
		row("", "", "the last beat of a row has %d pixels, and anything above them", in.W%d.layers[0].lanes)
	}
	row("s_axis_tuser", "in", "1 with the first beat of a frame")
	row("s_axis_tlast", "in", "1 with the last beat of a row")
	for i, h := range d.Map.Heads {
		which := "the programmable head"
		if len(d.Map.Heads) > 1 {
			which = fmt.Sprintf("programmable head %d", i)
		}
		row(h.Port(headBus+"_*"), "in, out", "AXI4-Lite: registers and memories of %s, %v", which, d.Head)
		row(h.Port(headResults+"_*"), "in, out", "AXI4-Stream: the results of %s, 32 bits signed a beat; tlast with a frame's last", which)
	}
	if !d.headed() {
		out := d.final.OutShape()
		row("m_axis_tvalid, m_axis_tready", "out, in", "AXI4-Stream")
		row("m_axis_tdata", "out", "a position of layer %s, %d bits: %d channels of %v; %d x %d positions a frame in raster order",
			rtl.Comment(d.final.Name), out.C*d.final.Out.Format.Width, out.C, d.final.Out.Format, out.H, out.W)
	}
	fmt.Fprintf(&b, "\nA frame is %d rows of %d pixels in raster order; frames may follow each other without a\npause. ", in.H, in.W)
	b.WriteString("No ready or valid depends on an input of the same cycle. What comes before the\nfirst `tuser` is dropped. A frame that breaks off, by a `tuser` too early or a `tlast` at\na wrong place, is filled with pixels of 0, and the next one begins with the next `tuser`.\n")
	if d.headed() {
		b.WriteString("\nThe head takes features once a program is committed. Its registers are those of\n`npu_head`; `bench/program.hex` holds the writes that load this network's dense layers,\naddress (24 bits) and data (32 bits) a line.\n")
	}
	if n := len(d.Map.Heads); n > 1 {
		fmt.Fprintf(&b, "\nFrame n goes to head n modulo %d, and waits until that head takes it. So the results of\nconsecutive frames come from one head after the other: whoever reads the streams in turn,\n%s, a frame of each, has the results in the order of the frames. Between the streams there\nis no order in time: a head whose results nobody reads is overtaken by the others until\nits next frames find no room. Every head needs the program.\n", n, turns(d.Map.Heads))
	}
	fmt.Fprintf(&b, "\n## Clock\n\nOne clock. Between two registers lies %s. For a period of your choice:\n\n    # create_clock -name clk -period 10.0 [get_ports clk]\n", d.depth())
	b.WriteString("\n## Layers\n\n| layer | blocks |\n|---|---|\n")
	for _, l := range d.layers {
		var parts []string
		for _, x := range l.blocks {
			parts = append(parts, x.describe())
		}
		fmt.Fprintf(&b, "| %s | %s |\n", rtl.Comment(l.name()), strings.Join(parts, ", "))
	}
	for _, h := range d.Map.Heads {
		fmt.Fprintf(&b, "| %s | %d features one by one, `%s` |\n", h.Instance, d.final.OutShape().C, npu.Top)
	}
	b.WriteString(`
## Test benches

` + "`bench/bench.v`" + ` sends ` + "`bench/beats.hex`" + ` and compares with what the reference model says. It
ends with PASS or FAIL. ` + "`+seed=N`" + ` makes both sides stall.

    iverilog -g2005 -s icarus -o bench/bench.vvp -c filelist.f bench/bench.v bench/icarus.v
    (cd bench && vvp -n bench.vvp +seed=1)

    verilator --cc --exe --build -O3 --top-module bench --Mdir bench/obj -f filelist.f bench/bench.v $PWD/bench/verilator.cpp
    (cd bench && obj/Vbench +seed=1)
`)
	return b.Bytes()
}

// perBeat is how many pixels a beat of the input has.
func (d *Design) perBeat() string {
	if n := d.layers[0].lanes; n > 1 {
		return fmt.Sprintf("%d pixels", n)
	}
	return "one pixel"
}

// turns lists the heads' results in the order of the frames.
func turns(heads []Head) string {
	var names []string
	for _, h := range heads {
		names = append(names, "`"+h.Results+"`")
	}
	return strings.Join(names, ", ")
}

// depth is what lies between two registers.
func (d *Design) depth() string {
	if d.every == 0 {
		return "the arithmetic of one layer"
	}
	return fmt.Sprintf("%d levels of adders at most, and what rounds and clamps their sum", d.every)
}

// name is the layer's, or the frame's.
func (l *layer) name() string {
	if l.spec == nil {
		return spec.InputName
	}
	return l.spec.Name
}

// describe is a block in a few words.
func (b *block) describe() string {
	switch b.kind {
	case KindWindow:
		return fmt.Sprintf("windows of %dx%d", b.size("ROW_KERNEL"), b.size("COLUMN_KERNEL"))
	case KindFIFO:
		return fmt.Sprintf("FIFO of %d for %s", b.size("DEPTH"), strings.TrimPrefix(b.instance, "fifo_"))
	case KindFork:
		return fmt.Sprintf("fork to %d", b.size("OUTS"))
	}
	return string(b.kind)
}
