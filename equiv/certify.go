package equiv

import (
	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Certificate is what package certificate needs to see that the point follows, or nil if
// it was not proved by linear forms. Chunk and Tail are left to the caller.
func (s *Settled) Certificate(q *Question, unit string) *certificate.Point {
	if s.Verdict != verdict.Proved || s.Strategy != Linear && s.Strategy != Constant {
		return nil
	}
	p := &certificate.Point{Unit: unit, Scale: 1}
	cut := func(net netlist.Value, width int, mul, add int64) {
		p.Cuts = append(p.Cuts, certificate.Cut{Net: int(net), Width: width, Mul: mul, Add: add})
	}
	switch t := s.Tail; {
	case t != nil:
		p.Scale, p.Offset, p.Lo, p.Hi = t.Mul, t.Add, t.Range.Lo, t.Range.Hi
		for i, c := range t.cuts {
			cut(t.nets[i], c.width, c.mul, c.add)
		}
	case s.Strategy == Constant:
		acc := s.Acc.Const
		p.Lo, p.Hi = acc, acc
		cut(q.Out, q.Gate.Width(q.Out), 0, q.Model.Tail.Apply(acc))
	default:
		r := s.Claims[0].Range
		p.Lo, p.Hi = r.Lo, r.Hi
		cut(q.Out, q.Gate.Width(q.Out), 1, 0)
	}
	return p
}
