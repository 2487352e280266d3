package spec

// MaxPool is the largest value of each window, requantized. Padding is ignored, as if
// it were -∞. No window lies in the padding alone, so hardware may read the low end of
// InRange there.
type MaxPool struct{ Window }

// AvgPool is the exact sum over each window, times Recip × 2^-RecipFrac, requantized.
// Padding counts as 0.
type AvgPool struct {
	Window
	Recip     int64 // positive
	RecipFrac int
}

type fileAvgPool struct {
	fileWindow
	Reciprocal int64 `json:"reciprocal"`
	Fraction   int   `json:"fraction"`
}

func (*MaxPool) kind() string { return "maxpool" }
func (*AvgPool) kind() string { return "avgpool" }

func (*MaxPool) inputs() int { return 1 }
func (*AvgPool) inputs() int { return 1 }

func (op *MaxPool) clone() Op { o := *op; return &o }
func (op *AvgPool) clone() Op { o := *op; return &o }

func (op *MaxPool) check(v *validator) bool { return op.Window.check(v, "maxpool") }

func (op *AvgPool) check(v *validator) bool {
	ok := op.Window.check(v, "avgpool")
	if op.Recip < 1 {
		v.problem(-1, "avgpool.reciprocal", "%d is not positive", op.Recip)
		ok = false
	}
	return v.between("avgpool.fraction", "fraction bits", op.RecipFrac, 0, MaxAccWidth) && ok
}

func (op *MaxPool) fit(v *validator, l *Layer) (sized, complete bool) {
	l.out, sized = op.Window.fit(v, "maxpool", l.in[0], l.in[0].C)
	return sized, sized
}

func (op *AvgPool) fit(v *validator, l *Layer) (sized, complete bool) {
	if op.Pad != [4]int{} {
		l.inR[0] = l.inR[0].Hull(Range{})
	}
	l.out, sized = op.Window.fit(v, "avgpool", l.in[0], l.in[0].C)
	return sized, sized
}

func (*MaxPool) sums(v *validator, l *Layer) { v.sum(l, 0, -1, MaxAccWidth) }
func (*AvgPool) sums(v *validator, l *Layer) { v.sum(l, 0, -1, MaxAccWidth) }

func (*MaxPool) accFrac(l *Layer, _ int) int    { return l.inF[0].Frac }
func (op *AvgPool) accFrac(l *Layer, _ int) int { return l.inF[0].Frac + op.RecipFrac }

func (*MaxPool) accRange(l *Layer, _ int) Range     { return l.inR[0] }
func (op *AvgPool) accRange(l *Layer, oc int) Range { return exactRange(op.terms(l, oc)) }

func (*MaxPool) terms(l *Layer, _ int) []Range { return []Range{l.inR[0]} }

func (op *AvgPool) terms(l *Layer, _ int) []Range {
	return []Range{scaleRange(scaleRange(l.inR[0], int64(op.Taps())), op.Recip)}
}

func (op *MaxPool) encode(f *fileLayer) {
	f.MaxPool = &fileWindow{op.Kernel, op.Stride, op.Pad}
}

func (op *AvgPool) encode(f *fileLayer) {
	f.AvgPool = &fileAvgPool{fileWindow{op.Kernel, op.Stride, op.Pad}, op.Recip, op.RecipFrac}
}

func decodeMaxPool(o *object) Op { return &MaxPool{decodeWindow(o)} }

func decodeAvgPool(o *object) Op {
	return &AvgPool{decodeWindow(o), o.int("reciprocal"), o.small("fraction", o.int("fraction"))}
}

func (*MaxPool) parameters(*Layer) []parameter { return nil }
func (*AvgPool) parameters(*Layer) []parameter { return nil }
