package evidence

import (
	"encoding/json"

	"github.com/hashiflex/hashiflex/equiv/chain"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
)

// witness is a counterexample in its file.
type witness struct {
	Obligation string  `json:"obligation"`
	Module     string  `json:"module"`
	Chunk      string  `json:"chunk,omitempty"` // file of the run directory with the Verilog
	Inputs     []input `json:"inputs"`
	Gold       int64   `json:"gold"`      // what the model gives
	Netlist    int64   `json:"netlist"`   // what the netlist evaluates to
	Simulated  int64   `json:"simulated"` // what Icarus says of the Verilog
}

type input struct {
	Port  string `json:"port"`
	Value int64  `json:"value"`
}

// notKept is the witness of a refuted point where there is no directory: the
// detail has the gist of it.
const notKept = "not kept"

// witness writes the counterexample of a refuted point and returns its file.
func (w *writer) witness(o *reports.Obligation, p *chain.Point) (string, error) {
	if w.store == nil {
		return notKept, nil
	}
	x := witness{
		Obligation: o.ID, Module: p.Unit, Chunk: o.Chunk,
		Gold: p.Witness.Gold, Netlist: p.Witness.Netlist, Simulated: p.Witness.Simulated,
	}
	for i, v := range p.Witness.Inputs {
		x.Inputs = append(x.Inputs, input{p.Witness.Ports[i], v})
	}
	text, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return "", err
	}
	s, err := w.store.run.Write(rundir.Witnesses, o.ID+".json", append(text, '\n'))
	return s.Path, err
}
