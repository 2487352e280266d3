package quantize

import (
	"errors"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Moments are the statistics of samples that a least squares fit of a linear layer
// needs: of its inputs x, and of the outputs y that it should have. They are centred,
// so the fit needs no unknown for the bias.
type Moments struct {
	Samples int
	MeanX   []float64
	MeanY   []float64
	VarY    []float64
	XX      *mat.SymDense // mean of (x-MeanX)(x-MeanX)ᵀ
	XY      *mat.Dense    // mean of (x-MeanX)(y-MeanY)ᵀ
}

// NewMoments takes one sample from each row of x and y. Both are changed.
func NewMoments(x, y *mat.Dense) *Moments {
	samples, inputs := x.Dims()
	_, outputs := y.Dims()
	m := &Moments{Samples: samples, MeanX: centre(x), MeanY: centre(y), VarY: make([]float64, outputs), XX: mat.NewSymDense(inputs, nil), XY: mat.NewDense(inputs, outputs, nil)}
	scale := 1 / float64(samples)
	for r := range samples {
		for o, v := range y.RawRowView(r) {
			m.VarY[o] += scale * v * v
		}
	}
	blas64.Syrk(blas.Trans, scale, x.RawMatrix(), 0, m.XX.RawSymmetric())
	blas64.Gemm(blas.Trans, blas.NoTrans, scale, x.RawMatrix(), y.RawMatrix(), 0, m.XY.RawMatrix())
	return m
}

// centre subtracts from each column its mean.
func centre(a *mat.Dense) []float64 {
	rows, cols := a.Dims()
	mean := make([]float64, cols)
	for r := range rows {
		for c, v := range a.RawRowView(r) {
			mean[c] += v
		}
	}
	for c := range mean {
		mean[c] /= float64(rows)
	}
	for r := range rows {
		row := a.RawRowView(r)
		for c := range row {
			row[c] -= mean[c]
		}
	}
	return mean
}

// errSingular is of a matrix that damping should have made positive definite.
var errSingular = errors.New("quantize: the inputs' moments are not positive definite")

// Bias is the bias that gives output o, with weights w, the mean that it should have.
func (m *Moments) Bias(o int, w []float64) float64 {
	b := m.MeanY[o]
	for i, v := range w {
		b -= v * m.MeanX[i]
	}
	return b
}
