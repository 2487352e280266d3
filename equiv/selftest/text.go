package selftest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Text is somebody's Verilog of a layer, combinational or a pipeline.
type Text struct {
	Layer *spec.Layer
	Units []shiftadd.Unit // whose modules, by name, the text has together with the adapter
	// Sources are the text. Faults are planted in its files, and not in the adapter.
	Sources rtl.Sources
	Adapter []byte
}

// MutateText is Mutate for a text: it makes one fault at a time in it, has Yosys read the
// mutant, and decides the modules in which it differs from the text. A mutant is killed when
// one of them is refuted. Simulation compares the netlists of text and mutant. Options'
// Layers, Knobs and NoYosys do not count.
//
// It is an error if the text itself is not read.
func MutateText(ctx context.Context, text Text, o MutateOptions) (*reports.Mutation, error) {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Decide == nil {
		o.Decide = decide
	}
	whole, err := text.read(ctx, text.Sources)
	if err != nil {
		return nil, err
	}
	faults, err := mutant.AnyFaults(text.Sources)
	if err != nil {
		return nil, err
	}
	if len(faults) == 0 {
		return nil, fmt.Errorf("%s: it has no place for a fault", text.Sources.Files[0].Name)
	}
	res := newScores(o.Seed)
	res.Layers = []reports.MutationScore{{Name: text.Layer.Name}}
	err = trials(ctx, o.Mutants, o.Jobs, o.Done, func(ctx context.Context, n int) (func(), error) {
		f, _ := byKind(rand.New(rand.NewPCG(o.Seed, uint64(n))), faults, func(f mutant.AnyFault) mutant.Kind { return f.Kind })
		s, lived, err := text.try(ctx, whole, f, o.Decide, int64(n))
		if err != nil {
			return nil, fmt.Errorf("mutant %d, %v: %w", n, f, err)
		}
		return func() { enter(res, n, 0, f.Kind, &s, lived) }, nil
	})
	slices.SortFunc(res.Survivors, func(a, b reports.Survivor) int { return a.Mutant - b.Mutant })
	return res, err
}

// read makes the modules of the units, in their order, with wires in place of registers. One
// that is no pipeline is nil.
func (t *Text) read(ctx context.Context, s rtl.Sources) ([]*netlist.Module, error) {
	if len(t.Adapter) > 0 {
		s = s.With(rtl.Source{Name: "adapter.v", Text: t.Adapter})
	}
	d, _, err := rtl.Yosys{Limits: limits}.Read(ctx, s)
	if err != nil {
		return nil, err
	}
	all := make([]*netlist.Module, len(t.Units))
	for i, u := range t.Units {
		m, err := d.Module(rtl.VerilogName(u.Name))
		if err != nil {
			return nil, err
		}
		if len(m.Regs) > 0 {
			m = settled(m)
		}
		all[i] = m
	}
	return all, nil
}

// settled is m with wires in place of its registers, or nil where paths to its output differ
// in length or go round.
func settled(m *netlist.Module) *netlist.Module {
	if len(m.Outputs) != 1 {
		return nil
	}
	o := m.Outputs[0]
	stages, err := netlist.Stages(m, o.Value)
	if err != nil {
		return nil
	}
	if _, even := stages.Latency(); !even {
		return nil
	}
	flat, err := netlist.Transparent(m, o.Name, o.Value)
	if err != nil {
		return nil
	}
	return flat
}

// try decides a mutant of the text.
func (t *Text) try(ctx context.Context, whole []*netlist.Module, f mutant.AnyFault, decide func(*equiv.Question) verdict.Verdict, seed int64) (s reports.MutationScore, lived *reports.Survivor, err error) {
	sources := t.Sources
	sources.Files = slices.Clone(sources.Files)
	sources.Files[f.File].Text = f.Apply()
	read, err := t.read(ctx, sources)
	if ctx.Err() != nil {
		return s, nil, ctx.Err()
	}
	if err != nil {
		s.NotRead = 1
		return s, nil, nil
	}
	var sum reports.MutationScore
	for i, u := range t.Units {
		switch {
		case whole[i] != nil && read[i] != nil && netlist.Same(whole[i], read[i]) == nil:
			continue
		case whole[i] == nil || read[i] == nil:
			sum.Held++
			continue
		}
		m := tampered{layer: t.Layer, unit: u, whole: whole[i], gate: read[i], words: f.String(), text: f.Apply()}
		one, l, err := m.try(decide, seed)
		if err != nil {
			return s, nil, err
		}
		sum.Add(&one)
		if lived == nil {
			lived = l
		}
	}
	// The gravest word of its modules is the mutant's.
	switch {
	case sum.Lived > 0:
		s.Lived = 1
	case sum.Killed > 0:
		s.Killed = 1
	case sum.Held > 0:
		s.Held = 1
	default:
		s.Equal = 1
	}
	return s, lived, nil
}
