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

const seed = 1

var accumulators = []spec.Accumulator{
	{},
	{Mode: spec.AccWrap, Width: 4},
	{Mode: spec.AccWrap, Width: 9},
	{Mode: spec.AccWrap, Width: 24},
	{Mode: spec.AccSaturate, Width: 6},
	{Mode: spec.AccSaturate, Width: 9},
	{Mode: spec.AccSaturate, Width: 20},
	{Drop: 1},
	{Drop: 4, Order: spec.ShiftNegate},
	{Drop: 12},
	{Drop: 3, Mode: spec.AccWrap, Width: 7},
	{Drop: 2, Order: spec.ShiftNegate, Mode: spec.AccSaturate, Width: 7},
	{Drop: 5, Mode: spec.AccSaturate, Width: 6},
}

// outputs are formats and clamps for a tail over an accumulator of about 10 to
// 16 bits with accFrac fraction bits.
func outputs(accFrac int) []spec.Requant {
	return []spec.Requant{
		{Format: spec.Format{Width: 8, Frac: accFrac - 2}},
		{Format: spec.Format{Signed: true, Width: 5, Frac: accFrac - 4}},
		{Format: spec.Format{Signed: true, Width: 6, Frac: accFrac - 1}, Clamp: &spec.Range{Lo: 0, Hi: 25}},
		{Format: spec.Format{Signed: true, Width: 20, Frac: accFrac + 1}, Clamp: &spec.Range{Lo: -300, Hi: 40}},
		{Format: spec.Format{Width: 3, Frac: accFrac - 14}, Clamp: &spec.Range{Lo: 0, Hi: 6}},
	}
}

func TestConvolutionsMatchTheModel(t *testing.T) {
	for _, o := range Combinations() {
		t.Run(o.String(), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 0))
			for _, acc := range accumulators {
				if Check(acc, o) != nil {
					continue
				}
				for _, from := range sources {
					for _, q := range outputs(from.format.Frac - acc.Drop) {
						q.Rounding = spec.Rounding(rng.IntN(7))
						q.Overflow = spec.Overflow(rng.IntN(4))
						requireLayer(t, rng, acc, from, q, o)
					}
				}
			}
		})
	}
}

// Every rounding with every overflow, on every accumulator, with one setting of
// the knobs each.
func TestTailsMatchTheModel(t *testing.T) {
	for _, r := range spec.Roundings() {
		for _, v := range spec.Overflows() {
			t.Run(fmt.Sprintf("%v,%v", r, v), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(seed, 1))
				for _, acc := range accumulators {
					for _, from := range sources {
						for _, q := range outputs(from.format.Frac - acc.Drop) {
							q.Rounding, q.Overflow = r, v
							o := Options{Tree: Linear, Widths: Widths(rng.IntN(2)), Subtract: Subtract(rng.IntN(2))}
							requireLayer(t, rng, acc, from, q, o)
						}
					}
				}
			})
		}
	}
}

func requireLayer(t *testing.T, rng *rand.Rand, acc spec.Accumulator, from source, q spec.Requant, o Options) {
	t.Helper()
	inC, outC, kernel, groups := 6, 5, 1, 1
	switch rng.IntN(4) {
	case 0:
		kernel, inC, outC, groups = 3, 2, 4, 2
	case 1:
		inC, outC, groups = 8, 8, 2
	}
	l := layerOver(t, spec.Shape{C: inC, H: 4, W: 4}, &spec.Layer{
		Name: fmt.Sprintf("l_%v_%v", from, acc), Out: q, Op: randomConv(rng, inC, outC, kernel, groups, acc),
	}, from)
	g, err := New(l, o)
	require.NoError(t, err)
	if g.Shared() != nil {
		require.NoError(t, g.Shared().Check())
	}
	xs := lanes(rng, l, 24)
	for oc := range outC {
		requireChannel(t, g, oc, xs)
	}
}

