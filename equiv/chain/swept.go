package chain

import (
	"context"
	"fmt"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// origin is the RTL that a user's netlist of gates was made from. It is a hint: what is
// proved of it is proved of the circuit that was read, whatever the text means.
type origin struct {
	rtl  *rtl.Design
	near *rtl.Design // its form half way to gates; nil: there is none
	err  error       // why rtl is nil
}

// origin reads the RTL of a netlist of gates. It is nil for hardware that is none.
func (p *prover) origin(ctx context.Context, f *Foreign, out *Outcome) *origin {
	if f == nil || f.RTL == nil {
		return nil
	}
	begin := time.Now()
	y := rtl.Yosys{Limits: p.o.Yosys}
	o := &origin{}
	var log rtl.Log
	if o.rtl, log, o.err = y.Read(ctx, *f.RTL); o.err == nil {
		// Without it, less is found.
		o.near, _ = y.Synthesized(ctx, *f.RTL)
	}
	out.Took.add(Yosys, time.Since(begin), log.PeakRSS)
	return o
}

// module is the origin's module of a name, without registers, and its form half way to
// gates if there is one.
func (o *origin) module(name string) (all []*netlist.Module, err error) {
	if o.err != nil {
		return nil, o.err
	}
	for _, d := range []*rtl.Design{o.rtl, o.near} {
		if d == nil {
			continue
		}
		m, err := elaborated(d, name)
		if err == nil {
			m, err = wires(netlist.Decided(m))
		}
		switch {
		case err == nil:
			all = append(all, m)
		case d == o.rtl:
			return nil, err
		}
	}
	return all, nil
}

// wires is a module with wires in the place of registers.
func wires(m *netlist.Module) (*netlist.Module, error) {
	if !registered(m) {
		return m, nil
	}
	if len(m.Outputs) != 1 {
		return nil, fmt.Errorf("module %s: want one output", m.Name)
	}
	return netlist.Transparent(m, m.Outputs[0].Name, m.Outputs[0].Value)
}

// swept settles a point of a netlist of gates: normal forms find no words in it, and
// those of the RTL that it was made from need not be the netlist's. A witness is looked
// for first. Then the RTL is shown to be equal to the gates, which is a fact of its own,
// and settled in their place. What that leaves open is asked of the solvers as a whole, unless the RTL
// is wrong.
func (p *prover) swept(ctx context.Context, pt *Point, c *circuit, out *Outcome) {
	q := c.Question
	begin := time.Now()
	if s := q.Unfit(); s != nil {
		pt.settled(s)
		return
	}
	pt.Reason = verdict.NoStrategy
	p.refute(pt, q)
	out.Took.since(Settle, begin)
	if !pt.open() {
		return
	}
	p.fromOrigin(ctx, pt, c, out)
	if pt.open() && pt.Reason != verdict.Premise {
		p.direct(ctx, pt, q)
	}
}

// fromOrigin proves the point by its origin, or says how far that came.
func (p *prover) fromOrigin(ctx context.Context, pt *Point, c *circuit, out *Outcome) {
	q := c.Question
	begin := time.Now()
	references, err := c.came.module(c.module.Name)
	if err != nil {
		pt.Detail = "the RTL of the netlist: " + err.Error()
		return
	}
	x, err := q.Sweep(ctx, references, p.pairs)
	out.Took.since(Settle, begin)
	if err != nil {
		pt.Detail = "the RTL of the netlist: " + err.Error()
		return
	}
	if !x.Equal {
		if w, err := x.Reference.Search(p.o.Seed); err == nil && w != nil {
			// Whoever gives it says that gates came from it.
			pt.Reason, pt.Detail = verdict.Premise, fmt.Sprintf("the RTL of the netlist does not compute the model: it gives %d, where %d belongs and no fault of the gates was found", w.Gate, w.Gold)
			return
		}
		pt.Detail = "the gates were not shown to be the RTL: " + x.Detail
		return
	}
	begin = time.Now()
	s := x.Reference.Settle()
	out.Took.since(Settle, begin)
	pt.settled(&s)
	out.rules.Collect(x.Reference.Gate)
	if s.Verdict == verdict.Proved {
		p.confirm(ctx, pt, x.Reference, &s, out)
	} else if pt.Detail = "the gates are the RTL, and that is open: " + s.Detail; !p.merged(ctx, pt, x.Reference, out) {
		p.direct(ctx, pt, x.Reference)
	}
	if pt.Verdict != verdict.Proved {
		return
	}
	f := equiv.Fact{
		Kind: verdict.Sweep, Name: pt.Unit, Layer: c.layer, Method: "sweep, " + x.Detail,
		Claim: fmt.Sprintf("the gates of module %s compute what the RTL computes that they came from, for all inputs", c.module.Name),
	}
	f.Reason = verdict.Unconfirmed
	if p.conf != nil {
		begin := time.Now()
		a := p.conf.Swept(ctx, x)
		f.Enter(a)
		f.Queries = append(f.Queries, a.Also...)
		out.Took.since(Confirm, begin)
	}
	out.Sweeps = append(out.Sweeps, f)
	pt.Swept = true
	c.settled = x.Reference
	if f.Verdict != verdict.Proved {
		pt.Verdict, pt.Reason, pt.Detail = f.Verdict, f.Reason, f.Detail
	}
}
