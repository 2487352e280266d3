package mutant

import (
	"fmt"
	"math/rand"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec"
)

// Class is what simulation shows about a mutant.
type Class uint8

const (
	Undecided Class = iota // no difference was seen, and not all inputs were tried
	Equal                  // on every input
	Different              // on an input that was found
)

func (c Class) String() string { return [...]string{"undecided", "equal", "different"}[c] }

// Input is an input port and the interval of its integers.
type Input struct {
	Name  string
	Width int
	Range spec.Range
}

// MaxExhaustive is the largest number of inputs for exhaustive simulation.
const MaxExhaustive = 1 << 20

// Classify compares two modules, output by output and bit by bit, by simulation. ins
// holds the inputs of both; a module need not have all of them. If the intervals allow
// more than MaxExhaustive inputs, it tries random ones from seed, and the answer is
// never Equal. For Different, witness has a value for each of ins.
//
// It returns an error if a module has another input, has other outputs than the other
// module, or cannot be executed.
func Classify(a, b *netlist.Module, ins []Input, seed int64) (class Class, witness []int64, err error) {
	pair, err := newPair(a, b, ins)
	if err != nil {
		return Undecided, nil, err
	}
	total := int64(1)
	for _, in := range ins {
		n := in.Range.Hi - in.Range.Lo + 1
		if n < 1 {
			return Undecided, nil, fmt.Errorf("input %s: %v is empty", in.Name, in.Range)
		}
		if total *= n; total > MaxExhaustive {
			return pair.simulate(rand.New(rand.NewSource(seed)))
		}
	}
	for at := int64(0); at < total; {
		for ; at < total && len(pair.batch) < batch; at++ {
			x, rest := make([]int64, len(ins)), at
			for i, in := range ins {
				n := in.Range.Hi - in.Range.Lo + 1
				x[i] = in.Range.Lo + rest%n
				rest /= n
			}
			pair.batch = append(pair.batch, x)
		}
		if w := pair.flush(); w != nil {
			return Different, w, nil
		}
	}
	return Equal, nil, nil
}

// batch is how many inputs are simulated at a time.
const batch = 1024

// pair is two modules under the same inputs.
type pair struct {
	ins   []Input
	eval  [2]*netlist.Evaluator
	bind  [2][]int // input ports to ins
	batch [][]int64
}

func newPair(a, b *netlist.Module, ins []Input) (*pair, error) {
	p := &pair{ins: ins}
	if len(a.Outputs) != len(b.Outputs) {
		return nil, fmt.Errorf("modules %s and %s: %d and %d outputs", a.Name, b.Name, len(a.Outputs), len(b.Outputs))
	}
	for i := range a.Outputs {
		if x, y := a.Outputs[i], b.Outputs[i]; x.Name != y.Name || x.Width != y.Width {
			return nil, fmt.Errorf("modules %s and %s: output %s of %d bits and %s of %d", a.Name, b.Name, x.Name, x.Width, y.Name, y.Width)
		}
	}
	at := map[string]int{}
	for i, in := range ins {
		at[in.Name] = i
	}
	for side, m := range []*netlist.Module{a, b} {
		e, err := netlist.NewEvaluator(m)
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", m.Name, err)
		}
		p.eval[side] = e
		for _, port := range m.Inputs {
			i, ok := at[port.Name]
			if !ok || ins[i].Width != port.Width {
				return nil, fmt.Errorf("module %s: input %s of %d bits is not among those given", m.Name, port.Name, port.Width)
			}
			p.bind[side] = append(p.bind[side], i)
		}
	}
	return p, nil
}

// flush simulates what has been gathered and returns an input on which the
// modules differ.
func (p *pair) flush() []int64 {
	var out [2][][]uint64
	for side := range out {
		in := make([][]uint64, len(p.bind[side]))
		for i, at := range p.bind[side] {
			in[i] = make([]uint64, len(p.batch))
			for j, x := range p.batch {
				in[i][j] = uint64(x[at])
			}
		}
		out[side] = p.eval[side].Eval(in)
	}
	vectors := p.batch
	p.batch = p.batch[:0]
	for o := range out[0] {
		for j := range vectors {
			// A module without inputs computes one lane.
			if out[0][o][j%len(out[0][o])] != out[1][o][j%len(out[1][o])] {
				return vectors[j]
			}
		}
	}
	return nil
}

// simulate tries inputs that often show differences: the ends of the intervals, one
// input at a time, walks from all inputs at one end to all at the other, then random
// ones, sparse and dense.
func (p *pair) simulate(rng *rand.Rand) (Class, []int64, error) {
	n := len(p.ins)
	zero := make([]int64, n)
	for i, in := range p.ins {
		zero[i] = min(max(0, in.Range.Lo), in.Range.Hi)
	}
	ends := func(hi func(i int) bool) []int64 {
		x := make([]int64, n)
		for i, in := range p.ins {
			if x[i] = in.Range.Lo; hi(i) {
				x[i] = in.Range.Hi
			}
		}
		return x
	}
	uniform := func(r spec.Range) int64 { return r.Lo + rng.Int63n(r.Hi-r.Lo+1) }
	var found []int64
	try := func(x []int64) bool {
		p.batch = append(p.batch, append([]int64(nil), x...))
		if len(p.batch) == batch {
			found = p.flush()
		}
		return found == nil
	}
	for _, x := range [][]int64{zero, ends(func(int) bool { return false }), ends(func(int) bool { return true })} {
		try(x)
	}
	for i := 0; i < n && found == nil; i++ {
		x := append([]int64(nil), zero...)
		for _, v := range []int64{p.ins[i].Range.Lo, p.ins[i].Range.Hi, uniform(p.ins[i].Range)} {
			x[i] = v
			try(x)
		}
	}
	for walk := 0; walk < 8 && found == nil; walk++ {
		up := walk%2 == 0
		x := ends(func(int) bool { return !up })
		for _, i := range rng.Perm(n) {
			if x[i] = p.ins[i].Range.Lo; up {
				x[i] = p.ins[i].Range.Hi
			}
			try(x)
		}
	}
	for j := 0; j < 8*batch && found == nil; j++ {
		x := append([]int64(nil), zero...)
		density := 1 + rng.Intn(n)
		for i, in := range p.ins {
			switch {
			case rng.Intn(n) >= density:
			case j%4 == 0:
				x[i] = []int64{in.Range.Lo, in.Range.Hi}[rng.Intn(2)]
			default:
				x[i] = uniform(in.Range)
			}
		}
		try(x)
	}
	if found == nil && len(p.batch) > 0 {
		found = p.flush()
	}
	if found != nil {
		return Different, found, nil
	}
	return Undecided, nil, nil
}
