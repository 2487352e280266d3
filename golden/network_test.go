package golden

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/stretchr/testify/require"
)

// randomNetwork is every operation in a row: two convolutions from the input
// that a residual addition joins, a pool and two dense layers. It is nil when
// the draw is no legal network.
func randomNetwork(r *rand.Rand) *spec.Network {
	in := spec.Input{Shape: spec.Shape{C: 1 + r.IntN(4), H: 4 + r.IntN(4), W: 4 + r.IntN(4)}, Format: randomFormat(r, 8)}
	a := randomConv(r, in)
	b := *a
	b.Codes = make([]spec.Code, len(a.Codes))
	n := a.PerWeight()
	for i, j := range r.Perm(len(a.Codes) / n) {
		copy(b.Codes[j*n:(j+1)*n], a.Codes[i*n:])
	}
	weights := func(n int) []int8 {
		ws := make([]int8, n)
		for i := range ws {
			ws[i] = int8(within(r, -127, 127))
		}
		return ws
	}
	biases := func(n int) []int32 {
		bs := make([]int32, n)
		for i := range bs {
			bs[i] = int32(within(r, -5000, 5000))
		}
		return bs
	}
	net := &spec.Network{Name: "random", Input: in, Layers: []*spec.Layer{
		{Name: "a", Inputs: []string{spec.InputName}, Op: a, Out: randomRequant(r, 10)},
		{Name: "b", Inputs: []string{spec.InputName}, Op: &b, Out: randomRequant(r, 10)},
		{Name: "join", Inputs: []string{"a", "b"}, Op: &spec.Add{}, Out: randomRequant(r, 8)},
		{Name: "pool", Inputs: []string{"join"}, Op: &spec.Pool{Recip: 1 + r.Int64N(100), RecipFrac: r.IntN(12)}, Out: randomRequant(r, 8)},
		{Name: "hidden", Inputs: []string{"pool"}, Op: &spec.Dense{OutN: 3, Weights: weights(3 * a.OutC), WeightFrac: r.IntN(8), Bias: biases(3)}, Out: randomRequant(r, 8)},
		{Name: "logits", Inputs: []string{"hidden"}, Op: &spec.Dense{OutN: 2, Weights: weights(6), WeightFrac: r.IntN(8), Bias: biases(2)}, Out: randomRequant(r, 16)},
	}}
	if net.Validate() != nil {
		return nil
	}
	return net
}

func TestNetworksFollowTheOracle(t *testing.T) {
	r := seeded(t)
	done := 0
	for range 2000 {
		net := randomNetwork(r)
		if net == nil {
			continue
		}
		done++
		e, err := New(net)
		require.NoError(t, err)
		tr, err := e.Run(context.Background(), randomFrame(r, net.Input))
		require.NoError(t, err)
		for i, l := range net.Layers {
			var ins []Tensor
			var frac []int
			for _, name := range l.Inputs {
				if name == spec.InputName {
					ins, frac = append(ins, tr.Frame), append(frac, net.Input.Format.Frac)
					continue
				}
				out, ok := tr.Output(name)
				require.True(t, ok)
				ins, frac = append(ins, out), append(frac, net.Layer(name).Out.Format.Frac)
			}
			require.Equal(t, oracleLayer(l, frac, ins).Data, tr.Outputs[i].Data, "layer %s: %+v, tail %+v", l.Name, l.Op, l.Out)
			for _, v := range tr.Outputs[i].Data {
				require.True(t, l.Out.Range().Contains(int64(v)), "layer %s: %d", l.Name, v)
			}
		}
	}
	t.Logf("%d networks", done)
	require.Greater(t, done, 200)
}

// The definitions of addition, pool and dense layer, executed and as terms, give
// what the executor's own loops give.
func TestOtherLayersFollowTheDefinition(t *testing.T) {
	r := seeded(t)
	alg := Int64{}
	done := 0
	for range 500 {
		net := randomNetwork(r)
		if net == nil {
			continue
		}
		done++
		e, err := New(net)
		require.NoError(t, err)
		tr, err := e.Run(context.Background(), randomFrame(r, net.Input))
		require.NoError(t, err)
		output := func(name string) []int32 { out, _ := tr.Output(name); return out.Data }
		shape := net.Layer("join").OutShape()

		join, terms := net.Layer("join"), NewTerms()
		symbolic := Requantize(terms, join.Out, join.Shift(0), AddAligned(terms, join, terms.Var(0), terms.Var(1)))
		for i, got := range output("join") {
			a, b := int64(output("a")[i]), int64(output("b")[i])
			require.EqualValues(t, got, Requantize(alg, join.Out, join.Shift(0), AddAligned(alg, join, a, b)))
			require.EqualValues(t, got, terms.Eval(symbolic, []int64{a, b}))
		}

		pool, n := net.Layer("pool"), shape.H*shape.W
		symbolic = Requantize(terms, pool.Out, pool.Shift(0), PoolScale(terms, pool.Op.(*spec.Pool), terms.Var(0)))
		for c, got := range output("pool") {
			var sum int64
			for _, v := range output("join")[c*n : (c+1)*n] {
				sum += int64(v)
			}
			require.EqualValues(t, got, terms.Eval(symbolic, []int64{sum}))
		}

		hidden := net.Layer("hidden")
		var xs []int64
		var vars []Term
		for i, v := range output("pool") {
			xs = append(xs, int64(v))
			vars = append(vars, terms.Var(i))
		}
		for o, got := range output("hidden") {
			d := hidden.Op.(*spec.Dense)
			require.EqualValues(t, got, Requantize(alg, hidden.Out, hidden.Shift(o), DenseAccumulate(alg, d, o, xs)))
			symbolic := Requantize(terms, hidden.Out, hidden.Shift(o), DenseAccumulate(terms, d, o, vars))
			require.EqualValues(t, got, terms.Eval(symbolic, xs))
		}
	}
	require.Greater(t, done, 50)
}

