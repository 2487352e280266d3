package spec

// Network is a power-of-two network as it is built in silicon. Layers are in execution
// order: every input of a layer names an earlier layer or InputName.
type Network struct {
	Name   string
	Input  Input
	Layers []*Layer
}

// InputName is how a layer refers to the network's input.
const InputName = "input"

// Input describes the frame that enters the first layer. With no Preprocess an
// image byte b means b/256, so Format is u8.8.
type Input struct {
	Shape      Shape
	Format     Format
	Preprocess []Preprocess // host-side steps in order, applied to b/255 as a real number before it is quantized (RND, SAT) to Format; nil: the byte itself
}

// Preprocess is one step per channel that the host executes. The network records it so
// that golden can reproduce it. It is never hardware, and never folded into weights,
// since zero padding comes after it.
type Preprocess struct {
	Op    string    // "mul", "add", "sub" or "div"
	Value []float64 // one per channel, or one for all
}

// Shape is the size of a feature map: channels, rows, columns.
type Shape struct{ C, H, W int }

// Layer is one node of the network.
type Layer struct {
	Name   string
	Inputs []string
	Expect []Format // formats of Inputs as the layer was built for; nil: whatever the producers give
	Op     Op
	Out    Requant // how the accumulator becomes the output

	in  []Shape // shapes of Inputs, filled by Network.Validate
	inF []Format
	inR []Range
	out Shape
}

// Op is what a layer computes: *Conv, *Add, *Pool, *MaxPool, *AvgPool, *Concat, *Split
// or *Dense. Its methods are all that this package has to know of a kind of layer, so a
// kind that lacks one does not compile. Other packages distinguish kinds by Match.
type Op interface {
	kind() string
	inputs() int // how many a layer has
	clone() Op
	// check and fit are the validator's, without the inputs and with them; see op and fit.
	check(v *validator) bool
	fit(v *validator, l *Layer) (sized, complete bool)
	// sums checks the range of every accumulator and its requantization.
	sums(v *validator, l *Layer)
	accFrac(l *Layer, oc int) int
	accRange(l *Layer, oc int) Range
	// terms are the ranges of the terms of a sum, including the bias.
	terms(l *Layer, oc int) []Range
	encode(f *fileLayer)
	parameters(l *Layer) []parameter
}

// Match calls the function for op's kind and returns its result. A new kind becomes one
// more parameter, so a caller that does not handle it does not compile. op is not nil.
func Match[T any](op Op, conv func(*Conv) T, add func(*Add) T, pool func(*Pool) T,
	maxPool func(*MaxPool) T, avgPool func(*AvgPool) T, concat func(*Concat) T, split func(*Split) T, dense func(*Dense) T) T {
	switch op := op.(type) {
	case *Conv:
		return conv(op)
	case *Add:
		return add(op)
	case *Pool:
		return pool(op)
	case *MaxPool:
		return maxPool(op)
	case *AvgPool:
		return avgPool(op)
	case *Concat:
		return concat(op)
	case *Split:
		return split(op)
	case *Dense:
		return dense(op)
	}
	panic("spec: an operation of no kind")
}

// Conv is a convolution whose weights are codes, or sums of them; see Code and Weight.
// A tap is one input of one output channel: taps are numbered input channel of
// the group first, then kernel row, then kernel column, as the weights are.
type Conv struct {
	OutC   int
	Kernel [2]int // rows, columns
	Stride [2]int // rows, columns
	Pad    [4]int // top, left, bottom, right; padded taps read the integer 0
	Groups int
	Bits   int     // of a code: a window of 2^(Bits-1)-1 exponents
	Terms  int     // codes per weight, which is their sum; at most MaxTerms; 0 means 1
	Codes  []Code  // [OutC][InC/Groups][rows][columns][PerWeight]; see Weight
	Base   []int32 // [OutC]: the exponent of code 1; 0 for a channel of zeros
	Bias   []int32 // [OutC]: in units of the channel's accumulator
	Acc    Accumulator
}

// Accumulator declares how the layer accumulates. The zero value is the exact sum.
//
// Without truncation, channel oc accumulates in units of 2^-(inputFrac-Base[oc]):
// every term is then an integer, x << (|code|-1). The terms of one weight are added
// separately, the largest power first.
type Accumulator struct {
	// Drop fraction bits are cut from every term before it is added, in
	// this Order; the unit of the accumulator is then 2^Drop times coarser.
	Drop  int
	Order TermOrder
	// Mode says what happens at Width bits (two's complement); Width is 0 when
	// Mode is AccExact.
	Mode  AccMode
	Width int
}

// Termwise reports whether the terms of a weight count one by one: the accumulator
// truncates each term, or saturates after each addition. Otherwise a weight counts as
// the integer that is the sum of its terms.
func (a Accumulator) Termwise() bool { return a.Drop > 0 || a.Mode == AccSaturate }

// TermOrder is the order of negation and truncation in a term with a negative
// weight: (-x)>>s and -(x>>s) differ.
type TermOrder uint8

