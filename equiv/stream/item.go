package stream

import (
	"fmt"
	"slices"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/words"
)

// token stands for any value of an item. It says which item it is, or what was computed
// from which items. The zero token is an unknown value: storage that was never written,
// that still holds a finished frame, or whose content depends on the run.
//
// From the top: three bits of kind, three of stream, 26 of number. The number of a sum
// is its frame, followed by 20 bits that count its items.
type token uint32

type tokenKind uint32

const (
	isBad   tokenKind = iota
	isZero            // all bits 0
	isOne             // a bit 1
	isItem            // item of an input stream
	isDone            // the datapath's function of item
	isSum             // of the first items of a frame
	isMixed           // of several items, which no contract asks for
	isAny             // of a part of an item that nobody looks at
)

const (
	bad      token = 0
	zero           = token(isZero) << 29
	set            = token(isOne) << 29
	torn           = token(isMixed) << 29
	anything       = token(isAny) << 29
	// padding is only wanted, and never what a bit shows: zero or set, as the contract says
	// of its place.
	padding = zero | 1

	maxNumber = 1<<26 - 1
	maxCount  = 1<<20 - 1
)

func makeToken(k tokenKind, stream, number int) token {
	return token(k)<<29 | token(stream&7)<<26 | token(number&maxNumber)
}

func sumToken(frame, count int) token { return makeToken(isSum, 0, frame<<20|count) }

func (t token) kind() tokenKind { return tokenKind(t >> 29) }
func (t token) stream() int     { return int(t >> 26 & 7) }
func (t token) number() int     { return int(t & maxNumber) }
func (t token) numbered() bool  { k := t.kind(); return k == isItem || k == isDone || k == isSum }

// earlier is t counted from so many frames later on, which have so many items; what is
// before that is over.
func (t token) earlier(frames, size int) token {
	if !t.numbered() || frames == 0 {
		return t
	}
	back := frames * size
	if t.kind() == isSum {
		back = frames << 20
	}
	if t.number() < back {
		return bad
	}
	return t - token(back)
}

// later is the token of the same place in a later frame.
func (t token) later(frames, size int) token {
	switch {
	case !t.numbered():
		return t
	case t.kind() == isSum:
		return t + token(frames<<20)
	}
	return t + token(frames*size)
}

func (t token) String() string {
	switch t.kind() {
	case isZero:
		if t == padding {
			return "the padding"
		}
		return "zeros"
	case isOne:
		return "ones"
	case isItem:
		if t.stream() > 0 {
			return fmt.Sprintf("item %d of input %d", t.number(), t.stream())
		}
		return fmt.Sprintf("item %d", t.number())
	case isDone:
		return fmt.Sprintf("the result of item %d", t.number())
	case isSum:
		return fmt.Sprintf("the sum of %s", words.Count(t.number()&maxCount, "item"))
	case isMixed:
		return "something of several items"
	}
	return "something that is no item of this frame, or not always the same"
}

// contract is the specification of a block: which output items follow from its input
// items, counted in frames. It describes one frame; frames repeat without end.
type contract struct {
	ins  []side
	outs []side
	// want is the token that tap or lane part of output out's item n has, n within a
	// frame; numbers count from that frame's first items.
	want func(out, n, part int) token
	// need is how many items of input in, of a frame, must have come for item n of
	// output out to be given.
	need func(out, in, n int) int
	// fill is the bit of padding at a place within an item.
	fill func(place int) bool
	// accumulates is that the datapath adds items up; else it is a function of one.
	accumulates bool
	// inTurn is that an output may wait until those before it have given as many items
	// and one more; else each only waits for those that have given fewer.
	inTurn bool
}

// waits reports whether an output j, which has given so many items, may wait for output
// k, which has given others.
func (c *contract) waits(j, given, k, others int) bool {
	return others < given || c.inTurn && k < j && others == given
}

// side is an input or output of a contract.
type side struct {
	frame int // items of a frame
	parts int // lanes or taps that one item has
	// Tokens of an input count from number 0 to numbers-1 in a frame. number gives that
	// of a part of item n, or -1 for a part without content. A nil number counts parts
	// one after another.
	numbers int
	number  func(n, part int) int
	// marks are what First and Last are with item n of a frame.
	first, last func(n int) bool
}

// size is how many numbers a frame has.
func (s *side) size() int {
	if s.number == nil {
		return s.frame * s.parts
	}
	return s.numbers
}

// given is the token of a part of item n, counted over all frames.
func (s *side) given(stream, n, part int) token {
	if s.number == nil {
		return makeToken(isItem, stream, n*s.parts+part)
	}
	if k := s.number(n%s.frame, part); k >= 0 {
		return makeToken(isItem, stream, n/s.frame*s.numbers+k)
	}
	return bad
}

