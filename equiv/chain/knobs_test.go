package chain

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// setting is one point of the space of knobs and modes.
type setting struct {
	acc      func(l *spec.Layer, oc int) spec.Accumulator
	name     string
	rounding spec.Rounding
	overflow spec.Overflow
	knobs    shiftadd.Options
}

// accumulators are all alternatives that a convolution can declare. Wrapping and
// saturating ones are narrow enough that the channel in question does wrap or
// saturate, where the layer's biases allow.
var accumulators = []struct {
	name string
	of   func(l *spec.Layer, oc int) spec.Accumulator
}{
	{"exact", func(*spec.Layer, int) spec.Accumulator { return spec.Accumulator{} }},
	{"wrap", func(l *spec.Layer, oc int) spec.Accumulator {
		return spec.Accumulator{Mode: spec.AccWrap, Width: narrow(l, oc, 0)}
	}},
	{"saturate", func(l *spec.Layer, oc int) spec.Accumulator {
		return spec.Accumulator{Mode: spec.AccSaturate, Width: narrow(l, oc, 0)}
	}},
	{"drop, negate then shift", func(*spec.Layer, int) spec.Accumulator {
		return spec.Accumulator{Drop: 2, Order: spec.NegateShift}
	}},
	{"drop, shift then negate", func(*spec.Layer, int) spec.Accumulator {
		return spec.Accumulator{Drop: 2, Order: spec.ShiftNegate}
	}},
	{"drop and wrap", func(l *spec.Layer, oc int) spec.Accumulator {
		return spec.Accumulator{Drop: 2, Order: spec.NegateShift, Mode: spec.AccWrap, Width: narrow(l, oc, 2)}
	}},
	{"drop and saturate", func(l *spec.Layer, oc int) spec.Accumulator {
		return spec.Accumulator{Drop: 2, Order: spec.ShiftNegate, Mode: spec.AccSaturate, Width: narrow(l, oc, 2)}
	}},
}

// narrow is two bits less than the exact sum of channel oc needs, and no less than
// the layer's biases do.
func narrow(l *spec.Layer, oc, drop int) int {
	conv := l.Op.(*spec.Conv)
	width := func(r spec.Range) int {
		n := 2
		for !r.Within(spec.Format{Signed: true, Width: n}.Range()) {
			n++
		}
		return n
	}
	exact := l.AccRange(oc)
	n := max(2, width(spec.Range{Lo: exact.Lo >> drop, Hi: exact.Hi >> drop})-2)
	for _, b := range conv.Bias {
		n = max(n, width(spec.Range{Lo: int64(b), Hi: int64(b)}))
	}
	return n
}

// varied is a clone of net whose layer has the setting's modes, made for channel
// oc; ok is false where the combination is illegal, which the generator's table
// says.
func varied(t testing.TB, net *spec.Network, layer string, oc int, s setting) (l *spec.Layer, ok bool) {
	c := net.Clone()
	l = c.Layer(layer)
	conv, isConv := l.Op.(*spec.Conv)
	if isConv {
		conv.Acc = s.acc(l, oc)
		if shiftadd.Check(conv.Acc, s.knobs) != nil {
			return nil, false
		}
	}
	l.Out.Rounding, l.Out.Overflow = s.rounding, s.overflow
	// The layer alone: what reads it need not take its new outputs.
	alone := &spec.Network{Name: c.Name, Input: c.Input}
	for _, other := range c.Layers {
		alone.Layers = append(alone.Layers, other)
		if other == l {
			break
		}
	}
	require.NoError(t, alone.Validate(), "%s, %s", layer, s.name)
	return l, true
}

// settings is the whole space: knobs × accumulators × roundings × overflows.
func settings(conv bool) []setting {
	var all []setting
	for a, acc := range accumulators {
		if !conv && a > 0 {
			break
		}
		for _, r := range spec.Roundings() {
			for _, o := range spec.Overflows() {
				for _, k := range shiftadd.Combinations() {
					all = append(all, setting{acc.of, fmt.Sprintf("%s, %v, %v, %v", acc.name, r, o, k), r, o, k})
				}
			}
		}
	}
	return all
}

