package rtl

import (
	"slices"
	"strconv"
	"strings"
)

// Builder makes a Design for a front end that reads Verilog in this program; see package
// strict. It says what Yosys says in RTLIL: the same wires and cells, so that elaboration
// and everything after it is the same. It checks nothing: widths, drivers and names are the
// front end's duty.
//
// Modules are built one after another. A signal is a sequence of Chunks, the most
// significant first.
type Builder struct {
	d     *Design
	m     *ilModule
	arena strings.Builder // of names and locations
	loc   []byte
	ports map[string]string
	// work is where a module grows; End copies what it has.
	work ilModule
}

// Chunk is Width bits of a wire, from bit Off on. Constants come from Builder.Const.
type Chunk struct{ Wire, Off, Width int32 }

// Sig is a signal of the module under construction.
type Sig struct{ s span }

// Direction is what a wire is in its module's header.
type Direction uint8

const (
	Inner Direction = iota // in no header
	In
	Out
)

// Operator is an operation of a cell, with the name that it has in RTLIL.
type Operator string

const (
	OpNot       Operator = "$not"
	OpNeg       Operator = "$neg"
	OpAdd       Operator = "$add"
	OpSub       Operator = "$sub"
	OpMul       Operator = "$mul"
	OpAnd       Operator = "$and"
	OpOr        Operator = "$or"
	OpXor       Operator = "$xor"
	OpXnor      Operator = "$xnor"
	OpShl       Operator = "$shl"
	OpShr       Operator = "$shr"
	OpSshr      Operator = "$sshr" // of a signed A
	OpEq        Operator = "$eq"
	OpNe        Operator = "$ne"
	OpLt        Operator = "$lt"
	OpLe        Operator = "$le"
	OpGt        Operator = "$gt"
	OpGe        Operator = "$ge"
	OpLogicNot  Operator = "$logic_not"
	OpLogicAnd  Operator = "$logic_and"
	OpLogicOr   Operator = "$logic_or"
	OpReduceAnd Operator = "$reduce_and"
	OpReduceOr  Operator = "$reduce_or"
	OpReduceXor Operator = "$reduce_xor"
	OpMux       Operator = "$mux" // B where S is 1, else A
)

// NewBuilder returns a builder of an empty design.
func NewBuilder() *Builder {
	return &Builder{d: &Design{index: map[string]*ilModule{}}, ports: map[string]string{}}
}

// Design is what was built. The builder must not be used after it.
func (b *Builder) Design() *Design { return b.d }

// At is a location as designs have them: lines and columns count from 1, and the end is
// the column behind the last character.
func (b *Builder) At(file string, line, column, endLine, endColumn int32) string {
	l := append(b.loc[:0], file...)
	l = strconv.AppendInt(append(l, ':'), int64(line), 10)
	l = strconv.AppendInt(append(l, '.'), int64(column), 10)
	l = strconv.AppendInt(append(l, '-'), int64(endLine), 10)
	l = strconv.AppendInt(append(l, '.'), int64(endColumn), 10)
	b.loc = l
	return b.keep(l)
}

// keep is s as a string in memory that many strings share.
func (b *Builder) keep(s []byte) string {
	if b.arena.Cap()-b.arena.Len() < len(s) {
		b.arena = strings.Builder{}
		b.arena.Grow(max(1<<16, len(s)))
	}
	from := b.arena.Len()
	b.arena.Write(s)
	return b.arena.String()[from:]
}

