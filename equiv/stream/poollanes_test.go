package stream

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	fuzzchip "github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// widePool is a network of one average pool over frames of 2 x 7 pixels of two channels.
func widePool(t *testing.T) *spec.Network {
	n := poolNet(t)
	n.Input.Shape = spec.Shape{C: 2, H: 2, W: 7}
	require.NoError(t, n.Validate())
	return n
}

// A pool that adds several pixels in a beat is proved, whether they divide the row or not, and
// whatever number comes in a beat.
func TestPoolsOfSeveralPixelsAreProved(t *testing.T) {
	n := widePool(t)
	for _, comes := range []int{1, 3} {
		for _, p := range []int{1, 2, 3, 6, 7} {
			t.Run(fmt.Sprintf("%d come, %d are added", comes, p), func(t *testing.T) {
				t.Parallel()
				o := generated(t, n, stream.Options{Pixels: map[string]int{spec.InputName: comes, "p": p}})
				r, err := Prove(context.Background(), o)
				require.NoError(t, err)
				for _, f := range r.Facts {
					require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
				}
			})
		}
	}
}

// Mistakes in them are refuted where they are, with a run that a simulator shows.
func TestFaultsOfPoolsOfSeveralPixels(t *testing.T) {
	sum, wires := verdict.StreamBlock.ID("p.sum"), verdict.StreamDatapath.ID("p.sum")
	for _, f := range []struct {
		name, file, old, new string
		at                   verdict.ID
	}{
		{"what lies beyond the row is added", "stream_trim.v", "{~last}", "{1'b1}", sum},
		{"the end of the row a beat late", "stream_trim.v", "BEATS[COUNT_W-1:0] - ONE", "BEATS[COUNT_W-1:0]", sum},
		{"the row's last pixel is left out", "stream_trim.v", "{(LANES-LAST)*PIXEL{~last}} & in_data[LANES*PIXEL-1:LAST*PIXEL];", "{(LANES-LAST)*PIXEL{1'b0}};", sum},
		{"the beat counts while it waits", "stream_trim.v", "if (move) beat", "beat", sum},
		{"the beat is not counted anew", "stream_trim.v", "last ? {COUNT_W{1'b0}} : beat + ONE", "beat + ONE", sum},
		{"a pixel more counts", "p_layer.v", ".LAST(1)", ".LAST(2)", sum},
		{"a beat too few", "p_layer.v", ".ITEMS(6)", ".ITEMS(5)", sum},
		{"a beat too many", "p_layer.v", ".ITEMS(6)", ".ITEMS(7)", sum},
		{"pixels as they come", "p_layer.v", ".x(row_data)", ".x(in_data)", sum},
		{"pixels in another order", "p_layer.v", ".x(row_data)", ".x({row_data[15:0], row_data[47:16]})", sum},
		{"a pixel twice", "p_layer.v", ".x(x[39:32])", ".x(x[23:16])", wires},
		{"channels of a pixel swapped", "p_layer.v", ".x(x[23:16])", ".x(x[31:24])", wires},
		{"a pixel that is not added", "p_layer.v", ".acc(lane1_next[11:0])", ".acc(lane0_next[11:0])", wires},
		{"the sum so far that is not added", "p_layer.v", ".acc(acc[11:0])", ".acc(12'd0)", wires},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			d := design{widePool(t), stream.Options{Pixels: map[string]int{spec.InputName: 3, "p": 3}}}
			left := d.judge(t, fuzzchip.Fault{Name: f.name, File: f.file, Old: f.old, New: f.new})
			require.Equal(t, map[verdict.ID]verdict.Verdict{f.at: verdict.Refuted}, left)
		})
	}
}
