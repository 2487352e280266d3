package shiftadd

import (
	"math/rand/v2"
	"testing"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// wide is a layer of the largest fan-in of MobileNetV2: 960 inputs.
func wide(b *testing.B) *spec.Layer {
	rng := rand.New(rand.NewPCG(seed, 7))
	l := &spec.Layer{
		Name: "wide", Inputs: []string{spec.InputName},
		Out: spec.Requant{Format: spec.Format{Signed: true, Width: 8, Frac: 2}, Rounding: spec.RND, Overflow: spec.SAT},
		Op:  randomConv(rng, 960, 64, 1, 1, spec.Accumulator{}),
	}
	n := &spec.Network{Name: "n", Input: spec.Input{Shape: spec.Shape{C: 960, H: 1, W: 1}, Format: spec.Format{Width: 8, Frac: 8}}, Layers: []*spec.Layer{l}}
	if err := n.Validate(); err != nil {
		b.Fatal(err)
	}
	return l
}

func BenchmarkChannel(b *testing.B) {
	for _, o := range []Options{{}, {Tree: Linear, Widths: Uniform, Subtract: InvertCarry}, {Tree: CarrySave}, {Share: Pairs}} {
		b.Run(o.String(), func(b *testing.B) {
			g, err := New(wide(b), o)
			if err != nil {
				b.Fatal(err)
			}
			adders := 0
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s := netlist.Measure(g.Channel(1 + i%63))
				adders += s.Adders + s.Subtractors
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(adders), "ns/adder")
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	g, err := New(wide(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	m := g.Channel(1)
	p, err := netlist.Compile(m, inputs(m), []netlist.Value{m.Outputs[0].Value})
	if err != nil {
		b.Fatal(err)
	}
	const lanes = 1024
	in := make([][]uint64, len(m.Inputs))
	for i := range in {
		in[i] = make([]uint64, lanes)
		for j := range in[i] {
			in[i][j] = uint64(i*j) % 256
		}
	}
	out := [][]uint64{make([]uint64, lanes)}
	n := 0
	for b.Loop() {
		p.Run(lanes, in, out)
		n += lanes * p.Cells()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6, "Mcell-lanes/s")
}

func inputs(m *netlist.Module) (vs []netlist.Value) {
	for _, p := range m.Inputs {
		vs = append(vs, p.Value)
	}
	return vs
}
