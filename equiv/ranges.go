package equiv

import (
	"github.com/hashiflex/hashiflex/equiv/encode"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/golden"
	"github.com/hashiflex/hashiflex/spec"
)

// OutputRange is the query that looks for an accumulator, any integer at all,
// whose requantization by layer l lies outside r. What the shift leaves may be
// any integer too, so it is left out: overflow and clamp decide the range.
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
