package chain

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// file is a chunk of a few channels whose Verilog is to be tampered with.
type file struct {
	name   string
	chunk  *chunk
	source rtl.Source
}

// fileOf plans the channels of one layer as one chunk.
func fileOf(t testing.TB, net *spec.Network, layer string, o shiftadd.Options, channels ...int) file {
	tasks, err := plan(net, &Options{Layers: []string{layer}, Channels: channels, Knobs: o, Edges: []verdict.Edge{verdict.GoldenRTL}})
	require.NoError(t, err)
	require.Len(t, tasks[0].chunks, 1)
	f := file{name: fmt.Sprintf("%s (%v)", layer, o), chunk: tasks[0].chunks[0]}
	// What the chunk's Verilog is, from the place that tampers with it.
	ctx := plant.With(context.Background(), plant.Hooks{Verilog: func(name string, text []byte) []byte {
		f.source = rtl.Source{Name: name + ".v", Text: slices.Clone(text)}
		return text
	}})
	p := &prover{alone: true, o: &Options{Edges: []verdict.Edge{verdict.GoldenRTL}}}
	out, err := p.chunk(ctx, f.chunk)
	require.NoError(t, err)
	for _, pt := range out.Points {
		require.Equal(t, verdict.Proved, pt.Verdict, "%s %s: %v %s", f.name, pt.Unit, pt.Reason, pt.Detail)
	}
	require.NotEmpty(t, f.source.Text)
	return f
}

// simulate runs a mutant's Verilog through Icarus, unit by unit, against the
// model: a difference, or a bit that is x, is Different.
func (f file) simulate(t testing.TB, text []byte, seed int64) mutant.Class {
	p := &prover{o: &Options{}}
	task := f.chunk.task
	sources := source.One(f.source.Name, text)
	for _, at := range f.chunk.units {
		u := task.units[at]
		m := equiv.ModelOf(task.layer, u)
		// Icarus takes its time over wide buses of inputs.
		vs := equiv.Vectors(m, rand.New(rand.NewSource(seed)), max(32, 2048/len(m.Vars)))
		c := &circuit{sources: sources, module: task.gen.Module(u), shared: task.gen.Shared(), Question: &equiv.Question{Model: m}}
		got, err := p.simulated(context.Background(), c, vs)
		if err != nil {
			// The text is legal, as its package's tests show: this is an x, or a
			// port that another channel's module does not have.
			return mutant.Different
		}
		for j, x := range vs {
			if got[j] != m.Run(x) {
				return mutant.Different
			}
		}
	}
	return mutant.Undecided
}

// prove is what a run makes of the mutant: the worst point of the chunk.
func (f file) prove(t testing.TB, p *prover, text []byte) Point {
	tampered := *p
	o := *p.o
	o.Edges = []verdict.Edge{verdict.GoldenRTL}
	tampered.o, tampered.alone = &o, true
	out, err := tampered.chunk(plant.With(context.Background(), plant.Hooks{Verilog: func(string, []byte) []byte { return text }}), f.chunk)
	require.NoError(t, err)
	worst := out.Points[0]
	for _, pt := range out.Points {
		if worst.Verdict == verdict.Proved || pt.Verdict == verdict.Refuted {
			worst = pt
		}
	}
	return worst
}

// named reports whether the hardware was turned down with a reason that is about
// the hardware itself: it has an x, or ports that are not the model's.
func named(pt Point) bool {
	switch {
	case pt.Verdict == verdict.Unknown:
		return pt.Reason == verdict.Undefined || pt.Reason == verdict.PortMismatch
	case pt.Verdict == verdict.Failed:
		return pt.Reason == verdict.NotRead
	}
	return false
}

