package golden

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/spec"
)

func pictured() spec.Input {
	return spec.Input{Shape: spec.Shape{C: 3, H: 4, W: 4}, Format: spec.Format{Width: 8, Frac: 8}}
}

// resized is a PNG whose header says another size than its pixels have.
func resized(picture []byte, columns, rows uint32) []byte {
	b := bytes.Clone(picture)
	binary.BigEndian.PutUint32(b[16:], columns)
	binary.BigEndian.PutUint32(b[20:], rows)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func pictures(t testing.TB) (pictures [][]byte) {
	for _, img := range []image.Image{image.NewGray(image.Rect(0, 0, 4, 4)), image.NewRGBA(image.Rect(0, 0, 4, 4))} {
		var p, j bytes.Buffer
		require.NoError(t, png.Encode(&p, img))
		require.NoError(t, jpeg.Encode(&j, img, nil))
		pictures = append(pictures, p.Bytes(), j.Bytes())
	}
	return pictures
}

// A header that asks for gigabytes costs nothing.
func TestReadFrameOfAGreatSize(t *testing.T) {
	bomb := resized(pictures(t)[0], 60000, 60000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadFrame(bytes.NewReader(bomb), pictured())
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "60000×60000")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// FuzzReadFrame: no picture makes the reader panic, or give a frame of another shape.
func FuzzReadFrame(f *testing.F) {
	for _, p := range pictures(f) {
		f.Add(p)
		f.Add(p[:len(p)/2])
	}
	f.Add(resized(pictures(f)[0], 60000, 60000))
	in := pictured()
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := ReadFrame(bytes.NewReader(b), in)
		if err == nil {
			require.Equal(t, in.Shape, frame.Shape)
		}
	})
}
