package equiv

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand"
	"slices"

	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
)

// Two readings of one Verilog text mostly differ at decisions: on one side of a
// comparison, in one arm of a multiplexer, at the value where a clamp begins. A
// stimulus is a set of inputs that reaches these boundaries, as far as possible. It has
// corners and random inputs. For each boundary of the netlist or the model that those
// miss, it has an aimed input. If aiming misses too, a solver looks for one.

// Stimulus is a set of inputs on which a circuit is compared with other readings of its
// Verilog.
type Stimulus struct {
	Inputs [][]int64 // each a value for every variable of the model, within its range
	// Beyond are inputs outside of the ranges. The model does not cover them, but all
	// readings must agree.
	Beyond [][]int64
	Whole  bool // Inputs are exhaustive over what the output depends on
	// Boundaries counts the conditions, Reached those that some input meets, Impossible
	// those that a solver proves unreachable.
	Boundaries, Reached, Impossible int
	Missed                          []string // all other conditions: what and where, in the netlist's order
}

// StimulusOptions limits a stimulus. The zero value has no random inputs and no solver.
type StimulusOptions struct {
	Seed   int64
	Random int
	Whole  int         // largest number of input bits for exhaustive inputs
	Solver smt.Checker // in QF_BV; nil: none
	Ask    int         // largest number of queries to it
	// Literals are constants of the Verilog. If the front end misreads one, the netlist
	// may lack the comparison that the text has.
	Literals []int64
	// Lost are those of them that another reader's text no longer has. They are tried on
	// many inputs at a time: what had them may ask for several.
	Lost []int64
}

// boundary is a condition on inputs: a net of the widened circuit that is not
// constantly 0.
type boundary struct {
	net  netlist.Value
	what string
}

// NewStimulus makes inputs for the cone of out, which has no register and no undefined
// value.
func (q *Question) NewStimulus(ctx context.Context, o StimulusOptions) (*Stimulus, error) {
	if q.unbound != nil {
		return nil, q.unbound
	}
	m := q.Model
	rng := rand.New(rand.NewSource(o.Seed))
	s := &Stimulus{}
	s.Beyond = beyond(m, rng)
	walks := walk(m, rng, min(4*len(m.Vars), 128))
	for _, need := range [][]bool{q.ports(), q.support()} {
		if all := m.everything(need, o.Whole, rng); all != nil {
			s.Inputs, s.Whole = append(all, walks...), true
			return s, nil
		}
	}
	s.Inputs = append(corners(m), random(m, rng, o.Random)...)
	s.Inputs = append(s.Inputs, walks...)
	s.Inputs = append(s.Inputs, m.literals(o.Literals, rng)...)
	s.Inputs = append(s.Inputs, m.together(o.Lost, rng)...)
	s.Inputs = append(s.Inputs, m.bends(rng)...)
	widened, found := boundaries(q.Gate, q.Out)
	wide := q.On(widened)
	s.Boundaries = len(found)
	left, err := s.unmet(wide, found, s.Inputs)
	if err != nil {
		return nil, err
	}
	if left, err = s.aim(q, wide, left, rng); err != nil {
		return nil, err
	}
	for _, b := range left {
		if o.Solver == nil || o.Ask == 0 || ctx.Err() != nil {
			s.Missed = append(s.Missed, b.what)
			continue
		}
		o.Ask--
		s.ask(ctx, wide, b, o.Solver)
	}
	s.Reached = s.Boundaries - s.Impossible - len(s.Missed)
	return s, nil
}

// ports returns the variables that have a port of the circuit, even if no net depends
// on it.
func (q *Question) ports() []bool {
	need := make([]bool, len(q.Model.Vars))
	for _, v := range q.bind {
		need[v] = true
	}
	return need
}

// support returns the variables that the circuit's output or the model's output depends
// on.
func (q *Question) support() []bool {
	m, gate := q.Model, q.Gate
	need := make([]bool, len(m.Vars))
	for v, in := range netlist.InCone(gate, []netlist.Value{q.Out}) {
		if c := &gate.Cells[v]; in && c.Op == netlist.OpInput {
			need[q.bind[c.Aux]] = true
		}
	}
	reached := map[int]bool{}
	for _, t := range m.Terms.Reachable(m.Out) {
		reached[int(t)] = true
	}
	for i, t := range m.Refs {
		need[i] = need[i] || reached[int(t)]
	}
	return need
}

