package shiftadd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

func small(t *testing.T) *spec.Layer {
	t.Helper()
	return layerOver(t, spec.Shape{C: 4, H: 2, W: 2}, &spec.Layer{
		Name: "mix",
		Out:  spec.Requant{Format: spec.Format{Width: 8, Frac: 2}, Rounding: spec.RND, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 200}},
		Op: &spec.Conv{
			OutC: 3, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
			Codes: []spec.Code{1, -3, 0, 2, 2, -4, 1, 0, 0, 0, 0, 0},
			Base:  make([]int32, 3), Bias: []int32{5, 0, 100},
		},
	}, source{format: spec.Format{Width: 8, Frac: 4}})
}

func TestPortsNamesAndWords(t *testing.T) {
	g, err := New(small(t), Options{})
	require.NoError(t, err)
	m := g.Channel(0)
	require.Equal(t, "mix_c0", m.Name)
	require.Equal(t, []string{
		"Layer mix, output channel 0.",
		"acc = 5 + sum of 3 terms +-(x << k).",
		"y = acc >> 2, RND, SAT into u8.2, clamped to [0, 200].",
		"Built with tree balanced, widths tight, subtract sub, share none.",
	}, m.Doc)
	var ports []string
	for _, p := range append(m.Inputs, m.Outputs...) {
		ports = append(ports, fmt.Sprintf("%s:%d", p.Name, p.Width))
	}
	require.Equal(t, []string{"x0:8", "x1:8", "x3:8", "y:8"}, ports)
	names := map[string]bool{}
	for _, n := range m.Names {
		names[n] = true
	}
	for _, n := range []string{"l1_0", "l1_1", "l2_0", "rounding", "y"} {
		require.True(t, names[n], "no signal %s in %v", n, names)
	}
	s := netlist.Measure(m)
	require.Equal(t, 3, s.Adders, "x3 + 5, the root, the rounding constant")
	require.Equal(t, 1, s.Subtractors)
	require.Equal(t, 3, s.Depth)
}

func TestAChannelOfZerosIsAConstant(t *testing.T) {
	for _, o := range Combinations() {
		g, err := New(small(t), o)
		require.NoError(t, err)
		m := g.Channel(2)
		require.Empty(t, m.Inputs)
		c, ok := m.ConstOf(m.Outputs[0].Value)
		require.True(t, ok)
		require.EqualValues(t, 100, c)
	}
}

// What lies above a clamp is one value, and no port is left over.
func TestAnOutputThatClampsToOneValueIsAConstant(t *testing.T) {
	l := small(t)
	l.Out.Clamp = &spec.Range{Lo: 3, Hi: 3}
	for _, o := range Combinations() {
		g, err := New(l, o)
		require.NoError(t, err)
		m := g.Channel(0)
		require.Empty(t, m.Inputs)
		c, ok := m.ConstOf(m.Outputs[0].Value)
		require.True(t, ok)
		require.EqualValues(t, 3, c)
	}
}

// Codes 1 -3 and 2 -4 on the first two taps are one pair at two weights.
func TestPairsAreShared(t *testing.T) {
	for _, s := range []Subtract{Sub, InvertCarry} {
		g, err := New(small(t), Options{Share: Pairs, Subtract: s})
		require.NoError(t, err)
		shared := g.Shared()
		require.Equal(t, "mix_shared", shared.Name)
		require.Len(t, shared.Outputs, 1)
		require.Equal(t, "s0", shared.Outputs[0].Name)
		for oc := range 2 {
			names := []string{}
			for _, p := range g.Channel(oc).Inputs {
				names = append(names, p.Name)
			}
			require.Equal(t, [][]string{{"x3", "s0"}, {"x2", "s0"}}[oc], names)
		}
		require.Equal(t, "Layer mix, output channel 0.|acc = 5 + sum of 3 terms +-(x << k), 2 of them in 1 shared pairs.",
			strings.Join(g.Channel(0).Doc[:2], "|"))
	}
	g, err := New(small(t), Options{})
	require.NoError(t, err)
	require.Nil(t, g.Shared())
}

