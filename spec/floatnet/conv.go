package floatnet

// run computes one output channel at a time. For each weight a whole row of
// outputs is updated from a row of inputs, so that the inner loop is a scaled
// addition of two slices; a matrix product over unrolled windows would need
// nine times the memory for a 3×3 kernel and gains nothing on depthwise layers.
func (c *Conv) run(in []Tensor, out Tensor, workers int) {
	pointwise := c.Kernel == [2]int{1, 1} && c.Stride == [2]int{1, 1} && c.Pad == [4]int{}
	parallel(c.OutC, workers, func(oc int) {
		frame := out.Shape.H * out.Shape.W
		dst := out.Data[oc*frame : (oc+1)*frame]
		for i := range dst {
			dst[i] = c.Bias[oc]
		}
		if pointwise {
			c.pointwise(in[0], dst, oc)
		} else {
			c.window(in[0], out, dst, oc)
		}
	})
}

// pointwise is the 1×1 case: rows need no separate treatment, and four input
// channels are added at once to save passes over dst.
func (c *Conv) pointwise(in Tensor, dst []float32, oc int) {
	n := in.Shape.C / c.Groups
	first := oc / (c.OutC / c.Groups) * n
	ws := c.Weights[oc*n : (oc+1)*n]
	frame := len(dst)
	src := func(i int) []float32 { return in.Data[(first+i)*frame:][:frame] }
	i := 0
	for ; i+4 <= n; i += 4 {
		w0, w1, w2, w3 := ws[i], ws[i+1], ws[i+2], ws[i+3]
		a, b, d, e := src(i), src(i+1), src(i+2), src(i+3)
		for p := range dst {
			dst[p] += w0*a[p] + w1*b[p] + w2*d[p] + w3*e[p]
		}
	}
	for ; i < n; i++ {
		for p, x := range src(i) {
			dst[p] += ws[i] * x
		}
	}
}

func (c *Conv) window(in, out Tensor, dst []float32, oc int) {
	n := in.Shape.C / c.Groups
	first := oc / (c.OutC / c.Groups) * n
	kh, kw := c.Kernel[0], c.Kernel[1]
	for ic := range n {
		for ky := range kh {
			for kx := range kw {
				w := c.Weights[((oc*n+ic)*kh+ky)*kw+kx]
				if w == 0 {
					continue
				}
				x0, x1 := inside(out.Shape.W, in.Shape.W, c.Stride[1], kx-c.Pad[1])
				y0, y1 := inside(out.Shape.H, in.Shape.H, c.Stride[0], ky-c.Pad[0])
				for y := y0; y < y1; y++ {
					row := in.Data[((first+ic)*in.Shape.H+y*c.Stride[0]+ky-c.Pad[0])*in.Shape.W:][:in.Shape.W]
					o := dst[y*out.Shape.W:][:out.Shape.W]
					if c.Stride[1] == 1 {
						r := row[x0+kx-c.Pad[1]:]
						for x, v := range r[:x1-x0] {
							o[x0+x] += w * v
						}
						continue
					}
					for x := x0; x < x1; x++ {
						o[x] += w * row[x*c.Stride[1]+kx-c.Pad[1]]
					}
				}
			}
		}
	}
}

// inside is the half-open range of output positions p for which input position
// p·stride+offset lies in 0..in-1.
func inside(out, in, stride, offset int) (from, to int) {
	if offset < 0 {
		from = (-offset + stride - 1) / stride
	}
	if last := in - 1 - offset; last >= 0 {
		to = min(out, last/stride+1)
	}
	return min(from, to), to
}
