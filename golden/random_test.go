package golden

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/stretchr/testify/require"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the randomised tests; 0 takes the clock")

// seeded prints the seed it uses, so that a failure can be repeated.
func seeded(t *testing.T) *rand.Rand {
	s := *seedFlag
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("repeat with -args -seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// within is a value of [lo, hi]; half of the time one of its corners.
func within(r *rand.Rand, lo, hi int64) int64 {
	if r.IntN(2) == 0 {
		return max(lo, min(hi, pick(r, []int64{lo, lo + 1, -1, 0, 1, hi - 1, hi})))
	}
	return lo + int64(r.Uint64N(uint64(hi-lo)+1))
}

func randomFormat(r *rand.Rand, maxWidth int) spec.Format {
	f := spec.Format{Signed: r.IntN(2) == 0, Width: 1 + r.IntN(maxWidth), Frac: r.IntN(13) - 4}
	if f.Signed && f.Width == 1 {
		f.Width = 2
	}
	return f
}

func randomRequant(r *rand.Rand, maxWidth int) spec.Requant {
	q := spec.Requant{Format: randomFormat(r, maxWidth), Rounding: pick(r, spec.Roundings()), Overflow: pick(r, spec.Overflows())}
	if r.IntN(3) == 0 {
		a, b := within(r, q.Format.Min(), q.Format.Max()), within(r, q.Format.Min(), q.Format.Max())
		q.Clamp = &spec.Range{Lo: min(a, b), Hi: max(a, b)}
	}
	return q
}

func randomFrame(r *rand.Rand, in spec.Input) Tensor {
	t := NewTensor(in.Shape)
	for i := range t.Data {
		t.Data[i] = int32(within(r, in.Format.Min(), in.Format.Max()))
	}
	return t
}

// randomConv is a convolution of a few channels whose groups, kernel, stride,
// padding, codes and accumulator are drawn.
func randomConv(r *rand.Rand, in spec.Input) *spec.Conv {
	groups := 1
	switch c := in.Shape.C; r.IntN(3) {
	case 0:
		groups = c
	case 1:
		if c%2 == 0 {
			groups = 2
		}
	}
	c := &spec.Conv{
		OutC:   groups * (1 + r.IntN(6)),
		Kernel: [2]int{1 + r.IntN(3), 1 + r.IntN(3)},
		Stride: [2]int{1 + r.IntN(3), 1 + r.IntN(3)},
		Groups: groups,
		Bits:   2 + r.IntN(4),
	}
	for side := range c.Pad {
		c.Pad[side] = r.IntN(c.Kernel[side%2])
	}
	if r.IntN(3) == 0 {
		c.Terms = 2 + r.IntN(3)
	}
	window := 1<<(c.Bits-1) - 1
	taps := in.Shape.C / groups * c.Kernel[0] * c.Kernel[1]
	c.Codes = make([]spec.Code, c.OutC*taps*c.PerWeight())
	for oc := range c.OutC {
		zero := r.IntN(8) == 0
		var base int32
		for t := range taps {
			if w := randomWeight(r, window, c.PerWeight()); !zero && w[0] != 0 {
				copy(c.Codes[(oc*taps+t)*len(w):], w)
				base = 1
			}
		}
		if base != 0 {
			base = int32(r.IntN(9) - 6)
		}
		c.Base = append(c.Base, base)
		c.Bias = append(c.Bias, int32(within(r, -200, 200)))
	}
	if r.IntN(2) == 0 {
		c.Acc.Drop = r.IntN(5)
		if c.Acc.Drop > 0 {
			c.Acc.Order = pick(r, spec.TermOrders())
		}
		if c.Acc.Mode = pick(r, spec.AccModes()); c.Acc.Mode != spec.AccExact {
			c.Acc.Width = 9 + r.IntN(12)
		}
	}
	return c
}

// randomWeight is n codes that are canonical.
func randomWeight(r *rand.Rand, window, n int) []spec.Code {
	w := make([]spec.Code, n)
	w[0] = spec.Code(within(r, -int64(window), int64(window)))
	for i := 1; i < n && w[i-1] != 0; i++ {
		if most := int64(w[i-1].Shift() - 1); most > 0 {
			w[i] = spec.Code(within(r, -most, most))
		}
	}
	return w
}

// randomLayer is a validated network of one convolution.
func randomLayer(t *testing.T, r *rand.Rand) *spec.Network {
	in := spec.Input{Shape: spec.Shape{C: 1 + r.IntN(6), H: 3 + r.IntN(8), W: 3 + r.IntN(8)}, Format: randomFormat(r, 10)}
	if r.IntN(4) == 0 {
		// Sums beyond 32 bits, and a fraction that leaves no long left shift.
		in.Format = spec.Format{Signed: in.Format.Signed, Width: 24, Frac: 20}
	}
	net := &spec.Network{Name: "random", Input: in, Layers: []*spec.Layer{{
		Name: "conv", Inputs: []string{spec.InputName}, Op: randomConv(r, in), Out: randomRequant(r, 20),
	}}}
	require.NoError(t, net.Validate())
	return net
}