// One tap with weight 1 makes the accumulator the input itself: every tail is
// run over all values of an accumulator, for every shift across its width.
func TestTailsExhaustively(t *testing.T) {
	for _, from := range []source{
		{format: spec.Format{Width: 5}},
		{format: spec.Format{Signed: true, Width: 5}},
		{format: spec.Format{Signed: true, Width: 5}, clamp: &spec.Range{Lo: -9, Hi: 11}},
	} {
		for shift := -2; shift <= 8; shift++ {
			for _, r := range spec.Roundings() {
				for _, v := range spec.Overflows() {
					for _, f := range []spec.Format{{Width: 2}, {Signed: true, Width: 3}, {Signed: true, Width: 8}, {Width: 1}, {Signed: true, Width: 1}} {
						f.Frac = -shift
						for _, clamp := range []*spec.Range{nil, {Lo: 0, Hi: f.Max() / 2}, {Lo: f.Min(), Hi: 0}} {
							l := layerOver(t, spec.Shape{C: 1, H: 1, W: 1}, &spec.Layer{
								Name: "l",
								Out:  spec.Requant{Format: f, Rounding: r, Overflow: v, Clamp: clamp},
								Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
									Codes: []spec.Code{1}, Base: []int32{0}, Bias: []int32{0}},
							}, from)
							g, err := New(l, Options{})
							require.NoError(t, err)
							var xs [][]int64
							for x := l.InRange(0).Lo; x <= l.InRange(0).Hi; x++ {
								xs = append(xs, []int64{x})
							}
							requireChannel(t, g, 0, xs)
						}
					}
				}
			}
		}
	}
}

func TestAddsMatchTheModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for _, x := range sources {
		for _, y := range sources {
			for _, q := range outputs(max(x.format.Frac, y.format.Frac)) {
				for _, r := range spec.Roundings() {
					for _, v := range spec.Overflows() {
						q.Rounding, q.Overflow = r, v
						l := layerOver(t, spec.Shape{C: 1, H: 2, W: 2}, &spec.Layer{Name: "l", Out: q, Op: &spec.Add{}}, x, y)
						g, err := New(l, Options{Widths: Widths(rng.IntN(2))})
						require.NoError(t, err)
						m := g.Add()
						require.NoError(t, m.Check())
						e, err := netlist.NewEvaluator(m)
						require.NoError(t, err)
						in := make([][]uint64, 2)
						for range 64 {
							in[0] = append(in[0], uint64(pick(rng, l.InRange(0))))
							in[1] = append(in[1], uint64(pick(rng, l.InRange(1))))
						}
						for i, got := range e.Eval(in)[0] {
							acc := golden.AddAligned(golden.Int64{}, l, int64(in[0][i]), int64(in[1][i]))
							want := golden.Requantize(golden.Int64{}, q, l.Shift(0), acc)
							require.Equal(t, want, signed(got, q.Format), "%v + %v, %v: %d, %d", x, y, q, int64(in[0][i]), int64(in[1][i]))
						}
					}
				}
			}
		}
	}
}

func TestPoolsMatchTheModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 3))
	shape := spec.Shape{C: 1, H: 3, W: 5}
	for _, from := range sources {
		for _, recip := range []int64{1, 3, 7, 21845, 34953, 65535} {
			for _, o := range Combinations() {
				q := outputs(from.format.Frac)[rng.IntN(5)]
				q.Rounding, q.Overflow = spec.Rounding(rng.IntN(7)), spec.Overflow(rng.IntN(4))
				l := layerOver(t, shape, &spec.Layer{Name: "l", Out: q, Op: &spec.Pool{Recip: recip, RecipFrac: 19}}, from)
				g, err := New(l, o)
				require.NoError(t, err)
				step, mean := g.Accumulate(), g.Mean()
				require.NoError(t, step.Check())
				require.NoError(t, mean.Check())
				add, err := netlist.NewEvaluator(step)
				require.NoError(t, err)
				end, err := netlist.NewEvaluator(mean)
				require.NoError(t, err)
				const n = 40
				sum, hw := make([]int64, n), make([]uint64, n)
				for range shape.H * shape.W {
					xs := make([]uint64, n)
					for i := range xs {
						x := pick(rng, l.InRange(0))
						if i < 2 { // the ends of the frame's range
							x = []int64{l.InRange(0).Lo, l.InRange(0).Hi}[i]
						}
						xs[i] = uint64(x)
						sum[i] += x
					}
					hw = add.Eval([][]uint64{hw, xs})[0]
				}
				for i, got := range end.Eval([][]uint64{hw})[0] {
					want := golden.Requantize(golden.Int64{}, q, l.Shift(0), golden.PoolScale(golden.Int64{}, l.Op.(*spec.Pool), sum[i]))
					require.Equal(t, want, signed(got, q.Format), "%v, × %d, %v, %v: sum %d", from, recip, q, o, sum[i])
				}
			}
		}
	}
}
