package datapath

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// TestACrashOfAClaimIsItsVerdict, and the next one is proved, even by the session
// that was asked.
func TestACrashOfAClaimIsItsVerdict(t *testing.T) {
	asked := 0
	p, err := newProver(context.Background(), Options{Jobs: 1, Keep: func(string, smt.Query, string) {
		if asked++; asked == 1 {
			panic("planted")
		}
	}})
	require.NoError(t, err)
	defer p.panel.Close()
	all := jobs()
	for i, want := range []verdict.Verdict{verdict.Failed, verdict.Proved} {
		f := all[i].fact
		p.settled(context.Background(), all[i], &f)
		require.Equal(t, want, f.Verdict, "%s: %s", f.ID(), f.Detail)
		if want == verdict.Failed {
			require.Equal(t, verdict.EngineCrashed, f.Reason)
			require.Contains(t, f.Detail, f.ID()+": crash at equiv/datapath/crash_test.go:")
		}
	}
}

// TestProveEndsThoughAllCrash, and though a callback does.
func TestProveEndsThoughAllCrash(t *testing.T) {
	o := Options{Jobs: 2, Sources: func(npu.Params) ([]rtl.Source, error) { panic("planted") }}
	facts, err := Prove(context.Background(), o)
	require.NoError(t, err)
	require.Len(t, facts, len(jobs()))
	crashed := 0
	for _, f := range facts {
		require.NotEqual(t, verdict.Proved, f.Verdict, f.ID())
		require.NotEmpty(t, f.Reason, f.ID())
		if f.Reason == verdict.EngineCrashed {
			crashed++
		}
	}
	require.NotZero(t, crashed)
	o.Progress = func(int, int) { panic("planted") }
	require.ErrorAs(t, crash.Catch("head", func() { _, _ = Prove(context.Background(), o) }), new(*crash.Error))
}
