package floatnet

import (
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// MaxPool is the largest value of each window; it ignores padding.
type MaxPool struct{ spec.Window }

// AvgPool is the sum over each window times Scale; padding counts as 0.
type AvgPool struct {
	spec.Window
	Scale float32
}

// Concat joins the channels of all inputs, in order.
type Concat struct{}

// Split selects Count channels, beginning with channel First.
type Split struct{ First, Count int }

func windowShape(w spec.Window, in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 {
		return spec.Shape{}, fmt.Errorf("pool of %d inputs", len(in))
	}
	for k := range 2 {
		if w.Kernel[k] < 1 || w.Stride[k] < 1 {
			return spec.Shape{}, fmt.Errorf("window %v with stride %v", w.Kernel, w.Stride)
		}
		if w.Pad[k] < 0 || w.Pad[k] >= w.Kernel[k] || w.Pad[k+2] < 0 || w.Pad[k+2] >= w.Kernel[k] {
			return spec.Shape{}, fmt.Errorf("padding %v of a window %v", w.Pad, w.Kernel)
		}
	}
	s := in[0]
	h := s.H + w.Pad[0] + w.Pad[2] - w.Kernel[0]
	c := s.W + w.Pad[1] + w.Pad[3] - w.Kernel[1]
	if h < 0 || c < 0 {
		return spec.Shape{}, fmt.Errorf("window %v is larger than the padded input %v", w.Kernel, s)
	}
	return spec.Shape{C: s.C, H: h/w.Stride[0] + 1, W: c/w.Stride[1] + 1}, nil
}

func (p *MaxPool) shape(in []spec.Shape) (spec.Shape, error) { return windowShape(p.Window, in) }
func (p *AvgPool) shape(in []spec.Shape) (spec.Shape, error) { return windowShape(p.Window, in) }

func (Concat) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) == 0 {
		return spec.Shape{}, fmt.Errorf("concatenation of nothing")
	}
	s := in[0]
	for _, x := range in[1:] {
		if x.H != s.H || x.W != s.W {
			return spec.Shape{}, fmt.Errorf("concatenation of frames %v", in)
		}
		s.C += x.C
	}
	return s, nil
}

func (p *Split) shape(in []spec.Shape) (spec.Shape, error) {
	if len(in) != 1 || p.First < 0 || p.Count < 1 || p.First+p.Count > in[0].C {
		return spec.Shape{}, fmt.Errorf("channels %d to %d of %v", p.First, p.First+p.Count-1, in)
	}
	return spec.Shape{C: p.Count, H: in[0].H, W: in[0].W}, nil
}

// over folds the pixels of each window that lie in the frame.
func over(w spec.Window, in, out Tensor, workers int, start float64, fold func(acc, x float64) float64, scale float64) {
	s := in.Shape
	parallel(s.C, workers, func(c int) {
		src := in.Data[c*s.H*s.W : (c+1)*s.H*s.W]
		at := c * out.Shape.H * out.Shape.W
		for oy := range out.Shape.H {
			for ox := range out.Shape.W {
				top, left := oy*w.Stride[0]-w.Pad[0], ox*w.Stride[1]-w.Pad[1]
				acc := start
				for y := max(top, 0); y < min(top+w.Kernel[0], s.H); y++ {
					for x := max(left, 0); x < min(left+w.Kernel[1], s.W); x++ {
						acc = fold(acc, float64(src[y*s.W+x]))
					}
				}
				out.Data[at] = float32(acc * scale)
				at++
			}
		}
	})
}

func (p *MaxPool) run(in []Tensor, out Tensor, workers int) {
	over(p.Window, in[0], out, workers, math.Inf(-1), math.Max, 1)
}

func (p *AvgPool) run(in []Tensor, out Tensor, workers int) {
	over(p.Window, in[0], out, workers, 0, func(acc, x float64) float64 { return acc + x }, float64(p.Scale))
}

func (Concat) run(in []Tensor, out Tensor, _ int) {
	at := 0
	for _, x := range in {
		at += copy(out.Data[at:], x.Data)
	}
}

func (p *Split) run(in []Tensor, out Tensor, _ int) {
	frame := in[0].Shape.H * in[0].Shape.W
	copy(out.Data, in[0].Data[p.First*frame:])
}