// proveSettings proves every nth setting of a layer by normal forms, for one
// channel each, and every confirm-th of those by Z3 too. It returns how many were
// proved and how many of them Z3 confirmed.
func proveSettings(t *testing.T, net *spec.Network, layer string, nth, confirm int) (proved, confirmed int) {
	_, conv := net.Layer(layer).Op.(*spec.Conv)
	type job struct {
		s  subject
		z3 bool
	}
	jobs := make(chan job)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		forms, z3 := byForms(1), byZ3(t, 1)
		wg.Go(func() {
			for j := range jobs {
				p := forms
				if j.z3 {
					p = z3
				}
				pt := judge(p, j.s.model, j.s.gate)
				mu.Lock()
				switch {
				case pt.Verdict == verdict.Proved:
					proved++
					if j.z3 {
						confirmed++
					}
				default:
					t.Errorf("%s: %v, %v %s", j.s.name, pt.Verdict, pt.Reason, pt.Detail)
				}
				mu.Unlock()
			}
		})
	}
	n := 0
	for i, s := range settings(conv) {
		if i%nth != 0 {
			continue
		}
		channel := 0
		if conv {
			channel = n % min(net.Layer(layer).OutShape().C, 8)
		}
		l, ok := varied(t, net, layer, channel, s)
		if !ok {
			continue
		}
		for _, sub := range subjects(t, l, s.knobs, func(u shiftadd.Unit) bool { return u.Channel == channel }) {
			sub.name = fmt.Sprintf("%s with %s", sub.name, s.name)
			jobs <- job{sub, n%confirm == 0}
		}
		n++
	}
	close(jobs)
	wg.Wait()
	return proved, confirmed
}

// TestEveryModeAndKnobOfTiny samples the space of each layer with a stride that
// shares no factor with any of its dimensions, so that all values of all
// dimensions meet.
func TestEveryModeAndKnobOfTiny(t *testing.T) {
	net := open(t, "tiny")
	for _, l := range net.Layers {
		if l.Kind() == "dense" {
			continue
		}
		proved, confirmed := proveSettings(t, net, l.Name, 5, 5)
		require.NotZero(t, confirmed, l.Name)
		t.Logf("%s: %d settings proved, %d confirmed by Z3", l.Name, proved, confirmed)
	}
}

// TestEveryModeAndKnobOfABlock is the same for a bottleneck block of MobileNetV2.
func TestEveryModeAndKnobOfABlock(t *testing.T) {
	net := open(t, "mobilenet_v2_1.0_224")
	for _, layer := range []string{"block_3_expand", "block_3_depthwise", "block_3_project"} {
		proved, confirmed := proveSettings(t, net, layer, 37, 5)
		require.NotZero(t, confirmed, layer)
		t.Logf("%s: %d settings proved, %d confirmed by Z3", layer, proved, confirmed)
	}
}

// TestEveryKnobThroughVerilog: every legal pair of a setting of the knobs and an
// accumulator goes through Verilog and Yosys, with roundings and overflows in
// turn; what comes back is proved.
func TestEveryKnobThroughVerilog(t *testing.T) {
	net := open(t, "tiny")
	layers := []string{"stem", "depthwise", "grouped", "project"}
	type job struct {
		name string
		f    *chunk
		o    *Options
	}
	jobs := make(chan job)
	var mu sync.Mutex
	var wg sync.WaitGroup
	proved := 0
	for range 2 {
		wg.Go(func() {
			for j := range jobs {
				p := byForms(1)
				p.o, p.alone = j.o, true
				out, err := p.chunk(context.Background(), j.f)
				mu.Lock()
				switch {
				case err != nil:
					t.Errorf("%s: %v", j.name, err)
				case out.Points[0].Verdict == verdict.Proved:
					proved++
				default:
					t.Errorf("%s: %v, %v %s", j.name, out.Points[0].Verdict, out.Points[0].Reason, out.Points[0].Detail)
				}
				mu.Unlock()
			}
		})
	}
	roundings, overflows := spec.Roundings(), spec.Overflows()
	n := 0
	for _, acc := range accumulators {
		for _, k := range shiftadd.Combinations() {
			s := setting{acc.of, "", roundings[n%len(roundings)], overflows[n%len(overflows)], k}
			layer, oc := layers[n%len(layers)], n%3
			l, ok := varied(t, net, layer, oc, s)
			if !ok {
				continue
			}
			n++
			g, err := shiftadd.New(l, k)
			require.NoError(t, err)
			tk := &task{layer: l, gen: g, edges: []verdict.Edge{verdict.GoldenRTL}}
			for _, u := range g.Modules() {
				if u.Kind == shiftadd.KindChannel && u.Channel == oc {
					tk.units, tk.fanin = []shiftadd.Unit{u}, []int{fanin(l, u)}
				}
			}
			tk.cut(1)
			jobs <- job{
				fmt.Sprintf("%s_c%d with %s, %v, %v, %v", layer, oc, acc.name, s.rounding, s.overflow, k),
				tk.chunks[0], &Options{Edges: tk.edges, Seed: 1},
			}
		}
	}
	close(jobs)
	wg.Wait()
	t.Logf("%d settings proved through Verilog", proved)
	require.NotZero(t, proved)
}
