package spec

// AccRange is the interval of output channel oc's accumulator, in units of 2^-AccFrac.
// It assumes that the taps are independent and that each takes every value of InRange.
// Its ends are exact, with two exceptions. For a wrapping accumulator that can wrap, it
// is the whole range of the accumulator's width. With Termwise, the terms of a weight
// are taken as independent, which can only widen the interval. oc is ignored if all
// channels have the same accumulator.
//
// The layer's network must have passed Validate.
func (l *Layer) AccRange(oc int) Range { return l.Op.accRange(l, oc) }

func (op *Conv) accRange(l *Layer, oc int) Range {
	if l.Constant(oc) {
		return point(int64(op.Bias[oc]))
	}
	return op.Acc.fill(point(int64(op.Bias[oc])), l.tapTerms(oc))
}

func (op *Add) accRange(l *Layer, oc int) Range   { return exactRange(op.terms(l, oc)) }
func (op *Pool) accRange(l *Layer, oc int) Range  { return exactRange(op.terms(l, oc)) }
func (op *Dense) accRange(l *Layer, oc int) Range { return exactRange(op.terms(l, oc)) }

func exactRange(terms []Range) Range { return Accumulator{}.fill(Range{}, terms) }

// fill is the range of the accumulator after the terms have been added to start.
func (a Accumulator) fill(start Range, terms []Range) Range {
	var full Range
	if a.Mode != AccExact {
		full = Format{Signed: true, Width: a.Width}.Range()
	}
	sum := start
	for _, t := range terms {
		sum = addRange(sum, t)
		if a.Mode == AccSaturate {
			// Clamping is monotone: the ends of a range become its ends.
			sum = Range{min(max(sum.Lo, full.Lo), full.Hi), min(max(sum.Hi, full.Lo), full.Hi)}
		}
	}
	if a.Mode == AccWrap && !sum.Within(full) {
		return full
	}
	return sum
}

func (op *Conv) terms(l *Layer, oc int) []Range {
	return append(l.tapTerms(oc), point(int64(op.Bias[oc])))
}

func (*Add) terms(l *Layer, oc int) []Range {
	f := l.AccFrac(oc)
	return []Range{
		shlRange(l.inR[0], f-l.inF[0].Frac),
		shlRange(l.inR[1], f-l.inF[1].Frac),
	}
}

func (op *Pool) terms(l *Layer, _ int) []Range {
	frame := scaleRange(l.inR[0], int64(l.in[0].H)*int64(l.in[0].W))
	return []Range{scaleRange(frame, op.Recip)}
}

func (op *Dense) terms(l *Layer, oc int) []Range {
	n := len(op.Weights) / op.OutN
	terms := make([]Range, 0, n+1)
	for _, w := range op.Weights[oc*n : (oc+1)*n] {
		terms = append(terms, scaleRange(l.inR[0], int64(w)))
	}
	return append(terms, point(int64(op.Bias[oc])))
}

// tapTerms are the ranges of the terms that the taps of output channel oc of a
// convolution add, in order. Weights of zero have none.
func (l *Layer) tapTerms(oc int) []Range {
	acc := l.Op.(*Conv).Acc
	var terms []Range
	for t := range l.Taps() {
		w := l.Weight(oc, t)
		if len(w) > 1 && !acc.Termwise() {
			terms = append(terms, scaleRange(l.inR[0], w.Value()))
			continue
		}
		for _, c := range w {
			terms = append(terms, acc.term(c, l.inR[0]))
		}
	}
	return terms
}

// term is the range of one term for inputs in x.
func (a Accumulator) term(c Code, x Range) Range {
	k := c.Shift() - a.Drop
	switch {
	case c.Sign() > 0:
		return shlRange(x, k)
	case a.Order == ShiftNegate:
		return negRange(shlRange(x, k))
	default:
		return shlRange(negRange(x), k)
	}
}

// Saturating interval arithmetic. Values stay within ±huge, so that a network
// that has not been validated cannot overflow int64 here; the sum of magnitudes
// that Validate limits saturates upward only and is thereby safe to compare.
const huge = int64(1) << 61

func clip(v int64) int64 { return min(max(v, -huge), huge) }

func point(v int64) Range { return Range{v, v} }

func addRange(a, b Range) Range {
	return Range{clip(clip(a.Lo) + clip(b.Lo)), clip(clip(a.Hi) + clip(b.Hi))}
}

func negRange(r Range) Range { return Range{-r.Hi, -r.Lo} }

// shlRange is r × 2^k, or floor(r / 2^-k) for a negative k.
func shlRange(r Range, k int) Range { return Range{shl(r.Lo, k), shl(r.Hi, k)} }

func shl(v int64, k int) int64 {
	if k <= 0 {
		return v >> min(-k, 63)
	}
	if v == 0 {
		return 0
	}
	if k > 61 {
		return mulClip(v, huge)
	}
	return mulClip(v, 1<<k)
}

func scaleRange(r Range, by int64) Range {
	a, b := mulClip(r.Lo, by), mulClip(r.Hi, by)
	return Range{min(a, b), max(a, b)}
}

func mulClip(a, b int64) int64 {
	if a == 0 || b == 0 {
		return 0
	}
	a, b = clip(a), clip(b)
	if abs(a) > huge/abs(b) {
		if (a < 0) != (b < 0) {
			return -huge
		}
		return huge
	}
	return a * b
}

func abs(v int64) int64 { return max(v, -v) }

// magnitude is the sum of the greatest absolute values of the terms: a bound on
// every partial sum in every order.
func magnitude(terms []Range) int64 {
	var sum int64
	for _, t := range terms {
		sum = clip(sum + max(abs(clip(t.Lo)), abs(clip(t.Hi))))
	}
	return sum
}
