package selftest

import (
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
