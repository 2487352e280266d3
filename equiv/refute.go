package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/equiv/term"
	"github.com/hashiflex/hashiflex/netlist"
)

// Counterexample is an input on which the two sides of a compare point differ.
type Counterexample struct {
	Inputs []int64 // by model variable
	Gold   int64   // the model's output
	Gate   int64   // the circuit's output, in the model's format
}

// Search looks for a witness among inputs that often show faults: corners of the input
// box, one input at a time, dense and sparse random inputs, walks of the accumulator
// over its interval, then probes of every net (probe.go). It tries a box of at most
// maxBox inputs completely. The same seed finds the same witness. If it finds none,
// that proves nothing.
func (q *Question) Search(seed int64) (*Counterexample, error) {
	m := q.Model
	x, err := q.execution()
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewSource(seed))
	for _, batch := range []func() [][]int64{
		func() [][]int64 { return corners(m) },
		func() [][]int64 { return single(m) },
		func() [][]int64 { return random(m, rng, 4096) },
		func() [][]int64 { return gradients(m, x, rng) },
	} {
		if w := x.first(batch()); w != nil {
			return w, nil
		}
	}
	if w := x.box(); w != nil {
		return w, nil
	}
	return x.probe(rng), nil
}

// maxBox is the largest number of inputs for an exhaustive search.
const maxBox = 1 << 17

// box tries all inputs if they are few.
func (x *execution) box() *Counterexample {
	total := int64(1)
	for _, v := range x.Model.Vars {
		if total *= v.Range.Hi - v.Range.Lo + 1; total > maxBox {
			return nil
		}
	}
	const lanes = 1024
	var vs [][]int64
	for at := int64(0); at < total; at++ {
		left := at
		vs = append(vs, x.Model.fill(func(_ int, v Var) int64 {
			n := v.Range.Hi - v.Range.Lo + 1
			e := v.Range.Lo + left%n
			left /= n
			return e
		}))
		if len(vs) == lanes || at == total-1 {
			if w := x.first(vs); w != nil {
				return w
			}
			vs = vs[:0]
		}
	}
	return nil
}

// Execute runs both sides on given inputs, each a value for every variable.
func (q *Question) Execute(inputs [][]int64) (gold, got []int64, err error) {
	x, err := q.execution()
	if err != nil {
		return nil, nil, err
	}
	for _, v := range inputs {
		gold = append(gold, q.Model.Run(v))
	}
	return gold, x.gate(inputs), nil
}

// Outputs runs the circuit alone on given inputs.
func (q *Question) Outputs(inputs [][]int64) ([]int64, error) {
	x, err := q.execution()
	if err != nil {
		return nil, err
	}
	return x.gate(inputs), nil
}

// execution runs both sides.
type execution struct {
	*Question
	prog *netlist.Program
}

func (q *Question) execution() (*execution, error) {
	if q.unbound != nil {
		return nil, q.unbound
	}
	prog, err := netlist.Compile(q.Gate, inputs(q.Gate), []netlist.Value{q.Out})
	if err != nil {
		return nil, err
	}
	return &execution{q, prog}, nil
}

// inputs are the nets of a circuit's input ports.
func inputs(gate *netlist.Module) []netlist.Value {
	ins := make([]netlist.Value, len(gate.Inputs))
	for i, p := range gate.Inputs {
		ins[i] = p.Value
	}
	return ins
}

// Signed reports how the output's bits are read.
func (m *Model) Signed() bool {
	if m.Tail != nil {
		return m.Tail.Out.Format.Signed
	}
	return m.Vars[0].Signed
}

func (x *execution) gate(vs [][]int64) []int64 {
	out := [][]uint64{make([]uint64, len(vs))}
	x.prog.Run(len(vs), x.Lanes(vs), out)
	return x.numbers(out[0])
}

// first returns the first input on which the sides differ.
func (x *execution) first(vs [][]int64) *Counterexample {
	if len(vs) == 0 {
		return nil
	}
	for j, g := range x.gate(vs) {
		if gold := x.Model.Run(vs[j]); gold != g {
			return &Counterexample{vs[j], gold, g}
		}
	}
	return nil
}

func (m *Model) fill(f func(i int, v Var) int64) []int64 {
	x := make([]int64, len(m.Vars))
	for i, v := range m.Vars {
		x[i] = f(i, v)
	}
	return x
}

// rest is the value of an input at rest: the one closest to 0.
func rest(v Var) int64 { return min(max(0, v.Range.Lo), v.Range.Hi) }

func corners(m *Model) [][]int64 {
	return [][]int64{
		m.fill(func(_ int, v Var) int64 { return rest(v) }),
		m.fill(func(_ int, v Var) int64 { return v.Range.Lo }),
		m.fill(func(_ int, v Var) int64 { return v.Range.Hi }),
		m.fill(func(i int, v Var) int64 { return []int64{v.Range.Lo, v.Range.Hi}[i%2] }),
		m.fill(func(i int, v Var) int64 { return []int64{v.Range.Hi, v.Range.Lo}[i%2] }),
	}
}

