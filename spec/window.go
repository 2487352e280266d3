package spec

// Window defines which inputs each output of a layer reads. Output (y, x) reads rows ×
// columns inputs, beginning at (y·stride - top, x·stride - left).
type Window struct {
	Kernel [2]int // rows, columns
	Stride [2]int // rows, columns
	Pad    [4]int // top, left, bottom, right
}

// Plain reports whether each output reads only the pixel at its own position.
func (w Window) Plain() bool {
	return w.Kernel == [2]int{1, 1} && w.Stride == [2]int{1, 1} && w.Pad == [4]int{}
}

// Taps is the number of pixels of a window, padded ones included.
func (w Window) Taps() int { return w.Kernel[0] * w.Kernel[1] }

// Window is the window of a convolution or of a pool of windows; ok is false for other
// kinds.
func (l *Layer) Window() (w Window, ok bool) {
	switch op := l.Op.(type) {
	case *Conv:
		return Window{op.Kernel, op.Stride, op.Pad}, true
	case *MaxPool:
		return op.Window, true
	case *AvgPool:
		return op.Window, true
	}
	return Window{}, false
}

// check reports whether a window of layer kind k can be used.
func (w Window) check(v *validator, k string) bool {
	ok := true
	for a, axis := range []string{"rows", "columns"} {
		kernelOK := v.between(k+".kernel", axis, w.Kernel[a], 1, MaxKernel)
		ok = ok && kernelOK
		ok = v.between(k+".stride", axis, w.Stride[a], 1, MaxDim) && ok
		for _, side := range []int{a, a + 2} {
			// A window inside the padding would read no input.
			if p := w.Pad[side]; p < 0 || kernelOK && p >= w.Kernel[a] {
				name := []string{"top", "left", "bottom", "right"}[side]
				v.problem(-1, k+".pad", "%s %d: want 0 or more, and less than the kernel's %d %s", name, p, w.Kernel[a], axis)
				ok = false
			}
		}
	}
	return ok
}

// fit is the shape of c channels of windows over an input.
func (w Window) fit(v *validator, k string, in Shape, c int) (Shape, bool) {
	rows := in.H + w.Pad[0] + w.Pad[2] - w.Kernel[0]
	columns := in.W + w.Pad[1] + w.Pad[3] - w.Kernel[1]
	if rows < 0 || columns < 0 {
		v.problem(-1, k+".kernel", "%dx%d does not fit a padded input of %dx%d",
			w.Kernel[0], w.Kernel[1], rows+w.Kernel[0], columns+w.Kernel[1])
		return Shape{}, false
	}
	return Shape{c, rows/w.Stride[0] + 1, columns/w.Stride[1] + 1}, true
}

type fileWindow struct {
	Kernel [2]int `json:"kernel"`
	Stride [2]int `json:"stride"`
	Pad    [4]int `json:"pad"`
}

func decodeWindow(o *object) (w Window) {
	for i, v := range o.ints("kernel", 2) {
		w.Kernel[i] = o.small("kernel", v)
	}
	for i, v := range o.ints("stride", 2) {
		w.Stride[i] = o.small("stride", v)
	}
	for i, v := range o.ints("pad", 4) {
		w.Pad[i] = o.small("pad", v)
	}
	return w
}

// Fill is what hardware reads where the layer pads, in units of input 0's format: 0, and for
// a [MaxPool] the least value that its input may have, so that padding is never the largest.
func (l *Layer) Fill() int64 {
	if op, ok := l.Op.(*MaxPool); ok && op.Pad != [4]int{} {
		return l.InRange(0).Lo
	}
	return 0
}
