package datapath

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// instance is a head, a program for it, and how it is driven.
type instance struct {
	params npu.Params
	layers []npu.Layer
	signed bool // features of an image
	stalls uint64

	// Before the second image: these rows and biases are written anew, and if
	// tail is set the last layer's descriptor, with a new commit.
	rows   []int
	biases []int
	tail   *npu.Layer
	clear  bool // the errors are cleared in between
	frames bool // frames that are too short and too long come in between
}

// Stall patterns: one bit for each decision to offer or take an item, used in turn.
const (
	noStalls   = ^uint64(0)
	someStalls = 0xb5ad_4ece_da1c_e2a9
)

// instances lists all heads that are proved: one for each combination of one to three
// layers, one to four lanes and each remainder of the last layer's outputs by the
// lanes, and three with more lanes. Their modes differ. The spreads have no common
// period, so many combinations of modes occur. A test checks that each mode occurs.
func instances() []instance {
	var all []instance
	for n := 1; n <= 3; n++ {
		for lanes := 1; lanes <= 4; lanes++ {
			for rest := range lanes {
				all = append(all, newInstance(len(all), n, lanes, rest))
			}
		}
	}
	// Rows of two words, and of three, which take the addresses of four.
	return append(all, newInstance(len(all), 2, 5, 2), newInstance(len(all)+1, 1, 8, 3), newInstance(len(all)+2, 1, 9, 2))
}

// newInstance is number i: n layers, the last one's outputs rest more than a
// multiple of the lanes.
func newInstance(i, n, lanes, rest int) instance {
	in := instance{params: npu.Params{Lanes: lanes}, signed: i%2 == 0, stalls: noStalls, clear: i%3 == 0, frames: i%4 < 2}
	if i%3 != 0 {
		in.stalls = bits.RotateLeft64(someStalls, i)
	}
	width := 1 + i%3
	features := width
	for k := range n {
		l := npu.Layer{In: width}
		l.Rounding = spec.Rounding((i + 3*k) % 7)
		l.Overflow = spec.Overflow((i/2 + k) % 4)
		l.Signed = (i/3+k)%2 == 0
		l.ReLU = (i/4+k)%2 == 0
		l.Out = 1 + (i+k)%(lanes+1)
		l.Shift = []int{5, 0, 9, 3, -2, 33, 1}[(i+k)%7]
		l.Width = []int{8, 5, 8, 7, 1}[(i+2*k)%5]
		if k == n-1 {
			l.Out = lanes*((i+1)%2) + rest
			if l.Out == 0 {
				l.Out = lanes
			}
			l.Shift = []int{0, 4, -7, 13, 33, -31, 1, 8}[i%8]
			l.Width = []int{32, 31, 16, 8, 24, 1, 12}[i%7]
			if l.Width == 32 {
				l.Signed = true
			}
		}
		width = l.Out
		features = max(features, l.In)
		in.layers = append(in.layers, l)
	}
	row, bias := in.place(i%2 == 1, i%2, i%3)
	in.params = npu.Params{Lanes: lanes, Features: features, Rows: max(3, row), Biases: max(2, bias), Layers: min(3, n+i%2)}
	in.rows = []int{in.layers[0].Row, in.layers[n-1].Row + in.layers[n-1].In - 1}
	in.biases = []int{in.layers[n-1].Bias}
	if i%2 == 1 {
		tail := in.layers[n-1]
		tail.Rounding = (tail.Rounding + 2) % 7
		tail.Overflow = (tail.Overflow + 1) % 4
		tail.ReLU = !tail.ReLU
		in.tail = &tail
	}
	return in
}

// place gives the layers their rows and biases, from the given ones on, in their
// order or the opposite one, and returns what follows the last.
func (in *instance) place(reverse bool, row, bias int) (int, int) {
	for k := range in.layers {
		if reverse {
			k = len(in.layers) - 1 - k
		}
		l := &in.layers[k]
		l.Row, l.Bias = row, bias
		row += l.Groups(in.params.Lanes) * l.In
		bias += l.Out
	}
	return row, bias
}

// name tells the instances apart.
func (in *instance) name() string {
	shape := fmt.Sprint(in.layers[0].In)
	for _, l := range in.layers {
		shape += fmt.Sprintf("→%d", l.Out)
	}
	return fmt.Sprintf("%s on %s", shape, words.Count(in.params.Lanes, "lane"))
}

// claim says what is proved of it.
func (in *instance) claim() string {
	var b strings.Builder
	features := "unsigned"
	if in.signed {
		features = "signed"
	}
	fmt.Fprintf(&b, "npu_head with LANES %d, FEATURES %d, ROWS %d, BIASES %d, LAYERS %d: after reset, the program (%s features",
		in.params.Lanes, in.params.Features, in.params.Rows, in.params.Biases, in.params.Layers, features)
	for k, l := range in.layers {
		fmt.Fprintf(&b, "; layer %d: %s", k, describe(l))
	}
	b.WriteString(") and two images, ")
	fmt.Fprintf(&b, "between which weight rows %v and biases %v are written anew", in.rows, in.biases)
	if in.tail != nil {
		fmt.Fprintf(&b, " and the last layer becomes %s", describe(*in.tail))
	}
	if in.frames {
		b.WriteString(", and frames that are too short and too long are dropped")
	}
	if in.stalls == noStalls {
		b.WriteString(", no stalls")
	} else {
		fmt.Fprintf(&b, ", stalls of both streams and the bus by the pattern %#x", in.stalls)
	}
	b.WriteString(": every logit, CLASS, VALUE, ERROR and IMAGES are golden's, and the weights and biases of the program are read back as they were written, for all weights, biases and features and whatever the memories held before")
	return b.String()
}

func describe(l npu.Layer) string {
	q := l.Requant()
	relu := ""
	if l.ReLU {
		relu = " ReLU"
	}
	return fmt.Sprintf("%d→%d shift %d %v %v %v%s", l.In, l.Out, l.Shift, l.Rounding, l.Overflow, q.Format, relu)
}
