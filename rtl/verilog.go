package rtl

import (
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashiflex/hashiflex/netlist"
)

// maxNest is the largest nesting depth of unnamed one-use operators.
const maxNest = 3

// WriteVerilog writes m as one Verilog-2001 module: m.Doc as the comment above it, the
// ports in order (registers add an input clk, or clk_2 where that name is taken), then
// one wire per named or shared cell, adders grouped by level. Cells that reach neither
// an output nor a register are left out. Names follow VerilogName. Bits that nothing
// reads get names that begin with unused_, which lint tools accept as intended.
// Undefined values are written as x.
//
// The error is that of w, or names an invalid cell.
func WriteVerilog(w io.Writer, m *netlist.Module) error {
	v := &writer{
		m:     m,
		out:   w,
		names: make([]string, len(m.Cells)),
		uses:  make([]int32, len(m.Cells)),
		nest:  make([]uint8, len(m.Cells)),
		level: make([]int32, len(m.Cells)),
		read:  make([]uint64, len(m.Cells)),
		port:  make([]bool, len(m.Cells)),
		ids:   namespace{},
	}
	if err := v.live(); err != nil {
		return fmt.Errorf("verilog: module %q: %w", m.Name, err)
	}
	v.order()
	v.name()
	v.header()
	v.body()
	v.outputs()
	v.registers()
	v.unused()
	v.text("endmodule\n")
	v.flush()
	if v.err != nil {
		return fmt.Errorf("verilog: module %q: %w", m.Name, v.err)
	}
	return nil
}

type writer struct {
	m     *netlist.Module
	out   io.Writer
	err   error
	buf   []byte
	names []string        // identifier of a value; "" is written in place
	uses  []int32         // operands, outputs and registers that read a value; 0 is dead
	nest  []uint8         // how deep the text of an unnamed operator is
	level []int32         // adders on the longest path to a value
	read  []uint64        // bits of an identifier that some text reads
	port  []bool          // the value is written straight into an output port
	seq   []netlist.Value // live cells, by level, then by id
	ids   namespace
	outs  []string // identifiers of the output ports
	clock string
	rs    []run
}

func (w *writer) text(s string) { w.buf = append(w.buf, s...) }

