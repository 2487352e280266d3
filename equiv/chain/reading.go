package chain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/reading"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/verdict"
	"github.com/hashiflex/hashiflex/spec/words"
)

// Bounds of the comparison of readings, per module.
const (
	readingRandom = 256             // random vectors, of a file with few modules
	readingShared = 4096            // random vectors of all modules together
	readingWhole  = 20              // most input bits of a cone that is executed on all inputs
	readingAsk    = 48              // most boundaries that a solver looks for
	readingQuery  = 2 * time.Second // of the solver on one of them
)

// readUnit is a user's module after reading.
type readUnit struct {
	at int // of its point in the outcome
	*circuit
}

// readings executes the user's text in two simulators beside the netlist that was read
// from it. A point needs the fact that they agree. If both contradict the model, the point
// is refuted.
func (p *prover) readings(ctx context.Context, c *chunk, out *Outcome, sources rtl.Sources, units []readUnit) error {
	if len(units) == 0 {
		return nil
	}
	t := c.task
	j := reading.Job{
		Sources: sources, Seed: p.o.Seed, Limits: p.o.Icarus, Lines: true,
		Random: max(32, min(readingRandom, readingShared/len(units))), Whole: readingWhole, Ask: readingAsk,
	}
	if text, err := source.Read(t.foreign.Sources); err == nil {
		j.Literals = text.Literals()
		if conv := t.foreign.Sources.Conversion; conv != nil {
			if j.Lost, err = lost(text, conv); err != nil {
				return err
			}
		}
	}
	if f := t.foreign; len(f.Joint) > 0 && len(units) > 1 {
		j.Joint = portmap.Joint
		j.Sources = j.Sources.With(rtl.Source{Name: "joint.v", Text: f.Joint})
	}
	if p.conf != nil && len(p.conf.Bits) > 0 {
		j.Solver = brief{p.conf.Bits[0]}
	}
	for _, r := range units {
		u := reading.Unit{Name: r.unit.Name, Read: r.module, Question: r.Question, Settle: r.module.Late}
		if r.Gate != r.module {
			stages, err := netlist.Stages(r.module, r.module.Outputs[0].Value)
			if err != nil {
				return fmt.Errorf("module %s: %w", r.module.Name, err)
			}
			u.Latency, _ = stages.Latency()
			u.Settle = stages.Settle
		}
		j.Units = append(j.Units, u)
	}
	begin := time.Now()
	res, err := reading.Compare(ctx, j)
	if err != nil {
		return err
	}
	out.Took.since(Simulate, begin)
	for i, r := range units {
		v := &res.Units[i]
		pt := &out.Points[r.at]
		if v.Verdict == verdict.Refuted && pt.Verdict != verdict.Refuted {
			p.contradicted(ctx, pt, t, r.circuit, v.Difference)
		}
		f := equiv.Fact{
			Kind: verdict.Reading, Name: r.unit.Name, Layer: t.layer.Name, Method: t.foreign.executed(res.Ran), Basis: verdict.Simulated,
			Claim:   fmt.Sprintf("%s: the netlist that was read gives what the simulators give on %s", r.module.Name, extent(v)),
			Verdict: v.Verdict, Reason: v.Reason, Detail: v.Detail,
		}
		if f.Verdict == verdict.Refuted {
			// The point says so; what the front end made of the text may still be the
			// text's meaning.
			f.Verdict, f.Reason, f.Detail = verdict.Proved, "", ""
			if v.Difference.Misread() {
				f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.TwoReadings, "the readings differ: "+v.Detail
			}
		}
		t.foreign.parted(&f)
		out.Readings = append(out.Readings, f)
	}
	out.Chunks[0].Lines = res.Lines
	for _, l := range res.Unentered {
		out.Chunks[0].Unentered = append(out.Chunks[0].Unentered, Uncovered{Kind: "line", Object: fmt.Sprintf("%s:%d %s", l.File, l.Line, l.Name), Source: fmt.Sprintf("%s:%d", l.File, l.Line)})
	}
	return nil
}

// lost are the constants of a text that its conversion does not have.
func lost(text *source.Text, conv *source.Conversion) ([]int64, error) {
	written, err := source.Read(source.One(source.ConvertedFile, conv.Text))
	if err != nil {
		return nil, fmt.Errorf("what %s wrote: %w", conv.By, err)
	}
	kept := written.Literals()
	return slices.DeleteFunc(text.Literals(), func(k int64) bool { return slices.Contains(kept, k) }), nil
}

// executed says who executed the user's text. A converted text is what Icarus executed if it
// does not read the user's.
func (f *Foreign) executed(ran []string) string {
	c := f.Sources.Conversion
	var all []string
	for _, name := range ran {
		if name == tool.Icarus.Name && c != nil && c.Icarus {
			name += " as " + c.By + " writes it"
		}
		all = append(all, name)
	}
	return "executed in " + strings.Join(all, " and ")
}

// defined reports whether no value in the cone of a circuit's output is undefined. An
// undefined value may stand for a register, a latch or a loop: then the time when the
// output has settled is not known.
func defined(gate *netlist.Module) bool {
	for v, in := range netlist.InCone(gate, outputs(gate)) {
		if in && gate.Cells[v].Op == netlist.OpUndef {
			return false
		}
	}
	return true
}

// contradicted refutes a point on which both simulators contradict the model, whatever the
// front end reads.
func (p *prover) contradicted(ctx context.Context, pt *Point, t *task, c *circuit, d *reading.Difference) {
	got := d.Number(d.Simulated[tool.Icarus.Name].Value)
	pt.refuted(c.Model, &equiv.Counterexample{Inputs: d.Inputs, Gold: d.Gold, Gate: d.Netlist})
	pt.Strategy, pt.Detail = equiv.Simulated, "both simulators contradict the model: "+d.String()
	pt.Witness.Simulated = got
	if d.Misread() {
		pt.Witness.Misread = "the front end reads this text otherwise than both simulators do: " + d.String()
	}
	p.show(ctx, pt, t, c)
}

// extent describes the inputs on which a module was executed.
func extent(v *reading.Verdict) string {
	if v.Whole {
		return fmt.Sprintf("all %d inputs", v.Vectors)
	}
	s := fmt.Sprintf("%s, which meet %d of %d boundaries", words.Count(v.Vectors, "vector"), v.Reached, v.Boundaries)
	if v.Impossible > 0 {
		s += fmt.Sprintf(" (%d more no input meets)", v.Impossible)
	}
	return s
}

// brief asks a solver about a boundary with a short limit: a vector is not worth more.
type brief struct{ smt.Checker }

func (b brief) Check(ctx context.Context, q smt.Query) smt.Result {
	ctx, cancel := context.WithTimeout(ctx, readingQuery)
	defer cancel()
	return b.Checker.Check(ctx, q)
}
