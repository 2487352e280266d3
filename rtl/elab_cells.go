package rtl

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
)

// cellKind describes a cell type of RTLIL (Yosys manual, "Internal cell library";
// simlib.v defines the meaning of every type).
type cellKind struct {
	silent   bool     // drives nothing and computes nothing
	outs     []string // ports that a cell without a known meaning drives
	out      string   // the one port that a cell with a meaning drives
	register bool
	memory   bool
	ins      []string                            // ports it reads
	build    func(e *elab, c *operands) []piece  // nil: no meaning
	check    func(m *ilModule, c *ilCell) string // what its widths must satisfy beyond the table
}

// operands is a cell under construction.
type operands struct {
	a, b, s []piece
	sa, sb  bool // A and B are signed
	both    bool // they are, together
	y       int32
	what    func() string // the cell's type, name and location
	cell    *flatCell
}

// fits returns "" if the cell's connections have the widths that its parameters state,
// and otherwise why the cell has no meaning.
func (k *cellKind) fits(m *ilModule, c *ilCell) string {
	for _, name := range append([]string{k.out}, k.ins...) {
		s, ok := m.port(c, name)
		if !ok {
			return "no port " + public(name)
		}
		want := int64(-1)
		for _, p := range m.params[c.params.from:c.params.to] {
			if p.name == name+"_WIDTH" && !p.wide {
				want = p.value
			}
		}
		n := int64(m.width(s))
		if n == 0 {
			return "port " + public(name) + " has no bits"
		}
		if want >= 0 && want != n {
			return fmt.Sprintf("port %s has %d bits, its parameter says %d", public(name), n, want)
		}
	}
	if k.check != nil {
		return k.check(m, c)
	}
	return ""
}

func sizes(m *ilModule, c *ilCell, name string) int64 {
	s, _ := m.port(c, name)
	return int64(m.width(s))
}

// equal demands one width of all the named ports.
func equal(names ...string) func(*ilModule, *ilCell) string {
	return func(m *ilModule, c *ilCell) string {
		for _, n := range names[1:] {
			if sizes(m, c, n) != sizes(m, c, names[0]) {
				return fmt.Sprintf("ports %s and %s have %d and %d bits", public(names[0]), public(n), sizes(m, c, names[0]), sizes(m, c, n))
			}
		}
		return ""
	}
}

func unary(f func(*elab, *operands) []piece) *cellKind {
	return &cellKind{out: `\Y`, ins: []string{`\A`}, build: f}
}

func binary(f func(*elab, *operands) []piece) *cellKind {
	return &cellKind{out: `\Y`, ins: []string{`\A`, `\B`}, build: f}
}

// shift is binary with an amount that is unsigned, as Verilog's operators have it.
func shift(f func(*elab, *operands) []piece) *cellKind {
	k := binary(f)
	k.check = func(m *ilModule, c *ilCell) string {
		if m.param(c, `\B_SIGNED`) != 0 {
			return "a signed shift amount"
		}
		return ""
	}
	return k
}

