package head

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Failure is a disagreement between the hardware and the reference, or a broken
// rule of the protocol.
type Failure struct {
	Step int    // of the sequence, from 0; below 0 while it is prepared
	Note string // the step's
	Why  string
}

func (f *Failure) Error() string { return fmt.Sprintf("step %d (%s): %s", f.Step, f.Note, f.Why) }

// Bench is a head beside its reference.
type Bench struct {
	Process *Process
	Model   *Model
	Bins    *Bins // counts situations; may be nil
	Tape    *Tape // records the steps; may be nil
	steps   int
	// Inferences and Cycles count what was checked.
	Inferences, Cycles int64
}

// due is the number of logits that a step takes. The head may offer those of the image in
// flight and of every image that the step's beats complete.
func due(m *Model, s *Step) (outs int, err error) {
	return m.Sketch().feed(s)
}

// feed advances a sketch by the step's beats and the logits that it takes, without bus
// accesses. The error is for a beat that the head would never accept.
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
func (b *Bench) Run(s *Step) error { return b.RunAll([]*Step{s}) }

// RunAll is Run for each step in turn until one fails, by one message to the simulator. What
// a step needs to know of those before it is what a sketch knows.
func (b *Bench) RunAll(steps []*Step) error {
	plans := make([]planned, len(steps))
	m := b.Model
	for i, s := range steps {
		outs, err := due(m, s)
		if err != nil && s.Reset == nil {
			return fmt.Errorf("head: step %d (%s) cannot be played: %w", b.steps+i, s.Note, err)
		}
		plans[i] = planned{Step: s, outs: outs, limit: none}
		if s.Take >= 0 {
			plans[i].limit = uint32(outs)
		}
		if i == len(steps)-1 {
			break
		}
		if m == b.Model {
			m = m.Sketch()
		}
		m.advance(s)
	}
	answers, err := b.Process.Play(plans)
	if err != nil {
		return err
	}
	for i, a := range answers {
		if err := b.judge(&plans[i], a); err != nil {
			return err
		}
	}
	return nil
}

// judge compares the answer to a step.
func (b *Bench) judge(p *planned, a answer) error {
	s, index := p.Step, b.steps
	b.steps++
	fail := func(format string, args ...any) error {
		return &Failure{index, s.Note, fmt.Sprintf(format, args...)}
	}
	if outs, _ := due(b.Model, s); outs != p.outs {
		return fmt.Errorf("head: step %d (%s) was planned for %s, and the reference has %d", index, s.Note, words.Count(p.outs, "logit"), outs)
	}
	b.Cycles += int64(a.cycles)
	b.Tape.begin(s, p.words, a)
	err := b.replay(s, a)
	if b.Model.guessed {
		return fmt.Errorf("head: step %d (%s) uses a word of the memories that was never written", index, s.Note)
	}
	if err != nil {
		return fail("%v", err)
	}
	if a.status != 0 {
		return fail("after %s: %s", words.Count(a.cycles, "cycle"), statusText[a.status])
	}
	b.Tape.end(s)
	if b.Bins != nil {
		b.Bins.pauses(s)
		b.Bins.stalls(a.seen)
	}
	return nil
}

// replay applies the events to the model, which must agree with each.
func (b *Bench) replay(s *Step, a answer) error {
	r := replay{m: b.Model, s: s, bins: b.Bins, tape: b.Tape.last()}
	b.Model.bins = b.Bins
	for _, e := range a.events {
		var err error
		switch e.kind {
		case eventWrite:
			err = r.writes(e)
		case eventRead:
			err = r.read(e)
		case eventIn:
			err = r.beats(e)
		case eventOut:
			err = r.logit(e)
		case eventReset:
			r.reset()
		default:
			err = fmt.Errorf("an event of kind %d", e.kind)
		}
		if err != nil {
			return err
		}
	}
	b.Inferences += r.images
	return nil
}

// replay is the state of the replay of a step.
type replay struct {
	m                *Model
	s                *Step
	bins             *Bins
	tape             *TapeStep // may be nil
	write, reads, in int
	images           int64
	ended            bool // an image just completed
	spoiled          bool // a frame was dropped
	over             int  // beats of a frame that is too long
}

