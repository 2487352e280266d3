package netlist

import (
	"fmt"
	"math/bits"
	"reflect"
)

// Op is the operation of a cell. Signedness belongs to the operator, never to the value,
// and no operator extends its operands. One table, ops, has the meaning of each
// operator.
type Op uint8

const (
	OpInvalid Op = iota

	// Sources.
	OpInput // port Aux of Module.Inputs
	OpConst // Aux, modulo 2^Width
	OpUndef // reason Aux of Module.Undefs: nothing may be assumed of the bits
	OpReg   // current value of register Aux of Module.Regs

	// Wiring.
	OpSlice  // bits Aux .. Aux+Width-1 of a; Width+Aux ≤ width of a
	OpConcat // a in the low bits, b above; widths add up
	OpZext   // a with zeros above; wider than a
	OpSext   // a with copies of its top bit above; wider than a

	// Arithmetic modulo 2^Width; operands have the same Width.
	OpAdd
	OpSub // a - b
	OpNeg
	OpMul

	// Bitwise; operands have the same Width.
	OpNot
	OpAnd
	OpOr
	OpXor

	// Shifts of a by the unsigned amount b, any width of b; Width is a's.
	OpShl
	OpShr // zeros in
	OpSar // copies of the top bit in

	// Width 1; a and b have one width.
	OpEq
	OpUlt // unsigned a < b
	OpSlt // two's complement a < b

	// Width 1 from any width.
	OpRedAnd
	OpRedOr
	OpRedXor

	// b where the one-bit a is 1, else c; b and c have the same Width.
	OpMux

	NumOps
)

// Class is a group of operators that most engines treat alike.
type Class uint8

// The classes. Every operator is in one.
const (
	ClassSource     Class = iota + 1 // no operands
	ClassWiring                      // moves bits and computes nothing
	ClassArithmetic                  // modulo 2^Width, over words of that width
	ClassBitwise                     // bit i of the operands gives bit i
	ClassShift                       // by a computed amount
	ClassComparison                  // one bit from two words of one width
	ClassReduction                   // one bit from all bits of a word
	ClassSelection                   // one of two words of its width
)

// operator is the row of an operator. A source has a name, a class and a rule,
// and nothing is computed from it.
type operator struct {
	name  string
	class Class
	arity int
	label func(m *Module, v Value) string // the name with parameters, for Dump; nil: the name
	shape string                          // in a drawing, for Dot; "": a box

	// fits reports whether a cell's widths and Aux are legal; want describes the rule.
	fits func(m *Module, v Value, c *Cell) bool
	want string
	// build is the constructor, for Build.
	build func(m *Module, width int, aux int64, a, b, c Value) Value
	// means is the result for one set of operands, of which the low Width bits count.
	means func(x input) uint64
	// lanes is means for many sets of operands; tune prepares its parameters, nil: none.
	lanes kernel
	tune  func(in *inst, c *Cell, wa int)
	// known is the known bits of the result, from those of the operands; nil: none.
	known func(x knownInput) Known
}

// input is one set of operands, each within its width. wa is the width of a.
type input struct {
	a, b, c uint64
	wa      int
	aux     int64
}

// ops is the meaning of every operator. It is filled at start-up and not where it
// is declared, since constructors fold constants and so ask it themselves.
var ops [NumOps]operator

