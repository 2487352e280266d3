package chip

import (
	"flag"
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

var seedFlag = flag.Int64("seed", 0, "seed of the randomised tests; 0 takes the clock")

// seeded prints the seed it uses, so that a failure can be repeated.
func seeded(t *testing.T) *rand.Rand {
	s := *seedFlag
	if s == 0 {
		s = time.Now().UnixNano()
	}
	t.Logf("repeat with -args -seed %d", s)
	return rand.New(rand.NewSource(s))
}

// shape is a convolution's geometry.
type shape struct {
	rows, columns  int
	kernel, stride [2]int
	pad            [4]int
}

func (s shape) String() string {
	return fmt.Sprintf("%dx%d kernel %v stride %v pad %v", s.rows, s.columns, s.kernel, s.stride, s.pad)
}

// corners are geometries at the ends of what stream_rows and stream_columns tell apart.
var corners = []shape{
	{6, 5, [2]int{3, 3}, [2]int{1, 1}, [4]int{1, 1, 1, 1}},
	{6, 6, [2]int{3, 3}, [2]int{2, 2}, [4]int{0, 0, 1, 1}},
	{7, 5, [2]int{3, 3}, [2]int{2, 2}, [4]int{1, 1, 1, 1}},
	{5, 6, [2]int{3, 3}, [2]int{1, 1}, [4]int{2, 2, 2, 2}}, // more windows than pixels
	{5, 6, [2]int{3, 3}, [2]int{1, 1}, [4]int{2, 2, 0, 0}},
	{5, 6, [2]int{3, 3}, [2]int{1, 1}, [4]int{0, 0, 2, 2}},
	{6, 7, [2]int{5, 5}, [2]int{1, 1}, [4]int{2, 2, 2, 2}},
	{7, 7, [2]int{7, 7}, [2]int{2, 2}, [4]int{3, 3, 3, 3}},
	{6, 6, [2]int{2, 2}, [2]int{2, 2}, [4]int{}},
	{6, 6, [2]int{1, 1}, [2]int{2, 3}, [4]int{}}, // pixels left out, no memory
	{6, 4, [2]int{3, 1}, [2]int{1, 1}, [4]int{1, 0, 1, 0}},
	{6, 4, [2]int{1, 3}, [2]int{1, 1}, [4]int{0, 1, 0, 1}},
	{6, 1, [2]int{3, 1}, [2]int{1, 1}, [4]int{1, 0, 1, 0}}, // one column
	{6, 1, [2]int{3, 3}, [2]int{1, 1}, [4]int{1, 1, 1, 1}},
	{1, 6, [2]int{3, 3}, [2]int{1, 1}, [4]int{1, 1, 1, 1}}, // one row
	{1, 1, [2]int{3, 3}, [2]int{1, 1}, [4]int{1, 1, 1, 1}},
	{2, 2, [2]int{5, 5}, [2]int{1, 1}, [4]int{3, 3, 3, 3}}, // smaller than the kernel
	{1, 2, [2]int{5, 4}, [2]int{2, 1}, [4]int{4, 3, 4, 3}},
	{7, 7, [2]int{3, 3}, [2]int{4, 4}, [4]int{}}, // rows and columns that no window looks at
}

func randomShape(r *rand.Rand) shape {
	for {
		s := shape{rows: 1 + r.Intn(8), columns: 1 + r.Intn(8)}
		for a := range s.kernel {
			s.kernel[a], s.stride[a] = 1+r.Intn(5), 1+r.Intn(3)
		}
		for side := range s.pad {
			s.pad[side] = r.Intn(s.kernel[side%2])
		}
		if s.rows+s.pad[0]+s.pad[2] >= s.kernel[0] && s.columns+s.pad[1]+s.pad[3] >= s.kernel[1] {
			return s
		}
	}
}

// convolution is a network of one layer of the given geometry, all of whose taps count.
func convolution(t *testing.T, r *rand.Rand, s shape) *spec.Network {
	t.Helper()
	const in, out = 2, 3
	c := &spec.Conv{OutC: out, Kernel: s.kernel, Stride: s.stride, Pad: s.pad, Groups: 1, Bits: 4}
	for range out {
		for range in * s.kernel[0] * s.kernel[1] {
			c.Codes = append(c.Codes, spec.Code((1+r.Intn(7))*(1-2*r.Intn(2))))
		}
		c.Base, c.Bias = append(c.Base, 0), append(c.Bias, int32(r.Intn(100)-50))
	}
	n := &spec.Network{
		Name:  "geometry",
		Input: spec.Input{Shape: spec.Shape{C: in, H: s.rows, W: s.columns}, Format: spec.Format{Width: 5}},
		Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Op: c,
			Out: spec.Requant{Format: spec.Format{Signed: true, Width: 20}, Overflow: spec.WRAP},
		}},
	}
	require.NoError(t, n.Validate())
	return n
}

// Windows of any geometry are golden's, whatever stalls, and without stalls they take the
// cycles that are counted.
func TestWindowsAreGolden(t *testing.T) {
	r := seeded(t)
	shapes := append([]shape(nil), corners...)
	for range 5 {
		shapes = append(shapes, randomShape(r))
	}
	for _, s := range shapes {
		windowsAreGolden(t, s, nil, r.Int63())
	}
}

// So are those of several pixels and several windows a beat.
func TestWindowsSideBySideAreGolden(t *testing.T) {
	r := seeded(t)
	shapes := append([]shape(nil), corners[:3]...)
	for range 6 {
		shapes = append(shapes, randomShape(r))
	}
	for _, s := range shapes {
		windowsAreGolden(t, s, map[string]int{spec.InputName: 1 + r.Intn(5), "conv": 1 + r.Intn(4)}, r.Int63())
	}
}

func windowsAreGolden(t *testing.T, s shape, pixels map[string]int, seed int64) {
	t.Run(fmt.Sprintf("%v pixels %v", s, pixels), func(t *testing.T) {
		t.Parallel()
		r := rand.New(rand.NewSource(seed))
		n := convolution(t, r, s)
		b := build(t, n, stream.Options{Pixels: pixels}, randomFrames(r, n.Input, 5)...)
		warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(b.design...))
		require.NoError(t, err)
		require.Empty(t, warnings)
		sim := b.icarus(t)
		for seed := range uint32(2) {
			p := b.play(t, sim, seed)
			if seed == 0 {
				counted, err := b.d.Cycles(5)
				require.NoError(t, err)
				require.Equal(t, counted, p.Cycles)
			}
		}
	})
}
