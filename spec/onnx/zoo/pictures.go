package zoo

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/hashiflex/hashiflex/spec"
)

// Pictures writes n PNG files of one or three channels to a folder that exists: waves
// of random directions, which have edges and plain parts as photographs do.
func Pictures(dir string, s spec.Shape, n int, seed uint64) error {
	if s.C != 1 && s.C != 3 {
		return fmt.Errorf("a picture has 1 or 3 channels, not %d", s.C)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	for i := range n {
		img := image.NewNRGBA(image.Rect(0, 0, s.W, s.H))
		var waves [3][3]float64
		for c := range waves {
			waves[c] = [3]float64{r.Float64() * 12 / float64(s.W), r.Float64() * 12 / float64(s.H), r.Float64() * 6}
		}
		for y := range s.H {
			for x := range s.W {
				var px [3]uint8
				for c := range px {
					w := waves[c%s.C]
					px[c] = uint8(127.5 + 127.5*math.Sin(w[0]*float64(x)+w[1]*float64(y)+w[2]))
				}
				img.SetNRGBA(x, y, color.NRGBA{R: px[0], G: px[1], B: px[2], A: 255})
			}
		}
		if err := write(filepath.Join(dir, fmt.Sprintf("picture%d.png", i)), img); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
