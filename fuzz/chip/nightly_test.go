//go:build nightly

package chip

import (
	"math/rand"
	"testing"

	"github.com/hashiflex/hashiflex/spec"
)

// Whole rows a beat, and an entry alone that has several.
func TestMorePixelsABeatAreGolden(t *testing.T) {
	n := open(t, "tiny")
	frames := randomFrames(rand.New(rand.NewSource(8)), n.Input, 4)
	for name, pixels := range map[string]map[string]int{
		"3": several(n, 3), "5": several(n, 5), "row": several(n, 99), "entry": {spec.InputName: 5},
	} {
		t.Run(name, func(t *testing.T) { sideBySide(t, n, pixels, frames, 8) })
	}
}

// Geometries at random, with several pixels and windows a beat.
func TestManyWindowsAreGolden(t *testing.T) {
	r := seeded(t)
	shapes := append([]shape(nil), corners...)
	for range 200 {
		shapes = append(shapes, randomShape(r))
	}
	for _, s := range shapes {
		windowsAreGolden(t, s, map[string]int{spec.InputName: 1 + r.Intn(9), "conv": 1 + r.Intn(9)}, r.Int63())
	}
}
