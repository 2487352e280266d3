package spec

// Concat is the channels of its first input followed by those of its second, each
// requantized.
type Concat struct{}

// Split is Count channels of the input, beginning with First, requantized.
type Split struct{ First, Count int }

type fileSplit struct {
	First    int `json:"first"`
	Channels int `json:"channels"`
}

// Source is the origin of channel oc of a Concat or a Split: an input, and a channel of
// it.
func (l *Layer) Source(oc int) (input, channel int) {
	if s, ok := l.Op.(*Split); ok {
		return 0, s.First + oc
	}
	if n := l.in[0].C; oc >= n {
		return 1, oc - n
	}
	return 0, oc
}

func (*Concat) kind() string { return "concat" }
func (*Split) kind() string  { return "split" }

func (*Concat) inputs() int { return 2 }
func (*Split) inputs() int  { return 1 }

func (*Concat) clone() Op   { return &Concat{} }
func (op *Split) clone() Op { o := *op; return &o }

func (*Concat) check(*validator) bool { return true }

func (op *Split) check(v *validator) bool {
	ok := v.between("split.first", "channel", op.First, 0, MaxDim-1)
	return v.between("split.channels", "channel count", op.Count, 1, MaxDim) && ok
}

func (*Concat) fit(v *validator, l *Layer) (sized, complete bool) {
	a, b := l.in[0], l.in[1]
	if a.H != b.H || a.W != b.W {
		v.problem(-1, "inputs", "frames differ: %q is %dx%d, %q is %dx%d", l.Inputs[0], a.H, a.W, l.Inputs[1], b.H, b.W)
		return false, false
	}
	l.out = Shape{a.C + b.C, a.H, a.W}
	return true, true
}

func (op *Split) fit(v *validator, l *Layer) (sized, complete bool) {
	in := l.in[0]
	if op.First+op.Count > in.C {
		v.problem(-1, "split.channels", "channels %d to %d of %d", op.First, op.First+op.Count-1, in.C)
		return false, false
	}
	l.out = Shape{op.Count, in.H, in.W}
	return true, true
}

func (*Concat) sums(v *validator, l *Layer) {
	v.sum(l, 0, -1, MaxAccWidth)
	v.sum(l, l.in[0].C, -1, MaxAccWidth)
}

func (*Split) sums(v *validator, l *Layer) { v.sum(l, 0, -1, MaxAccWidth) }

func (*Concat) accFrac(l *Layer, oc int) int { return l.sourceFrac(oc) }
func (*Split) accFrac(l *Layer, oc int) int  { return l.sourceFrac(oc) }

func (l *Layer) sourceFrac(oc int) int {
	input, _ := l.Source(oc)
	return l.inF[input].Frac
}

func (*Concat) accRange(l *Layer, oc int) Range { return l.sourceRange(oc) }
func (*Split) accRange(l *Layer, oc int) Range  { return l.sourceRange(oc) }

func (l *Layer) sourceRange(oc int) Range {
	input, _ := l.Source(oc)
	return l.inR[input]
}

func (*Concat) terms(l *Layer, oc int) []Range { return []Range{l.sourceRange(oc)} }
func (*Split) terms(l *Layer, oc int) []Range  { return []Range{l.sourceRange(oc)} }

func (*Concat) encode(f *fileLayer)   { f.Concat = &struct{}{} }
func (op *Split) encode(f *fileLayer) { f.Split = &fileSplit{op.First, op.Count} }

func decodeConcat(*object) Op { return &Concat{} }

func decodeSplit(o *object) Op {
	return &Split{o.small("first", o.int("first")), o.small("channels", o.int("channels"))}
}

func (*Concat) parameters(*Layer) []parameter { return nil }
func (*Split) parameters(*Layer) []parameter  { return nil }
