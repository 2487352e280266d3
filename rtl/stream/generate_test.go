package stream

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

func open(t *testing.T, name string) *spec.Network {
	t.Helper()
	n, err := networks.Open(name)
	require.NoError(t, err)
	return n
}

// generate is a design and its text.
func generate(t *testing.T, n *spec.Network, o Options) (*Design, []rtl.Source) {
	t.Helper()
	d, err := Generate(n, o)
	require.NoError(t, err)
	sources, err := d.Sources()
	require.NoError(t, err)
	return d, sources
}

// Readers take the Verilog without a word, and have every module that the map names.
func TestVerilogIsClean(t *testing.T) {
	d, sources := generate(t, open(t, "tiny"), Options{})
	warnings, err := rtl.Verilator{}.Lint(t.Context(), source.Of(sources...))
	require.NoError(t, err)
	require.Empty(t, warnings)
	design, log, err := rtl.Yosys{}.Read(t.Context(), source.Of(sources...))
	require.NoError(t, err)
	require.Empty(t, log.Warnings)
	for _, b := range d.Map.Blocks {
		ports, err := design.Ports(b.Module)
		require.NoError(t, err)
		names := map[string]bool{}
		for _, p := range ports {
			names[p.Name] = true
		}
		want := map[string]bool{d.Map.Clock: true, d.Map.ResetN: true}
		for _, s := range append(b.Ins, b.Outs...) {
			for _, name := range []string{s.Valid, s.Ready, s.Data, s.First, s.Last} {
				if name != "" {
					want[name] = true
				}
			}
		}
		require.Equal(t, want, names, b.Instance)
		if b.Datapath != nil {
			_, err := design.Ports(b.Datapath.Module)
			require.NoError(t, err)
		}
	}
	text, err := json.Marshal(d.Map)
	require.NoError(t, err)
	var again Map
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, d.Map, again)
}

// Frames one behind the other reach the head as golden's features, whatever stalls, and
// both simulators agree to the cycle.
func TestTinyIsGolden(t *testing.T) {
	n := open(t, "tiny")
	d, sources := generate(t, n, Options{})
	r := rand.New(rand.NewSource(1))
	var frames []golden.Tensor
	for range 4 {
		frames = append(frames, randomFrame(r, n.Input))
	}
	bench, data, err := d.Bench(trial(t, n, d, frames...))
	require.NoError(t, err)
	sources = append(sources, bench...)
	first, second := verilate(t, sources), icarus(t, sources)
	for seed := -1; seed < 12; seed++ {
		var args []string
		if seed >= 0 {
			args = []string{fmt.Sprint("+seed=", seed)}
		}
		ok, said := first.play(t, data, args...)
		require.True(t, ok, said)
		if seed < 3 {
			ok, again := second.play(t, data, args...)
			require.True(t, ok, again)
			require.Equal(t, verdict(said), verdict(again))
		}
	}
}

// A bench that expects something else fails.
func TestBenchFails(t *testing.T) {
	n := open(t, "tiny")
	d, sources := generate(t, n, Options{})
	tr := trial(t, n, d, randomFrame(rand.New(rand.NewSource(2)), n.Input))
	bench, _, err := d.Bench(tr)
	require.NoError(t, err)
	s := verilate(t, append(sources, bench...))
	for name, change := range map[string]func(*Trial){
		"feature": func(tr *Trial) { tr.Features[11] ^= 1 },
		"result":  func(tr *Trial) { tr.Results[3][0]++ },
		"pixel":   func(tr *Trial) { tr.Beats[77].Pixel[1] ^= 0x80 },
		"program": func(tr *Trial) { tr.Program[0].Data ^= 0x55 },
	} {
		tr := trial(t, n, d, randomFrame(rand.New(rand.NewSource(2)), n.Input))
		change(&tr)
		_, data, err := d.Bench(tr)
		require.NoError(t, err)
		ok, said := s.play(t, data)
		require.False(t, ok, "%s: %s", name, said)
	}
}
