package stream

import (
	"context"
	"fmt"
	"math/bits"
)

// maxStates bounds an exploration.
const maxStates = 8 << 20

// A state is one slice of words: registers of control, then tokens of data registers,
// of memories, and of the datapath's stages, then how many items went in and out,
// by stream, and which outputs were valid and not taken.
type layout struct {
	data, mem, stage, in, out, owed, size int
}

func (m *machine) layout() layout {
	var l layout
	l.data = len(m.regs)
	l.mem = l.data + len(m.dataRegs)
	l.stage = l.mem
	for _, x := range m.mems {
		l.stage += x.words
	}
	l.in = l.stage
	if m.path != nil {
		l.in += m.path.latency
	}
	l.out = l.in + len(m.ins)
	l.owed = l.out + len(m.outs)
	l.size = l.owed + 1
	return l
}

// Exploration is what became of a block.
type Exploration struct {
	States int
	Steps  int64
	// Broken is the first rule of the contract that some run breaks, and Run what the
	// environment does in it, from reset on. Nil: none.
	Broken *Breach
	// Unclear is why no contract can be given though none is broken, or "".
	Unclear string
	// Cap is how many items the block takes at most beyond those that the output it
	// gave needed; Room how many it takes at least, if they are offered, beyond those
	// that its next output needs, while that is not taken.
	Cap, Room []int // by input
	// Lag is how many items more than it needs the block may wait for, of the same
	// frame, by item of a frame of its output.
	Lag []int
	// Cycles is how many clocks a frame takes when nothing outside stalls, and Latency
	// how many there are from reset to the first output.
	Cycles, Latency int
	Longest         int // clocks that something complete may wait to be offered
}

// Breach is a run that breaks a contract.
type Breach struct {
	Rule   string
	Detail string
	Run    []Cycle
	Loop   int // of a run that goes on for ever: where the cycle begins that repeats; else -1
}

// Cycle is what the environment does in one clock: which inputs are valid and
// which outputs are ready, a bit for each stream.
type Cycle struct{ Valid, Ready uint8 }

// edge is a transition in which nothing moved although something was owed.
type edge struct {
	from, to int32
	slack    int32 // how many items the block had beyond those that its next output needs
	left     int32 // how many were missing of the frame of that output
	n        int32 // which output of its frame that is
	choice   uint8
}

// explorer walks all states of a machine.
type explorer struct {
	*machine
	layout
	choices int
	seen    map[[2]uint64]int32
	parent  []int32
	chosen  []uint8
	// waits are the edges: by output those on which a complete item was not offered,
	// then by input those on which nothing was taken. A run that waits for ever ends in a
	// loop of them, since counts only grow.
	waits  [][]edge
	result Exploration

	progIn, progOut [][]uint64
	values          []token
}

const batch = 256 // states that control is computed for at a time

func (m *machine) explore(ctx context.Context, limit int) (*Exploration, error) {
	x := &explorer{machine: m, layout: m.layout(), seen: map[[2]uint64]int32{}}
	x.choices = 1 << (len(m.ins) + len(m.outs))
	x.waits = make([][]edge, len(m.outs)+len(m.ins))
	x.values = make([]token, len(m.ops))
	lanes := batch * x.choices
	zeros := make([]uint64, lanes)
	x.progIn = make([][]uint64, len(m.reads))
	for i := range x.progIn {
		x.progIn[i] = zeros
	}
	own := func(i int) {
		if i >= 0 {
			x.progIn[i] = make([]uint64, lanes)
		}
	}
	own(0)
	for i := range x.progIn[0] {
		x.progIn[0][i] = 1 // no reset
	}
	for _, p := range m.ins {
		own(p.valid)
		own(p.first)
		own(p.last)
	}
	for _, p := range m.outs {
		own(p.ready)
	}
	for _, r := range m.regs {
		own(r)
	}
	x.progOut = make([][]uint64, m.results)
	for i := range x.progOut {
		x.progOut[i] = make([]uint64, lanes)
	}
	x.result.Cap, x.result.Room = make([]int, len(m.ins)), make([]int, len(m.ins))
	err := x.walk(ctx, limit)
	if err == nil && x.result.Broken == nil {
		x.rate()
	}
	return &x.result, err
}