// plantInVerilog plants sampled faults of the given kinds into the files' Verilog,
// two at a time, holds each verdict against Icarus, and says how many were left
// unknown where Icarus saw no difference.
func plantInVerilog(t *testing.T, files []file, kinds []mutant.Kind, perKind int, seed int64) (left int) {
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	type job struct {
		file
		fault mutant.TextFault
	}
	jobs := make(chan job)
	counts := tally{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		p := byZ3(t, seed)
		wg.Go(func() {
			for j := range jobs {
				text := j.fault.Apply()
				class := j.simulate(t, text, seed)
				pt := j.prove(t, p, text)
				mu.Lock()
				counts.add(j.fault.Kind, class, pt.Verdict)
				mu.Unlock()
				where := fmt.Sprintf("%s, %v; simulation says %v; %s: %v %s", j.name, j.fault, class, pt.Unit, pt.Reason, pt.Detail)
				switch {
				case pt.Verdict == verdict.Refuted:
					assert.NotEqual(t, pt.Witness.Gold, pt.Witness.Simulated, where)
					assert.Equal(t, pt.Witness.Netlist, pt.Witness.Simulated, where)
				case class == mutant.Different:
					assert.NotEqual(t, verdict.Proved, pt.Verdict, where)
					assert.True(t, named(pt), where)
				case pt.Verdict == verdict.Unknown && !named(pt):
					mu.Lock()
					left++
					mu.Unlock()
					t.Logf("left open: %s", where)
				default:
					assert.True(t, pt.Verdict == verdict.Proved || named(pt), where)
				}
			}
		})
	}
	for _, f := range files {
		for _, fault := range mutant.Sample(mutant.TextFaults(f.source.Text), perKind, rng) {
			if !slices.Contains(kinds, fault.Kind) {
				continue
			}
			jobs <- job{f, fault}
		}
	}
	close(jobs)
	wg.Wait()
	counts.log(t, "golden = rtl")
	return left
}

// TestMutantsInVerilog: a fault in the Verilog text that shows in simulation is
// refuted with a witness that Icarus confirms on that text, or turned down with a
// reason that names the defect; it is never proved.
func TestMutantsInVerilog(t *testing.T) {
	tiny, mobile := open(t, "tiny"), open(t, "mobilenet_v2_1.0_224")
	left := plantInVerilog(t, []file{
		fileOf(t, tiny, "stem", shiftadd.Options{Tree: shiftadd.CarrySave, Subtract: shiftadd.InvertCarry, Share: shiftadd.Pairs}, 0, 1),
		fileOf(t, tiny, "depthwise", shiftadd.Options{}, 0),
		fileOf(t, tiny, "grouped", shiftadd.Options{Tree: shiftadd.Linear, Widths: shiftadd.Uniform}, 3),
		fileOf(t, mobile, "block_3_expand", shiftadd.Options{}, 1, 2),
		fileOf(t, mobile, "block_3_depthwise", shiftadd.Options{Tree: shiftadd.CarrySave}, 2),
		fileOf(t, mobile, "block_3_project", shiftadd.Options{Subtract: shiftadd.InvertCarry}, 0),
	}, mutant.Kinds(), 1, 31)
	require.Zero(t, left)
}

// TestMutantsInWideVerilog is the same for one channel of fan-in 960, with faults
// of its sum: behind the accumulator it is as wide as any other.
func TestMutantsInWideVerilog(t *testing.T) {
	mobile := open(t, "mobilenet_v2_1.0_224")
	kinds := []mutant.Kind{
		mutant.Shift, mutant.Sign, mutant.Dropped, mutant.WrongInput, mutant.Complement, mutant.NarrowAdder,
		mutant.NarrowNegation, mutant.LostSign, mutant.InventedSign, mutant.Bias, mutant.NarrowDeclaration,
	}
	left := plantInVerilog(t, []file{fileOf(t, mobile, wide(t, mobile).Name, shiftadd.Options{}, 0)}, kinds, 1, 37)
	require.Zero(t, left)
}

// wide is the first convolution with 960 taps.
func wide(t testing.TB, net *spec.Network) *spec.Layer {
	for _, l := range net.Layers {
		if l.Kind() == "conv" && l.Taps() == 960 {
			return l
		}
	}
	t.Fatalf("network %s has no convolution of 960 taps", net.Name)
	return nil
}
