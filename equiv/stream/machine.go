package stream

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/words"
)

// machine executes a block: control as it is, data as tokens. It is made once and
// never changed.
type machine struct {
	block    *stream.Block
	contract *contract
	c        *circuit
	own      bool // the block is the user's

	// Control: what it reads and computes, as words.
	program *netlist.Program
	results int
	reads   []netlist.Value // cut points of program
	regs    []int           // of reads: the registers, in the order of a state
	ins     []inPort
	outs    []outPort
	nextReg []int // of the program's results, by register
	keep    []uint64
	start   []uint64 // registers after reset
	free    []uint64 // bits of them that reset leaves unknown
	sampled string   // a register with such bits, if they have more values than are tried
	clocks  int      // that reset has to be held

	// Data: one node of each colour that counts, operands before users.
	ops      []op
	dataRegs []int32
	begin    []token // registers of data after reset
	mems     []memory
	path     *datapath
	// undefined is a bit of data without a value in the netlist; "" is none.
	undefined string
}

// inPort is an input stream of the block: where it stands in reads and results.
type inPort struct{ valid, first, last, ready int }

// outPort is an output stream, and which tokens its data must show.
type outPort struct {
	valid, ready, first, last int
	checks                    []check
}

// check is that a part of an item shows the token that it should.
type check struct {
	op, part int
	placed   bool // its bits are at their places within the item
	fill     bool // what the bits are where the item is padding
	bit      int  // of the port, as an example
}

// op is a node of the machine's own graph: operands are other ops.
type op struct {
	node
	x    []int32 // operands of a datapath: by port, all that its bits show
	port []int32 // of x
	slot int     // of a register among dataRegs, of a word among mems
	sel  int     // result of the program, and its bit
	bit  uint8
}

// memory is one bit of each word of a memory.
type memory struct {
	op     int // that reads it
	words  int
	offset int // of its first word among those of all memories
	read   int // result of the program: the address
	writes []written
}

// written is what a port writes into a memory.
type written struct {
	address   int // results of the program
	enable    int
	enableBit uint8
	data      int32  // op of what is written
	over      uint64 // the ports that it wins over
}

// datapath is the block's, as it is executed: a function of what stands at its inputs,
// so many clocks later.
type datapath struct {
	latency int
	enable  int    // result of the program, or -1
	misfit  string // a bit that is not at its place, or ""
	op      int
}

// open reads a block out of a design.
func open(d *rtl.Design, mp *stream.Map, b *stream.Block, k *contract) (*machine, error) {
	var inner []string
	if b.Datapath != nil {
		inner = append(inner, b.Datapath.Instance)
	}
	if err := declared(d, mp, b); err != nil {
		return nil, unsupported{err}
	}
	m, cuts, err := d.ModuleWithCuts(b.Module, inner...)
	if err != nil {
		return nil, err
	}
	return build(&circuit{m: m, cuts: cuts}, mp, b, k)
}

// maxSides is the largest number of inputs and outputs of a block: a cycle has a bit
// for each, and all their values are tried.
const maxSides = 8

// declared checks a block's ports against the map: each named port exists with its
// direction, and no input has two roles.
func declared(d *rtl.Design, mp *stream.Map, b *stream.Block) error {
	if n := len(b.Ins) + len(b.Outs); n > maxSides {
		return fmt.Errorf("it has %d inputs and outputs; more than %d are not explored", n, maxSides)
	}
	ports, err := d.Ports(b.Module)
	if err != nil {
		return err
	}
	role := map[string]string{}
	var errs []error
	check := func(name, what string, in bool) {
		i := slices.IndexFunc(ports, func(p rtl.ModulePort) bool { return p.Name == name })
		switch other := role[name]; {
		case i < 0:
			errs = append(errs, fmt.Errorf("module %s has no port %s", b.Module, name))
		case ports[i].In != in || ports[i].Out == in:
			errs = append(errs, fmt.Errorf("port %s of module %s has the wrong direction for %s", name, b.Module, what))
		case in && other != "":
			errs = append(errs, fmt.Errorf("port %s of module %s is both %s and %s", name, b.Module, other, what))
		}
		role[name] = what
	}
	mark := func(name, what string, in bool) {
		if name != "" {
			check(name, what, in)
		}
	}
	check(mp.Clock, "the clock", true)
	check(mp.ResetN, "the reset", true)
	for i, s := range b.Ins {
		check(s.Valid, fmt.Sprintf("valid of input %d", i), true)
		check(s.Data, fmt.Sprintf("data of input %d", i), true)
		check(s.Ready, fmt.Sprintf("ready of input %d", i), false)
		mark(s.First, fmt.Sprintf("first of input %d", i), true)
		mark(s.Last, fmt.Sprintf("last of input %d", i), true)
	}
	for j, s := range b.Outs {
		check(s.Valid, fmt.Sprintf("valid of output %d", j), false)
		check(s.Data, fmt.Sprintf("data of output %d", j), false)
		check(s.Ready, fmt.Sprintf("ready of output %d", j), true)
		mark(s.First, fmt.Sprintf("first of output %d", j), false)
		mark(s.Last, fmt.Sprintf("last of output %d", j), false)
	}
	// Wide ports are cut into fields that are called like name[63:0]; a port that really
	// is called so would be taken for one.
	for _, p := range ports {
		if strings.ContainsAny(p.Name, "[. ") {
			errs = append(errs, fmt.Errorf("module %s has a port called %s, which may be taken for a part of another", b.Module, p.Name))
		}
	}
	return errors.Join(errs...)
}

