package netlist

import "fmt"

// Evaluator executes a module without registers.
type Evaluator struct {
	m *Module
	p *Program
}

// NewEvaluator compiles m. A register or an undefined word in the cone of the
// outputs is an error; for the logic between registers use Compile, with the
// registers as cuts.
func NewEvaluator(m *Module) (*Evaluator, error) {
	p, err := Compile(m, values(m.Inputs), values(m.Outputs))
	if err != nil {
		return nil, err
	}
	return &Evaluator{m, p}, nil
}

// Eval evaluates a block of lanes: inputs[i] are the lanes of input port i, all
// of one length, of which only the bits within the port count; the result has
// the lanes of each output port. Words are bits: a negative number of a signed
// port comes out as its two's complement, without sign bits above the width.
// Concurrent calls are allowed. A module without inputs yields one lane.
func (e *Evaluator) Eval(inputs [][]uint64) [][]uint64 {
	if len(inputs) != len(e.m.Inputs) {
		panic(fmt.Sprintf("netlist: %s: %d inputs, want %d", e.m.Name, len(inputs), len(e.m.Inputs)))
	}
	lanes := 1
	if len(inputs) > 0 {
		lanes = len(inputs[0])
	}
	for i, in := range inputs {
		if len(in) != lanes {
			panic(fmt.Sprintf("netlist: %s: input %s has %d lanes, want %d", e.m.Name, e.m.Inputs[i].Name, len(in), lanes))
		}
	}
	backing := make([]uint64, lanes*len(e.m.Outputs))
	out := make([][]uint64, len(e.m.Outputs))
	for i := range out {
		out[i] = backing[i*lanes : (i+1)*lanes : (i+1)*lanes]
	}
	e.p.Run(lanes, inputs, out)
	return out
}

func values(ports []Port) []Value {
	vs := make([]Value, len(ports))
	for i, p := range ports {
		vs[i] = p.Value
	}
	return vs
}
