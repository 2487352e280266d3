package accuracy

import (
	"encoding/json"
	"fmt"
	"math"
)

// Ratio is a signal-to-quantization-noise ratio. Signal is the power of a float output,
// and Noise the power of its difference from the integers' real values. Both are sums
// over values and images.
type Ratio struct{ Signal, Noise float64 }

// DB is the ratio in decibels: +Inf where there is no noise, -Inf where there is noise
// and no signal.
func (r Ratio) DB() float64 {
	if r.Noise == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(r.Signal/r.Noise)
}

func (r Ratio) String() string {
	if db := r.DB(); !math.IsInf(db, 1) {
		return fmt.Sprintf("%.1f dB", db)
	}
	return "exact"
}

// MarshalJSON writes decibels, and null where they are not finite.
func (r Ratio) MarshalJSON() ([]byte, error) {
	db := r.DB()
	if math.IsInf(db, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(math.Round(db*100) / 100)
}

func (r *Ratio) plus(o Ratio) { r.Signal, r.Noise = r.Signal+o.Signal, r.Noise+o.Noise }

// compare is the ratio of integers in units of 2^-frac against reals.
func compare(ints []int32, frac int, reals []float32) Ratio {
	var r Ratio
	unit := math.Ldexp(1, -frac)
	for i, x := range reals {
		d := float64(x) - float64(ints[i])*unit
		r.Signal += float64(x) * float64(x)
		r.Noise += d * d
	}
	return r
}
