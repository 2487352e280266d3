package head

import (
	"context"
	"errors"
)

// Shrunk is a failing sequence after Shrink.
type Shrunk struct {
	Sequence Sequence
	Failure  Failure
	Tried    int  // sequences
	Least    bool // no step can be left out or made simpler; false: the budget ended first
}

// shrinkBudget bounds the total size of the sequences that Shrink plays, in accesses and beats.
const shrinkBudget = 3_000_000

// Shrink leaves out steps of a failing sequence and simplifies the others, one at a time,
// as long as it still fails in some way. The error is of the machinery, or says that the
// sequence does not fail.
func Shrink(ctx context.Context, sim *Simulator, seq Sequence) (*Shrunk, error) {
	s := &Shrunk{}
	budget := shrinkBudget
	// fails plays a candidate, and keeps it if it fails.
	fails := func(c Sequence) (bool, error) {
		s.Tried++
		budget -= c.size()
		err := Replay(ctx, sim, c)
		var failure *Failure
		var dead *DeadError
		switch {
		case errors.As(err, &failure):
			c.Steps = c.Steps[:min(len(c.Steps), max(failure.Step, -1)+1)]
			s.Sequence, s.Failure = c, *failure
			return true, nil
		case errors.As(err, &dead) || ctx.Err() != nil:
			return false, errors.Join(err, ctx.Err())
		}
		// It passes, or is invalid without the steps that were left out.
		return false, nil
	}
	if bad, err := fails(seq); err != nil {
		return nil, err
	} else if !bad {
		return nil, errors.New("head: the sequence does not fail when it is played again")
	}
	s.Tried = 0
	for {
		smaller, err := s.round(fails, &budget)
		if err != nil {
			return nil, err
		}
		if !smaller {
			s.Least = budget > 0
			return s, nil
		}
	}
}

// round tries everything once and reports whether anything helped.
func (s *Shrunk) round(fails func(Sequence) (bool, error), budget *int) (smaller bool, err error) {
	try := func(change func(steps []Step) []Step) (bool, error) {
		if *budget <= 0 {
			return false, nil
		}
		c := s.Sequence
		c.Steps = change(append([]Step(nil), c.Steps...))
		ok, err := fails(c)
		smaller = smaller || ok
		return ok, err
	}
	// Many at a time first: a directed sequence has hundreds.
	for n := max(len(s.Sequence.Steps)/2, 1); n > 0; n /= 2 {
		for i := len(s.Sequence.Steps) - n; i > -n; i -= n {
			from, to := max(i, 0), i+n
			if to > len(s.Sequence.Steps) {
				continue
			}
			if _, err := try(func(steps []Step) []Step { return append(steps[:from], steps[to:]...) }); err != nil {
				return false, err
			}
		}
	}
	for i := 0; i < len(s.Sequence.Steps); i++ {
		step := s.Sequence.Steps[i]
		next := shrinkStep(command{&step})
		for v, more := next(); more; v, more = next() {
			if i >= len(s.Sequence.Steps) {
				break
			}
			ok, err := try(func(steps []Step) []Step {
				steps[i] = *v.(command).step
				return steps
			})
			if err != nil {
				return false, err
			}
			if ok {
				break // its own simpler versions come in the next round
			}
		}
	}
	return smaller, nil
}

// size is the amount of work to play the sequence.
func (s Sequence) size() int {
	n := s.Params.Rows*s.Params.RowWords() + s.Params.Biases
	for i := range s.Steps {
		n += 10 + len(s.Steps[i].Writes) + len(s.Steps[i].Reads) + len(s.Steps[i].Beats)
		// Each image takes cycles of its own.
		for _, b := range s.Steps[i].Beats {
			if b.Last {
				n += 8
			}
		}
	}
	return n
}