func (x *explorer) initial() []uint64 {
	s := make([]uint64, x.size)
	copy(s, x.start)
	for i, t := range x.begin {
		s[x.data+i] = uint64(t)
	}
	return s
}

func hash(s []uint64) [2]uint64 {
	a, b := uint64(0x9e3779b97f4a7c15), uint64(0xc2b2ae3d27d4eb4f)
	for _, w := range s {
		hi, lo := bits.Mul64(a^w, 0xff51afd7ed558ccd)
		a = hi ^ lo ^ bits.RotateLeft64(a, 23)
		hi, lo = bits.Mul64(b+w, 0xc4ceb9fe1a85ec53)
		b = hi ^ lo ^ bits.RotateLeft64(b, 41)
	}
	return [2]uint64{a, b}
}

func (x *explorer) walk(ctx context.Context, limit int) error {
	first := x.initial()
	x.seen[hash(first)] = 0
	x.parent, x.chosen = []int32{-1}, []uint8{0}
	frontier := [][]uint64{first}
	ids := []int32{0}
	for len(frontier) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		var next [][]uint64
		var nextIDs []int32
		for at := 0; at < len(frontier); at += batch {
			part := frontier[at:min(at+batch, len(frontier))]
			x.control(part)
			for i, s := range part {
				for u := range x.choices {
					x.result.Steps++
					to, breach := x.step(s, i*x.choices+u, u)
					if breach != nil {
						breach.Run, breach.Loop = append(x.run(ids[at+i]), x.cycle(u)), -1
						x.result.Broken, x.result.States = breach, len(x.parent)
						return nil
					}
					h := hash(to)
					id, known := x.seen[h]
					if !known {
						id = int32(len(x.parent))
						if int(id) >= limit {
							return fmt.Errorf("more than %d states", limit)
						}
						x.seen[h] = id
						x.parent = append(x.parent, ids[at+i])
						x.chosen = append(x.chosen, uint8(u))
						next = append(next, to)
						nextIDs = append(nextIDs, id)
					}
					x.waiting(ids[at+i], id, i*x.choices+u, s)
				}
			}
		}
		frontier, ids = next, nextIDs
	}
	x.result.States = len(x.parent)
	x.progress()
	return nil
}

// cycle is what a choice of the environment means.
func (x *explorer) cycle(u int) Cycle {
	return Cycle{Valid: uint8(u & (1<<len(x.ins) - 1)), Ready: uint8(u >> len(x.ins))}
}

// run is how a state is reached.
func (x *explorer) run(id int32) (r []Cycle) {
	for ; x.parent[id] >= 0; id = x.parent[id] {
		r = append(r, x.cycle(int(x.chosen[id])))
	}
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return r
}