// raster is a feature map that comes row by row, with lanes neighbouring pixels of a
// row in one beat. The last beat of a row has fewer if lanes does not divide the row.
type raster struct{ rows, columns, lanes int }

func (r raster) row() int   { return (r.columns + r.lanes - 1) / r.lanes } // beats
func (r raster) beats() int { return r.rows * r.row() }

// pixel is the number of the pixel that a lane of beat n carries, or -1.
func (r raster) pixel(n, lane int) int {
	if x := n%r.row()*r.lanes + lane; x < r.columns {
		return n/r.row()*r.columns + x
	}
	return -1
}

// beat is the one that carries a pixel.
func (r raster) beat(pixel int) int {
	return pixel/r.columns*r.row() + pixel%r.columns/r.lanes
}

func (r raster) side() side {
	return side{frame: r.beats(), parts: r.lanes, numbers: r.rows * r.columns, number: r.pixel}
}

// contractOf is the contract of a block by its kind and layer, and the lanes that the
// map gives it.
func contractOf(b *stream.Block, net *spec.Network) (*contract, error) {
	for _, s := range append(slices.Clone(b.Ins), b.Outs...) {
		if s.Lanes < 1 || s.Lanes > spec.MaxDim {
			return nil, fmt.Errorf("block %s: %s", b.Instance, words.Count(s.Lanes, "lane"))
		}
	}
	plain := func(n int) (ss []side) {
		for range n {
			ss = append(ss, side{frame: 1, parts: 1})
		}
		return ss
	}
	l := net.Layer(b.Layer)
	c := &contract{
		ins: plain(len(b.Ins)), outs: plain(len(b.Outs)),
		want: func(_, n, _ int) token { return makeToken(isItem, 0, n) },
		need: func(_, _, n int) int { return n + 1 },
	}
	switch b.Kind {
	case stream.KindFIFO, stream.KindFork:
		if len(b.Ins) != 1 || len(b.Outs) == 0 {
			return nil, fmt.Errorf("block %s: a %s has one input", b.Instance, b.Kind)
		}
		return c, nil
	case stream.KindDeal:
		if len(b.Ins) != 1 || len(b.Outs) < 2 {
			return nil, fmt.Errorf("block %s: a %s has one input, and two outputs or more", b.Instance, b.Kind)
		}
		// A round is a frame of its own: an item for each output.
		c.ins[0].frame, c.inTurn = len(b.Outs), true
		c.want = func(out, _, _ int) token { return makeToken(isItem, 0, out) }
		c.need = func(out, _, _ int) int { return out + 1 }
		return c, nil
	case stream.KindApply:
		c.want = func(_, n, _ int) token { return makeToken(isDone, 0, n) }
		return c, expect(b, 1, 1)
	case stream.KindJoin:
		if err := expect(b, len(b.Ins), 1); err != nil || len(b.Ins) > 8 {
			return nil, fmt.Errorf("block %s: a %s of %s and %s", b.Instance, b.Kind, words.Count(len(b.Ins), "input"), words.Count(len(b.Outs), "output"))
		}
		c.outs[0].parts = len(b.Ins)
		c.want = func(_, n, part int) token { return makeToken(isItem, part, n) }
		return c, nil
	}
	if err := expect(b, 1, 1); err != nil {
		return nil, err
	}
	of, err := shapeOf(b.Layer, net)
	if err != nil {
		return nil, fmt.Errorf("block %s: %w", b.Instance, err)
	}
	in, out := &c.ins[0], &c.outs[0]
	from, to := b.Ins[0].Lanes, b.Outs[0].Lanes
	switch b.Kind {
	case stream.KindFramer:
		if b.Layer != spec.InputName || from != to {
			return nil, fmt.Errorf("block %s: a framer of %s, %s in and %d out", b.Instance, b.Layer, words.Count(from, "lane"), to)
		}
		r := raster{of.H, of.W, from}
		in.frame, out.frame = r.beats(), r.beats()
		in.first = func(n int) bool { return n == 0 }
		in.last = func(n int) bool { return n%r.row() == r.row()-1 }
	case stream.KindPool:
		if l == nil || l.Kind() != "pool" || to != 1 {
			return nil, fmt.Errorf("block %s: a pool of layer %s, with %s at its output", b.Instance, b.Layer, words.Count(to, "lane"))
		}
		r := raster{l.InShape(0).H, l.InShape(0).W, from}
		*in, c.accumulates = r.side(), true
		c.want = func(int, int, int) token { return sumToken(0, r.rows*r.columns) }
		c.need = func(int, int, int) int { return r.beats() }
	case stream.KindAdapter:
		r := raster{of.H, of.W, from}
		s := raster{of.H, of.W, to}
		if takesFeatures(b, net) {
			r, s = raster{1, of.C, from}, raster{1, of.C, to}
			out.last = func(n int) bool { return n == s.beats()-1 }
		}
		*in = r.side()
		out.frame, out.parts = s.beats(), to
		c.want = func(_, n, lane int) token {
			if k := s.pixel(n, lane); k >= 0 {
				return makeToken(isItem, 0, k)
			}
			return anything
		}
		c.need = func(_, _, n int) int {
			most := 0
			for lane := range to {
				if k := s.pixel(n, lane); k >= 0 {
					most = max(most, r.beat(k)+1)
				}
			}
			return most
		}
	case stream.KindWindow:
		if l == nil {
			return nil, fmt.Errorf("block %s: the network has no layer %q", b.Instance, b.Layer)
		}
		w, ok := l.Window()
		if !ok {
			return nil, fmt.Errorf("block %s: layer %s has no windows", b.Instance, b.Layer)
		}
		fill, width := l.Fill(), l.InFormat(0).Width
		c.fill = func(place int) bool { return fill>>(place%width)&1 == 1 }
		windowContract(c, w, raster{l.InShape(0).H, l.InShape(0).W, from}, raster{of.H, of.W, to})
	default:
		return nil, fmt.Errorf("block %s: unknown kind %q", b.Instance, b.Kind)
	}
	return c, nil
}

