package stream

import (
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/spec/words"
)

// How fast blocks are together is a property of one run: nobody outside stalls, and every
// block does what its timetable says. So blocks are executed in step, one look at a table
// for each block and clock. This visits the positions of one run, and never the product of
// the blocks' positions. The run of the first frames ends in a round: the blocks come back
// to where they were, some frames later. From then on the round repeats without end.

// pacer is blocks in step. Inputs from outside have an item in every clock, and outputs to
// outside are always taken.
type pacer struct {
	nodes   []pacerNode
	links   []pacerLink
	frame   int      // items that a frame has on the watched links, together
	bits    []uint8  // by node, in this clock: what it offers and takes,
	seen    []uint8  // what its neighbours offer and take,
	choices []uint16 // and which choice of its environment that is
	mealy   bool
}

// pacerNode is a block. Without a table it is a queue without bounds, in which an item
// stays for one clock at least.
type pacerNode struct {
	*timetable
	name   string
	block  int // of the map
	at     int32
	held   int // items that came in and did not go out, of a FIFO or a queue
	counts bool
	places int // of a FIFO: no item comes in while it holds so many; 0: as many as it takes
	most   int // it held
	least  int // it held since the frame before ended
}

// Why a stream does not move.
const (
	starved = iota
	held
)

// pacerLink is a stream. From and to are nodes, or outside.
type pacerLink struct {
	from, out, to, in int
	watched           bool
	valid, ready      bool // in this clock
	moves             bool
	waits             [2]int // clocks in which it was ready without an item, and had one without being ready
}

func (p *pacer) add(n pacerNode) int {
	if n.timetable != nil {
		n.at = n.starts[0]
		p.mealy = p.mealy || n.mealy
	}
	p.nodes = append(p.nodes, n)
	return len(p.nodes) - 1
}

// handshake is what a node offers and takes, as in a timetable.
func (p *pacer) handshake(i int) uint8 {
	n := &p.nodes[i]
	if n.timetable != nil {
		return n.bits(n.at, p.choices[i])
	}
	if n.held > 0 {
		return 0b11
	}
	return 0b01
}

// clock is one clock. moved reports whether any item moved, and given how many did on the
// watched links.
func (p *pacer) clock() (moved bool, given int, err error) {
	for i := range p.nodes {
		p.bits[i] = p.handshake(i)
	}
	// Without combinational paths through the blocks, once is enough. With them, what
	// depends on a neighbour is settled as many steps later as the path is long.
	for rounds := 0; ; rounds++ {
		p.offer()
		if !p.mealy {
			break
		}
		same := true
		for i := range p.nodes {
			if b := p.handshake(i); b != p.bits[i] {
				p.bits[i], same = b, false
			}
		}
		if same {
			break
		}
		if rounds > len(p.links)+1 {
			return false, 0, errors.New("valid and ready of some blocks do not settle in a clock")
		}
	}
	for i := range p.links {
		l := &p.links[i]
		switch {
		case l.ready && !l.valid:
			l.waits[starved]++
		case l.valid && !l.ready:
			l.waits[held]++
		}
		if !l.moves {
			continue
		}
		moved = true
		if l.watched {
			given++
		}
		if l.from != outside && p.nodes[l.from].counts {
			n := &p.nodes[l.from]
			n.held--
			n.least = min(n.least, n.held)
		}
		if l.to != outside && p.nodes[l.to].counts {
			n := &p.nodes[l.to]
			n.held++
			n.most = max(n.most, n.held)
		}
	}
	for i := range p.nodes {
		if n := &p.nodes[i]; n.timetable != nil {
			if n.at, err = n.step(n.at, p.choices[i]); err != nil {
				return false, 0, fmt.Errorf("%s: %w", n.name, err)
			}
		}
	}
	return moved, given, nil
}

// offer finds which items move, and what each block sees of its neighbours.
func (p *pacer) offer() {
	s := p.seen
	clear(s)
	for i := range p.links {
		l := &p.links[i]
		l.valid, l.ready = true, true
		shown := true
		if l.from != outside {
			l.valid = p.bits[l.from]>>(p.nodes[l.from].inputs()+l.out)&1 == 1
		}
		if l.to != outside {
			n := &p.nodes[l.to]
			// A FIFO that holds as many items as it may neither sees nor takes another one.
			shown = n.places == 0 || n.held < n.places
			l.ready = shown && p.bits[l.to]>>l.in&1 == 1
			if l.valid && shown {
				s[l.to] |= 1 << l.in
			}
		}
		if l.ready && l.from != outside {
			s[l.from] |= 1 << (p.nodes[l.from].inputs() + l.out)
		}
		l.moves = l.valid && l.ready
	}
	for i := range p.nodes {
		if n := &p.nodes[i]; n.timetable != nil {
			p.choices[i] = n.choice[s[i]]
		}
	}
}

