package chain

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// subject is a compare point with its hardware.
type subject struct {
	name  string
	model *equiv.Model
	gate  *netlist.Module
}

// subjectOf is one unit of a layer; terms that it shares are linked in.
func subjectOf(t testing.TB, l *spec.Layer, o shiftadd.Options, u shiftadd.Unit, g *shiftadd.Generator) subject {
	gate, err := link(g.Module(u), g.Shared())
	require.NoError(t, err)
	return subject{fmt.Sprintf("%s (%v)", u.Name, o), equiv.ModelOf(l, u), gate}
}

// subjects are the compare points of a layer that keep says.
func subjects(t testing.TB, l *spec.Layer, o shiftadd.Options, keep func(shiftadd.Unit) bool) []subject {
	g, err := shiftadd.New(l, o)
	require.NoError(t, err)
	var all []subject
	for _, u := range g.Modules() {
		if u.Kind != shiftadd.KindShared && keep(u) {
			all = append(all, subjectOf(t, l, o, u, g))
		}
	}
	return all
}

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
// engine's verdict is the truth, for every kind of fault: a mutant that differs
// somewhere is refuted by a witness that replays, and a mutant that differs
// nowhere is proved.
func TestEveryMutantOfSmallChannels(t *testing.T) {
	const seed = 20260
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	p := byZ3(t, seed)
	counts := tally{}
	left := 0
	for i, l := range smallLayers(t, rng) {
		acc := l.Op.(*spec.Conv).Acc
		for _, o := range knobsFor(acc, i) {
			for _, s := range subjects(t, l, o, func(u shiftadd.Unit) bool { return u.Channel == i%2 }) {
				name := fmt.Sprintf("%s, %+v %v %v", s.name, acc, l.Out.Rounding, l.Out.Overflow)
				pt := judge(p, s.model, s.gate)
				require.Equal(t, verdict.Proved, pt.Verdict, "%s: %v %s", name, pt.Reason, pt.Detail)
				for _, f := range mutant.Sample(mutant.Faults(s.gate), 4, rng) {
					mut := f.Apply()
					class, w, err := mutant.Classify(s.gate, mut, inputs(s.model), seed)
					require.NoError(t, err)
					require.NotEqual(t, mutant.Undecided, class, "not tried exhaustively")
					pt := judge(p, s.model, mut)
					counts.add(f.Kind, class, pt.Verdict)
					where := fmt.Sprintf("%s: %v; simulation says %v at %v; %v %s", name, f, class, w, pt.Reason, pt.Detail)
					switch {
					case class == mutant.Different:
						if assert.Equal(t, verdict.Refuted, pt.Verdict, where) {
							assert.True(t, replays(t, s.model, mut, pt.Witness), where)
						}
					case pt.Verdict == verdict.Unknown:
						left++
						t.Logf("left open: %s", where)
					default:
						assert.Equal(t, verdict.Proved, pt.Verdict, where)
					}
				}
			}
		}
	}
	counts.log(t, "golden = netlist, small channels, all inputs tried")
	require.Zero(t, left)
}

// realSubjects are compare points of tiny, of one block of MobileNetV2, and of one
// channel of fan-in 960, under different knobs.
func realSubjects(t testing.TB) []subject {
	tiny, mobile := open(t, "tiny"), open(t, "mobilenet_v2_1.0_224")
	var all []subject
	take := func(l *spec.Layer, o shiftadd.Options, channels ...int) {
		all = append(all, subjects(t, l, o, func(u shiftadd.Unit) bool { return slices.Contains(channels, u.Channel) })...)
	}
	dense := shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry, Share: shiftadd.Pairs}
	chain := shiftadd.Options{Tree: shiftadd.Linear, Widths: shiftadd.Uniform}
	for _, l := range tiny.Layers {
		if l.Kind() == "dense" {
			continue
		}
		take(l, shiftadd.Options{}, 0)
		if c, ok := l.Op.(*spec.Conv); !ok || shiftadd.Check(c.Acc, dense) == nil {
			take(l, dense, 1)
		}
		take(l, chain, 2)
	}
	for _, name := range []string{"block_3_expand", "block_3_depthwise", "block_3_project"} {
		take(mobile.Layer(name), shiftadd.Options{}, 1, 2)
		take(mobile.Layer(name), shiftadd.Options{Tree: shiftadd.CarrySave}, 3)
	}
	take(wide(t, mobile), shiftadd.Options{}, 0)
	return all
}

// revived are the faults of zero weights that came back.
func revived(s subject) []mutant.Fault {
	have := map[string]bool{}
	for _, p := range s.gate.Inputs {
		have[p.Name] = true
	}
	var fs []mutant.Fault
	for i, v := range s.model.Vars {
		if !have[v.Port] {
			if f, ok := mutant.Revive(s.gate, v.Port, v.Width, i%5); ok {
				fs = append(fs, f)
			}
		}
	}
	return fs
}

// TestMutantsOfRealChannels: a fault that shows in simulation is refuted with a
// witness that replays, and what is proved shows no difference.
func TestMutantsOfRealChannels(t *testing.T) {
	require.Zero(t, plantInNetlists(t, realSubjects(t), 1, 7))
}

// plantInNetlists plants perKind faults of every kind in each subject, holds each
// verdict against simulation, and says how many were left unknown where it saw no
// difference.
func plantInNetlists(t *testing.T, subjects []subject, perKind int, seed int64) (left int) {
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	p := byZ3(t, seed)
	counts := tally{}
	for _, s := range subjects {
		pt := judge(p, s.model, s.gate)
		require.Equal(t, verdict.Proved, pt.Verdict, "%s: %v %s", s.name, pt.Reason, pt.Detail)
		for _, f := range mutant.Sample(append(mutant.Faults(s.gate), revived(s)...), perKind, rng) {
			mut := f.Apply()
			class, w, err := mutant.Classify(s.gate, mut, inputs(s.model), seed)
			require.NoError(t, err)
			pt := judge(p, s.model, mut)
			counts.add(f.Kind, class, pt.Verdict)
			where := fmt.Sprintf("%s: %v; simulation says %v at %v; %v %s", s.name, f, class, w, pt.Reason, pt.Detail)
			switch {
			case pt.Verdict == verdict.Refuted:
				assert.True(t, replays(t, s.model, mut, pt.Witness), where)
				assert.NotEqual(t, mutant.Equal, class, where)
			case class == mutant.Different:
				assert.Fail(t, "a difference was seen, and the point is not refuted", where)
			case pt.Verdict == verdict.Unknown:
				left++
				t.Logf("left open: %s", where)
			default:
				assert.Equal(t, verdict.Proved, pt.Verdict, where)
			}
		}
	}
	counts.log(t, "golden = netlist, tiny and MobileNetV2")
	return left
}