// Module begins a module. Its name must be new.
func (b *Builder) Module(name string) {
	name = `\` + name
	w := &b.work
	*w = ilModule{
		name: name, byName: map[string]int32{}, params: operandFlags,
		wires: w.wires[:0], cells: w.cells[:0], ports: w.ports[:0], conns: w.conns[:0], chunks: w.chunks[:0], digits: w.digits[:0],
	}
	b.m = w
}

// operandFlags are the parameters of all cells, which are read only.
var (
	operandFlags = []ilParam{{name: `\A_SIGNED`, value: 1}, {name: `\B_SIGNED`, value: 1}, {name: `\CLK_POLARITY`, value: 1}}
	signedSpans  = [3]span{{}, {0, 1}, {0, 2}} // of none, A, and both
	risingEdge   = span{2, 3}
)

// End ends the module and says where it stands.
func (b *Builder) End(src string) {
	m := b.work
	m.src = src
	m.wires, m.cells, m.ports = slices.Clone(m.wires), slices.Clone(m.cells), slices.Clone(m.ports)
	m.conns, m.chunks, m.digits = slices.Clone(m.conns), slices.Clone(m.chunks), slices.Clone(m.digits)
	b.d.modules = append(b.d.modules, &m)
	b.d.index[m.name] = &m
	b.m = nil
}

// Wire adds a wire. A port has its place in the header, from 1 on. It returns the wire's
// number, and its name in memory that lasts.
func (b *Builder) Wire(name []byte, src string, width int32, dir Direction, place int32) (int32, string) {
	b.loc = append(append(b.loc[:0], '\\'), name...)
	w := ilWire{name: b.keep(b.loc), src: src, width: width, port: place, in: dir == In, out: dir == Out}
	if dir != Inner {
		b.m.byName[w.name] = int32(len(b.m.wires))
	}
	b.m.wires = append(b.m.wires, w)
	return int32(len(b.m.wires) - 1), w.name[1:]
}

// Inner adds a wire without a name, for a value within an expression.
func (b *Builder) Inner(src string, width int32) int32 {
	b.m.wires = append(b.m.wires, ilWire{name: "$", src: src, width: width})
	return int32(len(b.m.wires) - 1)
}

// Const is a constant: bits as '0' and '1', the least significant first.
func (b *Builder) Const(bits []byte) Chunk {
	c := Chunk{-1, int32(len(b.m.digits)), int32(len(bits))}
	b.m.digits = append(b.m.digits, bits...)
	return c
}

// Sig is a signal of chunks, the most significant first.
func (b *Builder) Sig(chunks ...Chunk) Sig {
	from := int32(len(b.m.chunks))
	for i := len(chunks) - 1; i >= 0; i-- {
		c := chunks[i]
		b.m.chunks = append(b.m.chunks, chunk{c.Wire, c.Off, c.Width})
	}
	return Sig{span{from, int32(len(b.m.chunks))}}
}

// Connect drives one signal by another one of its width.
func (b *Builder) Connect(to, from Sig) { b.m.conns = append(b.m.conns, ilConn{to.s, from.s}) }

func (b *Builder) cell(c ilCell, ports ...ilPort) {
	from := int32(len(b.m.ports))
	b.m.ports = append(b.m.ports, ports...)
	c.ports = span{from, int32(len(b.m.ports))}
	b.m.cells = append(b.m.cells, c)
}

// unnamed is the name of a cell that has none in the text.
const unnamed = "$"

// Unary adds a cell of one operand.
func (b *Builder) Unary(op Operator, src string, a, y Sig) {
	b.cell(ilCell{typ: string(op), name: unnamed, src: src}, ilPort{`\A`, a.s}, ilPort{`\Y`, y.s})
}

// Binary adds a cell of two operands. Signed is how many of them are signed, A first.
func (b *Builder) Binary(op Operator, src string, signed int, a, c, y Sig) {
	b.cell(ilCell{typ: string(op), name: unnamed, src: src, params: signedSpans[signed]}, ilPort{`\A`, a.s}, ilPort{`\B`, c.s}, ilPort{`\Y`, y.s})
}

// Mux adds a multiplexer: y is then where s is 1, and els where it is 0.
func (b *Builder) Mux(src string, s, then, els, y Sig) {
	b.cell(ilCell{typ: string(OpMux), name: unnamed, src: src}, ilPort{`\A`, els.s}, ilPort{`\B`, then.s}, ilPort{`\S`, s.s}, ilPort{`\Y`, y.s})
}

// Register adds a register that takes d at the rising edge of clk.
func (b *Builder) Register(src string, clk, d, q Sig) {
	b.cell(ilCell{typ: "$dff", name: unnamed, src: src, params: risingEdge}, ilPort{`\CLK`, clk.s}, ilPort{`\D`, d.s}, ilPort{`\Q`, q.s})
}

// Connection is a signal at a port of an instance.
type Connection struct {
	Port string
	Sig  Sig
}

// Instance adds an instance of a module, which may be built later.
func (b *Builder) Instance(module, name, src string, at []Connection) {
	ports := make([]ilPort, len(at))
	for i, c := range at {
		port, ok := b.ports[c.Port]
		if !ok {
			port = `\` + c.Port
			b.ports[c.Port] = port
		}
		ports[i] = ilPort{port, c.Sig.s}
	}
	b.cell(ilCell{typ: `\` + module, name: `\` + name, src: src}, ports...)
}
