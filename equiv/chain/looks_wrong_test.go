package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/fuzz/mutant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// layer is a convolution of four inputs with given codes and bias.
func layer(t testing.TB, in spec.Format, codes []spec.Code, bias int32, out spec.Requant) *spec.Layer {
	n := &spec.Network{
		Name:  "hand",
		Input: spec.Input{Shape: spec.Shape{C: len(codes), H: 1, W: 1}, Format: in},
		Layers: []*spec.Layer{{
			Name: "conv", Inputs: []string{spec.InputName}, Out: out,
			Op: &spec.Conv{OutC: 1, Kernel: [2]int{1, 1}, Stride: [2]int{1, 1}, Groups: 1, Bits: 4, Codes: codes, Base: []int32{0}, Bias: []int32{bias}},
		}},
	}
	require.NoError(t, n.Validate())
	return n.Layers[0]
}

// channel is what the generator makes of the only channel.
func channel(t testing.TB, l *spec.Layer) *netlist.Module {
	g, err := shiftadd.New(l, shiftadd.Options{})
	require.NoError(t, err)
	return g.Channel(0)
}

// TestLooksWrongIsEqual: hardware that a reviewer would stop at, and that computes
// the model all the same. It is proved, and never refuted.
func TestTrapLooksWrongIsEqual(t *testing.T) {
	u4, s4 := spec.Format{Width: 4, Frac: 4}, spec.Format{Signed: true, Width: 4, Frac: 4}
	mixed := []spec.Code{3, -2, 4, -1}
	wrap := spec.Requant{Format: spec.Format{Signed: true, Width: 5, Frac: 4}}
	relu := spec.Requant{Format: spec.Format{Width: 5, Frac: 2}, Overflow: spec.SAT, Clamp: &spec.Range{Lo: 0, Hi: 20}}
	with := func(q spec.Requant, r spec.Rounding) spec.Requant { q.Rounding = r; return q }

	// taps are the four terms of a channel at n bits.
	taps := func(m *netlist.Module, l *spec.Layer, n int) []netlist.Value {
		var vs []netlist.Value
		for i, c := range l.Channel(0) {
			x := m.Input(shiftadd.TapName(l, 0, i), l.InFormat(0).Width)
			v := m.Resize(m.ShlConst(x, c.Shift()), n, l.InFormat(0).Signed)
			if c.Sign() < 0 {
				v = m.Neg(v)
			}
			vs = append(vs, v)
		}
		return vs
	}
	sum := func(m *netlist.Module, n int, bias int64, vs []netlist.Value) netlist.Value {
		acc := m.Const(n, bias)
		for _, v := range vs {
			acc = m.Add(acc, v)
		}
		return acc
	}

	cases := []struct {
		name  string
		layer *spec.Layer
		gate  func(l *spec.Layer) *netlist.Module
	}{
		{"an accumulator as narrow as the output, whose wraps cancel", layer(t, u4, mixed, 7, wrap), func(l *spec.Layer) *netlist.Module {
			m := netlist.New("g")
			m.Output("y", sum(m, 5, 7, taps(m, l, 5)))
			return m
		}},
		{"a saturating output after a partial sum that wraps and comes back", layer(t, u4, []spec.Code{3, 3, -3, -3}, 0, relu), func(l *spec.Layer) *netlist.Module {
			// 4(a + b) reaches 120 and -4(c + d) -120: 8 bits, signed, hold every
			// total, and the bias of 100 that comes and goes overflows on the way.
			m := netlist.New("g")
			acc := sum(m, 8, 100, taps(m, l, 8))
			acc = m.Sub(acc, m.Const(8, 100))
			q := m.Slice(acc, 2, 6)
			q = m.Mux(m.Slice(acc, 7, 1), m.Const(6, 0), q)
			q = m.Mux(m.Ult(m.Const(6, 20), q), m.Const(6, 20), q)
			m.Output("y", m.Slice(q, 0, 5))
			return m
		}},
		{"negative ties rounded the wrong way, below a clamp at 0", layer(t, u4, mixed, -3, with(relu, spec.RNDInf)), func(l *spec.Layer) *netlist.Module {
			return channel(t, layer(t, u4, mixed, -3, with(relu, spec.RND)))
		}},
		{"rounding to even where no tie is odd", layer(t, u4, []spec.Code{4, -4, 4, 4}, 4, with(relu, spec.RNDConv)), func(l *spec.Layer) *netlist.Module {
			return channel(t, layer(t, u4, []spec.Code{4, -4, 4, 4}, 4, with(relu, spec.TRN)))
		}},
		{"a logical for an arithmetic shift where the result is cut exactly", layer(t, s4, mixed, 2, spec.Requant{Format: spec.Format{Signed: true, Width: 5, Frac: 2}}), func(l *spec.Layer) *netlist.Module {
			m := netlist.New("g")
			acc := sum(m, 7, 2, taps(m, l, 7))
			m.Output("y", m.Slice(m.Shr(acc, m.Const(2, 2)), 0, 5))
			return m
		}},
		{"division toward zero above a clamp at 0", layer(t, u4, mixed, -3, with(relu, spec.TRN)), func(l *spec.Layer) *netlist.Module {
			return channel(t, layer(t, u4, mixed, -3, with(relu, spec.TRNZero)))
		}},
		{"an unsigned comparison after the low clamp", layer(t, u4, mixed, 5, relu), func(l *spec.Layer) *netlist.Module {
			m := netlist.New("g")
			acc := sum(m, 9, 5, taps(m, l, 9))
			q := m.Slice(acc, 2, 7)
			q = m.Mux(m.Slice(q, 6, 1), m.Const(7, 0), q)
			q = m.Mux(m.Ult(m.Const(7, 20), q), m.Const(7, 20), q)
			m.Output("y", m.Slice(q, 0, 5))
			return m
		}},
		{"a clamp bound that cannot be reached", layer(t, u4, []spec.Code{1, 1, 1, 1}, 0, relu), func(l *spec.Layer) *netlist.Module {
			m := netlist.New("g")
			acc := sum(m, 6, 0, taps(m, l, 6))
			q := m.Zext(m.Slice(acc, 2, 4), 5)
			m.Output("y", m.Mux(m.Ult(m.Const(5, 16), q), m.Const(5, 3), q))
			return m
		}},
		{"a rounding carry that cannot be reached", layer(t, u4, []spec.Code{3, 3, 3, 3}, 1, with(relu, spec.RND)), func(l *spec.Layer) *netlist.Module {
			// All accumulators are 1 modulo 4: adding 2 never carries.
			return channel(t, layer(t, u4, []spec.Code{3, 3, 3, 3}, 1, with(relu, spec.TRN)))
		}},
		{"no sign extension of a value that is never negative", layer(t, u4, mixed, 40, relu), func(l *spec.Layer) *netlist.Module {
			// 40 - 2b - d lies in [-5, 40]: its own sign is kept. 4a + 8c lies in
			// [0, 180], held as a signed word of 9 bits and extended by zeros.
			m := netlist.New("g")
			vs := taps(m, l, 9)
			positive := m.Add(vs[0], vs[2])
			acc := m.Add(m.Zext(positive, 10), m.Sext(sum(m, 9, 40, []netlist.Value{vs[1], vs[3]}), 10))
			q := m.Slice(acc, 2, 8)
			q = m.Mux(m.Slice(q, 7, 1), m.Const(8, 0), q)
			q = m.Mux(m.Ult(m.Const(8, 20), q), m.Const(8, 20), q)
			m.Output("y", m.Slice(q, 0, 5))
			return m
		}},
		{"exclusive or for or in the majority of a carry-save tree", layer(t, u4, mixed, 5, relu), func(l *spec.Layer) *netlist.Module {
			m := netlist.New("g")
			vs := taps(m, l, 9)
			s := m.Xor(m.Xor(vs[0], vs[1]), vs[2])
			c := m.Xor(m.Xor(m.And(vs[0], vs[1]), m.And(vs[1], vs[2])), m.And(vs[0], vs[2]))
			acc := m.Add(m.Add(s, m.ShlConst(m.Slice(c, 0, 8), 1)), m.Add(vs[3], m.Const(9, 5)))
			q := m.Slice(acc, 2, 7)
			q = m.Mux(m.Slice(q, 6, 1), m.Const(7, 0), q)
			q = m.Mux(m.Ult(m.Const(7, 20), q), m.Const(7, 20), q)
			m.Output("y", m.Slice(q, 0, 5))
			return m
		}},
	}
	p := byZ3(t, 1)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := equiv.ModelOf(c.layer, shiftadd.Unit{Kind: shiftadd.KindChannel, Name: "conv_c0"})
			gate := c.gate(c.layer)
			require.NoError(t, gate.Check())
			class, w, err := mutant.Classify(channel(t, c.layer), gate, inputs(m), 1)
			require.NoError(t, err)
			require.Equal(t, mutant.Equal, class, "the example itself is wrong at %v", w)
			pt := judge(p, m, gate)
			require.Equal(t, verdict.Proved, pt.Verdict, "%v: %s", pt.Reason, pt.Detail)
		})
	}
}

// TestAWidthThatMatters is the counterpart: the same narrow accumulator below a
// saturating output is wrong.
func TestAWidthThatMatters(t *testing.T) {
	u4 := spec.Format{Width: 4, Frac: 4}
	l := layer(t, u4, []spec.Code{3, 3, -2, -1}, 0, spec.Requant{Format: spec.Format{Width: 5, Frac: 2}, Overflow: spec.SAT})
	gate := channel(t, l)
	m := equiv.ModelOf(l, shiftadd.Unit{Kind: shiftadd.KindChannel, Name: "conv_c0"})
	p := byZ3(t, 1)
	refuted := 0
	for _, f := range mutant.Faults(gate) {
		if f.Kind != mutant.NarrowAdder {
			continue
		}
		mut := f.Apply()
		class, _, err := mutant.Classify(gate, mut, inputs(m), 1)
		require.NoError(t, err)
		want := verdict.Proved
		if class == mutant.Different {
			want = verdict.Refuted
			refuted++
		}
		require.Equal(t, want, judge(p, m, mut).Verdict, "%v", f)
	}
	require.NotZero(t, refuted)
}
