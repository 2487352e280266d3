package equiv

import (
	"math/rand"

	"github.com/hashiflex/hashiflex/netlist"
)

// Timing is a witness of two input vectors in order, each held, for an output that
// comes at the wrong clock. Either the declared latency differs, or another output of
// the layer has another latency. The circuit computes the right values and has a known
// latency.
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

// Beside is an output that comes at another clock. At the checked clock, one of the two
// outputs belongs to the first inputs and the other to the second. So for no latency of
// the layer are both right.
type Beside struct {
	Unit             string
	Latency          int
	Before, Inputs   []int64 // by variable of its own model
	GoldBefore, Gold int64
	Gate             int64 // at the clock that counts
}

// at returns the output of a circuit with a latency, some clocks after its inputs
// change.
func at(clocks, latency int, before, now int64) int64 {
	if clocks < latency {
		return before
	}
	return now
}

// Late looks for inputs that show that a circuit with one latency does not have the
// declared one. It returns nil if it finds none: the output may never change.
func Late(m *Model, latency, declared, settle int, seed int64) *Timing {
	if latency == declared {
		return nil
	}
	for _, draw := range pairPools(m, seed) {
		pool := draw()
		j := differs(len(pool), func(i int) bool { return m.Run(pool[i]) != m.Run(pool[0]) })
		if j < 0 {
			continue
		}
		t := &Timing{
			Before: pool[0], Inputs: pool[j], Settle: max(settle, latency, declared),
			// The first clock at which the two latencies give different outputs.
			Clocks: min(latency, declared), Latency: latency, Declared: &declared,
		}
		t.rest(m, nil)
		t.fill(m, nil)
		return t
	}
	return nil
}

// Early looks for inputs that show that two circuits with different latencies, each
// with its model, never form one output of the layer. It returns nil if it finds none.
func Early(m *Model, latency int, other *Model, b Beside, settle int, seed int64) *Timing {
	if latency == b.Latency {
		return nil
	}
	u := newUnion(m, other)
	its := pairPools(other, seed+1)
	for n, mine := range pairPools(m, seed) {
		pool := u.pool(mine(), its[n]())
		a := lazily(len(pool), func(i int) int64 { return m.Run(pool[i][0]) })
		o := lazily(len(pool), func(i int) int64 { return other.Run(pool[i][1]) })
		// Two inputs that differ in one output, and a third that differs from them in
		// the other: one of two pairs differs in both.
		i, j := 0, differs(len(pool), func(i int) bool { return a(i) != a(0) })
		if j < 0 {
			continue
		}
		if o(i) == o(j) {
			k := differs(len(pool), func(k int) bool { return o(k) != o(0) })
			if k < 0 {
				continue
			}
			if a(k) == a(i) {
				i = j
			}
			j = k
		}
		t := &Timing{
			Before: pool[i][0], Inputs: pool[j][0], Settle: max(settle, latency, b.Latency),
			Clocks: min(latency, b.Latency), Latency: latency, Beside: &b,
		}
		b.Before, b.Inputs = pool[i][1], pool[j][1]
		t.rest(m, u)
		t.fill(m, other)
		return t
	}
	return nil
}

// fill sets the outputs of models and circuits.
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

// maxRests is the largest number of model runs in rest.
const maxRests = 300

