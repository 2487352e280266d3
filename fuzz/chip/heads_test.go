package chip

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/stream"
)

// Several heads take the frames in turn, and each gives golden's results of its own,
// whatever stalls; readers take the Verilog without a word. The number of frames need
// not be one of whole turns.
func TestHeadsTakeTurns(t *testing.T) {
	n := open(t, "tiny")
	frames := randomFrames(rand.New(rand.NewSource(8)), n.Input, 8)
	for _, o := range []stream.Options{{Heads: 2}, {Heads: 3, Lanes: 1, Pixels: several(n, 2)}, {Heads: stream.MaxHeads, Lanes: 2, Pipeline: 2}} {
		t.Run(fmt.Sprint(o.Heads), func(t *testing.T) {
			t.Parallel()
			b := build(t, n, o, frames...)
			warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(b.design...))
			require.NoError(t, err)
			require.Empty(t, warnings)
			_, log, err := rtl.Yosys{}.Read(t.Context(), source.Of(b.design...))
			require.NoError(t, err)
			require.Empty(t, log.Warnings)
			first, second := b.verilate(t), b.icarus(t)
			for seed := range uint32(8) {
				p := b.play(t, first, seed)
				if seed < 2 {
					require.Equal(t, p, b.play(t, second, seed))
				}
			}
		})
	}
}

// Without stalls a frame takes as many cycles as Period says: those of the slowest layer,
// or of a head divided by the number of heads.
func TestHeadsKeepThePeriod(t *testing.T) {
	n := between(t, open(t, "tiny"), "stem", "logits", 6, 6)
	for _, c := range []struct{ lanes, heads, period int }{
		{4, 1, 63}, {10, 1, 51}, {10, 2, 37}, {1, 2, 80}, {1, 3, 53}, {1, 5, 37}, {3, 2, 42},
	} {
		t.Run(fmt.Sprintf("%d lanes %d heads", c.lanes, c.heads), func(t *testing.T) {
			t.Parallel()
			o := stream.Options{Lanes: c.lanes, Heads: c.heads}
			took := func(turns int) int {
				b := build(t, n, o, randomFrames(rand.New(rand.NewSource(9)), n.Input, turns*c.heads)...)
				return b.play(t, b.icarus(t), 0).Cycles
			}
			d, err := stream.Generate(n, o)
			require.NoError(t, err)
			period, err := d.Period()
			require.NoError(t, err)
			require.Equal(t, c.period, period)
			latency, err := d.Latency()
			require.NoError(t, err)
			one := build(t, n, o, randomFrames(rand.New(rand.NewSource(9)), n.Input, 1)...)
			require.Equal(t, latency, one.play(t, one.icarus(t), 0).Cycles)
			cycles := took(5) - took(3)
			require.LessOrEqual(t, cycles, 2*c.heads*period)
			require.Greater(t, cycles, 2*c.heads*(period-1))
		})
	}
}
