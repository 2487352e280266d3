package quantize

import (
	"math"
	"slices"
)

// Grid is the set of values that a weight of one output channel can take, ascending.
// 0 is one of them.
type Grid []float64

// Sums is 0 and every sum of at most terms signed powers of two, in canonical signed
// digits. The exponents top, top-1, … are those of a window. With one term the sums are
// the powers of two themselves.
func Sums(top, window, terms int) Grid {
	g := Grid{0}
	var extend func(v float64, from, terms int)
	extend = func(v float64, from, terms int) {
		for k := from; k < window && terms > 0; k++ {
			for _, d := range []float64{math.Ldexp(1, top-k), -math.Ldexp(1, top-k)} {
				g = append(g, v+d)
				extend(v+d, k+2, terms-1) // no two digits are neighbours
			}
		}
	}
	extend(0, 0, terms)
	slices.Sort(g)
	return g
}

// Nearest is the value of the grid nearest to x; of two equally near ones, the smaller.
func (g Grid) Nearest(x float64) float64 {
	i, _ := slices.BinarySearch(g, x)
	switch {
	case i == 0:
		return g[0]
	case i == len(g) || x-g[i-1] <= g[i]-x:
		return g[i-1]
	}
	return g[i]
}