func init() {
	ops = [NumOps]operator{
		OpInvalid: {name: "invalid"},

		OpInput: {name: "input", class: ClassSource, label: labelInput, shape: "cds",
			fits: fitsInput, want: "the input port that points back"},
		OpConst: {name: "const", class: ClassSource, label: labelConst, shape: "plaintext",
			fits: func(*Module, Value, *Cell) bool { return true }, want: "nothing"},
		OpUndef: {name: "undef", class: ClassSource, label: labelUndef, shape: "plaintext",
			fits: fitsUndef, want: "a reason"},
		OpReg: {name: "reg", class: ClassSource, label: labelReg, shape: "box3d",
			fits: fitsReg, want: "the register that points back"},

		OpSlice: {name: "slice", class: ClassWiring, arity: 1, label: labelSlice,
			fits: fitsSlice, want: "bits within the operand",
			build: func(m *Module, width int, aux int64, a, _, _ Value) Value { return m.Slice(a, int(aux), width) },
			means: func(x input) uint64 { return x.a >> uint(x.aux) },
			lanes: sliceLanes, tune: func(in *inst, c *Cell, _ int) { in.k = uint8(c.Aux) },
			known: knownSlice},
		OpConcat: {name: "concat", class: ClassWiring, arity: 2,
			fits: fitsConcat, want: "the sum of the widths",
			build: func(m *Module, _ int, _ int64, a, b, _ Value) Value { return m.Concat(a, b) },
			means: func(x input) uint64 { return x.a | x.b<<uint(x.wa) },
			lanes: concatLanes, tune: func(in *inst, _ *Cell, wa int) { in.k = uint8(wa) },
			known: knownConcat},
		OpZext: {name: "zext", class: ClassWiring, arity: 1,
			fits: fitsWider, want: "a wider result",
			build: func(m *Module, width int, _ int64, a, _, _ Value) Value { return m.Zext(a, width) },
			means: func(x input) uint64 { return x.a },
			lanes: zextLanes,
			known: knownZext},
		OpSext: {name: "sext", class: ClassWiring, arity: 1,
			fits: fitsWider, want: "a wider result",
			build: func(m *Module, width int, _ int64, a, _, _ Value) Value { return m.Sext(a, width) },
			means: func(x input) uint64 { return uint64(signed(x.a, x.wa)) },
			lanes: sextLanes, tune: tuneSign,
			known: knownSext},

		OpAdd: {name: "add", class: ClassArithmetic, arity: 2, shape: "ellipse",
			fits: fitsSame, want: "one width", build: binary((*Module).Add),
			means: func(x input) uint64 { return x.a + x.b },
			lanes: addLanes},
		OpSub: {name: "sub", class: ClassArithmetic, arity: 2, shape: "ellipse",
			fits: fitsSame, want: "one width", build: binary((*Module).Sub),
			means: func(x input) uint64 { return x.a - x.b },
			lanes: subLanes},
		OpNeg: {name: "neg", class: ClassArithmetic, arity: 1, shape: "ellipse",
			fits: fitsFirst, want: "the operand's width", build: unary((*Module).Neg),
			means: func(x input) uint64 { return -x.a },
			lanes: negLanes},
		OpMul: {name: "mul", class: ClassArithmetic, arity: 2, shape: "ellipse",
			fits: fitsSame, want: "one width", build: binary((*Module).Mul),
			means: func(x input) uint64 { return x.a * x.b },
			lanes: mulLanes,
			known: knownMul},

		OpNot: {name: "not", class: ClassBitwise, arity: 1,
			fits: fitsFirst, want: "the operand's width", build: unary((*Module).Not),
			means: func(x input) uint64 { return ^x.a },
			lanes: notLanes,
			known: knownNot},
		OpAnd: {name: "and", class: ClassBitwise, arity: 2,
			fits: fitsSame, want: "one width", build: binary((*Module).And),
			means: func(x input) uint64 { return x.a & x.b },
			lanes: andLanes,
			known: knownAnd},
		OpOr: {name: "or", class: ClassBitwise, arity: 2,
			fits: fitsSame, want: "one width", build: binary((*Module).Or),
			means: func(x input) uint64 { return x.a | x.b },
			lanes: orLanes,
			known: knownOr},
		OpXor: {name: "xor", class: ClassBitwise, arity: 2,
			fits: fitsSame, want: "one width", build: binary((*Module).Xor),
			means: func(x input) uint64 { return x.a ^ x.b },
			lanes: xorLanes,
			known: knownXor},

		OpShl: {name: "shl", class: ClassShift, arity: 2,
			fits: fitsFirst, want: "the operand's width", build: binary((*Module).Shl),
			means: func(x input) uint64 { return x.a << x.b },
			lanes: shlLanes},
		OpShr: {name: "shr", class: ClassShift, arity: 2,
			fits: fitsFirst, want: "the operand's width", build: binary((*Module).Shr),
			means: func(x input) uint64 { return x.a >> x.b },
			lanes: shrLanes},
		OpSar: {name: "sar", class: ClassShift, arity: 2,
			fits: fitsFirst, want: "the operand's width", build: binary((*Module).Sar),
			means: func(x input) uint64 { return uint64(signed(x.a, x.wa) >> x.b) },
			lanes: sarLanes, tune: tuneSign},

		OpEq: {name: "eq", class: ClassComparison, arity: 2,
			fits: fitsCompare, want: "width 1 over one width", build: binary((*Module).Eq),
			means: func(x input) uint64 { return bit(x.a == x.b) },
			lanes: eqLanes,
			known: knownEq},
		OpUlt: {name: "ult", class: ClassComparison, arity: 2,
			fits: fitsCompare, want: "width 1 over one width", build: binary((*Module).Ult),
			means: func(x input) uint64 { return bit(x.a < x.b) },
			lanes: ultLanes},
		OpSlt: {name: "slt", class: ClassComparison, arity: 2,
			fits: fitsCompare, want: "width 1 over one width", build: binary((*Module).Slt),
			means: func(x input) uint64 { return bit(signed(x.a, x.wa) < signed(x.b, x.wa)) },
			lanes: sltLanes, tune: tuneSign},

		OpRedAnd: {name: "redand", class: ClassReduction, arity: 1,
			fits: fitsBit, want: "width 1", build: unary((*Module).RedAnd),
			means: func(x input) uint64 { return bit(x.a == mask(x.wa)) },
			lanes: redAndLanes, tune: func(in *inst, _ *Cell, wa int) { in.mask = mask(wa) },
			known: knownRedAnd},
		OpRedOr: {name: "redor", class: ClassReduction, arity: 1,
			fits: fitsBit, want: "width 1", build: unary((*Module).RedOr),
			means: func(x input) uint64 { return bit(x.a != 0) },
			lanes: redOrLanes,
			known: knownRedOr},
		OpRedXor: {name: "redxor", class: ClassReduction, arity: 1,
			fits: fitsBit, want: "width 1", build: unary((*Module).RedXor),
			means: func(x input) uint64 { return uint64(bits.OnesCount64(x.a)) },
			lanes: redXorLanes},

		OpMux: {name: "mux", class: ClassSelection, arity: 3,
			fits: fitsMux, want: "one bit and two arms of its width",
			build: func(m *Module, _ int, _ int64, a, b, c Value) Value { return m.Mux(a, b, c) },
			means: func(x input) uint64 {
				if x.a == 1 {
					return x.b
				}
				return x.c
			},
			lanes: muxLanes,
			known: knownMux},
	}
	for _, op := range Ops() {
		if missing := ops[op].missing(); missing != "" {
			panic(fmt.Sprintf("netlist: the row of operator %d (%s) has no %s", op, ops[op].name, missing))
		}
	}
}

