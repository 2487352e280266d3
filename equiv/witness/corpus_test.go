package witness

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

const corpusSeed = 1

// subject is a correct module in which faults are planted.
type subject struct {
	layer *spec.Layer
	gen   *shiftadd.Generator
	unit  shiftadd.Unit
	mod   *netlist.Module
	text  []byte
	model *equiv.Model
}

func newSubject(t testing.TB, l *spec.Layer, o shiftadd.Options, channel int) *subject {
	t.Helper()
	g, err := shiftadd.New(l, o)
	require.NoError(t, err)
	units := slices.DeleteFunc(g.Modules(), func(u shiftadd.Unit) bool { return u.Kind == shiftadd.KindShared })
	s := &subject{layer: l, gen: g, unit: units[min(channel, len(units)-1)]}
	s.mod = g.Module(s.unit)
	var b bytes.Buffer
	require.NoError(t, rtl.WriteVerilog(&b, s.mod))
	s.text = b.Bytes()
	s.model = equiv.ModelOf(l, s.unit)
	return s
}

func (s *subject) String() string {
	return fmt.Sprintf("%s %v", s.unit.Name, s.gen.Options())
}

// fault is a planted fault of either sort.
type fault struct {
	of    *subject
	kind  mutant.Kind
	words string
	names []string // of the wrong definition
	line  int      // of it in the text; 0 for netlists
	port  string   // of the term that is wrong, or ""
	mod   *netlist.Module
	text  []byte
}

// textFaults plants faults in the Verilog of a subject.
func (s *subject) textFaults(rng *rand.Rand, perKind int) (fs []fault) {
	for _, f := range mutant.Sample(mutant.TextFaults(s.text), perKind, rng) {
		fs = append(fs, fault{of: s, kind: f.Kind, words: f.String(), names: []string{f.Signal}, line: f.Line, text: f.Apply()})
	}
	return fs
}

// netlistFaults plants faults in the netlist of a subject.
func (s *subject) netlistFaults(t testing.TB, rng *rand.Rand, perKind int) (fs []fault) {
	users := map[netlist.Value]netlist.Value{}
	for v := len(s.mod.Cells) - 1; v > 0; v-- {
		c := s.mod.Cells[v]
		for _, a := range c.Args[:c.Op.Arity()] {
			users[a] = netlist.Value(v)
		}
	}
	for _, f := range mutant.Sample(mutant.Faults(s.mod), perKind, rng) {
		x := fault{of: s, kind: f.Kind, words: f.String(), mod: f.Apply()}
		var b bytes.Buffer
		require.NoError(t, rtl.WriteVerilog(&b, x.mod))
		x.text = b.Bytes()
		// The definition that the cell stands in, which has its name or the
		// nearest one downstream.
		v := f.Value
		for s.mod.Names[v] == "" || s.mod.Cells[v].Op == netlist.OpInput {
			x.names = append(x.names, fmt.Sprintf("n%d", v))
			if users[v] == 0 {
				x.names = append(x.names, s.mod.Outputs[0].Name)
				break
			}
			v = users[v]
		}
		x.names = append(x.names, s.mod.Names[v])
		x.port = leaf(s.mod, f.Value)
		fs = append(fs, x)
	}
	return fs
}

// leaf is the input that a value is made of by wiring and negation alone, or "".
func leaf(m *netlist.Module, v netlist.Value) string {
	for {
		c := m.Cells[v]
		switch c.Op {
		case netlist.OpInput:
			return m.Names[v]
		case netlist.OpZext, netlist.OpSext, netlist.OpSlice, netlist.OpNot, netlist.OpNeg:
			v = c.Args[0]
		case netlist.OpConcat:
			v = c.Args[1]
		default:
			return ""
		}
	}
}

// refute decides a mutant as the chain does; nil is no witness. A mutant whose
// output depends on undefined bits has no function to differ in, and is reported
// as such: decided is false.
func refute(t testing.TB, m *equiv.Model, gate *netlist.Module) (w *equiv.Counterexample, decided bool) {
	s := equiv.NewQuestion(m, gate).Settle()
	if s.Reason == verdict.Undefined {
		return nil, false
	}
	if s.Verdict == verdict.Proved {
		if s.Tail == nil {
			return nil, true
		}
		return equiv.NewQuestion(m, gate).Reach(&s), true
	}
	w, err := equiv.NewQuestion(m, gate).Search(corpusSeed)
	require.NoError(t, err)
	return w, true
}

// ports are the inputs of a subject as package mutant wants them.
func (s *subject) ports() (ins []mutant.Input) {
	for _, v := range s.model.Vars {
		ins = append(ins, mutant.Input{Name: v.Port, Width: v.Width, Range: v.Range})
	}
	return ins
}

// named reports whether a witness names a fault: its line, its definition, or the
// weight of its term.
func (f *fault) named(w *Witness) bool {
	for _, c := range w.Explanation.Causes {
		if f.line > 0 && c.Source == fmt.Sprintf("%s:%d", w.Design.Origin, f.line) || slices.Contains(f.names, c.Node) {
			return true
		}
		if f.port != "" && slices.Contains(strings.FieldsFunc(c.Words, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }), f.port) {
			return true
		}
	}
	return false
}

