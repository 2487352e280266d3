package selftest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/strict"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// MutateOptions say which mutants of a network are made.
type MutateOptions struct {
	Mutants int // in all, half of them in netlists and half in Verilog
	Seed    uint64
	Layers  []string // nil: all that have hardware
	Knobs   shiftadd.Options
	Jobs    int // 0: as many as there are processors
	Done    func(n int)
	// NoYosys leaves Verilog that the strict reader refuses unread. Then the outcome depends
	// on the network, Mutants and Seed alone.
	NoYosys bool
	// Decide is as in Options.
	Decide func(q *equiv.Question) verdict.Verdict
}

// Mutate makes one fault at a time in the generated circuits of a network, and sees
// whether the engines find it. Mutant n is drawn from Seed and n alone: a layer, a unit of
// it, an operator that the unit can have, and a place. Simulation decides which mutants are
// different: it tries all inputs if they are few, and else many.
func Mutate(ctx context.Context, net *spec.Network, o MutateOptions) (*reports.Mutation, error) {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Decide == nil {
		o.Decide = decide
	}
	var subjects []*shiftadd.Generator
	res := newScores(o.Seed)
	for _, l := range net.Layers {
		if _, programmed := l.Op.(*spec.Dense); programmed || o.Layers != nil && !slices.Contains(o.Layers, l.Name) {
			continue
		}
		g, err := shiftadd.New(l, o.Knobs)
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, g)
		res.Layers = append(res.Layers, reports.MutationScore{Name: l.Name})
	}
	if len(subjects) == 0 {
		return nil, errors.New("no layer has hardware")
	}
	err := trials(ctx, o.Mutants, o.Jobs, o.Done, func(ctx context.Context, n int) (func(), error) {
		rng := rand.New(rand.NewPCG(o.Seed, uint64(n)))
		at := rng.IntN(len(subjects))
		m, err := subjectOf(ctx, rng, subjects[at], n%2 == 1, o.NoYosys)
		if err != nil {
			return nil, fmt.Errorf("mutant %d: %w", n, err)
		}
		s, lived, err := m.try(o.Decide, int64(n))
		if err != nil {
			return nil, fmt.Errorf("mutant %d, %v of %s: %w", n, m.words, m.unit.Name, err)
		}
		return func() { enter(res, n, at, m.kind, &s, lived) }, nil
	})
	slices.SortFunc(res.Survivors, func(a, b reports.Survivor) int { return a.Mutant - b.Mutant })
	return res, err
}

func newScores(seed uint64) *reports.Mutation {
	return &reports.Mutation{Seed: seed, Total: reports.MutationScore{Name: "total"}}
}

// enter counts mutant n, of a layer and a kind.
func enter(res *reports.Mutation, n, layer int, kind mutant.Kind, s *reports.MutationScore, lived *reports.Survivor) {
	res.Total.Add(s)
	res.Layers[layer].Add(s)
	i, known := slices.BinarySearchFunc(res.Faults, string(kind), func(s reports.MutationScore, name string) int { return cmp.Compare(s.Name, name) })
	if !known {
		res.Faults = slices.Insert(res.Faults, i, reports.MutationScore{Name: string(kind)})
	}
	res.Faults[i].Add(s)
	if lived != nil {
		lived.Mutant = n
		res.Survivors = append(res.Survivors, *lived)
	}
}

// limits are those of a Yosys that reads one module.
var limits = rtl.Limits{Time: time.Minute, Memory: 2 << 30}

// tampered is a mutant, and the circuit that it was made of.
type tampered struct {
	layer *spec.Layer
	unit  shiftadd.Unit
	whole *netlist.Module
	kind  mutant.Kind
	words string
	text  []byte          // the mutant in Verilog; nil: it is a netlist
	gate  *netlist.Module // nil: the Verilog was not read
}

