package spec

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// small is a valid network with one layer of each kind: 2x4x4 input, conv a
// (grouped, padded, one channel of zeros), conv b, add, pool, dense, dense.
func small() *Network {
	s8 := Requant{Format: Format{true, 8, 4}, Rounding: RND, Overflow: SAT}
	return &Network{
		Name:  "small",
		Input: Input{Shape: Shape{2, 4, 4}, Format: Format{false, 8, 8}},
		Layers: []*Layer{
			{Name: "a", Inputs: []string{InputName}, Out: s8, Op: &Conv{
				OutC: 2, Kernel: [2]int{2, 2}, Stride: [2]int{1, 1}, Pad: [4]int{0, 0, 1, 1}, Groups: 2, Bits: 3,
				Codes: []Code{1, -2, 3, 0, 0, 0, 0, 0}, Base: []int32{-2, 0}, Bias: []int32{5, -7},
			}},
			{Name: "b", Inputs: []string{InputName}, Out: s8, Op: &Conv{
				OutC: 2, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4,
				Codes: []Code{1, -7, 2, 0}, Base: []int32{-4, -1}, Bias: []int32{0, 1},
			}},
			{Name: "sum", Inputs: []string{"a", "b"}, Out: s8, Op: &Add{}},
			{Name: "pool", Inputs: []string{"sum"}, Out: s8, Op: &Pool{Recip: 1 << 8, RecipFrac: 12}},
			{Name: "fc1", Inputs: []string{"pool"}, Out: s8, Op: &Dense{
				OutN: 3, Weights: []int8{1, 2, 3, -4, -127, 127}, WeightFrac: 6, Bias: []int32{1, 2, 3},
			}},
			{Name: "fc2", Inputs: []string{"fc1"}, Out: s8, Op: &Dense{
				OutN: 1, Weights: []int8{1, 0, -1}, WeightFrac: 6, Bias: []int32{0},
			}},
		},
	}
}

func conv(n *Network, name string) *Conv { return n.Layer(name).Op.(*Conv) }

func TestValidateResolves(t *testing.T) {
	n := small()
	require.NoError(t, n.Validate())
	a := n.Layer("a")
	require.Equal(t, Shape{2, 4, 4}, a.OutShape())
	require.Equal(t, Format{false, 8, 8}, a.InFormat(0))
	require.Equal(t, Range{0, 255}, a.InRange(0))
	require.Equal(t, 4, a.Taps())
	require.True(t, a.Constant(1))
	require.Equal(t, Shape{2, 1, 1}, n.Layer("pool").OutShape())
	require.Equal(t, Range{-128, 127}, n.Layer("sum").InRange(1))
	require.Equal(t, Shape{1, 1, 1}, n.Layer("fc2").OutShape())
	require.NoError(t, n.Validate(), "a second time")
}

func TestPaddingJoinsZeroToTheInputRange(t *testing.T) {
	for _, pad := range []bool{false, true} {
		n := small()
		n.Layer("b").Out.Clamp = &Range{3, 9}
		c := &Conv{OutC: 1, Kernel: [2]int{2, 2}, Stride: [2]int{3, 2}, Groups: 1, Bits: 2,
			Codes: make([]Code, 8), Base: []int32{0}, Bias: []int32{0}}
		want := Range{3, 9}
		if pad {
			c.Pad[3] = 1
			want.Lo = 0
		}
		n.Layers = append(n.Layers[:2], &Layer{Name: "c", Inputs: []string{"b"}, Out: n.Layers[0].Out, Op: c})
		require.NoError(t, n.Validate())
		require.Equal(t, want, n.Layer("c").InRange(0))
		require.Equal(t, Shape{1, 1, 2}, n.Layer("c").OutShape())
	}
}

