package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// An addition waits for both of its inputs. While the longer branch fills its line
// buffers, a FIFO keeps the items of the shorter one. With too few places the fork before
// both waits for it, and clocks are lost, or all stands still. So the blocks from the fork
// to the addition are executed at full rate, with the FIFOs as they are and with FIFOs
// without bounds. If a round takes as many clocks with both, the FIFOs cost nothing. How
// few places would do is found by letting a FIFO hold fewer items than it can.

// Pace is how fast the blocks between a fork and a join are.
type Pace struct {
	Clocks, Frames int // of a round, without stalls from outside
	FIFOs          []FIFOPace
}

// FIFOPace is what a FIFO's places are good for.
type FIFOPace struct {
	Block  int // of the map
	Places int // items that it holds at most
	Needed int // places with which no frame is out later than with all
	Delay  int // clocks by which a frame is later with one place less than that
	Least  int // places that keep the pace
	// Lost is how many clocks a frame more it takes with one place less than Least, in
	// words; "" if the blocks stand still then, or if one place is enough.
	Lost string
	// Stands is the greatest number of places with which the blocks stand still; 0: none.
	Stands int
}

// Less says what fewer places than needed lead to; "" if one is enough.
func (k *FIFOPace) Less() string {
	var says []string
	if k.Needed > k.Least {
		says = append(says, fmt.Sprintf("%d delay the first frames by %s", k.Needed-1, words.Count(k.Delay, "clock")))
	}
	if k.Lost != "" {
		says = append(says, fmt.Sprintf("%d lose %s clocks a frame", k.Least-1, k.Lost))
	}
	if k.Stands > 0 {
		says = append(says, fmt.Sprintf("%d are a deadlock", k.Stands))
	}
	return strings.Join(says, ", ")
}

// between are the blocks from the last one that all inputs of block i come from, to i.
func (c *chip) between(i int) region {
	rank := make([]int, len(c.mp.Blocks))
	var depth func(b int) int
	depth = func(b int) int {
		if b < 0 {
			return 0
		}
		if rank[b] == 0 {
			for _, e := range c.feeds[b] {
				rank[b] = max(rank[b], depth(e.block)+1)
			}
		}
		return rank[b]
	}
	front := map[int]bool{}
	feed := func(b int) {
		for _, e := range c.feeds[b] {
			front[e.block] = true
		}
	}
	feed(i)
	within := []int{i}
	for len(front) > 1 {
		last := outside
		for b := range front {
			if last == outside || b != outside && (depth(b) > depth(last) || depth(b) == depth(last) && b > last) {
				last = b
			}
		}
		delete(front, last)
		within = append(within, last)
		feed(last)
	}
	r := region{fork: nobody, join: i}
	for b := range front {
		if r.fork = b; b != outside {
			within = append(within, b)
		}
	}
	slices.Sort(within)
	r.blocks = within
	return r
}

// region is some of the blocks: those from fork to join, or all, without a fork.
type region struct {
	fork, join int // nobody: none
	blocks     []int
}

// everything is all blocks.
func (c *chip) everything() region {
	r := region{fork: nobody, join: nobody}
	for i := range c.mp.Blocks {
		r.blocks = append(r.blocks, i)
	}
	return r
}

// pacer is the blocks of a region, with places for a FIFO if some are given. If free is
// true, there are queues without bounds in place of FIFOs, and before all joins. What the
// join gives is watched, or all that goes outside. A frame of it has so many items.
func (p *prover) pacer(c *chip, of region, frame int, places map[int]int, free bool) *pacer {
	r := &pacer{frame: frame}
	node := map[int]int{}
	for _, b := range of.blocks {
		n := pacerNode{timetable: p.Blocks[b].table, name: c.mp.Blocks[b].Instance, block: b}
		if c.mp.Blocks[b].Kind == stream.KindFIFO {
			n.counts, n.places = true, places[b]
			if free {
				n.timetable, n.places = nil, 0
			}
		}
		node[b] = r.add(n)
	}
	for _, b := range of.blocks {
		for j, e := range c.feeds[b] {
			from, inside := node[e.block]
			if !inside || b == of.fork {
				from = outside
			}
			to, in := node[b], j
			if free && len(c.feeds[b]) > 1 {
				q := r.add(pacerNode{name: c.mp.Blocks[b].Instance, counts: true})
				r.links = append(r.links, pacerLink{from: q, to: to, in: in})
				to, in = q, 0
			}
			r.links = append(r.links, pacerLink{from: from, out: e.stream, to: to, in: in})
		}
		for j, e := range c.takers[b] {
			_, inside := node[e.block]
			if !inside || e.block == of.fork {
				r.links = append(r.links, pacerLink{from: node[b], out: j, to: outside, watched: b == of.join || of.join == nobody})
			}
		}
	}
	return r
}