// cellKinds lists every cell type that the front end can produce without a rewriting
// pass. The ports of any other type are unknown too.
var cellKinds = map[string]*cellKind{
	"$pos":  unary(func(e *elab, c *operands) []piece { return resize(c.a, c.y, c.sa) }),
	"$not":  unary(func(e *elab, c *operands) []piece { return e.not(resize(c.a, c.y, c.sa)) }),
	"$neg":  unary((*elab).neg),
	"$add":  binary(arithmetic(netlist.OpAdd)),
	"$sub":  binary(arithmetic(netlist.OpSub)),
	"$mul":  binary(arithmetic(netlist.OpMul)),
	"$and":  binary(bitwise(netlist.OpAnd)),
	"$or":   binary(bitwise(netlist.OpOr)),
	"$xor":  binary(bitwise(netlist.OpXor)),
	"$xnor": binary(func(e *elab, c *operands) []piece { return e.not(bitwise(netlist.OpXor)(e, c)) }),

	"$shl":    shift((*elab).shl),
	"$sshl":   shift((*elab).shl),
	"$shr":    shift(func(e *elab, c *operands) []piece { return e.shr(c, netlist.OpShr) }),
	"$sshr":   shift((*elab).sshr),
	"$shift":  binary((*elab).shiftSigned),
	"$shiftx": binary((*elab).shiftIndex),

	"$eq":  binary(compare(netlist.OpEq, false, false)),
	"$eqx": binary(compare(netlist.OpEq, false, false)),
	"$ne":  binary(compare(netlist.OpEq, false, true)),
	"$nex": binary(compare(netlist.OpEq, false, true)),
	"$lt":  binary(compare(netlist.OpUlt, false, false)),
	"$ge":  binary(compare(netlist.OpUlt, false, true)),
	"$gt":  binary(compare(netlist.OpUlt, true, false)),
	"$le":  binary(compare(netlist.OpUlt, true, true)),

	"$logic_not": unary(func(e *elab, c *operands) []piece { return e.flag(c, e.not(e.reduce(netlist.OpRedOr, c.a))) }),
	"$logic_and": binary(logic(netlist.OpAnd)),
	"$logic_or":  binary(logic(netlist.OpOr)),

	"$reduce_and":  unary(func(e *elab, c *operands) []piece { return e.flag(c, e.reduce(netlist.OpRedAnd, c.a)) }),
	"$reduce_or":   unary(func(e *elab, c *operands) []piece { return e.flag(c, e.reduce(netlist.OpRedOr, c.a)) }),
	"$reduce_bool": unary(func(e *elab, c *operands) []piece { return e.flag(c, e.reduce(netlist.OpRedOr, c.a)) }),
	"$reduce_xor":  unary(func(e *elab, c *operands) []piece { return e.flag(c, e.reduce(netlist.OpRedXor, c.a)) }),
	"$reduce_xnor": unary(func(e *elab, c *operands) []piece { return e.flag(c, e.not(e.reduce(netlist.OpRedXor, c.a))) }),

	"$mux": {out: `\Y`, ins: []string{`\A`, `\B`, `\S`}, build: (*elab).mux, check: func(m *ilModule, c *ilCell) string {
		if sizes(m, c, `\S`) != 1 {
			return "a select of several bits"
		}
		return equal(`\Y`, `\A`, `\B`)(m, c)
	}},
	"$pmux": {out: `\Y`, ins: []string{`\A`, `\B`, `\S`}, build: (*elab).pmux, check: func(m *ilModule, c *ilCell) string {
		if sizes(m, c, `\B`) != sizes(m, c, `\S`)*sizes(m, c, `\A`) {
			return "arms and selects that do not match"
		}
		return equal(`\Y`, `\A`)(m, c)
	}},
	"$dff": {out: `\Q`, ins: []string{`\D`, `\CLK`}, register: true, build: func(e *elab, c *operands) []piece { return nil }, check: func(m *ilModule, c *ilCell) string {
		if sizes(m, c, `\CLK`) != 1 {
			return "a clock of several bits"
		}
		return equal(`\Q`, `\D`)(m, c)
	}},
	"$adff": {out: `\Q`, ins: []string{`\D`, `\CLK`, `\ARST`}, register: true, build: func(e *elab, c *operands) []piece { return nil }, check: func(m *ilModule, c *ilCell) string {
		if sizes(m, c, `\CLK`) != 1 || sizes(m, c, `\ARST`) != 1 {
			return "a clock or reset of several bits"
		}
		return equal(`\Q`, `\D`)(m, c)
	}},

	"$div": binary((*elab).div),
	"$mod": binary((*elab).mod),

	"$divfloor": drives(`\Y`), "$modfloor": drives(`\Y`), "$pow": drives(`\Y`),
	"$concat": drives(`\Y`), "$slice": drives(`\Y`), "$bweqx": drives(`\Y`), "$bwmux": drives(`\Y`), "$demux": drives(`\Y`), "$bmux": drives(`\Y`),
	"$lut": drives(`\Y`), "$sop": drives(`\Y`), "$tribuf": drives(`\Y`), "$macc": drives(`\Y`),
	"$fa": drives(`\X`, `\Y`), "$lcu": drives(`\CO`), "$alu": drives(`\X`, `\Y`, `\CO`),
	"$sr": drives(`\Q`), "$ff": drives(`\Q`), "$dffe": drives(`\Q`), "$dffsr": drives(`\Q`), "$dffsre": drives(`\Q`),
	"$adffe": drives(`\Q`), "$aldff": drives(`\Q`), "$aldffe": drives(`\Q`), "$sdff": drives(`\Q`),
	"$sdffe": drives(`\Q`), "$sdffce": drives(`\Q`), "$dlatch": drives(`\Q`), "$adlatch": drives(`\Q`), "$dlatchsr": drives(`\Q`),
	"$mem": drives(`\RD_DATA`), "$mem_v2": memoryKind, "$memrd": drives(`\DATA`), "$memrd_v2": drives(`\DATA`),
	"$anyconst": drives(`\Y`), "$anyseq": drives(`\Y`), "$allconst": drives(`\Y`), "$allseq": drives(`\Y`), "$initstate": drives(`\Y`),

	"$assert": {silent: true}, "$assume": {silent: true}, "$cover": {silent: true}, "$live": {silent: true}, "$fair": {silent: true},
	"$specify2": {silent: true}, "$specify3": {silent: true}, "$specrule": {silent: true},
}

