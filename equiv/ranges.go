package equiv

import (
	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// OutputRange is the query for an accumulator whose requantization by layer l lies
// outside r. The accumulator may be any integer. So may the result of the shift, so the
// query leaves out the shift: overflow and clamp decide the range.
func OutputRange(l *spec.Layer, r spec.Range) (smt.Query, error) {
	terms := golden.NewTerms()
	acc := terms.Var(0)
	y := golden.Requantize(terms, l.Out, 0, acc)
	cuts := make([]encode.Variable, len(terms.Nodes))
	for i := range cuts {
		cuts[i] = encode.None
	}
	cuts[acc] = 0
	text, err := encode.Outside(terms, y, cuts, r)
	return smt.Query{Text: []byte(text)}, err
}
