package selftest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestTruth tries cases of every kind: engines and truth agree.
func TestTruth(t *testing.T) {
	res, err := Run(t.Context(), Options{Cases: 3000, Seed: 1})
	require.NoError(t, err)
	for _, c := range res.Tallies {
		t.Logf("%-13s equal %-5v: %d cases, %d proved, %d refuted, %d open, %d read back, %d checked", c.Change, c.Equal, c.Cases, c.Proved, c.Refuted, c.Open, c.Read, c.Checked)
	}
	for _, m := range res.Mismatches {
		t.Errorf("case %d: %s %s, %s: %s\n%s", m.Seed, m.Layer, m.Unit, m.What, m.Why, m.Dump)
	}
}

// TestDrawn: every change, layer, mode and knob is drawn, pipelines and own Verilog included.
func TestDrawn(t *testing.T) {
	drawn := map[string]map[string]bool{}
	changes := map[Change]bool{}
	for seed := range uint64(2000) {
		c, err := draw(seed)
		require.NoError(t, err)
		changes[c.Change] = true
		for _, d := range c.kinds() {
			if drawn[d.What] == nil {
				drawn[d.What] = map[string]bool{}
			}
			drawn[d.What][d.Kind] = true
		}
	}
	require.Len(t, changes, len(Changes()))
	names := func(n int) []string { return make([]string, n) }
	for what, want := range map[string][]string{
		"layer":       names(len(spec.Kinds()) - 1), // not dense layers, which are programmed
		"rounding":    names(len(spec.Roundings())),
		"overflow":    names(len(spec.Overflows())),
		"accumulator": names(len(spec.AccModes())),
		"terms":       names(1 + len(spec.TermOrders())),
		"tree":        {"balanced", "linear", "carrysave"},
		"widths":      {"tight", "uniform"},
		"subtract":    {"sub", "invert"},
		"share":       {"none", "pairs"},
		"two inputs":  {"one format", "two formats"},
		"convolution": {"in groups", "of a window", "of a pixel"},
	} {
		require.Len(t, drawn[what], len(want), "%s: %v", what, drawn[what])
		for _, kind := range want {
			require.True(t, kind == "" || drawn[what][kind], "%s: %s", what, kind)
		}
	}
}

// TestConstantsBehindRegisters: a register that holds a constant does so after a clock, and the
// circuit is right from then on.
func TestConstantsBehindRegisters(t *testing.T) {
	for _, seed := range []uint64{503675, 506268} {
		c, err := draw(seed)
		require.NoError(t, err)
		require.Equal(t, Pipelined, c.Change)
		got, bad, err := c.try(t.Context(), decide)
		require.NoError(t, err)
		require.Nil(t, bad)
		require.True(t, got.Equal)
		require.Equal(t, 1, got.Proved)
	}
}

// TestOwnTexts: texts in a user's style are read, and engines and Icarus agree on them.
func TestOwnTexts(t *testing.T) {
	var sum Tally
	for seed := range uint64(60) {
		c, err := draw(seed)
		require.NoError(t, err)
		require.NoError(t, c.own(rand.New(rand.NewPCG(seed, 9))))
		got, bad, err := c.try(t.Context(), decide)
		require.NoError(t, err, c.Text)
		require.Nil(t, bad)
		sum.Proved, sum.Refuted, sum.Open = sum.Proved+got.Proved, sum.Refuted+got.Refuted, sum.Open+got.Open
		// Who says yes to all is found out.
		_, bad, err = c.try(t.Context(), func(*equiv.Question) verdict.Verdict { return verdict.Proved })
		require.NoError(t, err)
		require.True(t, got.Equal || got.Refuted == 0 || bad != nil)
	}
	t.Logf("%d proved, %d refuted, %d open", sum.Proved, sum.Refuted, sum.Open)
	require.Greater(t, sum.Proved, 20)
	require.Greater(t, sum.Refuted, 5)
}

