package floatnet

import (
	"fmt"
	"image"
	_ "image/jpeg" // register the decoder
	_ "image/png"  // register the decoder
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/spec"
)

// Pictures lists the PNG and JPEG files of a folder by name. A folder without any is an
// error.
func Pictures(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".png", ".jpg", ".jpeg":
			if !e.IsDir() {
				paths = append(paths, filepath.Join(dir, e.Name()))
			}
		}
	}
	slices.Sort(paths)
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: no PNG or JPEG files", dir)
	}
	return paths, nil
}

// ReadPicture decodes a PNG or JPEG file to bytes in CHW order: red, green, blue for three
// channels, grey for one. The picture must have the shape's rows and columns and
// be opaque; nothing is resized or cropped.
func ReadPicture(path string, s spec.Shape) ([]uint8, error) {
	img, _, err := DecodePicture(path, s)
	if err != nil {
		return nil, err
	}
	b, err := Bytes(img, s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// DecodePicture decodes a PNG or JPEG file of the shape's rows and columns; kind is "png"
// or "jpeg".
func DecodePicture(path string, s spec.Shape) (img image.Image, kind string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	// The header first: a small file can claim a picture that fills the memory.
	c, _, err := image.DecodeConfig(f)
	if err == nil {
		err = fits(c.Width, c.Height, s)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		img, kind, err = image.Decode(f)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return img, kind, nil
}

func fits(w, h int, s spec.Shape) error {
	if w != s.W || h != s.H {
		return fmt.Errorf("picture of %d×%d pixels, want %d×%d", w, h, s.W, s.H)
	}
	return nil
}

// Bytes are a picture's samples in CHW order; see ReadPicture.
func Bytes(img image.Image, s spec.Shape) ([]uint8, error) {
	r := img.Bounds()
	if err := fits(r.Dx(), r.Dy(), s); err != nil {
		return nil, err
	}
	if s.C != 1 && s.C != 3 {
		return nil, fmt.Errorf("a picture cannot fill %d channels, only 1 or 3", s.C)
	}
	frame := s.H * s.W
	out := make([]uint8, s.C*frame)
	for y := range s.H {
		for x := range s.W {
			px := [4]uint32{}
			px[0], px[1], px[2], px[3] = img.At(r.Min.X+x, r.Min.Y+y).RGBA()
			if px[3] != 0xffff {
				return nil, fmt.Errorf("pixel %d,%d is not opaque", x, y)
			}
			if s.C == 1 && (px[0] != px[1] || px[1] != px[2]) {
				return nil, fmt.Errorf("pixel %d,%d has a colour, the network reads grey", x, y)
			}
			for c := range s.C {
				out[c*frame+y*s.W+x] = uint8(px[c] >> 8)
			}
		}
	}
	return out, nil
}

// Tensor is the graph's input for an image of bytes in CHW order: each byte
// times PerByte, then the Preprocess steps.
func (g *Graph) Tensor(bytes []uint8) (Tensor, error) {
	t := NewTensor(g.Input)
	if len(bytes) != len(t.Data) {
		return t, fmt.Errorf("image of %d bytes, want %d", len(bytes), len(t.Data))
	}
	frame := g.Input.H * g.Input.W
	for c := range g.Input.C {
		var table [256]float32
		for b := range table {
			v, err := preprocess(g.Preprocess, float64(b)*g.PerByte, c)
			if err != nil {
				return t, err
			}
			table[b] = float32(v)
		}
		for i := c * frame; i < (c+1)*frame; i++ {
			t.Data[i] = table[bytes[i]]
		}
	}
	return t, nil
}

// preprocess applies the host-side steps to a value of channel c.
func preprocess(steps []spec.Preprocess, v float64, c int) (float64, error) {
	for i, p := range steps {
		if len(p.Value) == 0 || (len(p.Value) > 1 && c >= len(p.Value)) {
			return 0, fmt.Errorf("preprocess step %d: %d values, none for channel %d", i, len(p.Value), c)
		}
		k := p.Value[0]
		if len(p.Value) > 1 {
			k = p.Value[c]
		}
		switch p.Op {
		case "mul":
			v *= k
		case "add":
			v += k
		case "sub":
			v -= k
		case "div":
			v /= k
		default:
			return 0, fmt.Errorf("preprocess step %d: operation %q", i, p.Op)
		}
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("preprocess of channel %d gives %v", c, v)
	}
	return v, nil
}