func (n *pacerNode) inputs() int {
	if n.timetable == nil {
		return 1
	}
	return n.ins
}

// state is where all blocks stand.
func (p *pacer) state() (s pacerState) {
	for i := range p.nodes {
		n := &p.nodes[i]
		s.at, s.held, s.least = append(s.at, n.at), append(s.held, n.held), append(s.least, n.least)
		n.least = n.held
	}
	for i := range p.links {
		s.waits = append(s.waits, p.links[i].waits)
	}
	return s
}

// pacerState is where blocks stand at the end of a frame.
type pacerState struct {
	clock, frames, rest int // rest: items of the next frame that are out
	at                  []int32
	held, least         []int    // by node; least is since the frame before
	waits               [][2]int // by link
}

// again reports whether the blocks go on from the last state as they did from an earlier
// one. A queue without bounds may hold more than it did then, if it was never empty since:
// it offers an item either way.
func (p *pacer) again(visits []pacerState, s *pacerState, k int) bool {
	was := &visits[k]
	if s.rest != was.rest {
		return false
	}
	for i := range p.nodes {
		n := &p.nodes[i]
		if n.timetable != nil {
			if s.held[i] != was.held[i] || !n.alike(s.at[i], was.at[i]) {
				return false
			}
			continue
		}
		least := s.least[i]
		for _, v := range visits[k+1:] {
			least = min(least, v.least[i])
		}
		if s.held[i] != was.held[i] && (least == 0 || s.held[i] < was.held[i]) {
			return false
		}
	}
	return true
}

// paced is a run from reset on until it repeats.
type paced struct {
	ends   []int    // the clocks in which the frames of the beginning ended
	clocks int      // of a round; 0: the run stands still
	frames int      // of a round
	most   []int    // items, by node
	waits  [][2]int // by link, in a round
	all    [][2]int // likewise, from reset on
	stands bool
}

// slower reports whether rounds of p have more clocks for a frame than those of q.
func (p *paced) slower(q *paced) bool {
	return p.stands || p.clocks*q.frames > q.clocks*p.frames
}

// lost is how many clocks a frame p has more than q, in words.
func (p *paced) lost(q *paced) string {
	over, of := p.clocks*q.frames-q.clocks*p.frames, p.frames*q.frames
	if over%of == 0 {
		return fmt.Sprint(over / of)
	}
	return fmt.Sprintf("%.2f", float64(over)/float64(of))
}

// maxRounds is how many frames are executed to find a round.
const maxRounds = 48

// run executes the blocks from reset on until they come back to where they were after an
// earlier frame.
func (p *pacer) run(patience int) (*paced, error) {
	p.bits, p.seen, p.choices = make([]uint8, len(p.nodes)), make([]uint8, len(p.nodes)), make([]uint16, len(p.nodes))
	var visits []pacerState
	r := new(paced)
	for clock, given, idle := 0, 0, 0; ; clock++ {
		moved, now, err := p.clock()
		if err != nil {
			return nil, err
		}
		if idle++; moved {
			idle = 0
		}
		if idle > patience {
			r.stands = true
			return r, nil
		}
		before := given / p.frame
		if given += now; given/p.frame == before {
			continue
		}
		r.ends = append(r.ends, clock)
		is := p.state()
		is.clock, is.frames, is.rest = clock, given/p.frame, given%p.frame
		for k := len(visits) - 1; k >= 0; k-- {
			was := &visits[k]
			if !p.again(visits, &is, k) {
				continue
			}
			r.clocks, r.frames, r.all = is.clock-was.clock, is.frames-was.frames, is.waits
			for i := range p.nodes {
				r.most = append(r.most, p.nodes[i].most)
			}
			for i := range p.links {
				r.waits = append(r.waits, [2]int{is.waits[i][starved] - was.waits[i][starved], is.waits[i][held] - was.waits[i][held]})
			}
			return r, nil
		}
		if visits = append(visits, is); is.frames > maxRounds {
			return nil, fmt.Errorf("after %s the blocks do not repeat what they did", words.Count(is.frames, "frame"))
		}
	}
}
