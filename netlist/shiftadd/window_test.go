package shiftadd

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Modules of pools of windows and of moved channels compute what their names say, under
// every knob, from corner and random values. What they should give is written out here:
// a maximum, a sum, or the value itself, and then one of two plain tails.
func TestWindowsAndMovesAreExact(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	shape := spec.Shape{C: 2, H: 5, W: 4}
	window := spec.Window{Kernel: [2]int{2, 3}, Stride: [2]int{1, 1}}
	ops := []spec.Op{
		&spec.MaxPool{Window: window},
		&spec.AvgPool{Window: window, Recip: 1, RecipFrac: 3},
		&spec.AvgPool{Window: window, Recip: 43, RecipFrac: 8},
		&spec.Split{First: 1, Count: 1},
		&spec.Concat{},
	}
	for _, from := range sources {
		for _, op := range ops {
			for _, more := range []int{-2, 0, 1} { // fraction bits of the output beyond the input's
				l := &spec.Layer{Name: "l", Op: op, Out: spec.Requant{
					Format: spec.Format{Signed: true, Width: 7, Frac: from.format.Frac + more}, Overflow: spec.SAT}}
				second := sources[(rng.IntN(len(sources)))]
				reads := []source{from}
				if l.Kind() == "concat" {
					reads = append(reads, second)
				}
				layerOver(t, shape, l, reads...)
				for _, o := range Combinations() {
					if Check(spec.Accumulator{}, o) != nil {
						continue
					}
					g, err := New(l, o)
					require.NoError(t, err)
					for _, u := range g.Modules() {
						m := g.Module(u)
						require.NoError(t, m.Check())
						requirePlain(t, rng, g, u, m)
					}
				}
			}
		}
	}
}

func requirePlain(t *testing.T, rng *rand.Rand, g *Generator, u Unit, m *netlist.Module) {
	t.Helper()
	l := g.Layer()
	input := 0
	if u.Kind == KindPass {
		input, _ = l.Source(u.Channel)
	}
	const n = 48
	xs := make([][]int64, len(m.Inputs))
	in := make([][]uint64, len(m.Inputs))
	for i, p := range m.Inputs {
		require.Equal(t, l.InFormat(input).Width, p.Width)
		for range n {
			x := pick(rng, l.InRange(input))
			xs[i] = append(xs[i], x)
			in[i] = append(in[i], uint64(x)&(1<<p.Width-1))
		}
	}
	e, err := netlist.NewEvaluator(m)
	require.NoError(t, err)
	for lane, got := range e.Eval(in)[0] {
		acc, frac := xs[0][lane], l.InFormat(input).Frac
		switch op := l.Op.(type) {
		case *spec.MaxPool:
			for _, x := range xs {
				acc = max(acc, x[lane])
			}
		case *spec.AvgPool:
			for _, x := range xs[1:] {
				acc += x[lane]
			}
			acc, frac = acc*op.Recip, frac+op.RecipFrac
		}
		// TRN and SAT into 7 signed bits.
		want := acc << 20 >> (20 + frac - l.Out.Format.Frac)
		want = min(max(want, -64), 63)
		require.Equal(t, want, signed(got, l.Out.Format), "%s of %s, %v, lane %d", u.Kind, l.Kind(), g.Options(), lane)
	}
}
