package onnx

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/quantize"
)

// Quantizer says how real weights become powers of two, or sums of a few of them. The zero
// value accepts only weights that already are powers of two.
type Quantizer struct {
	// Bits of a code, 2 to 8, or 2 to 6 if a weight has several terms. Without Round, 0
	// means the smallest number that fits, layer by layer.
	Bits int
	// Terms is the number of signed powers of two whose sum is a weight, 1 to 4; 0 means 1.
	Terms int
	// Round rounds weights instead of refusing them. It never rounds weights of a model
	// that is quantized already.
	Round bool
	// Method of rounding.
	Method Method
	// Prune is the percentage of the convolutions' weights that become 0 before rounding.
	// These are the weights of least magnitude, within PruneBy.
	Prune   int
	PruneBy Scope
}

// Scope is the set of weights among which pruning compares magnitudes.
type Scope string

const (
	// ByLayer prunes the same fraction of every layer. The zero value means it too.
	ByLayer Scope = "layer"
	// ByNetwork prunes the least weights of the whole network.
	ByNetwork Scope = "global"
)

// Scopes are those that a user can name.
var Scopes = []Scope{ByLayer, ByNetwork}

// Method is how weights are rounded. All yield exact powers of two, or sums of them.
type Method string

const (
	// MethodBest is MethodRefit with pictures to calibrate on, and MethodRound without.
	MethodBest Method = ""
	// MethodRound takes the nearest value for each weight alone. With one term, it is the
	// nearest in the log domain, so distances are relative. With several, distances are
	// absolute.
	MethodRound Method = "round"
	// MethodMoments corrects each channel's mean by its bias, and its standard deviation
	// by a factor before rounding.
	MethodMoments Method = "moments"
	// MethodRefit fits each layer to the model's outputs by least squares, given what the
	// quantized layers before it compute. It rounds weights one after the other, and the
	// next ones compensate for the error.
	MethodRefit Method = "refit"
)

// Methods are those that a user can name, the simplest first.
var Methods = []Method{MethodRound, MethodMoments, MethodRefit}

// String is what ParseQuantizer reads.
func (q Quantizer) String() string {
	if !q.Round {
		return ""
	}
	s := fmt.Sprintf("po2:bits=%d", q.Bits)
	if q.Terms > 0 {
		s += fmt.Sprintf(",terms=%d", q.Terms)
	}
	if q.Method != MethodBest {
		s += ",method=" + string(q.Method)
	}
	if q.Prune > 0 {
		s += fmt.Sprintf(",prune=%d", q.Prune)
		if q.PruneBy == ByNetwork {
			s += ",by=" + string(q.PruneBy)
		}
	}
	return s
}

// ParseQuantizer reads "po2:bits=4", with optional settings as in
// "po2:bits=4,terms=2,method=refit,prune=50,by=global". "exact" and "" are the zero
// value.
func ParseQuantizer(s string) (Quantizer, error) {
	if s == "" || s == "exact" {
		return Quantizer{}, nil
	}
	bad := fmt.Errorf("quantizer %q: want po2:bits=N, N in %d..%d, and perhaps ,terms=T, T in 1..%d, ,method=M, M one of %v, ,prune=P, percent, ,by=S, S one of %v; or exact", s, minBits, maxBits, maxTerms, Methods, Scopes)
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
		n, err := strconv.Atoi(value)
		number := err == nil && strconv.Itoa(n) == value
		switch {
		case key == "bits" && number:
			q.Bits = n
		case key == "terms" && number && n > 0:
			q.Terms = n
		case key == "prune" && number:
			q.Prune = n
		case key == "by":
			if q.PruneBy = Scope(value); !slices.Contains(Scopes, q.PruneBy) {
				return Quantizer{}, bad
			}
		case key == "method":
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
	// Several terms suit integers of 31 bits, far more than trained weights need, and four
	// of them are any integer of eight bits.
	maxSumBits = 6
	maxTerms   = 4
)

// terms is the number of terms of a weight.
func (q Quantizer) terms() int { return max(1, q.Terms) }

// Used replaces MethodBest by the method that it stands for.
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
	if q.Terms < 0 || q.Terms > maxTerms {
		return fmt.Errorf("quantizer: %d terms are not in 1..%d", q.Terms, maxTerms)
	}
	if q.terms() > 1 && q.Bits > maxSumBits {
		return fmt.Errorf("quantizer: %d bits with %d terms are not in %d..%d", q.Bits, q.Terms, minBits, maxSumBits)
	}
	if q.Prune < 0 || q.Prune > 99 {
		return fmt.Errorf("quantizer: prune=%d is not in 0..99 percent", q.Prune)
	}
	return nil
}

// window is the number of exponents of a code of that many bits.
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

