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
	if d.headed() {
		fmt.Fprintf(w, "// Layer %s ends in the programmable head, whose bus is s_axi and whose results are m_axis.\n", rtl.Comment(d.final.Name))
	} else {
		fmt.Fprintf(w, "// Layer %s leaves on m_axis, a position a beat.\n", rtl.Comment(d.final.Name))
	}
	fmt.Fprintf(w, "module %s (\n    input  wire clk,\n    input  wire resetn", d.Map.Top)
	declare(w, d.layers[0].ins[0], net{"s_axis", true}, false)
	if d.headed() {
		for _, p := range headPorts {
			direction := "input  wire"
			if p.out {
				direction = "output wire"
			}
			fmt.Fprintf(w, ",\n    %s %s%s", direction, dims(p.width), p.name)
		}
	}
	for _, l := range d.layers {
		for i, n := range l.gives {
			if n.axi {
				declare(w, l.outs()[i], n, true)
			}
		}
	}
	if d.exit != nil && d.gives.axi {
		declare(w, d.exit.outs[0], d.gives, true)
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
	if d.exit != nil {
		w.WriteString("\n")
		if !d.gives.axi {
			wires(w, d.exit.outs[0], d.gives)
		}
		cs := append([]connection(nil), clocked...)
		cs = append(append(cs, connect(d.exit.ins[0], d.last)...), connect(d.exit.outs[0], d.gives)...)
		instance(w, d.exit.module, nil, d.exitAt, cs)
	}
	if d.headed() {
		d.writeHead(w)
	}
	w.WriteString("endmodule\n")
}

// writeHead writes the head behind the features.
func (d *Design) writeHead(w *bytes.Buffer) {
	out, n := d.exit.outs[0], d.gives
	data := n.signal("_data")
	if rest := 8 - out.width; rest > 0 {
		top := "1'b0"
		if d.final.Out.Format.Signed {
			top = slice(data, out.width, 1, out.width-1)
		}
		data = fmt.Sprintf("{{%d{%s}}, %s}", rest, top, data)
	}
	w.WriteString("\n")
	cs := append([]connection(nil), clocked...)
	for _, p := range headPorts {
		cs = append(cs, connection{p.name, p.name})
	}
	cs = append(cs, connection{"s_axis_tvalid", n.signal("_valid")}, connection{"s_axis_tready", n.signal("_ready")},
		connection{"s_axis_tdata", data}, connection{"s_axis_tlast", n.signal("_last")})
	instance(w, npu.Top, nil, d.Map.Head, cs)
}
