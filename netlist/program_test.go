package netlist

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompileBetweenCuts(t *testing.T) {
	m := sample()
	q, sum := find(m, OpReg), find(m, OpAdd)
	p, err := Compile(m, []Value{1, q}, []Value{sum, q, 1, sum})
	require.NoError(t, err)
	in := [][]uint64{{1, 3, 15}, {5, 5, 5}}
	out := [][]uint64{make([]uint64, 3), make([]uint64, 3), make([]uint64, 3), make([]uint64, 3)}
	p.Run(3, in, out)
	require.Equal(t, [][]uint64{{6, (5 + 12) & 15, 5}, {5, 5, 5}, {1, 3, 15}, out[0]}, out)
	// A cut in the middle hides what is above it.
	mux := find(m, OpMux)
	p, err = Compile(m, []Value{q, mux}, []Value{sum})
	require.NoError(t, err)
	require.Equal(t, 3, p.Cells())
	p.Run(1, [][]uint64{{9}, {9}}, out[:1])
	require.EqualValues(t, 2, out[0][0])
}

// Words that need no code of their own can be cut points like any other.
func TestCutsAtExtensionsAndConstants(t *testing.T) {
	m := New("m")
	x := m.Input("x", 4)
	wide, k := m.Zext(x, 8), m.Const(8, 3)
	sum := m.Add(wide, k)
	y := m.Add(m.Add(sum, wide), k)
	p, err := Compile(m, []Value{wide, k}, []Value{y, wide, k})
	require.NoError(t, err)
	out := [][]uint64{{0}, {0}, {0}}
	p.Run(1, [][]uint64{{200}, {5}}, out)
	require.Equal(t, [][]uint64{{410 & 255}, {200}, {5}}, out)

	p, err = Compile(m, []Value{x}, []Value{y, wide, k, wide})
	require.NoError(t, err)
	out = [][]uint64{{0}, {0}, {0}, {0}}
	p.Run(1, [][]uint64{{9}}, out)
	require.Equal(t, [][]uint64{{24}, {9}, {3}, {9}}, out)
}

func TestCompileNamesWhatIsMissing(t *testing.T) {
	m := sample()
	q, sum := find(m, OpReg), find(m, OpAdd)
	_, err := Compile(m, []Value{q}, []Value{sum})
	require.ErrorContains(t, err, "input v1 (x)")
	_, err = Compile(m, []Value{1}, []Value{sum})
	require.ErrorContains(t, err, "register v2 (q)")
	_, err = NewEvaluator(m)
	require.ErrorContains(t, err, "register")
	_, err = Compile(m, []Value{1, 1}, []Value{sum})
	require.ErrorContains(t, err, "twice")
	_, err = Compile(m, []Value{99}, []Value{sum})
	require.ErrorContains(t, err, "99")
	_, err = Compile(m, nil, []Value{99})
	require.ErrorContains(t, err, "99")
}

func TestUndefinedWordsAreNeverEvaluated(t *testing.T) {
	m := New("m")
	x := m.Input("x", 4)
	u := m.SetSource(m.SetName(m.Undef(4, UndefUndriven, "wire w"), "w"), m.Source("a.v:3"))
	m.Output("y", m.Add(x, u))
	_, err := NewEvaluator(m)
	require.ErrorContains(t, err, "v2 (w) at a.v:3 is undefined: undriven net: wire w")
	p, err := Compile(m, []Value{x}, []Value{x})
	require.NoError(t, err, "outside the cone it does not matter")
	out := [][]uint64{{0}}
	p.Run(1, [][]uint64{{31}}, out)
	require.EqualValues(t, 15, out[0][0])
}

func TestRunIsConcurrentAndCountsItsLanes(t *testing.T) {
	m := New("m")
	a, b := m.Input("a", 16), m.Input("b", 16)
	m.Output("y", m.Add(m.Mul(a, b), m.Const(16, 7)))
	e, err := NewEvaluator(m)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for _, n := range []int{0, 1, block - 1, block, block + 1, 3*block + 5} {
		wg.Go(func() {
			in := [][]uint64{make([]uint64, n), make([]uint64, n)}
			for i := range n {
				in[0][i], in[1][i] = uint64(i), uint64(n)
			}
			for i, y := range e.Eval(in)[0] {
				if y != (uint64(i*n)+7)&0xffff {
					t.Errorf("%d lanes: lane %d is %d", n, i, y)
				}
			}
		})
	}
	wg.Wait()
	require.Panics(t, func() { e.Eval([][]uint64{{1}}) })
	require.Panics(t, func() { e.Eval([][]uint64{{1}, {1, 2}}) })
}
