package stream

import (
	"bytes"
	"fmt"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// headPort is a port of the head that Top has too.
type headPort struct {
	name  string
	width int
	out   bool
}

// headPorts are the bus and the results of the programmable head.
var headPorts = []headPort{
	{"s_axi_awvalid", 1, false}, {"s_axi_awready", 1, true}, {"s_axi_awaddr", 24, false},
	{"s_axi_wvalid", 1, false}, {"s_axi_wready", 1, true}, {"s_axi_wdata", 32, false}, {"s_axi_wstrb", 4, false},
	{"s_axi_bvalid", 1, true}, {"s_axi_bready", 1, false}, {"s_axi_bresp", 2, true},
	{"s_axi_arvalid", 1, false}, {"s_axi_arready", 1, true}, {"s_axi_araddr", 24, false},
	{"s_axi_rvalid", 1, true}, {"s_axi_rready", 1, false}, {"s_axi_rdata", 32, true}, {"s_axi_rresp", 2, true},
	{"m_axis_tvalid", 1, true}, {"m_axis_tready", 1, false}, {"m_axis_tdata", 32, true}, {"m_axis_tlast", 1, true},
}

// writeTop writes the module Top.
func (d *Design) writeTop(w *bytes.Buffer) {
	in := d.net.Input
	fmt.Fprintf(w, "// Network %s as a stream: frames of %d x %d pixels in raster order on s_axis,\n", rtl.Comment(d.net.Name), in.Shape.H, in.Shape.W)
	fmt.Fprintf(w, "// %s a beat, %d channels of %v each, the first in the least significant bits. tuser marks\n", d.perBeat(), in.Shape.C, in.Format)
	fmt.Fprintf(w, "// the first beat of a frame, tlast the last beat of a row.\n")
	switch heads := d.Map.Heads; len(heads) {
	case 0:
		fmt.Fprintf(w, "// Layer %s leaves on m_axis, a position a beat.\n", rtl.Comment(d.final.Name))
	case 1:
		fmt.Fprintf(w, "// Layer %s ends in the programmable head, whose bus is s_axi and whose results are m_axis.\n", rtl.Comment(d.final.Name))
	default:
		fmt.Fprintf(w, "// Layer %s ends in %d programmable heads, which take the frames in turn: frame n goes to\n", rtl.Comment(d.final.Name), len(heads))
		fmt.Fprintf(w, "// head n modulo %d. The bus of head k is %s<k>, its results are %s<k>.\n", len(heads), headBus, headResults)
	}
	fmt.Fprintf(w, "module %s (\n    input  wire clk,\n    input  wire resetn", d.Map.Top)
	declare(w, d.layers[0].ins[0], net{"s_axis", true}, false)
	for _, h := range d.Map.Heads {
		for _, p := range headPorts {
			direction := "input  wire"
			if p.out {
				direction = "output wire"
			}
			fmt.Fprintf(w, ",\n    %s %s%s", direction, dims(p.width), h.Port(p.name))
		}
	}
	for _, l := range d.layers {
		for i, n := range l.gives {
			if n.axi {
				declare(w, l.outs()[i], n, true)
			}
		}
	}
	for _, e := range d.exits {
		for i, n := range e.gives {
			if n.axi {
				declare(w, e.outs[i], n, true)
			}
		}
	}
	w.WriteString("\n);\n")
	for _, l := range d.layers {
		for i, n := range l.gives {
			if !n.axi {
				wires(w, l.outs()[i], n)
			}
		}
	}
	for _, l := range d.layers {
		w.WriteString("\n")
		cs := append([]connection(nil), clocked...)
		for i, p := range l.ins {
			cs = append(cs, connect(p, l.reads[i])...)
		}
		for i, p := range l.outs() {
			cs = append(cs, connect(p, l.gives[i])...)
		}
		instance(w, l.module, nil, l.instance, cs)
	}
	for _, e := range d.exits {
		w.WriteString("\n")
		cs := append(append([]connection(nil), clocked...), connect(e.ins[0], e.reads)...)
		for i, n := range e.gives {
			if !n.axi {
				wires(w, e.outs[i], n)
			}
			cs = append(cs, connect(e.outs[i], n)...)
		}
		instance(w, e.module, nil, e.at, cs)
	}
	for i, h := range d.Map.Heads {
		d.writeHead(w, h, d.fed[i])
	}
	w.WriteString("endmodule\n")
}

// writeHead writes a head behind its features.
func (d *Design) writeHead(w *bytes.Buffer, h Head, n net) {
	data, width := n.signal("_data"), d.final.Out.Format.Width
	if rest := 8 - width; rest > 0 {
		top := "1'b0"
		if d.final.Out.Format.Signed {
			top = slice(data, width, 1, width-1)
		}
		data = fmt.Sprintf("{{%d{%s}}, %s}", rest, top, data)
	}
	w.WriteString("\n")
	cs := append([]connection(nil), clocked...)
	for _, p := range headPorts {
		cs = append(cs, connection{p.name, h.Port(p.name)})
	}
	cs = append(cs, connection{"s_axis_tvalid", n.signal("_valid")}, connection{"s_axis_tready", n.signal("_ready")},
		connection{"s_axis_tdata", data}, connection{"s_axis_tlast", n.signal("_last")})
	instance(w, npu.Top, nil, h.Instance, cs)
}
