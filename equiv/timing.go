package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/netlist"
)

// Timing is two inputs in order, each held, that show an output at a clock at which it
// should be another one: by a latency that was declared, or by another output of the
// layer, whose latency is another one. The circuit itself is right, and its latency
// known: what is wrong is when.
type Timing struct {
	Before, Inputs   []int64 // by variable of the model
	Settle           int     // clocks for which Before is held
	Clocks           int     // from the first with Inputs to the one that counts; 0 is the same
	GoldBefore, Gold int64   // the model's, of Before and of Inputs
	Want, Gate       int64   // what should be there at that clock, and what is
	Latency          int     // the circuit's
	Declared         *int    `json:",omitempty"` // the latency that it is said to have; nil: Beside says
	Beside           *Beside `json:",omitempty"`
}

// Beside is an output that comes at another clock. At the clock that counts one of the
// two belongs to the first inputs and the other to the second: whatever the latency of
// the layer is, they are no output of it.
type Beside struct {
	Unit             string
	Latency          int
	Before, Inputs   []int64 // by variable of its own model
	GoldBefore, Gold int64
	Gate             int64 // at the clock that counts
}

// at is what a circuit of a latency gives some clocks after its inputs change.
func at(clocks, latency int, before, now int64) int64 {
	if clocks < latency {
		return before
	}
	return now
}

// Late looks for inputs that show that a circuit of one latency does not have the
// declared one. nil is none found: the output may never change.
func Late(m *Model, latency, declared, settle int, seed int64) *Timing {
	pool := pairPool(m, seed)
	golds := outputsOf(m, pool)
	i := differs(golds, golds[0])
	if i < 0 || latency == declared {
		return nil
	}
	t := &Timing{
		Before: pool[0], Inputs: pool[i], Settle: max(settle, latency, declared),
		// The last clock of the first inputs, or the first of the second ones.
		Clocks: max(min(latency, declared), 0), Latency: latency, Declared: &declared,
	}
	t.rest(m, nil)
	t.fill(m, nil)
	return t
}

// Early looks for inputs that show that two circuits of different latency, each with
// its model, give no common output. nil is none found.
func Early(m *Model, latency int, other *Model, b Beside, settle int, seed int64) *Timing {
	if latency == b.Latency {
		return nil
	}
	u := union{m, other, map[string]int{}}
	for i, v := range m.Vars {
		u.index[v.Port] = i
	}
	mine, its := pairPool(m, seed), pairPool(other, seed+1)
	var pool [][2][]int64
	for i := range max(len(mine), len(its)) {
		x, y := mine[i%len(mine)], its[i%len(its)]
		// What both read is one input.
		pool = append(pool, [2][]int64{x, u.second(x, y)}, [2][]int64{u.first(x, y), y})
	}
	a, o := make([]int64, len(pool)), make([]int64, len(pool))
	for i, p := range pool {
		a[i], o[i] = m.Run(p[0]), other.Run(p[1])
	}
	// Two inputs that differ in one output, and a third that differs from both of them
	// in the other: one of two pairs differs in both.
	i, j := 0, differs(a, a[0])
	if j < 0 {
		return nil
	}
	if o[i] == o[j] {
		k := differs(o, o[i])
		if k < 0 {
			return nil
		}
		if a[k] == a[i] {
			i = j
		}
		j = k
	}
	t := &Timing{
		Before: pool[i][0], Inputs: pool[j][0], Settle: max(settle, latency, b.Latency),
		Clocks: min(latency, b.Latency), Latency: latency, Beside: &b,
	}
	b.Before, b.Inputs = pool[i][1], pool[j][1]
	t.rest(m, &u)
	t.fill(m, other)
	return t
}

// fill enters what models and circuits give.
func (t *Timing) fill(m, other *Model) {
	t.GoldBefore, t.Gold = m.Run(t.Before), m.Run(t.Inputs)
	t.Gate = at(t.Clocks, t.Latency, t.GoldBefore, t.Gold)
	if b := t.Beside; b != nil {
		b.GoldBefore, b.Gold = other.Run(b.Before), other.Run(b.Inputs)
		b.Gate = at(t.Clocks, b.Latency, b.GoldBefore, b.Gold)
		t.Want = at(t.Clocks, b.Latency, t.GoldBefore, t.Gold)
		return
	}
	t.Want = at(t.Clocks, *t.Declared, t.GoldBefore, t.Gold)
}

