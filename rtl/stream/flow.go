package stream

import "math/bits"

// Flow is the control of a design without its data. Counters decide what every block
// does in a cycle, and no valid or ready depends on another block in the same cycle. So
// a cycle has two steps: find the streams that move, then update the counters. Tests
// compare the cycle counts with simulation of the Verilog.

// node is the control of a block.
type node interface {
	valid(out int) bool
	ready(in int) bool
	// clock is the edge at the end of a cycle in which the streams of these bits move.
	clock(ins, outs uint)
	// idle is for how many cycles no stream of the node may move while it is busy.
	idle() int
}

// edge is a stream from an output to an input.
type edge struct {
	from    node
	out     int
	to      node
	in      int
	at, end int // the nodes' places
}

// flow is nodes and the streams between them.
type flow struct {
	nodes []node
	index map[node]int
	edges []edge
	ins   []uint
	outs  []uint
}

func (f *flow) add(n node) node {
	if f.index == nil {
		f.index = map[node]int{}
	}
	f.index[n] = len(f.nodes)
	f.nodes = append(f.nodes, n)
	return n
}

func (f *flow) connect(from node, out int, to node, in int) {
	f.edges = append(f.edges, edge{from, out, to, in, f.index[from], f.index[to]})
}

// cycle is one cycle. moved reports whether any stream moved.
func (f *flow) cycle() (moved bool) {
	if f.ins == nil {
		f.ins, f.outs = make([]uint, len(f.nodes)), make([]uint, len(f.nodes))
	}
	clear(f.ins)
	clear(f.outs)
	for _, e := range f.edges {
		if e.from.valid(e.out) && e.to.ready(e.in) {
			f.outs[e.at] |= 1 << e.out
			f.ins[e.end] |= 1 << e.in
			moved = true
		}
	}
	for i, n := range f.nodes {
		n.clock(f.ins[i], f.outs[i])
	}
	return moved
}

// feed offers an item in every cycle until none is left.
type feed struct{ left int }

func (s *feed) valid(int) bool  { return s.left > 0 }
func (s *feed) ready(int) bool  { return false }
func (*feed) idle() int         { return 0 }
func (s *feed) clock(_, o uint) { s.left -= int(o) }

// drain takes an item from each of its inputs in every cycle.
type drain struct{ got int }

func (s *drain) valid(int) bool  { return false }
func (s *drain) ready(int) bool  { return true }
func (*drain) idle() int         { return 0 }
func (s *drain) clock(i, _ uint) { s.got += bits.OnesCount(i) }

// queueFlow is stream_queue.
type queueFlow struct{ held, places int }

func (q *queueFlow) valid(int) bool  { return q.held > 0 }
func (q *queueFlow) ready(int) bool  { return q.held < q.places }
func (*queueFlow) idle() int         { return 0 }
func (q *queueFlow) clock(i, o uint) { q.held += int(i) - int(o) }

// fifoFlow is stream_fifo.
type fifoFlow struct {
	held, depth int
	out         bool
}

func (f *fifoFlow) valid(int) bool { return f.out }
func (f *fifoFlow) ready(int) bool { return f.held < f.depth }
func (*fifoFlow) idle() int        { return 2 }
func (f *fifoFlow) clock(i, o uint) {
	behind := f.held
	if f.out {
		behind--
	}
	switch {
	case behind > 0 && (!f.out || o == 1):
		f.out = true
	case o == 1:
		f.out = false
	}
	f.held += int(i) - int(o)
}

// applyFlow is stream_apply.
type applyFlow struct {
	held, there int    // items inside, and in the queue
	moving      []bool // which registers of the datapath hold an item
}

func (a *applyFlow) valid(int) bool { return a.there > 0 }
func (a *applyFlow) ready(int) bool { return a.held < len(a.moving)+2 }
func (a *applyFlow) idle() int      { return len(a.moving) }
func (a *applyFlow) clock(i, o uint) {
	arrives := i == 1
	if n := len(a.moving); n > 0 {
		arrives = a.moving[n-1]
		copy(a.moving[1:], a.moving[:n-1])
		a.moving[0] = i == 1
	}
	if arrives {
		a.there++
	}
	a.there -= int(o)
	a.held += int(i) - int(o)
}

