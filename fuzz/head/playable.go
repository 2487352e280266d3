package head

import (
	"errors"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// playable is the reason why a step in this state would wait for ever or make the control
// state depend on timing, or nil. A sketch suffices.
//
// Data may depend on timing: the events show whether a weight is written before or after
// an image. But it must be known beforehand whether the head is ready afterwards, since the
// choice of the next step depends on it.
func playable(m *Model, s *Step) error {
	outs, err := m.Sketch().feed(s)
	if s.Reset != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if s.AfterIn > len(s.Beats) || s.AfterOut > outs {
		return errors.New("the bus would wait for beats that do not come")
	}
	first := firstImage(s)
	if len(s.Writes)+len(s.Reads) > 0 {
		switch {
		case s.HoldOut > 0 && (s.AfterOut >= s.HoldOut || s.AfterIn > first):
			return errors.New("the logits and the bus would wait for each other")
		case s.HoldIn > 0 && (s.AfterOut > 0 || s.AfterIn >= s.HoldIn):
			return errors.New("the features and the bus would wait for each other")
		}
	}
	if !controls(s) || len(s.Beats) == 0 && outs == 0 {
		return nil
	}
	begun := m.Busy() || s.AfterIn > 0
	single := first == len(s.Beats) && (m.flight != leaving || len(s.Beats) == 0)
	heldIn := s.HoldIn > 1 && s.HoldIn <= first
	heldOut := outs > 0 && s.HoldOut == outs
	if !begun || !single || !heldIn && !heldOut {
		return errors.New("whether a write to the program is refused would be left to chance")
	}
	return nil
}

// firstImage is the number of beats up to the first that is marked last.
func firstImage(s *Step) int {
	for i, b := range s.Beats {
		if b.Last {
			return i + 1
		}
	}
	return len(s.Beats)
}

// controls reports whether a write could change more than data or errors.
func controls(s *Step) bool {
	for _, w := range s.Writes {
		region := int(w.Address >> 22)
		if region == npu.RegionRegisters || region == npu.RegionDescriptors {
			if w.Address != npu.Register(npu.RegError) {
				return true
			}
		}
	}
	return false
}

// advance advances a sketch by a playable step.
func (m *Model) advance(s *Step) {
	if s.Reset != nil {
		m.Reset()
		m.Images = s.Reset.Images
		return
	}
	outs, err := m.Sketch().feed(s)
	if err == nil && len(s.Beats) == 0 && outs == 0 {
		for _, w := range s.Writes {
			m.Write(w.Write)
		}
		return
	}
	// The bus changes nothing that a sketch knows. feed cannot fail, since the step is
	// playable.
	m.feed(s)
}
