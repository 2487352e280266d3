package spec

import (
	"fmt"
	"reflect"
)

// checkLayer checks layer i by itself, then against its producers, and fills
// what its accessors return.
func (v *validator) checkLayer(i int, l *Layer) {
	l.in, l.inF, l.inR, l.out = nil, nil, nil, Shape{}
	formatOK := v.requant(l.Out)
	if v.unread.op(i) || !v.op(l.Op) {
		v.resolve(i, l) // for its problems
		return
	}
	arity := l.Op.inputs()
	if len(l.Inputs) != arity {
		v.problem(-1, "inputs", "%d inputs: %s takes %d", len(l.Inputs), l.Kind(), arity)
	}
	if l.Expect != nil && len(l.Expect) != len(l.Inputs) && !v.unread.has(i, "inputs") {
		v.problem(-1, "in", "%d formats for %d inputs", len(l.Expect), len(l.Inputs))
	}
	ps := v.resolve(i, l)
	if len(ps) != arity {
		return
	}
	read := !v.unread.has(i, "")
	for k, p := range ps {
		l.in = append(l.in, p.shape)
		l.inF = append(l.inF, p.format)
		l.inR = append(l.inR, p.rng)
		if k < len(l.Expect) && l.Expect[k] != p.format {
			v.problem(-1, fmt.Sprintf("in[%d]", k), "expects %v, but %q gives %v", l.Expect[k], l.Inputs[k], p.format)
		}
		v.head(l, k, p)
		read = read && (p.layer == nil || !v.unread.has(v.index[l.Inputs[k]], ""))
	}
	if !v.unread.sized(i) {
		return
	}
	sized, complete := v.fit(l)
	v.ok[i] = sized && formatOK
	if v.ok[i] && complete && read { // ranges depend on the overflow mode
		l.Op.sums(v, l)
	}
}

// head checks that dense layers form the head. A dense layer reads a map of one pixel
// or a dense layer, and nothing else reads a dense layer.
func (v *validator) head(l *Layer, k int, p producer) {
	field := fmt.Sprintf("inputs[%d]", k)
	_, dense := l.Op.(*Dense)
	switch {
	case dense && p.layer == nil:
		v.problem(-1, field, "%q is the network's input: a dense layer reads a layer", l.Inputs[k])
	case dense && (p.shape.H != 1 || p.shape.W != 1):
		v.problem(-1, field, "%q is %dx%d: a dense layer reads a map of one pixel", l.Inputs[k], p.shape.H, p.shape.W)
	case !dense && p.layer != nil && p.layer.Kind() == "dense":
		v.problem(-1, field, "%q is a dense layer: only dense layers read one", l.Inputs[k])
	}
}

// requant checks a tail; it reports whether the format can be used.
func (v *validator) requant(q Requant) bool {
	if !q.Rounding.Known() {
		v.problem(-1, "out.rounding", "%v is no rounding mode", q.Rounding)
	}
	if !q.Overflow.Known() {
		v.problem(-1, "out.overflow", "%v is no overflow mode", q.Overflow)
	}
	if err := q.Format.Check(); err != nil {
		v.problem(-1, "out.format", "%v", err)
		return false
	}
	if c := q.Clamp; c != nil {
		switch {
		case c.Lo > c.Hi:
			v.problem(-1, "out.clamp", "%v is empty", *c)
			return false
		case !c.Within(q.Format.Range()):
			v.problem(-1, "out.clamp", "%v is not within %v, the range of %v", *c, q.Format.Range(), q.Format)
			return false
		}
	}
	return true
}

// op checks what does not depend on the input. It reports whether the sizes can be
// used.
func (v *validator) op(op Op) bool {
	if op == nil || reflect.ValueOf(op).IsNil() {
		v.problem(-1, "op", "the layer has no operation")
		return false
	}
	return op.check(v)
}

func (*Add) check(*validator) bool { return true }

// between reports and returns whether lo <= n <= hi.
func (v *validator) between(field, what string, n, lo, hi int) bool {
	if n < lo || n > hi {
		v.problem(-1, field, "%s %d is not in %d..%d", what, n, lo, hi)
		return false
	}
	return true
}

func (c *Conv) check(v *validator) bool {
	ok := v.between("conv.channels", "channel count", c.OutC, 1, MaxDim)
	ok = Window{c.Kernel, c.Stride, c.Pad}.check(v, "conv") && ok
	if v.between("conv.groups", "group count", c.Groups, 1, MaxDim) && ok && c.OutC%c.Groups != 0 {
		v.problem(-1, "conv.groups", "%d groups do not divide %d output channels", c.Groups, c.OutC)
		ok = false
	}
	if !v.unread.has(v.at, "conv.accumulator") {
		v.accumulator(c.Acc)
	}
	return ok && c.Groups >= 1 && c.Groups <= MaxDim
}

