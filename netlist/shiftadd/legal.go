package shiftadd

import (
	"errors"
	"fmt"

	"github.com/hashiflex/hashiflex/spec"
)

// alternative is a property of an accumulator that bears on the knobs. A
// dropping accumulator also has one of the three modes; both count.
type alternative int

const (
	exact alternative = iota
	wraps
	saturates
	drops
	alternatives
)

var alternativeNames = [alternatives]string{"an exact accumulator", "a wrapping accumulator", "a saturating accumulator", "terms that are truncated before the sum"}

// Reasons why a knob does not suit an accumulator.
const (
	legal   = ""
	ordered = "saturating addition is not associative: the order is bias, then ascending tap"
	cut     = "a truncated sum of two terms is not the sum of the truncated terms"
)

// table has, for each setting of each knob, the accumulators that it suits. It is
// the only place that knows; a setting that is not listed is illegal.
var table = map[string][alternatives]string{
	"balanced":  {legal, legal, ordered, legal},
	"linear":    {legal, legal, legal, legal},
	"carrysave": {legal, legal, ordered, legal},
	"tight":     {legal, legal, legal, legal},
	"uniform":   {legal, legal, legal, legal},
	"sub":       {legal, legal, legal, legal},
	"invert":    {legal, legal, legal, legal},
	"none":      {legal, legal, legal, legal},
	"pairs":     {legal, legal, ordered, cut},
}

// Check reports every knob of o that is unknown or does not suit acc, or nil.
func Check(acc spec.Accumulator, o Options) error {
	is := [alternatives]bool{
		exact:     acc.Mode == spec.AccExact,
		wraps:     acc.Mode == spec.AccWrap,
		saturates: acc.Mode == spec.AccSaturate,
		drops:     acc.Drop > 0,
	}
	var errs []error
	if !acc.Mode.Known() {
		errs = append(errs, fmt.Errorf("accumulator mode %v is unknown", acc.Mode))
	}
	for _, knob := range []string{o.Tree.String(), o.Widths.String(), o.Subtract.String(), o.Share.String()} {
		row, known := table[knob]
		if !known {
			errs = append(errs, fmt.Errorf("option %s is unknown", knob))
			continue
		}
		for a, reason := range row {
			if is[a] && reason != legal {
				errs = append(errs, fmt.Errorf("option %s with %s: %s", knob, alternativeNames[a], reason))
			}
		}
	}
	return errors.Join(errs...)
}

// For is a legal setting for acc, for callers that generate nothing but need the ports
// of generated hardware, or a reference to explain other hardware by. It is the zero
// Options unless the accumulator fixes the order of its terms.
func For(acc spec.Accumulator) Options {
	if acc.Mode == spec.AccSaturate {
		return Options{Tree: Linear}
	}
	return Options{}
}
