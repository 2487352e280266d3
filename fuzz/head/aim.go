package head

import (
	"errors"
	"fmt"
)

// Aim is a directed sequence, for one kind of fault. It is written, not random. Package
// directed has them.
type Aim struct {
	Name    string
	Steps   func() []Step // the same at every call
	Bare    bool          // see Sequence
	Counted bool          // it writes the counter of images; where that cannot be done, it is left out
}

// aimedSeed gives the initial contents of the memories for directed sequences.
const aimedSeed = 1

// aim runs a directed sequence, as check runs a random case.
func (w *worker) aim(a Aim) (*Found, error) {
	w.last, w.worst, w.first, w.prior = nil, nil, nil, nil
	t := w.trial(aimedSeed)
	t.seq.Name, t.seq.Bare = a.Name, a.Bare
	t.begin()
	for _, s := range a.Steps() {
		if t.run(&s) != nil {
			break
		}
	}
	t.end()
	if w.dead != nil {
		return nil, fmt.Errorf("directed: %s: %w", a.Name, w.dead)
	}
	if w.worst == nil {
		return nil, nil
	}
	f := &Found{Aim: a.Name, Sequence: t.seq, Before: len(t.seq.Steps)}
	var failure *Failure
	errors.As(t.err, &failure)
	f.Failure = *failure
	small, err := w.shrink(t.seq)
	if err == nil {
		f.Sequence, f.Failure = small.Sequence, small.Failure
		return f, nil
	}
	return f, w.alone(f)
}
