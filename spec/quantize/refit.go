package quantize

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Refit finds weights on grids for the outputs of one linear layer.
type Refit struct {
	m       *Moments
	h       *mat.SymDense // XX + damping
	order   []int         // inputs, those that vary most first
	upper   *mat.TriDense // Cholesky factor of the inverse of h, inputs in that order
	optimum *mat.Dense    // [inputs][outputs], without grids
}

// NewRefit prepares a fit to moments. initial has the trained weights, one row for each
// output. damping draws weights to them: it counts as additional samples, in units of
// the mean power of an input. It keeps the fit from overfitting few samples.
func NewRefit(m *Moments, initial [][]float64, damping float64) (*Refit, error) {
	n := m.XX.SymmetricDim()
	r := &Refit{m: m, h: mat.NewSymDense(n, nil), order: make([]int, n)}
	trace := 0.0
	for i := range n {
		trace += m.XX.At(i, i)
		r.order[i] = i
	}
	lambda := damping * trace / float64(n)
	if lambda == 0 {
		lambda = 1 // inputs that never change: the weights stay as they are
	}
	r.h.CopySym(m.XX)
	for i := range n {
		r.h.SetSym(i, i, r.h.At(i, i)+lambda)
	}
	var chol mat.Cholesky
	if !chol.Factorize(r.h) {
		return nil, errSingular
	}
	right := mat.DenseCopyOf(m.XY)
	for o, w := range initial {
		for i, v := range w {
			right.Set(i, o, right.At(i, o)+lambda*v)
		}
	}
	r.optimum = mat.NewDense(n, len(initial), nil)
	if err := chol.SolveTo(r.optimum, right); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.order, func(a, b int) int {
		switch d := r.h.At(a, a) - r.h.At(b, b); {
		case d > 0:
			return -1
		case d < 0:
			return 1
		}
		return 0
	})
	sorted := mat.NewSymDense(n, nil)
	for i, a := range r.order {
		for j, b := range r.order[:i+1] {
			sorted.SetSym(i, j, r.h.At(a, b))
		}
	}
	var inverse mat.SymDense
	if !chol.Factorize(sorted) {
		return nil, errSingular
	}
	if err := chol.InverseTo(&inverse); err != nil {
		return nil, err
	}
	if !chol.Factorize(&inverse) {
		return nil, errSingular
	}
	r.upper = mat.NewTriDense(n, mat.Upper, nil)
	chol.UTo(r.upper)
	return r, nil
}

// Optimum is the best weights of output o without a grid.
func (r *Refit) Optimum(o int) []float64 { return mat.Col(nil, o, r.optimum) }

// Round puts the weights of output o on a grid. It returns them with their error: the
// mean square by which the output is worse than with Optimum, damping included.
//
// It rounds weights one after the other, and those that are still free compensate for
// the error of each, as in GPTQ (Frantar et al., 2022). Then it moves single weights as
// long as that lowers the error. A weight that is not free is 0; with nil all are free.
func (r *Refit) Round(o int, g Grid, free []bool) (w []float64, loss float64) {
	n := len(r.order)
	left := make([]float64, n)
	for i, a := range r.order {
		left[i] = r.optimum.At(a, o)
	}
	raw := r.upper.RawTriangular()
	w = make([]float64, n)
	for i, a := range r.order {
		row := raw.Data[i*raw.Stride : i*raw.Stride+n]
		if free == nil || free[a] {
			w[a] = g.Nearest(left[i])
		}
		if e := (left[i] - w[a]) / row[i]; e != 0 {
			for j := i + 1; j < n; j++ {
				left[j] -= e * row[j]
			}
		}
	}
	return w, r.descend(o, w, g, free)
}

// maxSweeps bounds the descent, which nearly always ends earlier.
const maxSweeps = 20

// descend moves one weight after the other to the grid value with the least error, as
// long as that helps.
func (r *Refit) descend(o int, w []float64, g Grid, free []bool) float64 {
	n := len(w)
	h := r.h.RawSymmetric()
	// A symmetric matrix is stored as its upper triangle.
	column := func(i int, add float64, to []float64) {
		for j := range i {
			to[j] += add * h.Data[j*h.Stride+i]
		}
		for j, v := range h.Data[i*h.Stride+i : i*h.Stride+n] {
			to[i+j] += add * v
		}
	}
	slope := make([]float64, n)
	off := make([]float64, n)
	for i := range n {
		if off[i] = w[i] - r.optimum.At(i, o); off[i] != 0 {
			column(i, off[i], slope)
		}
	}
	for range maxSweeps {
		moved := false
		for _, i := range r.order {
			if free != nil && !free[i] {
				continue
			}
			q := g.Nearest(w[i] - slope[i]/h.Data[i*h.Stride+i])
			d := q - w[i]
			// The quadratic in d must gain noticeably. Otherwise rounding errors of
			// floats could make two values change places for ever.
			if d == 0 || d*(slope[i]+d*h.Data[i*h.Stride+i]/2) > -1e-12*math.Abs(d*slope[i]) {
				continue
			}
			w[i], off[i], moved = q, off[i]+d, true
			column(i, d, slope)
		}
		if !moved {
			break
		}
	}
	loss := 0.0
	for i := range n {
		loss += off[i] * slope[i]
	}
	return loss
}

// Best is the result of Round on the grid that gives the least error.
func (r *Refit) Best(o int, grids []Grid, free []bool) []float64 {
	best, least := []float64(nil), math.Inf(1)
	for _, g := range grids {
		if w, loss := r.Round(o, g, free); best == nil || loss < least {
			best, least = w, loss
		}
	}
	return best
}
