package stream

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// cargo is the content of a stream in the network's terms: the feature map of a layer
// (or the frame), pixel by pixel; the windows or frame sums from which a layer computes
// its results; the operands of an addition, side by side; or features one by one.
type cargo struct {
	what  string // one of the words below
	layer string
	lanes int // side by side in one beat
	turn  turn
}

// turn says which frames a stream carries: number at, and then every of-th one. The
// zero value is all frames.
type turn struct{ at, of int }

const (
	pixels   = "pixels"
	windows  = "windows"
	sums     = "sums"
	pairs    = "pairs"
	features = "features"
)

func (c cargo) String() string {
	s := c.what + " of " + c.layer
	if c.lanes != 1 {
		s += fmt.Sprintf(", %d at a time", c.lanes)
	}
	if c.turn.of > 0 {
		s += fmt.Sprintf(", of frames %d, %d, …", c.turn.at, c.turn.at+c.turn.of)
	}
	return s
}

// width is how many bits an item has.
func (c cargo) width(net *spec.Network) int {
	of, format := net.Input.Shape, net.Input.Format
	l := net.Layer(c.layer)
	if l != nil {
		of, format = l.OutShape(), l.Out.Format
	}
	switch c.what {
	case windows:
		w, _ := l.Window()
		return c.lanes * w.Taps() * l.InShape(0).C * l.InFormat(0).Width
	case sums:
		n, _ := shiftadd.FrameWidth(l)
		return c.lanes * of.C * n
	case pairs:
		return c.lanes * (l.InShape(0).C*l.InFormat(0).Width + l.InShape(1).C*l.InFormat(1).Width)
	case features:
		return c.lanes * format.Width
	}
	return c.lanes * of.C * format.Width
}

// beats is how many of them a frame has.
func (c cargo) beats(net *spec.Network) int {
	of, err := shapeOf(c.layer, net)
	switch {
	case err != nil || c.what == sums:
		return 1
	case c.what == features:
		return raster{1, of.C, c.lanes}.beats()
	}
	return raster{of.H, of.W, c.lanes}.beats()
}

// carried follows the cargo of each block, from the frame on, and checks that it
// matches the inputs and outputs of the network's layers. It returns the cargo of the
// last stream.
func (c *chip) carried(net *spec.Network) (cargo, error) {
	mp := c.mp
	gives := make([]cargo, len(mp.Blocks))
	c.beats = make([]int, len(mp.Blocks))
	of := func(e end) (cargo, bool) {
		if e.block == outside {
			return cargo{what: pixels, layer: spec.InputName, lanes: mp.In.Lanes}, true
		}
		k := gives[e.block]
		if mp.Blocks[e.block].Kind == stream.KindDeal {
			k.turn = turn{e.stream, len(mp.Blocks[e.block].Outs)}
		}
		return k, k.what != ""
	}
	if first, _ := of(end{outside, 0}); c.width != first.width(net) {
		return cargo{}, fmt.Errorf("the design's input has %s, %s have %d", words.Count(c.width, "bit"), first, first.width(net))
	}
	made := map[string]string{} // by layer: the block that gives its feature map
	for left := len(mp.Blocks); left > 0; {
		before := left
		for i := range mp.Blocks {
			if gives[i].what != "" {
				continue
			}
			var in []cargo
			for _, e := range c.feeds[i] {
				if k, ok := of(e); ok {
					in = append(in, k)
				}
			}
			if len(in) < len(c.feeds[i]) {
				continue
			}
			b := &mp.Blocks[i]
			if len(in) == 0 {
				return cargo{}, fmt.Errorf("block %s has no input", b.Instance)
			}
			k, err := through(b, in, net)
			if err != nil {
				return cargo{}, err
			}
			if b.Kind == stream.KindApply {
				if other := made[b.Layer]; other != "" {
					return cargo{}, fmt.Errorf("blocks %s and %s both compute layer %s", other, b.Instance, b.Layer)
				}
				made[b.Layer] = b.Instance
			}
			for j := range b.Outs {
				if is, want := c.widths[i][j], k.width(net); is != want {
					return cargo{}, fmt.Errorf("output %s of block %s has %s, %s have %d", b.Outs[j].Data, b.Instance, words.Count(is, "bit"), k, want)
				}
			}
			gives[i] = k
			c.beats[i] = k.beats(net)
			left--
		}
		if left == before {
			for i := range mp.Blocks {
				if gives[i].what == "" {
					return cargo{}, fmt.Errorf("block %s is fed in a circle", mp.Blocks[i].Instance)
				}
			}
		}
	}
	last := ""
	for _, l := range net.Layers {
		if _, dense := l.Op.(*spec.Dense); dense {
			continue
		}
		if made[l.Name] == "" {
			return cargo{}, fmt.Errorf("no block computes layer %s", l.Name)
		}
		last = l.Name
	}
	whole := cargo{what: pixels, layer: last, lanes: max(mp.Out.Lanes, 1)}
	if len(mp.Heads) > 0 {
		whole.what = features
	}
	for i, e := range c.ends {
		want := whole
		if n := len(mp.Heads); n > 1 {
			want.turn = turn{i, n}
		}
		if k, _ := of(e); k != want {
			return cargo{}, fmt.Errorf("what comes out are %s, should be %s", k, want)
		}
	}
	return whole, nil
}

