package netlist

// Value is a word: the output of one cell, by index into Module.Cells.
// 0 is no value; Cells[0] is unused.
type Value int32

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
	Clock   string // for read Verilog: the input port that clocks Regs; in Inputs only if outputs also depend on it as data; or ""
	Falling bool   // Regs change at its falling edge
	Late    int    // clocks from power-up until it equals its original; see Decided
	Undefs  []Undef
	Names   map[Value]string // signal names worth keeping; nil: none is kept, not even those of ports
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
