package stream

import (
	"fmt"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// token stands for the value of an item, whatever that is: which item it is, or what
// was computed of which. The zero token is a value of which nothing is known, as of
// storage that was never written, that still holds something of a frame that is over, or
// that may hold one thing or another.
//
// From the top: three bits of kind, three of stream, 26 of number. The number of a sum
// is that of its frame, above 20 bits that count its items.
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
)

const (
	bad  token = 0
	zero       = token(isZero) << 29
	set        = token(isOne) << 29
	torn       = token(isMixed) << 29

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
		return "zeros"
	case isOne:
		return "ones"
	case isItem:
		return fmt.Sprintf("item %d", t.number())
	case isDone:
		return fmt.Sprintf("the result of item %d", t.number())
	case isSum:
		return fmt.Sprintf("the sum of %d items", t.number()&maxCount)
	case isMixed:
		return "something of several items"
	}
	return "something that is no item of this frame, or not always the same"
}

// contract is what a block has to do: from the items that came in to those that go
// out, counted in frames. Frames follow each other without end, so that only one
// is written down.
type contract struct {
	ins  []side
	outs []side
	// want is the token that tap or lane part of output out's item n has, n within a
	// frame; numbers count from that frame's first items.
	want func(out, n, part int) token
	// need is how many items of input in, of a frame, must have come for item n of
	// output out to be given.
	need func(out, in, n int) int
	// accumulates is that the datapath adds items up; else it is a function of one.
	accumulates bool
}

// side is an input or output of a contract.
type side struct {
	frame int // items of a frame
	parts int // lanes or taps that one item has
	// marks are what First and Last are with item n of a frame.
	first, last func(n int) bool
}

// contractOf is the contract of a block by its kind and layer.
func contractOf(b *stream.Block, net *spec.Network) (*contract, error) {
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
	shape := net.Input.Shape
	switch b.Kind {
	case stream.KindFIFO, stream.KindFork:
		if len(b.Ins) != 1 || len(b.Outs) == 0 {
			return nil, fmt.Errorf("block %s: a %s has one input", b.Instance, b.Kind)
		}
		return c, nil
	case stream.KindApply:
		c.want = func(_, n, _ int) token { return makeToken(isDone, 0, n) }
		return c, expect(b, 1, 1)
	case stream.KindJoin:
		c.outs[0].parts = len(b.Ins)
		c.want = func(_, n, part int) token { return makeToken(isItem, part, n) }
		return c, nil
	case stream.KindFramer:
		if b.Layer != spec.InputName && b.Layer != "" {
			return nil, fmt.Errorf("a framer of layer %q", b.Layer)
		}
		frame := shape.H * shape.W
		in := &c.ins[0]
		in.frame, c.outs[0].frame = frame, frame
		in.first = func(n int) bool { return n == 0 }
		in.last = func(n int) bool { return n%shape.W == shape.W-1 }
		return c, expect(b, 1, 1)
	}
	if l == nil {
		return nil, fmt.Errorf("block %s: the network has no layer %q", b.Instance, b.Layer)
	}
	in := l.InShape(0)
	switch b.Kind {
	case stream.KindPool:
		frame := in.H * in.W
		c.ins[0].frame, c.accumulates = frame, true
		c.want = func(int, int, int) token { return sumToken(0, frame) }
		c.need = func(int, int, int) int { return frame }
		return c, expect(b, 1, 1)
	case stream.KindAdapter:
		lanes := b.Ins[0].Lanes
		c.ins[0].parts, c.outs[0].frame = lanes, lanes
		c.outs[0].last = func(n int) bool { return n == lanes-1 }
		c.need = func(int, int, int) int { return 1 }
		return c, expect(b, 1, 1)
	case stream.KindWindow:
		conv, ok := l.Op.(*spec.Conv)
		if !ok {
			return nil, fmt.Errorf("block %s: layer %s is no convolution", b.Instance, b.Layer)
		}
		out := l.OutShape()
		kw := conv.Kernel[1]
		c.ins[0].frame = in.H * in.W
		c.outs[0].frame, c.outs[0].parts = out.H*out.W, conv.Kernel[0]*kw
		at := func(n, tap int) int {
			y := n/out.W*conv.Stride[0] + tap/kw - conv.Pad[0]
			x := n%out.W*conv.Stride[1] + tap%kw - conv.Pad[1]
			if y < 0 || y >= in.H || x < 0 || x >= in.W {
				return -1
			}
			return y*in.W + x
		}
		c.want = func(_, n, tap int) token {
			if i := at(n, tap); i >= 0 {
				return makeToken(isItem, 0, i)
			}
			return zero
		}
		needs := make([]int, out.H*out.W)
		for n := range needs {
			if n > 0 {
				needs[n] = needs[n-1]
			}
			for tap := range c.outs[0].parts {
				needs[n] = max(needs[n], at(n, tap)+1)
			}
		}
		c.need = func(_, _, n int) int { return needs[n] }
		return c, expect(b, 1, 1)
	}
	return nil, fmt.Errorf("block %s: unknown kind %q", b.Instance, b.Kind)
}

func expect(b *stream.Block, ins, outs int) error {
	if len(b.Ins) != ins || len(b.Outs) != outs {
		return fmt.Errorf("block %s: a %s has %d inputs and %d outputs, not %d and %d", b.Instance, b.Kind, ins, outs, len(b.Ins), len(b.Outs))
	}
	return nil
}