// builder gathers what a machine needs.
type builder struct {
	*machine
	g      *graph
	clock  string          // port of the block
	wanted []netlist.Value // results of the program
	index  map[netlist.Value]int
	reset  netlist.Value
	errs   []error
}

func (b *builder) result(v netlist.Value) int {
	i, ok := b.index[v]
	if !ok {
		i = len(b.wanted)
		b.index[v] = i
		b.wanted = append(b.wanted, v)
	}
	return i
}

func (b *builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// control is a result of the program that must not depend on data.
func (b *builder) control(v netlist.Value, what string) int {
	if b.c.data[v] != 0 {
		b.fail("%s depends on data: %s", what, b.c.path(v))
	}
	return b.result(v)
}

func (b *builder) input(name string) int {
	v, err := one(b.c.m.Inputs, name)
	if err != nil {
		b.fail("%w", err)
		return -1
	}
	return b.read(v)
}

func (b *builder) read(v netlist.Value) int {
	if i := slices.Index(b.reads, v); i >= 0 {
		return i
	}
	b.reads = append(b.reads, v)
	return len(b.reads) - 1
}

func (b *builder) output(name string) int {
	v, err := one(b.c.m.Outputs, name)
	if err != nil {
		b.fail("%w", err)
		return -1
	}
	return b.control(v, "output "+name)
}

// unsupported is a block of which nothing can be said.
type unsupported struct{ error }

func build(c *circuit, mp *stream.Map, blk *stream.Block, k *contract) (*machine, error) {
	b := &builder{machine: &machine{block: blk, contract: k, c: c}, clock: mp.Clock, index: map[netlist.Value]int{}}
	if c.m.Clock != mp.Clock || c.m.Falling {
		return nil, unsupported{fmt.Errorf("its registers are not clocked by the rising edge of %s", mp.Clock)}
	}
	g := &graph{c: c, memo: make([][]int32, len(c.m.Cells)), in: map[bit]source{}, result: map[bit]int32{}, word: map[bit]word{}, computed: map[int32]string{}, moved: map[moved]int32{}}
	b.g = g
	var sources []netlist.Value
	for i, s := range blk.Ins {
		vs := fields(c.m.Inputs, s.Data)
		bits := c.bits(vs)
		parts := k.ins[i].parts
		if len(bits) == 0 || len(bits)%parts != 0 {
			return nil, unsupported{fmt.Errorf("input %s has %s for %s", s.Data, words.Count(len(bits), "bit"), words.Count(parts, "lane"))}
		}
		width := len(bits) / parts
		for j, x := range bits {
			g.in[x] = source{int32(i), int32(j / width), int32(j % width)}
		}
		sources = append(sources, vs...)
	}
	var path *rtl.Cut
	for n := range c.cuts {
		cut := &c.cuts[n]
		for _, p := range cut.Drives {
			sources = append(sources, p.Fields...)
			for j, x := range c.bits(p.Fields) {
				if cut.Module != "" {
					g.result[x] = int32(j)
				} else {
					g.word[x] = word{int32(n), int32(j)}
				}
			}
		}
		if cut.Module != "" {
			if path != nil || blk.Datapath == nil || cut.Path != blk.Datapath.Instance || cut.Module != blk.Datapath.Module {
				return nil, unsupported{fmt.Errorf("instance %s of %s is not the datapath that the map names", cut.Path, cut.Module)}
			}
			path = cut
		}
	}
	if blk.Datapath != nil && path == nil {
		return nil, unsupported{fmt.Errorf("there is no instance %s of %s", blk.Datapath.Instance, blk.Datapath.Module)}
	}
	c.spread(sources)
	reset, err := one(c.m.Inputs, mp.ResetN)
	if err != nil {
		return nil, unsupported{err}
	}
	b.reset = reset
	c.known = netlist.KnownUnder(c.m, map[netlist.Value]uint64{reset: 0})

	b.ports()
	b.strangers(sources)
	roots := b.moves(path)
	if len(b.errs) > 0 {
		return nil, unsupported{b.errs[0]}
	}
	b.undefined = g.undefined
	b.quotient(roots, path)
	if len(b.errs) > 0 {
		return nil, unsupported{b.errs[0]}
	}
	if err := b.numbers(); err != nil {
		return nil, unsupported{err}
	}
	if err := b.registers(); err != nil {
		return nil, err
	}
	return b.machine, nil
}

// numbers makes sure that all items that may be in the block have tokens with different
// numbers. A block holds at most what fits its storage, two frames (see overfull), and
// its current frame.
func (b *builder) numbers() error {
	tokens := b.layout().tokens
	for i := range b.contract.ins {
		in := &b.contract.ins[i]
		frames := tokens/in.frame + 5
		if frames*in.size() > maxNumber || b.contract.accumulates && (in.size() > maxCount || frames > maxNumber>>20) {
			return fmt.Errorf("input %s has frames of %s and room for %d of them: more than can be told apart", b.block.Ins[i].Data, words.Count(in.frame, "item"), frames)
		}
	}
	return nil
}

// ports finds the streams' handshakes.
func (b *builder) ports() {
	b.read(b.reset)
	side := func(name string) int {
		if name == "" {
			return -1
		}
		return b.input(name)
	}
	for i, s := range b.block.Ins {
		p := inPort{valid: b.input(s.Valid), first: side(s.First), last: side(s.Last), ready: b.output(s.Ready)}
		k := b.contract.ins[i]
		if p.first >= 0 && k.first == nil || p.last >= 0 && k.last == nil {
			b.fail("a %s has no marks at its input", b.block.Kind)
		}
		b.ins = append(b.ins, p)
	}
	for i, s := range b.block.Outs {
		p := outPort{valid: b.output(s.Valid), ready: b.input(s.Ready), first: -1, last: -1}
		k := b.contract.outs[i]
		for _, mark := range []struct {
			name string
			want func(int) bool
			at   *int
		}{{s.First, k.first, &p.first}, {s.Last, k.last, &p.last}} {
			if mark.name != "" && mark.want == nil {
				b.fail("nothing is said of the mark %s of a %s", mark.name, b.block.Kind)
			} else if mark.name != "" {
				*mark.at = b.output(mark.name)
			} else if mark.want != nil {
				b.fail("output %s of a %s needs a mark", s.Data, b.block.Kind)
			}
		}
		b.outs = append(b.outs, p)
	}
}

// strangers looks for inputs that the map does not mention, since their effect is not
// known.
func (b *builder) strangers(data []netlist.Value) {
	for _, p := range b.c.m.Inputs {
		if !slices.Contains(b.reads, p.Value) && !slices.Contains(data, p.Value) && p.Name != b.clock {
			b.fail("input %s is not in the map", p.Name)
		}
	}
}

// root is a bit of data that somebody looks at.
type root struct {
	node int32
	out  int // output stream, or -1
	port int // of the datapath; of a pool, 0 is the sum so far, and then come the lanes
	part int
	want int32 // the place within the item that it should show
	bit  int
}

// moves builds the graph of data, backwards from the outputs and the datapath.
func (b *builder) moves(path *rtl.Cut) (roots []root) {
	g, c := b.g, b.c
	for i, s := range b.block.Outs {
		bits := c.bits(fields(c.m.Outputs, s.Data))
		parts := b.contract.outs[i].parts
		if len(bits) == 0 || len(bits)%parts != 0 && b.block.Kind != stream.KindJoin {
			b.fail("output %s has %s for %s", s.Data, words.Count(len(bits), "bit"), words.Count(parts, "part"))
			continue
		}
		width := len(bits) / parts
		edges := make([]int, parts)
		for k := range edges {
			edges[k] = k * width
			if b.block.Kind == stream.KindJoin && k > 0 {
				edges[k] = edges[k-1] + len(c.bits(fields(c.m.Inputs, b.block.Ins[k-1].Data)))
			}
		}
		for j, x := range bits {
			part := len(edges) - 1
			for edges[part] > j {
				part--
			}
			roots = append(roots, root{g.node(x), i, -1, part, int32(j - edges[part]), j})
		}
	}
	if path != nil {
		takes := 1
		if b.contract.accumulates {
			takes = 2
		}
		if n := len(b.block.Datapath.Ins); n != takes {
			b.fail("the datapath of a %s has %s, not %d", b.block.Kind, words.Count(n, "input"), takes)
			return nil
		}
		for i, name := range b.block.Datapath.Ins {
			at := slices.IndexFunc(path.Takes, func(p rtl.CutPort) bool { return p.Name == name })
			if at < 0 {
				b.fail("datapath %s has no input %s", path.Module, name)
				continue
			}
			bits := c.bits(path.Takes[at].Fields)
			width := len(bits)
			if b.contract.accumulates && i == 1 {
				if width %= b.contract.ins[0].parts; width != 0 {
					b.fail("port %s of datapath %s has %s for %s", name, path.Module, words.Count(len(bits), "bit"), words.Count(b.contract.ins[0].parts, "lane"))
					continue
				}
				width = len(bits) / b.contract.ins[0].parts
			}
			for j, x := range bits {
				roots = append(roots, root{g.node(x), -1, i + j/width, 0, int32(j % width), j})
			}
		}
		if len(path.Drives) != 1 || path.Drives[0].Name != b.block.Datapath.Out {
			b.fail("datapath %s has other outputs than %s", path.Module, b.block.Datapath.Out)
		}
	}
	g.close(func(w word, name string) bit {
		return bit{port(c.cuts[w.mem].Takes, name)[w.bit/netlist.MaxWidth], uint8(w.bit % netlist.MaxWidth)}
	})
	decides := func(sel bit) {
		if sel.v != 0 && c.data[sel.v]>>sel.at&1 != 0 {
			b.fail("where data goes depends on data: %s", c.path(sel.v))
		}
	}
	for i := range g.nodes {
		decides(g.nodes[i].sel)
		for _, w := range g.nodes[i].more {
			decides(w.sel)
		}
	}
	for _, why := range g.computed {
		b.fail("%s, outside the datapath", why)
		break
	}
	g.place()
	g.banks()
	g.paint()
	return roots
}

// quotient keeps one node of each colour that the roots depend on.
func (b *builder) quotient(roots []root, path *rtl.Cut) {
	g := b.g
	at := make([]int32, g.count) // op of a colour, from 1 on
	var regs, words []int32      // colours of registers and words whose operands are to come
	var visit func(n int32) int32
	visit = func(n int32) int32 {
		k := g.color[n]
		if at[k] != 0 {
			return at[k] - 1
		}
		x := op{node: g.nodes[n], sel: -1}
		switch x.op {
		case opReg, opWord:
			// What they are given counts at the next clock.
		case opMux, opOr:
			x.a, x.b = visit(x.a), visit(x.b)
		}
		if x.op == opResult && b.block.Datapath.Latency == 0 {
			for _, r := range roots {
				if r.out < 0 {
					o := visit(r.node)
					if i := slices.Index(x.x, o); i < 0 || x.port[i] != int32(r.port) {
						x.x, x.port = append(x.x, o), append(x.port, int32(r.port))
					}
				}
			}
		}
		if x.node.sel.v != 0 {
			x.sel, x.bit = b.result(x.node.sel.v), x.node.sel.at
		}
		b.ops = append(b.ops, x)
		id := int32(len(b.ops) - 1)
		at[k] = id + 1
		switch x.op {
		case opReg:
			regs = append(regs, n, id)
		case opWord:
			words = append(words, n, id)
		}
		return id
	}
	for _, r := range roots {
		id := int(visit(r.node))
		placed := g.label[r.node] == r.want || g.label[r.node] == noLabel
		if r.out < 0 {
			if !placed {
				b.path = b.ensurePath()
				b.path.misfit = fmt.Sprintf("bit %d of port %s", r.bit, b.block.Datapath.Ins[min(r.port, 1)])
			}
			continue
		}
		o := &b.outs[r.out]
		fill := b.contract.fill != nil && b.contract.fill(int(r.want))
		if !slices.ContainsFunc(o.checks, func(c check) bool {
			return c.op == id && c.part == r.part && c.placed == placed && c.fill == fill
		}) {
			o.checks = append(o.checks, check{id, r.part, placed, fill, r.bit})
		}
	}
	for len(regs) > 0 || len(words) > 0 {
		if len(regs) > 0 {
			n, id := regs[0], regs[1]
			regs = regs[2:]
			next := visit(g.nodes[n].a)
			b.ops[id].a = next
			b.ops[id].slot = len(b.dataRegs)
			b.dataRegs = append(b.dataRegs, id)
			b.begin = append(b.begin, [...]token{opBad: bad, opZero: zero, opOne: set}[g.initial(g.nodes[n].at)])
			continue
		}
		n, id := words[0], words[1]
		words = words[2:]
		cut := &b.c.cuts[g.nodes[n].a]
		takes := func(name string) int {
			i := slices.IndexFunc(cut.Takes, func(p rtl.CutPort) bool { return p.Name == name })
			return b.control(cut.Takes[i].Fields[0], "an address of "+cut.Path)
		}
		var writes []written
		for j, w := range append([]write{{g.nodes[n].b, g.nodes[n].sel}}, g.nodes[n].more...) {
			p := written{address: takes("write_address" + rtl.WritePort(j)), data: visit(w.data), enable: b.result(w.sel.v), enableBit: w.sel.at, over: cut.Over[j]}
			writes = append(writes, p)
		}
		x := &b.ops[id]
		x.slot = len(b.mems)
		offset := 0
		for _, m := range b.mems {
			offset += m.words
		}
		b.mems = append(b.mems, memory{op: int(id), words: cut.Words, offset: offset, read: takes("address"), writes: writes})
	}
	if path != nil {
		p := b.ensurePath()
		p.latency, p.enable, p.op = b.block.Datapath.Latency, -1, -1
		x := op{node: node{op: opResult}, sel: -1}
		for _, r := range roots {
			if r.out < 0 {
				o := visit(r.node)
				x.x, x.port = append(x.x, o), append(x.port, int32(r.port))
			}
		}
		b.collapse(&x)
		for i := range b.ops {
			if b.ops[i].op == opResult {
				p.op = i
				b.ops[i].x, b.ops[i].port = x.x, x.port
			}
		}
		for _, t := range path.Takes {
			switch {
			case slices.Contains(b.block.Datapath.Ins, t.Name):
			case t.Name == b.block.Datapath.Enable && t.Width == 1:
				p.enable = b.control(t.Fields[0], "the datapath's enable")
			case t.Width == 1 && b.c.isClock(t.Fields[0], b.clock):
			default:
				b.fail("the datapath's input %s is neither data, clock nor enable", t.Name)
			}
		}
	}
}

// collapse drops operands that say the same.
func (b *builder) collapse(x *op) {
	seen := map[[2]int32]bool{}
	n := 0
	for i := range x.x {
		if k := [2]int32{x.x[i], x.port[i]}; !seen[k] {
			seen[k] = true
			x.x[n], x.port[n] = x.x[i], x.port[i]
			n++
		}
	}
	x.x, x.port = x.x[:n], x.port[:n]
}

func (b *builder) ensurePath() *datapath {
	if b.path == nil {
		b.path = &datapath{}
	}
	return b.path
}

// maxFree is the largest number of control bits without a reset value for which all
// values are start states. With more, only all zeros and all ones are tried. That may
// refute the block, but proves nothing.
const maxFree = 10

// registers finds the registers that control depends on, and compiles it.
func (b *builder) registers() error {
	m := b.c.m
	in := netlist.InCone(m, b.wanted)
	free := 0
	for _, r := range m.Regs {
		keep := ones(m.Width(r.Q)) &^ b.c.data[r.Q]
		if !in[r.Q] || keep == 0 {
			continue
		}
		k := b.c.known[r.Q]
		if unknown := keep &^ k.Mask; unknown != 0 {
			if free += bits.OnesCount64(unknown); free > maxFree && b.sampled == "" {
				b.sampled = b.c.name(r.Q)
			}
		}
		b.free = append(b.free, keep&^k.Mask)
		b.clocks = max(b.clocks, k.Since)
		b.regs = append(b.regs, b.read(r.Q))
		b.nextReg = append(b.nextReg, b.result(r.D))
		b.keep = append(b.keep, keep)
		b.start = append(b.start, k.Bits&k.Mask&keep)
	}
	for _, r := range m.Regs {
		if in[r.Q] {
			b.read(r.Q)
		}
	}
	for _, p := range m.Inputs {
		b.read(p.Value)
	}
	b.results = len(b.wanted)
	var err error
	if b.program, err = netlist.Compile(m, b.reads, b.wanted); err != nil {
		return unsupported{err}
	}
	return nil
}
