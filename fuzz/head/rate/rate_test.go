package rate

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// program is the dense layers of an embedded network on a head that they fit.
func program(t testing.TB, name string, lanes int) *npu.Program {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	var dense []*spec.Layer
	for _, l := range n.Layers {
		if l.Kind() == "dense" {
			dense = append(dense, l)
		}
	}
	p, err := npu.Room(dense, lanes)
	require.NoError(t, err)
	prog, err := npu.Assemble(dense, p)
	require.NoError(t, err)
	return prog
}

// A small measurement of everything.
func TestRun(t *testing.T) {
	prog := program(t, "tiny", 3)
	r, err := Run(context.Background(), Config{Cases: 30, Both: 5, Program: prog, Images: 20, Loads: 2, Seed: 3})
	require.NoError(t, err)
	for _, c := range []struct {
		Rate
		count int64
	}{{r.Verilator, 30}, {r.Icarus, 5}, {r.Lines, 20}, {r.Toggles, 2}, {r.Loads, 2}} {
		require.Equal(t, c.count, c.Count)
		require.Positive(t, c.CPU)
		require.Positive(t, c.PerSecond())
	}
	require.Positive(t, r.Ratio)
	require.GreaterOrEqual(t, r.Steps, 10.0)
	require.Positive(t, r.Fewest)
	require.Zero(t, Rate{Count: 3}.PerSecond())
}

// BenchmarkRun has the figures of make bench, on the head of full size.
func BenchmarkRun(b *testing.B) {
	prog := program(b, "mobilenet_v2_1.0_224", 16)
	for b.Loop() {
		r, err := Run(context.Background(), Config{Cases: 2000, Both: 100, Program: prog, Images: 200, Loads: 20, Seed: 1})
		require.NoError(b, err)
		b.ReportMetric(r.Verilator.PerSecond(), "verilator-sequences/s")
		b.ReportMetric(r.Icarus.PerSecond(), "icarus-sequences/s")
		b.ReportMetric(r.Lines.PerSecond()*3600, "images/core-hour")
		b.ReportMetric(r.Toggles.PerSecond()*3600, "toggle-images/core-hour")
		b.ReportMetric(r.Loads.PerSecond()*3600, "programs/core-hour")
		b.ReportMetric(r.Steps, "commands/sequence")
		b.ReportMetric(float64(r.Fewest), "fewest-inferences/sequence")
	}
}
