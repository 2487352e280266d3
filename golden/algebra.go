package golden

import "github.com/hashiflex/hashiflex/spec"

// Algebra has all operations on numbers that the reference model may use. Numbers are
// mathematical integers: no width, no wrap. This package has one set of definitions over
// it, with two uses: Int64 executes a network, and *Terms yields the terms for proofs.
type Algebra[V any] interface {
	// Const is the integer c.
	Const(c int64) V
	// Sum adds its operands; the empty sum is 0.
	Sum(vs ...V) V
	// Neg is -v.
	Neg(v V) V
	// Mul is a × b.
	Mul(a, b V) V
	// Shl is v × 2^k, k ≥ 0.
	Shl(v V, k int) V
	// Shr is floor(v / 2^k), k ≥ 0.
	Shr(v V, k int) V
	// IfLess is then where a < b, and otherwise els.
	IfLess(a, b, then, els V) V
}

// Convolve is one output of a convolution: Accumulate, then Requantize.
func Convolve[V any](alg Algebra[V], l *spec.Layer, oc int, xs []V) V {
	return Requantize(alg, l.Out, l.Shift(oc), Accumulate(alg, l, oc, xs))
}

// Accumulate is the accumulator of output channel oc over the taps xs, in units
// of 2^-AccFrac. xs has one entry per tap, in tap order; entries of zero weights
// are ignored.
func Accumulate[V any](alg Algebra[V], l *spec.Layer, oc int, xs []V) V {
	conv := l.Op.(*spec.Conv)
	acc := conv.Acc
	bias := alg.Const(int64(conv.Bias[oc]))
	if l.Constant(oc) {
		return bias
	}
	terms := []V{bias}
	for t, x := range xs {
		w := l.Weight(oc, t)
		if len(w) > 1 && !acc.Termwise() {
			terms = append(terms, alg.Mul(x, alg.Const(w.Value())))
			continue
		}
		for _, c := range w {
			terms = append(terms, TapTerm(alg, acc, c, x))
		}
	}
	switch acc.Mode {
	case spec.AccExact:
		return alg.Sum(terms...)
	case spec.AccWrap:
		return wrap(alg, alg.Sum(terms...), spec.Format{Signed: true, Width: acc.Width})
	case spec.AccSaturate:
		f := spec.Format{Signed: true, Width: acc.Width}
		sum := terms[0]
		for _, t := range terms[1:] {
			sum = clamp(alg, alg.Sum(sum, t), f.Range())
		}
		return sum
	}
	panic("golden: unknown accumulator mode " + acc.Mode.String())
}

// TapTerm is one term of a tap's weight: ±(x << shift), or with truncation in the
// order that acc declares. c is not zero.
func TapTerm[V any](alg Algebra[V], acc spec.Accumulator, c spec.Code, x V) V {
	k := c.Shift() - acc.Drop
	scale := func(v V) V {
		if k >= 0 {
			return alg.Shl(v, k)
		}
		return alg.Shr(v, -k)
	}
	switch {
	case c.Sign() > 0:
		return scale(x)
	case acc.Order == spec.NegateShift:
		return scale(alg.Neg(x))
	case acc.Order == spec.ShiftNegate:
		return alg.Neg(scale(x))
	}
	panic("golden: unknown term order " + acc.Order.String())
}

// AddAligned is the accumulator of a residual addition: both inputs at the
// finer of their two fractions.
func AddAligned[V any](alg Algebra[V], l *spec.Layer, a, b V) V {
	f := l.AccFrac(0)
	return alg.Sum(alg.Shl(a, f-l.InFormat(0).Frac), alg.Shl(b, f-l.InFormat(1).Frac))
}

// PoolScale multiplies the sum over a frame by the pool's reciprocal.
func PoolScale[V any](alg Algebra[V], p *spec.Pool, sum V) V {
	return alg.Mul(sum, alg.Const(p.Recip))
}

// Greatest is the largest of xs, which is not empty.
func Greatest[V any](alg Algebra[V], xs []V) V {
	most := xs[0]
	for _, x := range xs[1:] {
		most = alg.IfLess(most, x, x, most)
	}
	return most
}

// AverageScale multiplies the sum over a window, the pixels xs, by the pool's reciprocal.
func AverageScale[V any](alg Algebra[V], p *spec.AvgPool, xs []V) V {
	return alg.Mul(alg.Sum(xs...), alg.Const(p.Recip))
}

