package golden

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // registers the decoder
	_ "image/png"  // registers the decoder
	"io"
	"math"

	"github.com/hashiflex/hashiflex/spec"
)

// ReadFrame decodes a PNG or JPEG of exactly the input's rows and columns into
// the integers that enter the first layer. An input of 3 channels takes a colour
// or a grey picture (its grey in all three), an input of 1 channel one that is grey in every
// pixel, however the file says it. Pictures with 16 bits per sample, in CMYK, or with any pixel that is
// not opaque are refused, since each would need a choice that the network does
// not record.
//
// Without Preprocess a byte is the integer itself. With it, see HostTable.
func ReadFrame(r io.Reader, in spec.Input) (Tensor, error) {
	// The header alone first: a file of a few bytes may ask for gigabytes of pixels.
	var head bytes.Buffer
	c, kind, err := image.DecodeConfig(io.TeeReader(r, &head))
	if err == nil {
		if err := sized(c.Width, c.Height, kind, in); err != nil {
			return Tensor{}, err
		}
	}
	var img image.Image
	if err == nil {
		img, kind, err = image.Decode(io.MultiReader(&head, r))
	}
	if err != nil {
		return Tensor{}, fmt.Errorf("golden: picture: %w", err)
	}
	return FrameOf(img, kind, in)
}

// FrameOf is ReadFrame for a picture that is decoded already; kind names its
// file format in errors.
func FrameOf(img image.Image, kind string, in spec.Input) (_ Tensor, err error) {
	s, b := in.Shape, img.Bounds()
	if err := sized(b.Dx(), b.Dy(), kind, in); err != nil {
		return Tensor{}, err
	}
	switch img.ColorModel() {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
		return Tensor{}, fmt.Errorf("golden: the %s has 16 bits per sample; 8 are wanted", kind)
	case color.CMYKModel:
		return Tensor{}, fmt.Errorf("golden: the %s is in CMYK; grey or RGB is wanted", kind)
	}
	tables := make([][256]int32, s.C)
	for c := range tables {
		if tables[c], err = HostTable(in, c); err != nil {
			return Tensor{}, err
		}
	}
	frame := NewTensor(s)
	for y := range s.H {
		for x := range s.W {
			r, g, bl, a := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			if a != 0xffff {
				return Tensor{}, fmt.Errorf("golden: the %s is not opaque at row %d, column %d", kind, y, x)
			}
			if s.C == 1 && (r != g || g != bl) {
				return Tensor{}, fmt.Errorf("golden: the %s is in colour at row %d, column %d; the network's input has one channel, which takes a grey picture", kind, y, x)
			}
			for c, v := range []uint32{r, g, bl}[:s.C] {
				frame.Plane(c)[y*s.W+x] = tables[c][v>>8]
			}
		}
	}
	return frame, nil
}

// sized checks the columns and rows of a picture.
func sized(columns, rows int, kind string, in spec.Input) error {
	s := in.Shape
	if s.C != 1 && s.C != 3 {
		return fmt.Errorf("golden: the network's input has %d channels; a picture can fill 1 or 3", s.C)
	}
	if columns != s.W || rows != s.H {
		return fmt.Errorf("golden: the %s is %d×%d, the network's input %d×%d (columns×rows)", kind, columns, rows, s.W, s.H)
	}
	return nil
}

// HostTable is the host's integer for each image byte, for one channel of the input.
// Without Preprocess it is the byte. Otherwise the host applies the recorded steps in
// order to byte/255 in float64, and the result v becomes floor(v·2^Frac + 1/2),
// saturated to the format. This is the only floating-point computation, and the host
// does it before the hardware.
//
// It returns an error if a step is unknown, has neither one value nor one per channel,
// or yields no finite number, and if a plain byte does not fit the format.
func HostTable(in spec.Input, channel int) (table [256]int32, err error) {
	r := in.Format.Range()
	for b := range table {
		if in.Preprocess == nil {
			if !r.Contains(int64(b)) {
				return table, fmt.Errorf("golden: input format %v cannot hold the byte %d", in.Format, b)
			}
			table[b] = int32(b)
			continue
		}
		v := float64(b) / 255
		for i, p := range in.Preprocess {
			if v, err = hostStep(p, in.Shape.C, channel, v); err != nil {
				return table, fmt.Errorf("golden: input: preprocess step %d: %w", i, err)
			}
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return table, fmt.Errorf("golden: input: preprocessing makes %v of byte %d in channel %d", v, b, channel)
		}
		v = math.Floor(math.Ldexp(v, in.Format.Frac) + 0.5)
		table[b] = int32(max(float64(r.Lo), min(float64(r.Hi), v)))
	}
	return table, nil
}

func hostStep(p spec.Preprocess, channels, channel int, v float64) (float64, error) {
	if len(p.Value) != 1 && len(p.Value) != channels {
		return 0, fmt.Errorf("%s has %d values for %d channels", p.Op, len(p.Value), channels)
	}
	k := p.Value[0]
	if len(p.Value) > 1 {
		k = p.Value[channel]
	}
	switch p.Op {
	case "mul":
		return v * k, nil
	case "add":
		return v + k, nil
	case "sub":
		return v - k, nil
	case "div":
		return v / k, nil
	}
	return 0, fmt.Errorf("unknown operation %q", p.Op)
}