// maxWords is the largest number of input words of one stimulus.
const maxWords = 1 << 25

// everything returns all values of the variables in need, if they have at most most
// bits together. The other variables are random.
func (m *Model) everything(need []bool, most int, rng *rand.Rand) [][]int64 {
	total, width := int64(1), 0
	for i, v := range m.Vars {
		if need[i] {
			width += bits.Len64(uint64(v.Range.Hi - v.Range.Lo))
			if width > most {
				return nil
			}
			total *= v.Range.Hi - v.Range.Lo + 1
		}
	}
	if total*int64(len(m.Vars)) > maxWords {
		return nil
	}
	all := make([][]int64, total)
	for at := range all {
		left := int64(at)
		all[at] = m.fill(func(i int, v Var) int64 {
			n := v.Range.Hi - v.Range.Lo + 1
			if !need[i] {
				return v.Range.Lo + rng.Int63n(n)
			}
			e := v.Range.Lo + left%n
			left /= n
			return e
		})
	}
	return all
}

// walk changes one input at a time, so that logic which reacts to a single input sees
// that input change alone.
func walk(m *Model, rng *rand.Rand, n int) [][]int64 {
	at := random(m, rng, 1)[0]
	var out [][]int64
	for range n {
		i := rng.Intn(len(at))
		r := m.Vars[i].Range
		at = slices.Clone(at)
		at[i] = r.Lo + rng.Int63n(r.Hi-r.Lo+1)
		out = append(out, at)
	}
	return out
}

// beyond draws inputs from the whole format of variables whose range is narrower.
func beyond(m *Model, rng *rand.Rand) (out [][]int64) {
	wider := false
	full := func(v Var) (lo, hi int64) {
		if v.Signed {
			return -1 << (v.Width - 1), 1<<(v.Width-1) - 1
		}
		return 0, 1<<v.Width - 1
	}
	for _, v := range m.Vars {
		lo, hi := full(v)
		wider = wider || lo < v.Range.Lo || hi > v.Range.Hi
	}
	if !wider {
		return nil
	}
	for j := range 32 {
		out = append(out, m.fill(func(_ int, v Var) int64 {
			lo, hi := full(v)
			if j%4 == 0 {
				return []int64{lo, hi}[rng.Intn(2)]
			}
			return lo + rng.Int63n(hi-lo+1)
		}))
	}
	return out
}

// bends brings the model's accumulator to both sides of the first and last value after
// which the output changes, and of some in between.
func (m *Model) bends(rng *rand.Rand) (out [][]int64) {
	if m.Tail == nil {
		return nil
	}
	s := newSteering(m)
	at := []int64{s.live[0], s.live[len(s.live)-1]}
	for range 4 {
		at = append(at, s.live[rng.Intn(len(s.live))])
	}
	for _, u := range at {
		for d := int64(-1); d <= 2; d++ {
			aimed := *s
			aimed.live = []int64{u + d}
			v := slices.Clone(s.base)
			aimed.steer(v, make([]bool, len(v)), rng)
			out = append(out, aimed.correct(v, nil, rng))
		}
	}
	return out
}

// Limits for the constants of the text.
const (
	maxLiterals = 128
	maxLiteral  = 24 // inputs for each constant
	maxReadings = 256
	maxTogether = 4096 // inputs for all lost constants
)

// literals gives inputs the values of constants, one input at a time, and brings the
// accumulator to them, up to sign.
func (m *Model) literals(values []int64, rng *rand.Rand) (out [][]int64) {
	if len(values) > maxLiterals {
		values = slices.Clone(values)
		rng.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		values = values[:maxLiterals]
	}
	var steer *steering
	if len(values) > 0 {
		steer = newSteering(m)
	}
	for _, k := range values {
		order := rng.Perm(len(m.Vars))
		for _, i := range order[:min(len(order), maxLiteral)] {
			v := m.Vars[i]
			e := k & (1<<v.Width - 1)
			if v.Signed {
				e = e << (64 - v.Width) >> (64 - v.Width)
			}
			if v.Range.Contains(e) {
				x := random(m, rng, 1)[0]
				x[i] = e
				out = append(out, x)
			}
		}
		for _, u := range []int64{k, -k} {
			aimed := *steer
			aimed.live = []int64{u}
			x := slices.Clone(steer.base)
			aimed.steer(x, make([]bool, len(x)), rng)
			out = append(out, aimed.correct(x, nil, rng))
		}
	}
	return out
}

