package quantize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Variance of output o with weights w, before any clamp.
func (m *Moments) Variance(w []float64) float64 {
	v := mat.NewVecDense(len(w), w)
	return mat.Inner(v, m.XX, v)
}

// factorsPerOctave is how many factors MatchDeviation tries.
const factorsPerOctave = 16

// MatchDeviation rounds weights w times the factor of an octave with which the standard
// deviation of output o comes nearest to what it should be. Rounding in the log domain
// changes a channel's gain; a factor before it moves each weight towards or over a
// threshold, and so the gain.
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
