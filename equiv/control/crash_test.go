package control

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestACrashOfAnInstanceIsAFact, and the next instance is looked at.
func TestACrashOfAnInstanceIsAFact(t *testing.T) {
	facts, err := Prove(context.Background(), Options{
		Opinions: opinions(t), Instances: []npu.Params{single, twoLayers},
		Sources: func(npu.Params) ([]rtl.Source, error) { panic("planted") },
	})
	require.NoError(t, err)
	require.Len(t, facts, 2)
	for _, f := range facts {
		require.Equal(t, verdict.Failed, f.Verdict)
		require.Equal(t, verdict.EngineCrashed, f.Reason)
		require.Contains(t, f.Detail, ": crash at equiv/control/crash_test.go:")
	}
}

// TestACrashOfAClaimIsItsVerdict: of two claims, one crashes when its query is kept.
func TestACrashOfAClaimIsItsVerdict(t *testing.T) {
	ctx := context.Background()
	sources, err := npu.Sources(single)
	require.NoError(t, err)
	s, err := build(ctx, rtl.Yosys{}, npu.Map{}, single, sources)
	require.NoError(t, err)
	panel, err := smt.NewPanel(ctx, opinions(t), logic, smt.Limits{}, 1)
	require.NoError(t, err)
	defer panel.Close()
	kept := 0
	j := &judge{o: Options{Keep: func(string, []byte) {
		if kept++; kept == 1 {
			panic("planted")
		}
	}}.withDefaults(), panel: panel}
	for _, want := range []verdict.Reason{verdict.EngineCrashed, ""} {
		one := s.proofs()[:1]
		j.prove(ctx, s, one)
		require.Equal(t, want, one[0].fact.Reason, one[0].fact.Detail)
	}
}
