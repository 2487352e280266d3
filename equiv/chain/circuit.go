package chain

import (
	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
)

// circuit is the hardware of one unit on one edge, with what is asked about it.
type circuit struct {
	unit    shiftadd.Unit
	sources rtl.Sources     // that hold module and shared
	foreign *Foreign        // whose hardware it is; nil: it is generated
	module  *netlist.Module // as it was generated or read, registers included
	shared  *netlist.Module // the layer's shared terms; nil: there are none
	kept    *netlist.Module // whose dump is kept; nil: none is
	// The question's circuit is module with the shared terms in place, and with wires in
	// the place of registers where a pipeline has been found to be one.
	*equiv.Question
	layer   string
	came    *origin         // of a netlist of gates; nil: it is none
	settled *equiv.Question // the one about its RTL that was settled in the place of this; nil: none
	// sibling is the circuit of another channel of the layer, or nil; nil itself where
	// none is known.
	sibling func(channel int) *netlist.Module
}

// newCircuit links a module with the shared terms that it takes.
func newCircuit(u shiftadd.Unit, m *equiv.Model, module, shared *netlist.Module) (*circuit, error) {
	gate, err := link(module, shared)
	if err != nil {
		return nil, err
	}
	return &circuit{unit: u, module: module, shared: shared, Question: equiv.NewQuestion(m, gate)}, nil
}

// lifted is c about the circuit that normal forms were made of.
func (c *circuit) lifted() *circuit {
	if c.settled == nil {
		return c
	}
	other := *c
	other.Question = c.settled
	return &other
}

// flattened is c about another circuit of the same module.
func (c *circuit) flattened(gate *netlist.Module) *circuit {
	flat := *c
	flat.Question = equiv.NewQuestion(c.Model, gate)
	return &flat
}
