package head

import (
	"fmt"
)

// Failure is a disagreement between the hardware and the reference, or a broken
// rule of the protocol.
type Failure struct {
	Step int    // of the sequence, from 0
	Note string // the step's
	Why  string
}

func (f *Failure) Error() string { return fmt.Sprintf("step %d (%s): %s", f.Step, f.Note, f.Why) }

// Bench is a head beside its reference.
type Bench struct {
	Process *Process
	Model   *Model
	Bins    *Bins // counts situations; may be nil
	steps   int
	// Inferences and Cycles count what was checked.
	Inferences, Cycles int64
}

// due is how many logits a step takes, and how many the head may offer: those of
// the image in flight and of every image that the step's beats complete.
func due(m *Model, s *Step) (outs int, err error) {
	return m.Sketch().feed(s)
}

// feed brings a sketch past the step's beats and the logits that it takes, with
// nobody on the bus. The error is for a beat that would never be taken.
func (m *Model) feed(s *Step) (outs int, err error) {
	take := s.Take
	out := func() {
		for m.flight == leaving && (take < 0 || outs < take) {
			m.Out()
			outs++
		}
	}
	out()
	for i, b := range s.Beats {
		if err := m.In(b.Data, b.Last); err != nil {
			return outs, fmt.Errorf("beat %d would never be taken: %w", i, err)
		}
		out()
	}
	return outs, nil
}

// Run plays one step and compares. The error is a *Failure, or a *DeadError of
// the simulator.
func (b *Bench) Run(s *Step) error {
	index := b.steps
	b.steps++
	fail := func(format string, args ...any) error {
		return &Failure{index, s.Note, fmt.Sprintf(format, args...)}
	}
	outs, err := due(b.Model, s)
	if err != nil && s.Reset == nil {
		return fmt.Errorf("head: step %d (%s) cannot be played: %w", index, s.Note, err)
	}
	limit := none
	if s.Take >= 0 {
		limit = uint32(outs)
	}
	before := b.Model.flight
	a, err := b.Process.Play(s, outs, limit)
	if err != nil {
		return err
	}
	b.Cycles += int64(a.cycles)
	if err := b.replay(s, a); err != nil {
		return fail("%v", err)
	}
	if a.status != 0 {
		return fail("after %d cycles: %s", a.cycles, statusText[a.status])
	}
	if b.Bins != nil {
		b.Bins.step(s, a, before, b.Model)
	}
	return nil
}

// replay takes the events through the model, which must agree with each.
func (b *Bench) replay(s *Step, a answer) error {
	m := b.Model
	w, r, in := 0, 0, 0
	for _, e := range a.events {
		switch e.kind {
		case eventWrite:
			n := 1
			if e.a == respOKAY {
				n = int(e.b)
			}
			for range n {
				if w >= len(s.Writes) {
					return fmt.Errorf("%d responses to %d writes", w+1, len(s.Writes))
				}
				wr := s.Writes[w]
				if want := m.Write(wr.Write); want != e.a {
					return fmt.Errorf("write %d, %#x to %#06x strobe %x: response %d, want %d (%v)", w, wr.Data, wr.Address, wr.Strobe, e.a, want, m)
				}
				w++
			}
		case eventRead:
			if r >= len(s.Reads) {
				return fmt.Errorf("%d responses to %d reads", r+1, len(s.Reads))
			}
			data, resp := m.Read(s.Reads[r].Address)
			if resp != e.a || data != e.b {
				return fmt.Errorf("read %d of %#06x: %#x with response %d, want %#x with %d (%v)", r, s.Reads[r].Address, e.b, e.a, data, resp, m)
			}
			r++
		case eventIn:
			for range e.b {
				if err := m.In(s.Beats[in].Data, s.Beats[in].Last); err != nil {
					return fmt.Errorf("beat %d: %w", in, err)
				}
				in++
			}
		case eventOut:
			place := m.taken
			data, last, err := m.Out()
			if err != nil {
				return err
			}
			if data != e.b || last != (e.a == 1) {
				return fmt.Errorf("logit %d: %d, last %v; want %d, last %v", place, int32(e.b), e.a == 1, int32(data), last)
			}
			if last {
				b.Inferences++
			}
		case eventReset:
			m.Reset()
		default:
			return fmt.Errorf("an event of kind %d", e.kind)
		}
	}
	return nil
}
