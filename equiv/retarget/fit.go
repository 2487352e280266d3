package retarget

import (
	"errors"
	"fmt"
	"math"

	"github.com/hashiflex/hashiflex/equiv/signoff"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// claims collects obligations that are discharged by counting.
type claims struct {
	list []reports.Obligation
	errs []error
}

// claim enters an obligation, or the reason why it does not hold.
func (c *claims) claim(name, claim string, err error) {
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	c.list = append(c.list, reports.Obligation{
		ID: verdict.Retarget.ID(name), Kind: verdict.Retarget, Claim: claim,
		Verdict: verdict.Proved, Strategy: "counted", RestsOn: verdict.Computed,
	})
}

// most is an error if n things are more than a parameter of the head has room for.
func most(what, parameter string, n, room int, each string) error {
	if n <= room {
		return nil
	}
	return fmt.Errorf("%s: the classifier needs %d, and the head was hardened with %s=%d (%s)", what, n, parameter, room, each)
}

// Fit shows that the classifier of a network fits the head as it was hardened: one
// obligation for each memory, for each accumulator and for the commit. It validates the
// network. The program is what the head then executes. The error lists everything that
// does not fit, and then there is no program.
func Fit(was, is *spec.Network, p npu.Params) ([]reports.Obligation, *npu.Program, error) {
	dense := signoff.Dense(is)
	if len(dense) == 0 {
		return nil, nil, errors.New("the classifier has no layer")
	}
	var c claims
	first := signoff.Dense(was)[0]
	s := first.InShape(0)
	inF, in := first.InFormat(0), s.C*s.H*s.W
	reads := len(dense[0].Op.(*spec.Dense).Weights) / max(1, dense[0].Op.(*spec.Dense).OutN)
	var err error
	if reads != in {
		err = fmt.Errorf("features: the classifier reads %d, and %s gives %d", reads, first.Inputs[0], in)
	}
	c.claim("features", fmt.Sprintf("the classifier reads the %d features of format %v that %s gives", in, inF, first.Inputs[0]), err)

	rows, biases, widest := 0, 0, 0
	var rowsOf, biasesOf string
	for i, l := range dense {
		d := l.Op.(*spec.Dense)
		n := len(d.Weights) / max(1, d.OutN)
		r := npu.Layer{Out: d.OutN}.Groups(p.Lanes) * n
		rows, biases, widest = rows+r, biases+d.OutN, max(widest, n)
		if i > 0 {
			rowsOf, biasesOf = rowsOf+", ", biasesOf+", "
		}
		rowsOf += fmt.Sprintf("%s: %d outputs on %d lanes of %d features are %d", l.Name, d.OutN, p.Lanes, n, r)
		biasesOf += fmt.Sprintf("%s: %d outputs", l.Name, d.OutN)
	}
	c.claim("feature memory", fmt.Sprintf("%d features at a time fit the head's %d", widest, p.Features), most("feature memory", "FEATURES", widest, p.Features, "features of a layer"))
	c.claim("weight memory", fmt.Sprintf("%d weight rows fit the head's %d", rows, p.Rows), most("weight memory", "ROWS", rows, p.Rows, rowsOf))
	c.claim("classes", fmt.Sprintf("%d outputs fit the head's %d biases", biases, p.Biases), most("classes", "BIASES", biases, p.Biases, biasesOf))
	c.claim("descriptors", fmt.Sprintf("%d layers fit the head's %d descriptors", len(dense), p.Layers), most("descriptors", "LAYERS", len(dense), p.Layers, "dense layers"))

	for _, l := range dense {
		d := l.Op.(*spec.Dense)
		lo, hi, err := sums(d, inF)
		if err != nil {
			err = fmt.Errorf("accumulator of layer %s: %w", l.Name, err)
		}
		c.claim("accumulator of "+l.Name, fmt.Sprintf("whatever the features of format %v are, every sum of %s is between %d and %d, within 32 bits", inF, l.Name, lo, hi), err)
		inF = l.Out.Format
	}
	if err := errors.Join(c.errs...); err != nil {
		return nil, nil, err
	}
	if err := is.Validate(); err != nil {
		return nil, nil, err
	}
	if err := SameHardened(was, is); err != nil {
		return nil, nil, err
	}
	c.claim("hardened layers", fmt.Sprintf("the %d hardened layers are the signed-off ones: SHA-256 %s of what is encoded of them and of the input", len(Hardened(is)), HashOf(is)), nil)
	prog, err := npu.Assemble(dense, p)
	if err != nil {
		return nil, nil, err
	}
	if err := p.Fit(prog.Layers); err != nil {
		return nil, nil, err
	}
	c.claim("commit", "the head takes the program: its descriptors pass every rule of a commit", nil)
	return c.list, prog, nil
}

// sums is an interval that holds every sum that a dense layer makes on its way, bias
// included, for all inputs of a format. A sum of some products is within it, too, since
// the interval of each product is taken with 0. The error is an accumulator that overflows.
func sums(d *spec.Dense, in spec.Format) (lo, hi int64, err error) {
	n := len(d.Weights) / d.OutN
	for o := range d.OutN {
		from, to := min(int64(d.Bias[o]), 0), max(int64(d.Bias[o]), 0)
		for _, w := range d.Weights[o*n : (o+1)*n] {
			a, b := int64(w)*in.Min(), int64(w)*in.Max()
			from, to = from+min(0, a, b), to+max(0, a, b)
		}
		if from < math.MinInt32 || to > math.MaxInt32 {
			return 0, 0, fmt.Errorf("output %d: features of format %v with bias %d may sum to %d..%d, more than 32 bits hold", o, in, d.Bias[o], from, to)
		}
		lo, hi = min(lo, from), max(hi, to)
	}
	return lo, hi, nil
}