func (r *replay) writes(e event) error {
	n := 1
	if e.a == respOKAY {
		n = int(e.b)
	}
	for range n {
		if r.write >= len(r.s.Writes) {
			return fmt.Errorf("%s to %d writes", words.Count(r.write+1, "response"), len(r.s.Writes))
		}
		w, f := r.s.Writes[r.write], r.m.flight
		want := r.m.Write(w.Write)
		r.tape.response(want)
		if want != e.a {
			return fmt.Errorf("write %d, %#x to %#06x strobe %x: response %d, want %d (%v)", r.write, w.Data, w.Address, w.Strobe, e.a, want, r.m)
		}
		if r.bins != nil {
			r.bins.access(r.bins.at.write, f, want)
			r.bins.alias(r.m, 0, w.Address)
			r.bins.raised(r.m)
		}
		r.write++
	}
	return nil
}

func (r *replay) read(e event) error {
	if r.reads >= len(r.s.Reads) {
		return fmt.Errorf("%s to %d reads", words.Count(r.reads+1, "response"), len(r.s.Reads))
	}
	address := r.s.Reads[r.reads].Address
	f := r.m.flight
	data, resp := r.m.Read(address)
	r.tape.answer(resp, data)
	if resp != e.a || data != e.b {
		return fmt.Errorf("read %d of %#06x: %#x with response %d, want %#x with %d (%v)", r.reads, address, e.b, e.a, data, resp, r.m)
	}
	if r.bins != nil {
		r.bins.access(r.bins.at.read, f, resp)
		r.bins.alias(r.m, 1, address)
	}
	r.reads++
	return nil
}

func (r *replay) beats(e event) error {
	for range e.b {
		t := r.s.Beats[r.in]
		before, loaded := r.m.flight, len(r.m.loaded)
		if err := r.m.In(t.Data, t.Last); err != nil {
			r.tape.noBeat(r.in)
			return fmt.Errorf("beat %d: %w", r.in, err)
		}
		if r.bins != nil {
			r.frame(before, loaded)
		}
		r.in++
	}
	return nil
}

// frame notes the effect of a feature on its image: before is the state of the image, and
// loaded the number of its features, before the feature.
func (r *replay) frame(before flight, loaded int) {
	in := npu.LayerOf(r.m.Descs[0]).In
	hit := func(i int) { r.bins.hit(r.bins.at.frame + i) }
	switch now := r.m.flight; {
	case now == skipping:
		r.over++
	case now == idle && before == skipping:
		if r.over == 1 {
			hit(frameLongOne)
		} else {
			hit(frameLong)
		}
		r.over, r.spoiled = 0, true
	case now == idle:
		if loaded+1 == in-1 {
			hit(frameShortOne)
		} else {
			hit(frameShort)
		}
		r.spoiled = true
	case now == leaving && r.spoiled:
		hit(frameRecovered)
		r.spoiled = false
	}
	if r.ended && before == idle {
		hit(frameBackToBack)
	}
	r.ended = false
	r.bins.raised(r.m)
}

func (r *replay) logit(e event) error {
	place, n := r.m.taken, len(r.m.logits)
	var overflow spec.Overflow
	if ls := r.m.program(); r.bins != nil && len(ls) > 0 {
		overflow = ls[len(ls)-1].Overflow
	}
	data, last, err := r.m.Out()
	if err != nil {
		r.tape.noLogit()
		return err
	}
	r.tape.logit(last, data)
	if data != e.b || last != (e.a&1 == 1) {
		return fmt.Errorf("logit %d: %d, last %v; want %d, last %v", place, int32(e.b), e.a&1 == 1, int32(data), last)
	}
	if r.bins != nil {
		waited := e.a>>1 > 0
		if waited {
			r.bins.hit(r.bins.at.wait + placeOf(place, n))
		}
		r.bins.fit(overflow, int(r.m.sides[place]), waited)
		if c := r.m.rounds[place]; c >= 0 && waited {
			r.bins.hit(r.bins.at.late + int(c))
		}
		r.bins.raised(r.m)
	}
	if last {
		r.images++
		r.ended = true
	}
	return nil
}

func (r *replay) reset() {
	if r.bins != nil {
		r.bins.hit(r.bins.at.reset + int(r.m.flight))
	}
	r.m.Reset()
	r.m.Images = r.s.Reset.Images
}
