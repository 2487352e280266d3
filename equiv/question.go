package equiv

import (
	"fmt"

	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Question is one compare point: whether an output of a circuit is the model's output,
// for all inputs within the intervals of the model's variables. Every engine takes its
// question in this form. A question is immutable.
type Question struct {
	Model *Model // its Vars hold the assumed intervals
	Gate  *netlist.Module
	Out   netlist.Value // the net of Gate's output

	bind    []int // by input of Gate: its variable of Model
	unbound error // why bind is nil
}

// NewQuestion returns the question about the only output of a circuit. It binds the
// inputs to the model's variables by name. If that fails, or there is not exactly one
// output, engines answer the question with Bind's error.
func NewQuestion(m *Model, gate *netlist.Module) *Question {
	q := &Question{Model: m, Gate: gate}
	if len(gate.Outputs) != 1 {
		q.unbound = fmt.Errorf("%s instead of one", words.Count(len(gate.Outputs), "output"))
		return q
	}
	q.Out = gate.Outputs[0].Value
	q.bind, q.unbound = bindPorts(m, gate)
	return q
}

// On returns the same question about another circuit with the same ports and output
// net, such as one with merged nets.
func (q *Question) On(gate *netlist.Module) *Question {
	same := *q
	same.Gate = gate
	return &same
}

// Bind returns the model's variable of each input of the circuit. The error names an
// input that the model lacks or that has another width, or says that there is not
// exactly one output. The circuit may lack variables: it does not depend on them.
func (q *Question) Bind() ([]int, error) { return q.bind, q.unbound }

// bindPorts finds the model's variable of each input of the circuit.
func bindPorts(m *Model, gate *netlist.Module) ([]int, error) {
	var byName map[string]int
	// Mostly the inputs are in the order of the variables.
	next := 0
	find := func(name string) (int, bool) {
		for ; byName == nil && next < len(m.Vars); next++ {
			if m.Vars[next].Port == name {
				next++
				return next - 1, true
			}
		}
		if byName == nil {
			byName = make(map[string]int, len(m.Vars))
			for i, v := range m.Vars {
				byName[v.Port] = i
			}
		}
		v, ok := byName[name]
		return v, ok
	}
	bind := make([]int, len(gate.Inputs))
	for i, p := range gate.Inputs {
		v, ok := find(p.Name)
		if !ok {
			return nil, fmt.Errorf("input %s is not one of the model's", p.Name)
		}
		if w := m.Vars[v].Width; w != p.Width {
			return nil, fmt.Errorf("input %s has %s, the model %d", p.Name, words.Count(p.Width, "bit"), w)
		}
		bind[i] = v
	}
	return bind, nil
}

// Lanes converts inputs to the bits of the circuit's ports, by port, then by input.
// Each input has a value for every variable of the model. Bind must have succeeded.
func (q *Question) Lanes(inputs [][]int64) [][]uint64 {
	in := make([][]uint64, len(q.bind))
	for i, v := range q.bind {
		in[i] = make([]uint64, len(inputs))
		mask := uint64(1)<<q.Model.Vars[v].Width - 1
		for j := range inputs {
			in[i][j] = uint64(inputs[j][v]) & mask
		}
	}
	return in
}

// numbers converts words of the circuit's output to integers.
func (q *Question) numbers(words []uint64) []int64 {
	width := q.Gate.Width(q.Out)
	res := make([]int64, len(words))
	for j, b := range words {
		res[j] = int64(b)
		if q.Model.Signed() {
			res[j] = int64(b) << (64 - width) >> (64 - width)
		}
	}
	return res
}
