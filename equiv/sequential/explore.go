package sequential

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv/unroll"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Bounds of one execution.
const (
	maxNodes  = 1 << 17 // positions
	maxCells  = 1 << 23 // cells of the graph
	maxClocks = 1 << 14 // from a start to its end, where no latency is declared
	maxGates  = 8       // different results
)

// MaxMemory is the largest size, in words, of a memory that a block writes.
const MaxMemory = 1 << 10

// Block is one output of a circuit that computes over several clocks.
type Block struct {
	// Module has the ports of a portmap adapter: those of the protocol, the inputs of the
	// layer, and the output.
	Module   *netlist.Module
	Protocol *portmap.Protocol
	Output   string
	Inputs   int // of the layer, where they come one after another; else 1
	Outputs  int // of the layer, where they come one after another; else 1
	Which    int // of these is Output
	Declared int // clocks from the start to the first Done; -1: not declared
}

// Unrolled is the result of unrolling a block.
type Unrolled struct {
	// Gates are circuits without registers. Each computes the output from the inputs.
	// There is one for each different circuit that the paths of control give.
	Gates   []*netlist.Module
	Paths   []Path // by gate: a run from power-up on that ends with its output
	Latency int    // clocks from the start to the output
	First   int    // clocks from the start to the first output
	Starts  int    // positions of control in which a computation begins
	Rests   int    // positions of control between computations
	Run     int    // positions during computations
	// Data are the registers with arbitrary contents when a computation begins. Control
	// are the others.
	Data, Control []string
}

// Problem says why a block is not unrolled.
type Problem struct {
	Reason verdict.Reason
	Words  string
	Path   Path // to the clock of the problem
	// Port has the wrong value in that clock, and Want is the right one; "" if the problem
	// is not a value.
	Port string
	Want bool
}

func (p *Problem) Error() string { return p.Words }

// phase is the phase of a block's work.
type phase byte

const (
	fresh phase = iota // no computation since reset
	busy
	after // a computation
)

// node is a position: the contents of the registers and the progress of the computation.
type node struct {
	phase   phase
	offered bool // a start, or an input, is there and not accepted yet: it stays
	stalled bool // the output is there and not taken yet
	over    bool // a computation that begins with the last output of the one before
	items   int  // inputs that were accepted
	given   int  // outputs that were taken
	clocks  int  // since the start, without those in which the block waited for others
	state   []netlist.Value
	result  netlist.Value   // the output, once it was given
	held    netlist.Value   // the output that is not taken yet
	mark    []netlist.Value // an earlier state of the computation, to detect one that never ends
	id      int             // its place in explorer.trail
	waited  int             // clocks of waiting for the environment that led here, one after another
}

// explorer visits all positions.
type explorer struct {
	*Block
	g       *unroll.Graph
	x       *unroll.Machine
	inputs  map[string]netlist.Value // of the computation
	free    map[freeBits]netlist.Value
	queue   []node
	seen    map[string]bool
	results []netlist.Value
	paths   []Path // by result
	trail   []origin
	at      int    // the place in trail of the position in work
	now     clock  // that is in work
	unread  []bool // by register: no output depends on it
	first   int    // clocks to the first output; -1: not known yet
	latency int    // to this one; -1 likewise
	out     Unrolled
	starts  [][]netlist.Value
}

// freeBits are bits of a register with arbitrary contents.
type freeBits struct{ reg, lo, width int }

// Unroll executes a block symbolically from its reset on; control stays concrete. The
// error is a *Problem, or the context's.
func (b *Block) Unroll(ctx context.Context) (*Unrolled, error) {
	g := unroll.NewGraph(b.Module.Name)
	e := &explorer{
		Block: b, g: g, x: unroll.NewMachine(b.Module, g),
		inputs: map[string]netlist.Value{}, free: map[freeBits]netlist.Value{}, seen: map[string]bool{},
		first: b.Declared, latency: -1,
	}
	var outs []netlist.Value
	for _, o := range b.Module.Outputs {
		outs = append(outs, o.Value)
	}
	cone := netlist.InCone(b.Module, outs)
	for _, r := range b.Module.Regs {
		e.unread = append(e.unread, !cone[r.Q])
	}
	for _, p := range b.Module.Inputs {
		if !b.controls(p.Name) {
			e.inputs[p.Name] = g.Input(p.Name, p.Width)
		}
	}
	if err := e.run(ctx); err != nil {
		return nil, err
	}
	return e.finish()
}

