package head

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/npu"
)

// Proposer looks for data that hit a value. What it says is executed before it counts.
type Proposer interface {
	Propose(ctx context.Context, g *Goal) (Proposal, error)
}

// Proposal is the outcome of a question.
type Proposal struct {
	Try      *Try // what the data are for; nil: there are none
	Weights  []int8
	Features []uint8
	Bias     int32
	Images   uint32

	Unreachable bool   // no data satisfy any of the tries
	Why         string // nothing was found out
}

// Filled is what became of the values that a campaign did not hit, by their names.
type Filled struct {
	Hit         []string // by what was proposed
	Unreachable []string // by nothing, as was proved
	Open        []string // with the reason
	Found       *Found   // nil: nothing; a proposal can find a fault as any sequence
}

// Fill asks for each of the goals of bins, and runs what is proposed. A value is hit only
// if the bins say so afterwards. The error is of the machinery.
func Fill(ctx context.Context, sim *Simulator, bins *Bins, goals []*Goal, p Proposer) (f *Filled, err error) {
	f = &Filled{}
	w := &worker{sim: sim, bins: bins}
	if err := w.start(ctx, ""); err != nil {
		return nil, err
	}
	defer func() {
		if w.dead == nil {
			err = errors.Join(err, w.process.Close())
		}
	}()
	open := func(g *Goal, why string) { f.Open = append(f.Open, fmt.Sprintf("%s: %s", g.Name, why)) }
	for _, g := range goals {
		if g.Hit() { // by the proposal for another
			f.Hit = append(f.Hit, g.Name)
			continue
		}
		a, err := p.Propose(ctx, g)
		switch {
		case err != nil:
			return f, fmt.Errorf("head: %s: %w", g.Name, err)
		case a.Unreachable && g.Whole:
			f.Unreachable = append(f.Unreachable, g.Name)
			continue
		case a.Unreachable:
			open(g, fmt.Sprintf("no layer of up to %d features does it, and there are larger ones", mostAsked))
			continue
		case a.Try == nil:
			open(g, a.Why)
			continue
		case a.Images != 0 && !sim.Counted:
			open(g, "the counter of images of this head cannot be written")
			continue
		}
		f.Found, err = w.aim(Aim{Name: "proposed: " + g.Name, Steps: a.steps, Bare: true})
		if f.Found != nil || err != nil {
			return f, err
		}
		if g.Hit() {
			f.Hit = append(f.Hit, g.Name)
		} else {
			open(g, "what was proposed does not hit it")
		}
	}
	return f, nil
}

// steps run a proposal: one image of one output, which is the sum itself where the goal
// says nothing of a tail.
func (a *Proposal) steps() []Step {
	begin, load, image := Plain("begin"), Plain("write what is proposed"), Plain("run it")
	begin.Reset = &Reset{For: 1, Images: a.Images}
	l := npu.Layer{In: 1, Out: 1, Width: 32, Signed: true}
	if a.Try.Layer != nil {
		l = *a.Try.Layer
	}
	write := func(address, data uint32) {
		load.Writes = append(load.Writes, BusWrite{Write: npu.Write{Address: address, Data: data, Strobe: 0xf}})
	}
	at := func(xs []uint8, i int) uint8 { // what is not proposed is 0
		if i < len(xs) {
			return xs[i]
		}
		return 0
	}
	weights := make([]uint8, len(a.Weights))
	for i, v := range a.Weights {
		weights[i] = uint8(v)
	}
	words := npu.Address(npu.RegionWeights, 0)
	for row := range l.In {
		write(words+uint32(4*row*a.Try.rowWords), uint32(at(weights, row)))
		image.Beats = append(image.Beats, Beat{Data: at(a.Features, row), Last: row == l.In-1})
	}
	write(npu.Address(npu.RegionBiases, 0), uint32(a.Bias))
	for i, v := range l.Words() {
		write(npu.Descriptor(0, i), v)
	}
	layers := uint32(1)
	if a.Try.Signed {
		layers |= 1 << npu.LayersSigned
	}
	write(npu.Register(npu.RegLayers), layers)
	write(npu.Register(npu.RegControl), npu.ControlCommit)
	image.AfterIn, image.AfterOut = l.In, 1
	for _, r := range []int{npu.RegImages, npu.RegClass, npu.RegValue, npu.RegError} {
		image.Reads = append(image.Reads, BusRead{Address: npu.Register(r)})
	}
	return []Step{begin, load, image}
}