// patience is for how long nothing moves in a design that goes on.
func (p *prover) patience() int {
	n := 64
	for _, x := range p.Blocks {
		n = max(n, 4*x.Longest)
	}
	return n
}

// uncertain is a block for which reset leaves open how it begins, if that matters.
func (p *prover) uncertain(blocks []int) string {
	for _, b := range blocks {
		if !p.Blocks[b].table.certain() {
			return p.o.Map.Blocks[b].Instance
		}
	}
	return ""
}

// joined judges the FIFOs before a block of several inputs.
func (p *prover) joined(ctx context.Context, c *chip, i, beats int, f *equiv.Fact) error {
	of := c.between(i)
	var fifos []int
	for _, b := range of.blocks {
		f.Needs = append(f.Needs, verdict.StreamBlock.ID(c.mp.Blocks[b].Instance))
		if c.mp.Blocks[b].Kind == stream.KindFIFO {
			fifos = append(fifos, b)
		}
	}
	if at := p.uncertain(of.blocks); at != "" {
		unsupport(f, fmt.Errorf("reset leaves open how %s begins", at))
		return nil
	}
	run := func(places map[int]int, free bool) (*paced, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return p.pacer(c, of, beats, places, free).run(p.patience())
	}
	best, err := run(nil, true)
	if err == nil && best.stands {
		err = fmt.Errorf("the blocks before %s stand still even with FIFOs without bounds", c.mp.Blocks[i].Instance)
	}
	if err != nil {
		unsupport(f, err)
		return ctx.Err()
	}
	is, err := run(nil, false)
	if err != nil {
		unsupport(f, err)
		return ctx.Err()
	}
	if is.slower(best) {
		return p.late(ctx, c, p.pacer(c, of, beats, nil, false), is, best, f)
	}
	pace := &Pace{Clocks: is.clocks, Frames: is.frames}
	var says []string
	for _, b := range fifos {
		k := FIFOPace{Block: b, Places: p.Blocks[b].Cap[0]}
		// Fewer places never make it faster, so a bisection finds the least.
		var failed error
		with := func(places int) *paced {
			r, err := run(map[int]int{b: places}, false)
			if err != nil {
				failed = err
				return &paced{stands: true}
			}
			return r
		}
		k.Least = 1 + sort.Search(k.Places-1, func(n int) bool { return !with(n + 1).slower(best) })
		k.Stands = sort.Search(k.Places, func(n int) bool { return !with(n + 1).stands })
		if k.Least > 1 {
			if less := with(k.Least - 1); !less.stands {
				k.Lost = less.lost(best)
			}
		}
		k.Needed = k.Least + sort.Search(k.Places-k.Least, func(n int) bool { return with(k.Least+n).later(is) == 0 })
		if k.Needed > k.Least {
			k.Delay = with(k.Needed - 1).later(is)
		}
		if failed != nil {
			unsupport(f, failed)
			return ctx.Err()
		}
		pace.FIFOs = append(pace.FIFOs, k)
		says = append(says, k.say(c.mp.Blocks[b].Instance))
	}
	p.Blocks[i].Pace = pace
	f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	f.Detail = fmt.Sprintf("%s, as behind FIFOs without bounds", is.say())
	if len(says) > 0 {
		f.Detail += "; " + strings.Join(says, "; ")
	}
	return nil
}

// say is the pace in words.
func (p *paced) say() string {
	if p.clocks%p.frames == 0 {
		return "a frame every " + words.Count(p.clocks/p.frames, "clock")
	}
	return fmt.Sprintf("%s every %s", words.Count(p.frames, "frame"), words.Count(p.clocks, "clock"))
}

