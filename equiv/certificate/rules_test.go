package certificate

import (
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// TestRules reads the nets of random small circuits as sums, with inputs of random
// intervals, and tries all inputs: bits and sum are congruent for each net that is read.
// The bits come from package netlist, which shares nothing with the rules.
func TestRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	read, named := map[string]int{}, map[string]int{}
	whole := 0
	for range 4000 {
		m := netlist.New("m")
		vars := []variable{}
		for i := range 2 {
			w := 1 + rng.IntN(4)
			lo := rng.Int64N(1<<w) - int64(rng.IntN(2))<<(w-1)
			hi := min(lo+rng.Int64N(1<<w), 1<<w-1)
			if lo < 0 {
				hi = min(hi, 1<<(w-1)-1)
			}
			name := fmt.Sprint("x", i)
			m.Input(name, w)
			vars = append(vars, variable{port: name, width: w, in: spec.Range{Lo: lo, Hi: max(lo, hi)}})
		}
		for range 8 {
			grow(rng, m)
		}
		if len(m.Cells) > 60 {
			continue
		}
		m.Output("y", netlist.Value(len(m.Cells)-1))
		mine := dumped(t, m)
		known := &variables{list: slices.Clone(vars)}
		r := &reading{m: mine, vars: known, port: map[string]int{"x0": 0, "x1": 1}, known: map[int]spec.Range{}, own: map[int]*sum{}}
		prog, values := all(t, m, vars)
		for v := range m.Cells {
			if v == 0 {
				continue
			}
			s, err := r.sum(v)
			if err != nil {
				require.ErrorIs(t, err, errRule)
				continue
			}
			read[mine.cells[v].op]++
			if x := mine.cells[v]; x.op == "add" && mine.cells[x.args[0]].op == "xor" && !slices.ContainsFunc(slices.Collect(maps.Keys(s.coef)), func(i int) bool { return i >= len(vars) }) {
				whole++ // the two words of a full adder, and what they had in common is gone
			}
			hull := []spec.Range{s.within(known.list)}
			if in, err := r.interval(v); err == nil {
				hull = append(hull, in)
			}
			for j, xs := range values {
				var eval func(s *sum) int64
				eval = func(s *sum) int64 {
					sum := s.konst
					for i, k := range s.coef {
						x := &known.list[i]
						var is int64
						switch {
						case x.arg != nil:
							named["floor"]++
							is = eval(x.arg) >> x.shift
						case x.of != nil:
							named["greatest"]++
							is = math.MinInt64
							for _, i := range x.of {
								is = max(is, xs[i])
							}
						case x.nets != [2]int{}:
							named["common"]++
							is = int64(prog[x.nets[0]-1][j] & prog[x.nets[1]-1][j])
						default:
							is = xs[i]
						}
						require.True(t, x.in.Contains(is), "%+v", x)
						sum += k * is
					}
					return sum
				}
				sum := eval(s)
				for _, in := range hull {
					require.True(t, in.Contains(sum), "v%d is %d, not in %v", v, sum, in)
				}
				want := uint64(sum)
				if want&mask(mine.cells[v].width) != prog[v-1][j] {
					t.Fatalf("v%d of %s for %v is %d, and its sum %v", v, text(t, m), xs, prog[v-1][j], s)
				}
			}
		}
	}
	for _, op := range []string{"const", "add", "sub", "neg", "not", "mul", "shl", "slice", "zext", "sext", "concat", "and", "or", "xor", "mux"} {
		require.Greater(t, read[op], 100, op)
	}
	require.Greater(t, min(named["greatest"], named["common"], named["floor"], whole), 100)
}

// grow adds a cell over the nets of m.
func grow(rng *rand.Rand, m *netlist.Module) {
	any := func() netlist.Value { return netlist.Value(1 + rng.IntN(len(m.Cells)-1)) }
	a := any()
	w := m.Width(a)
	b := m.Const(w, int64(rng.IntN(1<<min(w, 8))))
	for range 4 {
		if c := any(); m.Width(c) == w {
			b = c
		}
	}
	switch rng.IntN(14) {
	case 11:
		[]func(a, b netlist.Value) netlist.Value{m.And, m.Or, m.Xor}[rng.IntN(3)](a, b)
	case 12: // the larger one, and sometimes the smaller one
		if rng.IntN(2) == 0 {
			wide := func(v netlist.Value) netlist.Value {
				if rng.IntN(2) == 0 {
					return m.Zext(v, 6)
				}
				return m.Sext(v, 6)
			}
			a, b = wide(m.Inputs[0].Value), wide(m.Inputs[1].Value)
		}
		less := []func(a, b netlist.Value) netlist.Value{m.Ult, m.Slt}[rng.IntN(2)](a, b)
		if rng.IntN(8) == 0 {
			a, b = b, a
		}
		m.Mux(less, b, a)
	case 13: // a full adder, and sometimes something like it
		c := a
		for range 8 {
			if x := any(); m.Width(x) == w {
				c = x
			}
		}
		if rng.IntN(4) == 0 {
			c = m.Const(w, -1)
		}
		x, y, z := a, b, c
		if rng.IntN(8) == 0 {
			z = a
		}
		ands := []netlist.Value{m.And(x, y), m.And(y, z), m.And(x, c)}
		rng.Shuffle(3, func(i, j int) { ands[i], ands[j] = ands[j], ands[i] })
		s := m.Xor(m.Xor(a, b), c)
		carry := m.Const(1, 0)
		if majority := m.Or(m.Or(ands[0], ands[1]), ands[2]); w > 1 {
			carry = m.Concat(carry, m.Slice(majority, 0, w-1))
		}
		m.Add(s, carry)
	case 0, 1:
		m.Add(a, b)
	case 2:
		m.Sub(a, b)
	case 3:
		m.Neg(a)
	case 4:
		m.Not(a)
	case 5:
		m.Mul(a, b)
	case 6:
		m.Shl(a, m.Const(2, int64(rng.IntN(3))))
	case 7:
		m.Slice(a, rng.IntN(2)*rng.IntN(w), 1)
	case 8:
		m.Zext(a, w+1+rng.IntN(3))
	case 9:
		m.Sext(a, w+1+rng.IntN(3))
	case 10:
		if c := any(); w+m.Width(c) <= 20 {
			m.Concat(a, c)
		}
	}
}

