package netlist

import "strconv"

// Levels is, for every value of a module without registers, the number of adders and
// subtractors on the longest path to it. begin has the number before each input port;
// it is 0 for ports that begin lacks.
func Levels(m *Module, begin map[string]int) []int {
	levels := make([]int, len(m.Cells))
	for v := 1; v < len(m.Cells); v++ {
		c := &m.Cells[v]
		if c.Op == OpInput {
			levels[v] = begin[m.Inputs[c.Aux].Name]
		}
		for _, a := range c.Args[:c.Op.Arity()] {
			levels[v] = max(levels[v], levels[a])
		}
		if c.Op.IsSum() {
			levels[v]++
		}
	}
	return levels
}

// LatencyAt is the number of registers before a value of the given level, with one
// register after each every levels.
func LatencyAt(level, every int) int { return max(0, level-1) / every }

// Registered is m, which has no registers, with registers after each every levels of
// adders. Values of levels 1 to every are before the first register, those up to
// 2·every before the second. Every path from an input to a value crosses the same
// number of registers, less those before the input (see Levels). Outputs get further
// registers, up to latency; with latency -1 they get none. Constants have no registers.
// Wiring is repeated where it is read, so registers hold the words before the wiring.
func Registered(m *Module, levels []int, every, latency int) *Module {
	r := &registered{m: m, to: New(m.Name), levels: levels, every: every, made: map[staged]Value{}}
	r.to.Doc = m.Doc
	r.to.Grow(len(m.Cells))
	for _, p := range m.Inputs {
		r.made[staged{p.Value, r.stage(p.Value)}] = r.to.Input(p.Name, p.Width)
	}
	for _, o := range m.Outputs {
		at := latency
		if at < 0 {
			at = r.stage(o.Value)
		}
		r.to.Output(o.Name, r.value(o.Value, at))
	}
	return r.to
}

// staged is a value after a number of registers.
type staged struct {
	v     Value
	stage int
}

type registered struct {
	m, to  *Module
	levels []int
	every  int
	made   map[staged]Value
}

// stage is the number of registers before a value.
func (r *registered) stage(v Value) int { return LatencyAt(r.levels[v], r.every) }

// value is v after stage registers. v has at most that many already.
func (r *registered) value(v Value, stage int) Value {
	key := staged{v, stage}
	if n, ok := r.made[key]; ok {
		return n
	}
	c := &r.m.Cells[v]
	name := r.m.Names[v]
	var n Value
	switch own := r.stage(v); {
	case c.Op == OpConst:
		n = r.to.Const(int(c.Width), c.Aux)
	case stage == own || c.Op.IsWiring():
		var args [3]Value
		for i, a := range c.Args[:c.Op.Arity()] {
			args[i] = r.value(a, stage)
		}
		n = r.to.Build(c.Op, int(c.Width), c.Aux, args[0], args[1], args[2])
		if name != "" && stage == own {
			r.to.Label(n, name)
		}
	default:
		d := r.value(v, stage-1)
		if name == "" {
			name = "n" + strconv.Itoa(int(v))
		}
		n = r.to.Reg(name+"_q"+strconv.Itoa(stage), int(c.Width))
		r.to.SetNext(n, d)
	}
	r.made[key] = n
	return n
}