func TestModulesListWhatALayerConsistsOf(t *testing.T) {
	names := func(l *spec.Layer, o Options) (out []string) {
		g, err := New(l, o)
		require.NoError(t, err)
		for _, u := range g.Modules() {
			require.Equal(t, u.Name, g.Module(u).Name)
			out = append(out, fmt.Sprintf("%v %d %s", u.Kind, u.Channel, u.Name))
		}
		return out
	}
	from := source{format: spec.Format{Width: 8, Frac: 4}}
	q := spec.Requant{Format: spec.Format{Width: 8, Frac: 4}}
	shape := spec.Shape{C: 1, H: 2, W: 2}
	require.Equal(t, []string{"channel 0 mix_c0", "channel 1 mix_c1", "channel 2 mix_c2"}, names(small(t), Options{}))
	require.Equal(t, []string{"shared 0 mix_shared", "channel 0 mix_c0", "channel 1 mix_c1", "channel 2 mix_c2"}, names(small(t), Options{Share: Pairs}))
	require.Equal(t, []string{"add 0 a_add"}, names(layerOver(t, shape, &spec.Layer{Name: "a", Op: &spec.Add{}, Out: q}, from, from), Options{}))
	require.Equal(t, []string{"accumulate 0 p_accumulate", "mean 0 p_mean"},
		names(layerOver(t, shape, &spec.Layer{Name: "p", Op: &spec.Pool{Recip: 1, RecipFrac: 2}, Out: q}, from), Options{}))
}

func TestNewRefuses(t *testing.T) {
	l := small(t)
	l.Op.(*spec.Conv).Acc = spec.Accumulator{Mode: spec.AccSaturate, Width: 12}
	_, err := New(l, Options{})
	require.ErrorContains(t, err, "layer mix")
	require.ErrorContains(t, err, "balanced")
	_, err = New(&spec.Layer{Name: "raw", Op: &spec.Add{}}, Options{})
	require.ErrorContains(t, err, "layer raw: the network has not been validated")
	pool := &spec.Layer{Name: "p", Inputs: []string{spec.InputName}, Op: &spec.Pool{Recip: 1}, Out: spec.Requant{Format: spec.Format{Width: 8, Frac: 8}}}
	dense := &spec.Layer{Name: "d", Inputs: []string{"p"}, Op: &spec.Dense{OutN: 1, Weights: []int8{1}, Bias: []int32{0}}, Out: spec.Requant{Format: spec.Format{Width: 8}}}
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 1, H: 1, W: 1}, Format: spec.Format{Width: 8, Frac: 8}}, Layers: []*spec.Layer{pool, dense}}
	require.NoError(t, n.Validate())
	_, err = New(dense, Options{})
	require.ErrorContains(t, err, "dense")
}

// Channels may be built at the same time, and come out byte for byte alike.
func TestChannelsAreIndependent(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 6))
	q := spec.Requant{Format: spec.Format{Width: 8, Frac: 2}}
	l := layerOver(t, spec.Shape{C: 16, H: 2, W: 2}, &spec.Layer{Name: "l", Out: q, Op: randomConv(rng, 16, 24, 1, 1, spec.Accumulator{})},
		source{format: spec.Format{Width: 8, Frac: 4}})
	g, err := New(l, Options{Share: Pairs})
	require.NoError(t, err)
	dump := func(oc int) string {
		var b bytes.Buffer
		_ = netlist.Dump(&b, g.Channel(oc))
		return b.String()
	}
	var wg sync.WaitGroup
	together := make([]string, 24)
	for oc := range together {
		wg.Go(func() { together[oc] = dump(oc) })
	}
	wg.Wait()
	for oc, text := range together {
		require.Equal(t, dump(oc), text)
	}
}