// Every entry breaks the small network in one way; want holds the expected
// lines, all of them.
var broken = []struct {
	name  string
	wreck func(*Network)
	want  []string
}{
	{"no layers", func(n *Network) { n.Layers = nil }, []string{`network: layers: there are none`}},
	{"nil layer", func(n *Network) { n.Layers[5] = nil }, []string{`layer "#5": name: the layer is nil`}},
	{"nil operation", func(n *Network) { n.Layers[5].Op = nil }, []string{`layer "fc2": op: the layer has no operation`}},
	{"typed nil operation", func(n *Network) { n.Layers[5].Op = (*Dense)(nil) }, []string{`layer "fc2": op: the layer has no operation`}},
	{"empty name", func(n *Network) { n.Layers[5].Name = "" }, []string{`layer "#5": name: "" is empty`}},
	{"long name", func(n *Network) { n.Layers[5].Name = strings.Repeat("x", 257) }, []string{`is longer than 256 bytes`}},
	{"control character", func(n *Network) { n.Layers[5].Name = "x\ny" }, []string{`layer "x\ny": name: "x\ny" contains a control character`}},
	{"not UTF-8", func(n *Network) { n.Layers[5].Name = "\xff" }, []string{`is not UTF-8`}},
	{"network name", func(n *Network) { n.Name = "\x00" }, []string{`network: name: "\x00" contains a control character`}},
	{"duplicate name", func(n *Network) { n.Layers[5].Name = "fc1" }, []string{`layer "fc1": name: "fc1" is also the name of layer 4; this is layer 5`}},
	{"name of the input", func(n *Network) { n.Layers[5].Name = "input" }, []string{`layer "input": name: "input" is the name of the network's input`}},
	{"unknown input", func(n *Network) { n.Layers[5].Inputs[0] = "nope" }, []string{`layer "fc2": inputs[0]: there is no layer "nope"`}},
	{"empty input", func(n *Network) { n.Layers[5].Inputs[0] = "" }, []string{`layer "fc2": inputs[0]: there is no layer ""`}},
	{"forward input", func(n *Network) { n.Layers[0], n.Layers[3] = n.Layers[3], n.Layers[0]; n.Layers[0].Inputs[0] = "b" },
		[]string{`layer "pool": inputs[0]: "b" comes later: layers are in execution order`,
			`layer "sum": inputs[0]: "a" comes later: layers are in execution order`}},
	{"self cycle", func(n *Network) { n.Layers[0].Inputs[0] = "a" }, []string{`layer "a": inputs[0]: "a" closes a cycle: a -> a`}},
	{"cycle", func(n *Network) { n.Layers[0].Inputs[0] = "pool" }, []string{`layer "a": inputs[0]: "pool" closes a cycle: a -> sum -> pool -> a`}},
	{"missing input", func(n *Network) { n.Layers[2].Inputs = n.Layers[2].Inputs[:1] }, []string{`layer "sum": inputs: 1 inputs: add takes 2`}},
	{"surplus input", func(n *Network) { n.Layers[1].Inputs = []string{"input", "a"} }, []string{`layer "b": inputs: 2 inputs: conv takes 1`}},
	{"input shape", func(n *Network) { n.Input.Shape.W = 0 }, []string{`network: input.shape: 0 columns are not in 1..65536`}},
	{"input volume", func(n *Network) { n.Input.Shape = Shape{2, 65536, 65536} }, []string{`network: input.shape: 2x65536x65536 is 8589934592 values, more than 67108864`}},
	{"input format", func(n *Network) { n.Input.Format.Width = 0 }, []string{`network: input.format: format u0.8: width 0 is not in 1..32`}},
	{"preprocess operation", func(n *Network) { n.Input.Preprocess = []Preprocess{{"pow", []float64{2}}} }, []string{`network: input.preprocess[0]: operation "pow": want mul, add, sub or div`}},
	{"preprocess count", func(n *Network) { n.Input.Preprocess = []Preprocess{{"mul", []float64{2, 2, 2}}} }, []string{`network: input.preprocess[0]: 3 values: want 1 or one per channel, 2`}},
	{"preprocess NaN", func(n *Network) { n.Input.Preprocess = []Preprocess{{"add", []float64{1, math.NaN()}}} }, []string{`network: input.preprocess[0]: value 1 is NaN`}},
	{"preprocess infinity", func(n *Network) { n.Input.Preprocess = []Preprocess{{"add", []float64{math.Inf(1)}}} }, []string{`network: input.preprocess[0]: value 0 is +Inf`}},
	{"preprocess division", func(n *Network) { n.Input.Preprocess = []Preprocess{{"div", []float64{0}}} }, []string{`network: input.preprocess[0]: value 0 divides by zero`}},
	{"expectation", func(n *Network) { n.Layers[2].Expect = []Format{{true, 8, 4}, {true, 8, 5}} }, []string{`layer "sum": in[1]: expects s8.5, but "b" gives s8.4`}},
	{"expectations", func(n *Network) { n.Layers[2].Expect = []Format{{true, 8, 4}} }, []string{`layer "sum": in: 1 formats for 2 inputs`}},
	{"rounding", func(n *Network) { n.Layers[2].Out.Rounding = 7 }, []string{`layer "sum": out.rounding: Rounding(7) is no rounding mode`}},
	{"overflow", func(n *Network) { n.Layers[2].Out.Overflow = 4 }, []string{`layer "sum": out.overflow: Overflow(4) is no overflow mode`}},
	{"format width", func(n *Network) { n.Layers[2].Out.Format.Width = 33 }, []string{`layer "sum": out.format: format s33.4: width 33 is not in 1..32`}},
	{"format fraction", func(n *Network) { n.Layers[2].Out.Format.Frac = 65 }, []string{`layer "sum": out.format: format s8.65: 65 fraction bits are not in -64..64`}},
	{"empty clamp", func(n *Network) { n.Layers[2].Out.Clamp = &Range{3, 2} }, []string{`layer "sum": out.clamp: [3, 2] is empty`}},
	{"clamp outside", func(n *Network) { n.Layers[2].Out.Clamp = &Range{0, 128} }, []string{`layer "sum": out.clamp: [0, 128] is not within [-128, 127], the range of s8.4`}},
	{"no output channels", func(n *Network) { conv(n, "a").OutC = 0 }, []string{`layer "a": conv.channels: channel count 0 is not in 1..65536`}},
	{"kernel", func(n *Network) { conv(n, "b").Kernel[1] = 257 }, []string{`layer "b": conv.kernel: columns 257 is not in 1..256`}},
	{"stride", func(n *Network) { conv(n, "b").Stride[0] = 0 }, []string{`layer "b": conv.stride: rows 0 is not in 1..65536`}},
	{"pad", func(n *Network) { conv(n, "a").Pad[2] = 2 }, []string{`layer "a": conv.pad: bottom 2: want 0 or more, and less than the kernel's 2 rows`}},
	{"negative pad", func(n *Network) { conv(n, "a").Pad[1] = -1 }, []string{`layer "a": conv.pad: left -1: want 0 or more, and less than the kernel's 2 columns`}},
	{"groups", func(n *Network) { conv(n, "a").Groups = 0 }, []string{`layer "a": conv.groups: group count 0 is not in 1..65536`}},
	{"groups and outputs", func(n *Network) { conv(n, "a").Groups = 3 }, []string{`layer "a": conv.groups: 3 groups do not divide 2 output channels`}},
	{"groups and inputs", func(n *Network) { n.Input.Shape.C = 3 }, []string{
		`layer "a": conv.groups: 2 groups do not divide 3 input channels`,
		`layer "b": codes: 4 values: want 6`}},
	{"kernel larger than input", func(n *Network) { conv(n, "b").Kernel = [2]int{5, 1} }, []string{`layer "b": conv.kernel: 5x1 does not fit a padded input of 4x4`}},
	{"bits", func(n *Network) { conv(n, "b").Bits = 1 }, []string{`layer "b": conv.bits: bits 1 is not in 2..8`}},
	{"codes length", func(n *Network) { conv(n, "b").Codes = conv(n, "b").Codes[1:] }, []string{`layer "b": codes: 3 values: want 4`}},
	{"base length", func(n *Network) { conv(n, "b").Base = nil }, []string{`layer "b": base: 0 values: want 2`}},
	{"bias length", func(n *Network) { conv(n, "b").Bias = make([]int32, 3) }, []string{`layer "b": bias: 3 values: want 2`}},
	{"code", func(n *Network) { conv(n, "a").Codes[2] = 4 }, []string{`layer "a", channel 0: codes: code 4 at tap 2 is outside the window -3..3`}},
	{"codes", func(n *Network) { conv(n, "a").Codes[1] = -4; conv(n, "a").Codes[2] = 4 }, []string{`layer "a", channel 0: codes: code -4 at tap 1 is outside the window -3..3; 1 more in this channel`}},
	{"code -128", func(n *Network) { conv(n, "a").Bits = 8; conv(n, "a").Codes[0] = -128 }, []string{`layer "a", channel 0: codes: code -128 at tap 0 is outside the window -127..127`}},
	{"base of zeros", func(n *Network) { conv(n, "a").Base[1] = -3 }, []string{`layer "a", channel 1: base: -3 for a channel whose weights are all zero: want 0`}},
	{"base", func(n *Network) { conv(n, "a").Base[0] = -129 }, []string{`layer "a", channel 0: base: -129 is not in -128..128`}},
	{"drop", func(n *Network) { conv(n, "a").Acc.Drop = 17 }, []string{`layer "a": conv.accumulator.drop: dropped bits 17 is not in 0..16`}},
	{"order without drop", func(n *Network) { conv(n, "a").Acc.Order = ShiftNegate }, []string{`layer "a": conv.accumulator.order: SHIFT_NEGATE without dropped bits`}},
	{"order", func(n *Network) { conv(n, "a").Acc.Order = 2 }, []string{`layer "a": conv.accumulator.order: TermOrder(2) is no order`}},
	{"exact width", func(n *Network) { conv(n, "a").Acc.Width = 20 }, []string{`layer "a": conv.accumulator.width: 20 bits for an exact accumulator: want 0`}},
	{"wrap width", func(n *Network) { conv(n, "a").Acc = Accumulator{Mode: AccWrap, Width: 1} }, []string{`layer "a": conv.accumulator.width: bits 1 is not in 2..48`}},
	{"saturate width", func(n *Network) { conv(n, "a").Acc = Accumulator{Mode: AccSaturate, Width: 49} }, []string{`layer "a": conv.accumulator.width: bits 49 is not in 2..48`}},
	{"accumulator mode", func(n *Network) { conv(n, "a").Acc.Mode = 3 }, []string{`layer "a": conv.accumulator.mode: AccMode(3) is no mode`}},
	{"saturating bias", func(n *Network) {
		conv(n, "a").Acc = Accumulator{Mode: AccSaturate, Width: 4}
		conv(n, "a").Bias[0] = 8
		conv(n, "a").Bias[1] = 8 // a channel of zeros never enters the accumulator
	}, []string{`layer "a", channel 0: bias: 8 does not fit the saturating accumulator's 4 bits`}},
	{"accumulator range", func(n *Network) {
		c := conv(n, "b")
		c.Bits, c.Codes[1], c.Base[0] = 8, 42, 0
	}, []string{`layer "b", channel 0: accumulator: range [0, 560750930166015] does not fit 48 bits`}},
	{"wrapping accumulator range", func(n *Network) {
		c := conv(n, "b")
		c.Bits, c.Codes[1], c.Base[0], c.Acc = 8, 42, 0, Accumulator{Mode: AccWrap, Width: 16}
	}, []string{`layer "b", channel 0: accumulator: range [0, 560750930166015] does not fit 48 bits`}},
	{"cancelling magnitudes", func(n *Network) {
		// The input is the constant 1, so the terms 2^126 cancel exactly, yet no
		// partial sum fits a machine word.
		n.Layers[0].Out.Clamp = &Range{1, 1}
		n.Layers = append(n.Layers[:1], &Layer{Name: "c", Inputs: []string{"a"}, Out: n.Layers[0].Out, Op: &Conv{
			OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 8,
			Codes: []Code{127, -127}, Base: []int32{0}, Bias: []int32{0}}})
	}, []string{`layer "c", channel 0: accumulator: the magnitudes of bias and terms add up to more than 2^60`}},
	{"right shift", func(n *Network) { conv(n, "b").Base[1] = -45 }, []string{`layer "b", channel 1: out.format: s8.4 needs a right shift by 49 places, more than 48`}},
	{"left shift", func(n *Network) { conv(n, "b").Base[1] = 53 }, []string{`layer "b", channel 1: out.format: s8.4 needs a left shift by 49 places, more than 48`}},
	{"range after a left shift", func(n *Network) { conv(n, "b").Base[1] = 43 }, []string{`layer "b", channel 1: out.format: s8.4 needs a left shift by 39 places, and the accumulator's range [1, 511] does not fit 48 bits then`}},
	{"add shapes", func(n *Network) {
		conv(n, "b").Kernel = [2]int{1, 2}
		conv(n, "b").Codes = make([]Code, 8)
		conv(n, "b").Base[0] = 0
		conv(n, "b").Base[1] = 0
	},
		[]string{`layer "sum": inputs: shapes differ: "a" is {2 4 4}, "b" is {2 4 3}`}},
	{"add alignment", func(n *Network) {
		n.Layers[0].Out.Format.Frac = 60
		conv(n, "a").Bits = 2
		conv(n, "a").Codes[0] = 0
		conv(n, "a").Codes[1] = 0
		conv(n, "a").Codes[2] = 0
		conv(n, "a").Base[0] = 0
	},
		[]string{`layer "sum": accumulator: the magnitudes of bias and terms add up to more than 2^60`}},
	{"reciprocal", func(n *Network) { n.Layer("pool").Op.(*Pool).Recip = 0 }, []string{`layer "pool": pool.reciprocal: 0 is not positive`}},
	{"reciprocal's fraction", func(n *Network) { n.Layer("pool").Op.(*Pool).RecipFrac = 49 }, []string{`layer "pool": pool.fraction: fraction bits 49 is not in 0..48`}},
	{"pool range", func(n *Network) { n.Layer("pool").Op.(*Pool).Recip = 1<<36 + 1 }, []string{`layer "pool": accumulator: range [-140737488357376, 139637976729584] does not fit 48 bits`}},
	{"no features", func(n *Network) { n.Layer("fc2").Op.(*Dense).OutN = 0 }, []string{`layer "fc2": dense.features: feature count 0 is not in 1..65536`}},
	{"weight fraction", func(n *Network) { n.Layer("fc2").Op.(*Dense).WeightFrac = 65 }, []string{`layer "fc2": dense.fraction: fraction bits 65 is not in -64..64`}},
	{"dense weights", func(n *Network) { n.Layer("fc2").Op.(*Dense).Weights = nil }, []string{`layer "fc2": weights: 0 values: want 3`}},
	{"dense biases", func(n *Network) { n.Layer("fc2").Op.(*Dense).Bias = nil }, []string{`layer "fc2": bias: 0 values: want 1`}},
	{"weight -128", func(n *Network) { n.Layer("fc1").Op.(*Dense).Weights[3] = -128 }, []string{`layer "fc1", channel 1: weights: weight -128 of input 1 is not in -127..127`}},
	{"dense accumulator", func(n *Network) { n.Layer("fc1").Op.(*Dense).Bias[2] = math.MaxInt32 - 32000 }, []string{`layer "fc1", channel 2: accumulator: range [2147419262, 2147484032] does not fit 32 bits`}},
	{"dense after conv", func(n *Network) { n.Layers[5].Inputs[0] = "a"; n.Layer("fc2").Op.(*Dense).Weights = make([]int8, 32) }, []string{`layer "fc2": inputs[0]: "a" is 4x4: a dense layer reads a map of one pixel`}},
	{"dense after input", func(n *Network) {
		n.Layers[5].Inputs[0] = "input"
		n.Layer("fc2").Op.(*Dense).Weights = make([]int8, 32)
	}, []string{`layer "fc2": inputs[0]: "input" is the network's input: a dense layer reads a layer`}},
	{"pool after dense", func(n *Network) { n.Layers[5].Op = &Pool{Recip: 1} }, []string{`layer "fc2": inputs[0]: "fc1" is a dense layer: only dense layers read one`}},
	{"everything at once", func(n *Network) {
		n.Layers[0].Inputs[0] = "ghost"
		conv(n, "a").Acc.Drop = -1
		conv(n, "b").Codes[3] = 8
		n.Layer("fc1").Out.Overflow = 9
		n.Layer("fc2").Op.(*Dense).WeightFrac = -65
	}, []string{
		`layer "a": conv.accumulator.drop: dropped bits -1 is not in 0..16`,
		`layer "a": inputs[0]: there is no layer "ghost"`,
		`layer "b", channel 1: codes: code 8 at tap 1 is outside the window -7..7`,
		`layer "fc1": out.overflow: Overflow(9) is no overflow mode`,
		`layer "fc2": dense.fraction: fraction bits -65 is not in -64..64`,
	}},
}

