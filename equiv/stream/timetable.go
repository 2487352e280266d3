package stream

import "errors"

// timetable is a block's control as its exploration found it: what it offers and takes in
// each position, and which position comes next. With the tables of several blocks a
// design is executed clock by clock without its netlist; see pace.go.
type timetable struct {
	ins, outs int
	choices   int
	choice    []uint16          // of the environment, by valid and, above it, ready; marks only beside items
	starts    []int32           // the positions that reset may leave
	next      []int32           // by position and choice
	shakes    []uint8           // likewise: a bit for each input that is ready, and then for each output that is valid
	mealy     bool              // what it offers or takes depends on its neighbours in the same clock
	same      map[[2]int32]bool // pairs of positions that were compared
}

func (x *executor) newTimetable() *timetable {
	t := &timetable{ins: len(x.ins), outs: len(x.outs), choices: x.choices}
	t.choice = make([]uint16, 1<<(t.ins+t.outs))
	for u, c := range x.cycles {
		if c.First == 0 && c.Last == 0 {
			t.choice[int(c.Valid)|int(c.Ready)<<t.ins] = uint16(u)
		}
	}
	return t
}

// handshakes are those of a lane that control computed.
func (x *executor) handshakes(lane int) (bits uint8) {
	for i, p := range x.ins {
		bits |= uint8(x.progOut[p.ready][lane]) << i
	}
	for j, p := range x.outs {
		bits |= uint8(x.progOut[p.valid][lane]) << (len(x.ins) + j)
	}
	return bits
}

// finish completes the table when all positions are in.
func (t *timetable) finish(next []int32) {
	t.next = next
	for at := 0; at < len(next) && !t.mealy; at += t.choices {
		known := false
		var bits uint8
		for u := range t.choices {
			if next[at+u] < 0 {
				continue
			}
			if known && t.shakes[at+u] != bits {
				t.mealy = true
			}
			known, bits = true, t.shakes[at+u]
		}
	}
}

// alike reports whether a block does the same from two positions for ever, whatever its
// neighbours do. The places at which a FIFO writes and reads, for example, do not matter,
// only how far they are apart.
func (t *timetable) alike(a, b int32) bool {
	if a == b {
		return true
	}
	if a > b {
		a, b = b, a
	}
	if is, ok := t.same[[2]int32{a, b}]; ok {
		return is
	}
	if t.same == nil {
		t.same = map[[2]int32]bool{}
	}
	is := t.compare(a, b)
	t.same[[2]int32{a, b}] = is
	return is
}

// compare merges positions that must do the same. What is merged must go on to what does
// the same (J. Hopcroft and R. Karp, 1971).
func (t *timetable) compare(a, b int32) bool {
	parent := map[int32]int32{}
	find := func(a int32) int32 {
		for {
			up, ok := parent[a]
			if !ok {
				return a
			}
			if next, ok := parent[up]; ok {
				parent[a] = next
			}
			a = up
		}
	}
	left := [][2]int32{{a, b}}
	for len(left) > 0 {
		p := left[len(left)-1]
		left = left[:len(left)-1]
		a, b := find(p[0]), find(p[1])
		if a == b {
			continue
		}
		parent[b] = a
		for u := range t.choices {
			i, j := int(p[0])*t.choices+u, int(p[1])*t.choices+u
			if (t.next[i] < 0) != (t.next[j] < 0) || t.next[i] >= 0 && t.shakes[i] != t.shakes[j] {
				return false
			}
			if t.next[i] >= 0 {
				left = append(left, [2]int32{t.next[i], t.next[j]})
			}
		}
	}
	return true
}

// certain reports whether a block does the same from all positions that reset may leave.
func (t *timetable) certain() bool {
	for _, s := range t.starts {
		if !t.alike(t.starts[0], s) {
			return false
		}
	}
	return true
}

// step is the position after a clock. The error is a choice that exploration left out.
func (t *timetable) step(at int32, u uint16) (int32, error) {
	to := t.next[int(at)*t.choices+int(u)]
	if to < 0 {
		return 0, errors.New("an item that was offered is offered no more")
	}
	return to, nil
}

// bits are the handshakes in a position.
func (t *timetable) bits(at int32, u uint16) uint8 { return t.shakes[int(at)*t.choices+int(u)] }