// drives is a type whose meaning is not modelled but whose outputs are known.
func drives(outs ...string) *cellKind { return &cellKind{outs: outs} }

// build computes a cell from its resolved operands.
func (e *elab) build(f *flatCell) []piece {
	mod, c := e.insts[f.inst].mod, f.cell
	o := &operands{
		cell: f,
		sa:   mod.param(c, `\A_SIGNED`) != 0,
		sb:   mod.param(c, `\B_SIGNED`) != 0,
	}
	o.what = func() string { return e.what(f.inst, c) }
	o.both = o.sa && o.sb
	y, _ := mod.port(c, f.kind.out)
	o.y = int32(mod.width(y))
	for _, name := range f.kind.ins {
		s, _ := mod.port(c, name)
		ps := e.sig(f.inst, s)
		switch name {
		case `\A`:
			o.a = ps
		case `\B`:
			o.b = ps
		case `\S`:
			o.s = ps
		}
	}
	return f.kind.build(e, o)
}

// wide is the result of an operation on words that have no fields.
func (e *elab) wide(c *operands, width int32) []piece { return e.undef(c.y, tooWide(c, width)) }

func tooWide(c *operands, width int32) netlist.Undef {
	return netlist.Undef{Reason: netlist.UndefWide, Detail: fmt.Sprintf("a word of %d bits in %s", width, c.what())}
}

// arithmetic is a modular operation: operands are brought to the result's width,
// above which no bit of theirs can matter.
func arithmetic(op netlist.Op) func(*elab, *operands) []piece {
	return func(e *elab, c *operands) []piece {
		return e.sum(c, op, resize(c.a, c.y, c.both), resize(c.b, c.y, c.both))
	}
}

// sum is an arithmetic operation on words of one width.
func (e *elab) sum(c *operands, op netlist.Op, words ...[]piece) []piece {
	width := total(words[0])
	if width > e.limit {
		if out, ok := e.narrowed(op, words...); ok {
			return out
		}
	}
	if width > netlist.MaxWidth {
		return e.undef(width, tooWide(c, width))
	}
	args := make([]netlist.Value, len(words))
	for i, ps := range words {
		args[i] = e.word(ps)
	}
	return e.whole(e.push(op, int(width), 0, args...))
}

func (e *elab) neg(c *operands) []piece {
	a := resize(c.a, c.y, c.sa)
	// A negative literal is a constant, not hardware.
	if len(a) == 1 && a[0].val == 0 {
		return []piece{{width: c.y, bits: -a[0].bits & ones(int(c.y))}}
	}
	return e.sum(c, netlist.OpNeg, a)
}

func bitwise(op netlist.Op) func(*elab, *operands) []piece {
	return func(e *elab, c *operands) (out []piece) {
		a, b := resize(c.a, c.y, c.both), resize(c.b, c.y, c.both)
		if c.y <= e.limit {
			return e.whole(e.push(op, int(c.y), 0, e.word(a), e.word(b)))
		}
		n, signed := common(a, b)
		a, b = part(nil, 0, a, 0, n), part(nil, 0, b, 0, n)
		ca, cb := cursor{ps: a}, cursor{ps: b}
		for _, f := range e.runs(n, a, b) {
			x, y := ca.take(f.n), cb.take(f.n)
			if p, ok := e.absorbed(op, x, y); ok {
				out = part(out, 0, p, 0, f.n)
				continue
			}
			out = append(out, e.whole(e.push(op, int(f.n), 0, e.word(x), e.word(y)))...)
		}
		return resize(out, c.y, signed)
	}
}

// absorbed is a field of a bitwise operation one operand of which is all zeros or all
// ones.
func (e *elab) absorbed(op netlist.Op, x, y []piece) ([]piece, bool) {
	if isZero(x) || len(x) == 1 && x[0].val == 0 {
		x, y = y, x
	}
	if len(y) != 1 || y[0].val != 0 {
		return nil, false
	}
	zero, one := y[0].bits == 0, y[0].bits == ones(int(y[0].width))
	switch {
	case op == netlist.OpAnd && zero, op == netlist.OpOr && one:
		return y, true
	case op == netlist.OpAnd && one, op == netlist.OpOr && zero, op == netlist.OpXor && zero:
		return x, true
	case op == netlist.OpXor && one:
		return e.not(x), true
	}
	return nil, false
}

