package chain

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// small is a network of one convolution with few enough inputs that every mutant
// of a channel can be tried on all of them: taps 4-bit inputs to each of a few
// channels, with seeded weights.
func small(t testing.TB, rng *rand.Rand, taps int, in spec.Format, acc spec.Accumulator, out spec.Requant) *spec.Layer {
	const channels = 2
	conv := &spec.Conv{
		OutC: channels, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
		Base: make([]int32, channels), Acc: acc,
	}
	for range channels {
		for range taps {
			conv.Codes = append(conv.Codes, spec.Code([]int{-4, -3, -2, -1, 1, 2, 3, 4}[rng.Intn(8)]))
		}
		conv.Bias = append(conv.Bias, int32(rng.Intn(41)-20))
	}
	n := &spec.Network{
		Name:   "small",
		Input:  spec.Input{Shape: spec.Shape{C: taps, H: 1, W: 1}, Format: in},
		Layers: []*spec.Layer{{Name: "conv", Inputs: []string{spec.InputName}, Op: conv, Out: out}},
	}
	require.NoError(t, n.Validate())
	return n.Layers[0]
}

// smallLayers cross the modes: every rounding, every overflow, with and without a
// clamp, every accumulator.
func smallLayers(t testing.TB, rng *rand.Rand) []*spec.Layer {
	var ls []*spec.Layer
	accs := []spec.Accumulator{
		{},
		{Mode: spec.AccWrap, Width: 7},
		{Mode: spec.AccSaturate, Width: 7},
		{Drop: 2, Order: spec.NegateShift},
		{Drop: 2, Order: spec.ShiftNegate},
		{Drop: 1, Mode: spec.AccSaturate, Width: 6},
	}
	i := 0
	for _, rounding := range spec.Roundings() {
		for _, overflow := range spec.Overflows() {
			acc := accs[i%len(accs)]
			in := spec.Format{Signed: i%2 == 1, Width: 4, Frac: 4}
			out := spec.Requant{Format: spec.Format{Signed: i/2%2 == 0, Width: 5, Frac: 2 - acc.Drop}, Rounding: rounding, Overflow: overflow}
			if i%3 == 0 {
				out.Clamp = &spec.Range{Lo: 0, Hi: 12}
			}
			ls = append(ls, small(t, rng, 4, in, acc, out))
			i++
		}
	}
	return ls
}

// knobsFor are settings that differ in every knob and suit acc.
func knobsFor(acc spec.Accumulator, n int) []shiftadd.Options {
	var os []shiftadd.Options
	all := shiftadd.Combinations()
	for i := range all {
		o := all[(i*7+n*5)%len(all)]
		if shiftadd.Check(acc, o) == nil && len(os) < 2 {
			os = append(os, o)
		}
	}
	return os
}

// TestEveryMutantOfSmallChannels: on channels whose inputs can all be tried, the
// engine's verdict is the truth, for every fault of every kind: a mutant that
// differs somewhere is refuted by a witness that replays, and a mutant that
// differs nowhere is proved.
func TestEveryMutantOfSmallChannels(t *testing.T) {
	const seed = 20260
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	counts := tally{}
	for i, l := range smallLayers(t, rng) {
		for _, o := range knobsFor(l.Op.(*spec.Conv).Acc, i) {
			for _, s := range subjects(t, l, o, func(u shiftadd.Unit) bool { return u.Channel == i%2 }) {
				p := byForms(seed)
				if pt := judge(p, s.model, s.gate); !assert.Equal(t, equiv.Proved, pt.Verdict, "%s, %v %v: %v %s", s.name, l.Op.(*spec.Conv).Acc, l.Out, pt.Reason, pt.Detail) {
					continue
				}
				for _, f := range mutant.Sample(mutant.Faults(s.gate), 4, rng) {
					mut := f.Apply()
					class, w, err := mutant.Classify(s.gate, mut, inputs(s.model), seed)
					require.NoError(t, err)
					pt := judge(p, s.model, mut)
					counts.add(f.Kind, class, pt.Verdict)
					where := fmt.Sprintf("%s, %v %v %v: %v; simulation says %v at %v; %v %s", s.name, l.Op.(*spec.Conv).Acc, l.Out.Rounding, l.Out.Overflow, f, class, w, pt.Reason, pt.Detail)
					switch class {
					case mutant.Equal:
						assert.Equal(t, equiv.Proved, pt.Verdict, where)
					case mutant.Different:
						if assert.Equal(t, equiv.Refuted, pt.Verdict, where) {
							assert.True(t, replays(t, s.model, mut, pt.Witness), where)
						}
					default:
						t.Fatalf("not tried exhaustively: %s", where)
					}
				}
			}
		}
	}
	counts.log(t, "netlists of small channels, all inputs tried")
}

var _ = netlist.New
