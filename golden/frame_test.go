package golden

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
	"github.com/stretchr/testify/require"
)

func u8(c, h, w int) spec.Input {
	return spec.Input{Shape: spec.Shape{C: c, H: h, W: w}, Format: spec.Format{Width: 8, Frac: 8}}
}

func pngOf(t *testing.T, img image.Image) io.Reader {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return &b
}

func colour() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	for i := range 6 {
		img.Set(i%3, i/3, color.NRGBA{uint8(i), uint8(100 + i), uint8(255 - i), 255})
	}
	return img
}

func TestReadFrame(t *testing.T) {
	f, err := ReadFrame(pngOf(t, colour()), u8(3, 2, 3))
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105, 255, 254, 253, 252, 251, 250}, f.Data)

	grey := image.NewGray(image.Rect(0, 0, 2, 2))
	copy(grey.Pix, []byte{0, 1, 128, 255})
	f, err = ReadFrame(pngOf(t, grey), u8(1, 2, 2))
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1, 128, 255}, f.Data)
	f, err = ReadFrame(pngOf(t, grey), u8(3, 2, 2))
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1, 128, 255, 0, 1, 128, 255, 0, 1, 128, 255}, f.Data)

	palette := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.RGBA{1, 2, 3, 255}, color.RGBA{200, 100, 50, 255}})
	palette.Pix[1] = 1
	f, err = ReadFrame(pngOf(t, palette), u8(3, 1, 2))
	require.NoError(t, err)
	require.Equal(t, []int32{1, 200, 2, 100, 3, 50}, f.Data)

	var b bytes.Buffer
	flat := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.NRGBA{200, 100, 50, 255}), image.Point{}, draw.Src)
	require.NoError(t, jpeg.Encode(&b, flat, &jpeg.Options{Quality: 100}))
	f, err = ReadFrame(&b, u8(3, 8, 8))
	require.NoError(t, err)
	for c, want := range []int32{200, 100, 50} {
		require.InDelta(t, want, f.At(c, 3, 4), 2, "JPEG keeps a flat colour")
	}
}

// A file of three channels may hold a grey picture.
func TestReadFrameTakesGreyInColours(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	for x, v := range []uint8{0, 100, 255} {
		img.Set(x, 0, color.NRGBA{v, v, v, 255})
	}
	f, err := ReadFrame(pngOf(t, img), u8(1, 1, 3))
	require.NoError(t, err)
	require.Equal(t, []int32{0, 100, 255}, f.Plane(0))
	img.Set(2, 0, color.NRGBA{255, 255, 254, 255})
	_, err = ReadFrame(pngOf(t, img), u8(1, 1, 3))
	require.ErrorContains(t, err, "in colour at row 0, column 2")
}

// Every byte arrives as itself in every channel.
func TestReadFrameKeepsEveryByte(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 256, 1))
	for b := range 256 {
		img.Set(b, 0, color.NRGBA{uint8(b), uint8(255 - b), uint8(b ^ 0x55), 255})
	}
	f, err := ReadFrame(pngOf(t, img), u8(3, 1, 256))
	require.NoError(t, err)
	for b := range 256 {
		require.EqualValues(t, b, f.At(0, 0, b))
		require.EqualValues(t, 255-b, f.At(1, 0, b))
		require.EqualValues(t, b^0x55, f.At(2, 0, b))
	}
}

func TestReadFrameRefuses(t *testing.T) {
	clear := colour()
	clear.Set(1, 1, color.NRGBA{1, 2, 3, 254})
	deep := image.NewGray16(image.Rect(0, 0, 3, 2))
	deepColour := image.NewNRGBA64(image.Rect(0, 0, 3, 2))
	narrow := u8(3, 2, 3)
	narrow.Format.Width = 7
	for _, c := range []struct {
		name    string
		picture io.Reader
		in      spec.Input
		want    string
	}{
		{"size", pngOf(t, colour()), u8(3, 4, 5), "the png is 3×2, the network's input 5×4 (columns×rows)"},
		{"transposed", pngOf(t, colour()), u8(3, 3, 2), "the png is 3×2, the network's input 2×3"},
		{"alpha", pngOf(t, clear), u8(3, 2, 3), "the png is not opaque at row 1, column 1"},
		{"colour into grey", pngOf(t, colour()), u8(1, 2, 3), "the png is in colour at row 0, column 0; the network's input has one channel"},
		{"channels", pngOf(t, colour()), u8(4, 2, 3), "the network's input has 4 channels"},
		{"16-bit grey", pngOf(t, deep), u8(1, 2, 3), "16 bits per sample"},
		{"16-bit colour", pngOf(t, deepColour), u8(3, 2, 3), "16 bits per sample"},
		{"format", pngOf(t, colour()), narrow, "input format u7.8 cannot hold the byte 128"},
		{"no picture", strings.NewReader("hello"), u8(3, 2, 3), "golden: picture: "},
		{"truncated", io.LimitReader(pngOf(t, colour()), 40), u8(3, 2, 3), "golden: picture: "},
	} {
		_, err := ReadFrame(c.picture, c.in)
		require.ErrorContains(t, err, c.want, c.name)
	}
	cmyk := image.NewCMYK(image.Rect(0, 0, 3, 2))
	_, err := FrameOf(cmyk, "jpeg", u8(3, 2, 3))
	require.ErrorContains(t, err, "the jpeg is in CMYK")
}

func TestHostTable(t *testing.T) {
	in := u8(3, 1, 1)
	in.Format = spec.Format{Signed: true, Width: 8, Frac: 6}
	in.Preprocess = []spec.Preprocess{{Op: "sub", Value: []float64{0.5, 0.25, 0}}, {Op: "div", Value: []float64{0.25}}}
	for c, zero := range []float64{0.5, 0.25, 0} {
		table, err := HostTable(in, c)
		require.NoError(t, err)
		for b, got := range table {
			// (b/255 - zero) / 0.25 in units of 2^-6, nearest, ties up.
			want := math.Floor((float64(b)/255-zero)*256 + 0.5)
			require.EqualValues(t, max(-128, min(127, want)), got, "channel %d, byte %d", c, b)
		}
	}

	in.Preprocess = []spec.Preprocess{{Op: "mul", Value: []float64{255}}, {Op: "add", Value: []float64{0.5}}}
	in.Format = spec.Format{Width: 9, Frac: 0}
	table, err := HostTable(in, 0)
	require.NoError(t, err)
	require.EqualValues(t, 1, table[0], "a tie goes up")
	require.EqualValues(t, 256, table[255])

	for _, bad := range []struct {
		step spec.Preprocess
		want string
	}{
		{spec.Preprocess{Op: "pow", Value: []float64{2}}, `unknown operation "pow"`},
		{spec.Preprocess{Op: "mul", Value: []float64{1, 2}}, "mul has 2 values for 3 channels"},
		{spec.Preprocess{Op: "mul"}, "mul has 0 values for 3 channels"},
		{spec.Preprocess{Op: "div", Value: []float64{0}}, "makes NaN of byte 0"},
		{spec.Preprocess{Op: "add", Value: []float64{math.Inf(1)}}, "makes +Inf of byte 0"},
	} {
		in.Preprocess = []spec.Preprocess{bad.step}
		_, err := HostTable(in, 0)
		require.ErrorContains(t, err, bad.want)
	}
}
