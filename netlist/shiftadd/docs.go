package shiftadd

import (
	"fmt"

	"github.com/hashiflex/hashiflex/spec"
)

// The comment lines above a module, for readers of the hardware.

func (g *Generator) channelDoc(oc, taps, terms int) []string {
	l, acc := g.l, g.l.Op.(*spec.Conv).Acc
	head := fmt.Sprintf("Layer %s, output channel %d.", l.Name, oc)
	bias := l.Op.(*spec.Conv).Bias[oc]
	if taps == 0 {
		return []string{head, fmt.Sprintf("All weights are zero: y is the bias %d in the output's format.", bias), g.tailDoc(oc)}
	}
	sum := fmt.Sprintf("acc = %d + sum of %d terms +-(x << k)", bias, taps)
	if terms < taps {
		sum += fmt.Sprintf(", %d of them in %d shared pairs", 2*(taps-terms), taps-terms)
	}
	if acc.Drop > 0 {
		sum += fmt.Sprintf(", each cut by %d bits before it is added (%v)", acc.Drop, acc.Order)
	}
	switch acc.Mode {
	case spec.AccWrap:
		sum += fmt.Sprintf(", modulo 2^%d", acc.Width)
	case spec.AccSaturate:
		sum += fmt.Sprintf(", clamped to %d bits after each", acc.Width)
	}
	return []string{head, sum + ".", g.tailDoc(oc), g.knobDoc()}
}

func (g *Generator) sharedDoc() []string {
	return []string{
		fmt.Sprintf("Layer %s, terms that several output channels take.", g.l.Name),
		fmt.Sprintf("%d sums x_i +- (x_j << k).", len(g.shared.pairs)),
		g.knobDoc(),
	}
}

func (g *Generator) addDoc() []string {
	return []string{
		fmt.Sprintf("Layer %s, residual addition of %v and %v, every channel.", g.l.Name, g.l.InFormat(0), g.l.InFormat(1)),
		fmt.Sprintf("acc = a + b, both at %d fraction bits.", g.l.AccFrac(0)),
		g.tailDoc(0),
	}
}

func (g *Generator) accumulateDoc() []string {
	s := g.l.InShape(0)
	return []string{
		fmt.Sprintf("Layer %s, one step of the sum over a frame of %d x %d.", g.l.Name, s.H, s.W),
		"next = acc + x; acc starts from 0.",
	}
}

func (g *Generator) meanDoc() []string {
	p := g.l.Op.(*spec.Pool)
	s := g.l.InShape(0)
	return []string{
		fmt.Sprintf("Layer %s, mean of a frame of %d x %d.", g.l.Name, s.H, s.W),
		fmt.Sprintf("product = acc * %d, which stands for acc * %d / 2^%d.", p.Recip, p.Recip, p.RecipFrac),
		g.tailDoc(0),
		g.knobDoc(),
	}
}

func (g *Generator) maxDoc(w spec.Window) []string {
	return []string{
		fmt.Sprintf("Layer %s, the greatest value of a window of %d x %d, every channel.", g.l.Name, w.Kernel[0], w.Kernel[1]),
		fmt.Sprintf("acc = max(x); padding reads %d, below which nothing is.", g.l.InRange(0).Lo),
		g.tailDoc(0),
	}
}

func (g *Generator) averageDoc(p *spec.AvgPool) []string {
	return []string{
		fmt.Sprintf("Layer %s, mean of a window of %d x %d, every channel.", g.l.Name, p.Kernel[0], p.Kernel[1]),
		fmt.Sprintf("acc = sum of x * %d, which stands for the sum * %d / 2^%d; padding reads 0.", p.Recip, p.Recip, p.RecipFrac),
		g.tailDoc(0),
		g.knobDoc(),
	}
}

func (g *Generator) passDoc(i, oc int) []string {
	return []string{
		fmt.Sprintf("Layer %s, %s of input %d, every channel: acc = x.", g.l.Name, g.l.InFormat(i), i),
		g.tailDoc(oc),
	}
}

// tailDoc describes the tail.
func (g *Generator) tailDoc(oc int) string {
	q, s := g.l.Out, g.l.Shift(oc)
	out := fmt.Sprintf("y = acc >> %d, %v, %v into %v", s, q.Rounding, q.Overflow, q.Format)
	if s <= 0 {
		out = fmt.Sprintf("y = acc << %d, %v into %v", -s, q.Overflow, q.Format)
	}
	if q.Clamp != nil {
		out += fmt.Sprintf(", clamped to %v", *q.Clamp)
	}
	return out + "."
}

func (g *Generator) knobDoc() string {
	return fmt.Sprintf("Built with tree %v, widths %v, subtract %v, share %v.", g.o.Tree, g.o.Widths, g.o.Subtract, g.o.Share)
}