const (
	NegateShift TermOrder = iota // (-x) >> s
	ShiftNegate                  // -(x >> s)

	numTermOrders
)

// AccMode is what an accumulator does when it is full.
type AccMode uint8

const (
	AccExact    AccMode = iota // as wide as it must be
	AccWrap                    // modulo 2^Width
	AccSaturate                // clamps after every addition: bias, then ascending tap, then descending term

	numAccModes
)

// Add is a residual addition of two feature maps of one shape. Fractions are
// aligned to the finer one; the sum is exact and then requantized.
type Add struct{}

// Pool is a global average pool: the exact sum over the frame, times
// Recip × 2^-RecipFrac, requantized.
type Pool struct {
	Recip     int64 // positive
	RecipFrac int
}

// Dense is one layer of the programmable head: int8 weights, int32 accumulator.
type Dense struct {
	OutN       int
	Weights    []int8 // [OutN][InN], -127..127
	WeightFrac int    // a weight w stands for w × 2^-WeightFrac
	Bias       []int32
}

// Requant is the tail of every layer. It shifts right with Rounding, applies Overflow
// to reach Format, and then clamps to Clamp, in output units.
type Requant struct {
	Format   Format
	Rounding Rounding
	Overflow Overflow
	Clamp    *Range // nil: none. ReLU is [0, Max]; ReLU6 is [0, 6·2^Frac rounded]
}

// Range is an interval that contains all outputs, whatever the input. SAT_ZERO needs no
// case of its own: every format holds 0, and the clamp comes after the overflow.
func (r Requant) Range() Range {
	o := r.Overflow.Range(r.Format)
	if r.Clamp != nil {
		// A clamp moves values outside of it to its ends.
		o = Range{min(max(o.Lo, r.Clamp.Lo), r.Clamp.Hi), max(min(o.Hi, r.Clamp.Hi), r.Clamp.Lo)}
	}
	return o
}

func (*Conv) kind() string  { return "conv" }
func (*Add) kind() string   { return "add" }
func (*Pool) kind() string  { return "pool" }
func (*Dense) kind() string { return "dense" }

func (*Conv) inputs() int  { return 1 }
func (*Add) inputs() int   { return 2 }
func (*Pool) inputs() int  { return 1 }
func (*Dense) inputs() int { return 1 }

// TapSource says where tap t of output channel oc reads: the channel of the
// input map, and the kernel row and column.
func (l *Layer) TapSource(oc, t int) (ic, ky, kx int) {
	c := l.Op.(*Conv)
	k := c.Kernel[0] * c.Kernel[1]
	perGroup := l.in[0].C / c.Groups
	group := oc / (c.OutC / c.Groups)
	return group*perGroup + t/k, t % k / c.Kernel[1], t % c.Kernel[1]
}

// Constant reports whether all weights of output channel oc are zero: the
// channel is then its bias, in output units.
func (l *Layer) Constant(oc int) bool {
	for _, c := range l.Channel(oc) {
		if c != 0 {
			return false
		}
	}
	return true
}

// AccFrac is the number of fraction bits of the accumulator that Out
// requantizes. For a convolution and a concatenation it depends on the channel; oc is
// ignored by the other operations.
func (l *Layer) AccFrac(oc int) int { return l.Op.accFrac(l, oc) }

func (c *Conv) accFrac(l *Layer, oc int) int {
	if l.Constant(oc) {
		return l.Out.Format.Frac
	}
	return l.inF[0].Frac - int(c.Base[oc]) - c.Acc.Drop
}

func (*Add) accFrac(l *Layer, _ int) int     { return max(l.inF[0].Frac, l.inF[1].Frac) }
func (p *Pool) accFrac(l *Layer, _ int) int  { return l.inF[0].Frac + p.RecipFrac }
func (d *Dense) accFrac(l *Layer, _ int) int { return l.inF[0].Frac + d.WeightFrac }

// Shift is the right shift of the requantization, AccFrac minus the output's
// fraction bits; negative is a left shift.
func (l *Layer) Shift(oc int) int { return l.AccFrac(oc) - l.Out.Format.Frac }

// InShape is the shape of input i. It is known after Network.Validate, as are InFormat
// and InRange.
func (l *Layer) InShape(i int) Shape { return l.in[i] }

// InFormat is the number format of input i.
func (l *Layer) InFormat(i int) Format { return l.inF[i] }

// InRange is the interval that input i lies in: the producer's output range,
// together with 0 where the layer pads.
func (l *Layer) InRange(i int) Range { return l.inR[i] }

// OutShape is the shape of the layer's output.
func (l *Layer) OutShape() Shape { return l.out }

// Kind is the name of what the layer computes, one of Kinds.
func (l *Layer) Kind() string { return l.Op.kind() }

// Layer finds a layer by name, or returns nil.
func (n *Network) Layer(name string) *Layer {
	for _, l := range n.Layers {
		if l.Name == name {
			return l
		}
	}
	return nil
}
