package stream

import (
	"fmt"
	"math/bits"
)

// A state of a block has two parts. Its position is the state of control: the control
// registers, the number of items in and out by stream, counted from the current frame
// on, and which outputs were valid and not taken. Its contents are the tokens of the
// data registers, the memories' words and the datapath's stages. The next position does
// not depend on the contents.
type layout struct {
	in, out, owed, size int // of a position
	mem, stage, tokens  int // of the contents
}

func (m *machine) layout() layout {
	var l layout
	l.in = len(m.regs)
	l.out = l.in + len(m.ins)
	l.owed = l.out + len(m.outs)
	l.size = l.owed + 1
	l.mem = len(m.dataRegs)
	l.stage = l.mem
	for _, x := range m.mems {
		l.stage += x.words
	}
	l.tokens = l.stage
	if m.path != nil {
		l.tokens += m.path.latency
	}
	return l
}

// batch is the number of positions for which control is computed at a time.
const batch = 256

// executor executes a machine clock by clock.
type executor struct {
	*machine
	layout
	cycles          []Cycle // that the environment may choose from in one clock
	choices         int     // how many they are
	keeps           bool    // an item that is offered to the block is offered until it is taken
	progIn, progOut [][]uint64
	values          []token
	ports           []token // of the datapath: what stands there
	stands          []bool  // whether a token of a port was seen
}

func newExecutor(m *machine) *executor {
	x := &executor{machine: m, layout: m.layout(), cycles: m.choices(), values: make([]token, len(m.ops))}
	x.choices = len(x.cycles)
	ports := 1
	if m.contract.accumulates {
		ports += m.contract.ins[0].parts
	}
	x.ports, x.stands = make([]token, ports), make([]bool, ports)
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
	return x
}

// choices lists what the environment may do in one clock. Marks beside an item are what
// they should be; what they are without one is free.
func (m *machine) choices() (cs []Cycle) {
	var first, last uint8
	for i, p := range m.ins {
		if p.first >= 0 {
			first |= 1 << i
		}
		if p.last >= 0 {
			last |= 1 << i
		}
	}
	for ready := range 1 << len(m.outs) {
		for valid := range 1 << len(m.ins) {
			// Subsets of the marks of inputs that offer nothing.
			f := first &^ uint8(valid)
			for {
				l := last &^ uint8(valid)
				for {
					cs = append(cs, Cycle{uint8(valid), uint8(ready), f, l})
					if l == 0 {
						break
					}
					l = (l - 1) & last &^ uint8(valid)
				}
				if f == 0 {
					break
				}
				f = (f - 1) & first &^ uint8(valid)
			}
		}
	}
	return cs
}

// legal reports whether the environment may choose u in a position.
func (x *executor) legal(s []uint64, u int) bool {
	return uint8(s[x.owed]>>askedAt)&^x.cycles[u].Valid == 0
}

// askedAt is the bit offset in a position of the inputs that were valid and not taken.
// The outputs that were valid and not taken come below.
const askedAt = 8

// initial is the state after reset in which the bits that it leaves unknown are those
// of number k.
func (x *executor) initial(k int) (position []uint64, contents []token) {
	position, contents = make([]uint64, x.size), make([]token, x.tokens)
	copy(position, x.start)
	for i, free := range x.free {
		if x.sampled != "" {
			position[i] |= free * uint64(k)
			continue
		}
		for ; free != 0; free &= free - 1 {
			position[i] |= (free & -free) * uint64(k&1)
			k >>= 1
		}
	}
	copy(contents, x.begin)
	return position, contents
}

