package stream

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/spec/words"
)

// maxStates bounds an exploration.
const maxStates = 8 << 20

// explorer visits all positions of a machine, and then finds out what its storage holds
// in each of them.
type explorer struct {
	*executor
	positions []uint64 // one after another
	seen      map[[2]uint64]int32
	next      []int32 // by position and choice; -1 is one that the environment may not choose
	parent    []int32
	chosen    []uint8
	// waits are edges by output on which a complete item was not offered, then edges by
	// input on which nothing was taken. A run that waits forever ends in a loop of
	// them, since counts only grow.
	waits  [][]edge
	gave   *values // that control gave so far; nil: nobody asks
	table  *timetable
	result Exploration
}

// explore checks whether a block keeps its contract. It returns an error if the context
// ends or the number of states exceeds the limit.
//
// The environment must offer an item until it is taken. Exploring without this
// assumption needs fewer positions. So explore first does without it, and explores
// again with it only if the contract breaks through a withdrawn offer.
func (m *machine) explore(ctx context.Context, limit int) (*Exploration, error) {
	r, err := m.exploreWith(ctx, limit, false)
	if err == nil && (r.Unclear != "" || r.Broken != nil && r.Broken.withdraws()) {
		return m.exploreWith(ctx, limit, true)
	}
	return r, err
}

func (m *machine) exploreWith(ctx context.Context, limit int, keeps bool) (*Exploration, error) {
	x := &explorer{executor: newExecutor(m), seen: map[[2]uint64]int32{}}
	x.keeps, x.result.Keeps = keeps, keeps
	if m.own {
		x.gave, x.result.way = newValues(m), x.way
	}
	x.waits, x.table = make([][]edge, len(m.outs)+len(m.ins)), x.newTimetable()
	x.result.Cap, x.result.Room = make([]int, len(m.ins)), make([]int, len(m.ins))
	if err := x.walk(ctx, limit); err != nil {
		return nil, err
	}
	if x.result.Broken == nil && x.result.Unclear == "" {
		if err := x.fill(ctx); err != nil {
			return nil, err
		}
	}
	if x.result.Broken == nil && x.result.Unclear == "" {
		if x.progress(); x.result.Broken == nil {
			x.rate()
			x.table.finish(x.next)
			x.result.table = x.table
		}
	}
	return &x.result, nil
}

func (x *explorer) position(id int32) []uint64 {
	return x.positions[int(id)*x.size : int(id+1)*x.size]
}

func (x *explorer) add(s []uint64, parent int32, u int) (id int32, isNew bool) {
	h := hash(s)
	if id, ok := x.seen[h]; ok {
		return id, false
	}
	id = int32(len(x.parent))
	x.seen[h] = id
	x.positions = append(x.positions, s...)
	x.parent, x.chosen = append(x.parent, parent), append(x.chosen, uint8(u))
	return id, true
}

// walk visits all positions, breadth first: the run to each is a shortest one.
func (x *explorer) walk(ctx context.Context, limit int) error {
	for k := range x.initials() {
		first, _ := x.initial(k)
		id, _ := x.add(first, -1, 0)
		x.table.starts = append(x.table.starts, id)
	}
	some := make([][]uint64, 0, batch)
	for at := 0; at < len(x.parent); {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(x.parent) > limit {
			return fmt.Errorf("more than %d positions of control", limit)
		}
		some = some[:0]
		for id := at; id < len(x.parent) && len(some) < batch; id++ {
			some = append(some, append([]uint64(nil), x.position(int32(id))...))
		}
		x.control(some)
		for i, s := range some {
			for u := range x.choices {
				if !x.legal(s, u) {
					x.next, x.table.shakes = append(x.next, -1), append(x.table.shakes, 0)
					continue
				}
				from, lane := int32(at+i), i*x.choices+u
				if x.gave != nil {
					x.note(from, lane, u)
				}
				x.table.shakes = append(x.table.shakes, x.handshakes(lane))
				to, _, breach := x.move(s, lane, u)
				if breach == nil {
					breach = x.overfull(to)
				}
				if breach != nil {
					x.broken(breach, x.root(from), append(x.run(from), x.cycles[u]))
					return nil
				}
				id, _ := x.add(to, from, u)
				x.next = append(x.next, id)
				x.waiting(from, id, lane, u, s)
			}
		}
		at += len(some)
	}
	x.result.States, x.result.Steps = len(x.parent), int64(len(x.next))
	return nil
}

