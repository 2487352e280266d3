package explain

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
)

// Minimal is a witness that was made small: fewest inputs that are not at rest,
// then smallest magnitudes. An input at rest is 0, or the value nearest to 0 that
// it can have.
type Minimal struct {
	Inputs []int64 `json:"-"` // by model variable
	Gold   int64   `json:"-"`
	Gate   int64   `json:"-"`
	// Moved is how many inputs are not at rest.
	Moved int `json:"moved"`
	// Fewest says that no witness moves fewer inputs: all of those were tried.
	Fewest bool `json:"fewest"`
	// Smallest says that no witness with that many moved inputs is smaller in the
	// sum of its magnitudes; otherwise no single value can be smaller while the
	// others stay.
	Smallest bool `json:"smallest"`
	// Words say how far it got, for a reader.
	Words string `json:"words"`
}

// Limits of minimisation, in cells computed: the same everywhere, so that the
// same witness is found on a slow machine.
const (
	singleWork = 600e6
	reduceWork = 400e6
)

// lanes is how many inputs are tried at a time.
const lanes = 256

// Minimize makes a witness small. The error is a circuit that cannot be executed
// or a witness that is none.
func Minimize(m *equiv.Model, gate *netlist.Module, inputs []int64) (Minimal, error) {
	r, err := newRunner(m, gate)
	if err != nil {
		return Minimal{}, err
	}
	if len(inputs) != len(m.Vars) {
		return Minimal{}, fmt.Errorf("module %s: %d inputs, the model has %d", gate.Name, len(inputs), len(m.Vars))
	}
	if !r.fails(inputs) {
		return Minimal{}, errors.New("module " + gate.Name + ": both sides agree on the inputs given")
	}
	s := &shrinker{runner: r, used: make([]bool, len(m.Vars))}
	for _, v := range r.bind {
		s.used[v] = true
	}
	for _, t := range m.Terms.Reachable(m.Out) {
		if n := &m.Terms.Nodes[t]; n.Op == golden.TermVar {
			s.used[n.K] = true
		}
	}
	return s.run(inputs), nil
}

type shrinker struct {
	*runner
	used []bool // variables that either side looks at
}

func (s *shrinker) run(inputs []int64) Minimal {
	least := s.rest()
	if s.fails(least) {
		return s.done(least, true, true, "every input at rest fails")
	}
	one, all := s.single(least)
	if one != nil {
		return s.done(one, true, true, "the smallest: one input moved, and no smaller value of any input alone fails")
	}
	best := s.reduce(slices.Clone(inputs), least)
	if c := s.pushed(least); c != nil {
		if c = s.reduce(c, least); s.less(c, best, least) {
			best = c
		}
	}
	n := s.moved(best, least)
	switch {
	case all && n == 2:
		return s.done(best, true, false, "the fewest inputs: every value of every input alone was tried; neither value can be smaller while the other stays")
	case all:
		return s.done(best, false, false, fmt.Sprintf("no input alone suffices, every value was tried; of the %d moved inputs none can rest, and no value can be smaller while the others stay; another choice of inputs may need fewer", n))
	}
	return s.done(best, false, false, fmt.Sprintf("the limit ran out before every value of every input alone was tried; of the %d moved inputs none can rest, and no value can be smaller while the others stay", n))
}

func (s *shrinker) done(v []int64, fewest, smallest bool, words string) Minimal {
	return Minimal{
		Inputs: v, Gold: s.m.Run(v), Gate: s.gate([][]int64{v})[0],
		Moved: s.moved(v, s.rest()), Fewest: fewest, Smallest: smallest, Words: words,
	}
}

// rest is every input at rest.
func (s *shrinker) rest() []int64 {
	x := make([]int64, len(s.m.Vars))
	for i, v := range s.m.Vars {
		x[i] = min(max(0, v.Range.Lo), v.Range.Hi)
	}
	return x
}

func (s *shrinker) moved(v, least []int64) int {
	n := 0
	for i := range v {
		if v[i] != least[i] {
			n++
		}
	}
	return n
}

func (s *shrinker) less(a, b, least []int64) bool {
	if x, y := s.moved(a, least), s.moved(b, least); x != y {
		return x < y
	}
	return magnitude(a) < magnitude(b)
}

func magnitude(v []int64) (sum int64) {
	for _, x := range v {
		sum += max(x, -x)
	}
	return sum
}