func text(t *testing.T, m *netlist.Module) string {
	var b strings.Builder
	require.NoError(t, netlist.Dump(&b, m))
	return b.String()
}

func dumped(t *testing.T, m *netlist.Module) (got *module) {
	require.NoError(t, readModules(strings.NewReader(text(t, m)), func(m *module) error {
		got = m
		return nil
	}))
	require.Len(t, got.cells, len(m.Cells))
	return got
}

// all is the bits of every net of m, by net and by input, and the inputs: all of them.
func all(t *testing.T, m *netlist.Module, vars []variable) (bits [][]uint64, inputs [][]int64) {
	var lanes [2][]uint64
	for x := vars[0].in.Lo; x <= vars[0].in.Hi; x++ {
		for y := vars[1].in.Lo; y <= vars[1].in.Hi; y++ {
			inputs = append(inputs, []int64{x, y})
			lanes[0] = append(lanes[0], uint64(x)&mask(vars[0].width))
			lanes[1] = append(lanes[1], uint64(y)&mask(vars[1].width))
		}
	}
	var in, out []netlist.Value
	for _, p := range m.Inputs {
		in = append(in, p.Value)
	}
	for v := 1; v < len(m.Cells); v++ {
		out = append(out, netlist.Value(v))
		bits = append(bits, make([]uint64, len(inputs)))
	}
	prog, err := netlist.Compile(m, in, out)
	require.NoError(t, err)
	prog.Run(len(inputs), lanes[:], bits)
	return bits, inputs
}

// TestOperators holds the meaning of every operator against package netlist's, for all
// operands of up to three bits.
func TestOperators(t *testing.T) {
	require.Len(t, operators, len(netlist.Computed()))
	for _, op := range netlist.Computed() {
		o, ok := operators[op.String()]
		require.True(t, ok, "%v", op)
		require.Equal(t, op.Arity(), o.arity, "%v", op)
	}
	tried := 0
	for _, op := range netlist.Computed() {
		for n := range 3 * 3 * 7 * 3 {
			wa, wb, w, k := 1+n%3, 1+n/3%3, 1+n/9%7, n/63
			m := netlist.New("m")
			vars := []variable{}
			for i, w := range []int{wa, wb} {
				m.Input(fmt.Sprint("x", i), w)
				vars = append(vars, variable{port: fmt.Sprint("x", i), width: w, in: spec.Range{Hi: 1<<w - 1}})
			}
			c := netlist.Cell{Op: op, Width: uint8(w)}
			var widths []int
			for i := range op.Arity() {
				c.Args[i] = netlist.Value(1 + i%2)
				widths = append(widths, m.Width(c.Args[i]))
			}
			if op == netlist.OpSlice {
				c.Aux = int64(k)
			}
			m.Cells = append(m.Cells, c)
			m.Output("y", 3)
			fits := operators[op.String()].fits(w, widths, uint64(c.Aux))
			require.Equal(t, m.Check() == nil, fits, "%v", text(t, m))
			if !fits {
				continue
			}
			tried++
			mine := dumped(t, m).cells[3]
			bits, inputs := all(t, m, vars)
			for j, xs := range inputs {
				var x [3]uint64
				for i, a := range c.Args[:op.Arity()] {
					x[i] = uint64(xs[a-1])
				}
				if bits[2][j] != mine.means(x, widths[0], mine.k)&mask(w) {
					t.Fatalf("%v of %v", text(t, m), xs)
				}
			}
		}
	}
	require.Greater(t, tried, 200)
}

// FuzzReadModules feeds the reader of netlists with anything.
func FuzzReadModules(f *testing.F) {
	f.Add("module m\n# doc\nv1     8  input \"x0\"\nv2     8  const 0x7\nv3     8  add v1 v2  ; name\nv4  4  slice [3:0] v3\noutput \"y\" v4\n")
	f.Add("module m\nreg \"q\" v1 <- v2\n")
	f.Add("v1 8 input")
	f.Fuzz(func(_ *testing.T, in string) {
		_ = readModules(strings.NewReader(in), func(m *module) error {
			r := &reading{m: m, port: map[string]int{"x0": 0}, vars: &variables{list: []variable{{port: "x0", width: 8, in: spec.Range{Hi: 255}}}}, known: map[int]spec.Range{}, own: map[int]*sum{}}
			for v, c := range m.cells {
				if _, ok := r.port[c.port]; v > 0 && (c.op != "input" || ok) {
					_ = guard(func() error {
						_, err := r.sum(v)
						return err
					})
				}
			}
			return io.EOF
		})
	})
}