func TestValidateReportsEveryProblem(t *testing.T) {
	for _, c := range broken {
		t.Run(c.name, func(t *testing.T) {
			n := small()
			c.wreck(n)
			err := n.Validate()
			require.Error(t, err)
			var lines []string
			for _, e := range Problems(err) {
				var p *Problem
				require.True(t, errors.As(e, &p))
				require.NotEmpty(t, p.Field)
				lines = append(lines, e.Error())
			}
			require.Equal(t, strings.Join(lines, "\n"), err.Error())
			require.Len(t, lines, len(c.want), err.Error())
			for i, w := range c.want {
				require.Contains(t, lines[i], w)
			}
		})
	}
}

// What Validate accepts at the very edge of each limit.
func TestValidateAcceptsTheLimits(t *testing.T) {
	for name, change := range map[string]func(*Network){
		"dense accumulator": func(n *Network) { n.Layer("fc1").Op.(*Dense).Bias[2] = math.MaxInt32 - 32385 },
		"right shift":       func(n *Network) { conv(n, "b").Base[1] = -44 },
		"left shift":        func(n *Network) { conv(n, "b").Base[1] = 42 },
		"pool range":        func(n *Network) { n.Layer("pool").Op.(*Pool).Recip = 1 << 36 },
		"saturating bias": func(n *Network) {
			conv(n, "a").Acc = Accumulator{Mode: AccSaturate, Width: 4}
			conv(n, "a").Bias[0] = 7
		},
		"code":            func(n *Network) { conv(n, "a").Codes[2] = -3 },
		"clamp":           func(n *Network) { n.Layers[2].Out.Clamp = &Range{-128, 127} },
		"clamp without 0": func(n *Network) { n.Layers[2].Out.Clamp = &Range{5, 6}; n.Layers[2].Out.Overflow = SATZero },
		"order with drop": func(n *Network) { conv(n, "a").Acc = Accumulator{Drop: 16, Order: ShiftNegate} },
		"expectation":     func(n *Network) { n.Layers[2].Expect = []Format{{true, 8, 4}, {true, 8, 4}} },
	} {
		t.Run(name, func(t *testing.T) {
			n := small()
			change(n)
			require.NoError(t, n.Validate())
		})
	}
}