// takenBy is a frame as it comes in at a block's first input.
func takenBy(b *stream.Block, net *spec.Network) (raster, error) {
	of, err := shapeOf(b.Layer, net)
	if l := net.Layer(b.Layer); l != nil && (b.Kind == stream.KindWindow || b.Kind == stream.KindPool) {
		of = l.InShape(0)
	}
	if takesFeatures(b, net) {
		return raster{1, of.C, b.Ins[0].Lanes}, err
	}
	return raster{of.H, of.W, b.Ins[0].Lanes}, err
}

// shapeOf is the shape of a layer's feature map, or of the frame.
func shapeOf(layer string, net *spec.Network) (spec.Shape, error) {
	if layer == spec.InputName {
		return net.Input.Shape, nil
	}
	if l := net.Layer(layer); l != nil {
		return l.OutShape(), nil
	}
	return spec.Shape{}, fmt.Errorf("the network has no layer %q", layer)
}

// takesFeatures reports whether an adapter's lanes are the channels of a map of one
// pixel, and not pixels.
func takesFeatures(b *stream.Block, net *spec.Network) bool {
	of, err := shapeOf(b.Layer, net)
	return err == nil && b.Kind == stream.KindAdapter && of.H == 1 && of.W == 1 && b.Ins[0].Lanes == of.C
}

// windowContract is that of windows: lane by lane, tap by tap.
func windowContract(c *contract, w spec.Window, in, out raster) {
	kw, taps := w.Kernel[1], w.Taps()
	c.ins[0] = in.side()
	c.outs[0].frame, c.outs[0].parts = out.beats(), out.lanes*taps
	at := func(window, tap int) int {
		y := window/out.columns*w.Stride[0] + tap/kw - w.Pad[0]
		x := window%out.columns*w.Stride[1] + tap%kw - w.Pad[1]
		if y < 0 || y >= in.rows || x < 0 || x >= in.columns {
			return -1
		}
		return y*in.columns + x
	}
	c.want = func(_, n, part int) token {
		window := out.pixel(n, part/taps)
		if window < 0 {
			return anything
		}
		if i := at(window, part%taps); i >= 0 {
			return makeToken(isItem, 0, i)
		}
		return padding
	}
	needs := make([]int, out.beats())
	for n := range needs {
		if n > 0 {
			needs[n] = needs[n-1]
		}
		for part := range c.outs[0].parts {
			if w := out.pixel(n, part/taps); w >= 0 {
				if i := at(w, part%taps); i >= 0 {
					needs[n] = max(needs[n], in.beat(i)+1)
				}
			}
		}
	}
	c.need = func(_, _, n int) int { return needs[n] }
}

func expect(b *stream.Block, ins, outs int) error {
	if len(b.Ins) != ins || len(b.Outs) != outs {
		return fmt.Errorf("block %s: a %s has %s and %s, not %d and %d", b.Instance, b.Kind, words.Count(ins, "input"), words.Count(outs, "output"), len(b.Ins), len(b.Outs))
	}
	return nil
}
