package netlist

// Clocked executes one value of a module with registers, clock by clock, on independent
// lanes. Registers begin at 0.
type Clocked struct {
	p     *Program
	ins   int
	state [][]uint64 // by register of the cone, by lane
	next  [][]uint64 // the value, then the registers' next values
}

// NewClocked compiles the cone of out for a number of lanes. An undefined word in
// the cone is an error.
func NewClocked(m *Module, out Value, lanes int) (*Clocked, error) {
	cone := InCone(m, []Value{out})
	cuts, outs := values(m.Inputs), []Value{out}
	c := &Clocked{ins: len(cuts)}
	for _, r := range m.Regs {
		if cone[r.Q] {
			cuts, outs = append(cuts, r.Q), append(outs, r.D)
			c.state = append(c.state, make([]uint64, lanes))
		}
	}
	for range outs {
		c.next = append(c.next, make([]uint64, lanes))
	}
	var err error
	c.p, err = Compile(m, cuts, outs)
	return c, err
}

// Step applies inputs, in[i] being the lanes of input port i. It copies the value
// before the clock edge to out, and then executes the edge.
func (c *Clocked) Step(in [][]uint64, out []uint64) {
	cuts := append(in[:c.ins:c.ins], c.state...)
	c.p.Run(len(out), cuts, c.next)
	copy(out, c.next[0])
	for i := range c.state {
		c.state[i], c.next[i+1] = c.next[i+1], c.state[i]
	}
}
