package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Ours is the cost of the proof of one point by our strategies. Every figure is the
// median of Repeats runs, all of which proved the point.
type Ours struct {
	Repeats int `json:"repeats"`
	// Settle is the proof up to the accumulator by normal forms. Tail is the proof of
	// the logic behind it, by enumeration. A network needs Tail only once for all
	// channels of a layer with equal tails.
	Settle time.Duration `json:"settle_ns"`
	Tail   time.Duration `json:"tail_ns"`
	// Confirm is the confirmation of the same claim by Z3 in a running session,
	// including the encoding of the circuit's cells. ConfirmTail is that of the tail.
	Confirm     time.Duration `json:"confirm_ns"`
	ConfirmTail time.Duration `json:"confirm_tail_ns"`
	TailValues  int64         `json:"tail_values"` // that Tail enumerated
	Peak        int64         `json:"peak_bytes"`  // resident bytes of the Z3 processes, the larger one
}

// Strategies proves points as package chain does, in persistent solver sessions.
type Strategies struct {
	ints, bits *smt.Session
}

// NewStrategies starts Z3.
func NewStrategies(ctx context.Context, l smt.Limits) (*Strategies, error) {
	z3, err := smt.Z3()
	if err != nil {
		return nil, err
	}
	ints, err := smt.Start(ctx, z3, l)
	if err != nil {
		return nil, err
	}
	bits, err := smt.Start(ctx, z3.WithLogic("QF_BV"), l)
	if err != nil {
		ints.Close()
		return nil, err
	}
	return &Strategies{ints, bits}, nil
}

// Close ends the sessions.
func (s *Strategies) Close() {
	s.ints.Close()
	s.bits.Close()
}

// Measure proves p repeats times. The first run, the warm-up, counts too. It returns an
// error if p is not proved.
func (s *Strategies) Measure(ctx context.Context, p *Point, repeats int) (Ours, error) {
	var settle, tail, confirm, confirmTail []time.Duration
	o := Ours{Repeats: repeats}
	for range repeats {
		one, err := s.prove(ctx, p)
		if err != nil {
			return Ours{}, fmt.Errorf("fan-in %d, layer %s, channel %d: %w", p.FanIn, p.Layer, p.Channel, err)
		}
		settle = append(settle, one.Settle)
		tail = append(tail, one.Tail)
		confirm = append(confirm, one.Confirm)
		confirmTail = append(confirmTail, one.ConfirmTail)
		o.TailValues = one.TailValues
	}
	o.Settle, o.Tail, o.Confirm, o.ConfirmTail = median(settle), median(tail), median(confirm), median(confirmTail)
	o.Peak = max(s.ints.Stats().PeakMemory, s.bits.Stats().PeakMemory)
	return o, nil
}

// prove is one proof with time measurement.
func (s *Strategies) prove(ctx context.Context, p *Point) (Ours, error) {
	var o Ours
	begin := time.Now()
	settled := p.Settle()
	o.Settle = time.Since(begin)
	if settled.Verdict != verdict.Proved {
		return o, fmt.Errorf("normal forms: %v: %s: %s", settled.Verdict, settled.Reason, settled.Detail)
	}
	// A fresh memory, so that no answer comes from the run before.
	c := equiv.Confirmer{Answers: equiv.NewAnswers(), Ints: smt.Panel{{Name: "z3", Checker: s.ints}}, Bits: smt.Panel{{Name: "z3", Checker: s.bits}}}
	begin = time.Now()
	for _, claim := range settled.Claims {
		if a := c.Claim(ctx, p.Question, &settled, claim); a.Verdict != verdict.Proved {
			return o, fmt.Errorf("z3 on the accumulator: %v: %s: %s", a.Verdict, a.Reason, a.Detail)
		}
	}
	o.Confirm = time.Since(begin)
	t := settled.Tail
	if t == nil {
		return o, nil
	}
	o.TailValues = t.Range.Hi - t.Range.Lo + 1
	begin = time.Now()
	at, differs, err := t.Enumerate(t.Range)
	o.Tail = time.Since(begin)
	if err != nil {
		return o, err
	}
	if differs {
		return o, fmt.Errorf("the tails differ at %d", at)
	}
	begin = time.Now()
	if a := c.Tail(ctx, t, t.Range, false); a.Verdict != verdict.Proved {
		return o, fmt.Errorf("z3 on the tail: %v: %s: %s", a.Verdict, a.Reason, a.Detail)
	}
	o.ConfirmTail = time.Since(begin)
	return o, nil
}

// Check checks that the strategies prove p and refute faulty by a witness.
func (s *Strategies) Check(ctx context.Context, p, faulty *Point) error {
	if _, err := s.prove(ctx, p); err != nil {
		return fmt.Errorf("equal circuits of fan-in %d: %w", p.FanIn, err)
	}
	if _, err := s.prove(ctx, faulty); err == nil {
		return fmt.Errorf("circuits of fan-in %d that differ were proved equal", p.FanIn)
	}
	w, err := faulty.Search(1)
	if err != nil {
		return err
	}
	if w == nil {
		return fmt.Errorf("no witness was found for circuits of fan-in %d that differ", p.FanIn)
	}
	return nil
}

func median(ds []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[len(s)/2]
}