// subjectOf draws a mutant of a layer.
func subjectOf(ctx context.Context, rng *rand.Rand, g *shiftadd.Generator, verilog, noYosys bool) (*tampered, error) {
	units := slices.DeleteFunc(g.Modules(), func(u shiftadd.Unit) bool { return u.Kind == shiftadd.KindShared })
	for range 100 {
		m := &tampered{layer: g.Layer(), unit: pick(rng, units)}
		m.whole = g.Module(m.unit)
		if shared := g.Shared(); shared != nil && takes(m.whole, shared) {
			var err error
			if m.whole, err = netlist.Link(m.whole, shared); err != nil {
				return nil, err
			}
		}
		if !verilog {
			if f, ok := byKind(rng, mutant.Faults(m.whole), func(f mutant.Fault) mutant.Kind { return f.Kind }); ok {
				m.kind, m.words, m.gate = f.Kind, f.String(), f.Apply()
				return m, nil
			}
			continue
		}
		var text bytes.Buffer
		if err := rtl.WriteVerilog(&text, m.whole); err != nil {
			return nil, err
		}
		f, ok := byKind(rng, mutant.TextFaults(text.Bytes()), func(f mutant.TextFault) mutant.Kind { return f.Kind })
		if !ok {
			continue
		}
		m.kind, m.words, m.text = f.Kind, f.String(), f.Apply()
		sources := rtl.Sources{Files: []rtl.Source{{Name: "m.v", Text: m.text}}, Generated: true}
		d, err := strict.Read(sources)
		var refused *strict.Refusal
		if errors.As(err, &refused) && !noYosys {
			d, _, err = rtl.Yosys{Limits: limits}.Read(ctx, sources)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			m.gate, err = d.Module(rtl.VerilogName(m.whole.Name))
		}
		if err != nil {
			m.gate = nil
		}
		return m, nil
	}
	return nil, fmt.Errorf("no fault fits layer %s", g.Layer().Name)
}

// byKind draws a fault: a kind first, so that rare ones count as much as others.
func byKind[F any](rng *rand.Rand, faults []F, kind func(F) mutant.Kind) (f F, ok bool) {
	of := map[mutant.Kind][]F{}
	var kinds []mutant.Kind
	for _, f := range faults {
		k := kind(f)
		if of[k] == nil {
			kinds = append(kinds, k)
		}
		of[k] = append(of[k], f)
	}
	if len(kinds) == 0 {
		return f, false
	}
	return pick(rng, of[pick(rng, kinds)]), true
}

// try decides a mutant and holds the verdict against simulation.
func (m *tampered) try(decide func(*equiv.Question) verdict.Verdict, seed int64) (s reports.MutationScore, lived *reports.Survivor, err error) {
	if m.gate == nil {
		s.NotRead = 1
		return s, nil, nil
	}
	model := equiv.ModelOf(m.layer, m.unit)
	var ins []mutant.Input
	for _, v := range model.Vars {
		ins = append(ins, mutant.Input{Name: v.Port, Width: v.Width, Range: v.Range})
	}
	class, at, err := mutant.Classify(m.whole, m.gate, ins, seed)
	if err != nil {
		// Ports that the circuit does not have, or a width that it should not.
		class = mutant.Different
	}
	v := decide(equiv.NewQuestion(model, m.gate))
	survived := func(why string) {
		where := "netlist"
		if m.text != nil {
			where = "Verilog"
		}
		lived = &reports.Survivor{Point: m.unit.Name, Where: where, Fault: m.words, Why: why, Inputs: at}
	}
	switch {
	case v == verdict.Proved && class == mutant.Different:
		s.Lived = 1
		survived("proved, and different")
	case v == verdict.Proved, class == mutant.Equal && v == verdict.Unknown:
		s.Equal = 1
	case v == verdict.Failed:
		s.Lived = 1
		survived("a witness does not replay")
	case v == verdict.Refuted && class == mutant.Equal:
		s.Lived = 1
		survived("refuted, and the same on all inputs")
	case v == verdict.Refuted:
		s.Killed = 1
	default:
		s.Held = 1
	}
	return s, lived, nil
}
