package bench

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func mobilenet(t testing.TB) *spec.Network {
	net, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	return net
}

func TestPointsAreRealChannels(t *testing.T) {
	net := mobilenet(t)
	for _, c := range []struct {
		fanin, terms int
		layer        string
		cut          bool
	}{
		{4, 4, "expanded_conv_depthwise", true},
		{9, 9, "expanded_conv_depthwise", false},
		{10, 10, "block_1_expand", true},
		{320, 320, "Conv_1", false},
		{576, 574, "block_11_project", false},
		{960, 949, "block_14_project", false},
	} {
		p, err := NewPoint(net, c.fanin)
		require.NoError(t, err)
		require.Equal(t, c.terms, p.Terms, "fan-in %d", c.fanin)
		require.Equal(t, c.layer, p.Layer, "fan-in %d", c.fanin)
		require.Equal(t, c.cut, p.Cut, "fan-in %d", c.fanin)
		require.Len(t, p.Gate.Inputs, c.terms)
		for i, in := range p.Gate.Inputs {
			require.Equal(t, in.Name, p.Gold.Inputs[i].Name)
			require.Equal(t, in.Width, p.Gold.Inputs[i].Width)
		}
		require.Len(t, p.Gold.Inputs, c.terms)
		for _, v := range p.Model.Vars {
			require.Equal(t, net.Layer(c.layer).InFormat(0).Range(), v.Range)
		}
	}
	_, err := NewPoint(net, 961)
	require.ErrorContains(t, err, "fan-in 961")
}

// Gold must be the model, and a faulty gate must not be.
func TestGoldIsTheModel(t *testing.T) {
	net := mobilenet(t)
	rng := rand.New(rand.NewSource(1))
	for _, fanin := range []int{4, 9, 16, 96} {
		p, err := NewPoint(net, fanin)
		require.NoError(t, err)
		wrong, err := Faulty(net, p)
		require.NoError(t, err)
		vectors := equiv.Vectors(p.Model, rng, 200)
		differ := func(p *Point, gate bool) int {
			m := p.Gold
			if gate {
				m = p.Gate
			}
			want, got, err := equiv.NewQuestion(p.Model, m).Execute(vectors)
			require.NoError(t, err)
			n := 0
			for i := range want {
				if want[i] != got[i] {
					n++
				}
			}
			return n
		}
		require.Zero(t, differ(p, false), "gold, fan-in %d", fanin)
		require.Zero(t, differ(p, true), "gate, fan-in %d", fanin)
		require.Zero(t, differ(wrong, false), "gold of the faulty point, fan-in %d", fanin)
		require.NotZero(t, differ(wrong, true), "faulty gate, fan-in %d", fanin)
	}
}