// broken enters a breach of the handshakes, or an earlier one of the data in the same
// run.
func (x *explorer) broken(b *Breach, k int, run []Cycle) {
	if at, earlier := x.replay(k, run); earlier != nil {
		b, run = earlier, run[:at+1]
	}
	x.result.States = len(x.parent)
	if b.Rule == passing {
		x.result.Unclear = b.Detail
		return
	}
	b.Run, b.Loop, b.Start = run, -1, k
	x.result.Broken = b
}

// overfull reports whether the block took more items than it has room for. Every item
// that no output has needed yet is stored somewhere, except for a frame that may be
// skipped and a frame that may be summed up.
func (x *explorer) overfull(s []uint64) *Breach {
	for i := range x.ins {
		if held := int(s[x.in+i]) - x.used(i, x.given(s)); held > x.tokens+2*x.contract.ins[i].frame {
			return &Breach{Rule: "what is taken is kept", Detail: fmt.Sprintf("%s took %s that no output had yet, and there is no room for so many", x.block.Ins[i].Data, words.Count(held, "item"))}
		}
	}
	return nil
}

// root is the number of the initial state that a position is reached from.
func (x *explorer) root(id int32) int {
	for x.parent[id] >= 0 {
		id = x.parent[id]
	}
	return int(id)
}

// run is how a position is reached.
func (x *explorer) run(id int32) (r []Cycle) {
	for ; x.parent[id] >= 0; id = x.parent[id] {
		r = append(r, x.cycles[x.chosen[id]])
	}
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return r
}

// fill computes the content of storage in each position. If two runs to one position
// leave different tokens in one place, its content is unknown: if the block offered it,
// one of the two would be wrong. This loses little and is sound, since an offered item
// must be known to be right.
func (x *explorer) fill(ctx context.Context) error {
	contents := make([][]token, len(x.parent))
	var queue []int32
	queued := make([]bool, len(x.parent))
	for k := range x.initials() {
		_, contents[k] = x.initial(k)
		queue = append(queue, int32(k))
	}
	to := make([]token, x.tokens)
	var slab []token
	some := make([][]uint64, 0, batch)
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		ids := queue[:min(len(queue), batch)]
		queue = queue[len(ids):]
		some = some[:0]
		for _, id := range ids {
			some = append(some, x.position(id))
			queued[id] = false
		}
		x.control(some)
		for i, s := range some {
			for u := range x.choices {
				if !x.legal(s, u) {
					continue
				}
				lane := i*x.choices + u
				_, frames, _ := x.move(s, lane, u)
				if breach := x.carry(s, contents[ids[i]], to, lane, u, frames); breach != nil {
					return x.confirm(ctx, breach, ids[i], u)
				}
				id := x.next[int(ids[i])*x.choices+u]
				changed := false
				if known := contents[id]; known != nil {
					changed = meetTokens(known, to)
				} else {
					if len(slab) < x.tokens {
						slab = make([]token, 1024*max(x.tokens, 1))
					}
					contents[id], slab, changed = slab[:x.tokens:x.tokens], slab[x.tokens:], true
					copy(contents[id], to)
				}
				if changed && !queued[id] {
					queued[id] = true
					queue = append(queue, id)
				}
			}
		}
	}
	return nil
}

