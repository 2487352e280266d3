package chip

import (
	"bytes"
	"fmt"
	"math/rand"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// between is a network of the layers behind from up to last, over frames of h x w
// positions; from's output is its input.
func between(t *testing.T, n *spec.Network, from, last string, h, w int) *spec.Network {
	t.Helper()
	n = n.Clone()
	l := n.Layer(from)
	part := &spec.Network{Name: "part", Input: spec.Input{Shape: spec.Shape{C: l.OutShape().C, H: h, W: w}, Format: l.Out.Format}}
	inside := map[string]bool{from: true}
	for _, l := range n.Layers {
		reads := true
		for i, in := range l.Inputs {
			if reads = reads && inside[in]; in == from {
				l.Inputs[i] = spec.InputName
			}
		}
		if !reads || l.Name == from {
			continue
		}
		inside[l.Name] = true
		part.Layers = append(part.Layers, l)
		if l.Name == last {
			break
		}
	}
	require.NoError(t, part.Validate())
	return part
}

var depth = regexp.MustCompile(`\.DEPTH\((\d+)\)`)

// A FIFO is as deep as it must be: the frames take as long as they are counted to take,
// and one place less costs cycles; with too few places, nothing moves any more. The frames are wider than those of tiny, where the places of the other blocks are enough
// to go on.
func TestFIFOsAreAsSmallAsCanBe(t *testing.T) {
	n := between(t, open(t, "tiny"), "depthwise", "residual", 5, 14)
	const frames = 4
	b := build(t, n, stream.Options{}, randomFrames(rand.New(rand.NewSource(3)), n.Input, frames)...)
	counted, err := b.d.Cycles(frames)
	require.NoError(t, err)
	require.Equal(t, counted, b.play(t, b.icarus(t), 0).Cycles)

	at := -1
	for i, s := range b.design {
		if s.Name == "residual_layer.v" {
			at = i
		}
	}
	found := depth.FindSubmatch(b.design[at].Text)
	require.NotNil(t, found)
	full, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	with := func(places int) *Played {
		changed := *b
		changed.design = append([]rtl.Source(nil), b.design...)
		changed.design[at].Text = bytes.Replace(b.design[at].Text, found[0], fmt.Appendf(nil, ".DEPTH(%d)", places), 1)
		p, err := changed.icarus(t).Play(t.Context(), b.data, 0)
		require.NoError(t, err)
		return p
	}
	less := with(full - 1)
	require.True(t, less.Pass)
	require.Greater(t, less.Cycles, counted)
	stopped := 0
	for places := full - 2; places > 0 && stopped == 0; places-- {
		if p := with(places); !p.Pass {
			require.Contains(t, p.Said, "nothing moves")
			stopped = places
		}
	}
	require.NotZero(t, stopped)
	t.Logf("%d places: %d cycles; %d places: %d cycles; %d places: nothing moves", full, counted, full-1, less.Cycles, stopped)
}