func TestRequantRangeIsAttainedExactly(t *testing.T) {
	for _, signed := range []bool{false, true} {
		for width := 1; width <= 3; width++ {
			f := Format{Signed: signed, Width: width}
			for _, o := range Overflows() {
				clamps := []*Range{nil}
				for lo := f.Min(); lo <= f.Max(); lo++ {
					for hi := lo; hi <= f.Max(); hi++ {
						clamps = append(clamps, &Range{lo, hi})
					}
				}
				for _, c := range clamps {
					q := Requant{Format: f, Overflow: o, Clamp: c}
					got := Range{1 << 20, -1 << 20}
					for v := int64(-40); v <= 40; v++ {
						got = got.Hull(point(tail(q, v)))
					}
					require.Equal(t, got, q.Range(), "%v %v %v", f, o, c)
				}
			}
		}
	}
}

// tail is the overflow and the clamp of q, written by cases.
func tail(q Requant, v int64) int64 {
	f := q.Format
	if !f.Range().Contains(v) || q.Overflow == SATSym && f.Signed && v == f.Min() {
		switch q.Overflow {
		case WRAP:
			n := int64(1) << f.Width
			v = (v%n + n) % n
			if v > f.Max() {
				v -= n
			}
		case SATZero:
			v = 0
		default:
			lo := f.Min()
			if q.Overflow == SATSym && f.Signed {
				lo = -f.Max()
			}
			v = max(lo, min(f.Max(), v))
		}
	}
	if q.Clamp != nil {
		v = max(q.Clamp.Lo, min(q.Clamp.Hi, v))
	}
	return v
}
