package head

import (
	"context"
	"errors"
	"slices"
)

// A case begins with a reset, and the head has run other cases before. A register that
// the reset misses, or a response that survives it, can make a case fail that passes
// from power-up. Such a failure could not be replayed. So the case before is put in
// front, and the two together are shrunk again.

// alone makes f a sequence that fails from power-up. f.Carried stays set if none
// is found. The error is of the machinery.
func (w *worker) alone(f *Found) error {
	err := w.replay(f.Sequence)
	var failure *Failure
	if errors.As(err, &failure) {
		f.Failure = *failure
		return nil
	}
	var dead *DeadError
	if errors.As(err, &dead) {
		return err
	}
	f.Carried = true
	whole := []Sequence{w.first.seq}
	if w.prior != nil {
		whole = append(whole, w.prior.then(w.first.seq))
	}
	for _, seq := range whole {
		err := w.replay(seq)
		if errors.As(err, &dead) {
			return err
		}
		if !errors.As(err, &failure) {
			continue
		}
		s, err := w.shrink(seq)
		if err != nil {
			return err
		}
		f.Sequence, f.Failure, f.Before, f.Carried = s.Sequence, s.Failure, len(seq.Steps), false
		return nil
	}
	return nil
}

// then is s, the reset that ends it, and next with its initial memories.
func (s Sequence) then(next Sequence) Sequence {
	s.Steps = append(slices.Clip(s.Steps), fill(s.Params, next.Memory))
	s.Steps = append(s.Steps, next.Steps...)
	return s
}

// on gives a worker the means to play sequences on heads of their own.
func (w *worker) on(ctx context.Context) {
	w.replay = func(s Sequence) error { return Replay(ctx, w.sim, s) }
	w.shrink = func(s Sequence) (*Shrunk, error) { return Shrink(ctx, w.sim, s) }
}
