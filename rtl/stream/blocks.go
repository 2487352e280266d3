package stream

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
)

// block is a module with ready/valid handshakes: an instance of a library module with
// its sizes, and its datapath.
type block struct {
	instance  string // in its layer
	module    string
	kind      Kind
	doc       string
	library   string
	sizes     []parameter
	ins, outs []port
	datapath  *Datapath
	rows      axis   // of a window
	columns   beats  // of a window; of a pool, what comes in
	items     string // the layer whose items an adapter has; "" for other kinds
	own       *Own   // the user's module that is inside; nil: the library's
}

// core is the name of the library module's instance in a block.
const core = "core"

func (b *block) write(w *bytes.Buffer) {
	if b.own != nil {
		b.writeOwn(w)
		return
	}
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
		x := "in_data"
		if b.trimmed() {
			x = "row_data"
			fmt.Fprintf(w, "    wire %srow_data;\n", dims(in.width))
			trim := append(append([]connection(nil), clocked...), connection{"move", "in_valid & in_ready"}, connection{"in_data", "in_data"}, connection{"out_data", x})
			instance(w, "stream_trim", []parameter{{"PIXEL", in.width / in.lanes}, {"LANES", in.lanes}, {"BEATS", b.columns.beats}, {"LAST", b.columns.last}}, "trim", trim)
		}
		instance(w, b.datapath.Module, nil, b.datapath.Instance, []connection{{"acc", "acc"}, {"x", x}, {"next", "next"}})
		cs = append(cs, connect(in, net{prefix: "in"})[:2]...)
		cs = append(append(cs, connection{"acc", "acc"}, connection{"next", "next"}), connect(out, net{prefix: "out"})...)
	case KindFork, KindDeal:
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

// side is a port of lanes items of width bits each.
func side(prefix string, width, lanes int) port {
	return port{prefix: prefix, width: width * lanes, lanes: lanes}
}

func framer(n *spec.Network, lanes int) *block {
	in, width := n.Input.Shape, n.Input.Shape.C*n.Input.Format.Width
	out := side("out", width, lanes)
	from := out
	from.prefix, from.first, from.last = "in", true, true
	return &block{
		instance: "framer", module: part(n.Name, "framer"), kind: KindFramer,
		doc:     fmt.Sprintf("Frames of %d x %d pixels of %d channels, %v.", in.H, in.W, in.C, n.Input.Format),
		library: "stream_framer", sizes: []parameter{{"WIDTH", out.width}, {"ROWS", in.H}, {"COLUMNS", ceil(in.W, lanes)}},
		ins: []port{from}, outs: []port{out},
	}
}

// adapter changes the number of items in a beat, for layer s and its input called
// prefix, or "in" if it is the only one. The items are rows of layer of, columns long,
// width bits each. Items that always move together are one pixel for stream_lanes,
// since it has a multiplexer over all pixels of a beat for each place.
func adapter(layer, prefix, of string, width, columns, from, to int) *block {
	instance, suffix := "lanes", "adapter"
	if prefix != "in" {
		instance, suffix = instance+"_"+prefix, suffix+prefix
	}
	together := gcd(gcd(from, to), columns)
	return &block{
		instance: instance, module: part(layer, suffix), kind: KindAdapter, items: of,
		doc:     fmt.Sprintf("Rows of %d items of %s, %d a beat, as %d a beat.", columns, of, from, to),
		library: "stream_lanes", sizes: []parameter{
			{"PIXEL", width * together}, {"COLUMNS", columns / together}, {"INS", from / together}, {"OUTS", to / together},
		},
		ins: []port{side("in", width, from)}, outs: []port{side("out", width, to)},
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// window gives outs windows a beat of lanes pixels.
func window(l *spec.Layer, lanes, outs int) *block {
	a, in := axes(l), l.InShape(0)
	width := in.C * l.InFormat(0).Width
	c := a[1].beats(lanes, outs)
	return &block{
		instance: "window", module: part(l.Name, "window"), kind: KindWindow,
		doc:     fmt.Sprintf("Layer %s, windows of %d x %d pixels of %d channels.", l.Name, a[0].kernel, a[1].kernel, in.C),
		library: "stream_window", sizes: []parameter{
			{"PIXEL", width}, {"ROWS", in.H},
			{"ROW_KERNEL", a[0].kernel}, {"ROW_STRIDE", a[0].stride}, {"ROW_FIRST", a[0].first}, {"ROW_AFTER", a[0].after},
			{"LANES", c.lanes}, {"BEATS", c.beats}, {"LAST", c.last}, {"COLUMN_KERNEL", a[1].kernel}, {"STEP", c.step}, {"OUTS", c.outs},
			{"LEFT", c.left}, {"COLUMN_STRIDE", c.stride}, {"COLUMN_FIRST", c.first}, {"COLUMN_AFTER", c.after}, {"WINDOWS", c.windows},
			{"FIELD", l.InFormat(0).Width}, {"FILL", int(l.Fill())},
		},
		ins: []port{side("in", width, lanes)}, outs: []port{side("out", a[0].kernel*a[1].kernel*width, outs)},
		rows: a[0], columns: c,
	}
}

// apply is the arithmetic of a layer on lanes items of in bits a beat.
func apply(l *spec.Layer, in, lanes, latency int) *block {
	out := side("out", l.OutShape().C*l.Out.Format.Width, lanes)
	return &block{
		instance: "apply", module: part(l.Name, "apply"), kind: KindApply,
		doc:     fmt.Sprintf("Layer %s, the arithmetic of its positions.", l.Name),
		library: "stream_apply", sizes: []parameter{{"WIDTH", out.width}, {"LATENCY", latency}},
		ins: []port{side("in", in, lanes)}, outs: []port{out},
		datapath: &Datapath{Instance: "datapath", Module: part(l.Name, "datapath"), Ins: []string{"x"}, Out: "y", Latency: latency},
	}
}

// pool is the sum over a frame, of width bits for all channels. It takes lanes pixels a beat.
func pool(l *spec.Layer, width, lanes int) *block {
	in := l.InShape(0)
	row := beats{lanes: lanes, beats: ceil(in.W, lanes)}
	row.last = in.W - (row.beats-1)*lanes
	return &block{
		instance: "sum", module: part(l.Name, "sum"), kind: KindPool,
		doc:     fmt.Sprintf("Layer %s, the sum over a frame of %d x %d.", l.Name, in.H, in.W),
		library: "stream_pool", sizes: []parameter{{"WIDTH", width}, {"ITEMS", in.H * row.beats}},
		ins: []port{side("in", in.C*l.InFormat(0).Width, lanes)}, outs: []port{pixels("out", width)}, columns: row,
		datapath: &Datapath{Instance: "step", Module: part(l.Name, "step"), Ins: []string{"acc", "x"}, Out: "next"},
	}
}

// trimmed reports whether a pool's last beat of a row has fewer pixels than the others.
func (b *block) trimmed() bool { return b.kind == KindPool && b.columns.last != b.columns.lanes }

// fork gives the items of a layer, or of the frame, to several readers.
func fork(of string, module string, from port, outs int) *block {
	return (&block{
		instance: "split", module: module, kind: KindFork, library: "stream_fork",
		doc: fmt.Sprintf("The items of %s for %d readers.", of, outs),
	}).spread(from, outs)
}

// deal gives the frames of features of layer l to heads in turn.
func deal(n *spec.Network, l *spec.Layer, heads int) *block {
	return (&block{
		instance: "deal", module: part(n.Name, "deal"), kind: KindDeal, library: "stream_deal",
		doc: fmt.Sprintf("The frames of %s for %d heads in turn.", l.Name, heads),
	}).spread(pixels("", l.OutShape().C*l.Out.Format.Width), heads)
}

// spread gives a block of one input its sizes and ports, for items as on from.
func (b *block) spread(from port, outs int) *block {
	b.sizes = []parameter{{"WIDTH", from.width}, {"OUTS", outs}}
	b.ins = []port{{prefix: "in", width: from.width, lanes: from.lanes}}
	for i := range outs {
		b.outs = append(b.outs, port{prefix: "out" + strconv.Itoa(i), width: from.width, lanes: from.lanes})
	}
	return b
}

// fifo holds the items of the side of an addition that comes first.
func fifo(l *spec.Layer, in port, depth int) *block {
	return &block{
		instance: "fifo_" + in.prefix, module: part(l.Name, "fifo"+in.prefix), kind: KindFIFO,
		doc:     fmt.Sprintf("Layer %s, input %s waits for the other.", l.Name, in.prefix),
		library: "stream_fifo", sizes: []parameter{{"WIDTH", in.width}, {"DEPTH", depth}},
		ins: []port{{prefix: "in", width: in.width, lanes: in.lanes}}, outs: []port{{prefix: "out", width: in.width, lanes: in.lanes}},
	}
}

func join(l *spec.Layer, ins []port) *block {
	a, b := ins[0].width, ins[1].width
	return &block{
		instance: "pair", module: part(l.Name, "join"), kind: KindJoin,
		doc:     fmt.Sprintf("Layer %s, both inputs of a position together.", l.Name),
		library: "stream_join", sizes: []parameter{{"A_WIDTH", a}, {"B_WIDTH", b}},
		ins: ins, outs: []port{{prefix: "out", width: a + b, lanes: ins[0].lanes}},
	}
}

// serial gives the features of layer l one by one.
func serial(n *spec.Network, l *spec.Layer) *block {
	width, items := l.Out.Format.Width, l.OutShape().C
	return &block{
		instance: "features", module: part(n.Name, "features"), kind: KindAdapter,
		items:   l.Name,
		doc:     fmt.Sprintf("The %d features of a frame one by one.", items),
		library: "stream_serial", sizes: []parameter{{"WIDTH", width}, {"ITEMS", items}},
		ins: []port{{"in", items * width, items, false, false}}, outs: []port{{"out", width, 1, false, true}},
	}
}