// through is what a block makes of its cargo. What a deal makes of it is dealt to its
// outputs, frame by frame.
func through(b *stream.Block, in []cargo, net *spec.Network) (cargo, error) {
	if of := in[0].turn; of != (turn{}) {
		// Frames that are dealt are given one by one, and nothing else is done to them.
		if b.Kind != stream.KindAdapter || len(in) != 1 {
			return cargo{}, fmt.Errorf("block %s, a %s, is given %v", b.Instance, b.Kind, in[0])
		}
		in = []cargo{in[0]}
		in[0].turn = turn{}
		k, err := through(b, in, net)
		k.turn = of
		return k, err
	}
	l := net.Layer(b.Layer)
	wrong := func(want ...cargo) (cargo, error) {
		return cargo{}, fmt.Errorf("block %s is given %v, should be %v", b.Instance, in, want)
	}
	if l == nil && (b.Kind == stream.KindWindow || b.Kind == stream.KindPool || b.Kind == stream.KindApply || b.Kind == stream.KindJoin) {
		return cargo{}, fmt.Errorf("block %s: the network has no layer %q", b.Instance, b.Layer)
	}
	features1 := takesFeatures(b, net)
	for i := range in {
		if b.Ins[i].Lanes != in[i].lanes && !features1 {
			return cargo{}, fmt.Errorf("block %s takes %s, it is given %v", b.Instance, words.Count(b.Ins[i].Lanes, "lane"), in[i])
		}
	}
	lanes := b.Outs[0].Lanes
	for i := range b.Outs {
		if b.Outs[i].Lanes != lanes {
			return cargo{}, fmt.Errorf("block %s: its outputs have different lanes", b.Instance)
		}
	}
	if b.Kind != stream.KindWindow && b.Kind != stream.KindAdapter && b.Kind != stream.KindPool && lanes != in[0].lanes {
		return cargo{}, fmt.Errorf("block %s has %s at its output, %d at its input", b.Instance, words.Count(lanes, "lane"), in[0].lanes)
	}
	var want []cargo
	if l != nil {
		for _, name := range l.Inputs {
			want = append(want, cargo{what: pixels, layer: name, lanes: in[0].lanes})
		}
	}
	switch b.Kind {
	case stream.KindFramer, stream.KindFIFO, stream.KindFork:
		return in[0], nil
	case stream.KindDeal:
		if n := in[0].beats(net); n != 1 {
			return cargo{}, fmt.Errorf("block %s deals out %v, of which a frame has %d", b.Instance, in[0], n)
		}
		return in[0], nil
	case stream.KindWindow:
		if slices.Equal(in, want) {
			return cargo{what: windows, layer: b.Layer, lanes: lanes}, nil
		}
	case stream.KindPool:
		if slices.Equal(in, want) {
			return cargo{what: sums, layer: b.Layer, lanes: lanes}, nil
		}
	case stream.KindJoin:
		if slices.Equal(in, want) {
			return cargo{what: pairs, layer: b.Layer, lanes: lanes}, nil
		}
	case stream.KindAdapter:
		want = []cargo{{what: pixels, layer: b.Layer, lanes: in[0].lanes}}
		if slices.Equal(in, want) {
			if features1 {
				return cargo{what: features, layer: b.Layer, lanes: lanes}, nil
			}
			return cargo{what: pixels, layer: b.Layer, lanes: lanes}, nil
		}
	case stream.KindApply:
		positions, both := want[0], cargo{what: pairs, layer: b.Layer, lanes: lanes}
		looks := func(w spec.Window) cargo {
			if w.Plain() {
				return positions
			}
			return cargo{what: windows, layer: b.Layer, lanes: lanes}
		}
		want = []cargo{spec.Match(l.Op,
			func(k *spec.Conv) cargo { return looks(spec.Window{Kernel: k.Kernel, Stride: k.Stride, Pad: k.Pad}) },
			func(*spec.Add) cargo { return both },
			func(*spec.Pool) cargo { return cargo{what: sums, layer: b.Layer, lanes: lanes} },
			func(p *spec.MaxPool) cargo { return looks(p.Window) },
			func(p *spec.AvgPool) cargo { return looks(p.Window) },
			func(*spec.Concat) cargo { return both },
			func(*spec.Split) cargo { return positions },
			func(*spec.Dense) cargo { return cargo{} },
		)}
		if slices.Equal(in, want) {
			return cargo{what: pixels, layer: b.Layer, lanes: lanes}, nil
		}
	}
	return wrong(want...)
}