// single moves one input to each end and to one.
func single(m *Model) [][]int64 {
	var out [][]int64
	for at := range m.Vars {
		for _, e := range []int64{m.Vars[at].Range.Hi, m.Vars[at].Range.Lo, 1, m.Vars[at].Range.Hi / 2} {
			if !m.Vars[at].Range.Contains(e) {
				continue
			}
			out = append(out, m.fill(func(i int, v Var) int64 {
				if i == at {
					return e
				}
				return rest(v)
			}))
		}
	}
	return out
}

func random(m *Model, rng *rand.Rand, n int) [][]int64 {
	out := make([][]int64, n)
	for j := range out {
		sparse := j % 4
		out[j] = m.fill(func(_ int, v Var) int64 {
			switch {
			case sparse == 1 && rng.Intn(8) != 0, sparse == 2 && rng.Intn(max(2, len(m.Vars)/3)) != 0:
				return rest(v)
			case sparse == 3:
				return []int64{v.Range.Lo, v.Range.Hi, rest(v)}[rng.Intn(3)]
			}
			return v.Range.Lo + rng.Int63n(v.Range.Hi-v.Range.Lo+1)
		})
	}
	return out
}

// gradients walks the accumulator over its whole interval. It orders the inputs by the
// sign of their influence, and moves more and more of them from the end that makes the
// sum small to the one that makes it large.
func gradients(m *Model, x *execution, rng *rand.Rand) [][]int64 {
	base := m.fill(func(_ int, v Var) int64 { return rest(v) })
	at := m.Terms.Eval(m.Acc, base)
	low, high := make([]int64, len(base)), make([]int64, len(base))
	for i, v := range m.Vars {
		up := append([]int64(nil), base...)
		up[i] = v.Range.Hi
		down := append([]int64(nil), base...)
		down[i] = v.Range.Lo
		a, b := m.Terms.Eval(m.Acc, up), m.Terms.Eval(m.Acc, down)
		low[i], high[i] = v.Range.Lo, v.Range.Hi
		if a < at || b > at {
			low[i], high[i] = high[i], low[i]
		}
		if len(m.Vars) > 256 && i > 256 {
			break
		}
	}
	var out [][]int64
	perm := rng.Perm(len(base))
	cur := append([]int64(nil), low...)
	out = append(out, append([]int64(nil), cur...))
	for _, i := range perm {
		cur[i] = high[i]
		out = append(out, append([]int64(nil), cur...))
	}
	// Around each of some points of the walk, every value of one input.
	for range 64 {
		p := out[rng.Intn(len(perm)+1)]
		i := rng.Intn(len(base))
		for e := m.Vars[i].Range.Lo; e <= m.Vars[i].Range.Hi && e < m.Vars[i].Range.Lo+512; e++ {
			q := append([]int64(nil), p...)
			q[i] = e
			out = append(out, q)
		}
	}
	return out
}

// Reach turns a difference between the tails of a settled point into a witness. It
// tries the accumulators at which the tails differ until some inputs reach one.
func (q *Question) Reach(s *Settled) *Counterexample {
	r := s.Tail.Range
	for tries := 0; tries < 1000; tries++ {
		u, differs, err := s.Tail.Enumerate(r)
		if err != nil || !differs {
			return nil
		}
		if x, ok := reach(q.Model, s.Acc, s.Tail.Mul*u+s.Tail.Add); ok {
			if gold, got, err := q.Execute([][]int64{x}); err == nil && gold[0] != got[0] {
				return &Counterexample{x, gold[0], got[0]}
			}
		}
		if u == r.Hi {
			return nil
		}
		r.Lo = u + 1
	}
	return nil
}

// reach finds inputs for which the linear form f, over the model's variables, has the
// value u. It is greedy from the largest coefficient. This succeeds whenever a solution
// exists if coefficients are powers of two.
func reach(m *Model, f term.Form, u int64) ([]int64, bool) {
	x := m.fill(func(_ int, v Var) int64 { return rest(v) })
	left := u - f.Const
	for _, mono := range f.Monos {
		if int(mono.Atom) >= len(m.Vars) {
			return nil, false
		}
		r := m.Vars[mono.Atom].Range
		// Start where the sum is least.
		x[mono.Atom] = r.Lo
		if mono.Coef < 0 {
			x[mono.Atom] = r.Hi
		}
		left -= mono.Coef * x[mono.Atom]
	}
	for order := int64(1) << 40; order > 0 && left > 0; order >>= 1 {
		for _, mono := range f.Monos {
			c := max(mono.Coef, -mono.Coef)
			if c < order || c >= 2*order {
				continue
			}
			r := m.Vars[mono.Atom].Range
			step := min(left/c, r.Hi-r.Lo)
			left -= step * c
			if mono.Coef < 0 {
				step = -step
			}
			x[mono.Atom] += step
		}
	}
	return x, left == 0
}

// Vectors is a test set: corners, then n random inputs.
func Vectors(m *Model, rng *rand.Rand, n int) [][]int64 {
	return append(corners(m), random(m, rng, n)...)
}
