package quantize

import (
	"math"
	"slices"
)

// Grid is the set of values that a weight of one output channel can take, ascending.
// 0 is one of them.
type Grid []float64

// PowersOfTwo is 0 and ±2^k for the exponents top, top-1, … of a window.
func PowersOfTwo(top, window int) Grid {
	g := Grid{0}
	for k := range window {
		v := math.Ldexp(1, top-k)
		g = append(g, v, -v)
	}
	slices.Sort(g)
	return g
}

// Nearest is the value of the grid with the least distance to x, the smaller of two.
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
