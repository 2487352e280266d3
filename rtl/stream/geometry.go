package stream

import "github.com/hashiflex/hashiflex/spec"

// axis is a layer of windows along the rows or the columns of its input: positions 0 to
// size-1, and those beyond that read as 0.
type axis struct {
	size, kernel, stride int
	first                int // the position that completes the first window
	after                int // positions beyond the last that windows reach
	windows              int
}

// axes are those of a layer of windows: over rows, then over columns.
func axes(l *spec.Layer) [2]axis {
	in, out := l.InShape(0), l.OutShape()
	w, _ := l.Window()
	return [2]axis{
		newAxis(in.H, w.Kernel[0], w.Stride[0], w.Pad[0], out.H),
		newAxis(in.W, w.Kernel[1], w.Stride[1], w.Pad[1], out.W),
	}
}

func newAxis(size, kernel, stride, before, windows int) axis {
	a := axis{size: size, kernel: kernel, stride: stride, first: kernel - 1 - before, windows: windows}
	a.after = max(0, a.first+(windows-1)*stride-(size-1))
	return a
}

// plain reports whether window n along the axis is position n and nothing else.
func (a axis) plain() bool { return a.kernel == 1 && a.stride == 1 && a.after == 0 }

// beats is an axis over columns with lanes positions in an input beat and several
// windows in an output beat, as in stream_columns.
type beats struct {
	lanes, beats, last int // of the input: positions a beat, beats of a row, positions in its last
	outs, step         int // windows a beat, positions from one to the next
	left               int // positions that are kept beside a beat
	stride             int // beats from one with windows to the next
	first, after       int
	windows            int // beats with windows
}

// lanesFor is how many positions a beat has for outs windows a beat; one, for one
// window, if they come one by one.
func (a axis) lanesFor(outs, coming int) int {
	if outs == 1 && coming == 1 {
		return 1
	}
	return outs * a.stride
}

// beats is the axis for so many positions and windows a beat; see lanesFor.
func (a axis) beats(lanes, outs int) beats {
	if lanes == 1 {
		return beats{
			lanes: 1, beats: a.size, last: 1, outs: 1, step: 1, left: a.kernel - 1,
			stride: a.stride, first: a.first, after: a.after, windows: a.size,
		}
	}
	b := beats{lanes: lanes, beats: ceil(a.size, lanes), outs: outs, step: a.stride, stride: 1, windows: ceil(a.windows, outs)}
	b.last = a.size - (b.beats-1)*lanes
	before := a.kernel - 1 - a.first
	// A beat's windows reach so many positions beyond it.
	reach := a.kernel - a.stride - before
	b.first = max(0, ceil(reach, lanes))
	b.left = b.first*lanes + before
	b.after = max(0, b.windows+b.first-b.beats)
	return b
}

// ceil is n/d rounded up; a negative n gives 0 or less.
func ceil(n, d int) int {
	if n <= 0 {
		return n / d
	}
	return (n + d - 1) / d
}
