package onnx

import (
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// maxFine is how many fraction bits an accumulator may have beyond its output.
// With it a dropped weight is below 2^-30 of the output's least step per unit of
// input, and the widest layers sum fewer than 2^20 such units.
const maxFine = 30

// channel is one output channel in integers.
type channel struct {
	base    int
	bias    int32
	codes   []spec.Code // equally many for each weight
	dropped int         // weights that lost terms
}

// settle turns a channel of sums of at most n powers of two into codes. The base is the
// least exponent in use. A lower one would only make the bias more precise, and its
// rounding is already finer than the contribution of the least input step.
//
// A channel can be so fine that its bias exceeds int32, its sum 48 bits, or its
// accumulator maxFine. Batch norm does that to channels that the training has switched
// off. settle then raises the base until all three fit, and drops the terms below it. That
// changes the sum by less than a thousandth of the bias or of the output's step. If no
// term is left, the channel is its bias, in output units.
//
// With exact, the base is low enough for every digit of the bias.
//
// in is the input's interval of integers, inFrac and outFrac the fraction bits.
func settle(ws []float64, bias float64, in spec.Range, inFrac, outFrac, n int, exact bool) channel {
	c := channel{codes: make([]spec.Code, len(ws)*n)}
	all := spelled(ws)
	base, top, used := span(ws)
	fine := math.MaxInt
	if exact && bias != 0 {
		d, unit := digits(bias)
		fine = unit + d[len(d)-1].Shift() + inFrac
	}
	base = min(base, fine)
	for ; used > 0 && base <= top; base++ {
		if fits(all, bias, base, in, inFrac, outFrac) {
			break
		}
	}
	if used == 0 || base > top {
		c.bias = saturate(math.Ldexp(bias, outFrac))
		for _, w := range ws {
			if w != 0 {
				c.dropped++
			}
		}
		return c
	}
	// The term at the base may itself have been dropped.
	least := math.MaxInt
	for _, w := range all {
		for _, p := range w {
			if p.exponent >= base {
				least = min(least, p.exponent)
			}
		}
	}
	if base <= fine {
		least = min(least, fine)
	}
	c.base = least
	c.bias = saturate(math.Ldexp(bias, inFrac-least))
	for i, w := range all {
		for j, p := range w {
			if p.exponent < least {
				c.dropped++
				break
			}
			c.codes[i*n+j] = spec.Code((p.exponent - least + 1) * p.sign)
		}
	}
	return c
}

// power is a signed power of two.
type power struct{ exponent, sign int }

// spelled are the terms of weights, the greatest first.
func spelled(ws []float64) [][]power {
	all := make([][]power, len(ws))
	for i, w := range ws {
		if w == 0 {
			continue
		}
		d, base := digits(w)
		for _, c := range d {
			all[i] = append(all[i], power{base + c.Shift(), c.Sign()})
		}
	}
	return all
}

// fits reports whether a base gives a legal accumulator.
func fits(ws [][]power, bias float64, base int, in spec.Range, inFrac, outFrac int) bool {
	if base < -spec.MaxBase || inFrac-base-outFrac > maxFine {
		return false
	}
	b := math.Abs(math.Ldexp(bias, inFrac-base))
	if b > math.MaxInt32 {
		return false
	}
	step := float64(max(-in.Lo, in.Hi))
	sum := b + 1
	for _, w := range ws {
		for _, p := range w {
			if p.exponent >= base {
				sum += math.Ldexp(step, p.exponent-base)
			}
		}
	}
	return sum < math.Ldexp(1, spec.MaxAccWidth-1)
}

// saturate rounds to the nearest int32, ties to even.
func saturate(x float64) int32 {
	return int32(min(max(math.RoundToEven(x), -math.MaxInt32), math.MaxInt32))
}
