package equiv

import (
	"cmp"
	"math/rand"
	"slices"
	"sort"

	"github.com/hashiflex/hashiflex/netlist"
)

// Random inputs rarely show faults inside an adder tree. An adder that is one bit too
// narrow shows only if its own inputs push in one direction. Then the accumulator is
// mostly so large that a clamp hides the fault. A probe pushes one net to an end of its
// interval, just across a power of two, or to the constant that it is compared with. It
// uses the inputs that the net does not depend on to bring the accumulator back into
// the range where the output still changes.

// maxProbed is the largest number of nets that are probed.
const maxProbed = 2048

// influence is how much one input, by its number among the variables, moves a net,
// times 2^influenceFrac. It ignores wrapping and selection, since it only guides the
// search.
type influence struct {
	input int
	by    int64
}

const influenceFrac = 16

// influences follows the inputs through the cells of the cone of out.
func (q *Question) influences() [][]influence {
	gate := q.Gate
	all := make([][]influence, len(gate.Cells))
	for i := 1; i < len(gate.Cells); i++ {
		c := &gate.Cells[i]
		if c.Op == netlist.OpInput {
			all[i] = []influence{{q.bind[c.Aux], 1 << influenceFrac}}
		} else if f := moves[c.Op].by; f != nil {
			all[i] = f(gate, c, all[c.Args[0]], all[c.Args[1]], all[c.Args[2]])
		}
	}
	return all
}

// move computes the influences on an operator's result from those on its operands. If
// target is set, nets of the operator are probed.
type move struct {
	by     func(gate *netlist.Module, c *netlist.Cell, a, b, d []influence) []influence
	target bool
}

// moves has a row for every computing operator.
var moves = func() [netlist.NumOps]move {
	sum := func(sign int64) func(*netlist.Module, *netlist.Cell, []influence, []influence, []influence) []influence {
		return func(_ *netlist.Module, _ *netlist.Cell, a, b, _ []influence) []influence { return combined(a, b, sign) }
	}
	first := func(_ *netlist.Module, _ *netlist.Cell, a, _, _ []influence) []influence { return a }
	negated := func(_ *netlist.Module, _ *netlist.Cell, a, _, _ []influence) []influence { return combined(nil, a, -1) }
	steps := move{by: func(*netlist.Module, *netlist.Cell, []influence, []influence, []influence) []influence { return nil }}
	return netlist.ByOp("probing", netlist.Computed(), map[netlist.Op]move{
		netlist.OpSlice: {by: func(_ *netlist.Module, c *netlist.Cell, a, _, _ []influence) []influence {
			return scaled(a, func(by int64) int64 { return by >> c.Aux })
		}},
		netlist.OpConcat: {by: func(gate *netlist.Module, c *netlist.Cell, a, b, _ []influence) []influence {
			low := gate.Width(c.Args[0])
			return combined(a, scaled(b, func(by int64) int64 { return by << min(low, 40) }), 1)
		}},
		netlist.OpZext: {by: first, target: true},
		netlist.OpSext: {by: first, target: true},
		netlist.OpAdd:  {by: sum(1), target: true},
		netlist.OpSub:  {by: sum(-1), target: true},
		netlist.OpNeg:  {by: negated, target: true},
		netlist.OpMul:  steps,
		netlist.OpNot:  {by: negated, target: true},
		netlist.OpAnd:  {by: sum(1)},
		netlist.OpOr:   {by: sum(1)},
		netlist.OpXor:  {by: sum(1), target: true},
		netlist.OpShl:  steps,
		netlist.OpShr:  steps,
		netlist.OpSar:  steps,
		netlist.OpEq:   steps,
		netlist.OpUlt:  steps,
		netlist.OpSlt:  steps,

		netlist.OpRedAnd: steps,
		netlist.OpRedOr:  steps,
		netlist.OpRedXor: steps,
		netlist.OpMux: {target: true, by: func(_ *netlist.Module, _ *netlist.Cell, _, b, d []influence) []influence {
			if len(d) > len(b) {
				return d
			}
			return b
		}},
	})
}()

func scaled(a []influence, f func(int64) int64) []influence {
	out := make([]influence, 0, len(a))
	for _, e := range a {
		if by := f(e.by); by != 0 {
			out = append(out, influence{e.input, by})
		}
	}
	return out
}

