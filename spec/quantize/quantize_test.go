package quantize

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestSums(t *testing.T) {
	require.Equal(t, Grid{-2, -1, -0.5, 0, 0.5, 1, 2}, Sums(1, 3, 1))
	require.Equal(t, Grid{-0.25, 0, 0.25}, Sums(-2, 1, 1))
	require.Equal(t, Grid{-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5}, Sums(2, 3, 2))
	require.Equal(t, Grid{-10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Sums(3, 4, 8))
}

// Against all values of the grid, on points, midpoints and beyond the ends.
func TestNearest(t *testing.T) {
	for window := 1; window < 8; window++ {
		g := Sums(2, window, 1)
		for i := -1200; i <= 1200; i++ {
			x := float64(i) / 200
			for _, v := range g {
				require.LessOrEqual(t, math.Abs(g.Nearest(x)-x), math.Abs(v-x), "%v", x)
			}
			require.Contains(t, g, g.Nearest(x))
		}
	}
	require.Equal(t, 0.0, Grid{0}.Nearest(7))
}

// layer is a random linear layer: inputs of a few common causes and some noise, and
// outputs of weights and a bias.
func layer(r *rand.Rand, samples, inputs, outputs int) (x, y *mat.Dense, w [][]float64) {
	x, y = mat.NewDense(samples, inputs, nil), mat.NewDense(samples, outputs, nil)
	for o := range outputs {
		w = append(w, nil)
		for range inputs {
			w[o] = append(w[o], r.NormFloat64())
		}
	}
	causes := mat.NewDense(max(2, inputs/4), inputs, nil)
	causes.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, causes)
	for s := range samples {
		for i := range inputs {
			x.Set(s, i, 3+0.3*r.NormFloat64())
		}
		for k := range causes.RawMatrix().Rows {
			c := r.NormFloat64()
			for i := range inputs {
				x.Set(s, i, x.At(s, i)+c*causes.At(k, i))
			}
		}
		for o := range outputs {
			sum := 0.5
			for i := range inputs {
				sum += w[o][i] * x.At(s, i)
			}
			y.Set(s, o, sum)
		}
	}
	return x, y, w
}

func copies(x, y *mat.Dense) (*mat.Dense, *mat.Dense) {
	return mat.DenseCopyOf(x), mat.DenseCopyOf(y)
}

// Without a grid the fit finds the weights that made the outputs, and their bias.
func TestOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y, w := layer(r, 400, 6, 3)
	m := NewMoments(copies(x, y))
	off := [][]float64{make([]float64, 6), make([]float64, 6), make([]float64, 6)}
	fit, err := NewRefit(m, off, 1e-9)
	require.NoError(t, err)
	for o := range w {
		require.InDeltaSlice(t, w[o], fit.Optimum(o), 1e-6)
		require.InDelta(t, 0.5, m.Bias(o, w[o]), 1e-6)
	}
	// With damping beyond measure the weights stay what they were.
	fit, err = NewRefit(m, w, 1e9)
	require.NoError(t, err)
	require.InDeltaSlice(t, w[1], fit.Optimum(1), 1e-6)
	_, loss := fit.Round(1, Grid{0}, nil)
	require.Positive(t, loss)
}

// The loss is what it says, no single move lowers it, it is never below that of the best
// of all choices, and on the whole far below that of plain rounding.
func TestRound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	g := Sums(1, 3, 1)
	var fitted, plain, best float64
	for range 60 {
		x, y, w := layer(r, 80, 4, 1)
		fit, err := NewRefit(NewMoments(copies(x, y)), w, 0.01)
		require.NoError(t, err)
		optimum := fit.Optimum(0)
		loss := func(q []float64) float64 {
			d := make([]float64, len(q))
			for i := range q {
				d[i] = q[i] - optimum[i]
			}
			v := mat.NewVecDense(len(d), d)
			return mat.Inner(v, fit.h, v)
		}
		q, said := fit.Round(0, g, nil)
		require.InDelta(t, loss(q), said, 1e-9)
		nearest := make([]float64, len(q))
		for i := range q {
			require.Contains(t, g, q[i])
			nearest[i] = g.Nearest(optimum[i])
			for _, v := range g {
				moved := append([]float64(nil), q...)
				moved[i] = v
				require.GreaterOrEqual(t, loss(moved), said-1e-9)
			}
		}
		least := math.Inf(1)
		for _, a := range g {
			for _, b := range g {
				for _, c := range g {
					for _, d := range g {
						least = min(least, loss([]float64{a, b, c, d}))
					}
				}
			}
		}
		require.GreaterOrEqual(t, said, least-1e-9)
		fitted, plain, best = fitted+said, plain+loss(nearest), best+least
		two := fit.Best(0, []Grid{{0}, g}, nil)
		require.Equal(t, q, two)
	}
	require.Less(t, fitted, plain/2)
	require.Less(t, fitted, best*1.5)
}