// Convolve as a term gives what Convolve executes, for every accumulator mode
// and up to 48 bits.
func TestConvolveAsTermsFollowsExecution(t *testing.T) {
	r := seeded(t)
	for range 500 {
		net := randomLayer(t, r)
		l := net.Layers[0]
		terms := NewTerms()
		var vars []Term
		for i := range l.Taps() {
			vars = append(vars, terms.Var(i))
		}
		for oc := range l.OutShape().C {
			symbolic := Convolve(terms, l, oc, vars)
			for range 20 {
				xs := make([]int64, l.Taps())
				for i := range xs {
					xs[i] = within(r, l.InRange(0).Lo, l.InRange(0).Hi)
				}
				require.Equal(t, Convolve(Int64{}, l, oc, xs), terms.Eval(symbolic, xs), "channel %d, %+v, tail %+v", oc, l.Op, l.Out)
			}
		}
	}
}

func TestRunDoesNotDependOnProcessors(t *testing.T) {
	r := seeded(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 50 {
		net := randomLayer(t, r)
		e, err := New(net)
		require.NoError(t, err)
		frame := randomFrame(r, net.Input)
		runtime.GOMAXPROCS(1)
		one, err := e.Run(context.Background(), frame)
		require.NoError(t, err)
		runtime.GOMAXPROCS(2)
		two, err := e.Run(context.Background(), frame)
		require.NoError(t, err)
		require.Equal(t, one.Outputs, two.Outputs)
	}
}

func TestRunRefuses(t *testing.T) {
	net := randomLayer(t, seeded(t))
	net.Input.Format = spec.Format{Width: 4}
	require.NoError(t, net.Validate())
	e, err := New(net)
	require.NoError(t, err)

	_, err = e.Run(context.Background(), NewTensor(spec.Shape{C: 1, H: 1, W: 1}))
	require.ErrorContains(t, err, "frame of 1 channels, 1×1, with 1 values; the network wants")

	s := net.Input.Shape
	for _, v := range []int32{-1, 16} {
		frame := NewTensor(s)
		frame.Data[s.W+2] = v
		_, err = e.Run(context.Background(), frame)
		require.ErrorContains(t, err, "channel 0, row 1, column 2:")
		require.ErrorContains(t, err, "is not in [0, 15] of format u4.0")
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = e.Run(ctx, NewTensor(s))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "layer conv")
}

func TestNewRefuses(t *testing.T) {
	conv := func(out spec.Format) *spec.Network {
		return &spec.Network{
			Name:  "n",
			Input: spec.Input{Shape: spec.Shape{C: 1, H: 1, W: 1}, Format: spec.Format{Width: 8}},
			Layers: []*spec.Layer{{Name: "c", Inputs: []string{spec.InputName}, Out: spec.Requant{Format: out}, Op: &spec.Conv{
				OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 2,
				Codes: []spec.Code{1}, Base: []int32{0}, Bias: []int32{0},
			}}},
		}
	}
	_, err := New(conv(spec.Format{Width: 8}))
	require.EqualError(t, err, "golden: layer c: has no output shape; the network was not validated")

	wide := conv(spec.Format{Width: 32})
	require.NoError(t, wide.Validate())
	_, err = New(wide)
	require.EqualError(t, err, "golden: layer c: output format u32.0 has values beyond int32")

	wide = conv(spec.Format{Width: 8})
	wide.Input.Format.Width = 32
	require.NoError(t, wide.Validate())
	_, err = New(wide)
	require.EqualError(t, err, "golden: network n: input format u32.0 has values beyond int32")

	lost := conv(spec.Format{Width: 8})
	require.NoError(t, lost.Validate())
	lost.Layers[0].Inputs[0] = "nowhere"
	_, err = New(lost)
	require.EqualError(t, err, "golden: layer c: input nowhere is no earlier layer; the network was not validated")
}
