package head

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
)

// The model's logits are golden's definitions, executed literally.
func TestModelIsGolden(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	r := source{rand.New(rand.NewSource(seed)), small}
	alg := golden.Int64{}
	for range 2000 {
		m := NewModel(small)
		for i := range m.Weights {
			m.Weights[i] = r.weight()
		}
		for i := range m.Biases {
			m.Biases[i] = r.bias()
		}
		layers := r.layers()
		signed := r.chance(50)
		for k, l := range layers {
			m.Descs[k] = l.Words()
		}
		m.Layers = uint32(len(layers))
		if signed {
			m.Layers |= 1 << npu.LayersSigned
		}
		require.EqualValues(t, respOKAY, m.Write(npu.Write{Address: npu.Register(npu.RegControl), Data: npu.ControlCommit, Strobe: 0xf}))

		xs := make([]int64, layers[0].In)
		for i := range xs {
			b := uint8(r.weight())
			require.NoError(t, m.In(b, i == len(xs)-1))
			xs[i] = int64(b)
			if signed {
				xs[i] = int64(int8(b))
			}
		}
		overflowed := false
		for _, l := range layers {
			d := &spec.Dense{OutN: l.Out, Bias: m.Biases[l.Bias:]}
			for o := range l.Out {
				for i := range l.In {
					d.Weights = append(d.Weights, m.Weights[(l.Row+o/small.Lanes*l.In+i)*small.Lanes+o%small.Lanes])
				}
			}
			var ys []int64
			for o := range l.Out {
				exact := golden.DenseAccumulate(alg, d, o, xs)
				overflowed = overflowed || exact != int64(int32(exact))
				ys = append(ys, golden.Requantize(alg, l.Requant(), l.Shift, int64(int32(exact))))
			}
			xs = ys
		}
		best := 0
		for o, want := range xs {
			got, last, err := m.Out()
			require.NoError(t, err)
			require.Equal(t, int32(want), int32(got))
			require.Equal(t, o == len(xs)-1, last)
			if want > xs[best] {
				best = o
			}
		}
		require.EqualValues(t, best, m.Class)
		require.EqualValues(t, int32(xs[best]), int32(m.Value))
		require.Equal(t, overflowed, m.Errors>>npu.ErrorOverflow&1 == 1)
		_, _, err := m.Out()
		require.ErrorIs(t, err, errNoLogit)
	}
}

// A sketch walks through the same control states as the model.
func TestSketchFollowsTheModel(t *testing.T) {
	const seed = 9
	t.Logf("seed %d", seed)
	r := source{rand.New(rand.NewSource(seed)), small}
	for range 300 {
		sketch, m := NewSketch(small), NewModel(small)
		for i := range 20 {
			s := r.next(sketch, i)
			if playable(sketch, &s) != nil {
				continue
			}
			require.NoError(t, playable(m, &s))
			sketch.advance(&s)
			m.advance(&s)
			require.Equal(t, m.Ready, sketch.Ready)
			require.Equal(t, m.flight, sketch.flight)
			require.Equal(t, m.Images, sketch.Images)
			require.Equal(t, m.program(), sketch.program())
			require.Equal(t, m.Logits(), sketch.Logits())
		}
	}
}

// Steps that would wait for ever, or leave readiness to chance, are not played.
func TestPlayable(t *testing.T) {
	m := NewSketch(small)
	l := npu.Layer{In: 3, Out: 2, Width: 8}
	m.Descs[0] = l.Words()
	m.Layers = 1
	require.Zero(t, m.Write(npu.Write{Address: npu.Register(npu.RegControl), Data: npu.ControlCommit, Strobe: 0xf}))
	good := func() Step {
		s := Plain("image")
		s.Beats = []Beat{{}, {}, {Last: true}}
		s.Reads = []BusRead{{}}
		return s
	}
	s := good()
	require.NoError(t, playable(m, &s))
	halt := BusWrite{Write: npu.Write{Address: npu.Register(npu.RegControl), Data: npu.ControlHalt, Strobe: 0xf}}
	for _, c := range []struct {
		change func(*Step)
		want   string
	}{
		{func(s *Step) { s.AfterIn = 4 }, "do not come"},
		{func(s *Step) { s.AfterOut = 3 }, "do not come"},
		{func(s *Step) { s.HoldOut, s.AfterOut = 1, 1 }, "wait for each other"},
		{func(s *Step) { s.HoldIn, s.AfterIn = 2, 2 }, "wait for each other"},
		{func(s *Step) { s.HoldIn, s.AfterOut = 2, 1 }, "wait for each other"},
		{func(s *Step) { s.Writes = []BusWrite{halt} }, "left to chance"},
		{func(s *Step) { s.Writes = []BusWrite{halt}; s.HoldOut = 2 }, "left to chance"},
		{func(s *Step) { s.Writes = []BusWrite{halt}; s.AfterIn, s.HoldOut = 1, 1 }, "left to chance"},
	} {
		s := good()
		c.change(&s)
		require.ErrorContains(t, playable(m, &s), c.want)
		s.Reset = &Reset{For: 1}
		require.NoError(t, playable(m, &s))
	}
	s = good()
	s.Writes, s.AfterIn, s.HoldOut = []BusWrite{halt}, 1, 2
	require.NoError(t, playable(m, &s))
	require.ErrorIs(t, playable(NewSketch(small), &s), errNotReady)
}