// forkFlow is stream_fork.
type forkFlow struct {
	queue queueFlow
	done  uint
	all   uint
}

func (f *forkFlow) valid(out int) bool { return f.queue.held > 0 && f.done>>out&1 == 0 }
func (f *forkFlow) ready(int) bool     { return f.queue.ready(0) }
func (*forkFlow) idle() int            { return 0 }
func (f *forkFlow) clock(i, o uint) {
	take := uint(0)
	if f.done |= o; f.done == f.all {
		f.done, take = 0, 1
	}
	f.queue.clock(i, take)
}

// dealFlow is stream_deal.
type dealFlow struct {
	queue      queueFlow
	turn, outs int
}

func (d *dealFlow) valid(out int) bool { return d.queue.held > 0 && d.turn == out }
func (d *dealFlow) ready(int) bool     { return d.queue.ready(0) }
func (*dealFlow) idle() int            { return 0 }
func (d *dealFlow) clock(i, o uint) {
	take := uint(0)
	if o != 0 {
		d.turn, take = (d.turn+1)%d.outs, 1
	}
	d.queue.clock(i, take)
}

// joinFlow is stream_join.
type joinFlow struct{ a, b queueFlow }

func (j *joinFlow) valid(int) bool { return j.a.held > 0 && j.b.held > 0 }
func (j *joinFlow) ready(in int) bool {
	if in == 0 {
		return j.a.ready(0)
	}
	return j.b.ready(0)
}
func (*joinFlow) idle() int { return 0 }
func (j *joinFlow) clock(i, o uint) {
	j.a.clock(i&1, o)
	j.b.clock(i>>1, o)
}

// poolFlow is stream_pool.
type poolFlow struct {
	count, items int
	out          bool
}

func (p *poolFlow) valid(int) bool { return p.out }
func (p *poolFlow) ready(int) bool { return !p.out }
func (*poolFlow) idle() int        { return 0 }
func (p *poolFlow) clock(i, o uint) {
	if o == 1 {
		p.out = false
	}
	if p.count += int(i); p.count == p.items {
		p.count, p.out = 0, true
	}
}

// serialFlow is stream_serial.
type serialFlow struct{ left, items int }

func (s *serialFlow) valid(int) bool { return s.left > 0 }
func (s *serialFlow) ready(int) bool { return s.left == 0 }
func (*serialFlow) idle() int        { return 0 }
func (s *serialFlow) clock(i, o uint) {
	s.left -= int(o)
	if i == 1 {
		s.left = s.items
	}
}

// lanesFlow is stream_lanes.
type lanesFlow struct {
	columns, ins, outs    int
	held, inLeft, outLeft int
}

func newLanesFlow(columns, ins, outs int) *lanesFlow {
	return &lanesFlow{columns: columns, ins: ins, outs: outs, inLeft: columns, outLeft: columns}
}

func (l *lanesFlow) valid(int) bool { return l.held >= min(l.outs, l.outLeft) }
func (l *lanesFlow) ready(int) bool { return l.held <= 2*l.outs-1 }
func (l *lanesFlow) idle() int      { return 0 }
func (l *lanesFlow) clock(i, o uint) {
	move := func(moves uint, left *int, lanes int) int {
		if moves == 0 {
			return 0
		}
		n := min(lanes, *left)
		if *left -= n; *left == 0 {
			*left = l.columns
		}
		return n
	}
	l.held += move(i, &l.inLeft, l.ins) - move(o, &l.outLeft, l.outs)
}

// scan is what stream_rows and stream_columns have in common: a position that comes
// next, positions beyond the last that are still to go, and how far the next window is.
type scan struct {
	axis
	at, beyond, due int
}

func newScan(a axis) scan { return scan{axis: a, due: a.first} }