// together gives most inputs values of constants, up to sign, each its own.
func (m *Model) together(values []int64, rng *rand.Rand) (out [][]int64) {
	fit := make([][]int64, len(m.Vars))
	for i, v := range m.Vars {
		for _, k := range values {
			for _, e := range []int64{k, -k} {
				if v.Range.Contains(e) && !slices.Contains(fit[i], e) {
					fit[i] = append(fit[i], e)
				}
			}
		}
	}
	if len(values) == 0 {
		return nil
	}
	for _, x := range random(m, rng, maxTogether) {
		for i, all := range fit {
			if len(all) > 0 && rng.Intn(4) > 0 {
				x[i] = all[rng.Intn(len(all))]
			}
		}
		out = append(out, x)
	}
	return out
}

// readings returns the other numbers that a constant of a comparison could be in the
// text: signed or unsigned, and in the operand's width before it was extended for the
// comparison.
func readings(gate *netlist.Module, v netlist.Value, k int64) []int64 {
	var all []int64
	if n := bits.Len64(uint64(k)); k > 0 && n < 63 {
		all = append(all, k-1<<n)
	}
	if n := bits.Len64(uint64(^k)) + 1; k < 0 && n < 63 {
		all = append(all, k+1<<n)
	}
	for c := &gate.Cells[v]; c.Op == netlist.OpSext || c.Op == netlist.OpZext; c = &gate.Cells[c.Args[0]] {
		w := gate.Width(c.Args[0])
		if w > 62 {
			continue
		}
		low := k & (1<<w - 1)
		all = append(all, low, low-low>>(w-1)<<w)
	}
	return all
}

// boundaries adds a net to the circuit for each boundary in the cone of out: each
// condition of a decision, and each value at which a decision changes.
func boundaries(gate *netlist.Module, out netlist.Value) (*netlist.Module, []boundary) {
	wide := *gate
	wide.Cells = slices.Clone(gate.Cells)
	in := netlist.InCone(gate, []netlist.Value{out})
	var all []boundary
	known := map[netlist.Value]bool{}
	note := func(net netlist.Value, at netlist.Value, what string) {
		if known[net] || wide.Cells[net].Op == netlist.OpConst {
			return
		}
		known[net] = true
		name := gate.Names[at]
		if name == "" {
			name = fmt.Sprintf("%v#%d", gate.Cells[at].Op, at)
		}
		if src := gate.Sources[gate.Cells[at].Src]; src != "" {
			name += " (" + src + ")"
		}
		all = append(all, boundary{net, name + " " + what})
	}
	both := func(v, at netlist.Value) {
		note(v, at, "is 1")
		note(wide.Not(v), at, "is 0")
	}
	for i := range in {
		v := netlist.Value(i)
		if !in[v] {
			continue
		}
		c := &gate.Cells[v]
		switch c.Op.Class() {
		case netlist.ClassSelection:
			both(c.Args[0], v)
		case netlist.ClassReduction:
			both(v, v)
		case netlist.ClassComparison:
			both(v, v)
			if c.Op == netlist.OpEq {
				continue // its boundary conditions cover both outcomes
			}
			a, b := c.Args[0], c.Args[1]
			w := gate.Width(a)
			note(wide.Eq(a, b), v, "compares equals")
			note(wide.Eq(wide.Add(a, wide.Const(w, 1)), b), v, "compares neighbours")
		}
	}
	return &wide, all
}

// unmet returns the conditions that no input meets.
func (s *Stimulus) unmet(wide *Question, conditions []boundary, inputs [][]int64) ([]boundary, error) {
	met, err := wide.meet(conditions, inputs)
	if err != nil {
		return nil, err
	}
	var left []boundary
	for i, at := range met {
		if at < 0 {
			left = append(left, conditions[i])
		}
	}
	return left, nil
}