// rest puts inputs to rest, or leaves them as they were, as long as what they show
// stays.
func (t *Timing) rest(m *Model, u *union) {
	shows := func() bool {
		return m.Run(t.Before) != m.Run(t.Inputs) && (u == nil || u.other.Run(t.Beside.Before) != u.other.Run(t.Beside.Inputs))
	}
	try := func(set func() (undo func())) bool {
		undo := set()
		if shows() {
			return true
		}
		undo()
		return false
	}
	write := func(before, inputs []int64, i int, b, n int64) func() {
		ob, on := before[i], inputs[i]
		before[i], inputs[i] = b, n
		return func() { before[i], inputs[i] = ob, on }
	}
	t.Before, t.Inputs = append([]int64(nil), t.Before...), append([]int64(nil), t.Inputs...)
	var b *Beside
	if u != nil {
		b = t.Beside
		b.Before, b.Inputs = append([]int64(nil), b.Before...), append([]int64(nil), b.Inputs...)
	}
	each := func(v Var, mine, its int) {
		set := func(x, y func(old int64) int64) func() func() {
			return func() func() {
				var undo []func()
				if mine >= 0 {
					undo = append(undo, write(t.Before, t.Inputs, mine, x(t.Before[mine]), y(t.Inputs[mine])))
				}
				if its >= 0 {
					undo = append(undo, write(b.Before, b.Inputs, its, x(b.Before[its]), y(b.Inputs[its])))
				}
				return func() {
					for _, f := range undo {
						f()
					}
				}
			}
		}
		r := func(int64) int64 { return rest(v) }
		same := func(old int64) int64 { return old }
		if !try(set(r, r)) && !try(set(r, same)) {
			try(set(same, r))
		}
	}
	its := map[string]int{}
	if u != nil {
		for i, v := range u.other.Vars {
			its[v.Port] = i
		}
	}
	for i, v := range m.Vars {
		j, shared := its[v.Port]
		if !shared {
			j = -1
		}
		each(v, i, j)
	}
	if u != nil {
		for j, v := range u.other.Vars {
			if _, shared := u.index[v.Port]; !shared {
				each(v, -1, j)
			}
		}
	}
}

// union is the inputs of two models, of which those of one port are one.
type union struct {
	m, other *Model
	index    map[string]int // variable of m, by port
}

// second is y with what x says of shared inputs, and first the other way round.
func (u *union) second(x, y []int64) []int64 {
	z := append([]int64(nil), y...)
	for j, v := range u.other.Vars {
		if i, shared := u.index[v.Port]; shared {
			z[j] = x[i]
		}
	}
	return z
}

func (u *union) first(x, y []int64) []int64 {
	z := append([]int64(nil), x...)
	for j, v := range u.other.Vars {
		if i, shared := u.index[v.Port]; shared {
			z[i] = y[j]
		}
	}
	return z
}

// pairPool are inputs among which an output that changes at all is likely to.
func pairPool(m *Model, seed int64) [][]int64 {
	rng := rand.New(rand.NewSource(seed))
	return append(Vectors(m, rng, 1024), gradients(m, nil, rng)...)
}

func outputsOf(m *Model, pool [][]int64) []int64 {
	outs := make([]int64, len(pool))
	for i, x := range pool {
		outs[i] = m.Run(x)
	}
	return outs
}

// differs is the index of the first that is not v, or -1.
func differs(vs []int64, v int64) int {
	for i, x := range vs {
		if x != v {
			return i
		}
	}
	return -1
}

// Timeline is what a circuit gives from the clock on at which its inputs change, after
// the first have been held: as many outputs as clocks, and one.
func Timeline(m *Model, gate *netlist.Module, out netlist.Value, before, inputs []int64, settle, clocks int) ([]int64, error) {
	bind, err := bindPorts(m, gate)
	if err != nil {
		return nil, err
	}
	run, err := netlist.NewClocked(gate, out, 1)
	if err != nil {
		return nil, err
	}
	word := make([]uint64, 1)
	old, now := m.lanes(bind, [][]int64{before}), m.lanes(bind, [][]int64{inputs})
	for range settle {
		run.Step(old, word)
	}
	var outs []int64
	for range clocks + 1 {
		run.Step(now, word)
		outs = append(outs, numbers(word, gate.Width(out), m.Signed())...)
	}
	return outs, nil
}
