package spec

import (
	"encoding"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormatTextAndRange(t *testing.T) {
	for _, signed := range []bool{false, true} {
		for width := -1; width <= MaxFormatWidth+2; width++ {
			for frac := -MaxFrac - 2; frac <= MaxFrac+2; frac++ {
				f := Format{signed, width, frac}
				good := width >= 1 && width <= MaxFormatWidth && frac >= -MaxFrac && frac <= MaxFrac
				require.Equal(t, good, f.Check() == nil, f)
				back, err := ParseFormat(f.String())
				require.Equal(t, good, err == nil, f)
				if !good {
					continue
				}
				require.Equal(t, f, back)
				require.Equal(t, int64(1)<<width-1, f.Max()-f.Min())
				if signed {
					require.Equal(t, -f.Max()-1, f.Min())
				} else {
					require.Zero(t, f.Min())
				}
			}
		}
	}
	for _, s := range []string{"", "s", "s8", "s8.", "s.4", "8.4", "x8.4", "S8.4", "s8.4 ", " s8.4", "s08.4", "s8.04", "s+8.4", "s8.+4", "s8.-0", "s8.4.2", "s8,4"} {
		_, err := ParseFormat(s)
		require.ErrorContains(t, err, fmt.Sprintf("format %q: want s or u", s), s)
	}
}

// modeText checks that every value has a name of its own that reads back, and
// that what is no name is an error.
func modeText[T encoding.TextMarshaler, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, all []T, names ...string) {
	t.Helper()
	require.Len(t, all, len(names))
	for i, v := range all {
		b, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, names[i], string(b))
		var back T
		require.NoError(t, P(&back).UnmarshalText(b))
		require.Equal(t, v, back)
		require.ErrorContains(t, P(&back).UnmarshalText(append(b, 'x')), "want one of "+names[0])
	}
}

func TestModesHaveNames(t *testing.T) {
	modeText(t, Roundings(), "TRN", "TRN_ZERO", "RND", "RND_ZERO", "RND_INF", "RND_MIN_INF", "RND_CONV")
	modeText(t, Overflows(), "WRAP", "SAT", "SAT_ZERO", "SAT_SYM")
	modeText(t, AccModes(), "EXACT", "WRAP", "SATURATE")
	modeText(t, TermOrders(), "NEGATE_SHIFT", "SHIFT_NEGATE")
}

// Taps are numbered as the weights lie: channel of the group, row, column.
func TestTapsAreNumberedAsTheWeights(t *testing.T) {
	c := &Conv{OutC: 6, Kernel: [2]int{2, 3}, Stride: [2]int{1, 1}, Groups: 3, Bits: 8, Codes: make([]Code, 6*2*6), Base: make([]int32, 6), Bias: make([]int32, 6)}
	n := &Network{Input: Input{Shape: Shape{6, 4, 4}, Format: Format{false, 8, 8}}, Layers: []*Layer{
		{Name: "c", Inputs: []string{InputName}, Op: c, Out: Requant{Format: Format{true, 8, 8}, Overflow: SAT}},
	}}
	require.NoError(t, n.Validate())
	l := n.Layers[0]
	require.Equal(t, 12, l.Taps())
	i := 0
	for oc := range 6 {
		tap := 0
		for ic := range 2 {
			for ky := range 2 {
				for kx := range 3 {
					c.Codes[i] = 5
					require.Equal(t, Code(5), l.Channel(oc)[tap])
					c.Codes[i] = 0
					gotC, gotY, gotX := l.TapSource(oc, tap)
					require.Equal(t, [3]int{oc/2*2 + ic, ky, kx}, [3]int{gotC, gotY, gotX})
					i++
					tap++
				}
			}
		}
	}
}

func TestLayerFindsByName(t *testing.T) {
	n := small()
	require.Same(t, n.Layers[3], n.Layer("pool"))
	require.Nil(t, n.Layer("ghost"))
}