// controls reports whether an input is one of the protocol's.
func (b *Block) controls(port string) bool {
	return port == portmap.Reset || port == portmap.Start || port == portmap.Taken || port == portmap.Item
}

func (e *explorer) run(ctx context.Context) error {
	e.queue = []node{{phase: fresh, state: e.reset()}}
	e.trail = []origin{{from: -1}}
	for len(e.queue) > 0 {
		n := e.queue[0]
		e.queue = e.queue[1:]
		e.at = n.id
		if e.out.Rests+e.out.Run > maxNodes || len(e.g.M.Cells) > maxCells {
			return &Problem{Reason: verdict.OpenControl, Words: "its control has more positions than are looked at: " + e.restless()}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if n.phase == busy {
			e.out.Run++
			err = e.busy(n)
		} else {
			e.out.Rests++
			err = e.rest(n)
		}
		var problem *Problem
		if errors.As(err, &problem) {
			problem.Path = e.path()
		}
		if err != nil {
			return err
		}
	}
	if len(e.results) == 0 {
		return &Problem{Reason: verdict.OpenControl, Words: "no computation ever begins"}
	}
	return nil
}

// reset is the state of the registers after a reset, or arbitrary if there is no reset.
func (e *explorer) reset() []netlist.Value {
	state := make([]netlist.Value, len(e.Module.Regs))
	for i := range state {
		state[i] = e.anything(i, 0, e.Module.Width(e.Module.Regs[i].Q))
	}
	if e.Protocol.Reset == "" {
		return state
	}
	e.x.Resume(state)
	for range e.Protocol.Clocks {
		e.x.Set(portmap.Reset, e.bit(1))
		e.set(portmap.Start, e.bit(0))
		e.set(portmap.Taken, 0)
		e.data(false)
		e.x.Resume(e.next())
	}
	return e.settled(e.x.State())
}

// anything is an arbitrary value of some bits of a register.
func (e *explorer) anything(reg, lo, width int) netlist.Value {
	key := freeBits{reg, lo, width}
	v := e.free[key]
	if v == 0 {
		r := e.Module.Regs[reg]
		at := ""
		if s := e.Module.Sources[e.Module.Cells[r.Q].Src]; s != "" {
			at = " (" + s + ")"
		}
		v = e.g.Undef(width, netlist.UndefX, fmt.Sprintf("register %s%s, as power-up or an earlier computation left it", r.Name, at))
		e.free[key] = v
	}
	return v
}

// settled is a state in which every part that depends on unknown values is arbitrary.
func (e *explorer) settled(state []netlist.Value) []netlist.Value {
	return e.forget(state, func(v netlist.Value) bool { return !e.g.OnUndef(v) })
}

// patience is the number of clocks after which data that change while the block waits are
// taken for arbitrary. An accumulator keeps its value then, and a ring comes back to it, but
// what is shifted on and on is another expression in every clock.
const patience = 64

// idle is the state after a clock in which the block waits for the environment.
func (e *explorer) idle(n *node) []netlist.Value {
	n.waited++
	before := n.state
	state := e.settled(e.next())
	if n.waited <= patience {
		return state
	}
	calm := e.general(state)
	for i, v := range state {
		if v == before[i] {
			calm[i] = v
		}
	}
	return calm
}

// general is a state in which all data are arbitrary.
func (e *explorer) general(state []netlist.Value) []netlist.Value {
	return e.forget(state, func(v netlist.Value) bool { _, known := e.g.Known(v); return known })
}

// forget keeps the parts of registers for which keep is true, and makes the others
// arbitrary.
func (e *explorer) forget(state []netlist.Value, keep func(netlist.Value) bool) []netlist.Value {
	next := make([]netlist.Value, len(state))
	var part func(v netlist.Value, reg, lo int) netlist.Value
	part = func(v netlist.Value, reg, lo int) netlist.Value {
		if keep(v) {
			return v
		}
		c := e.g.M.Cells[v]
		if c.Op == netlist.OpConcat {
			low := part(c.Args[0], reg, lo)
			return e.g.Cell(netlist.OpConcat, int(c.Width), 0, low, part(c.Args[1], reg, lo+e.g.M.Width(c.Args[0])), 0)
		}
		return e.anything(reg, lo, int(c.Width))
	}
	for i, v := range state {
		next[i] = part(v, i, 0)
	}
	return next
}

func (e *explorer) bit(k uint64) netlist.Value { return e.g.Const(1, k) }

// set gives an input of the protocol a value, if the block has it; 0 means arbitrary.
func (e *explorer) set(port string, v netlist.Value) {
	for _, p := range e.Module.Inputs {
		if p.Name != port {
			continue
		}
		if v == 0 {
			v = e.g.Undef(p.Width, netlist.UndefX, fmt.Sprintf("input %s, which may be anything then", port))
		}
		e.x.Set(port, v)
	}
}

// data gives the inputs of the layer the values of the computation, or arbitrary ones.
func (e *explorer) data(there bool) {
	for _, p := range e.Module.Inputs {
		switch {
		case e.controls(p.Name):
		case there:
			e.x.Set(p.Name, e.inputs[p.Name])
		default:
			e.x.Set(p.Name, e.g.Undef(p.Width, netlist.UndefX, fmt.Sprintf("input %s, when it need not be there", p.Name)))
		}
	}
}

// clock is one clock of a position: the inputs of the block in it.
type clock struct {
	start, taken netlist.Value // 0: arbitrary
	item         int
	data         bool // the computation's inputs are valid
}

// begin sets the block's registers and inputs for a clock.
func (e *explorer) begin(state []netlist.Value, c clock) {
	e.now = c
	e.x.Resume(state)
	e.set(portmap.Reset, e.bit(0))
	e.set(portmap.Start, c.start)
	e.set(portmap.Taken, c.taken)
	for _, p := range e.Module.Inputs {
		if p.Name == portmap.Item {
			e.x.Set(p.Name, e.g.Const(p.Width, uint64(c.item)))
		}
	}
	e.data(c.data)
}

// says is the value of an output bit that must be constant in this clock.
func (e *explorer) says(port string, n *node) (bool, error) {
	v := e.x.Net(port)
	if k, ok := e.g.Known(v); ok {
		return k == 1, nil
	}
	return false, &Problem{Reason: verdict.OpenControl, Words: fmt.Sprintf("%s is not known %s: it depends on %s", e.user(port), n.when(), e.leaves(v, n))}
}

// user is the user's name of an output of the protocol.
func (b *Block) user(port string) string {
	name := b.Protocol.Ready
	if port == portmap.Done {
		name = b.Protocol.Done
	}
	if _, low := b.Protocol.Active[name]; low {
		return "!" + name
	}
	return name
}

// when describes the time of a position in words.
func (n *node) when() string {
	switch n.phase {
	case fresh:
		return "after reset, before any start"
	case after:
		return "after a computation"
	}
	return words.Count(n.clocks, "clock") + " after a start"
}

// leaves names the inputs and registers on which a value depends, and the registers of
// the circuit on the way.
func (e *explorer) leaves(v netlist.Value, n *node) string {
	const most = 3
	var names []string
	add := func(s string) {
		if !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	for at, in := range netlist.InCone(e.g.M, []netlist.Value{v}) {
		if !in {
			continue
		}
		switch c := &e.g.M.Cells[at]; c.Op {
		case netlist.OpInput:
			add("input " + e.g.M.Inputs[c.Aux].Name)
		case netlist.OpUndef:
			add(e.g.M.Undefs[c.Aux].Detail)
		}
	}
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	var through []string
	for i, r := range e.Module.Regs {
		if _, known := e.g.Known(n.state[i]); !known && len(through) <= most && e.decides(r.Q) {
			through = append(through, r.Name)
		}
	}
	s := strings.Join(names, ", ")
	if len(through) > 0 {
		s += ", through register " + strings.Join(through, ", ")
	}
	return s
}

// decides reports whether Done or Ready reads a register in the same clock.
func (e *explorer) decides(q netlist.Value) bool {
	var stack []netlist.Value
	for _, o := range e.Module.Outputs {
		if o.Name == portmap.Done || o.Name == portmap.Ready {
			stack = append(stack, o.Value)
		}
	}
	seen := map[netlist.Value]bool{}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v == q {
			return true
		}
		if !seen[v] {
			seen[v] = true
			c := &e.Module.Cells[v]
			stack = append(stack, c.Args[:c.Op.Arity()]...)
		}
	}
	return false
}

// push adds a position unless it is known already.
func (e *explorer) push(n node) {
	begins := n.phase == busy && n.items == 0 && n.clocks == 0 // in the clock that is in work
	var b []byte
	b = append(b, byte(n.phase))
	for _, f := range []bool{n.offered, n.stalled, n.over} {
		k := byte(0)
		if f {
			k = 1
		}
		b = append(b, k)
	}
	for _, k := range []int{n.items, n.given, n.clocks, int(n.result), int(n.held)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(k))
	}
	for _, v := range n.state {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	if e.seen[string(b)] {
		return
	}
	e.seen[string(b)] = true
	n.id = len(e.trail)
	e.trail = append(e.trail, origin{e.at, e.move(), !begins})
	e.queue = append(e.queue, n)
}

// next is the state after the current clock. Registers on which no output depends, such as
// a counter of computations that nobody reads, are arbitrary, so that they make no positions.
func (e *explorer) next() []netlist.Value {
	e.x.Clock()
	state := e.x.State()
	for i, unread := range e.unread {
		if unread {
			state[i] = e.anything(i, 0, e.Module.Width(e.Module.Regs[i].Q))
		}
	}
	return state
}

// restless names registers that keep changing, for a block that never comes to rest.
func (e *explorer) restless() string {
	values := make([]map[netlist.Value]bool, len(e.Module.Regs))
	for _, s := range e.starts {
		for i, v := range s {
			if values[i] == nil {
				values[i] = map[netlist.Value]bool{}
			}
			values[i][v] = true
		}
	}
	var names []string
	for i, r := range e.Module.Regs {
		if len(values[i]) > 16 && len(names) < 4 {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return "its computation is too long"
	}
	return "register " + strings.Join(names, ", ") + " is another one at every start"
}

// finish collects the results.
func (e *explorer) finish() (*Unrolled, error) {
	u := e.out
	u.First, u.Latency, u.Starts, u.Paths = e.first, e.latency, len(e.starts), e.paths
	for i, r := range e.Module.Regs {
		known := true
		for _, s := range e.starts {
			if _, ok := e.g.Known(s[i]); !ok {
				known = false
			}
		}
		if known {
			u.Control = append(u.Control, r.Name)
		} else {
			u.Data = append(u.Data, r.Name)
		}
	}
	if len(e.results) > maxGates {
		return nil, &Problem{Reason: verdict.OpenControl, Words: fmt.Sprintf("control goes about the computation in %d ways, and %d are looked at", len(e.results), maxGates)}
	}
	for _, v := range e.results {
		e.g.M.Outputs = []netlist.Port{{Name: e.Output, Width: e.g.M.Width(v), Value: v}}
		gate, _ := netlist.Cone(e.g.M, []netlist.Value{v})
		gate.Doc = e.Module.Doc
		u.Gates = append(u.Gates, gate)
	}
	return &u, nil
}