// meetTokens leaves in known what it says together with more, and reports whether that
// is less than it was.
func meetTokens(known, more []token) (changed bool) {
	for k, t := range known {
		if t != more[k] && t != bad {
			known[k] = bad
			changed = true
		}
	}
	return changed
}

// confirm looks for a run that breaks the contract as fill found it: the shortest to
// the position, else any.
func (x *explorer) confirm(ctx context.Context, found *Breach, id int32, u int) error {
	run := append(x.run(id), x.cycles[u])
	if at, breach := x.replay(x.root(id), run); breach != nil {
		breach.Run, breach.Loop, breach.Start = run[:at+1], -1, x.root(id)
		x.result.Broken = breach
		return nil
	}
	breach, err := x.search(ctx)
	if err != nil {
		return err
	}
	if x.result.Broken = breach; breach == nil {
		x.result.Unclear = "no run was found for what may be: " + found.Detail
	}
	return nil
}

// replay executes a run from initial state k, and says in which clock it breaks the
// contract.
func (x *explorer) replay(k int, run []Cycle) (at int, breach *Breach) {
	s, c := x.initial(k)
	for at, cycle := range run {
		u := slices.Index(x.cycles, cycle)
		x.control([][]uint64{s})
		t, frames, breach := x.move(s, u, u)
		if breach != nil {
			return at, breach
		}
		to := make([]token, x.tokens)
		if breach := x.carry(s, c, to, u, u, frames); breach != nil {
			return at, breach
		}
		s, c = t, to
	}
	return len(run), nil
}

// maxSearch bounds a search for a run.
const maxSearch = 1 << 20

// search visits states, contents and all, for a run that breaks the contract.
func (x *explorer) search(ctx context.Context) (*Breach, error) {
	type state struct {
		id       int32
		position []uint64
		contents []token
	}
	key := func(s []uint64, c []token) [2]uint64 {
		all := append([]uint64(nil), s...)
		for _, t := range c {
			all = append(all, uint64(t))
		}
		return hash(all)
	}
	x.parent, x.chosen = nil, nil
	seen := map[[2]uint64]bool{}
	var front []state
	for k := range x.initials() {
		s, c := x.initial(k)
		seen[key(s, c)] = true
		x.parent, x.chosen = append(x.parent, -1), append(x.chosen, 0)
		front = append(front, state{int32(k), s, c})
	}
	to := make([]token, x.tokens)
	for len(front) > 0 && len(seen) < maxSearch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var next []state
		for at := 0; at < len(front); at += batch {
			some := front[at:min(at+batch, len(front))]
			positions := make([][]uint64, len(some))
			for i := range some {
				positions[i] = some[i].position
			}
			x.control(positions)
			for i := range some {
				for u := range x.choices {
					if !x.legal(some[i].position, u) {
						continue
					}
					lane := i*x.choices + u
					t, frames, breach := x.move(some[i].position, lane, u)
					if breach == nil {
						breach = x.carry(some[i].position, some[i].contents, to, lane, u, frames)
					}
					if breach != nil {
						breach.Run, breach.Loop, breach.Start = append(x.run(some[i].id), x.cycles[u]), -1, x.root(some[i].id)
						return breach, nil
					}
					if k := key(t, to); !seen[k] {
						seen[k] = true
						next = append(next, state{int32(len(x.parent)), t, append([]token(nil), to...)})
						x.parent, x.chosen = append(x.parent, some[i].id), append(x.chosen, uint8(u))
					}
				}
			}
		}
		front = next
	}
	return nil, nil
}

// rate executes the block while nothing outside stalls, for four frames.
func (x *explorer) rate() {
	s, _ := x.initial(0)
	all := slices.Index(x.cycles, Cycle{Valid: 1<<len(x.ins) - 1, Ready: 1<<len(x.outs) - 1})
	var ends []int
	for clock, given := 0, 0; len(ends) < 4 && clock < 1<<24; clock++ {
		x.control([][]uint64{s})
		t, _, breach := x.move(s, all, all)
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
