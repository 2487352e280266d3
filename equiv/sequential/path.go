package sequential

import (
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl/portmap"
)

// Path is the way to a position: what the environment does in each clock after reset. The
// exploration visits positions in the order of their distance. So no shorter run leads there.
type Path []move

// move is one clock of a path.
type move struct {
	begins bool // a computation begins
	start  bool
	taken  bool
	item   int
	data   bool // the inputs of the computation are valid
}

// origin is the position before another one, and the clock between them.
type origin struct {
	from    int // -1: none
	by      move
	clocked bool // or both are in the same clock
}

// move is the clock that is in work.
func (e *explorer) move() move {
	is := func(v netlist.Value) bool { k, known := e.g.Known(v); return v != 0 && known && k == 1 }
	return move{start: is(e.now.start), taken: is(e.now.taken), item: e.now.item, data: e.now.data}
}

// path is the way to the clock that is in work.
func (e *explorer) path() Path {
	path := Path{e.move()}
	for at := e.at; at >= 0; at = e.trail[at].from {
		switch o := e.trail[at]; {
		case o.from < 0:
		case o.clocked:
			path = append(path, o.by)
		default:
			path[len(path)-1].begins = true
		}
	}
	slices.Reverse(path)
	return path
}

// Bounds of a run along a path.
const (
	followLanes  = 16
	followClocks = 1 << 14
	followSets   = 3 // of the computations before the last one
)

// Follow runs along a path and checks one output of the block in its last clock: its own
// output against the model, any other port against want. The last computation computes
// the inputs in tried, among others. nil means that the port has the right value, or that
// the path is too long.
func (p *Player) Follow(path Path, port string, want bool, tried [][]int64, seed int64) *Trace {
	jobs := 0
	for _, m := range path {
		if m.begins {
			jobs++
		}
	}
	if len(path) > followClocks || port == p.Output && jobs == 0 ||
		(len(path)+p.Protocol.Clocks)*followLanes*searchFills*max(1, p.prog.Cells()) > searchWork {
		return nil
	}
	rng := rand.New(rand.NewSource(seed))
	pool := equiv.Vectors(p.Model, rng, followLanes)
	if len(tried) > 0 {
		pool = append(slices.Clone(tried[:1]), pool...)
	}
	before := min(followSets, max(0, jobs-1))
	sets := p.sets(pool[:min(len(pool), followLanes)], before+1, rng)
	// The last computation has the inputs of the pool in their order.
	sets[0], sets[before] = sets[before], sets[0]
	follow := func(sets [][][]int64) *run {
		r := p.newRun(sets, -1, manner{}, searchFills, rand.New(rand.NewSource(seed)))
		r.follow(path, jobs, before, port, want)
		return r
	}
	r := follow(sets)
	lane, ok := r.agreed()
	if !ok {
		return nil
	}
	t := r.trace(lane)
	// Values that do not matter are zeros.
	rest := equiv.Vectors(p.Model, rand.New(rand.NewSource(0)), 0)[0]
	for k := range sets {
		if k == before {
			continue
		}
		plain := make([][][]int64, len(t.Sets))
		for i, set := range t.Sets {
			if plain[i] = [][]int64{set}; i == k {
				plain[i] = [][]int64{rest}
			}
		}
		r := follow(plain)
		if _, ok := r.agreed(); ok {
			t = r.trace(0)
		}
	}
	if !p.certain(t) {
		return nil
	}
	return t
}

// follow runs along a path. The last of its computations has the set last.
func (r *run) follow(path Path, jobs, last int, port string, want bool) {
	if r.Protocol.Reset != "" {
		for range r.Protocol.Clocks {
			r.show(Step{Reset: true, Set: r.any()})
			r.edge()
		}
	}
	clocks := 0
	for i, m := range path {
		if clocks++; m.begins {
			clocks = 0
			set := last
			if job := len(r.jobs); job < jobs-1 {
				set = job % last
			}
			r.jobs = append(r.jobs, set)
		}
		s := Step{Start: m.start, Taken: m.taken, Item: m.item, Set: r.any()}
		if m.data {
			s.Set = r.jobs[len(r.jobs)-1]
		}
		if r.show(s); i < len(path)-1 {
			r.edge()
		}
	}
	job := len(r.jobs) - 1
	switch port {
	case r.Output:
		gold := r.gold(job)
		r.blame(r.Player.out, port, job, clocks, func(l int) (int64, bool) {
			v, _ := gold(l)
			return v, r.out[r.done][l] == 1
		}, "")
	case portmap.Done:
		v := int64(0)
		if want {
			v = 1
		}
		r.blame(r.done, port, job, clocks, always(v), "")
	}
}