// rest puts inputs to rest, or keeps them unchanged, as long as they still show the
// fault: many at a time, and fewer if that fails.
func (t *Timing) rest(m *Model, u *union) {
	if u == nil {
		u = newUnion(m, &Model{})
	}
	type pair struct{ before, inputs []int64 }
	clone := func(p pair) pair {
		return pair{append([]int64(nil), p.before...), append([]int64(nil), p.inputs...)}
	}
	own, its := pair{t.Before, t.Inputs}, pair{}
	if t.Beside != nil {
		its = pair{t.Beside.Before, t.Beside.Inputs}
	}
	runs := 0
	// try changes a run of ports, and keeps the change if the outputs still show the
	// fault.
	try := func(from, to int, change func(v Var, before, inputs *int64)) bool {
		runs++
		x, y := clone(own), clone(its)
		for _, p := range u.ports[from:to] {
			if p.own >= 0 {
				change(p.v, &x.before[p.own], &x.inputs[p.own])
			}
			if p.its >= 0 && t.Beside != nil {
				change(p.v, &y.before[p.its], &y.inputs[p.its])
			}
		}
		if m.Run(x.before) == m.Run(x.inputs) || t.Beside != nil && u.other.Run(y.before) == u.other.Run(y.inputs) {
			return false
		}
		own, its = x, y
		return true
	}
	still := func(v Var, before, inputs *int64) { *before, *inputs = rest(v), rest(v) }
	step := func(v Var, before, _ *int64) { *before = rest(v) }
	try(0, len(u.ports), step)
	for size := len(u.ports); size > 0; size /= 2 {
		for from := 0; from < len(u.ports) && runs < maxRests; from += size {
			try(from, min(from+size, len(u.ports)), still)
		}
	}
	t.Before, t.Inputs = own.before, own.inputs
	if t.Beside != nil {
		t.Beside.Before, t.Beside.Inputs = its.before, its.inputs
	}
}

// union is the inputs of two models. Inputs of the same port are one.
type union struct {
	m, other *Model
	ports    []sharedPort
}

// sharedPort is an input by variable of each model, -1 where one has it not.
type sharedPort struct {
	v        Var
	own, its int
}

func newUnion(m, other *Model) *union {
	u := &union{m: m, other: other}
	at := map[string]int{}
	for i, v := range m.Vars {
		at[v.Port] = len(u.ports)
		u.ports = append(u.ports, sharedPort{v, i, -1})
	}
	for j, v := range other.Vars {
		if k, shared := at[v.Port]; shared {
			u.ports[k].its = j
		} else {
			u.ports = append(u.ports, sharedPort{v, -1, j})
		}
	}
	return u
}

// pool pairs inputs of the two models. A shared input gets its value from the two
// models in turn.
func (u *union) pool(mine, its [][]int64) (pool [][2][]int64) {
	for i := range max(len(mine), len(its)) {
		for _, own := range []bool{true, false} {
			x, y := append([]int64(nil), mine[i%len(mine)]...), append([]int64(nil), its[i%len(its)]...)
			for _, p := range u.ports {
				switch {
				case p.own < 0 || p.its < 0:
				case own:
					y[p.its] = x[p.own]
				default:
					x[p.own] = y[p.its]
				}
			}
			pool = append(pool, [2][]int64{x, y})
		}
	}
	return pool
}

// pairPools returns inputs that probably change the output: first those that are fast
// to find, then those that take longer.
func pairPools(m *Model, seed int64) [2]func() [][]int64 {
	rng := rand.New(rand.NewSource(seed))
	return [2]func() [][]int64{
		func() [][]int64 { return Vectors(m, rng, 64) },
		func() [][]int64 { return append(Vectors(m, rng, 1024), gradients(m, nil, rng)...) },
	}
}

// lazily remembers what f gives.
func lazily(n int, f func(i int) int64) func(i int) int64 {
	known, values := make([]bool, n), make([]int64, n)
	return func(i int) int64 {
		if !known[i] {
			known[i], values[i] = true, f(i)
		}
		return values[i]
	}
}

// differs returns the first of n for which f is true, or -1.
func differs(n int, f func(i int) bool) int {
	for i := range n {
		if f(i) {
			return i
		}
	}
	return -1
}

// Timeline returns a circuit's outputs from the clock at which its inputs change, after
// holding before for settle clocks. It returns clocks+1 outputs.
func (q *Question) Timeline(before, inputs []int64, settle, clocks int) ([]int64, error) {
	if q.unbound != nil {
		return nil, q.unbound
	}
	run, err := netlist.NewClocked(q.Gate, q.Out, 1)
	if err != nil {
		return nil, err
	}
	word := make([]uint64, 1)
	old, now := q.Lanes([][]int64{before}), q.Lanes([][]int64{inputs})
	for range settle {
		run.Step(old, word)
	}
	var outs []int64
	for range clocks + 1 {
		run.Step(now, word)
		outs = append(outs, q.numbers(word)...)
	}
	return outs, nil
}
