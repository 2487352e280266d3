package shiftadd

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// source is what a layer under test reads.
type source struct {
	format spec.Format
	clamp  *spec.Range
}

func (s source) String() string {
	if s.clamp == nil {
		return s.format.String()
	}
	return fmt.Sprintf("%v%v", s.format, *s.clamp)
}

var sources = []source{
	{format: spec.Format{Width: 6, Frac: 4}},
	{format: spec.Format{Signed: true, Width: 5, Frac: 3}},
	{format: spec.Format{Width: 8, Frac: 6}, clamp: &spec.Range{Lo: 0, Hi: 96}},
	{format: spec.Format{Signed: true, Width: 6, Frac: 2}, clamp: &spec.Range{Lo: -20, Hi: -3}},
}

// layerOver validates a network whose last layer, l, reads the given sources:
// each is the output of a depthwise convolution that brings the image into the
// source's format and clamp.
func layerOver(t *testing.T, shape spec.Shape, l *spec.Layer, from ...source) *spec.Layer {
	t.Helper()
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: shape, Format: spec.Format{Width: 8, Frac: 8}}}
	for i, s := range from {
		codes := make([]spec.Code, shape.C)
		for c := range codes {
			codes[c] = 1
		}
		n.Layers = append(n.Layers, &spec.Layer{
			Name: fmt.Sprintf("p%d", i), Inputs: []string{spec.InputName},
			Op: &spec.Conv{
				OutC: shape.C, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: shape.C, Bits: 4,
				Codes: codes, Base: make([]int32, shape.C), Bias: make([]int32, shape.C),
			},
			Out: spec.Requant{Format: s.format, Overflow: spec.SAT, Clamp: s.clamp},
		})
		l.Inputs = append(l.Inputs, fmt.Sprintf("p%d", i))
	}
	n.Layers = append(n.Layers, l)
	require.NoError(t, n.Validate())
	return l
}

// randomConv is a convolution with about a third of its weights zero and its
// channel 0 all zeros. One in three has weights of several terms.
func randomConv(rng *rand.Rand, inC, outC, kernel, groups int, acc spec.Accumulator) *spec.Conv {
	c := &spec.Conv{
		OutC: outC, Kernel: [2]int{kernel, kernel}, Stride: [2]int{1, 1}, Groups: groups, Bits: 4,
		Base: make([]int32, outC), Bias: make([]int32, outC), Acc: acc,
	}
	if kernel > 1 {
		c.Pad = [4]int{1, 1, 1, 1}
	}
	if rng.IntN(3) == 0 {
		c.Terms = 2 + rng.IntN(2)
	}
	taps := inC / groups * kernel * kernel
	for oc := range outC {
		c.Bias[oc] = int32(rng.IntN(200) - 100)
		if rng.IntN(4) == 0 {
			c.Bias[oc] = 0
		}
		if acc.Mode == spec.AccSaturate {
			half := int32(1) << (acc.Width - 1)
			c.Bias[oc] = rng.Int32N(2*half) - half
		}
		for range taps {
			w := make([]spec.Code, c.PerWeight())
			most := 7 // the greatest code that may follow
			for j := 0; j < len(w) && most > 0 && oc > 0 && rng.IntN(3) > 0; j++ {
				w[j] = spec.Code(1+rng.IntN(most)) * spec.Code(1-2*rng.IntN(2))
				most = w[j].Shift() - 1
			}
			c.Codes = append(c.Codes, w...)
		}
	}
	return c
}

// pick is a corner of r or any value in it.
func pick(rng *rand.Rand, r spec.Range) int64 {
	switch rng.IntN(4) {
	case 0:
		return r.Lo
	case 1:
		return r.Hi
	}
	return r.Lo + rng.Int64N(r.Hi-r.Lo+1)
}

// signed is the integer of format f whose bits are v.
func signed(v uint64, f spec.Format) int64 {
	if f.Signed && v>>(f.Width-1)&1 == 1 {
		return int64(v) - 1<<f.Width
	}
	return int64(v)
}

// channelModule builds a channel with the shared terms linked in.
func channelModule(t *testing.T, g *Generator, oc int) *netlist.Module {
	t.Helper()
	m := g.Channel(oc)
	require.NoError(t, m.Check())
	shared := false
	for _, p := range m.Inputs {
		shared = shared || p.Name[0] == 's'
	}
	if shared {
		linked, err := netlist.Link(m, g.Shared())
		require.NoError(t, err)
		require.NoError(t, linked.Check())
		return linked
	}
	return m
}

// requireChannel holds output channel oc against the model over lanes of inputs
// by tap.
func requireChannel(t *testing.T, g *Generator, oc int, xs [][]int64) {
	t.Helper()
	l := g.Layer()
	m := channelModule(t, g, oc)
	tapOf := map[string]int{}
	for tap := range l.Taps() {
		tapOf[TapName(l, oc, tap)] = tap
	}
	in := make([][]uint64, len(m.Inputs))
	for i, p := range m.Inputs {
		tap, ok := tapOf[p.Name]
		require.True(t, ok, "input %s of %s is no tap", p.Name, m.Name)
		require.Equal(t, l.InFormat(0).Width, p.Width)
		for _, x := range xs {
			in[i] = append(in[i], uint64(x[tap]))
		}
	}
	e, err := netlist.NewEvaluator(m)
	require.NoError(t, err)
	out := e.Eval(in)[0]
	require.Equal(t, l.Out.Format.Width, m.Outputs[0].Width)
	for lane, got := range out {
		x := make([]int64, l.Taps())
		if len(xs) > 0 {
			x = xs[lane]
		}
		want := golden.Convolve(golden.Int64{}, l, oc, x)
		if y := signed(got, l.Out.Format); y != want {
			t.Fatalf("%s, %v: channel %d of codes %v, bias %d, shift %d, %v on %v: hardware %d, model %d",
				l.Name, g.Options(), oc, l.Channel(oc), l.Op.(*spec.Conv).Bias[oc], l.Shift(oc), l.Out, x, y, want)
		}
	}
}

func lanes(rng *rand.Rand, l *spec.Layer, n int) [][]int64 {
	xs := make([][]int64, n)
	for i := range xs {
		for range l.Taps() {
			xs[i] = append(xs[i], pick(rng, l.InRange(0)))
		}
	}
	return xs
}