// combined is a + sign×b; both are sorted by input.
func combined(a, b []influence, sign int64) []influence {
	if len(b) == 0 {
		return a
	}
	out := make([]influence, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].input < b[0].input:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0].input < a[0].input:
			out, b = append(out, influence{b[0].input, sign * b[0].by}), b[1:]
		default:
			if by := a[0].by + sign*b[0].by; by != 0 {
				out = append(out, influence{a[0].input, by})
			}
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// probe tries every net of the cone, at most maxProbed of them.
func (x *execution) probe(rng *rand.Rand) *Counterexample {
	gate, nets := x.Gate, x.influences()
	var targets []netlist.Value
	in := netlist.InCone(gate, []netlist.Value{x.Out}) // what is beyond may be undefined
	for i := range nets {
		if in[i] && moves[gate.Cells[i].Op].target && len(nets[i]) > 0 {
			targets = append(targets, netlist.Value(i))
		}
	}
	rng.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	targets = targets[:min(len(targets), maxProbed)]
	s := newSteering(x.Model)
	at, err := x.valuesOf(targets, s.base)
	if err != nil {
		return nil
	}
	const lanes = 512
	var vs [][]int64
	edges := thresholds(gate)
	for i, t := range targets {
		p := probing{s, nets[t], rng}
		for _, up := range []bool{true, false} {
			for _, part := range []int{8, 7, 5} {
				for range 3 {
					vs = append(vs, p.push(up, part))
				}
			}
		}
		w := gate.Width(t)
		for _, bits := range []int{w - 1, w - 2} {
			if bits < 0 || bits > 60 {
				continue
			}
			for range 8 {
				past := rng.Int63n(1<<max(bits-3, 0) + 1)
				vs = append(vs, p.aim(1<<bits+past-at[i]), p.aim(-1<<bits-1-past-at[i]))
			}
		}
		for _, edge := range edges[t] {
			for range 6 {
				for near := int64(-1); near <= 1; near++ {
					vs = append(vs, s.correct(p.aim(edge+near-at[i]), p.net, rng))
				}
				vs = append(vs, s.correct(p.push(edge > at[i], 8), p.net, rng))
			}
		}
		if len(vs) >= lanes {
			if w := x.first(vs); w != nil {
				return w
			}
			vs = vs[:0]
		}
	}
	return x.first(vs)
}

// thresholds are the constants that nets are compared with. A bound that is off by one
// shows only at one value.
func thresholds(gate *netlist.Module) map[netlist.Value][]int64 {
	out := map[netlist.Value][]int64{}
	for i := range gate.Cells {
		c := &gate.Cells[i]
		if c.Op != netlist.OpSlt && c.Op != netlist.OpUlt {
			continue
		}
		for j, k := range c.Args[:2] {
			if bound := &gate.Cells[k]; bound.Op == netlist.OpConst {
				s := 64 - bound.Width
				out[c.Args[1-j]] = append(out[c.Args[1-j]], bound.Aux<<s>>s)
			}
		}
	}
	return out
}

// valuesOf returns the values of nets on one input, as two's complement numbers.
func (q *Question) valuesOf(nets []netlist.Value, at []int64) ([]int64, error) {
	gate := q.Gate
	ins := make([]netlist.Value, len(gate.Inputs))
	in := make([][]uint64, len(gate.Inputs))
	for i, p := range gate.Inputs {
		ins[i], in[i] = p.Value, []uint64{uint64(at[q.bind[i]])}
	}
	prog, err := netlist.Compile(gate, ins, nets)
	if err != nil {
		return nil, err
	}
	out := make([][]uint64, len(nets))
	for i := range out {
		out[i] = make([]uint64, 1)
	}
	prog.Run(1, in, out)
	vals := make([]int64, len(nets))
	for i, v := range nets {
		s := 64 - gate.Width(v)
		vals[i] = int64(out[i][0]<<s) >> s
	}
	return vals, nil
}

// probing makes inputs that bring one net to a target value.
type probing struct {
	s   *steering
	net []influence
	rng *rand.Rand
}

// push moves part eighths of the net's inputs to the ends that make it large (up) or
// small.
func (p probing) push(up bool, part int) []int64 {
	v := append([]int64(nil), p.s.base...)
	fixed := make([]bool, len(v))
	for _, e := range p.net {
		if p.rng.Intn(8) >= part {
			continue
		}
		r := p.s.m.Vars[e.input].Range
		fixed[e.input] = true
		v[e.input] = r.Lo
		if e.by > 0 == up {
			v[e.input] = r.Hi
		}
	}
	p.s.steer(v, fixed, p.rng)
	return v
}

