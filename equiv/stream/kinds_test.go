package stream

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	fuzzchip "github.com/hashiflex/hashiflex/fuzz/chip"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/onnx/zoo"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

func everyKind(t *testing.T) *spec.Network {
	t.Helper()
	z, err := zoo.Find("kinds")
	require.NoError(t, err)
	n, err := z.Import(context.Background(), zoo.Options{})
	require.NoError(t, err)
	return n
}

// The chip of a network with a layer of every kind is proved, one pixel a beat and two.
func TestEveryKindIsProved(t *testing.T) {
	n := everyKind(t)
	pixels := map[string]int{spec.InputName: 2}
	for _, l := range n.Layers {
		if l.Kind() != "dense" {
			pixels[l.Name] = 2
		}
	}
	for _, how := range []stream.Options{{}, {Pixels: pixels, Pipeline: 2}} {
		r, err := Prove(context.Background(), generated(t, n, how))
		require.NoError(t, err)
		for _, f := range r.Facts {
			require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
		}
	}
}

// What is wired wrongly between the layers' modules is refuted, and so is a window that
// begins one row late.
func TestFaultsOfEveryKindAreRefuted(t *testing.T) {
	for name, f := range map[string]fuzzchip.Fault{
		"pixels of two channels":        {File: "most_layer.v", Old: ".x_0_0(x[7:0])", New: ".x_0_0(x[15:8])"},
		"a pixel twice":                 {File: "most_layer.v", Old: ".x_0_0(x[7:0]), .x_0_1(x[39:32])", New: ".x_0_0(x[39:32]), .x_0_1(x[39:32])"},
		"a mean's pixels":               {File: "mean9_layer.v", Old: ".x_2_2(x[135:128])", New: ".x_2_2(x[143:136])"},
		"channels of a split":           {File: "right_layer.v", Old: ".x(x[23:16])", New: ".x(x[7:0])"},
		"sides of a concatenation":      {File: "all_layer.v", Old: ".x(a[7:0])", New: ".x(b[7:0])"},
		"a window of a max a row late":  {File: "most_layer.v", Old: ".ROW_FIRST(1)", New: ".ROW_FIRST(2)"},
		"a window of a mean a row late": {File: "mean4_layer.v", Old: ".ROW_FIRST(0)", New: ".ROW_FIRST(1)"},
	} {
		t.Run(name, func(t *testing.T) {
			left := (&design{network: everyKind(t)}).judge(t, f)
			require.NotEmpty(t, left)
			for id, v := range left {
				require.Equal(t, verdict.Refuted, v, id)
			}
		})
	}
}

// A max pool pads with the least value that may come. Each bit of it is asked for: a padding
// of zeros, of another value or on the wrong side is refuted, and shown in a simulator.
func TestPaddingOfAMaxPool(t *testing.T) {
	for _, lo := range []int64{-77, 5} {
		format := spec.Format{Signed: true, Width: 8}
		n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 2, H: 5, W: 4}, Format: format}, Layers: []*spec.Layer{
			{Name: "first", Inputs: []string{spec.InputName}, Op: &spec.Split{Count: 2}, Out: spec.Requant{Format: format, Overflow: spec.SAT, Clamp: &spec.Range{Lo: lo, Hi: 127}}},
			{Name: "most", Inputs: []string{"first"}, Out: spec.Requant{Format: format},
				Op: &spec.MaxPool{Window: spec.Window{Kernel: [2]int{3, 3}, Stride: [2]int{2, 1}, Pad: [4]int{1, 2, 1, 1}}}},
		}}
		require.NoError(t, n.Validate())
		for _, p := range []int{1, 2} {
			how := stream.Options{Pixels: map[string]int{spec.InputName: p, "first": p, "most": p}}
			r, err := Prove(context.Background(), generated(t, n, how))
			require.NoError(t, err)
			for _, f := range r.Facts {
				require.Equal(t, verdict.Proved, f.Verdict, "%s: %s", f.ID(), f.Detail)
			}
		}
		fill := fmt.Sprintf(".FIELD(8), .FILL(%d)", lo)
		for name, f := range map[string]fuzzchip.Fault{
			"zeros":              {File: "most_layer.v", Old: fill, New: ".FIELD(8), .FILL(0)"},
			"one more":           {File: "most_layer.v", Old: fill, New: fmt.Sprintf(".FIELD(8), .FILL(%d)", lo+1)},
			"the least of all":   {File: "most_layer.v", Old: fill, New: ".FIELD(8), .FILL(-128)"},
			"wider fields":       {File: "most_layer.v", Old: fill, New: fmt.Sprintf(".FIELD(16), .FILL(%d)", lo&0xff)},
			"zeros on the left":  {File: "stream_window.v", Old: ".WINDOWS(WINDOWS),\n        .FIELD(FIELD), .FILL(FILL)", New: ".WINDOWS(WINDOWS)"},
			"zeros above, below": {File: "stream_window.v", Old: ".AFTER(ROW_AFTER),\n        .FIELD(FIELD), .FILL(FILL)", New: ".AFTER(ROW_AFTER)"},
			"a bit of it lost":   {File: "stream_rows.v", Old: "{PIXEL/FIELD{FILL[FIELD-1:0]}}", New: "{PIXEL/FIELD{FILL[FIELD-1:1], 1'b0}}"},
		} {
			t.Run(fmt.Sprintf("%d, %s", lo, name), func(t *testing.T) {
				left := (&design{network: n}).judge(t, f)
				require.NotEmpty(t, left)
				for id, v := range left {
					require.Equal(t, verdict.Refuted, v, id)
				}
			})
		}
	}
}
