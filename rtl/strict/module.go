package strict

import "github.com/hashiflex/hashiflex/rtl"

// module is a module's header, for its instances.
type module struct {
	name    string
	ports   []port
	pending []pending
	below   []*module // that it has instances of
	state   uint8     // of descend
	file    string
	at      place
	wires   []wire // of a module with pending instances
	parts   []part
}

type port struct {
	name  string
	width int32
	out   bool
}

// wire is a net that was declared.
type wire struct {
	width  int32
	driven int32 // bits, in one piece or in parts
	kind   kind
	vector bool
	at     place
}

type kind uint8

const (
	net kind = iota
	input
	register
	hidden // an output of a cell within an expression
)

// instance is the value of a name that is no net.
const instance = -1

// module reads a module.
func (r *reader) module() {
	begin := r.at
	if !r.is("module") {
		r.refuse(r.at, "want a module, have %s", r.word())
	}
	r.next()
	at := r.at
	id := r.fresh()
	if r.modules[id] != nil {
		r.refuse(at, "a second module %s", id)
	}
	m := &module{name: id, file: r.file, at: at}
	r.modules[id] = m
	r.order = append(r.order, m)
	r.mod, r.clock = m, -1
	r.names.reset()
	r.wires, r.parts, r.stack = r.wires[:0], r.parts[:0], r.stack[:0]
	r.b.Module(id)
	r.header()
	for !r.is("endmodule") {
		r.item()
	}
	r.b.End(r.b.At(r.file, begin.line, begin.column, r.line, int32(r.to-r.start)+1))
	r.next()
	if len(m.pending) == 0 {
		r.covered(m, r.wires, r.parts)
		return
	}
	m.wires, m.parts = append([]wire(nil), r.wires...), append([]part(nil), r.parts...)
}

// fresh reads a name that is no keyword.
func (r *reader) fresh() string {
	if r.tok != name {
		r.refuse(r.at, "want a name, have %s", r.word())
	}
	id := string(r.text[r.from:r.to])
	if rtl.VerilogName(id) != id {
		r.refuse(r.at, "%.40q is a keyword, or too long for a name", id)
	}
	r.next()
	return id
}

// header reads the list of ports.
func (r *reader) header() {
	r.want('(', "a list of ports")
	for {
		k := net
		dir := rtl.Out
		switch {
		case r.is("input"):
			k, dir = input, rtl.In
		case r.is("output"):
		default:
			r.refuse(r.at, "want input or output, have %s", r.word())
		}
		r.next()
		if r.is("wire") {
			r.next()
		} else if r.is("reg") {
			if k == input {
				r.refuse(r.at, "an input that is a register")
			}
			k = register
			r.next()
		}
		width, vector := r.dims()
		_, id := r.declare(k, width, vector, dir, int32(len(r.mod.ports))+1)
		r.mod.ports = append(r.mod.ports, port{id, width, dir == rtl.Out})
		if r.tok != ',' {
			break
		}
		r.next()
	}
	r.want(')', "a comma or a closing parenthesis")
	r.want(';', "a semicolon")
}

// dims reads a range [n:0], or nothing.
func (r *reader) dims() (width int32, vector bool) {
	if r.tok != '[' {
		return 1, false
	}
	at := r.at
	r.next()
	hi := r.plain()
	r.want(':', "a range with two bounds")
	if lo := r.plain(); lo != 0 || hi >= maxWidth {
		r.refuse(at, "want a range from at most %d down to 0", maxWidth-1)
	}
	r.want(']', "a closing bracket")
	return hi + 1, true
}

// declare reads the name of a net.
func (r *reader) declare(k kind, width int32, vector bool, dir rtl.Direction, place int32) (int32, string) {
	at := r.at
	if r.tok != name {
		r.refuse(at, "want a name, have %s", r.word())
	}
	text := r.text[r.from:r.to]
	if !r.names.put(r.text, r.from, r.to, int32(len(r.wires))) {
		r.refuse(at, "a second %s", text)
	}
	src := r.b.At(r.file, at.line, at.column, at.line, at.column+int32(len(text)))
	id, kept := r.b.Wire(text, src, width, dir, place)
	if rtl.VerilogName(kept) != kept {
		r.refuse(at, "%.40q is a keyword, or too long for a name", kept)
	}
	r.next()
	r.wires = append(r.wires, wire{width: width, kind: k, vector: vector, at: at})
	return id, kept
}