// aim moves the net by a given amount. It starts with the strongest of its inputs or
// with a random one.
func (p probing) aim(by int64) []int64 {
	v := append([]int64(nil), p.s.base...)
	fixed := make([]bool, len(v))
	net := slices.Clone(p.net)
	p.rng.Shuffle(len(net), func(i, j int) { net[i], net[j] = net[j], net[i] })
	if p.rng.Intn(2) == 0 {
		slices.SortStableFunc(net, func(a, b influence) int { return cmp.Compare(max(b.by, -b.by), max(a.by, -a.by)) })
	}
	left := by
	for _, e := range net {
		fixed[e.input] = true
		// In a truncated term, a step may have an influence below 1.
		r := p.s.m.Vars[e.input].Range
		step := min(max(left, -1<<40), 1<<40) << influenceFrac / e.by
		v[e.input] = min(max(p.s.base[e.input]+step, r.Lo), r.Hi)
		left -= (v[e.input] - p.s.base[e.input]) * e.by >> influenceFrac
	}
	p.s.steer(v, fixed, p.rng)
	return v
}

// steering brings the model's accumulator to values at which the output changes.
type steering struct {
	m     *Model
	base  []int64
	at    int64   // the accumulator at base
	by    []int64 // what one step of each input adds
	order []int   // inputs, the strongest first
	live  []int64 // accumulators after which the output changes
}

func newSteering(m *Model) *steering {
	s := &steering{m: m, base: m.fill(func(_ int, v Var) int64 { return rest(v) })}
	s.at = m.Terms.Eval(m.Acc, s.base)
	lo, hi := s.at, s.at
	for i, v := range m.Vars {
		span := v.Range.Hi - s.base[i]
		if span == 0 {
			span = v.Range.Lo - s.base[i]
		}
		if span > 1<<12 || span < -1<<12 {
			span >>= 8 // a wide input moves the sum far into saturation
		}
		x := append([]int64(nil), s.base...)
		x[i] += span
		by := int64(0)
		if span != 0 {
			by = (m.Terms.Eval(m.Acc, x) - s.at) / span
		}
		s.by = append(s.by, by)
		s.order = append(s.order, i)
		a, b := by*(v.Range.Lo-s.base[i]), by*(v.Range.Hi-s.base[i])
		lo, hi = lo+min(a, b), hi+max(a, b)
	}
	slices.SortStableFunc(s.order, func(a, b int) int {
		return cmp.Compare(max(s.by[b], -s.by[b]), max(s.by[a], -s.by[a]))
	})
	if m.Tail == nil {
		s.live = []int64{lo, s.at, hi}
		return s
	}
	lo, hi = max(lo, m.Range.Lo), min(hi, m.Range.Hi)
	const samples = 4096
	step := max(1, (hi-lo)/samples)
	for u := lo; u+step <= hi; u += step {
		if y := m.Tail.Apply(u); y != m.Tail.Apply(u+step) {
			n := sort.Search(int(step), func(n int) bool { return m.Tail.Apply(u+int64(n)) != y })
			s.live = append(s.live, u+int64(n)-1)
		}
	}
	if len(s.live) == 0 {
		s.live = []int64{s.at}
	}
	return s
}

// steer sets the inputs that are not fixed so that the accumulator comes near one
// of the live values.
func (s *steering) steer(v []int64, fixed []bool, rng *rand.Rand) {
	left := s.live[rng.Intn(len(s.live))] - s.at
	for i, x := range v {
		if fixed[i] {
			left -= s.by[i] * (x - s.base[i])
		}
	}
	for _, i := range s.order {
		if fixed[i] || s.by[i] == 0 {
			continue
		}
		r := s.m.Vars[i].Range
		v[i] = min(max(s.base[i]+left/s.by[i], r.Lo), r.Hi)
		left -= s.by[i] * (v[i] - s.base[i])
	}
}

// correct brings the accumulator to a live value or its successor if steer misses. It
// is needed because a saturating sum does not move by what the inputs add. The net's
// own inputs stay. It changes v and returns it.
func (s *steering) correct(v []int64, net []influence, rng *rand.Rand) []int64 {
	fixed := make([]bool, len(v))
	for _, e := range net {
		fixed[e.input] = true
	}
	want := s.live[rng.Intn(len(s.live))] + rng.Int63n(2)
	for round := range 4 {
		left := want - s.m.Terms.Eval(s.m.Acc, v)
		if left == 0 {
			break
		}
		for _, i := range s.order {
			if fixed[i] || s.by[i] == 0 || round == 0 && rng.Intn(2) == 0 {
				continue
			}
			r := s.m.Vars[i].Range
			x := min(max(v[i]+left/s.by[i], r.Lo), r.Hi)
			left -= s.by[i] * (x - v[i])
			v[i] = x
		}
	}
	return v
}
