package selftest

import (
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec"
)

// Drawn counts the cases that have one kind of something.
type Drawn struct {
	What  string // a layer, a rounding, a knob
	Kind  string // of it
	Cases int
}

// kinds is what a case has.
func (c *Case) kinds() (all []Drawn) {
	add := func(what, kind string) { all = append(all, Drawn{What: what, Kind: kind}) }
	add("circuit", c.Unit.Kind.String())
	add("layer", c.Layer.Kind())
	out := c.Layer.Out
	add("rounding", out.Rounding.String())
	add("overflow", out.Overflow.String())
	clamp := "none"
	if out.Clamp != nil {
		clamp = "own"
	}
	add("clamp", clamp)
	for what, f := range map[string]spec.Format{"input": c.Layer.InFormat(0), "output": out.Format} {
		sign := "unsigned"
		if f.Signed {
			sign = "signed"
		}
		add(what, sign)
	}
	if len(c.Layer.Inputs) == 2 {
		kind := "one format"
		if c.Layer.InFormat(0) != c.Layer.InFormat(1) {
			kind = "two formats"
		}
		add("two inputs", kind)
	}
	if c.Change != Own {
		add("tree", c.Knobs.Tree.String())
		add("widths", c.Knobs.Widths.String())
		add("subtract", c.Knobs.Subtract.String())
		add("share", c.Knobs.Share.String())
	}
	conv, ok := c.Layer.Op.(*spec.Conv)
	if !ok || c.Unit.Kind != shiftadd.KindChannel {
		return all
	}
	add("accumulator", conv.Acc.Mode.String())
	if conv.Acc.Drop > 0 {
		add("terms", "cut, "+conv.Acc.Order.String())
	} else {
		add("terms", "whole")
	}
	weights := "of one term"
	if conv.PerWeight() > 1 {
		weights = "of several terms"
	}
	add("weights", weights)
	switch {
	case conv.Groups > 1:
		add("convolution", "in groups")
	case conv.Kernel != [2]int{1, 1}:
		add("convolution", "of a window")
	default:
		add("convolution", "of a pixel")
	}
	return all
}
