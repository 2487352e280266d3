package datapath

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// claim is a link that must hold, in the order of a run.
type claim struct {
	name  string
	cycle int // -1: the circuit has no cycles
	link  link
	inner bool          // no output: a step on the way to one
	cut   netlist.Value // the net that replaces it afterwards; 0: the net itself
}

// problem is a fault of a run other than a wrong number: a response, a missing logit,
// control that is not concrete.
type problem struct {
	cycle int
	text  string
	names bool // control depends on the data, so that only a concrete run can tell
}

func (p *problem) Error() string { return fmt.Sprintf("cycle %d: %s", p.cycle, p.text) }

// run executes a circuit with the given data and returns what must hold. An error other
// than a *problem means that the hardware cannot run.
type run func(d *data) ([]claim, error)

// Tries of a run with drawn data, where the solver gives none.
const tries = 64

// settle proves all claims of a run, each with those before it as cuts, and fills
// in the fact.
func (p *prover) settle(ctx context.Context, f *equiv.Fact, r run) {
	d := newData(f.Name, nil, true)
	claims, err := r(d)
	if why, ok := err.(*problem); ok {
		p.search(f, r, why)
		return
	} else if err != nil {
		unread(f, err)
		return
	}
	for i := range claims {
		switch c := &claims[i]; p.claim(ctx, f, d, c) {
		case smt.Unsat:
		case smt.Sat:
			p.refute(ctx, f, r, i)
			return
		default:
			return
		}
	}
	f.Verdict = verdict.Proved
	if f.Basis == "" {
		f.Basis = verdict.Computed
	}
}

// claim asks for one claim and makes it known if it is proved. What is neither
// proved nor Sat is noted in the fact.
func (p *prover) claim(ctx context.Context, f *equiv.Fact, d *data, c *claim) smt.Status {
	if !d.k.holds(c.link) {
		p.products(ctx, f, d, c.link)
		q, err := d.k.query(c.link)
		if err != nil {
			f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NoEncoding, c.name+": "+err.Error()
			return smt.Error
		}
		answer := p.ask(ctx, f, q)
		if answer.Status != smt.Unsat {
			if answer.Status != smt.Sat {
				f.Enter(equiv.Answered(c.name, answer, equiv.Answer{}))
			}
			return answer.Status
		}
	}
	l := c.link
	if c.cut != 0 {
		l.net = c.cut
	}
	d.k.add(l)
	return smt.Unsat
}

// refute looks for data that show claim number i to be wrong: the solver's for the
// claim without any cut, or else drawn ones.
func (p *prover) refute(ctx context.Context, f *equiv.Fact, r run, i int) {
	d := newData(f.Name, nil, false)
	claims, _ := r(d)
	c := &claims[i]
	if q, err := d.k.query(c.link); err == nil {
		if answer := p.ask(ctx, f, q); answer.Status == smt.Sat && p.show(f, r, d.named(q, answer.Model), "the solver's") {
			return
		}
	}
	p.search(f, r, &problem{c.cycle, "the solver has values for which " + c.name + " is not the model's", false})
}

// search runs with drawn data until something differs.
func (p *prover) search(f *equiv.Fact, r run, why *problem) {
	for seed := range uint64(tries) {
		v, whose := drawn(seed), fmt.Sprintf("drawn with seed %d", seed)
		if seed == 0 {
			v, whose = func(string, int) uint64 { return 0 }, "zeros"
		}
		if p.show(f, r, v, whose) {
			return
		}
	}
	f.Verdict, f.Reason = verdict.Unknown, verdict.ReplayDiffers
	f.Detail = fmt.Sprintf("%v; no run with concrete data shows it", why)
}

// show executes the run with concrete data and refutes the fact if an output
// differs from the model or the run goes wrong.
func (p *prover) show(f *equiv.Fact, r run, v values, whose string) bool {
	e := execute(f.Name, r, v)
	if !e.wrong && e.broken == "" {
		if e.unread != "" {
			f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NotRead, e.unread
		}
		return e.unread != ""
	}
	if e.wrong {
		e = execute(f.Name, r, least(f.Name, r, v, e.d))
	}
	if e.broken != "" {
		f.Verdict, f.Reason, f.Detail = verdict.Failed, verdict.ReplayDiffers, e.broken
		return true
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\ndata (%s, as many as possible 0):\n", f.Claim, whose)
	e.d.print(&out)
	out.WriteString("run:\n" + e.text)
	f.Verdict, f.Trace = verdict.Refuted, out.String()
	return true
}

// execution is a run with concrete data.
type execution struct {
	d      *data
	text   string // every claim, with the values on both sides
	wrong  bool   // an output differs, or the run went wrong
	broken string // what cannot be
	unread string // what depends on hardware that the netlist cannot express
}

func execute(name string, r run, v values) (e execution) {
	e.d = newData(name, v, false)
	claims, err := r(e.d)
	var b strings.Builder
	xs := e.d.numbers()
	for _, c := range claims {
		bits, ok := e.d.g.Known(c.link.net)
		if !ok && e.d.g.OnUndef(c.link.net) {
			e.unread = c.name + " depends on " + cause(e.d, c.link.net)
			fmt.Fprintf(&b, "? %s: not read\n", c.name)
			continue
		}
		if !ok {
			e.broken = c.name + " has no value though all data have one"
			return e
		}
		got := number(bits, e.d.g.M.Width(c.link.net), c.link.signed)
		want := e.d.t.Eval(c.link.term, xs)
		mark := " "
		if got != want {
			mark = "≠"
			e.wrong = e.wrong || !c.inner
		}
		fmt.Fprintf(&b, "%s %s", mark, c.name)
		if c.cycle >= 0 {
			fmt.Fprintf(&b, " in cycle %d", c.cycle)
		}
		fmt.Fprintf(&b, ": model %d, hardware %d\n", want, got)
	}
	if why, ok := err.(*problem); ok && why.names {
		e.unread = why.Error()
	} else if ok {
		fmt.Fprintf(&b, "≠ %v\n", why)
		e.wrong = true
	} else if err != nil {
		e.broken = err.Error()
	}
	e.text = b.String()
	return e
}

// runs that least may spend.
const leastRuns = 150

// least is v with as many words 0 as still show a difference, those first that no
// rule determines. d is a run with v.
func least(name string, r run, v values, d *data) values {
	var names []string
	for _, w := range slices.Concat(d.powers, d.words) {
		if v(w.name, w.width) != 0 && !slices.Contains(names, w.name) {
			names = append(names, w.name)
		}
	}
	zero := map[string]bool{}
	some := func(name string, width int) uint64 {
		if zero[name] {
			return 0
		}
		return v(name, width)
	}
	runs := 0
	for size := len(names); size > 0; size /= 2 {
		for at := 0; at < len(names) && runs < leastRuns; runs++ {
			part := names[at:min(at+size, len(names))]
			for _, n := range part {
				zero[n] = true
			}
			if execute(name, r, some).wrong {
				names = slices.Delete(names, at, at+len(part))
				continue
			}
			for _, n := range part {
				delete(zero, n)
			}
			at += size
		}
	}
	return some
}