// later is by how many clocks a frame of the beginning ends later than in another run.
func (p *paced) later(than *paced) (clocks int) {
	for i := range min(len(p.ends), len(than.ends)) {
		clocks = max(clocks, p.ends[i]-than.ends[i])
	}
	return clocks
}

// say is what a FIFO's places are good for, in words.
func (k *FIFOPace) say(name string) string {
	s := fmt.Sprintf("%s has %s", name, words.Count(k.Places, "place"))
	if k.Needed < k.Places {
		s += fmt.Sprintf(", of which %d are needed", k.Needed)
	}
	if less := k.Less(); less != "" {
		s += "; " + less
	}
	return s
}

// rates judges the FIFOs before each block of several inputs, and then all blocks
// together. The error is the context's or a machine that does not work.
func (p *prover) rates(ctx context.Context, c *chip, last cargo, wiring, flow *equiv.Fact) (facts []equiv.Fact, err error) {
	whole := equiv.Fact{Kind: verdict.StreamRate, Name: c.mp.Top, Method: "the blocks' timetables in step", Needs: []verdict.ID{wiring.ID(), flow.ID()},
		Claim: fmt.Sprintf("Without stalls from outside, the FIFOs cost no clocks: %s is as fast as with FIFOs without bounds.", c.mp.Top)}
	for i := range c.mp.Blocks {
		if len(c.feeds[i]) < 2 {
			continue
		}
		at := c.mp.Blocks[i].Instance
		facts = append(facts, equiv.Fact{Kind: verdict.StreamRate, Name: at, Layer: p.layer(&c.mp.Blocks[i]), Method: whole.Method, Needs: []verdict.ID{wiring.ID()},
			Claim: fmt.Sprintf("At full rate, the FIFOs before %s cost no clocks: it is as fast as with FIFOs without bounds.", at)})
		if f := &facts[len(facts)-1]; flow.Verdict != verdict.Proved {
			f.Reason, f.Detail = verdict.Skipped, "the flow is not proved"
		} else if err := p.joined(ctx, c, i, c.beats[i], f); err != nil {
			return nil, err
		}
	}
	if whole.Verdict = verdict.Unknown; flow.Verdict != verdict.Proved {
		whole.Reason, whole.Detail = verdict.Skipped, "the flow is not proved"
	} else if err := p.together(ctx, c, last.beats(p.o.Network), &whole); err != nil {
		return nil, err
	}
	return append(facts, whole), nil
}

// together judges all FIFOs in one run of all blocks.
func (p *prover) together(ctx context.Context, c *chip, beats int, f *equiv.Fact) error {
	of := c.everything()
	for _, b := range of.blocks {
		f.Needs = append(f.Needs, verdict.StreamBlock.ID(c.mp.Blocks[b].Instance))
	}
	if at := p.uncertain(of.blocks); at != "" {
		unsupport(f, fmt.Errorf("reset leaves open how %s begins", at))
		return nil
	}
	all := p.pacer(c, of, beats, nil, false)
	is, err := all.run(p.patience())
	var best *paced
	if err == nil {
		best, err = p.pacer(c, of, beats, nil, true).run(p.patience())
	}
	if err == nil && best.stands {
		err = errors.New("the blocks stand still even with FIFOs without bounds")
	}
	switch {
	case err != nil:
		unsupport(f, err)
		return ctx.Err()
	case is.slower(best):
		return p.late(ctx, c, p.pacer(c, of, beats, nil, false), is, best, f)
	}
	f.Verdict, f.Basis = verdict.Proved, verdict.Computed
	f.Detail = fmt.Sprintf("%s; the first is out after %s", is.say(), words.Count(is.ends[0]+1, "clock"))
	for k, l := range all.links {
		if l.to != outside {
			x := p.Blocks[all.nodes[l.to].block]
			x.Starved = max(x.Starved, is.waits[k][starved]/is.frames)
		}
		if l.from != outside {
			x := p.Blocks[all.nodes[l.from].block]
			x.Held = max(x.Held, is.waits[k][held]/is.frames)
		}
	}
	return nil
}
