package head

import "github.com/hashiflex/hashiflex/rtl/npu"

// Bins counts functional situations.
type Bins struct{}

func NewBins(p npu.Params) *Bins { return &Bins{} }

func (b *Bins) add(o *Bins) {}

func (b *Bins) step(s *Step, a answer, before flight, after *Model) {}
