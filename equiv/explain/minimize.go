package explain

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Minimal is a minimized witness: fewest inputs that are not at rest, then smallest
// magnitudes. An input at rest is 0, or the allowed value nearest to 0.
type Minimal struct {
	Inputs []int64 `json:"-"` // by model variable
	Gold   int64   `json:"-"`
	Gate   int64   `json:"-"`
	// Moved is the number of inputs that are not at rest.
	Moved int `json:"moved"`
	// Fewest says that no witness moves fewer inputs, since all of those were tried.
	Fewest bool `json:"fewest"`
	// Smallest says that no witness with that many moved inputs is smaller in the
	// sum of its magnitudes; otherwise no single value can be smaller while the
	// others stay.
	Smallest bool `json:"smallest"`
	// Words say in which sense the witness is minimal, for a reader.
	Words string `json:"words"`
}

// Limits of minimisation, in computed cells and not in time, so that a slow machine
// finds the same witness.
const (
	singleWork = 1000e6
	reduceWork = 400e6
)

// lanes is the number of inputs tried at a time.
const lanes = 256

// Minimize makes a witness small. It returns an error if the circuit cannot be executed
// or the input is no witness.
func Minimize(q *equiv.Question, inputs []int64) (Minimal, error) {
	m, gate := q.Model, q.Gate
	r, err := newRunner(q)
	if err != nil {
		return Minimal{}, err
	}
	if len(inputs) != len(m.Vars) {
		return Minimal{}, fmt.Errorf("module %s: %s, the model has %d", gate.Name, words.Count(len(inputs), "input"), len(m.Vars))
	}
	if !r.fails(inputs) {
		return Minimal{}, errors.New("module " + gate.Name + ": both sides agree on the inputs given")
	}
	s := &shrinker{runner: r, used: make([]bool, len(m.Vars))}
	bind, _ := q.Bind()
	for _, v := range bind {
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
	one, singles, all := s.single(least)
	if one != nil {
		return s.done(one, true, true, "the smallest: one input moved, and no smaller value of any input alone fails")
	}
	best := s.reduce(slices.Clone(inputs), least)
	if c := s.pushed(least); c != nil {
		if c = s.reduce(c, least); s.less(c, best, least) {
			best = c
		}
	}
	need, why := 0, ""
	if r, ok := s.reach(least); ok {
		var settled *Minimal
		if settled, best, need, why = s.byReach(r, best, least); settled != nil {
			return *settled
		}
	}
	switch {
	case all && need < 2:
		need, why = 2, "no input alone suffices, every value was tried"
	case !all && need < 2:
		if c := s.onlyOne(best, least); c != nil {
			return s.done(c, true, false, fmt.Sprintf("the fewest inputs: one, and no smaller value of it fails; values of every input alone were tried up to a magnitude of %d when the limit ran out", singles))
		}
		return s.done(best, false, false, fmt.Sprintf("values of every input alone were tried up to a magnitude of %d when the limit ran out; %s", singles, s.stuck(best, least)))
	}
	pairs := ""
	if need == 2 {
		two, tried, every := s.pairs(least)
		switch {
		case two != nil:
			return s.done(two, true, true, fmt.Sprintf("the smallest: %s, and so was every pair of inputs with smaller magnitudes than %d together", why, tried))
		case every:
			need, why = 3, why+", and every pair was tried"
		default:
			pairs = fmt.Sprintf("pairs were tried up to magnitudes of %d together when the limit ran out; ", tried)
		}
	}
	if n := s.moved(best, least); n == need {
		return s.done(best, true, false, fmt.Sprintf("the fewest inputs: %s; %sno value can be smaller while the others stay", why, pairs))
	}
	return s.done(best, false, false, fmt.Sprintf("%s; %s%s; another choice of inputs may need fewer", why, pairs, s.stuck(best, least)))
}

// onlyOne looks for a witness that moves one of the inputs which v moves, by the
// least that it takes.
func (s *shrinker) onlyOne(v, least []int64) (found []int64) {
	for i := range v {
		if v[i] == least[i] {
			continue
		}
		var batch [][]int64
		for _, e := range s.values(i, least, 0, max(s.m.Vars[i].Range.Hi, -s.m.Vars[i].Range.Lo)) {
			x := slices.Clone(least)
			x[i] = e
			batch = append(batch, x)
		}
		if j := s.failing(batch); j >= 0 && (found == nil || magnitude(batch[j]) < magnitude(found)) {
			found = batch[j]
		}
	}
	return found
}

// stuck says in which sense a reduced witness is small.
func (s *shrinker) stuck(v, least []int64) string {
	return fmt.Sprintf("of the %d moved inputs none can rest, and no value can be smaller while the others stay", s.moved(v, least))
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

// single moves one input at a time, the smallest magnitudes first. tried is the
// magnitude up to which every value was tried; all says that every value was.
func (s *shrinker) single(least []int64) (found []int64, tried int64, all bool) {
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
						return w, mag, true
					}
				}
			}
		}
		if s.work > end {
			return nil, mag - 1, false
		}
	}
	if w := flush(); w != nil {
		return w, most, true
	}
	return nil, most, true
}

// pushed looks for a witness with few moved inputs. It moves more and more of the
// inputs with the most influence to the end that pushes the accumulator furthest, and
// one further input.
func (s *shrinker) pushed(least []int64) []int64 {
	if s.coefs == nil {
		return nil
	}
	const most = 24
	end := s.work + singleWork
	for _, up := range []bool{true, false} {
		order := s.pushes(up, least)
		base := slices.Clone(least)
		for k := 0; k < min(most, len(order)) && s.work < end; k++ {
			base[order[k].input] = order[k].to
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

// reduce puts as many inputs to rest as it can, in smaller and smaller groups. Then it
// makes each value as small as possible while the others stay. It repeats both until
// nothing changes. x is a witness, and so is the result.
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