// inner adds a net for a value within an expression.
func (r *reader) inner(src string, width int32) int32 {
	r.wires = append(r.wires, wire{width: width, driven: width, kind: hidden})
	return r.b.Inner(src, width)
}

// item reads an item of a module.
func (r *reader) item() {
	if r.tok != name {
		r.refuse(r.at, "want an item of a module, have %s", r.word())
	}
	switch string(r.text[r.from:r.to]) {
	case "wire":
		r.next()
		r.nets()
	case "reg":
		r.next()
		r.registers()
	case "assign":
		r.next()
		for {
			r.assign()
			if r.tok != ',' {
				break
			}
			r.next()
		}
		r.want(';', "a semicolon")
	case "always":
		r.always()
	default:
		r.instance()
	}
}

// nets reads declarations of wires, with or without what drives them.
func (r *reader) nets() {
	width, vector := r.dims()
	for {
		at := r.at
		id, _ := r.declare(net, width, vector, rtl.Inner, 0)
		if r.tok == '=' {
			r.next()
			r.drives(r.expression(), rtl.Chunk{Wire: id, Width: width}, at)
		}
		if r.tok != ',' {
			break
		}
		r.next()
	}
	r.want(';', "an operator, a comma or a semicolon")
}

func (r *reader) registers() {
	width, vector := r.dims()
	for {
		r.declare(register, width, vector, rtl.Inner, 0)
		if r.tok != ',' {
			break
		}
		r.next()
	}
	r.want(';', "a semicolon: a register has no value of its own at the beginning")
}

// target reads a net that may be driven, or a part of it.
func (r *reader) target() (rtl.Chunk, place) {
	at := r.at
	if r.tok != name {
		r.refuse(at, "want a net, have %s", r.word())
	}
	w := r.net()
	c := r.stack[w.from]
	r.stack = r.stack[:w.from]
	return c, at
}

// assign reads a net and what drives it.
func (r *reader) assign() {
	to, at := r.target()
	if r.wires[to.Wire].kind != net {
		r.refuse(at, "an assignment to what is no wire")
	}
	r.want('=', "=")
	r.drives(r.expression(), to, at)
}

// drives connects w, the topmost word, to a net.
func (r *reader) drives(w word, to rtl.Chunk, at place) {
	r.fits(&w, to.Width, at)
	r.drive(to, at)
	if w.op == "" {
		r.b.Connect(r.b.Sig(to), r.signal(&w))
		return
	}
	r.cell(&w, r.location(&w), r.b.Sig(to))
	r.stack = r.stack[:w.from]
}

// fits refuses a word that is no plain value of so many bits.
func (r *reader) fits(w *word, width int32, at place) {
	if w.width != width {
		r.refuse(at, "%d bits for %d", w.width, width)
	}
	if w.signed && w.fixed {
		r.refuse(w.at, "a signed constant: the sign does not matter here")
	}
}

// always reads registers that take their next values.
func (r *reader) always() {
	begin := r.at
	r.next()
	r.want('@', "@")
	r.want('(', "an opening parenthesis")
	if !r.is("posedge") {
		r.refuse(r.at, "want posedge, have %s", r.word())
	}
	r.next()
	at := r.at
	if r.tok != name {
		r.refuse(at, "want a clock, have %s", r.word())
	}
	clk := r.net()
	c := r.stack[clk.from]
	r.stack = r.stack[:clk.from]
	if w := &r.wires[c.Wire]; w.kind != input || w.vector {
		r.refuse(at, "a clock that is no input of one bit")
	}
	if r.clock >= 0 && r.clock != c.Wire {
		r.refuse(at, "a second clock")
	}
	r.clock = c.Wire
	r.want(')', "a closing parenthesis")
	block := r.is("begin")
	if block {
		r.next()
	}
	type next struct{ d, q rtl.Sig }
	var all []next
	for {
		if block && r.is("end") {
			r.next()
			break
		}
		to, at := r.target()
		if w := &r.wires[to.Wire]; w.kind != register || to.Width != w.width {
			r.refuse(at, "want a whole register")
		}
		r.want(lessEqual, "<=")
		w := r.expression()
		r.fits(&w, to.Width, at)
		r.drive(to, at)
		all = append(all, next{r.signal(&w), r.b.Sig(to)})
		r.want(';', "an operator or a semicolon")
		if !block {
			break
		}
	}
	src := r.b.At(r.file, begin.line, begin.column, r.after.line, r.after.column)
	for _, n := range all {
		r.b.Register(src, r.b.Sig(c), n.d, n.q)
	}
}