func (v *validator) accumulator(a Accumulator) {
	v.between("conv.accumulator.drop", "dropped bits", a.Drop, 0, MaxDrop)
	switch {
	case !a.Order.Known():
		v.problem(-1, "conv.accumulator.order", "%v is no order", a.Order)
	case a.Order != NegateShift && a.Drop == 0:
		v.problem(-1, "conv.accumulator.order", "%v without dropped bits", a.Order)
	}
	switch a.Mode {
	case AccExact:
		if a.Width != 0 {
			v.problem(-1, "conv.accumulator.width", "%d bits for an exact accumulator: want 0", a.Width)
		}
	case AccWrap, AccSaturate:
		v.between("conv.accumulator.width", "bits", a.Width, 2, MaxAccWidth)
	default:
		v.problem(-1, "conv.accumulator.mode", "%v is no mode", a.Mode)
	}
}

func (p *Pool) check(v *validator) bool {
	if p.Recip < 1 {
		v.problem(-1, "pool.reciprocal", "%d is not positive", p.Recip)
		return false
	}
	return v.between("pool.fraction", "fraction bits", p.RecipFrac, 0, MaxAccWidth)
}

func (d *Dense) check(v *validator) bool {
	ok := v.between("dense.features", "feature count", d.OutN, 1, MaxDim)
	return v.between("dense.fraction", "fraction bits", d.WeightFrac, -MaxFrac, MaxFrac) && ok
}

// fit computes the output shape and checks the parameters against it. sized means that
// the shape is valid, and complete that every parameter is present and legal.
func (v *validator) fit(l *Layer) (sized, complete bool) {
	sized, complete = l.Op.fit(v, l)
	return sized && v.shape("out", l.out), complete
}

func (op *Conv) fit(v *validator, l *Layer) (sized, complete bool) {
	in := l.in[0]
	if in.C%op.Groups != 0 {
		v.problem(-1, "conv.groups", "%d groups do not divide %d input channels", op.Groups, in.C)
		return false, false
	}
	out, ok := Window{op.Kernel, op.Stride, op.Pad}.fit(v, "conv", in, op.OutC)
	if !ok {
		return false, false
	}
	l.out = out
	if op.Pad != [4]int{} {
		l.inR[0] = l.inR[0].Hull(Range{})
	}
	return true, v.convData(l, op)
}

func (*Add) fit(v *validator, l *Layer) (sized, complete bool) {
	if l.in[1] != l.in[0] {
		v.problem(-1, "inputs", "shapes differ: %q is %v, %q is %v", l.Inputs[0], l.in[0], l.Inputs[1], l.in[1])
		return false, false
	}
	l.out = l.in[0]
	return true, true
}

func (*Pool) fit(_ *validator, l *Layer) (sized, complete bool) {
	l.out = Shape{l.in[0].C, 1, 1}
	return true, true
}

func (op *Dense) fit(v *validator, l *Layer) (sized, complete bool) {
	in := l.in[0]
	l.out = Shape{op.OutN, 1, 1}
	return true, v.denseData(op, in.C*in.H*in.W)
}

// length reports and returns whether a tensor has as many values as it must.
func (v *validator) length(field string, have int, want int64) bool {
	if int64(have) != want {
		v.problem(-1, field, "%d values: want %d", have, want)
		return false
	}
	return true
}

func (v *validator) convData(l *Layer, c *Conv) bool {
	bitsOK := v.between("conv.bits", "bits", c.Bits, minBits, maxBits)
	if c.PerWeight() > 1 && c.Bits > maxSumBits && bitsOK {
		v.problem(-1, "conv.bits", "%d bits for a weight of %d terms: want at most %d", c.Bits, c.Terms, maxSumBits)
		bitsOK = false
	}
	if !v.between("conv.terms", "terms", c.Terms, 0, MaxTerms) {
		return false
	}
	taps := int64(l.in[0].C/c.Groups) * int64(c.Kernel[0]) * int64(c.Kernel[1])
	codesOK := v.length("codes", len(c.Codes), taps*int64(c.OutC)*int64(c.PerWeight()))
	baseOK := v.length("base", len(c.Base), int64(c.OutC))
	biasOK := v.length("bias", len(c.Bias), int64(c.OutC))
	ok := bitsOK && codesOK && baseOK && biasOK
	for oc := range c.OutC {
		if codesOK && bitsOK {
			ok = v.codes(oc, l.Channel(oc), 1<<(c.Bits-1)-1, c.PerWeight()) && ok
		}
		if !baseOK {
			continue
		}
		b := c.Base[oc]
		switch {
		case b < -MaxBase || b > MaxBase:
			v.problem(oc, "base", "%d is not in %d..%d", b, -MaxBase, MaxBase)
			ok = false
		case codesOK && b != 0 && l.Constant(oc):
			v.problem(oc, "base", "%d for a channel whose weights are all zero: want 0", b)
			ok = false
		}
	}
	return ok
}

