package mutant

import (
	"bytes"
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/networks"
)

// modules are the first channel and the other units of each layer of tiny, under
// settings of the knobs that differ in every one of them.
func modules(t testing.TB) []*netlist.Module {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	var ms []*netlist.Module
	for _, l := range net.Layers {
		for _, o := range []shiftadd.Options{
			{},
			{Tree: shiftadd.Linear, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry},
			{Tree: shiftadd.CarrySave, Share: shiftadd.Pairs},
			{Tree: shiftadd.CarrySave, Widths: shiftadd.Uniform, Subtract: shiftadd.InvertCarry},
		} {
			g, err := shiftadd.New(l, o)
			if err != nil {
				continue // a dense layer, or a knob that the accumulator forbids
			}
			for _, u := range g.Modules() {
				if u.Channel == 0 {
					ms = append(ms, g.Module(u))
				}
			}
		}
	}
	require.NotEmpty(t, ms)
	return ms
}

func dump(t testing.TB, m *netlist.Module) string {
	var b bytes.Buffer
	require.NoError(t, netlist.Dump(&b, m))
	return b.String()
}

// TestEveryFaultIsAWellFormedChange: each mutant passes the invariant checker,
// keeps its ports, differs from the original, and leaves the original alone; and
// every kind that a netlist can have is found somewhere.
func TestEveryFaultIsAWellFormedChange(t *testing.T) {
	found := map[Kind]int{}
	for _, m := range modules(t) {
		before := dump(t, m)
		unchanged := dump(t, apply(m, nil))
		for _, f := range Faults(m) {
			found[f.Kind]++
			mut := f.Apply()
			require.NoError(t, mut.Check(), "%s: %v", m.Name, f)
			require.NotEqual(t, unchanged, dump(t, mut), "%s: %v", m.Name, f)
			require.Equal(t, len(m.Outputs), len(mut.Outputs))
			for i, o := range m.Outputs {
				require.Equal(t, o.Name, mut.Outputs[i].Name)
				require.Equal(t, o.Width, mut.Outputs[i].Width, "%s: %v", m.Name, f)
			}
			require.NotEmpty(t, f.Words)
			require.NotEmpty(t, f.Site)
		}
		require.Equal(t, before, dump(t, m))
	}
	for _, k := range Kinds() {
		switch k {
		case Revived, SwappedChannels: // functions of their own
		case NegateOrder: // tiny has it where terms are truncated, if at all
		case NarrowLiteral, NarrowDeclaration: // of text alone
		default:
			require.NotZero(t, found[k], "no fault of kind %q", k)
		}
	}
	t.Log(found)
}

func TestCopyComputesTheSame(t *testing.T) {
	for _, m := range modules(t) {
		c := apply(m, nil)
		require.NoError(t, c.Check())
		class, w, err := Classify(m, c, portsOf(m), 1)
		require.NoError(t, err)
		require.NotEqual(t, Different, class, "%s at %v", m.Name, w)
	}
}

// portsOf lets every input carry anything.
func portsOf(m *netlist.Module) []Input {
	var ins []Input
	for _, p := range m.Inputs {
		ins = append(ins, Input{p.Name, p.Width, spec.Range{Lo: 0, Hi: 1<<p.Width - 1}})
	}
	return ins
}

func TestRegistersAndUndefinedWordsComeAlong(t *testing.T) {
	m := netlist.New("m")
	x := m.Input("x", 4)
	acc := m.Reg("acc", 6)
	u := m.Undef(6, netlist.UndefX, "somewhere")
	sum := m.Label(m.Add(acc, m.Zext(x, 6)), "sum")
	m.SetNext(acc, sum)
	m.Output("y", acc)
	m.Output("z", u)
	require.NoError(t, m.Check())
	kinds := map[Kind]bool{}
	for _, f := range Faults(m) {
		kinds[f.Kind] = true
		require.NoError(t, f.Apply().Check(), "%v", f)
	}
	for _, k := range []Kind{Shift, Sign, Dropped, NarrowAdder, InventedSign} {
		require.True(t, kinds[k], "no %q beside a register", k)
	}
}

func TestDeadCellsHaveNoFaults(t *testing.T) {
	m := netlist.New("m")
	x := m.Input("x", 4)
	m.Add(x, m.Const(4, 3))
	m.Output("y", x)
	require.Empty(t, Faults(m))
}

func TestClassify(t *testing.T) {
	build := func(f func(m *netlist.Module, x, y netlist.Value) netlist.Value) *netlist.Module {
		m := netlist.New("m")
		x, y := m.Input("x", 8), m.Input("y", 8)
		m.Output("z", f(m, x, y))
		return m
	}
	add := build(func(m *netlist.Module, x, y netlist.Value) netlist.Value { return m.Add(x, y) })
	same := build(func(m *netlist.Module, x, y netlist.Value) netlist.Value { return m.Sub(x, m.Neg(y)) })
	// Different at the one input (200, 100).
	once := build(func(m *netlist.Module, x, y netlist.Value) netlist.Value {
		at := m.And(m.Eq(x, m.Const(8, 200)), m.Eq(y, m.Const(8, 100)))
		return m.Mux(at, m.Const(8, 0), m.Add(x, y))
	})
	all := portsOf(add)
	class, _, err := Classify(add, same, all, 1)
	require.NoError(t, err)
	require.Equal(t, Equal, class)
	class, w, err := Classify(add, once, all, 1)
	require.NoError(t, err)
	require.Equal(t, Different, class)
	require.Equal(t, []int64{200, 100}, w)
	inside := []Input{{"x", 8, spec.Range{Lo: 0, Hi: 199}}, all[1]}
	class, _, err = Classify(add, once, inside, 1)
	require.NoError(t, err)
	require.Equal(t, Equal, class, "the difference lies outside the interval")

	_, _, err = Classify(add, same, all[:1], 1)
	require.ErrorContains(t, err, "input y")
	_, _, err = Classify(add, same, []Input{all[0], {"y", 8, spec.Range{Lo: 1, Hi: 0}}}, 1)
	require.ErrorContains(t, err, "empty")
	wide := netlist.New("m")
	wide.Output("z", wide.Const(9, 0))
	_, _, err = Classify(add, wide, all, 1)
	require.ErrorContains(t, err, "9")
}

