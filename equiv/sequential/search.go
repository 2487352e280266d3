package sequential

import (
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
)

// Bounds of a search.
const (
	searchLanes = 128
	searchWork  = 1 << 29 // cells × lanes × clocks, of all runs together
	smallerWork = 1 << 29 // likewise, of all runs that minimize a trace
)

// manners are how a search uses a block, one after another.
var manners = []manner{
	{},
	{idle: 4, eager: true},
	{idle: 2, stall: 3, gap: 2},
	{idle: 7, stall: 1, gap: 1, eager: true},
	{idle: 3, long: true, stall: 9, gap: 12},
}

// Computations is the number of computations in a run.
const Computations = 3

// Search looks for a run in which the block violates the model or the protocol. first
// is the number of clocks from a start to the first output, -1 if it is not declared.
// The runs also compute the inputs in tried. nil means that it found none, which proves
// nothing. The same seed gives the same result.
func (p *Player) Search(first int, tried [][]int64, seed int64) *Trace {
	rng := rand.New(rand.NewSource(seed))
	work := 0
	for round := 0; ; round++ {
		how := manners[round%len(manners)]
		pool := equiv.Vectors(p.Model, rng, searchLanes)
		pool = append(slices.Clone(tried), pool...)
		sets := p.sets(pool, Computations, rng)
		from := rng.Int63()
		r := p.newRun(sets, first, how, searchFills, rand.New(rand.NewSource(from)))
		r.play(Computations)
		if lane, ok := r.agreed(); ok {
			if t := p.smaller(r.trace(lane), first, how, from); p.certain(t) {
				return t
			}
		}
		work += len(r.steps) * len(r.in[0]) * max(1, p.prog.Cells())
		if round >= len(manners) && work > searchWork || round >= 16*len(manners) {
			return nil
		}
	}
}

// certain reports whether the wrong output of a trace does not depend on the power-up state.
// A few states may agree by chance.
func (p *Player) certain(t *Trace) bool {
	v, known := p.Last(t)
	return known && v == t.Wrong.Got
}

// sets are values for the inputs, by computation and by lane, followed by the values
// for times when inputs need not be valid.
func (p *Player) sets(pool [][]int64, jobs int, rng *rand.Rand) (sets [][][]int64) {
	lanes := min(len(pool), searchLanes)
	for k := range jobs + garbage {
		order := rng.Perm(len(pool))
		set := make([][]int64, lanes)
		for l := range set {
			set[l] = pool[order[l]]
			if k == 0 {
				set[l] = pool[l]
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// smaller minimizes a trace: it has as few computations as possible, and as many inputs
// at 0, that still show a wrong output.
func (p *Player) smaller(t *Trace, first int, how manner, from int64) *Trace {
	cost := max(1, len(t.Steps)*searchFills*p.prog.Cells())
	tries := max(8, smallerWork/cost/64)
	play := func(sets [][]int64, jobs int) *Trace {
		if tries--; tries < 0 {
			return nil
		}
		lanes := make([][][]int64, len(sets))
		for i, s := range sets {
			lanes[i] = [][]int64{s}
		}
		r := p.newRun(lanes, first, how, searchFills, rand.New(rand.NewSource(from)))
		r.play(jobs)
		if lane, ok := r.agreed(); ok {
			return r.trace(lane)
		}
		return nil
	}
	jobs := len(t.Sets) - garbage
	if t.Wrong.Job >= 0 {
		jobs = t.Wrong.Job + 1
	}
	sets := append(slices.Clone(t.Sets[:jobs]), t.Sets[len(t.Sets)-garbage:]...)
	for jobs > 1 {
		s := play(sets[1:], jobs-1)
		if s == nil {
			break
		}
		sets, jobs, t = sets[1:], jobs-1, s
	}
	rest := equiv.Vectors(p.Model, rand.New(rand.NewSource(0)), 0)[0]
	for k := range sets {
		// First the values while inputs need not be valid, as a whole.
		at := len(sets) - 1 - k
		for size := len(rest); size > 0; size /= 2 {
			for lo := 0; lo < len(rest); lo += size {
				hi := min(lo+size, len(rest))
				if slices.Equal(sets[at][lo:hi], rest[lo:hi]) {
					continue
				}
				next := slices.Clone(sets)
				next[at] = slices.Clone(sets[at])
				copy(next[at][lo:hi], rest[lo:hi])
				if s := play(next, jobs); s != nil {
					sets, t = next, s
				}
			}
			if at >= jobs {
				break
			}
		}
	}
	if s := play(sets, jobs); s != nil {
		t = s
	}
	return t
}
