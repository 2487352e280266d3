package chip

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/stream"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// built is a design with a trial and its test bench.
type built struct {
	d             *stream.Design
	design, bench []rtl.Source
	data          []rtl.Source
	trial         stream.Trial
}

func build(t *testing.T, n *spec.Network, o stream.Options, frames ...golden.Tensor) *built {
	t.Helper()
	d, err := stream.Generate(n, o)
	require.NoError(t, err)
	b := &built{d: d}
	b.design, err = d.Sources()
	require.NoError(t, err)
	b.trial, err = Expect(t.Context(), n, d, frames...)
	require.NoError(t, err)
	b.bench, b.data, err = d.Bench(b.trial)
	require.NoError(t, err)
	return b
}

func (b *built) sources() []rtl.Source {
	return append(b.design[:len(b.design):len(b.design)], b.bench...)
}

func (b *built) verilate(t *testing.T) *Simulation {
	t.Helper()
	s, err := Verilate(t.Context(), b.sources(), true)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func (b *built) icarus(t *testing.T) *Simulation {
	t.Helper()
	s, err := Icarus(t.Context(), b.sources())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// play plays the trial, which must pass.
func (b *built) play(t *testing.T, s *Simulation, seed uint32) *Played {
	t.Helper()
	p, err := s.Play(t.Context(), b.data, seed)
	require.NoError(t, err)
	require.True(t, p.Pass, "seed %d: %s", seed, p.Said)
	return p
}

// randomFrames draws frames over the whole range of the input's format.
func randomFrames(r *rand.Rand, in spec.Input, n int) (frames []golden.Tensor) {
	for range n {
		f := golden.NewTensor(in.Shape)
		span := in.Format.Range()
		for i := range f.Data {
			f.Data[i] = int32(span.Lo + r.Int63n(span.Hi-span.Lo+1))
		}
		frames = append(frames, f)
	}
	return frames
}

func open(t *testing.T, name string) *spec.Network {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	return n
}

// Frames one behind the other reach the head as golden's features, whatever stalls, and
// both simulators agree to the cycle.
func TestTinyIsGolden(t *testing.T) {
	n := open(t, "tiny")
	b := build(t, n, stream.Options{}, randomFrames(rand.New(rand.NewSource(1)), n.Input, 4)...)
	first, second := b.verilate(t), b.icarus(t)
	for seed := range uint32(12) {
		p := b.play(t, first, seed)
		if seed < 3 {
			require.Equal(t, p, b.play(t, second, seed))
		}
	}
}

// Registers among the adders, other trees and shared terms change no result, and readers
// take the Verilog without a word.
func TestPipelinesAreGolden(t *testing.T) {
	n := open(t, "tiny")
	frames := randomFrames(rand.New(rand.NewSource(4)), n.Input, 3)
	for _, o := range []stream.Options{
		{Pipeline: 1},
		{Pipeline: 2, Datapath: shiftadd.Options{Share: shiftadd.Pairs}},
		{Pipeline: 3, Datapath: shiftadd.Options{Tree: shiftadd.Linear, Subtract: shiftadd.InvertCarry}},
	} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			t.Parallel()
			b := build(t, n, o, frames...)
			warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(b.design...))
			require.NoError(t, err)
			require.Empty(t, warnings)
			_, log, err := rtl.Yosys{}.Read(t.Context(), source.Of(b.design...))
			require.NoError(t, err)
			require.Empty(t, log.Warnings)
			sim := b.verilate(t)
			for seed := range uint32(6) {
				b.play(t, sim, seed)
			}
		})
	}
}

// A bench that expects something else fails.
func TestBenchFails(t *testing.T) {
	n := open(t, "tiny")
	b := build(t, n, stream.Options{}, randomFrames(rand.New(rand.NewSource(2)), n.Input, 1)...)
	s := b.verilate(t)
	b.play(t, s, 0)
	for name, change := range map[string]func(*stream.Trial){
		"feature": func(tr *stream.Trial) { tr.Features[11] ^= 1 },
		"result":  func(tr *stream.Trial) { tr.Results[3][0]++ },
		"pixel":   func(tr *stream.Trial) { tr.Beats[77].Pixel[1] ^= 0x80 },
		"program": func(tr *stream.Trial) { tr.Program[0].Data ^= 0x55 },
	} {
		b := build(t, n, stream.Options{}, randomFrames(rand.New(rand.NewSource(2)), n.Input, 1)...)
		change(&b.trial)
		_, data, err := b.d.Bench(b.trial)
		require.NoError(t, err)
		p, err := s.Play(t.Context(), data, 0)
		require.NoError(t, err)
		require.False(t, p.Pass, "%s: %s", name, p.Said)
	}
}

// several is P positions a beat for every layer.
func several(n *spec.Network, p int) map[string]int {
	pixels := map[string]int{spec.InputName: p}
	for _, l := range n.Layers {
		if l.Kind() != "dense" {
			pixels[l.Name] = p
		}
	}
	return pixels
}

// sideBySide plays n with several positions a beat.
func sideBySide(t *testing.T, n *spec.Network, pixels map[string]int, frames []golden.Tensor, seeds uint32) {
	b := build(t, n, stream.Options{Pixels: pixels}, frames...)
	warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(b.design...))
	require.NoError(t, err)
	require.Empty(t, warnings)
	sim := b.icarus(t)
	for seed := range seeds {
		b.play(t, sim, seed)
	}
}

// Several positions a beat change no result: numbers that divide a row, that do not, and
// layers of different numbers.
func TestSeveralPixelsABeatAreGolden(t *testing.T) {
	n := open(t, "tiny")
	frames := randomFrames(rand.New(rand.NewSource(7)), n.Input, 2)
	mixed := several(n, 2)
	mixed["depthwise"], mixed["expand"], mixed["project"], mixed["last"] = 3, 1, 6, 4
	for name, pixels := range map[string]map[string]int{"2": several(n, 2), "7": several(n, 7), "mixed": mixed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sideBySide(t, n, pixels, frames, 2)
		})
	}
}