// codes checks one channel's codes, n for each weight; the first bad one is named and
// the others are counted, since one wrong file can hold millions.
func (v *validator) codes(oc int, codes []Code, limit, n int) bool {
	bad, first := 0, 0
	for i, c := range codes {
		if int(c) > limit || int(c) < -limit {
			if bad == 0 {
				first = i
			}
			bad++
		}
	}
	more := func(of string) string {
		if bad > 1 {
			return fmt.Sprintf("; %d more%s in this channel", bad-1, of)
		}
		return ""
	}
	if bad > 0 {
		v.problem(oc, "codes", "code %d at tap %d is outside the window %d..%d%s", codes[first], first/n, -limit, limit, more(""))
		return false
	}
	for t := range len(codes) / n {
		if !canonical(codes[t*n : (t+1)*n]) {
			if bad == 0 {
				first = t
			}
			bad++
		}
	}
	if bad > 0 {
		w := codes[first*n : (first+1)*n]
		v.problem(oc, "codes", "codes %v at tap %d are not the canonical signed digits of %d, the greatest power first%s",
			w, first, Weight(w).Value(), more(" such weights"))
		return false
	}
	return true
}

func (v *validator) denseData(d *Dense, inN int) bool {
	weightsOK := v.length("weights", len(d.Weights), int64(d.OutN)*int64(inN))
	ok := v.length("bias", len(d.Bias), int64(d.OutN)) && weightsOK
	if !weightsOK {
		return false
	}
	for i, w := range d.Weights {
		if w == -128 {
			v.problem(i/inN, "weights", "weight -128 of input %d is not in -127..127", i%inN)
			ok = false
		}
	}
	return ok
}

func (op *Conv) sums(v *validator, l *Layer) {
	if !op.Acc.wellFormed() {
		return
	}
	for oc := range op.OutC {
		v.convAccumulator(l, op, oc)
	}
}

func (*Add) sums(v *validator, l *Layer)  { v.sum(l, 0, -1, MaxAccWidth) }
func (*Pool) sums(v *validator, l *Layer) { v.sum(l, 0, -1, MaxAccWidth) }

func (op *Dense) sums(v *validator, l *Layer) {
	for o := range op.OutN {
		v.sum(l, o, o, denseAccWidth)
	}
}

// wellFormed reports whether the mode and width can be computed with.
func (a Accumulator) wellFormed() bool {
	if a.Drop < 0 || a.Drop > MaxDrop || !a.Mode.Known() {
		return false
	}
	return a.Mode == AccExact || a.Width >= 2 && a.Width <= MaxAccWidth
}

func (v *validator) convAccumulator(l *Layer, c *Conv, oc int) {
	if c.Acc.Mode == AccSaturate && !l.Constant(oc) {
		// A saturating accumulator starts from the bias, so the bias must be a value
		// of the accumulator.
		full := Format{Signed: true, Width: c.Acc.Width}.Range()
		if b := int64(c.Bias[oc]); !full.Contains(b) {
			v.problem(oc, "bias", "%d does not fit the saturating accumulator's %d bits", b, c.Acc.Width)
			return
		}
	}
	v.sum(l, oc, oc, MaxAccWidth)
}

// sum checks channel oc's sum against width bits and its requantization against
// MaxShift and MaxAccWidth; channel is what a problem names.
func (v *validator) sum(l *Layer, oc, channel, width int) {
	const field = "accumulator"
	terms := l.Op.terms(l, oc)
	if m := magnitude(terms); m > maxMagnitude {
		v.problem(channel, field, "the magnitudes of bias and terms add up to more than 2^60")
		return
	}
	exact := Accumulator{}.fill(Range{}, terms)
	if !exact.Within(Format{Signed: true, Width: width}.Range()) {
		v.problem(channel, field, "range %v does not fit %d bits", exact, width)
		return
	}
	acc := l.AccRange(oc)
	switch s := l.Shift(oc); {
	case s > MaxShift:
		v.problem(channel, "out.format", "%v needs a right shift by %d places, more than %d", l.Out.Format, s, MaxShift)
	case s < -MaxShift:
		v.problem(channel, "out.format", "%v needs a left shift by %d places, more than %d", l.Out.Format, -s, MaxShift)
	case !shlRange(acc, -min(s, 0)).Within(Format{Signed: true, Width: MaxAccWidth}.Range()):
		v.problem(channel, "out.format", "%v needs a left shift by %d places, and the accumulator's range %v does not fit %d bits then",
			l.Out.Format, -s, acc, MaxAccWidth)
	}
}
