package chain

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// saturating is one channel of six taps of the given width, whose accumulator is
// so narrow that the clamps of several steps act. The last term moves its lowest
// bit, so that no fault hides below what is rounded away.
func saturating(t testing.TB, width int, acc spec.Accumulator) *spec.Layer {
	conv := &spec.Conv{
		OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
		Codes: []spec.Code{4, -3, 2, -4, 3, 1}, Base: []int32{0}, Bias: []int32{-40_000}, Acc: acc,
	}
	n := &spec.Network{
		Name:  "wide",
		Input: spec.Input{Shape: spec.Shape{C: 6, H: 1, W: 1}, Format: spec.Format{Signed: true, Width: width, Frac: width - 8}},
		Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Op: conv,
			Out: spec.Requant{Format: spec.Format{Signed: true, Width: 12, Frac: 0}, Rounding: spec.RND, Overflow: spec.SAT},
		}},
	}
	require.NoError(t, n.Validate())
	return n.Layers[0]
}

// saturatingSubjects are accumulators that saturate: of 18 and of 33 bits, with
// whole and with truncated terms, and one whose clamps cannot act.
func saturatingSubjects(t *testing.T) []subject {
	all := func(shiftadd.Unit) bool { return true }
	var ss []subject
	for i, l := range []*spec.Layer{
		saturating(t, 16, spec.Accumulator{Mode: spec.AccSaturate, Width: 18}),
		saturating(t, 32, spec.Accumulator{Mode: spec.AccSaturate, Width: 33}),
		saturating(t, 16, spec.Accumulator{Mode: spec.AccSaturate, Width: 24}),
		saturating(t, 32, spec.Accumulator{Drop: 3, Order: spec.NegateShift, Mode: spec.AccSaturate, Width: 30}),
	} {
		o := shiftadd.Options{Tree: shiftadd.Linear, Widths: shiftadd.Widths(i % 2)}
		if i == 3 {
			o.Subtract = shiftadd.InvertCarry
		}
		ss = append(ss, subjects(t, l, o, all)...)
	}
	return ss
}

// TestStepsOfAWideChannel: a channel of the block, of 142 terms, some of whose
// clamps act, is confirmed one step at a time.
func TestStepsOfAWideChannel(t *testing.T) {
	for _, o := range []shiftadd.Options{{Tree: shiftadd.Linear}, {Tree: shiftadd.Linear, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry}} {
		l, ok := varied(t, open(t, "mobilenet_v2_1.0_224"), "block_3_project", 2, setting{
			acc: func(l *spec.Layer, oc int) spec.Accumulator {
				return spec.Accumulator{Mode: spec.AccSaturate, Width: narrow(l, oc, 0)}
			},
			rounding: spec.RND, overflow: spec.SAT, knobs: o,
		})
		require.True(t, ok)
		p := byZ3(t, 1)
		for _, s := range subjects(t, l, o, func(u shiftadd.Unit) bool { return u.Channel == 2 }) {
			pt := judge(p, s.model, s.gate)
			require.Equal(t, verdict.Proved, pt.Verdict, "%s: %v %s", s.name, pt.Reason, pt.Detail)
			require.Equal(t, equiv.Functions, pt.Strategy)
			require.Greater(t, len(pt.Queries), 140)
		}
	}
}

// TestFaultsInASaturatingAccumulator: a bound that is off by one, a clamp that is
// missing, terms in each other's turn, an adder that is too narrow: each is
// refuted where it matters, by a witness that replays, and proved where it cannot.
func TestFaultsInASaturatingAccumulator(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	p := byZ3(t, seed)
	counts := tally{}
	seen := map[mutant.Kind]map[verdict.Verdict]int{}
	for _, s := range saturatingSubjects(t) {
		pt := judge(p, s.model, s.gate)
		require.Equal(t, verdict.Proved, pt.Verdict, "%s: %v %s", s.name, pt.Reason, pt.Detail)
		require.Greater(t, len(pt.Queries), 5, "%s: fewer claims than steps", s.name)
		byKind := map[mutant.Kind][]mutant.Fault{}
		for _, f := range mutant.Faults(s.gate) {
			byKind[f.Kind] = append(byKind[f.Kind], f)
		}
		for _, kind := range []mutant.Kind{mutant.ClampBound, mutant.ClampMissing, mutant.SwappedTerms, mutant.NarrowAdder} {
			fs := byKind[kind]
			rng.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
			for _, f := range fs[:min(len(fs), 5)] {
				mut := f.Apply()
				class, w, err := mutant.Classify(s.gate, mut, inputs(s.model), seed)
				require.NoError(t, err)
				pt := judge(p, s.model, mut)
				counts.add(f.Kind, class, pt.Verdict)
				where := fmt.Sprintf("%s: %v; simulation says %v at %v; %v %s", s.name, f, class, w, pt.Reason, pt.Detail)
				if seen[kind] == nil {
					seen[kind] = map[verdict.Verdict]int{}
				}
				seen[kind][pt.Verdict]++
				switch pt.Verdict {
				case verdict.Refuted:
					assert.True(t, replays(t, s.model, mut, pt.Witness), where)
				case verdict.Proved:
					assert.NotEqual(t, mutant.Different, class, where)
				default:
					assert.Fail(t, pt.Verdict.String(), where)
				}
			}
		}
	}
	counts.log(t, "golden = netlist, saturating accumulators")
	for kind, verdicts := range seen {
		assert.NotZero(t, verdicts[verdict.Refuted], kind)
	}
	assert.NotZero(t, seen[mutant.SwappedTerms][verdict.Proved])
	assert.NotZero(t, seen[mutant.NarrowAdder][verdict.Proved])
}