// control computes what control does in each state under each choice.
func (x *explorer) control(states [][]uint64) {
	lane := 0
	for _, s := range states {
		for u := range x.choices {
			for i, p := range x.ins {
				x.progIn[p.valid][lane] = uint64(u >> i & 1)
				n := int(s[x.in+i]) % x.contract.ins[i].frame
				if p.first >= 0 {
					x.progIn[p.first][lane] = flag(x.contract.ins[i].first(n))
				}
				if p.last >= 0 {
					x.progIn[p.last][lane] = flag(x.contract.ins[i].last(n))
				}
			}
			for j, p := range x.outs {
				x.progIn[p.ready][lane] = uint64(u >> (len(x.ins) + j) & 1)
			}
			for k, r := range x.regs {
				x.progIn[r][lane] = s[k]
			}
			lane++
		}
	}
	x.program.Run(lane, x.progIn, x.progOut)
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// step executes one clock. The block must not have broken its contract in it.
func (x *explorer) step(s []uint64, lane, u int) ([]uint64, *Breach) {
	word := func(result int) uint64 { return x.progOut[result][lane] }
	x.evaluate(s, word)
	t := make([]uint64, x.size)
	for k, r := range x.nextReg {
		t[k] = word(r) & x.keep[k]
	}
	for i, r := range x.dataRegs {
		t[x.data+i] = uint64(x.values[x.ops[r].a])
	}
	at := x.mem
	for i := range x.mems {
		m := &x.mems[i]
		copy(t[at:at+m.words], s[at:])
		if word(m.enable)>>m.enableBit&1 == 1 {
			if a := word(m.write); a < uint64(m.words) {
				t[at+int(a)] = uint64(x.values[m.data])
			}
		}
		at += m.words
	}
	if p := x.path; p != nil && p.latency > 0 {
		if p.enable >= 0 && word(p.enable) == 0 {
			copy(t[x.stage:x.in], s[x.stage:x.in])
		} else {
			copy(t[x.stage+1:x.in], s[x.stage:])
			t[x.stage] = uint64(x.applied())
		}
	}
	for i, p := range x.ins {
		t[x.in+i] = s[x.in+i] + uint64(u>>i&1)&word(p.ready)
	}
	for j := range x.outs {
		if breach := x.output(s, t, j, word, u); breach != nil {
			return nil, breach
		}
	}
	x.renumber(t)
	return t, nil
}

// evaluate computes the tokens of all bits.
func (x *explorer) evaluate(s []uint64, word func(int) uint64) {
	for i := range x.ops {
		o := &x.ops[i]
		var v token
		switch o.op {
		case opZero:
			v = zero
		case opOne:
			v = set
		case opControl:
			if v = zero; word(o.sel)>>o.bit&1 == 1 {
				v = set
			}
		case opIn:
			n := int(s[x.in+int(o.a)])*x.contract.ins[o.a].parts + int(o.b)
			v = makeToken(isItem, int(o.a), 0, n)
		case opMux:
			if word(o.sel)>>o.bit&1 == 1 {
				v = x.values[o.a]
			} else {
				v = x.values[o.b]
			}
		case opOr:
			v = either(x.values[o.a], x.values[o.b])
		case opReg:
			v = token(s[x.data+o.slot])
		case opWord:
			m := &x.mems[o.slot]
			if a := word(m.read); a < uint64(m.words) {
				v = token(s[x.mem+m.offset+int(a)])
			}
		case opResult:
			if x.path.latency > 0 {
				v = token(s[x.in-1])
			} else {
				v = x.applied()
			}
		}
		x.values[i] = v
	}
}

// either is one bit or another, of which one is zero.
func either(a, b token) token {
	switch {
	case a == zero:
		return b
	case b == zero || a == b:
		return a
	case a == set || b == set:
		return set
	case a == bad || b == bad:
		return bad
	}
	return torn
}

// applied is what the datapath makes of what stands at its inputs.
func (x *explorer) applied() token {
	o := &x.ops[x.path.op]
	var ports [2]token
	var given [2]bool
	for i, a := range o.x {
		p, t := o.port[i], x.values[a]
		if given[p] && ports[p] != t {
			return torn
		}
		ports[p], given[p] = t, true
	}
	if x.path.misfit != "" {
		return torn
	}
	if !x.contract.accumulates {
		if ports[0].kind() != isItem {
			return bad
		}
		return makeToken(isDone, 0, 0, ports[0].item())
	}
	sum, item := ports[0], ports[1]
	switch {
	case item.kind() != isItem:
		return bad
	case sum == zero:
		return makeToken(isSum, 0, 1, item.item())
	case sum.kind() == isSum && sum.item()+sum.count() == item.item():
		return makeToken(isSum, 0, sum.count()+1, sum.item())
	}
	return torn
}

// output holds what output j offers against the contract.
func (x *explorer) output(s, t []uint64, j int, word func(int) uint64, u int) *Breach {
	p := &x.outs[j]
	k := &x.contract.outs[j]
	n := int(s[x.out+j])
	valid, ready := word(p.valid) == 1, u>>(len(x.ins)+j)&1 == 1
	name := x.block.Outs[j].Valid
	t[x.out+j] = s[x.out+j]
	if !valid {
		if s[x.owed]>>j&1 == 1 {
			return &Breach{Rule: "offered is offered", Detail: fmt.Sprintf("%s falls though item %d was not taken", name, n)}
		}
		return nil
	}
	for _, c := range p.checks {
		if is := x.values[c.op]; is != x.wanted(j, n, c.part) || !c.placed && is.numbered() {
			where := ""
			if len(p.checks) > 1 {
				where = fmt.Sprintf(", part %d,", c.part)
			}
			if !c.placed && is.numbered() {
				return &Breach{Rule: "the right item", Detail: fmt.Sprintf("%s: item %d%s has its bits in other places (bit %d of the port)", x.block.Outs[j].Data, n, where, c.bit)}
			}
			return &Breach{Rule: "the right item", Detail: fmt.Sprintf("%s: item %d%s is %s, should be %s", x.block.Outs[j].Data, n, where, is, x.wanted(j, n, c.part))}
		}
	}
	for _, mark := range []struct {
		result int
		want   func(int) bool
		name   string
	}{{p.first, k.first, x.block.Outs[j].First}, {p.last, k.last, x.block.Outs[j].Last}} {
		if mark.result >= 0 && word(mark.result) != flag(mark.want(n%k.frame)) {
			return &Breach{Rule: "marks", Detail: fmt.Sprintf("%s is %d with item %d", mark.name, word(mark.result), n)}
		}
	}
	if ready {
		t[x.out+j]++
	} else {
		t[x.owed] |= 1 << j
	}
	return nil
}

// wanted is the token that a part of item n of output j has.
func (x *explorer) wanted(j, n, part int) token {
	k := &x.contract.outs[j]
	t := x.contract.want(j, n%k.frame, part)
	if t.numbered() {
		in := &x.contract.ins[t.stream()]
		t += token(n / k.frame * in.frame * in.parts)
	}
	return t
}

// renumber counts from the frame on in which the slowest stream is.
func (x *explorer) renumber(t []uint64) {
	frames := int(t[x.in]) / x.contract.ins[0].frame
	for i := range x.ins {
		frames = min(frames, int(t[x.in+i])/x.contract.ins[i].frame)
	}
	for j := range x.outs {
		frames = min(frames, int(t[x.out+j])/x.contract.outs[j].frame)
	}
	if frames == 0 {
		return
	}
	for i := range x.ins {
		t[x.in+i] -= uint64(frames * x.contract.ins[i].frame)
	}
	for j := range x.outs {
		t[x.out+j] -= uint64(frames * x.contract.outs[j].frame)
	}
	for i := x.data; i < x.in; i++ {
		v := token(t[i])
		if v.numbered() {
			in := &x.contract.ins[v.stream()]
			t[i] = uint64(v.earlier(frames * in.frame * in.parts))
		}
	}
}

// needed is how many items of input i item n of output j needs, over all frames.
func (x *explorer) needed(j, i, n int) int {
	frame := x.contract.outs[j].frame
	return n/frame*x.contract.ins[i].frame + x.contract.need(j, i, n%frame)
}

// frameEnd is how many items of input i complete the frame of item n of output j.
func (x *explorer) frameEnd(j, i, n int) int {
	return (n/x.contract.outs[j].frame + 1) * x.contract.ins[i].frame
}

// waiting notes what a transition left undone.
func (x *explorer) waiting(from, to int32, lane int, s []uint64) {
	u := uint8(lane % x.choices)
	word := func(result int) bool { return x.progOut[result][lane] == 1 }
	moves := false
	for i, p := range x.ins {
		moves = moves || u>>i&1 == 1 && word(p.ready)
		given := 1 << 30
		for j := range x.outs {
			if n := int(s[x.out+j]); n == 0 {
				given = 0
			} else {
				given = min(given, x.needed(j, i, n-1))
			}
		}
		x.result.Cap[i] = max(x.result.Cap[i], int(s[x.in+i])-given)
	}
	for j, p := range x.outs {
		moves = moves || u>>(len(x.ins)+j)&1 == 1 && word(p.valid)
	}
	if moves {
		return
	}
	slackOf := func(i int) (slack, left, item int) {
		slack = -1 << 30
		for j := range x.outs {
			n, m := int(s[x.out+j]), int(s[x.in+i])
			if k := m - x.needed(j, i, n); k > slack {
				slack, left, item = k, x.frameEnd(j, i, n)-m, n%x.contract.outs[j].frame
			}
		}
		return slack, left, item
	}
	for j, p := range x.outs {
		e := edge{from: from, to: to, slack: 1 << 30, choice: u}
		for i := range x.ins {
			n, m := int(s[x.out+j]), int(s[x.in+i])
			e.slack = min(e.slack, int32(m-x.needed(j, i, n)))
			e.left = max(e.left, int32(x.frameEnd(j, i, n)-m))
			e.n = int32(n % x.contract.outs[j].frame)
		}
		if !word(p.valid) && e.slack >= 0 {
			x.waits[j] = append(x.waits[j], e)
		}
	}
	for i, p := range x.ins {
		if !word(p.ready) {
			slack, left, item := slackOf(i)
			x.waits[len(x.outs)+i] = append(x.waits[len(x.outs)+i], edge{from, to, int32(slack), int32(left), int32(item), u})
		}
	}
}

// progress looks for runs that go on for ever without what is owed. A block may wait
// for more items than its next output needs, as long as it takes them and does not
// wait for another frame: that is its lag there.
func (x *explorer) progress() {
	x.result.Lag = make([]int, x.contract.outs[0].frame)
	for j := range x.outs {
		length, loops := endless(x.waits[j])
		x.result.Longest = max(x.result.Longest, length)
		for _, e := range loops {
			if e.left <= 0 {
				x.stuck(e, loops, "complete items are offered", fmt.Sprintf("%s stays 0 though all that the next item needs is in", x.block.Outs[j].Valid))
				return
			}
			x.result.Lag[e.n] = max(x.result.Lag[e.n], int(e.slack)+1)
		}
	}
	for i := range x.ins {
		x.result.Room[i] = x.result.Cap[i]
		_, loops := endless(x.waits[len(x.outs)+i])
		for _, e := range loops {
			if e.slack >= 0 && int(e.slack) < x.result.Lag[e.n] {
				x.result.Unclear = fmt.Sprintf("sometimes it waits for another item before output %d, sometimes it does not take it", e.n)
				continue
			}
			if e.slack < 0 {
				x.stuck(e, loops, "what is missing is taken", fmt.Sprintf("%s stays 0 though the next output waits for another item", x.block.Ins[i].Ready))
				return
			}
			x.result.Room[i] = min(x.result.Room[i], int(e.slack))
		}
	}
}

// endless finds the edges that lie on loops, and the longest path of the others. Edges
// between two loops count as well; all of such a path have one slack.
func endless(edges []edge) (longest int, loops []edge) {
	left := edges
	for _, forward := range []bool{true, false} {
		out, degree := map[int32][]edge{}, map[int32]int{}
		ends := func(e edge) (a, b int32) {
			if forward {
				return e.from, e.to
			}
			return e.to, e.from
		}
		for _, e := range left {
			a, b := ends(e)
			out[a] = append(out[a], e)
			degree[b]++
		}
		depth := map[int32]int{}
		var ready []int32
		for s := range out {
			if degree[s] == 0 {
				ready = append(ready, s)
			}
		}
		for len(ready) > 0 {
			s := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			for _, e := range out[s] {
				_, b := ends(e)
				depth[b] = max(depth[b], depth[s]+1)
				longest = max(longest, depth[b])
				if degree[b]--; degree[b] == 0 {
					ready = append(ready, b)
				}
			}
		}
		var rest []edge
		for _, e := range left {
			if a, b := ends(e); degree[a] > 0 && degree[b] > 0 {
				rest = append(rest, e)
			}
		}
		left = rest
	}
	return longest, left
}

// stuck is the breach of a run that ends in a loop, with edge e on it or before it.
func (x *explorer) stuck(e edge, loops []edge, rule, detail string) {
	next := map[int32]edge{}
	for _, l := range loops {
		if l.slack == e.slack && l.n == e.n {
			next[l.from] = l
		}
	}
	b := &Breach{Rule: rule, Detail: detail, Run: x.run(e.from)}
	at := map[int32]int{}
	s := e.from
	for {
		if k, ok := at[s]; ok {
			b.Loop = k
			break
		}
		at[s] = len(b.Run)
		l, ok := next[s]
		if !ok {
			b.Loop = at[s] // the loop is a state that stays
			break
		}
		b.Run = append(b.Run, x.cycle(int(l.choice)))
		s = l.to
	}
	x.result.Broken = b
}

// rate executes the block while nothing outside stalls, for four frames.
func (x *explorer) rate() {
	s := x.initial()
	all := x.choices - 1
	var ends []int
	for clock, given := 0, 0; len(ends) < 4 && clock < 1<<24; clock++ {
		x.control([][]uint64{s})
		t, breach := x.step(s, all, all)
		if breach != nil {
			return
		}
		if x.progOut[x.outs[0].valid][all] == 1 {
			if given == 0 {
				x.result.Latency = clock
			}
			if given++; given%x.contract.outs[0].frame == 0 {
				ends = append(ends, clock)
			}
		}
		s = t
	}
	if len(ends) == 4 {
		x.result.Cycles = ends[3] - ends[2]
	}
}
