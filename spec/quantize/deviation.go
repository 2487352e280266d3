package quantize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Variance is the variance of output o with weights w, before any clamp.
func (m *Moments) Variance(w []float64) float64 {
	v := mat.NewVecDense(len(w), w)
	return mat.Inner(v, m.XX, v)
}

// factorsPerOctave is the number of factors that MatchDeviation tries.
const factorsPerOctave = 16

// MatchDeviation rounds weights w after it has multiplied them by a factor of one
// octave. It takes the factor that brings the standard deviation of output o nearest to
// its target. Rounding in the log domain changes a channel's gain. A factor before it
// moves each weight towards or over a threshold, and so changes the gain too.
func (m *Moments) MatchDeviation(o int, w []float64, round func([]float64) []float64) []float64 {
	var best []float64
	least := math.Inf(1)
	scaled := make([]float64, len(w))
	for i := range factorsPerOctave {
		f := math.Exp2((float64(i) - factorsPerOctave/2) / factorsPerOctave)
		for k, x := range w {
			scaled[k] = f * x
		}
		r := round(scaled)
		off := math.Abs(math.Log(m.Variance(r) / m.VarY[o]))
		// An output that never changes has no deviation to match.
		if best == nil || off < least {
			best, least = r, off
		}
		if m.VarY[o] == 0 {
			return round(w)
		}
	}
	return best
}
