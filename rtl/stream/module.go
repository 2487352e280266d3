package stream

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/rtl"
)

// port is a stream at the border of a module. Its signals are called prefix_valid,
// prefix_ready, prefix_data, and, if it has them, prefix_first and prefix_last.
type port struct {
	prefix      string
	width       int // of the data
	lanes       int // items in the data
	first, last bool
}

// pixels is a port of one item.
func pixels(prefix string, width int) port { return port{prefix: prefix, width: width, lanes: 1} }

// stream is the port as a Map names it.
func (p port) stream() Stream {
	s := Stream{Valid: p.prefix + "_valid", Ready: p.prefix + "_ready", Data: p.prefix + "_data", Lanes: p.lanes}
	if p.first {
		s.First = p.prefix + "_first"
	}
	if p.last {
		s.Last = p.prefix + "_last"
	}
	return s
}

// signal is one signal of a stream.
type signal struct {
	suffix string
	width  int
	back   bool // against the direction of the stream
}

func (p port) signals() []signal {
	s := []signal{{"_valid", 1, false}, {"_ready", 1, true}, {"_data", p.width, false}}
	if p.first {
		s = append(s, signal{"_first", 1, false})
	}
	if p.last {
		s = append(s, signal{"_last", 1, false})
	}
	return s
}

// axi are the suffixes of AXI4-Stream.
var axi = map[string]string{"_valid": "_tvalid", "_ready": "_tready", "_data": "_tdata", "_first": "_tuser", "_last": "_tlast"}

// net is the prefix of signals inside a module, or of its ports.
type net struct {
	prefix string
	axi    bool
}

func (n net) signal(suffix string) string {
	if n.axi {
		return n.prefix + axi[suffix]
	}
	return n.prefix + suffix
}

// header begins a module with a clock, a reset, and streams on both sides.
func header(b *bytes.Buffer, doc []string, name string, ins, outs []port) {
	for _, d := range doc {
		fmt.Fprintf(b, "// %s\n", rtl.Comment(d))
	}
	fmt.Fprintf(b, "module %s (\n    input  wire clk,\n    input  wire resetn", name)
	for _, p := range ins {
		declare(b, p, net{prefix: p.prefix}, false)
	}
	for _, p := range outs {
		declare(b, p, net{prefix: p.prefix}, true)
	}
	b.WriteString("\n);\n")
}

// declare writes a stream's signals as ports, after others.
func declare(b *bytes.Buffer, p port, n net, out bool) {
	for _, s := range p.signals() {
		direction := "input  wire"
		if out != s.back {
			direction = "output wire"
		}
		fmt.Fprintf(b, ",\n    %s %s%s", direction, dims(s.width), n.signal(s.suffix))
	}
}

// wires declares a stream's signals inside a module.
func wires(b *bytes.Buffer, p port, n net) {
	for _, s := range p.signals() {
		fmt.Fprintf(b, "    wire %s%s;\n", dims(s.width), n.signal(s.suffix))
	}
}

func dims(width int) string {
	if width == 1 {
		return ""
	}
	return fmt.Sprintf("[%d:0] ", width-1)
}

// connection is a port of an instance and what it is connected to.
type connection struct{ port, to string }

// connect connects a stream's signals.
func connect(p port, n net) (cs []connection) {
	for _, s := range p.signals() {
		cs = append(cs, connection{p.prefix + s.suffix, n.signal(s.suffix)})
	}
	return cs
}

// parameter is a parameter of a library module.
type parameter struct {
	name  string
	value int
}

// instance writes an instance. Lines break before they get long.
func instance(b *bytes.Buffer, module string, ps []parameter, name string, cs []connection) {
	b.WriteString("    " + module)
	if len(ps) > 0 {
		var list []string
		for _, p := range ps {
			list = append(list, fmt.Sprintf(".%s(%d)", p.name, p.value))
		}
		b.WriteString(" #(" + strings.Join(list, ", ") + ")")
	}
	b.WriteString(" " + name + " (")
	line := 0
	for i, c := range cs {
		text := "." + c.port + "(" + c.to + ")"
		if i < len(cs)-1 {
			text += ","
		}
		if i == 0 || line+len(text) > 100 {
			b.WriteString("\n        ")
			line = 0
		} else {
			b.WriteString(" ")
		}
		b.WriteString(text)
		line += len(text) + 1
	}
	b.WriteString("\n    );\n")
}

// clocked is an instance's clock and reset.
var clocked = []connection{{"clk", "clk"}, {"resetn", "resetn"}}

// slice is width bits of a signal of size bits, from bit number width*i on.
func slice(name string, size, width, i int) string {
	switch {
	case width == size:
		return name
	case width == 1:
		return fmt.Sprintf("%s[%d]", name, i)
	}
	return fmt.Sprintf("%s[%d:%d]", name, width*(i+1)-1, width*i)
}

// namespace hands out the names of instances and signals in one module.
type namespace map[string]bool

// claim returns name for an instance, with a number appended where it is taken.
func (ns namespace) claim(name string) string { return ns.free(name, "") }

// stream is claim for the prefix of a stream's signals.
func (ns namespace) stream(prefix string) net {
	var suffixes []string
	for s := range axi {
		suffixes = append(suffixes, s)
	}
	return net{prefix: ns.free(prefix, suffixes...)}
}

func (ns namespace) free(name string, suffixes ...string) string {
	taken := func(s string) bool {
		return slices.ContainsFunc(suffixes, func(x string) bool { return ns[s+x] })
	}
	s := name
	for i := 2; taken(s); i++ {
		s = fmt.Sprintf("%s_%d", name, i)
	}
	for _, x := range suffixes {
		ns[s+x] = true
	}
	return s
}