// With more weights there is more to make up with.
func TestRoundOfManyWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	g := Sums(1, 7, 1)
	x, y, w := layer(r, 500, 40, 10)
	m := NewMoments(x, y)
	fit, err := NewRefit(m, w, 1e-3)
	require.NoError(t, err)
	for o := range w {
		q, loss := fit.Round(o, g, nil)
		lost := func(q []float64) float64 {
			d := make([]float64, len(q))
			for i := range q {
				d[i] = q[i] - w[o][i]
			}
			return m.Variance(d)
		}
		nearest := make([]float64, len(q))
		for i := range q {
			nearest[i] = g.Nearest(w[o][i])
		}
		require.Less(t, lost(q), lost(nearest)/3, "output %d", o)

		// Half of them are 0, and the others make up for a part of that.
		free, cut := make([]bool, len(q)), append([]float64(nil), nearest...)
		for i := range free {
			if free[i] = i%2 == 0; !free[i] {
				cut[i] = 0
			}
		}
		half, more := fit.Round(o, g, free)
		for i, v := range half {
			require.True(t, free[i] || v == 0)
		}
		require.Greater(t, more, loss)
		require.Less(t, lost(half), lost(cut)/3, "output %d", o)
	}
}

// Inputs that never change, or that are one another's copies, are no reason to fail.
func TestDegenerateInputs(t *testing.T) {
	x, y := mat.NewDense(5, 3, nil), mat.NewDense(5, 1, nil)
	for s := range 5 {
		x.Set(s, 0, float64(s))
		x.Set(s, 1, float64(s))
		x.Set(s, 2, 7)
		y.Set(s, 0, 2*float64(s))
	}
	fit, err := NewRefit(NewMoments(x, y), [][]float64{{1, 1, 1}}, 0.01)
	require.NoError(t, err)
	w, loss := fit.Round(0, Sums(0, 3, 1), nil)
	require.Equal(t, []float64{1, 1, 1}, w)
	require.InDelta(t, 0, loss, 1e-9)

	still := NewMoments(mat.NewDense(4, 2, nil), mat.NewDense(4, 1, nil))
	fit, err = NewRefit(still, [][]float64{{0.3, -2}}, 0.01)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{0.3, -2}, fit.Optimum(0), 1e-12)
	require.Equal(t, []float64{1, 1}, still.MatchDeviation(0, []float64{0.3, -2}, func([]float64) []float64 { return []float64{1, 1} }))
}

func TestMatchDeviation(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	up := func(w []float64) []float64 { // rounds in the log domain
		q := make([]float64, len(w))
		for i, v := range w {
			q[i] = math.Copysign(math.Exp2(math.Round(math.Log2(math.Abs(v)))), v)
		}
		return q
	}
	var before, after float64
	for range 50 {
		x, y, w := layer(r, 200, 8, 1)
		m := NewMoments(x, y)
		off := func(q []float64) float64 { return math.Abs(math.Log(m.Variance(q) / m.VarY[0])) }
		require.InEpsilon(t, m.VarY[0], m.Variance(w[0]), 1e-6)
		q := m.MatchDeviation(0, w[0], up)
		require.LessOrEqual(t, off(q), off(up(w[0]))+1e-12)
		before, after = before+off(up(w[0])), after+off(q)
	}
	require.Less(t, after, before/2)
}
