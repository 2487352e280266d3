package netlist

// Value is a word: the output of one cell, by index into Module.Cells.
// 0 is no value; Cells[0] is unused.
type Value int32

// Op is what a cell computes. Signedness is the operator's, never the value's,
// and no operator extends its operands.
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

// MaxWidth is the widest value, in bits. Readers cut wider wires into fields.
const MaxWidth = 64

// Cell is one node. Operands have smaller ids than their users: combinational
// logic is acyclic by construction, and registers close their loops through
// Module.Regs.
type Cell struct {
	Op    Op
	Width uint8
	Args  [3]Value // a, b, c; unused ones are 0
	Aux   int64
	Src   int32 // index into Module.Sources; 0 is unknown
}

// Module is a flat word-level netlist.
type Module struct {
	Name    string
	Doc     []string // what the module computes, one line each, for a reader of the Verilog
	Cells   []Cell   // Cells[0] is a placeholder
	Inputs  []Port   // in port order
	Outputs []Port
	Regs    []Reg
	Clock   string // input port of Verilog that was read that clocks Regs; one of Inputs only if outputs depend on it besides; or ""
	Falling bool   // Regs change at its falling edge
	Late    int    // clocks from power-up to when it is what it was made from; see Decided
	Undefs  []Undef
	Names   map[Value]string // signal names worth keeping
	Sources []string         // "file:line.col-line.col"; Sources[0] is ""
}

// Port is a named boundary value. An input's Value is its OpInput cell.
type Port struct {
	Name  string
	Width int
	Value Value
}

// Reg is a D flip-flop on the module's one clock.
type Reg struct {
	Name string
	Q    Value // the OpReg cell
	D    Value // next value; same width
}

// Undef says why bits are unknown.
type Undef struct {
	Reason UndefReason
	Detail string // object and source location
}

// UndefReason names a defect of a netlist that was read.
type UndefReason string

const (
	UndefX        UndefReason = "x literal"
	UndefUndriven UndefReason = "undriven net"
	UndefCell     UndefReason = "unknown cell"
	UndefLoop     UndefReason = "combinational loop"
	UndefDrivers  UndefReason = "several drivers"
	UndefResized  UndefReason = "port width mismatch"
	UndefWide     UndefReason = "word too wide"
	UndefClock    UndefReason = "no single clock"
)

// Arity is the number of operands.
func (o Op) Arity() int { return opTable[o].arity }

func (o Op) String() string { return opTable[o].name }

var opTable = [NumOps]struct {
	name  string
	arity int
}{
	OpInvalid: {"invalid", 0},
	OpInput:   {"input", 0},
	OpConst:   {"const", 0},
	OpUndef:   {"undef", 0},
	OpReg:     {"reg", 0},
	OpSlice:   {"slice", 1},
	OpConcat:  {"concat", 2},
	OpZext:    {"zext", 1},
	OpSext:    {"sext", 1},
	OpAdd:     {"add", 2},
	OpSub:     {"sub", 2},
	OpNeg:     {"neg", 1},
	OpMul:     {"mul", 2},
	OpNot:     {"not", 1},
	OpAnd:     {"and", 2},
	OpOr:      {"or", 2},
	OpXor:     {"xor", 2},
	OpShl:     {"shl", 2},
	OpShr:     {"shr", 2},
	OpSar:     {"sar", 2},
	OpEq:      {"eq", 2},
	OpUlt:     {"ult", 2},
	OpSlt:     {"slt", 2},
	OpRedAnd:  {"redand", 1},
	OpRedOr:   {"redor", 1},
	OpRedXor:  {"redxor", 1},
	OpMux:     {"mux", 3},
}
