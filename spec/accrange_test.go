package spec

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// bruteForce accumulates every combination of inputs in x and returns the
// interval that the results span.
func bruteForce(acc Accumulator, codes []Code, bias int64, x Range) Range {
	got := Range{math.MaxInt64, math.MinInt64}
	var inputs []int64
	var visit func()
	visit = func() {
		if len(inputs) == len(codes) {
			got = got.Hull(point(accumulate(acc, codes, bias, inputs)))
			return
		}
		for v := x.Lo; v <= x.Hi; v++ {
			inputs = append(inputs, v)
			visit()
			inputs = inputs[:len(inputs)-1]
		}
	}
	visit()
	return got
}

// accumulate follows the prose of Accumulator and TermOrder step by step.
func accumulate(acc Accumulator, codes []Code, bias int64, xs []int64) int64 {
	half := int64(1) << max(acc.Width-1, 0)
	sum, constant := bias, true
	for i, c := range codes {
		if c == 0 {
			continue
		}
		constant = false
		term := xs[i] * (1 << c.Shift())
		switch {
		case c < 0 && acc.Order == NegateShift:
			term = floorDiv(-term, 1<<acc.Drop)
		case c < 0:
			term = -floorDiv(term, 1<<acc.Drop)
		default:
			term = floorDiv(term, 1<<acc.Drop)
		}
		sum += term
		if acc.Mode == AccSaturate {
			sum = max(-half, min(half-1, sum))
		}
	}
	if constant {
		return bias
	}
	if acc.Mode == AccWrap {
		sum -= floorDiv(sum+half, 2*half) * 2 * half
	}
	return sum
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func convLayer(acc Accumulator, codes []Code, bias int32, x Range) *Layer {
	return &Layer{
		Op: &Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
			Codes: codes, Base: []int32{0}, Bias: []int32{bias}, Acc: acc},
		in: []Shape{{len(codes), 1, 1}}, inF: []Format{{true, 8, 0}}, inR: []Range{x},
	}
}

// All codes of three bits over three taps, against every combination of inputs:
// exact sums, both orders of truncation, and saturation in its order.
func TestAccRangeIsExact(t *testing.T) {
	accs := []Accumulator{
		{},
		{Drop: 1},
		{Drop: 2},
		{Drop: 1, Order: ShiftNegate},
		{Drop: 2, Order: ShiftNegate},
		{Mode: AccSaturate, Width: 4},
		{Mode: AccSaturate, Width: 3, Drop: 1, Order: ShiftNegate},
	}
	for _, acc := range accs {
		for _, x := range []Range{{-3, 2}, {0, 3}, {1, 2}, {-2, -1}} {
			for i := range 7 * 7 * 7 {
				codes := []Code{Code(i%7) - 3, Code(i/7%7) - 3, Code(i/49) - 3}
				want := bruteForce(acc, codes, 2, x)
				require.Equal(t, want, convLayer(acc, codes, 2, x).AccRange(0), "%+v %v %v", acc, codes, x)
			}
		}
	}
}

// A wrapping accumulator's range is exact when it cannot wrap, and otherwise its
// width's: never smaller than what happens.
func TestAccRangeOfAWrappingAccumulator(t *testing.T) {
	wrapped := 0
	for width := 2; width <= 6; width++ {
		acc := Accumulator{Mode: AccWrap, Width: width}
		for i := range 7 * 7 {
			codes := []Code{Code(i%7) - 3, Code(i/7) - 3}
			x := Range{-3, 2}
			want := bruteForce(acc, codes, 1, x)
			if exact := bruteForce(Accumulator{}, codes, 1, x); exact != want {
				wrapped++
				require.True(t, want.Within(Format{Signed: true, Width: width}.Range()))
				want = Format{Signed: true, Width: width}.Range()
			}
			require.Equal(t, want, convLayer(acc, codes, 1, x).AccRange(0), "%d %v", width, codes)
		}
	}
	require.NotZero(t, wrapped)
}

func TestAccRangeOfTheOtherOperations(t *testing.T) {
	n := small()
	n.Layers[1].Out.Format.Frac = 6
	n.Layers[1].Out.Clamp = &Range{-5, 100}
	require.NoError(t, n.Validate())
	require.Equal(t, Range{-128*4 - 5, 127*4 + 100}, n.Layer("sum").AccRange(0))
	require.Equal(t, Range{-128 * 16 * 256, 127 * 16 * 256}, n.Layer("pool").AccRange(1))
	require.Equal(t, Range{1 - 3*128, 1 + 3*127}, n.Layer("fc1").AccRange(0))
	require.Equal(t, Range{3 - 127*255, 3 + 127*255}, n.Layer("fc1").AccRange(2))
	require.Equal(t, Range{-7, -7}, n.Layer("a").AccRange(1), "a channel of zeros is its bias")
}

// Saturating arithmetic agrees with mathematical integers, clipped.
func TestClippedArithmetic(t *testing.T) {
	corners := []int64{0, 1, -1, 2, -3, 127, -128, 1<<31 - 1, -1 << 31, 1<<48 + 5, -1<<48 - 5, 1<<60 - 1, 1 << 60, -1 << 60, huge, -huge}
	clipped := func(x *big.Int) int64 {
		if x.CmpAbs(big.NewInt(huge)) > 0 {
			return int64(x.Sign()) * huge
		}
		return x.Int64()
	}
	for _, a := range corners {
		for _, b := range corners {
			require.Equal(t, clipped(new(big.Int).Mul(big.NewInt(a), big.NewInt(b))), mulClip(a, b), "%d * %d", a, b)
			require.Equal(t, clipped(new(big.Int).Add(big.NewInt(a), big.NewInt(b))), addRange(point(a), point(b)).Lo, "%d + %d", a, b)
		}
		for k := -130; k <= 130; k++ {
			want := new(big.Int).Lsh(big.NewInt(a), uint(max(k, 0)))
			want.Rsh(want, uint(max(-k, 0)))
			require.Equal(t, clipped(want), shl(a, k), "%d << %d", a, k)
		}
	}
}
