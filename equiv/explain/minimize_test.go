package explain

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// small is a model of a few three-bit inputs that are added up, with weights that
// are powers of two, and saturate.
func small(weights []int64, shift int) *equiv.Model {
	m := &equiv.Model{Terms: golden.NewTerms()}
	var terms []golden.Term
	for i, w := range weights {
		m.Vars = append(m.Vars, equiv.Var{Port: fmt.Sprintf("x%d", i), Width: 3, Range: spec.Range{Hi: 7}})
		m.Refs = append(m.Refs, m.Terms.Var(i))
		terms = append(terms, m.Terms.Mul(m.Refs[i], m.Terms.Const(w)))
	}
	m.Acc = m.Terms.Sum(terms...)
	m.Tail = &equiv.Requantizer{Out: spec.Requant{Format: spec.Format{Width: 4}, Overflow: spec.SAT}, Shift: shift}
	m.Out = golden.Requantize(m.Terms, m.Tail.Out, shift, m.Acc)
	m.Run = func(xs []int64) int64 {
		acc := int64(0)
		for i, w := range weights {
			acc += w * xs[i]
		}
		return m.Tail.Apply(acc)
	}
	return m
}

// circuit is the model in hardware, with a fault that trips where wrong is 1.
func circuit(weights []int64, shift int, wrong func(m *netlist.Module, xs []netlist.Value, acc netlist.Value) netlist.Value) *netlist.Module {
	const w = 16
	m := netlist.New("small")
	acc := m.Const(w, 0)
	var xs []netlist.Value
	for i, k := range weights {
		xs = append(xs, m.Input(fmt.Sprintf("x%d", i), 3))
		acc = m.Add(acc, m.Mul(m.Extend(xs[i], w, false), m.Const(w, k)))
	}
	moved := m.Extend(m.Slice(acc, shift, w-shift), w, true)
	out := m.Mux(m.Slt(moved, m.Const(w, 0)), m.Const(w, 0), m.Mux(m.Slt(m.Const(w, 15), moved), m.Const(w, 15), moved))
	y := m.Slice(out, 0, 4)
	m.Output("y", m.Mux(wrong(m, xs, acc), m.Not(y), y))
	return m
}

// TestMinimalIsMinimal holds what Minimize claims against all inputs there are.
func TestMinimalIsMinimal(t *testing.T) {
	t.Log("seed 1")
	rng := rand.New(rand.NewSource(1))
	const n, values = 4, 8
	claims := map[string]int{}
	for round := range 400 {
		weights := make([]int64, n)
		for i := range weights {
			weights[i] = []int64{1, -1}[rng.Intn(2)] << rng.Intn(4)
		}
		shift := rng.Intn(3)
		kind := []string{"above", "between", "outside", "two", "three", "all four"}[round%6]
		at, with := int64(rng.Intn(80)-20), []int64{rng.Int63n(7) + 1, rng.Int63n(7) + 1, rng.Int63n(7) + 1, rng.Int63n(7) + 1}
		gate := circuit(weights, shift, func(m *netlist.Module, xs []netlist.Value, acc netlist.Value) netlist.Value {
			k := func(v int64) netlist.Value { return m.Const(16, v) }
			is := func(i int) netlist.Value { return m.Eq(xs[i], m.Const(3, with[i])) }
			switch kind {
			case "above":
				return m.Slt(k(at), acc)
			case "between":
				return m.And(m.Slt(k(at), acc), m.Slt(acc, k(at+4)))
			case "outside":
				return m.Or(m.Slt(k(30), acc), m.Slt(acc, k(-25)))
			case "two":
				return m.And(is(0), is(2))
			case "three":
				return m.And(m.And(is(0), is(1)), is(3))
			}
			return m.And(m.And(is(0), is(1)), m.And(is(2), is(3)))
		})
		m := small(weights, shift)

		r, err := newRunner(equiv.NewQuestion(m, gate))
		require.NoError(t, err)
		var all [][]int64
		for v := range values * values * values * values {
			all = append(all, []int64{int64(v % 8), int64(v / 8 % 8), int64(v / 64 % 8), int64(v / 512)})
		}
		got := r.gate(all)
		var one []int64
		fewest, smallest := n+1, int64(0)
		for j, x := range all {
			if got[j] == m.Run(x) {
				continue
			}
			moved := 0
			for _, e := range x {
				if e != 0 {
					moved++
				}
			}
			if moved < fewest || moved == fewest && magnitude(x) < smallest {
				fewest, smallest = moved, magnitude(x)
			}
			if one == nil || rng.Intn(50) == 0 {
				one = x
			}
		}
		if one == nil {
			continue
		}
		min, err := Minimize(equiv.NewQuestion(m, gate), one)
		require.NoError(t, err)
		require.NotEqual(t, min.Gold, min.Gate)
		require.NotEmpty(t, min.Words)
		require.GreaterOrEqual(t, min.Moved, fewest)
		if min.Fewest {
			require.Equal(t, fewest, min.Moved, "%s: %s", kind, min.Words)
		}
		if min.Smallest {
			require.True(t, min.Fewest)
			require.Equal(t, smallest, magnitude(min.Inputs), "%s: %v: %s", kind, min.Inputs, min.Words)
		}
		claims[fmt.Sprintf("%s, %d moved, fewest %v, smallest %v", kind, min.Moved, min.Fewest, min.Smallest)]++
		if fewest <= 3 {
			require.True(t, min.Fewest, "%s %v: %d moved, %d suffice: %s", kind, weights, min.Moved, fewest, min.Words)
		}
		if fewest <= 2 && kind == "two" || fewest <= 1 {
			require.True(t, min.Smallest, min.Words)
		}
	}
	for c, times := range claims {
		t.Logf("%3d times %s", times, c)
	}
}
