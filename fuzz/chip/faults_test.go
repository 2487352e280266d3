package chip

import (
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
)

// fields are what faults are planted in, by name.
func fields(t *testing.T) map[Field]*built {
	t.Helper()
	r := rand.New(rand.NewSource(6))
	n := open(t, "tiny")
	behind := between(t, n, "stem", "logits", 6, 6)
	named := behind.Clone()
	named.Name = n.Name
	five := convolution(t, r, shape{rows: 6, columns: 7, kernel: [2]int{5, 5}, stride: [2]int{1, 1}, pad: [4]int{2, 2, 2, 2}})
	three := convolution(t, r, shape{rows: 5, columns: 7, kernel: [2]int{3, 3}, stride: [2]int{1, 1}, pad: [4]int{1, 1, 1, 1}})
	beats := broken(r, n.Input.Shape, randomFrames(r, n.Input, 40))
	beats = append(beats, stream.Frame(n.Input.Shape, randomFrames(r, n.Input, 1)[0].At)...)
	malformed := build(t, n, stream.Options{}, framed(n.Input.Shape, beats)...)
	malformed.trial.Beats = beats
	var err error
	malformed.bench, malformed.data, err = malformed.d.Bench(malformed.trial)
	require.NoError(t, err)
	return map[Field]*built{
		OnFrames:    build(t, n, stream.Options{}, randomFrames(r, n.Input, 4)...),
		OnStalls:    build(t, behind, stream.Options{}, randomFrames(r, behind.Input, 8)...),
		OnRegisters: build(t, behind, stream.Options{Pipeline: 1}, randomFrames(r, behind.Input, 8)...),
		OnKernels:   build(t, five, stream.Options{}, randomFrames(r, five.Input, 4)...),
		OnLanes:     build(t, three, stream.Options{Pixels: map[string]int{spec.InputName: 3, "conv": 2}}, randomFrames(r, three.Input, 3)...),
		OnTurns:     build(t, named, stream.Options{Heads: 3, Lanes: 1}, randomFrames(r, behind.Input, 8)...),
		OnBroken:    malformed,
	}
}

// The mistakes that a chip between layers is known for are among the faults.
func TestFaultsOfEveryKind(t *testing.T) {
	planted := map[string]bool{}
	for _, f := range Faults() {
		planted[f.Name] = true
	}
	for kind, names := range map[string][]string{
		"padding on each side":              {"no padding above", "no padding below", "no padding on the left", "no padding on the right"},
		"stride phase":                      {"row phase outlives the frame", "row phase ignores the row that came in", "column phase outlives the row", "column phase ignores the column that came in"},
		"line buffer one short or long":     {"line buffer one word short", "line buffer one column long"},
		"tlast or tuser wrong":              {"tuser and tlast swapped", "last feature marked early"},
		"a register missing on one path":    {"a register missing on one path", "a register too many on one path"},
		"an enable missing on one register": {"pixel register without its enable"},
		"FIFO one too small":                {"FIFO takes more than it holds"}, // what fewer places cost: TestFIFOsAreAsSmallAsCanBe
		"valid without data":                {"window without data", "FIFO gives what is not there"},
		"last row not flushed":              {"last row not flushed", "last column not flushed"},
		"frame counter not reset":           {"frame counter not reset", "rows survive a reset", "pool's counter survives a reset"},
		"swapped branches":                  {"branches swapped"},
		"lane order inside a beat":          {"lanes of a beat in reverse", "every lane gets the first window"},
		"adapter drops the row's last beat": {"adapter drops a row's last beat", "a row's last beat waits for the next row"},
	} {
		for _, name := range names {
			require.True(t, planted[name], "%s: %s", kind, name)
		}
	}
}

// Every fault shows in simulation with its seed, and without one nothing does.
func TestFaultsShow(t *testing.T) {
	on := fields(t)
	seeds := map[Field]map[uint32]bool{}
	for _, f := range Faults() {
		if seeds[f.On] == nil {
			seeds[f.On] = map[uint32]bool{}
		}
		seeds[f.On][f.Seed] = true
	}
	for name, b := range on {
		sim := b.icarus(t)
		for seed := range seeds[name] {
			b.play(t, sim, seed)
		}
	}
	for _, f := range Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			b := *on[f.On]
			var err error
			b.design, err = Plant(b.design, f)
			require.NoError(t, err)
			sim := b.icarus(t)
			p, err := sim.Play(t.Context(), b.data, f.Seed)
			require.NoError(t, err)
			if p.Pass {
				for seed := range uint32(60) {
					p, err := sim.Play(t.Context(), b.data, seed)
					require.NoError(t, err)
					require.True(t, p.Pass, "seed %d shows it", seed)
				}
			}
			require.False(t, p.Pass, "no seed shows it")
		})
	}
}
