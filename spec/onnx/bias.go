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
	codes   []spec.Code
	dropped int // weights that were not zero and became zero
}

// settle turns a channel of powers of two into codes. The base is the least
// exponent that is used: a lower one would buy precision of the bias only, and a
// bias is rounded to less than the contribution of the least input step.
//
// A channel can be so fine that its bias leaves int32, its sum 48 bits, or its
// accumulator maxFine: batch norm does that to channels that the training has
// switched off. The base is then raised until it fits, and weights below it are
// dropped, which changes the sum by less than a thousandth of the bias or of the
// output's step. When none is left the channel is its bias, in output units.
//
// in is the input's interval of integers, inFrac and outFrac the fraction bits.
func settle(ws []float64, bias float64, in spec.Range, inFrac, outFrac int) channel {
	c := channel{codes: make([]spec.Code, len(ws))}
	base, top, used := span(ws)
	for ; used && base <= top; base++ {
		if fits(ws, bias, base, in, inFrac, outFrac) {
			break
		}
	}
	if !used || base > top {
		c.bias = saturate(math.Ldexp(bias, outFrac))
		for _, w := range ws {
			if w != 0 {
				c.dropped++
			}
		}
		return c
	}
	// The weight at the base may itself have been dropped.
	least := math.MaxInt
	for _, w := range ws {
		if w != 0 {
			if k, _ := exponent(w); k >= base {
				least = min(least, k)
			}
		}
	}
	c.base = least
	c.bias = saturate(math.Ldexp(bias, inFrac-least))
	for i, w := range ws {
		if w == 0 {
			continue
		}
		k, _ := exponent(w)
		if k < least {
			c.dropped++
			continue
		}
		c.codes[i] = spec.Code(k - least + 1)
		if w < 0 {
			c.codes[i] = -c.codes[i]
		}
	}
	return c
}

// fits reports whether a base gives a legal accumulator.
func fits(ws []float64, bias float64, base int, in spec.Range, inFrac, outFrac int) bool {
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
		if w != 0 {
			if k, _ := exponent(w); k >= base {
				sum += math.Ldexp(step, k-base)
			}
		}
	}
	return sum < math.Ldexp(1, spec.MaxAccWidth-1)
}

// saturate rounds to the nearest int32, ties to even.
func saturate(x float64) int32 {
	return int32(min(max(math.RoundToEven(x), -math.MaxInt32), math.MaxInt32))
}
