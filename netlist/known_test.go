package netlist

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// clockedModule is random logic around registers, with many constants in it.
func clockedModule(rng *rand.Rand) *Module {
	m := New("m")
	vs := []Value{m.Input("a", 1+rng.IntN(4)), m.Input("b", 1)}
	var regs []Value
	for i := range 4 {
		w := 1
		if i == 3 {
			w = 1 + rng.IntN(4)
		}
		regs = append(regs, m.Reg(fmt.Sprintf("r%d", i), w))
	}
	vs = append(vs, regs...)
	for range 24 {
		if rng.IntN(3) == 0 {
			w := 1 + rng.IntN(3)
			vs = append(vs, m.push(OpConst, w, int64(rng.Uint64()&mask(w))))
		}
		op := OpSlice + Op(rng.IntN(int(NumOps-OpSlice)))
		if rng.IntN(3) == 0 {
			op = OpMux
		}
		s, args := randomUse(rng, m, op, vs)
		if args == nil || (op == OpZext || op == OpSext) && s.width == s.args[0] {
			continue
		}
		var as []Value
		for _, i := range args {
			as = append(as, vs[i])
		}
		vs = append(vs, m.push(s.op, s.width, int64(s.aux), as...))
	}
	for _, q := range regs {
		d := q
		for range 40 {
			if v := vs[rng.IntN(len(vs))]; m.Width(v) == m.Width(q) {
				d = v
			}
		}
		m.SetNext(q, d)
	}
	for i, v := range vs[len(vs)-4:] {
		m.Output(fmt.Sprintf("y%d", i), v)
	}
	return m
}

// values of one clock, by the reference, for registers by name.
func atClock(m *Module, in []uint64, state map[string]uint64) []uint64 {
	words := make([]word, len(m.Cells))
	bits := make([]uint64, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		c := m.Cells[v]
		switch c.Op {
		case OpInput:
			words[v] = wordOf(in[c.Aux], int(c.Width))
		case OpReg:
			words[v] = wordOf(state[m.Regs[c.Aux].Name], int(c.Width))
		case OpConst:
			words[v] = wordOf(uint64(c.Aux), int(c.Width))
		default:
			var args []word
			for _, a := range c.Args[:c.Op.Arity()] {
				args = append(args, words[a])
			}
			words[v] = reference(c.Op, int(c.Width), int(c.Aux), args...)
		}
		bits[v] = words[v].uint64()
	}
	return bits
}

// TestWhatIsDecidedIsTheSame: random modules from random states. What is known holds
// from its clock on, and what is decided has the outputs and the next state of what it
// was made from.
func TestWhatIsDecidedIsTheSame(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	late, loops, early := 0, 0, 0
	for round := range 3000 {
		m := clockedModule(rng)
		require.NoError(t, m.Check())
		ks := KnownBits(m)
		w := Decided(m)
		require.NoError(t, w.Check(), "round %d of seed %d", round, seed)
		late += min(w.Late, 1)
		if _, err := Stages(m, m.Outputs[3].Value); err != nil {
			if _, err := Stages(w, w.Outputs[3].Value); err == nil {
				loops++
			}
		}
		for v := range m.Cells {
			if bits, ok := ConstantOf(m, Value(v)); v > 0 && ok {
				require.True(t, ks[v].all(m.Width(Value(v))))
				require.Equal(t, ks[v].Bits, bits)
			}
		}
		for range 4 {
			state := map[string]uint64{}
			for _, r := range m.Regs {
				state[r.Name] = rng.Uint64() & mask(m.Width(r.Q))
			}
			for clock := range w.Late + 4 {
				in := []uint64{rng.Uint64() & mask(m.Inputs[0].Width), rng.Uint64() & 1}
				got := atClock(m, in, state)
				for v, k := range ks {
					if clock < k.Since {
						if got[v]&k.Mask != k.Bits {
							early++
						}
						continue
					}
					require.Equal(t, k.Bits, got[v]&k.Mask, "round %d of seed %d, v%d at clock %d: %v", round, seed, v, clock, m.Cells[v].Op)
				}
				if clock >= w.Late {
					same := atClock(w, in, state)
					for i, o := range m.Outputs {
						require.Equal(t, got[o.Value], same[w.Outputs[i].Value], "round %d of seed %d, output %d at clock %d", round, seed, i, clock)
					}
					for _, r := range w.Regs {
						for _, was := range m.Regs {
							if was.Name == r.Name {
								require.Equal(t, got[was.D], same[r.D], "round %d of seed %d, register %s", round, seed, r.Name)
							}
						}
					}
				}
				for _, r := range m.Regs {
					state[r.Name] = got[r.D]
				}
			}
		}
	}
	require.NotZero(t, late, "constants cross registers")
	require.NotZero(t, loops, "loops that constants cut")
	require.NotZero(t, early, "before its clock a word may be another one")
}

// TestDecidedEnables: enables and resets as people write them, by what is tied.
func TestDecidedEnables(t *testing.T) {
	build := func(en, rst func(m *Module) Value) *Module {
		m := New("m")
		x := m.Input("x", 8)
		e, r := en(m), rst(m)
		q := m.Reg("q", 8)
		m.SetNext(q, m.push(OpMux, 8, 0, r, m.Const(8, 0), m.push(OpMux, 8, 0, e, x, q)))
		m.Output("y", q)
		require.NoError(t, m.Check())
		return m
	}
	constant := func(c int64) func(m *Module) Value {
		return func(m *Module) Value { return m.Const(1, c) }
	}
	input := func(m *Module) Value { return m.Input("in", 1) }
	chain := func(m *Module) Value {
		v := m.Const(1, 1)
		for i := range 3 {
			q := m.Reg(fmt.Sprintf("valid%d", i), 1)
			m.SetNext(q, v)
			v = q
		}
		return v
	}
	masked := func(m *Module) Value { return m.push(OpOr, 1, 0, m.Const(1, 1), m.Input("in", 1)) }
	for _, c := range []struct {
		name    string
		en, rst func(m *Module) Value
		latency int
		settle  int
	}{
		{"both tied", constant(1), constant(0), 1, 1},
		{"an enable that another one masks", masked, constant(0), 1, 1},
		{"an enable behind registers", chain, constant(0), 1, 4},
		{"an enable that is an input", input, constant(0), -1, 0},
		{"a reset that is on", constant(0), constant(1), 1, 1},
		{"an enable that is off", constant(0), constant(0), -1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Decided(build(c.en, c.rst))
			require.NoError(t, m.Check())
			p, err := Stages(m, m.Outputs[0].Value)
			if c.latency < 0 {
				want := "register q has an enable or a hold"
				if c.name == "an enable that is off" {
					want = "register q never changes"
				}
				require.ErrorContains(t, err, want)
				return
			}
			require.NoError(t, err)
			n, ok := p.Latency()
			require.True(t, ok)
			require.Equal(t, []int{c.latency, c.settle}, []int{n, p.Settle})
		})
	}
	// Without registers nothing is looked at.
	m := New("m")
	m.Output("y", m.push(OpMux, 1, 0, m.Const(1, 1), m.Input("a", 1), m.Input("b", 1)))
	require.Same(t, m, Decided(m))
}
