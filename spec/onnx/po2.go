package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Quantizer says how real weights become powers of two. The zero value takes
// only weights that already are.
type Quantizer struct {
	// Bits of a code, 2 to 8. With the zero value of Round, 0 is the smallest
	// that fits, layer by layer.
	Bits int
	// Round rounds instead of refusing.
	Round bool
	// Method of rounding.
	Method Method
}

// Method is how weights are rounded. All leave exact powers of two.
type Method string

const (
	// MethodBest is MethodRefit where there are pictures to calibrate on, and MethodRound
	// where there are none.
	MethodBest Method = ""
	// MethodRound takes the nearest in the log domain and looks at nothing else.
	MethodRound Method = "round"
	// MethodMoments corrects each channel's mean, by the bias, and its standard deviation,
	// by a factor before rounding.
	MethodMoments Method = "moments"
	// MethodRefit fits each layer to the model's outputs by least squares, given what the
	// layers before it really compute, and rounds weights one after the other, so that
	// the next make up for the error.
	MethodRefit Method = "refit"
)

// Methods are those that a user can name, the plainest first.
var Methods = []Method{MethodRound, MethodMoments, MethodRefit}

// ParseQuantizer reads "po2:bits=4", with ",method=refit" behind it or not, or "" for the
// zero value.
func ParseQuantizer(s string) (Quantizer, error) {
	if s == "" {
		return Quantizer{}, nil
	}
	bad := fmt.Errorf("quantizer %q: want po2:bits=N, N in %d..%d, and perhaps ,method=M, M one of %q", s, minBits, maxBits, Methods)
	settings, ok := strings.CutPrefix(s, "po2:")
	if !ok {
		return Quantizer{}, bad
	}
	q := Quantizer{Round: true}
	seen := map[string]bool{}
	for _, setting := range strings.Split(settings, ",") {
		key, value, ok := strings.Cut(setting, "=")
		if !ok || seen[key] {
			return Quantizer{}, bad
		}
		seen[key] = true
		switch key {
		case "bits":
			n, err := strconv.Atoi(value)
			if err != nil || strconv.Itoa(n) != value {
				return Quantizer{}, bad
			}
			q.Bits = n
		case "method":
			if q.Method = Method(value); !slices.Contains(Methods, q.Method) {
				return Quantizer{}, bad
			}
		default:
			return Quantizer{}, bad
		}
	}
	return q, q.check()
}

const (
	minBits = 2
	maxBits = 8
)

// Used is the method that MethodBest stands for, and any other itself.
func (q Quantizer) Used(calibrated bool) Method {
	switch {
	case q.Method != MethodBest:
		return q.Method
	case calibrated:
		return MethodRefit
	}
	return MethodRound
}

func (q Quantizer) check() error {
	if q.Bits == 0 && !q.Round {
		return nil
	}
	if q.Bits < minBits || q.Bits > maxBits {
		return fmt.Errorf("quantizer: %d bits are not in %d..%d", q.Bits, minBits, maxBits)
	}
	return nil
}

// window is how many exponents a code of that many bits can tell apart.
func window(bits int) int { return 1<<(bits-1) - 1 }

// exponent is k of the power of two that is nearest to |w| in the log domain,
// and whether w is ±2^k exactly. w is finite and not 0.
//
// The threshold between 2^k and 2^(k+1) is sqrt(2)·2^k, which no float64 hits.
func exponent(w float64) (k int, exact bool) {
	f, k := math.Frexp(math.Abs(w)) // f in [1/2, 1)
	if f < math.Sqrt2/2 {
		k--
		return k, f == 0.5
	}
	return k, false
}

// round replaces a channel's weights by powers of two: each by the nearest in
// the log domain, then those below the window of the largest by zero. Zero is
// infinitely far away in that domain, but a weight raised to the window's lower
// end may be raised by any factor, while one that is dropped changes the sum by
// less than the least weight that is kept.
func (q Quantizer) round(ws []float64) {
	top := math.MinInt
	for _, w := range ws {
		if w != 0 {
			k, _ := exponent(w)
			top = max(top, k)
		}
	}
	for i, w := range ws {
		if w == 0 {
			ws[i] = 0 // -0 too
			continue
		}
		k, _ := exponent(w)
		if k <= top-window(q.Bits) {
			ws[i] = 0
			continue
		}
		ws[i] = math.Copysign(math.Ldexp(1, k), w)
	}
}

// span is the least and the largest exponent of a channel of powers of two;
// used is false for a channel of zeros.
func span(ws []float64) (lo, hi int, used bool) {
	lo, hi = math.MaxInt, math.MinInt
	for _, w := range ws {
		if w != 0 {
			k, _ := exponent(w)
			lo, hi, used = min(lo, k), max(hi, k), true
		}
	}
	return lo, hi, used
}

// maxListed is how many refused weights of a layer are listed one by one.
const maxListed = 5

// exact checks that a layer's weights are powers of two that fit a window, and
// returns the bits of a code.
func (q Quantizer) exact(l *layer, ps *problems) int {
	c := l.conv
	refused := 0
	for oc := range c.outC {
		for i, w := range c.channel(oc) {
			if w == 0 {
				c.channel(oc)[i] = 0
				continue
			}
			k, ok := exponent(w)
			if ok {
				continue
			}
			if refused++; refused <= maxListed {
				ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: i, Value: w, Nearest: math.Copysign(math.Ldexp(1, k), w)})
			}
		}
	}
	if refused > maxListed {
		ps.add(&WeightProblem{Layer: l.name, Channel: -1, Msg: fmt.Sprintf("and %d more weights that are no powers of two", refused-maxListed)})
	}
	if refused > 0 {
		return 0
	}
	bits := max(q.Bits, minBits)
	for oc := range c.outC {
		lo, hi, used := span(c.channel(oc))
		if !used {
			continue
		}
		if q.Bits == 0 {
			for bits <= maxBits && hi-lo >= window(bits) {
				bits++
			}
		}
		if limit := min(bits, maxBits); hi-lo >= window(limit) {
			ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: -1, Msg: fmt.Sprintf(
				"exponents %d to %d do not fit a window of %d, which is what %d bits have", lo, hi, window(limit), limit)})
			bits = limit
		}
		if lo < -spec.MaxBase || hi > spec.MaxBase {
			ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: -1, Msg: fmt.Sprintf(
				"exponents %d to %d are not in %d..%d", lo, hi, -spec.MaxBase, spec.MaxBase)})
		}
	}
	return bits
}

// powers turns the convolutions' weights into powers of two in place and returns
// the bits of each layer's codes.
func (q Quantizer) powers(layers []*layer) ([]int, error) {
	var ps problems
	bits := make([]int, len(layers))
	for i, l := range layers {
		if l.conv == nil {
			continue
		}
		if !q.Round {
			bits[i] = q.exact(l, &ps)
			continue
		}
		bits[i] = q.Bits
		for oc := range l.conv.outC {
			q.round(l.conv.channel(oc))
		}
	}
	return bits, ps.err()
}

// withRefused adds to the problems of a model, nil if it was not understood at
// all, the weights of it that q refuses. Its weights are changed.
func (q Quantizer) withRefused(m *Model, err error) error {
	if m == nil || q.Round {
		return err
	}
	settled := slices.DeleteFunc(slices.Clone(m.layers), func(l *layer) bool { return l.unsettled })
	var all problems
	all.add(err)
	if _, refused := q.powers(settled); refused != nil {
		all.add(refused)
	}
	return all.err()
}
