package stream

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
)

// block is a module between ready/valid borders: an instance of a library module with
// its sizes, and the datapath that it computes with.
type block struct {
	instance  string // in its layer
	module    string
	kind      Kind
	doc       string
	library   string
	sizes     []parameter
	ins, outs []port
	datapath  *Datapath
	axes      [2]axis // of a window
}

// core is the name of the library module's instance in a block.
const core = "core"

func (b *block) write(w *bytes.Buffer) {
	header(w, []string{b.doc}, b.module, b.ins, b.outs)
	cs := append([]connection(nil), clocked...)
	switch b.kind {
	case KindApply:
		in, out := b.ins[0], b.outs[0]
		fmt.Fprintf(w, "    wire %sy;\n", dims(out.width))
		data := []connection{{"x", "in_data"}, {"y", "y"}}
		if b.datapath.Latency > 0 {
			data = append([]connection{clocked[0]}, data...)
		}
		instance(w, b.datapath.Module, nil, b.datapath.Instance, data)
		cs = append(cs, connect(in, net{prefix: "in"})[:2]...)
		cs = append(append(cs, connection{"y", "y"}), connect(out, net{prefix: "out"})...)
	case KindPool:
		in, out := b.ins[0], b.outs[0]
		fmt.Fprintf(w, "    wire %sacc;\n    wire %snext;\n", dims(out.width), dims(out.width))
		instance(w, b.datapath.Module, nil, b.datapath.Instance, []connection{{"acc", "acc"}, {"x", "in_data"}, {"next", "next"}})
		cs = append(cs, connect(in, net{prefix: "in"})[:2]...)
		cs = append(append(cs, connection{"acc", "acc"}, connection{"next", "next"}), connect(out, net{prefix: "out"})...)
	case KindFork:
		fmt.Fprintf(w, "    wire %sdata;\n", dims(b.outs[0].width))
		list := func(suffix string) string {
			s := ""
			for i := len(b.outs) - 1; i >= 0; i-- {
				s += b.outs[i].prefix + suffix + ", "
			}
			return "{" + s[:len(s)-2] + "}"
		}
		for _, o := range b.outs {
			fmt.Fprintf(w, "    assign %s_data = data;\n", o.prefix)
		}
		cs = append(cs, connect(b.ins[0], net{prefix: "in"})...)
		cs = append(cs, connection{"out_valid", list("_valid")}, connection{"out_ready", list("_ready")}, connection{"out_data", "data"})
	default:
		for _, p := range append(append([]port(nil), b.ins...), b.outs...) {
			cs = append(cs, connect(p, net{prefix: p.prefix})...)
		}
	}
	instance(w, b.library, b.sizes, core, cs)
	w.WriteString("endmodule\n")
}

func part(layer, suffix string) string { return rtl.VerilogName(layer + "_" + suffix) }

func framer(n *spec.Network) *block {
	in, width := n.Input.Shape, n.Input.Shape.C*n.Input.Format.Width
	return &block{
		instance: "framer", module: part(n.Name, "framer"), kind: KindFramer,
		doc:     fmt.Sprintf("Frames of %d x %d pixels of %d channels, %v.", in.H, in.W, in.C, n.Input.Format),
		library: "stream_framer", sizes: []parameter{{"WIDTH", width}, {"ROWS", in.H}, {"COLUMNS", in.W}},
		ins: []port{{"in", width, 1, true, true}}, outs: []port{pixels("out", width)},
	}
}

func window(l *spec.Layer) *block {
	a, in := axes(l), l.InShape(0)
	width := in.C * l.InFormat(0).Width
	return &block{
		instance: "window", module: part(l.Name, "window"), kind: KindWindow,
		doc:     fmt.Sprintf("Layer %s, windows of %d x %d pixels of %d channels.", l.Name, a[0].kernel, a[1].kernel, in.C),
		library: "stream_window", sizes: []parameter{
			{"PIXEL", width}, {"ROWS", in.H}, {"COLUMNS", in.W},
			{"ROW_KERNEL", a[0].kernel}, {"ROW_STRIDE", a[0].stride}, {"ROW_FIRST", a[0].first}, {"ROW_AFTER", a[0].after},
			{"COLUMN_KERNEL", a[1].kernel}, {"COLUMN_STRIDE", a[1].stride}, {"COLUMN_FIRST", a[1].first}, {"COLUMN_AFTER", a[1].after},
		},
		ins: []port{pixels("in", width)}, outs: []port{pixels("out", a[0].kernel*a[1].kernel*width)},
		axes: a,
	}
}