// missing is a part that the row lacks, or "".
func (o *operator) missing() string {
	computes := o.class != ClassSource
	for _, part := range []struct {
		lacks bool
		name  string
	}{
		{o.name == "", "name"},
		{o.class == 0, "class"},
		{o.fits == nil || o.want == "", "rule"},
		{computes == (o.arity == 0), "operands that fit its class"},
		{computes && o.build == nil, "constructor"},
		{computes && o.means == nil, "meaning"},
		{computes && o.lanes == nil, "kernel"},
	} {
		if part.lacks {
			return part.name
		}
	}
	return ""
}

func unary(f func(*Module, Value) Value) func(*Module, int, int64, Value, Value, Value) Value {
	return func(m *Module, _ int, _ int64, a, _, _ Value) Value { return f(m, a) }
}

func binary(f func(*Module, Value, Value) Value) func(*Module, int, int64, Value, Value, Value) Value {
	return func(m *Module, _ int, _ int64, a, b, _ Value) Value { return f(m, a, b) }
}

// Arity is the number of operands.
func (o Op) Arity() int { return ops[o].arity }

// Class is the group that o belongs to; 0 for OpInvalid.
func (o Op) Class() Class { return ops[o].class }

// IsWiring reports whether o moves bits and computes nothing.
func (o Op) IsWiring() bool { return ops[o].class == ClassWiring }

// IsSum reports whether o is one adder: of two words, or of a word and the
// complement of another.
func (o Op) IsSum() bool { return o == OpAdd || o == OpSub }

func (o Op) String() string {
	if o >= NumOps {
		return fmt.Sprintf("Op(%d)", uint8(o))
	}
	return ops[o].name
}

// Ops lists every operator.
func Ops() []Op {
	var all []Op
	for o := OpInvalid + 1; o < NumOps; o++ {
		all = append(all, o)
	}
	return all
}

// Computed lists the operators that have operands.
func Computed() []Op {
	var all []Op
	for _, o := range Ops() {
		if o.Class() != ClassSource {
			all = append(all, o)
		}
	}
	return all
}

// ByOp is an engine's table: its entry for each operator of a list. Call it at
// start-up: it panics if an operator of the list has no entry, or another one has. So a
// new operator without an entry is found before the engine runs, and is never treated
// as another one.
func ByOp[F any](engine string, list []Op, entries map[Op]F) [NumOps]F {
	var table [NumOps]F
	for _, op := range list {
		f, ok := entries[op]
		if !ok || reflect.ValueOf(&f).Elem().IsZero() {
			panic(fmt.Sprintf("%s: no entry for operator %v", engine, op))
		}
		table[op] = f
	}
	if len(entries) != len(list) {
		panic(fmt.Sprintf("%s: %d entries for %d operators", engine, len(entries), len(list)))
	}
	return table
}

// Build is the value of op over its operands, made by op's constructor, which may fold
// it. width counts if it does not follow from the operands, and aux for a slice.
// Operands that op lacks are 0.
func (m *Module) Build(op Op, width int, aux int64, a, b, c Value) Value {
	if op >= NumOps || ops[op].build == nil {
		m.misuse(op, "no operation on operands")
	}
	return ops[op].build(m, width, aux, a, b, c)
}
