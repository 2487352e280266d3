package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/lift"
	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// reach is a circuit whose output depends only on the model's accumulator. It fails
// exactly on the inputs that bring the accumulator to certain values. Arithmetic then
// shows how far a number of inputs can move the accumulator. That proves minima that
// trying inputs cannot.
type reach struct {
	rest  int64 // the accumulator with all inputs at rest
	lo    int64
	fails []bool // by accumulator, from lo on
	below int64  // the distance from rest to the nearest failing value; 0 is none
	above int64
}

// reach finds out whether the circuit is one, by its normal forms. Every
// accumulator that the inputs reach must have been executed.
func (s *shrinker) reach(least []int64) (r *reach, ok bool) {
	if s.coefs == nil {
		return nil, false
	}
	err := term.Guard(func() { r, ok = s.cutAtAccumulator(least) })
	return r, err == nil && ok
}

func (s *shrinker) cutAtAccumulator(least []int64) (*reach, bool) {
	ranges := make([]spec.Range, len(s.m.Vars))
	for i, v := range s.m.Vars {
		ranges[i] = spec.Range(v.Range)
	}
	e := &explanation{Point: Point{Question: s.q}, sp: term.NewSpace(ranges), isAcc: true}
	vars := make([]term.Form, len(ranges))
	for i := range vars {
		vars[i] = e.sp.Input(i)
	}
	var ok bool
	if e.acc, ok = (&lift.Golden{Space: e.sp, Terms: s.m.Terms, Vars: vars}).Form(s.m.Acc); !ok {
		return nil, false
	}
	if b := e.sp.Bounds(e.acc); b.Lo < -maxProbe/2 || b.Hi > maxProbe/2 {
		return nil, false
	}
	var err error
	if e.gate, err = newSide(e.sp, s.q); err != nil {
		return nil, false
	}
	p, ok := e.probe()
	if !ok {
		return nil, false
	}
	r := &reach{rest: s.bias, lo: p.lo, fails: make([]bool, len(p.gold))}
	for i, c := range s.coefs {
		r.rest += c * least[i]
	}
	for _, i := range p.differ {
		r.fails[i] = true
		// In order: the last one below rest is the nearest, and the first one above.
		switch d := p.lo + int64(i) - r.rest; {
		case d < 0:
			r.below = -d
		case d > 0 && r.above == 0:
			r.above = d
		}
	}
	return r, true
}

// push is what one input can add to the accumulator, in one direction.
type push struct {
	input int
	to    int64 // the end of its range
	step  int64 // what each step of magnitude adds
	gain  int64 // at the end
}

// pushes are the inputs that move the accumulator up, or down, the strongest
// first.
func (s *shrinker) pushes(up bool, least []int64) []push {
	sign := int64(1)
	if !up {
		sign = -1
	}
	var all []push
	for i, v := range s.m.Vars {
		if !s.used[i] {
			continue
		}
		var best push
		for _, e := range [2]int64{v.Range.Lo, v.Range.Hi} {
			if g := sign * s.coefs[i] * (e - least[i]); g > best.gain {
				best = push{i, e, max(s.coefs[i], -s.coefs[i]), g}
			}
		}
		if best.gain > 0 {
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b push) int { return cmp.Compare(b.gain, a.gain) })
	return all
}

// fewest returns the smallest number of inputs that can bring the accumulator to a
// failing value, and the least sum of the distances that they move.
func (s *shrinker) fewest(r *reach, least []int64) (inputs int, steps int64) {
	for _, side := range []struct {
		up   bool
		dist int64
	}{{true, r.above}, {false, r.below}} {
		if side.dist == 0 {
			continue
		}
		all := s.pushes(side.up, least)
		n, left := 0, side.dist
		for _, p := range all {
			if left <= 0 {
				break
			}
			n++
			left -= p.gain
		}
		if left > 0 {
			continue
		}
		slices.SortStableFunc(all, func(a, b push) int { return cmp.Compare(b.step, a.step) })
		moved := int64(0)
		for left = side.dist; left > 0; all = all[1:] {
			p := all[0]
			k := min((left+p.step-1)/p.step, p.gain/p.step)
			moved += k
			left -= k * p.step
		}
		if inputs == 0 || n < inputs {
			inputs = n
		}
		if steps == 0 || moved < steps {
			steps = moved
		}
	}
	return inputs, steps
}

// aimed brings the accumulator to a failing value with n inputs: the strongest
// n-1 at their ends, and the last one, any, to wherever it takes. nil is none.
func (s *shrinker) aimed(r *reach, n int, least []int64) []int64 {
	var best []int64
	for _, up := range []bool{true, false} {
		all := s.pushes(up, least)
		if len(all) < n {
			continue
		}
		base, acc := slices.Clone(least), r.rest
		for _, p := range all[:n-1] {
			base[p.input] = p.to
			acc += s.coefs[p.input] * (p.to - least[p.input])
		}
		for _, p := range all[n-1:] {
			at, to := least[p.input], p.to
			dir := int64(1)
			if to < at {
				dir = -1
			}
			for x := at; x != to; {
				x += dir
				u := acc + s.coefs[p.input]*(x-at) - r.lo
				if u < 0 || u >= int64(len(r.fails)) || !r.fails[u] {
					continue
				}
				v := slices.Clone(base)
				v[p.input] = x
				if best == nil || s.less(v, best, least) {
					best = v
				}
				break
			}
		}
	}
	if best == nil || !s.fails(best) {
		return nil
	}
	return best
}

// byReach makes a witness smaller if the circuit's failure depends only on its
// accumulator. settled is the result if it is minimal. Otherwise best is the smallest
// witness found, and need the least number of inputs, for the explanation.
func (s *shrinker) byReach(r *reach, best, least []int64) (settled *Minimal, better []int64, need int, why string) {
	n, steps := s.fewest(r, least)
	if c := s.aimed(r, n, least); c != nil {
		if c = s.reduce(c, least); s.less(c, best, least) {
			best = c
		}
	}
	why = fmt.Sprintf("the output depends on the accumulator alone, which has to move from %d by %s before the sides differ", r.rest, r.distance())
	atZero := !slices.ContainsFunc(least, func(x int64) bool { return x != 0 })
	if s.moved(best, least) == n && atZero && magnitude(best) == steps {
		m := s.done(best, true, true, fmt.Sprintf("the smallest: %s, and neither fewer than %s nor smaller values move it so far", why, words.Count(n, "input")))
		return &m, best, n, why
	}
	return nil, best, n, why + fmt.Sprintf(", and fewer than %s cannot move it so far", words.Count(n, "input"))
}

// distance is in words.
func (r *reach) distance() string {
	switch {
	case r.below == 0:
		return fmt.Sprintf("%d", r.above)
	case r.above == 0:
		return fmt.Sprintf("−%d", r.below)
	}
	return fmt.Sprintf("%d or −%d", r.above, r.below)
}