// round replaces a channel's weights by powers of two: each by the nearest in the log
// domain, then those below the window of the largest by zero. Zero is infinitely far
// away in that domain. But raising a weight to the window's lower end may multiply it
// by any factor, while dropping it changes the sum by less than the least weight that
// is kept.
//
// With several terms each weight becomes the nearest sum of the window.
func (q Quantizer) round(ws []float64) {
	if q.terms() > 1 {
		q.roundSums(ws)
		return
	}
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

// roundSums is round with several terms. The window begins at the first signed digit of
// the rounded largest weight.
func (q Quantizer) roundSums(ws []float64) {
	largest := 0.0
	for _, w := range ws {
		largest = max(largest, math.Abs(w))
	}
	g := quantize.Grid{0}
	if largest > 0 {
		// The first digit of x is 2^k where x is between 2/3 and 4/3 of that. With few
		// terms x may become a lesser sum, whose first digit is the next one.
		f, top := math.Frexp(largest)
		if f < 2.0/3 {
			top--
		}
		g = quantize.Sums(top, window(q.Bits), q.Terms)
		if _, hi, _ := span([]float64{g.Nearest(largest)}); hi < top {
			g = quantize.Sums(hi, window(q.Bits), q.Terms)
		}
	}
	for i, w := range ws {
		ws[i] = g.Nearest(w)
	}
}

// digits are the canonical signed digits of a finite w: the terms of its sum in units
// of 2^base. w is not 0.
func digits(w float64) (terms spec.Weight, base int) {
	f, e := math.Frexp(w)
	return spec.Spell(int64(math.Ldexp(f, 53))), e - 53
}

// span is the least and the largest exponent of the terms of a channel's weights, and
// the number of terms of the weight with the most; 0 terms: a channel of zeros.
func span(ws []float64) (lo, hi, terms int) {
	lo, hi = math.MaxInt, math.MinInt
	for _, w := range ws {
		if w != 0 {
			d, base := digits(w)
			lo, hi, terms = min(lo, base+d[len(d)-1].Shift()), max(hi, base+d[0].Shift()), max(terms, len(d))
		}
	}
	return lo, hi, terms
}

// spelling is the kind of codes of a layer's weights.
type spelling struct{ bits, terms int }

// maxListed is the number of refused weights of a layer that are listed one by one.
const maxListed = 5

// exact checks that a layer's weights are powers of two and fit a window. If the model
// says that they are integers, they may be sums of as many powers as spec allows. It
// returns how they are written.
func (q Quantizer) exact(l *layer, ps *problems) spelling {
	c := l.conv
	refused := 0
	for oc := range c.outC {
		for i, w := range c.channel(oc) {
			if w == 0 {
				c.channel(oc)[i] = 0
				continue
			}
			k, ok := exponent(w)
			if ok || c.integers {
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
		return spelling{}
	}
	s := spelling{bits: max(q.Bits, minBits), terms: 1}
	most := maxBits
	for oc := range c.outC {
		_, _, terms := span(c.channel(oc))
		s.terms = max(s.terms, terms)
	}
	if s.terms > 1 {
		most = maxSumBits
	}
	for oc := range c.outC {
		lo, hi, terms := span(c.channel(oc))
		if terms == 0 {
			continue
		}
		if q.Bits == 0 && !c.integers { // their biases count, too; see assemble.go
			for s.bits <= most && hi-lo >= window(s.bits) {
				s.bits++
			}
		}
		if limit := min(s.bits, most); !c.integers && hi-lo >= window(limit) {
			ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: -1, Msg: fmt.Sprintf(
				"exponents %d to %d do not fit a window of %d, which is what %d bits have", lo, hi, window(limit), limit)})
			s.bits = limit
		}
		if lo < -spec.MaxBase || hi > spec.MaxBase {
			ps.add(&WeightProblem{Layer: l.name, Channel: oc, Index: -1, Msg: fmt.Sprintf(
				"exponents %d to %d are not in %d..%d", lo, hi, -spec.MaxBase, spec.MaxBase)})
		}
	}
	if s.terms > spec.MaxTerms {
		ps.add(l.problem("a weight is a sum of %d powers of two, more than %d; quantize it to integers of fewer bits", s.terms, spec.MaxTerms))
	}
	return s
}

// powers turns the convolutions' weights into powers of two, or sums of them, in place.
// It returns how each layer's are written.
func (q Quantizer) powers(layers []*layer) ([]spelling, error) {
	var ps problems
	spelled := make([]spelling, len(layers))
	for i, l := range layers {
		if l.conv == nil {
			continue
		}
		if !q.Round {
			spelled[i] = q.exact(l, &ps)
			continue
		}
		spelled[i] = spelling{q.Bits, q.terms()}
		for oc := range l.conv.outC {
			q.round(l.conv.channel(oc))
		}
	}
	return spelled, ps.err()
}

// withRefused adds the weights that q refuses to the problems of model m, and changes
// m's weights. m is nil if nothing of the model was understood.
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
