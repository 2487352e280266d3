package shiftadd

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Tight means that a word is as wide as its interval demands, and that the
// interval is exactly what the inputs can reach. Both are held against all
// values of three small inputs, for random trees over random terms.
func TestTightAddersCannotLoseABit(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 4))
	for round := range 400 {
		b := &builder{m: netlist.New("m"), o: Options{Subtract: Subtract(round % 2)}}
		var vars, words []word
		var ranges []spec.Range
		for i := range 3 {
			signed := rng.IntN(2) == 0
			f := spec.Format{Signed: signed, Width: 3}
			r := spec.Range{Lo: f.Min() + rng.Int64N(3), Hi: f.Max() - rng.Int64N(3)}
			vars = append(vars, word{v: b.m.Input(fmt.Sprintf("x%d", i), 3), signed: signed, r: r})
			ranges = append(ranges, r)
			w, ok := b.leaf(vars[i], rng.IntN(4), rng.IntN(2) == 0)
			require.True(t, ok)
			words = append(words, w)
		}
		if c := rng.Int64N(41) - 20; c != 0 {
			words = append(words, b.constant(c))
		}
		var sums []word
		for len(words) > 1 {
			rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			s := b.add(words[0], words[1])
			sums = append(sums, s)
			words = append(words[2:], s)
		}
		lanes := make([][]uint64, 3)
		for x := ranges[0].Lo; x <= ranges[0].Hi; x++ {
			for y := ranges[1].Lo; y <= ranges[1].Hi; y++ {
				for z := ranges[2].Lo; z <= ranges[2].Hi; z++ {
					lanes[0], lanes[1], lanes[2] = append(lanes[0], uint64(x)), append(lanes[1], uint64(y)), append(lanes[2], uint64(z))
				}
			}
		}
		for _, s := range sums {
			b.m.Output(fmt.Sprintf("y%d", s.v), s.v)
		}
		e, err := netlist.NewEvaluator(b.m)
		require.NoError(t, err)
		for i, out := range e.Eval(lanes) {
			s := sums[i]
			n := b.m.Width(s.v)
			f := spec.Format{Signed: s.signed, Width: n}
			reached := spec.Range{Lo: signed(out[0], f), Hi: signed(out[0], f)}
			for _, v := range out {
				reached = reached.Hull(spec.Range{Lo: signed(v, f), Hi: signed(v, f)})
			}
			require.Equal(t, s.r, reached)
			require.Equal(t, s.r.Lo < 0, s.signed)
			if n > 1 {
				require.False(t, s.r.Within(spec.Format{Signed: s.signed, Width: n - 1}.Range()), "%d bits for %v", n, s.r)
			}
		}
	}
}

func TestWidthIsTheFewestBits(t *testing.T) {
	for lo := int64(-70); lo <= 70; lo++ {
		for hi := lo; hi <= 70; hi++ {
			r := spec.Range{Lo: lo, Hi: hi}
			n, signed := width(r)
			require.Equal(t, lo < 0, signed)
			require.True(t, r.Within(spec.Format{Signed: signed, Width: n}.Range()))
			require.True(t, n == 1 || !r.Within(spec.Format{Signed: signed, Width: n - 1}.Range()), "%d bits for %v", n, r)
		}
	}
}

// The accumulator is as wide as spec's own interval of it.
func TestAccumulatorWidthAgreesWithTheSpec(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 5))
	for _, o := range Combinations() {
		for _, from := range sources {
			q := spec.Requant{Format: spec.Format{Width: 8, Frac: from.format.Frac}}
			l := layerOver(t, spec.Shape{C: 7, H: 2, W: 2}, &spec.Layer{Name: "l", Out: q, Op: randomConv(rng, 7, 6, 1, 1, spec.Accumulator{})}, from)
			g, err := New(l, o)
			require.NoError(t, err)
			for oc := 1; oc < 6; oc++ {
				m := g.Channel(oc)
				n, _ := width(l.AccRange(oc))
				adders := 0
				for v, c := range m.Cells {
					if c.Op != netlist.OpAdd && c.Op != netlist.OpSub {
						continue
					}
					adders++
					if o.Widths == Uniform || o.Tree == CarrySave {
						require.Equal(t, n, int(c.Width), "%v, %s: v%d", o, m.Name, v)
					}
				}
				last := m.Cells[len(m.Cells)-1]
				for _, c := range m.Cells {
					if c.Op == netlist.OpAdd || c.Op == netlist.OpSub || c.Op == netlist.OpNeg {
						last = c
					}
				}
				if adders > 0 {
					require.Equal(t, n, int(last.Width), "%v, %s", o, m.Name)
				}
			}
		}
	}
}