// subjects are modules of tiny under settings that differ in every knob, and of
// MobileNetV2 up to fan-in 960.
func subjects(t testing.TB) (small, large []*subject) {
	tiny, err := networks.Open("tiny")
	require.NoError(t, err)
	settings := []shiftadd.Options{
		{},
		{Tree: shiftadd.Linear, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry},
		{Tree: shiftadd.CarrySave},
	}
	for _, l := range tiny.Layers {
		for _, o := range settings {
			if _, err := shiftadd.New(l, o); err == nil {
				small = append(small, newSubject(t, l, o, 0))
			}
		}
	}
	real, err := networks.Open("mobilenet_v2_1.0_224")
	require.NoError(t, err)
	for i, fanin := range []int{9, 32, 96, 192, 576, 960} {
		for _, l := range real.Layers {
			if _, ok := l.Op.(*spec.Conv); ok && l.Taps() == fanin {
				large = append(large, newSubject(t, l, settings[i%2], 3))
				break
			}
		}
	}
	require.Len(t, large, 6)
	return small, large
}

// TestCorpus plants faults of every kind in netlists and in Verilog. Every one
// that simulation knows to change the function must be refuted and replayed, and
// at least 95 of 100 explanations name the culprit; the others are listed.
func TestCorpus(t *testing.T) {
	t.Logf("seed %d", corpusSeed)
	rng := rand.New(rand.NewSource(corpusSeed))
	small, large := subjects(t)
	var faults []fault
	for _, s := range small {
		faults = append(faults, pick(rng, s.textFaults(rng, 1), 5)...)
		faults = append(faults, pick(rng, s.netlistFaults(t, rng, 1), 4)...)
	}
	for _, s := range large {
		faults = append(faults, pick(rng, s.textFaults(rng, 1), 4)...)
		faults = append(faults, pick(rng, s.netlistFaults(t, rng, 1), 4)...)
	}
	read(t, faults)
	changed, named, fewest, smallest, kinds := 0, 0, 0, 0, map[mutant.Kind]int{}
	for i := range faults {
		f := &faults[i]
		if f.mod == nil || len(f.mod.Outputs) != 1 {
			continue
		}
		w, decided := refute(t, f.of.model, f.mod)
		if !decided {
			continue
		}
		if w == nil {
			class, at, err := mutant.Classify(f.of.mod, f.mod, f.of.ports(), corpusSeed)
			require.NoError(t, err)
			require.NotEqual(t, mutant.Different, class, "%v: %s is not refuted, but differs at %v", f.of, f.words, at)
			continue
		}
		changed++
		kinds[f.kind]++
		b, err := Build(context.Background(), f.witness(w))
		require.NoError(t, err, "%v: %s", f.of, f.words)
		x := b.Witness
		require.NotEqual(t, x.Gold, x.Simulated)
		require.Equal(t, x.Netlist, x.Simulated)
		if x.Minimal.Fewest {
			fewest++
		}
		if x.Minimal.Smallest {
			smallest++
		} else {
			t.Logf("not the smallest: %v: %s: %s", f.of, f.words, x.Minimal.Words)
		}
		if f.named(x) {
			named++
			continue
		}
		t.Logf("not named: %v: %s", f.of, f.words)
		for _, c := range x.Explanation.Causes {
			t.Logf("    explained as %s", c.Words)
		}
	}
	t.Logf("%d faults change the function, %d kinds, %d named; %d witnesses have the fewest inputs, %d are the smallest", changed, len(kinds), named, fewest, smallest)
	require.GreaterOrEqual(t, changed, 120)
	require.GreaterOrEqual(t, 100*named, 95*changed)
}

func pick(rng *rand.Rand, fs []fault, n int) []fault {
	rng.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
	return fs[:min(n, len(fs))]
}

// origin is the file that a fault's Verilog is read from.
func (f *fault) origin() string { return f.of.unit.Name + ".v" }

func (f *fault) witness(w *equiv.Counterexample) Case {
	return Case{
		Obligation: verdict.ID(f.of.unit.Name), Layer: f.of.layer, Unit: f.of.unit, Edge: verdict.GoldenRTL, Model: f.of.model,
		Sources: source.One(f.origin(), f.text),
		Module:  f.mod, Gate: f.mod, Reference: f.of.gen.Module(f.of.unit), Inputs: w.Inputs,
	}
}

// read reads the Verilog of all text faults in few processes: modules of one name
// cannot be read at once.
func read(t testing.TB, faults []fault) {
	for left := true; left; {
		left = false
		used := map[string]bool{}
		var sources []rtl.Source
		var of []*fault
		for i := range faults {
			f := &faults[i]
			if f.mod != nil {
				continue
			}
			if used[f.of.mod.Name] {
				left = true
				continue
			}
			used[f.of.mod.Name] = true
			sources = append(sources, rtl.Source{Name: f.origin(), Text: f.text})
			of = append(of, f)
		}
		if len(sources) == 0 {
			return
		}
		d, _, err := rtl.Yosys{}.Read(context.Background(), source.Of(sources...))
		require.NoError(t, err)
		for _, f := range of {
			f.mod, err = d.Module(f.of.mod.Name)
			require.NoError(t, err)
		}
	}
}
