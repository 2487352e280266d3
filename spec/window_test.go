package spec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// moving is a network of an input of 3×5×4, a layer of one channel and one under test.
func moving(op Op, inputs ...string) *Network {
	s8 := Requant{Format: Format{Signed: true, Width: 8, Frac: 4}}
	return &Network{Name: "n", Input: Input{Shape: Shape{3, 5, 4}, Format: Format{Signed: true, Width: 8, Frac: 2}}, Layers: []*Layer{
		{Name: "one", Inputs: []string{InputName}, Op: &Split{First: 2, Count: 1}, Out: s8},
		{Name: "small", Inputs: []string{"one"}, Op: &MaxPool{Window{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}}}, Out: s8},
		{Name: "l", Inputs: inputs, Op: op, Out: s8},
	}}
}

func TestWindowsAndMovesAreResolved(t *testing.T) {
	w := Window{Kernel: [2]int{3, 2}, Stride: [2]int{2, 1}, Pad: [4]int{1, 0, 2, 1}}
	for _, c := range []struct {
		op     Op
		inputs []string
		out    Shape
		acc    []Range // of the first and the last channel
		shift  []int
	}{
		{&MaxPool{w}, []string{InputName}, Shape{3, 3, 4}, []Range{{-128, 127}, {-128, 127}}, []int{-2, -2}},
		{&AvgPool{w, 3, 4}, []string{InputName}, Shape{3, 3, 4}, []Range{{-128 * 18, 127 * 18}, {-128 * 18, 127 * 18}}, []int{2, 2}},
		{&Concat{}, []string{InputName, "one"}, Shape{4, 5, 4}, []Range{{-128, 127}, {-128, 127}}, []int{-2, 0}},
		{&Split{First: 1, Count: 2}, []string{InputName}, Shape{2, 5, 4}, []Range{{-128, 127}, {-128, 127}}, []int{-2, -2}},
	} {
		n := moving(c.op, c.inputs...)
		require.NoError(t, n.Validate())
		l := n.Layer("l")
		require.Equal(t, c.out, l.OutShape(), l.Kind())
		for i, oc := range []int{0, c.out.C - 1} {
			require.Equal(t, c.acc[i], l.AccRange(oc), l.Kind())
			require.Equal(t, c.shift[i], l.Shift(oc), l.Kind())
		}
		again := n.Clone()
		require.NoError(t, again.Validate())
		require.Equal(t, n, again)
		topology, weights, err := Encode(n)
		require.NoError(t, err)
		decoded, err := Decode(topology, weights)
		require.NoError(t, err)
		require.Equal(t, n, decoded)
	}
}

func TestBadWindowsAndMoves(t *testing.T) {
	good := Window{Kernel: [2]int{2, 2}, Stride: [2]int{1, 1}}
	with := func(change func(*Window)) Window { w := good; change(&w); return w }
	for want, n := range map[string]*Network{
		"maxpool.kernel: rows 0 is not in 1..256":                 moving(&MaxPool{with(func(w *Window) { w.Kernel[0] = 0 })}, "one"),
		"maxpool.stride: columns 0 is not in 1..65536":            moving(&MaxPool{with(func(w *Window) { w.Stride[1] = 0 })}, "one"),
		"maxpool.pad: right 2: want 0 or more, and less than":     moving(&MaxPool{with(func(w *Window) { w.Pad[3] = 2 })}, "one"),
		"maxpool.kernel: 9x2 does not fit a padded input of 5x4":  moving(&MaxPool{with(func(w *Window) { w.Kernel[0] = 9 })}, "one"),
		"inputs: 2 inputs: maxpool takes 1":                       moving(&MaxPool{good}, "one", "small"),
		"avgpool.kernel: columns 257 is not in 1..256":            moving(&AvgPool{with(func(w *Window) { w.Kernel[1] = 257 }), 1, 0}, "one"),
		"avgpool.reciprocal: 0 is not positive":                   moving(&AvgPool{good, 0, 0}, "one"),
		"avgpool.fraction: fraction bits -1 is not in 0..48":      moving(&AvgPool{good, 1, -1}, "one"),
		"accumulator: range [-140737488355840, 139637976728060] ": moving(&AvgPool{good, 274877906945, 0}, "one"),
		"inputs: 1 inputs: concat takes 2":                        moving(&Concat{}, "one"),
		`inputs: frames differ: "one" is 5x4, "small" is 2x2`:     moving(&Concat{}, "one", "small"),
		"split.first: channel -1 is not in 0..65535":              moving(&Split{First: -1, Count: 1}, "one"),
		"split.channels: channel count 0 is not in 1..65536":      moving(&Split{Count: 0}, "one"),
		"split.channels: channels 1 to 3 of 3":                    moving(&Split{First: 1, Count: 3}, InputName),
	} {
		require.ErrorContains(t, n.Validate(), want)
	}
}
