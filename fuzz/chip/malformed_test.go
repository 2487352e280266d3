package chip

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// framed is what the entry makes of beats: whole frames, filled with zeros where they
// break off. It is written from the interface's description and shares nothing with the
// hardware.
func framed(s spec.Shape, beats []stream.Beat) (frames []golden.Tensor) {
	var now *golden.Tensor // the frame that is coming in
	at := 0
	for _, b := range beats {
		if b.First {
			f := golden.NewTensor(s)
			frames = append(frames, f)
			now, at = &frames[len(frames)-1], 0
		}
		if now == nil {
			continue
		}
		for c, v := range b.Pixel {
			now.Plane(c)[at] = v
		}
		at++
		if ends := at%s.W == 0; at == s.H*s.W || b.Last != ends {
			now = nil
		}
	}
	return frames
}

// broken takes beats from frames and does what no sender should.
func broken(r *rand.Rand, s spec.Shape, frames []golden.Tensor) (beats []stream.Beat) {
	pixels := s.H * s.W
	for _, f := range frames {
		now := stream.Frame(s, f.At)
		switch r.Intn(8) {
		case 0: // ends early: the next one begins in its midst
			now = now[:1+r.Intn(pixels)]
		case 1: // a row's end too early or a second one
			now[r.Intn(pixels)].Last = true
		case 2: // a row's end is missing
			now[s.W*(1+r.Intn(s.H))-1].Last = false
		case 3: // the beginning is missing
			now[0].First = false
		case 4: // a beginning in its midst
			now[r.Intn(pixels)].First = true
		case 5: // a pixel too many
			i := r.Intn(pixels)
			now = append(now[:i:i], append([]stream.Beat{now[i]}, now[i:]...)...)
		case 6: // a pixel too few
			i := r.Intn(pixels)
			now = append(now[:i:i], now[i+1:]...)
		}
		beats = append(beats, now...)
	}
	return beats
}

// Whatever comes in, the layers see whole frames: what breaks off is filled, and the next
// beginning is one.
func TestMalformedFramesAreFilled(t *testing.T) {
	r := seeded(t)
	for name, n := range map[string]*spec.Network{
		"tiny":       open(t, "tiny"),
		"one column": convolution(t, r, shape{rows: 4, columns: 1, kernel: [2]int{3, 1}, stride: [2]int{1, 1}, pad: [4]int{1, 0, 1, 0}}),
		"one row":    convolution(t, r, shape{rows: 1, columns: 3, kernel: [2]int{1, 1}, stride: [2]int{1, 1}}),
		"one pixel":  convolution(t, r, shape{rows: 1, columns: 1, kernel: [2]int{1, 1}, stride: [2]int{1, 1}}),
	} {
		t.Run(name, func(t *testing.T) {
			s := n.Input.Shape
			beats := broken(r, s, randomFrames(r, n.Input, 40))
			// A whole frame at the end, so that none stays open.
			beats = append(beats, stream.Frame(s, randomFrames(r, n.Input, 1)[0].At)...)
			b := build(t, n, stream.Options{}, framed(s, beats)...)
			b.trial.Beats = beats
			var err error
			b.bench, b.data, err = b.d.Bench(b.trial)
			require.NoError(t, err)
			sim := b.verilate(t)
			for seed := range uint32(5) {
				b.play(t, sim, seed)
			}
		})
	}
}
