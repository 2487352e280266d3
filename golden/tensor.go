package golden

import "github.com/hashiflex/hashiflex/spec"

// Tensor is a feature map of integers: channel first, then row, then column.
// The tensor does not know its unit, which is the format's.
type Tensor struct {
	Shape spec.Shape
	Data  []int32 // [C][H][W]
}

// NewTensor returns a tensor of zeros.
func NewTensor(s spec.Shape) Tensor {
	return Tensor{Shape: s, Data: make([]int32, s.C*s.H*s.W)}
}

// At is the value at channel c, row y, column x, which must lie inside.
func (t Tensor) At(c, y, x int) int32 { return t.Data[(c*t.Shape.H+y)*t.Shape.W+x] }

// AtPadded is At, and 0 where row or column lie outside.
func (t Tensor) AtPadded(c, y, x int) int32 {
	if y < 0 || y >= t.Shape.H || x < 0 || x >= t.Shape.W {
		return 0
	}
	return t.At(c, y, x)
}

// Plane is channel c, row by row.
func (t Tensor) Plane(c int) []int32 {
	n := t.Shape.H * t.Shape.W
	return t.Data[c*n : (c+1)*n : (c+1)*n]
}