// meet returns, for each condition, the first input that meets it, or -1.
func (q *Question) meet(conditions []boundary, tries [][]int64) ([]int, error) {
	first := make([]int, len(conditions))
	if len(conditions) == 0 {
		return first, nil
	}
	nets := make([]netlist.Value, len(conditions))
	for i, b := range conditions {
		first[i], nets[i] = -1, b.net
	}
	prog, err := netlist.Compile(q.Gate, inputs(q.Gate), nets)
	if err != nil {
		return nil, err
	}
	const lanes = 1024
	out := make([][]uint64, len(nets))
	for i := range out {
		out[i] = make([]uint64, lanes)
	}
	for from := 0; from < len(tries); from += lanes {
		part := tries[from:min(from+lanes, len(tries))]
		prog.Run(len(part), q.Lanes(part), out)
		for i := range nets {
			if first[i] >= 0 {
				continue
			}
			if j := slices.IndexFunc(out[i][:len(part)], func(x uint64) bool { return x != 0 }); j >= 0 {
				first[i] = from + j
			}
		}
	}
	return first, nil
}

// aim makes inputs for the conditions that are comparisons, and keeps those that meet
// one.
func (s *Stimulus) aim(q, wide *Question, left []boundary, rng *rand.Rand) ([]boundary, error) {
	m, gate := q.Model, q.Gate
	nets := q.influences()
	steer := newSteering(m)
	var compared []netlist.Value
	constant := map[netlist.Value][]int64{}
	in := netlist.InCone(gate, []netlist.Value{q.Out}) // what is beyond may be undefined
	for i := range gate.Cells {
		c := &gate.Cells[i]
		if !in[i] || c.Op != netlist.OpSlt && c.Op != netlist.OpUlt && c.Op != netlist.OpEq {
			continue
		}
		for j, k := range c.Args[:2] {
			if bound := &gate.Cells[k]; bound.Op == netlist.OpConst && len(nets[c.Args[1-j]]) > 0 {
				shift := 64 - bound.Width
				v := c.Args[1-j]
				if constant[v] == nil {
					compared = append(compared, v)
				}
				constant[v] = append(constant[v], bound.Aux<<shift>>shift)
			}
		}
	}
	compared = compared[:min(len(compared), maxProbed)]
	at, err := q.valuesOf(compared, steer.base)
	if err != nil {
		return nil, err
	}
	var tries [][]int64
	others := 0
	for i, v := range compared {
		p := probing{steer, nets[v], rng}
		for _, k := range constant[v][:min(len(constant[v]), 64)] {
			for near := int64(-1); near <= 1; near++ {
				for range 3 {
					tries = append(tries, p.aim(k+near-at[i]))
				}
			}
			for _, other := range readings(gate, v, k) {
				if others++; others <= maxReadings {
					s.Inputs = append(s.Inputs, p.aim(other-at[i]), p.aim(other-at[i]))
				}
			}
		}
	}
	tries = append(tries, gradients(m, nil, rng)...)
	met, err := wide.meet(left, tries)
	if err != nil {
		return nil, err
	}
	var still []boundary
	kept := map[int]bool{}
	for i, j := range met {
		if j < 0 {
			still = append(still, left[i])
		} else if !kept[j] {
			kept[j] = true
			s.Inputs = append(s.Inputs, tries[j])
		}
	}
	return still, nil
}

// ask asks a solver for an input that meets a condition.
func (s *Stimulus) ask(ctx context.Context, wide *Question, b boundary, solver smt.Checker) {
	m := wide.Model
	query, err := wide.differ(b.net, m.Terms.Const(0))
	if err != nil {
		s.Missed = append(s.Missed, b.what)
		return
	}
	switch r := solver.Check(ctx, query); r.Status {
	case smt.Unsat:
		s.Impossible++
	case smt.Sat:
		if x, err := m.values(query, r.Model); err == nil {
			s.Inputs = append(s.Inputs, x)
			return
		}
		fallthrough
	default:
		s.Missed = append(s.Missed, b.what)
	}
}