// single moves one input at a time, the smallest magnitudes first. all says that
// every value was tried.
func (s *shrinker) single(least []int64) (found []int64, all bool) {
	var batch [][]int64
	end := s.work + singleWork
	flush := func() []int64 {
		defer func() { batch = batch[:0] }()
		if j := s.failing(batch); j >= 0 {
			return batch[j]
		}
		return nil
	}
	most := int64(0)
	for i, v := range s.m.Vars {
		if s.used[i] {
			most = max(most, v.Range.Hi, -v.Range.Lo)
		}
	}
	for mag := int64(1); mag <= most; mag++ {
		for i, v := range s.m.Vars {
			if !s.used[i] {
				continue
			}
			for _, e := range [2]int64{mag, -mag} {
				if !v.Range.Contains(e) || e == least[i] {
					continue
				}
				x := slices.Clone(least)
				x[i] = e
				if batch = append(batch, x); len(batch) == lanes {
					if w := flush(); w != nil {
						return w, true
					}
				}
			}
		}
		if s.work > end {
			return nil, false
		}
	}
	if w := flush(); w != nil {
		return w, true
	}
	return nil, true
}

// pushed looks for a witness where few inputs bring the accumulator to where the
// output shows it: the inputs with the most influence go to the end that pushes
// hardest, ever more of them, and on top of them one input moves.
func (s *shrinker) pushed(least []int64) []int64 {
	if s.coefs == nil {
		return nil
	}
	type push struct {
		i    int
		to   int64
		gain int64
	}
	const most = 24
	end := s.work + singleWork
	for _, sign := range []int64{1, -1} {
		var order []push
		for i, v := range s.m.Vars {
			if !s.used[i] {
				continue
			}
			var best push
			for _, e := range [2]int64{v.Range.Lo, v.Range.Hi} {
				if g := sign * s.coefs[i] * (e - least[i]); g > best.gain {
					best = push{i, e, g}
				}
			}
			if best.gain > 0 {
				order = append(order, best)
			}
		}
		slices.SortStableFunc(order, func(a, b push) int { return int(b.gain - a.gain) })
		base := slices.Clone(least)
		for k := 0; k < min(most, len(order)) && s.work < end; k++ {
			base[order[k].i] = order[k].to
			batch := [][]int64{slices.Clone(base)}
			for i, v := range s.m.Vars {
				if !s.used[i] {
					continue
				}
				for _, e := range []int64{1, v.Range.Hi, v.Range.Lo, v.Range.Hi / 2} {
					if v.Range.Contains(e) && e != base[i] {
						x := slices.Clone(base)
						x[i] = e
						batch = append(batch, x)
					}
				}
			}
			if j := s.failing(batch); j >= 0 {
				return batch[j]
			}
		}
	}
	return nil
}

// reduce lets as many inputs rest as it can, in ever smaller groups, and then
// makes each value as small as it can be while the others stay, until neither
// changes anything. x fails, and so does the result.
func (s *shrinker) reduce(x, least []int64) []int64 {
	end := s.work + reduceWork
	for changed := true; changed && s.work < end; {
		changed = false
		for group := len(x); group >= 1; group /= 2 {
			for from := 0; from < len(x); {
				y := slices.Clone(x)
				n := 0
				for ; from < len(x) && n < group; from++ {
					if y[from] != least[from] {
						y[from] = least[from]
						n++
					}
				}
				if n > 0 && s.fails(y) {
					x, changed = y, true
				}
			}
		}
		for i := range x {
			if x[i] == least[i] || s.work > end {
				continue
			}
			if e, ok := s.smaller(x, least, i); ok {
				x[i], changed = e, true
			}
		}
	}
	return x
}

// smaller is the smallest value of input i that fails while the others stay, if
// it is smaller than what x has.
func (s *shrinker) smaller(x, least []int64, i int) (int64, bool) {
	have := max(x[i], -x[i])
	const most = 1 << 16
	var batch [][]int64
	try := func() (int64, bool) {
		defer func() { batch = batch[:0] }()
		if j := s.failing(batch); j >= 0 {
			return batch[j][i], true
		}
		return 0, false
	}
	for mag := int64(0); mag < min(have, most); mag++ {
		for k, e := range [2]int64{mag, -mag} {
			if mag == 0 && k == 1 || e == least[i] || !s.m.Vars[i].Range.Contains(e) {
				continue
			}
			y := slices.Clone(x)
			y[i] = e
			if batch = append(batch, y); len(batch) == lanes {
				if e, ok := try(); ok {
					return e, true
				}
			}
		}
	}
	return try()
}