// TestWrongProvers: a prover that is wrong in any way is found out.
func TestWrongProvers(t *testing.T) {
	for name, decide := range map[string]func(*equiv.Question) verdict.Verdict{
		"proves everything":  func(*equiv.Question) verdict.Verdict { return verdict.Proved },
		"refutes everything": func(*equiv.Question) verdict.Verdict { return verdict.Refuted },
		"fails":              func(*equiv.Question) verdict.Verdict { return verdict.Failed },
		"forgets the tail": func(q *equiv.Question) verdict.Verdict {
			s := q.Settle()
			return s.Verdict
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := Run(t.Context(), Options{Cases: 400, Seed: 1, Decide: decide})
			require.NoError(t, err)
			require.NotEmpty(t, res.Mismatches)
		})
	}
}

// TestSkippedValues: a prover that tries a tail in blocks and leaves out one value of each is
// found out.
func TestSkippedValues(t *testing.T) {
	for name, left := range map[string]func(lo int64) int64{
		"the first": func(lo int64) int64 { return lo },
		"the last":  func(lo int64) int64 { return lo + block - 1 },
	} {
		t.Run(name, func(t *testing.T) {
			skipping := func(q *equiv.Question) verdict.Verdict {
				s := q.Settle()
				if s.Verdict != verdict.Proved || s.Tail == nil {
					return decide(q)
				}
				all := s.Tail.Range
				for lo := all.Lo; lo <= all.Hi; lo += block {
					for _, r := range []spec.Range{{Lo: lo, Hi: left(lo) - 1}, {Lo: left(lo) + 1, Hi: lo + block - 1}} {
						// Only from the second block on, so that the ends of the interval do not tell.
						if lo == all.Lo && name == "the first" {
							r = spec.Range{Lo: lo, Hi: lo + block - 1}
						}
						if r.Hi = min(r.Hi, all.Hi); r.Lo > r.Hi {
							continue
						}
						if _, differs, err := s.Tail.Enumerate(r); err != nil || differs {
							return decide(q)
						}
					}
				}
				return verdict.Proved
			}
			res, err := Run(t.Context(), Options{Cases: 2500, Seed: 1, Decide: skipping})
			require.NoError(t, err)
			require.NotEmpty(t, res.Mismatches)
			require.Contains(t, res.Mismatches[0].What, "another output for u = ")
		})
	}
}

// TestMutate: no mutant of a network survives, and a prover that proves everything has
// many survivors.
func TestMutate(t *testing.T) {
	net, err := networks.OpenOrLoad("tiny")
	require.NoError(t, err)
	res, err := Mutate(t.Context(), net, MutateOptions{Mutants: 600, Seed: 1})
	require.NoError(t, err)
	for _, s := range append(res.Faults, res.Total) {
		t.Logf("%-26s %3d killed, %d held, %d equal, %d lived, %d refused", s.Name, s.Killed, s.Held, s.Equal, s.Lived, s.NotRead)
	}
	require.Empty(t, res.Survivors)
	require.Equal(t, 600, res.Total.Mutants())
	require.Greater(t, res.Total.Killed, 300)
	blind, err := Mutate(t.Context(), net, MutateOptions{Mutants: 100, Seed: 1, Decide: func(*equiv.Question) verdict.Verdict { return verdict.Proved }})
	require.NoError(t, err)
	require.Greater(t, len(blind.Survivors), 50)
}

// Faults of own texts leave the ports alone: with y of one bit and not of two, as in cases
// 186706 and 426676 before, the truth was of another number than the prover's.
func TestFaultsLeavePortsAlone(t *testing.T) {
	for _, seed := range []uint64{186706, 426676} {
		c, err := draw(seed)
		require.NoError(t, err)
		require.Equal(t, Own, c.Change)
		require.Contains(t, c.Text, fmt.Sprintf("output [%d:0] ", c.Gate.Width(c.Gate.Outputs[0].Value)-1))
		_, bad, err := c.try(t.Context(), decide)
		require.NoError(t, err)
		require.Nil(t, bad)
	}
}
