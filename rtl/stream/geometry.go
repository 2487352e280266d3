package stream

import "github.com/hashiflex/hashiflex/spec"

// axis is a convolution along the rows or the columns of its input: positions 0 to
// size-1, and those beyond that read as 0.
type axis struct {
	size, kernel, stride int
	first                int // the position that completes the first window
	after                int // positions beyond the last that windows reach
	windows              int
}

// axes are those of a convolution: over rows, then over columns.
func axes(l *spec.Layer) [2]axis {
	conv, in, out := l.Op.(*spec.Conv), l.InShape(0), l.OutShape()
	return [2]axis{
		newAxis(in.H, conv.Kernel[0], conv.Stride[0], conv.Pad[0], out.H),
		newAxis(in.W, conv.Kernel[1], conv.Stride[1], conv.Pad[1], out.W),
	}
}

func newAxis(size, kernel, stride, before, windows int) axis {
	a := axis{size: size, kernel: kernel, stride: stride, first: kernel - 1 - before, windows: windows}
	a.after = max(0, a.first+(windows-1)*stride-(size-1))
	return a
}

// plain reports whether window n along the axis is position n and nothing else.
func (a axis) plain() bool { return a.kernel == 1 && a.stride == 1 && a.after == 0 }

// last is the last position inside that window n looks at.
func (a axis) last(n int) int { return min(a.first+n*a.stride, a.size-1) }
