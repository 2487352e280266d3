package equiv

import (
	"context"

	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/merge"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Merge is a circuit in which some cells read other nets with the same bits, so that
// normal forms see more. That the bits are the same is an obligation: see
// Confirmer.Merge.
type Merge struct {
	Gate    *netlist.Module // nets, operators and widths are those of the circuit
	Changes []merge.Change
}

// NewMerge returns nil if the circuit has nothing to merge.
func NewMerge(gate *netlist.Module) *Merge {
	merged, changes := merge.Operands(gate)
	if merged == nil {
		return nil
	}
	return &Merge{merged, changes}
}

// Merge confirms that every net of x.Gate has the bits that it has in the question's
// circuit, in bit-vectors from the cells.
func (c *Confirmer) Merge(ctx context.Context, q *Question, x *Merge) Answer {
	text, err := encode.Same(q.Gate, x.Changes)
	if err != nil {
		return Answer{Reason: verdict.NoEncoding, Detail: err.Error()}
	}
	return c.ask(ctx, smt.Query{Text: []byte(text)}, logicBits)
}
