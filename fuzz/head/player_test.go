package head

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
)

// sequences are cases as a campaign runs them.
func sequences(t testing.TB, sim *Simulator, seed int64, n int) []Sequence {
	t.Helper()
	all, err := Sequences(context.Background(), sim, seed, n)
	require.NoError(t, err)
	require.Len(t, all, n)
	return all
}

// Icarus plays what Verilator played: the same events, in the same cycles.
func TestIcarusAgrees(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small}.Make(ctx)
	require.NoError(t, err)
	const seed = 700
	t.Logf("seed %d", seed)
	all := &Tape{}
	for _, s := range sequences(t, sim, seed, 15) {
		tape, failure, err := Record(ctx, sim, s)
		require.NoError(t, err)
		require.Nil(t, failure)
		all.Steps = append(all.Steps, tape.Steps...)
	}
	sources, err := npu.Sources(small)
	require.NoError(t, err)
	p, err := NewPlayer(ctx, sources, all)
	require.NoError(t, err)
	defer p.Close()
	r, err := p.Play(ctx, all, true, false)
	require.NoError(t, err)
	require.True(t, r.Pass, r.Said)

	// A comparison that cannot fail is none: every kind of expectation, changed.
	for want, change := range map[string]func(*TapeStep) bool{
		"response 00 to write": func(s *TapeStep) bool {
			return flip(&s.responses, func(v *uint32) bool { *v ^= 2; return *v == 2 })
		},
		"to read": func(s *TapeStep) bool { return flip(&s.answers, func(v *[2]uint32) bool { v[1]++; return true }) },
		"of the step is": func(s *TapeStep) bool {
			return flip(&s.logits, func(v *[2]uint32) bool { v[1] ^= 1 << 31; return true })
		},
		"last 0; want": func(s *TapeStep) bool {
			return flip(&s.logits, func(v *[2]uint32) bool { v[0] ^= 1; return v[0] == 1 })
		},
		"so many cycles": func(s *TapeStep) bool { s.cycles++; return true },
		"responses, ": func(s *TapeStep) bool {
			n := len(s.responses)
			s.responses = s.responses[:max(0, n-1)]
			return !s.free && n > 0
		},
		"a feature was taken that": func(s *TapeStep) bool { s.beats = 0; return !s.free && s.numbers()[18] > 0 },
		"a logit that no image":    func(s *TapeStep) bool { s.logits, s.outs = nil, 0; return !s.free && s.numbers()[4] > 0 },
	} {
		edited := &Tape{Steps: slices.Clone(all.Steps)}
		at := 0
		for !change(&edited.Steps[at]) {
			edited.Steps[at] = all.Steps[at]
			at++
		}
		r, err := p.Play(ctx, edited, true, false)
		require.NoError(t, err, want)
		require.False(t, r.Pass, want)
		require.Contains(t, r.Said, "FAIL: step ")
		require.Contains(t, r.Said, want)
	}
}

// flip changes the last of some, in a copy, and says whether that is what is
// wanted.
func flip[T any](vs *[]T, change func(*T) bool) bool {
	*vs = slices.Clone(*vs)
	return len(*vs) > 0 && change(&(*vs)[len(*vs)-1])
}

// A design that ends the simulation itself gives no verdict.
// A write that a reset cuts off at any cycle has the same effect in both simulators:
// the reset is there before the edge, and not only by the time that it is over.
func TestIcarusAgreesOnWritesCutOff(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small}.Make(ctx)
	require.NoError(t, err)
	seq := Sequence{Params: small, Memory: 5}
	for at := range 6 {
		cut, look := Plain("a write, cut off by a reset"), Plain("look")
		address := npu.Address(npu.RegionWeights, 0)
		cut.Writes = []BusWrite{{Write: npu.Write{Address: address, Data: uint32(0x01020304 * (at + 1)), Strobe: 0xf}}}
		cut.Reset = &Reset{At: at, For: 1}
		look.Reads = []BusRead{{Address: address}}
		seq.Steps = append(seq.Steps, cut, look)
	}
	tape, failure, err := Record(ctx, sim, seq)
	require.NoError(t, err)
	require.Nil(t, failure)
	sources, err := npu.Sources(small)
	require.NoError(t, err)
	p, err := NewPlayer(ctx, sources, tape)
	require.NoError(t, err)
	defer p.Close()
	r, err := p.Play(ctx, tape, true, false)
	require.NoError(t, err)
	require.True(t, r.Pass, r.Said)
}

func TestIcarusThatStops(t *testing.T) {
	ctx := context.Background()
	sim, err := Build{Params: small}.Make(ctx)
	require.NoError(t, err)
	tape, _, err := Record(ctx, sim, sequences(t, sim, 1, 1)[0])
	require.NoError(t, err)
	for _, end := range []string{"$finish", "$finish_and_return(1)"} {
		sources, err := npu.Sources(small)
		require.NoError(t, err)
		sources = append(sources, rtl.Source{Name: "end.v", Text: []byte("`timescale 1ns / 1ps\nmodule ends; initial #50 " + end + "; endmodule\n")})
		last := &sources[len(sources)-2]
		last.Text = append(append([]byte(nil), last.Text[:len(last.Text)-len("endmodule\n")]...), "    ends ends();\nendmodule\n"...)
		p, err := NewPlayer(ctx, sources, tape)
		require.NoError(t, err)
		_, err = p.Play(ctx, tape, false, false)
		require.ErrorContains(t, err, "did not come to an end", end)
		require.NoError(t, p.Close())
	}
}