func (e *elab) not(a []piece) (out []piece) {
	width := total(a)
	if n, signed := significant(a); signed && width > e.limit {
		a = part(nil, 0, a, 0, n)
	}
	for _, f := range e.fields(total(a), a) {
		ps := part(nil, 0, a, f.lo, f.n)
		if len(ps) == 1 && ps[0].val == 0 {
			out = join(out, 0, piece{width: f.n, bits: ^ps[0].bits & ones(int(f.n))})
			continue
		}
		out = append(out, e.whole(e.push(netlist.OpNot, int(f.n), 0, e.word(ps)))...)
	}
	return resize(out, width, true)
}

// flag is a one-bit result in a word of the cell's width.
func (e *elab) flag(c *operands, bit []piece) []piece { return resize(bit, c.y, false) }

// reduce folds all bits of a, field by field.
func (e *elab) reduce(op netlist.Op, a []piece) []piece {
	if total(a) == 1 {
		return a
	}
	if n, signed := significant(a); total(a) > e.limit && (signed && op != netlist.OpRedXor || !signed && op != netlist.OpRedAnd) {
		a = part(nil, 0, a, 0, max(n, 1)) // copies of a bit say nothing new, nor do zeros
	}
	if total(a) == 1 {
		return a
	}
	var each []piece
	fs := e.fields(total(a), a)
	for i := 0; i < len(fs); {
		f := fs[i]
		for i++; i < len(fs) && f.n+fs[i].n <= e.limit; i++ {
			f.n += fs[i].n
		}
		each = append(each, e.whole(e.push(op, 1, 0, e.word(part(nil, 0, a, f.lo, f.n))))...)
	}
	return e.reduce(op, each)
}

func logic(op netlist.Op) func(*elab, *operands) []piece {
	return func(e *elab, c *operands) []piece {
		a, b := e.word(e.reduce(netlist.OpRedOr, c.a)), e.word(e.reduce(netlist.OpRedOr, c.b))
		return e.flag(c, e.whole(e.push(op, 1, 0, a, b)))
	}
}

// compare brings both operands to the wider one's width, signed only if both are.
func compare(op netlist.Op, swap, negate bool) func(*elab, *operands) []piece {
	return func(e *elab, c *operands) []piece {
		width := max(total(c.a), total(c.b))
		a, b := resize(c.a, width, c.both), resize(c.b, width, c.both)
		if swap {
			a, b = b, a
		}
		op := op
		if op == netlist.OpUlt && c.both {
			op = netlist.OpSlt
		}
		bit := e.compared(op, a, b)
		if negate {
			bit = e.not(bit)
		}
		return e.flag(c, bit)
	}
}

// compared is op on words of one width.
func (e *elab) compared(op netlist.Op, a, b []piece) []piece {
	if total(a) > e.limit {
		n, signed := common(a, b)
		if !signed && op == netlist.OpSlt {
			op = netlist.OpUlt // neither is negative
		}
		a, b = part(nil, 0, a, 0, n), part(nil, 0, b, 0, n)
	}
	fs := e.fields(total(a), a, b)
	if op == netlist.OpEq {
		var each []piece
		for _, f := range fs {
			x, y := e.word(part(nil, 0, a, f.lo, f.n)), e.word(part(nil, 0, b, f.lo, f.n))
			each = append(each, e.whole(e.push(netlist.OpEq, 1, 0, x, y))...)
		}
		return e.reduce(netlist.OpRedAnd, each)
	}
	// What lies above decides, unless it is equal.
	var less netlist.Value
	for i, f := range fs {
		x, y := e.word(part(nil, 0, a, f.lo, f.n)), e.word(part(nil, 0, b, f.lo, f.n))
		order := netlist.OpUlt
		if i == len(fs)-1 {
			order = op
		}
		above := e.push(order, 1, 0, x, y)
		if less != 0 {
			same := e.push(netlist.OpAnd, 1, 0, e.push(netlist.OpEq, 1, 0, x, y), less)
			above = e.push(netlist.OpOr, 1, 0, above, same)
		}
		less = above
	}
	return e.whole(less)
}

func (e *elab) mux(c *operands) []piece { return e.selected(e.word(c.s), c.b, c.a) }