// DenseAccumulate is the accumulator of output o of a dense layer over the
// features xs.
func DenseAccumulate[V any](alg Algebra[V], d *spec.Dense, o int, xs []V) V {
	ws := make([]V, len(xs))
	for i := range ws {
		ws[i] = alg.Const(int64(d.Weights[o*len(xs)+i]))
	}
	return DenseSum(alg, alg.Const(int64(d.Bias[o])), ws, xs)
}

// DenseSum is the accumulator of a dense output whose bias and weights are values
// too, a weight for each of xs.
func DenseSum[V any](alg Algebra[V], bias V, ws, xs []V) V {
	terms := make([]V, 0, len(xs)+1)
	terms = append(terms, bias)
	for i, x := range xs {
		terms = append(terms, alg.Mul(x, ws[i]))
	}
	return alg.Sum(terms...)
}

// Requantize turns an accumulator into an output: shift right by shift places
// (left when negative) with q's rounding, bring it into q's format with q's
// overflow mode, clamp.
func Requantize[V any](alg Algebra[V], q spec.Requant, shift int, acc V) V {
	v := overflow(alg, q, Round(alg, q.Rounding, shift, acc))
	if q.Clamp != nil {
		v = clamp(alg, v, *q.Clamp)
	}
	return v
}

// maxRound is the longest right shift whose rounding constants leave an int64
// room for the accumulator.
const maxRound = 62

// Round divides v by 2^shift with rounding mode r; a negative shift multiplies.
//
// Every mode is floor((v + c) / 2^shift); spec.Constants says what c is.
//
// A shift beyond maxRound counts as maxRound. For |v| < 2^(maxRound-1), which
// every accumulator of spec.MaxAccWidth bits satisfies with room to spare, the
// two agree in every mode: floor gives 0 or -1 by v's sign, and all other modes
// give 0, since v is nearer to 0 than to ±2^shift by more than a tie.
func Round[V any](alg Algebra[V], r spec.Rounding, shift int, v V) V {
	if shift <= 0 {
		return alg.Shl(v, -shift)
	}
	shift = min(shift, maxRound)
	k := r.Constants(shift)
	zero := alg.Const(0)
	var c V
	switch {
	case r == spec.TRN: // nothing to add
		return alg.Shr(v, shift)
	case k.Even:
		q := alg.Shr(v, shift)
		odd := alg.Sum(q, alg.Neg(alg.Shl(alg.Shr(q, 1), 1)))
		c = alg.Sum(bySign(alg, v, zero, k), odd)
	default:
		c = bySign(alg, v, zero, k)
	}
	return alg.Shr(alg.Sum(v, c), shift)
}

// bySign is the constant of k for v.
func bySign[V any](alg Algebra[V], v, zero V, k spec.Constants) V {
	if k.Neg == k.Pos {
		return alg.Const(k.Pos)
	}
	return alg.IfLess(v, zero, alg.Const(k.Neg), alg.Const(k.Pos))
}

func overflow[V any](alg Algebra[V], q spec.Requant, v V) V {
	f := q.Format
	switch beyonds[q.Overflow] {
	case wraps:
		return wrap(alg, v, f)
	case clamped:
		return clamp(alg, v, q.Overflow.Range(f))
	case vanishes:
		zero := alg.Const(0)
		return alg.IfLess(v, alg.Const(f.Min()), zero, alg.IfLess(alg.Const(f.Max()), v, zero, v))
	}
	panic("golden: unknown overflow " + q.Overflow.String())
}

// wrap is the integer of format f that is congruent to v modulo 2^Width.
func wrap[V any](alg Algebra[V], v V, f spec.Format) V {
	lo := alg.Const(-f.Min())
	return alg.Sum(v, alg.Neg(alg.Shl(alg.Shr(alg.Sum(v, lo), f.Width), f.Width)))
}

func clamp[V any](alg Algebra[V], v V, r spec.Range) V {
	lo, hi := alg.Const(r.Lo), alg.Const(r.Hi)
	return alg.IfLess(v, lo, lo, alg.IfLess(hi, v, hi, v))
}

// Int64 executes the model. Its callers keep every value within
// spec.MaxAccWidth bits plus a rounding constant; nothing here can overflow then.
type Int64 struct{}

func (Int64) Const(c int64) int64      { return c }
func (Int64) Neg(v int64) int64        { return -v }
func (Int64) Mul(a, b int64) int64     { return a * b }
func (Int64) Shl(v int64, k int) int64 { return v << k }
func (Int64) Shr(v int64, k int) int64 { return v >> min(k, 63) }
func (Int64) Sum(vs ...int64) (s int64) {
	for _, v := range vs {
		s += v
	}
	return s
}

func (Int64) IfLess(a, b, then, els int64) int64 {
	if a < b {
		return then
	}
	return els
}