// initials is how many states reset may leave.
func (x *executor) initials() int {
	if x.sampled != "" {
		return 2
	}
	n := 1
	for _, free := range x.free {
		n <<= bits.OnesCount64(free)
	}
	return n
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

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// control computes what control does in each position under each choice: lane
// i·choices + u is position i under choice u.
func (x *executor) control(positions [][]uint64) {
	lane := 0
	for _, s := range positions {
		for _, c := range x.cycles {
			for i, p := range x.ins {
				valid := c.Valid>>i&1 == 1
				x.progIn[p.valid][lane] = flag(valid)
				n := int(s[x.in+i]) % x.contract.ins[i].frame
				if p.first >= 0 {
					x.progIn[p.first][lane] = flag(valid && x.contract.ins[i].first(n) || c.First>>i&1 == 1)
				}
				if p.last >= 0 {
					x.progIn[p.last][lane] = flag(valid && x.contract.ins[i].last(n) || c.Last>>i&1 == 1)
				}
			}
			for j, p := range x.outs {
				x.progIn[p.ready][lane] = uint64(c.Ready >> j & 1)
			}
			for k, r := range x.regs {
				x.progIn[r][lane] = s[k]
			}
			lane++
		}
	}
	x.program.Run(lane, x.progIn, x.progOut)
}

// move is the position after one clock, and how many frames it was counted on. The
// handshakes must not break the contract.
func (x *executor) move(s []uint64, lane, u int) (t []uint64, frames int, breach *Breach) {
	word := func(result int) uint64 { return x.progOut[result][lane] }
	t = make([]uint64, x.size)
	for k, r := range x.nextReg {
		t[k] = word(r) & x.keep[k]
	}
	for i, p := range x.ins {
		valid, ready := uint64(x.cycles[u].Valid>>i&1), word(p.ready)
		t[x.in+i] = s[x.in+i] + valid&ready
		if x.keeps {
			t[x.owed] |= valid &^ ready << (askedAt + i)
		}
	}
	for j := range x.outs {
		if breach := x.handshake(s, t, j, word, u); breach != nil {
			return nil, 0, breach
		}
	}
	frames = int(t[x.in]) / x.contract.ins[0].frame
	for i := range x.ins {
		frames = min(frames, int(t[x.in+i])/x.contract.ins[i].frame)
	}
	for j := range x.outs {
		frames = min(frames, int(t[x.out+j])/x.contract.outs[j].frame)
	}
	for i := range x.ins {
		t[x.in+i] -= uint64(frames * x.contract.ins[i].frame)
	}
	for j := range x.outs {
		t[x.out+j] -= uint64(frames * x.contract.outs[j].frame)
	}
	return t, frames, nil
}

// passing is the rule for a block that outputs an item in the clock in which it is
// offered. That is no breach, but the block would need another contract.
const passing = "a register on every way"

// rightItem is the rule on what an output shows.
const rightItem = "the right item"

// handshake holds valid and the marks of output j against the contract.
func (x *executor) handshake(s, t []uint64, j int, word func(int) uint64, u int) *Breach {
	p, k := &x.outs[j], &x.contract.outs[j]
	n := int(s[x.out+j])
	name := x.block.Outs[j].Valid
	t[x.out+j] = s[x.out+j]
	if word(p.valid) == 0 {
		if s[x.owed]>>j&1 == 1 {
			return &Breach{Rule: "offered is offered", Detail: fmt.Sprintf("%s falls though item %d was not taken", name, n)}
		}
		return nil
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
	for i := range x.ins {
		need := x.needed(j, i, n)
		if u := x.cycles[u]; int(s[x.in+i]) < need && int(s[x.in+i])+int(u.Valid>>i&1) >= need {
			return &Breach{Rule: passing, Detail: fmt.Sprintf("%s offers item %d while the last item that it needs is offered and was not taken: only blocks with a register on the way are judged", name, n)}
		}
		if int(s[x.in+i]) < need {
			return &Breach{Rule: rightItem, Detail: fmt.Sprintf("%s: item %d is offered when %d of the %d items that it needs are in", name, n, s[x.in+i], need)}
		}
	}
	if x.cycles[u].Ready>>j&1 == 1 {
		t[x.out+j]++
	} else {
		t[x.owed] |= 1 << j
	}
	return nil
}

// carry computes the contents after one clock, with the frame count advanced, into to,
// which has the right length. The offered items must not break the contract.
func (x *executor) carry(s []uint64, contents, to []token, lane, u, frames int) *Breach {
	word := func(result int) uint64 { return x.progOut[result][lane] }
	x.evaluate(s, contents, x.cycles[u].Valid, word)
	for j := range x.outs {
		if word(x.outs[j].valid) == 1 {
			if breach := x.offered(s, j); breach != nil {
				return breach
			}
		}
	}
	for i, r := range x.dataRegs {
		to[i] = x.values[x.ops[r].a]
	}
	copy(to[x.mem:x.stage], contents[x.mem:])
	at := x.mem
	for i := range x.mems {
		m := &x.mems[i]
		for j := range m.writes {
			if a, ok := m.writing(j, word); ok {
				if to[at+a] = x.values[m.writes[j].data]; len(m.writes) > 1 && !m.decides(j, word) {
					to[at+a] = bad
				}
			}
		}
		for j := range m.writes {
			if a, ok := m.writing(j, word); ok && len(m.writes) > 1 && m.decides(j, word) {
				to[at+a] = x.values[m.writes[j].data]
			}
		}
		at += m.words
	}
	if p := x.path; p != nil && p.latency > 0 {
		if p.enable >= 0 && word(p.enable) == 0 {
			copy(to[x.stage:], contents[x.stage:])
		} else {
			copy(to[x.stage+1:], contents[x.stage:])
			to[x.stage] = x.applied()
		}
	}
	if frames > 0 {
		for i, t := range to {
			in := &x.contract.ins[t.stream()%len(x.ins)]
			to[i] = t.earlier(frames, in.size())
		}
	}
	return nil
}

// writing is the word that port j of a memory writes, if it does.
func (m *memory) writing(j int, word func(int) uint64) (at int, ok bool) {
	w := &m.writes[j]
	a := word(w.address)
	return int(a), word(w.enable)>>w.enableBit&1 == 1 && a < uint64(m.words)
}

// decides reports whether the word that port j writes is its own whatever the others do: they
// write other words, or it wins over them.
func (m *memory) decides(j int, word func(int) uint64) bool {
	at, _ := m.writing(j, word)
	for k := range m.writes {
		other, ok := m.writing(k, word)
		if k != j && ok && other == at && (m.writes[j].over>>k&1 == 0 || m.writes[k].over>>j&1 == 1) {
			return false
		}
	}
	return true
}

// evaluate computes the tokens of all bits. What an input's data are while it is not
// valid is not known.
func (x *executor) evaluate(s []uint64, contents []token, valid uint8, word func(int) uint64) {
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
			if valid>>o.a&1 == 1 {
				v = x.contract.ins[o.a].given(int(o.a), int(s[x.in+int(o.a)]), int(o.b))
			}
		case opMux:
			if word(o.sel)>>o.bit&1 == 1 {
				v = x.values[o.a]
			} else {
				v = x.values[o.b]
			}
		case opOr:
			v = either(x.values[o.a], x.values[o.b])
		case opReg:
			v = contents[o.slot]
		case opWord:
			m := &x.mems[o.slot]
			if a := word(m.read); a < uint64(m.words) {
				v = contents[x.mem+m.offset+int(a)]
			}
		case opResult:
			if x.path.latency > 0 {
				v = contents[x.tokens-1]
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
	case a == bad || b == bad:
		return bad
	}
	return torn
}

// applied is what the datapath makes of what stands at its inputs.
func (x *executor) applied() token {
	o := &x.ops[x.path.op]
	ports, stands := x.ports, x.stands
	clear(ports)
	clear(stands)
	for i, a := range o.x {
		p, t := o.port[i], x.values[a]
		if stands[p] && ports[p] != t {
			return torn
		}
		ports[p], stands[p] = t, true
	}
	if x.path.misfit != "" {
		return torn
	}
	if !x.contract.accumulates {
		if ports[0].kind() != isItem {
			return bad
		}
		return makeToken(isDone, 0, ports[0].number())
	}
	sum := ports[0]
	for _, item := range ports[1:] {
		sum = x.added(sum, item)
	}
	return sum
}

// added is a sum with one item more. Zeros in the place of an item leave the sum as it is.
func (x *executor) added(sum, item token) token {
	if item.kind() != isItem || sum == bad {
		if item == zero {
			return sum
		}
		return bad
	}
	frame := x.contract.ins[0].size()
	n, count := item.number(), 0
	if sum.kind() == isSum {
		if sum.number()>>20 != n/frame {
			return torn
		}
		count = sum.number() & maxCount
	} else if sum != zero {
		return torn
	}
	if n%frame != count {
		return torn
	}
	return sumToken(n/frame, count+1)
}

// offered holds the data of output j against the contract.
func (x *executor) offered(s []uint64, j int) *Breach {
	n := int(s[x.out+j])
	checks := x.outs[j].checks
	for _, c := range checks {
		is, want := x.values[c.op], x.wanted(j, n, c.part)
		if want == padding {
			if want = zero; c.fill {
				want = set
			}
		}
		if want == anything || is == want && (c.placed || !is.numbered()) {
			continue
		}
		where := ""
		if len(checks) > 1 {
			where = fmt.Sprintf(", part %d,", c.part)
		}
		what := fmt.Sprintf("is %s, should be %s", is, want)
		if is == want {
			what = fmt.Sprintf("has its bits in other places (bit %d of the port)", c.bit)
		}
		return &Breach{Rule: rightItem, Detail: fmt.Sprintf("%s: item %d%s %s", x.block.Outs[j].Data, n, where, what)}
	}
	return nil
}

// wanted is the token that a part of item n of output j has.
func (x *executor) wanted(j, n, part int) token {
	k := &x.contract.outs[j]
	t := x.contract.want(j, n%k.frame, part)
	in := &x.contract.ins[t.stream()%len(x.ins)]
	return t.later(n/k.frame, in.size())
}