// open reports whether a position can come in.
func (s *scan) open() bool { return s.beyond == 0 || s.beyond == 1 && s.first != 0 }

// step is a position that came in, one beyond that went by, or both.
func (s *scan) step(in, beyond bool) {
	end := in && s.at == s.size-1
	restart := beyond && s.beyond == 1 || end && s.after == 0
	switch {
	case restart && in && beyond:
		s.due = s.first - 1
	case restart:
		s.due = s.first
	case in || beyond:
		if s.due--; s.due < 0 {
			s.due = s.stride - 1
		}
	}
	if beyond {
		s.beyond--
	}
	if in {
		s.at++
	}
	if end {
		s.at, s.beyond = 0, s.after
	}
}

// windowFlow is stream_window.
type windowFlow struct {
	queue         queueFlow
	rows, columns scan
	wanted        int // beats of a row that give windows, but for those beyond it
	column        int // of the beat that comes next
	below         int // of the row below the frame
	held          bool
}

func newWindowFlow(rows axis, c beats) *windowFlow {
	return &windowFlow{
		queue: queueFlow{places: 2}, rows: newScan(rows), wanted: c.first + c.windows,
		columns: newScan(axis{size: c.beats, stride: c.stride, first: c.first, after: c.after}),
	}
}

// due reports whether windows leave with the beat at hand.
func (w *windowFlow) due() bool {
	return w.columns.due == 0 && (w.columns.beyond > 0 || w.columns.at < w.wanted)
}

func (w *windowFlow) valid(int) bool { return (w.columns.beyond > 0 || w.held) && w.due() }
func (w *windowFlow) ready(int) bool { return w.queue.ready(0) }
func (w *windowFlow) idle() int      { return 2 * (w.rows.after + 2) * (w.columns.size + w.columns.after) }

func (w *windowFlow) clock(i, o uint) {
	// The horizontal half takes what the vertical one holds.
	move := !w.due() || o == 1
	beyond := w.columns.beyond > 0 && move
	taken := w.held && move && w.columns.open()
	w.columns.step(taken, beyond)

	move = !w.held || taken
	below := w.rows.beyond > 0
	pixel := w.queue.held > 0 && move && w.rows.open()
	if move {
		w.held = (below || pixel) && w.rows.due == 0
	}
	inRow, belowRow := false, false
	if pixel {
		if w.column++; w.column == w.columns.size {
			w.column, inRow = 0, true
		}
	}
	if below && move {
		if w.below++; w.below == w.columns.size {
			w.below, belowRow = 0, true
		}
	}
	w.rows.step(inRow, belowRow)

	take := uint(0)
	if pixel {
		take = 1
	}
	w.queue.clock(i, take)
}

// size is a size of the block's library module.
func (b *block) size(name string) int {
	for _, p := range b.sizes {
		if p.name == name {
			return p.value
		}
	}
	panic("stream: " + b.library + " has no size " + name)
}

// flow is the block's control.
func (b *block) flow() node {
	switch b.kind {
	case KindFramer:
		return &queueFlow{places: 2}
	case KindWindow:
		return newWindowFlow(b.rows, b.columns)
	case KindApply:
		return &applyFlow{moving: make([]bool, b.size("LATENCY"))}
	case KindFork:
		return &forkFlow{queue: queueFlow{places: 2}, all: 1<<b.size("OUTS") - 1}
	case KindDeal:
		return &dealFlow{queue: queueFlow{places: 2}, outs: b.size("OUTS")}
	case KindFIFO:
		return &fifoFlow{depth: b.size("DEPTH")}
	case KindJoin:
		return &joinFlow{queueFlow{places: 2}, queueFlow{places: 2}}
	case KindAdapter:
		if b.library == "stream_lanes" {
			return newLanesFlow(b.size("COLUMNS"), b.size("INS"), b.size("OUTS"))
		}
		return &serialFlow{items: b.size("ITEMS")}
	case KindPool:
		return &poolFlow{items: b.size("ITEMS")}
	}
	panic("stream: the flow of a " + string(b.kind) + " is not counted")
}