// TestClassifyBeyondEnumeration: what is not tried exhaustively is never called
// equal, and a plain difference is seen.
func TestClassifyBeyondEnumeration(t *testing.T) {
	m := netlist.New("m")
	sum := m.Const(16, 0)
	for i := range 6 {
		sum = m.Add(sum, m.Zext(m.Input(fmt.Sprint("x", i), 8), 16))
	}
	m.Output("y", sum)
	class, _, err := Classify(m, apply(m, nil), portsOf(m), 3)
	require.NoError(t, err)
	require.Equal(t, Undecided, class)
	for _, f := range Sample(Faults(m), 3, rand.New(rand.NewSource(3))) {
		class, _, err := Classify(m, f.Apply(), portsOf(m), 3)
		require.NoError(t, err)
		switch f.Kind {
		case Shift, Sign, Dropped, Extra, WrongInput, InventedSign:
			require.Equal(t, Different, class, "%v", f)
		case SwappedInputs, SwappedTerms, NarrowAdder:
			// Sums commute, and 6 × 255 needs 11 of the 16 bits.
			require.Equal(t, Undecided, class, "%v", f)
		}
	}
}

func TestReviveAndRename(t *testing.T) {
	m := netlist.New("m")
	x := m.Input("x", 4)
	m.Output("y", m.Add(m.Zext(x, 6), m.Const(6, 5)))
	f, ok := Revive(m, "z", 4, 1)
	require.True(t, ok)
	mut := f.Apply()
	require.NoError(t, mut.Check())
	e, err := netlist.NewEvaluator(mut)
	require.NoError(t, err)
	require.Equal(t, uint64(3+5+2*7), e.Eval([][]uint64{{3}, {7}})[0][0])
	_, ok = Revive(m, "x", 4, 1)
	require.False(t, ok, "x has a weight already")

	r := Renamed(m, "other", map[string]string{"x": "q"})
	require.NoError(t, r.Check())
	require.Equal(t, "other", r.Name)
	require.Equal(t, "q", r.Inputs[0].Name)
	require.Equal(t, "x", m.Inputs[0].Name)
}

func TestSampleIsSeeded(t *testing.T) {
	fs := Faults(modules(t)[0])
	draw := func(seed int64) (s []string) {
		for _, f := range Sample(fs, 2, rand.New(rand.NewSource(seed))) {
			s = append(s, f.String())
		}
		return s
	}
	require.Equal(t, draw(7), draw(7))
	require.NotEqual(t, draw(7), draw(8))
	count := map[Kind]int{}
	for _, f := range Sample(fs, 2, rand.New(rand.NewSource(7))) {
		count[f.Kind]++
		require.LessOrEqual(t, count[f.Kind], 2)
	}
}

// TestNegateOrder: both orders of a truncated negative term, turned into the
// other, exhaustively.
func TestNegateOrder(t *testing.T) {
	floor := func(x int64) int64 { return x >> 2 }
	for name, c := range map[string]struct {
		build       func(m *netlist.Module, x netlist.Value) netlist.Value
		before, now func(x int64) int64
	}{
		"shift of the negative": {
			func(m *netlist.Module, x netlist.Value) netlist.Value {
				return m.Sext(m.Slice(m.Neg(m.Zext(x, 6)), 2, 4), 8)
			},
			func(x int64) int64 { return floor(-x) }, func(x int64) int64 { return -floor(x) },
		},
		"negative of the shift": {
			func(m *netlist.Module, x netlist.Value) netlist.Value {
				return m.Sub(m.Const(8, 3), m.Zext(m.Slice(x, 2, 3), 8))
			},
			func(x int64) int64 { return 3 - floor(x) }, func(x int64) int64 { return 3 + floor(-x) },
		},
	} {
		m := netlist.New("m")
		m.Output("y", c.build(m, m.Input("x", 5)))
		planted := 0
		for _, f := range Faults(m) {
			if f.Kind != NegateOrder {
				continue
			}
			planted++
			mut := f.Apply()
			require.NoError(t, mut.Check())
			for x := range int64(32) {
				run := func(m *netlist.Module) int64 {
					e, err := netlist.NewEvaluator(m)
					require.NoError(t, err)
					return int64(int8(e.Eval([][]uint64{{uint64(x)}})[0][0]))
				}
				require.Equal(t, c.before(x), run(m), name)
				require.Equal(t, c.now(x), run(mut), "%s at %d", name, x)
			}
		}
		require.Equal(t, 1, planted, name)
	}
}