// apply is the arithmetic of a layer on items of in bits.
func apply(l *spec.Layer, in, latency int) *block {
	out := l.OutShape().C * l.Out.Format.Width
	return &block{
		instance: "apply", module: part(l.Name, "apply"), kind: KindApply,
		doc:     fmt.Sprintf("Layer %s, the arithmetic of one position after the other.", l.Name),
		library: "stream_apply", sizes: []parameter{{"WIDTH", out}, {"LATENCY", latency}},
		ins: []port{pixels("in", in)}, outs: []port{pixels("out", out)},
		datapath: &Datapath{Instance: "datapath", Module: part(l.Name, "datapath"), Ins: []string{"x"}, Out: "y", Latency: latency},
	}
}

// pool is the sum over a frame, of width bits for all channels.
func pool(l *spec.Layer, width int) *block {
	in := l.InShape(0)
	return &block{
		instance: "sum", module: part(l.Name, "sum"), kind: KindPool,
		doc:     fmt.Sprintf("Layer %s, the sum over a frame of %d x %d.", l.Name, in.H, in.W),
		library: "stream_pool", sizes: []parameter{{"WIDTH", width}, {"ITEMS", in.H * in.W}},
		ins: []port{pixels("in", in.C*l.InFormat(0).Width)}, outs: []port{pixels("out", width)},
		datapath: &Datapath{Instance: "step", Module: part(l.Name, "step"), Ins: []string{"acc", "x"}, Out: "next"},
	}
}

// fork gives the items of a layer, or of the frame, to several readers.
func fork(of string, module string, width, outs int) *block {
	b := &block{
		instance: "split", module: module, kind: KindFork,
		doc:     fmt.Sprintf("The items of %s for %d readers.", of, outs),
		library: "stream_fork", sizes: []parameter{{"WIDTH", width}, {"OUTS", outs}},
		ins: []port{pixels("in", width)},
	}
	for i := range outs {
		b.outs = append(b.outs, pixels("out"+strconv.Itoa(i), width))
	}
	return b
}

// fifo holds the items of the side of an addition that comes first.
func fifo(l *spec.Layer, side string, width, depth int) *block {
	return &block{
		instance: "fifo_" + side, module: part(l.Name, "fifo"+side), kind: KindFIFO,
		doc:     fmt.Sprintf("Layer %s, input %s waits for the other.", l.Name, side),
		library: "stream_fifo", sizes: []parameter{{"WIDTH", width}, {"DEPTH", depth}},
		ins: []port{pixels("in", width)}, outs: []port{pixels("out", width)},
	}
}

func join(l *spec.Layer) *block {
	a, b := l.InShape(0).C*l.InFormat(0).Width, l.InShape(1).C*l.InFormat(1).Width
	return &block{
		instance: "pair", module: part(l.Name, "join"), kind: KindJoin,
		doc:     fmt.Sprintf("Layer %s, both inputs of a position together.", l.Name),
		library: "stream_join", sizes: []parameter{{"A_WIDTH", a}, {"B_WIDTH", b}},
		ins: []port{pixels("a", a), pixels("b", b)}, outs: []port{pixels("out", a+b)},
	}
}

// serial gives the features of layer l one by one.
func serial(n *spec.Network, l *spec.Layer) *block {
	width, items := l.Out.Format.Width, l.OutShape().C
	return &block{
		instance: "features", module: part(n.Name, "features"), kind: KindAdapter,
		doc:     fmt.Sprintf("The %d features of a frame one by one.", items),
		library: "stream_serial", sizes: []parameter{{"WIDTH", width}, {"ITEMS", items}},
		ins: []port{{"in", items * width, items, false, false}}, outs: []port{{"out", width, 1, false, true}},
	}
}
