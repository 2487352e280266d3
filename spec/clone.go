package spec

import "slices"

// Clone is a deep copy: changing it or validating it leaves n as it was.
func (n *Network) Clone() *Network {
	c := *n
	c.Input.Preprocess = slices.Clone(n.Input.Preprocess)
	for i := range c.Input.Preprocess {
		p := &c.Input.Preprocess[i]
		p.Value = slices.Clone(p.Value)
	}
	c.Layers = slices.Clone(n.Layers)
	for i, l := range c.Layers {
		if l != nil {
			c.Layers[i] = l.clone()
		}
	}
	return &c
}

func (l *Layer) clone() *Layer {
	c := *l
	c.Inputs = slices.Clone(l.Inputs)
	c.Expect = slices.Clone(l.Expect)
	if l.Out.Clamp != nil {
		r := *l.Out.Clamp
		c.Out.Clamp = &r
	}
	if l.Op != nil {
		c.Op = l.Op.clone()
	}
	c.in = slices.Clone(l.in)
	c.inF = slices.Clone(l.inF)
	c.inR = slices.Clone(l.inR)
	return &c
}

func (op *Conv) clone() Op {
	o := *op
	o.Codes = slices.Clone(op.Codes)
	o.Base = slices.Clone(op.Base)
	o.Bias = slices.Clone(op.Bias)
	return &o
}

func (*Add) clone() Op { return &Add{} }

func (op *Pool) clone() Op {
	o := *op
	return &o
}

func (op *Dense) clone() Op {
	o := *op
	o.Weights = slices.Clone(op.Weights)
	o.Bias = slices.Clone(op.Bias)
	return &o
}