func (w *writer) flush() {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

// live counts the uses of every cell that an output or register depends on.
func (w *writer) live() error {
	m := w.m
	for _, o := range m.Outputs {
		w.uses[o.Value]++
	}
	for _, r := range m.Regs {
		w.uses[r.D]++
		w.uses[r.Q]++
	}
	for _, in := range m.Inputs {
		w.uses[in.Value]++
	}
	for id := len(m.Cells) - 1; id > 0; id-- {
		if w.uses[id] == 0 {
			continue
		}
		c := &m.Cells[id]
		if c.Op == netlist.OpInvalid || c.Op >= netlist.NumOps {
			return fmt.Errorf("cell %d: no valid operation", id)
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			if a <= 0 || int(a) >= id {
				return fmt.Errorf("cell %d (%v): operand %d is not an earlier cell", id, c.Op, a)
			}
			w.uses[a]++
		}
	}
	return nil
}

// order sorts the live cells by adder level, so that a level is in one place. Ids break
// ties and keep operands before their users.
func (w *writer) order() {
	sorted := true
	for id := 1; id < len(w.m.Cells); id++ {
		if w.uses[id] == 0 {
			continue
		}
		c := &w.m.Cells[id]
		l := int32(0)
		for _, a := range c.Args[:c.Op.Arity()] {
			l = max(l, w.level[a])
		}
		if isStage(c.Op) {
			l++
		}
		w.level[id] = l
		if n := len(w.seq); n > 0 && w.level[w.seq[n-1]] > l {
			sorted = false
		}
		w.seq = append(w.seq, netlist.Value(id))
	}
	if !sorted {
		sort.SliceStable(w.seq, func(i, j int) bool { return w.level[w.seq[i]] < w.level[w.seq[j]] })
	}
}

// isStage reports whether op is a level of its own: a sum or product of two words.
func isStage(op netlist.Op) bool { return op.Class() == netlist.ClassArithmetic && op.Arity() == 2 }

// name gives identifiers: ports first, since they are the module's contract.
func (w *writer) name() {
	m := w.m
	for _, in := range m.Inputs {
		w.names[in.Value] = w.ids.claim(in.Name)
	}
	for _, o := range m.Outputs {
		w.outs = append(w.outs, w.ids.claim(o.Name))
	}
	// A signal called like its module would hide it.
	w.ids[VerilogName(m.Name)] = true
	if len(m.Regs) > 0 {
		w.clock = w.ids.claim("clk")
	}
	for _, r := range m.Regs {
		w.names[r.Q] = w.ids.claim(r.Name)
	}
	for i, o := range m.Outputs {
		op := m.Cells[o.Value].Op
		given := m.Names[o.Value]
		if w.names[o.Value] == "" && (given == o.Name || given == "" && !op.IsWiring() && op != netlist.OpConst) {
			w.names[o.Value], w.port[o.Value] = w.outs[i], true
		}
	}
	wiringReads := make([]bool, len(m.Cells))
	for _, id := range w.seq {
		if c := &m.Cells[id]; c.Op.IsWiring() {
			for _, a := range c.Args[:c.Op.Arity()] {
				wiringReads[a] = true
			}
		}
	}
	for _, id := range w.seq {
		if w.names[id] != "" {
			continue
		}
		if given := m.Names[id]; given != "" {
			w.names[id] = w.ids.claim(given)
		} else if !w.inPlace(id, wiringReads[id]) {
			w.names[id] = w.ids.claim("n" + strconv.Itoa(int(id)))
		}
	}
}

// inPlace reports whether an unnamed cell is written where it is used. Only operators
// whose meaning does not depend on their context may nest.
func (w *writer) inPlace(id netlist.Value, sliced bool) bool {
	c := &w.m.Cells[id]
	row := &texts[c.Op]
	switch {
	case row.runs != nil:
		w.rs = w.runs(id, w.rs[:0])
		return len(w.rs) <= maxPieces
	case !row.nests || sliced || w.uses[id] > 1:
		return false
	}
	n := uint8(0)
	for _, a := range c.Args[:c.Op.Arity()] {
		if w.names[a] == "" {
			n = max(n, w.nest[a])
		}
	}
	w.nest[id] = n + 1
	return n+1 <= maxNest
}

func (w *writer) header() {
	for _, d := range w.m.Doc {
		w.text(strings.TrimRight("// "+Comment(d), " "))
		w.text("\n")
	}
	w.text("module ")
	w.text(VerilogName(w.m.Name))
	w.text(" (")
	sep := "\n"
	decl := func(dir string, width int, name string) {
		w.text(sep)
		w.text("    ")
		w.text(dir)
		w.dims(width)
		w.text(name)
		sep = ",\n"
	}
	if w.clock != "" {
		decl("input  wire", 1, w.clock)
	}
	for _, in := range w.m.Inputs {
		decl("input  wire", in.Width, w.names[in.Value])
	}
	for i, o := range w.m.Outputs {
		decl("output wire", o.Width, w.outs[i])
	}
	w.text("\n);\n")
}

// dims writes " [hi:0] ", or a blank for one bit.
func (w *writer) dims(width int) {
	if width > 1 {
		w.text(" [")
		w.buf = strconv.AppendInt(w.buf, int64(width-1), 10)
		w.text(":0]")
	}
	w.text(" ")
}

func (w *writer) body() {
	for _, r := range w.m.Regs {
		w.text("    reg")
		w.dims(w.m.Width(r.Q))
		w.text(w.names[r.Q])
		w.text(";\n")
	}
	// A chain has one adder a level; a heading for each would hide it.
	adders, depth := 0, int32(0)
	for _, id := range w.seq {
		if isStage(w.m.Cells[id].Op) {
			adders++
			depth = max(depth, w.level[id])
		}
	}
	headings := adders > int(depth)
	shown := int32(0)
	for _, id := range w.seq {
		c := &w.m.Cells[id]
		if headings && w.level[id] > shown {
			shown = w.level[id]
			w.text("\n    // level ")
			w.buf = strconv.AppendInt(w.buf, int64(shown), 10)
			w.text("\n")
		}
		if w.names[id] == "" || c.Op == netlist.OpInput || c.Op == netlist.OpReg {
			continue
		}
		if w.port[id] {
			w.text("    assign ")
		} else {
			w.text("    wire")
			w.dims(int(c.Width))
		}
		w.text(w.names[id])
		w.text(" = ")
		w.operation(id)
		w.text(";\n")
		if len(w.buf) > 1<<16 {
			w.flush()
		}
	}
}

// outputs connects the ports that are not written where their value is computed.
func (w *writer) outputs() {
	blank := true
	for i, o := range w.m.Outputs {
		name := w.outs[i]
		if w.names[o.Value] == name {
			w.read[o.Value] = ones(o.Width)
			continue
		}
		if blank {
			w.text("\n")
			blank = false
		}
		w.text("    assign ")
		w.text(name)
		w.text(" = ")
		w.operand(o.Value)
		w.text(";\n")
	}
}

func (w *writer) registers() {
	if len(w.m.Regs) == 0 {
		return
	}
	w.text("\n    always @(posedge ")
	w.text(w.clock)
	w.text(") begin\n")
	for _, r := range w.m.Regs {
		w.text("        ")
		w.text(w.names[r.Q])
		w.text(" <= ")
		w.operand(r.D)
		w.text(";\n")
	}
	w.text("    end\n")
}

// unused gathers, per identifier, the bits that no text above has read.
func (w *writer) unused() {
	first := true
	for _, id := range w.seq {
		name, width := w.names[id], w.m.Width(id)
		left := ones(width) &^ w.read[id]
		if name == "" || left == 0 {
			continue
		}
		if first {
			w.text("\n    // bits that nothing above needs\n")
			first = false
		}
		var rs []run
		n := 0
		for lo := 0; lo < width; {
			if left>>lo&1 == 0 {
				lo++
				continue
			}
			hi := lo
			for hi < width && left>>hi&1 == 1 {
				hi++
			}
			rs = append(rs, run{val: id, lo: lo, width: hi - lo})
			n += hi - lo
			lo = hi
		}
		w.text("    wire")
		w.dims(n)
		w.text(w.ids.claim("unused_" + name))
		w.text(" = ")
		w.appendRuns(rs)
		w.text(";\n")
	}
}

// operand writes a value where it is used: by name, as wiring, or as an
// operator in parentheses.
func (w *writer) operand(v netlist.Value) {
	op := w.m.Cells[v].Op
	switch {
	case w.names[v] != "" || op == netlist.OpConst || op.IsWiring():
		w.rs = w.runs(v, w.rs[:0])
		w.appendRuns(w.rs)
	default:
		w.text("(")
		w.operation(v)
		w.text(")")
	}
}

// signed writes a value as an operand whose top bit is its sign.
func (w *writer) signed(v netlist.Value) {
	c := &w.m.Cells[v]
	width := int(c.Width)
	if c.Op == netlist.OpConst && w.names[v] == "" {
		bits := uint64(c.Aux) & ones(width)
		top := uint64(1) << (width - 1)
		// The least value has no positive counterpart to negate.
		if bits != top {
			if bits&top != 0 {
				w.text("-")
				bits = -bits & ones(width)
			}
			w.buf = strconv.AppendInt(w.buf, int64(width), 10)
			w.text("'sd")
			w.buf = strconv.AppendUint(w.buf, bits, 10)
			return
		}
	}
	w.text("$signed(")
	w.operand(v)
	w.text(")")
}

// operation writes what a cell computes from its operands.
func (w *writer) operation(id netlist.Value) { texts[w.m.Cells[id].Op].write(w, id) }

// pragmas are first words that make some tool obey a comment.
var pragmas = []string{"synopsys", "synthesis", "verilator", "verilint", "pragma", "ambit", "cadence", "xilinx", "altera", "yosys", "rtl_synthesis", "vcs", "lint"}

// Comment turns s into one line that every tool reads as a comment and nothing else.
func Comment(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		if r == '`' || r == '$' {
			return '\'' // directives and tasks; see SelfContained
		}
		return r
	}, s)
	clean = strings.TrimRight(strings.TrimSpace(clean), `\ `)
	for _, p := range pragmas {
		if len(clean) >= len(p) && strings.EqualFold(clean[:len(p)], p) {
			return "- " + clean
		}
	}
	return clean
}
