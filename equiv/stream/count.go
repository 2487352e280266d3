package stream

import (
	"fmt"
	"strings"

	"github.com/hashiflex/hashiflex/spec/words"
)

// flow is a block reduced to its contract's promises: when it offers, and what it takes
// at least.
type flow struct {
	contract  *contract
	lag       []int
	room      []int
	in, given []int // items so far, by stream
}

// needed is the number of items of input i that item n of output j needs.
func (f *flow) needed(j, i, n int) int {
	frame := f.contract.outs[j].frame
	return n/frame*f.contract.ins[i].frame + f.contract.need(j, i, n%frame)
}

// offers reports whether output j must be offered.
func (f *flow) offers(j int) bool {
	n := f.given[j]
	for k, other := range f.given {
		if f.contract.waits(j, n, k, other) {
			return false
		}
	}
	for i := range f.in {
		end := (n/f.contract.outs[j].frame + 1) * f.contract.ins[i].frame
		if f.in[i] < min(f.needed(j, i, n)+f.lag[n%f.contract.outs[0].frame], end) {
			return false
		}
	}
	return true
}

// takes reports whether input i must be taken if it is offered.
func (f *flow) takes(i int) bool {
	least := 1 << 62
	for j, n := range f.given {
		least = min(least, f.needed(j, i, n)+max(f.room[i], f.lag[n%f.contract.outs[0].frame]))
	}
	return f.in[i] < least
}

// framesCounted is the number of frames in the count, and of turns of the heads. The
// second one is needed so that every block has a frame before and behind it.
const framesCounted = 3

// frames is how many are counted.
func (c *chip) frames() int { return framesCounted * max(1, len(c.mp.Heads)) }

// count moves frames through the blocks, using only what their contracts promise. If
// all frames come out, there is no deadlock. Promises are monotone: a block that takes
// or offers more than it must only helps the others. So the order of steps does not
// matter, and no product of state spaces is needed.
func (c *chip) count(contracts []*contract, found []*Exploration, frame, results int) (moves int, err error) {
	flows := make([]flow, len(contracts))
	for i, k := range contracts {
		flows[i] = flow{contract: k, lag: found[i].Lag, room: found[i].Room, in: make([]int, len(k.ins)), given: make([]int, len(k.outs))}
	}
	frames, sent, got := c.frames(), 0, 0
	offered := func(e end) bool {
		if e.block == outside {
			return sent < frames*frame
		}
		return flows[e.block].offers(e.stream)
	}
	give := func(e end) {
		moves++
		if e.block == outside {
			sent++
			return
		}
		flows[e.block].given[e.stream]++
	}
	for more := true; more; {
		more = false
		for i := range flows {
			for j, from := range c.feeds[i] {
				for flows[i].takes(j) && offered(from) {
					give(from)
					flows[i].in[j]++
					more = true
				}
			}
		}
		for _, e := range c.ends {
			for offered(e) {
				give(e)
				got++
				more = true
			}
		}
	}
	if sent == frames*frame && got == frames*results {
		return moves, nil
	}
	return moves, fmt.Errorf("after %d of %d pixels nothing moves any more: %s", sent, frames*frame, c.stuck(flows))
}

// stuck tells who waits for whom.
func (c *chip) stuck(flows []flow) string {
	var waits []string
	for i := range flows {
		b := &c.mp.Blocks[i]
		for j, from := range c.feeds[i] {
			offered := from.block != outside && flows[from.block].offers(from.stream)
			switch {
			case offered && !flows[i].takes(j):
				waits = append(waits, fmt.Sprintf("%s holds %s and takes no more", b.Instance, words.Count(flows[i].in[j]-flows[i].given[0], "item")))
			case !offered && flows[i].takes(j) && len(c.feeds[i]) > 1:
				waits = append(waits, fmt.Sprintf("%s waits for item %d of %s", b.Instance, flows[i].in[j], b.Ins[j].Data))
			}
		}
	}
	return strings.Join(waits, "; ")
}
