package selftest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/certificate"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/strict"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Options say how much is tried.
type Options struct {
	Cases int
	Seed  uint64 // of the first case; the others follow
	Jobs  int    // 0: as many as there are processors
	Done  func(n int)
	// Decide takes the place of the engines' word on a question, for tests that plant a
	// prover that is wrong; nil: the engines.
	Decide func(q *equiv.Question) verdict.Verdict
}

// Tally counts the cases of one change and one truth.
type Tally struct {
	Change  Change
	Equal   bool // the truth
	Cases   int
	Proved  int
	Refuted int
	Open    int // neither
	Read    int // whose Verilog was read back
	Checked int // accepted by the checker of certificates
}

// Mismatch is a case on which the engines are not of one mind with the truth.
type Mismatch struct {
	Seed  uint64
	Layer string // what it computes, with its knobs
	Unit  string
	What  string // the change
	Why   string
	Dump  string // the circuit
}

// Result is what came of a run.
type Result struct {
	Cases      int
	Tallies    []Tally
	Drawn      []Drawn
	Mismatches []Mismatch
}

// Run tries cases. The result depends on Cases and Seed alone.
func Run(ctx context.Context, o Options) (*Result, error) {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Decide == nil {
		o.Decide = decide
	}
	res := &Result{Cases: o.Cases}
	drawn := map[Drawn]int{}
	for _, c := range Changes() {
		res.Tallies = append(res.Tallies, Tally{Change: c, Equal: true}, Tally{Change: c})
	}
	const most = 20 // mismatches that are told
	err := trials(ctx, o.Cases, o.Jobs, o.Done, func(ctx context.Context, n int) (func(), error) {
		seed := o.Seed + uint64(n)
		c, err := draw(seed)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", seed, err)
		}
		t, bad, err := c.try(ctx, o.Decide)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", seed, err)
		}
		return func() {
			for _, d := range c.kinds() {
				drawn[d]++
			}
			for i := range res.Tallies {
				if s := &res.Tallies[i]; s.Change == t.Change && s.Equal == t.Equal {
					s.Cases, s.Proved, s.Refuted, s.Open = s.Cases+1, s.Proved+t.Proved, s.Refuted+t.Refuted, s.Open+t.Open
					s.Read, s.Checked = s.Read+t.Read, s.Checked+t.Checked
				}
			}
			if bad != nil && len(res.Mismatches) < most {
				res.Mismatches = append(res.Mismatches, *bad)
			}
		}, nil
	})
	for d, n := range drawn {
		d.Cases = n
		res.Drawn = append(res.Drawn, d)
	}
	slices.SortFunc(res.Drawn, func(a, b Drawn) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Kind, b.Kind)) })
	slices.SortFunc(res.Mismatches, func(a, b Mismatch) int { return cmp.Compare(a.Seed, b.Seed) })
	return res, err
}

// decide is the word of the engines on a question: proved by normal forms and the
// enumeration of the tail, or else refuted by a witness.
func decide(q *equiv.Question) verdict.Verdict {
	s := q.Settle()
	if s.Verdict == verdict.Proved {
		if s.Tail == nil {
			return verdict.Proved
		}
		if _, differs, err := s.Tail.Enumerate(s.Tail.Range); err == nil && !differs {
			return verdict.Proved
		}
	}
	w, err := q.Search(1)
	if err != nil || w == nil {
		return verdict.Unknown
	}
	if gold, gate, err := q.Execute([][]int64{w.Inputs}); err != nil || gold[0] == gate[0] || gold[0] != w.Gold || gate[0] != w.Gate {
		return verdict.Failed // a witness that does not replay
	}
	return verdict.Refuted
}

// try decides the case in every way, and holds the words against the truth.
func (c *Case) try(ctx context.Context, decide func(*equiv.Question) verdict.Verdict) (t Tally, bad *Mismatch, err error) {
	e := &evidence{c: c, decide: decide, model: equiv.ModelOf(c.Layer, c.Unit)}
	switch c.Change {
	case Own:
		err = e.own(ctx)
	case Pipelined:
		err = e.pipelined()
	default:
		err = e.plain(ctx)
	}
	return e.Tally, e.bad, err
}

// evidence is what is found out about a case.
type evidence struct {
	Tally
	c      *Case
	model  *equiv.Model
	decide func(*equiv.Question) verdict.Verdict
	at     []int64 // where it differs from the model
	bad    *Mismatch
}

func (e *evidence) wrong(format string, args ...any) {
	if e.bad == nil {
		c := e.c
		text := c.Text
		if c.Change != Own {
			text = dump(c.Gate)
		}
		e.bad = &Mismatch{c.Seed, fmt.Sprintf("%s, %v", c.Layer.Kind(), c.Knobs), c.Unit.Name, fmt.Sprintf("%s: %s", c.Change, c.What), fmt.Sprintf(format, args...), text}
	}
}

// against holds somebody's word against the truth.
func (e *evidence) against(who string, v verdict.Verdict) {
	switch {
	case v == verdict.Proved && !e.Equal:
		e.wrong("%s: proved, and wrong on %v", who, e.at)
	case v == verdict.Refuted && e.Equal:
		e.wrong("%s: refuted, and right on all inputs", who)
	case v == verdict.Failed:
		e.wrong("%s: a witness does not replay", who)
	}
}

// first is against for the case itself, and counts its verdict.
func (e *evidence) first(who string, v verdict.Verdict) {
	e.against(who, v)
	switch v {
	case verdict.Proved:
		e.Proved = 1
	case verdict.Refuted:
		e.Refuted = 1
	default:
		e.Open = 1
	}
}

func (e *evidence) plain(ctx context.Context) (err error) {
	c := e.c
	q := equiv.NewQuestion(e.model, c.Gate)
	e.Change = c.Change
	if e.Equal, e.at, err = truth(q); err != nil {
		return err
	}
	if c.Change != Faulty && !e.Equal {
		e.wrong("the generator or a rewriting is wrong, on %v", e.at)
	}
	e.first("the netlist", e.decide(q))
	if read := e.readBack(c.Gate); read != nil {
		q := equiv.NewQuestion(e.model, read)
		if same, at, err := truth(q); err != nil || same != e.Equal {
			e.wrong("its Verilog is another circuit, on %v: %v", at, err)
		}
		e.against("the Verilog", e.decide(q))
	}
	accepted, err := certified(ctx, c, q)
	if err != nil {
		return err
	}
	if c.Change == Faulty && !e.Equal {
		// The right circuit's certificate says nothing of the wrong one.
		stolen, err := certified(ctx, c, c.question(c.Whole))
		if err != nil {
			return err
		}
		if stolen {
			e.wrong("the checker of certificates: accepted with another circuit's, and wrong on %v", e.at)
		}
	}
	if accepted {
		e.Checked = 1
		if !e.Equal {
			e.wrong("the checker of certificates: accepted, and wrong on %v", e.at)
		}
	}
	return nil
}

// readBack is what the strict reader makes of a circuit's Verilog, or nil.
func (e *evidence) readBack(m *netlist.Module) *netlist.Module {
	read, err := readBack(m)
	var refused *strict.Refusal
	switch {
	case errors.As(err, &refused):
		// Nothing is known of a text outside the dialect, such as an operation on constants.
		return nil
	case err != nil:
		e.wrong("its Verilog: %v", err)
		return nil
	}
	e.Read = 1
	return read
}

func (e *evidence) pipelined() (err error) {
	c := e.c
	e.Change = Pipelined
	if e.Equal, e.at, err = inTime(e.model, c.Gate, c.Seed); err != nil {
		return err
	}
	e.first("the pipeline", decidePipeline(e.model, c.Gate, e.decide))
	if read := e.readBack(c.Gate); read != nil {
		if same, at, err := inTime(e.model, read, c.Seed); err != nil || same != e.Equal {
			e.wrong("its Verilog is another circuit, on %v: %v", at, err)
		}
		e.against("the Verilog", decidePipeline(e.model, read, e.decide))
	}
	return nil
}

func (e *evidence) own(ctx context.Context) error {
	e.Change = Own
	read, equal, at, err := e.c.readOwn(ctx)
	e.Equal, e.at = equal, at
	if err != nil || read == nil {
		e.Open = 1
		return err
	}
	e.Read = 1
	e.first("own Verilog", decidePipeline(e.model, read, e.decide))
	return nil
}

// truth tries all inputs. at is the first one where the sides differ.
func truth(q *equiv.Question) (equal bool, at []int64, err error) {
	all := inputs(q.Model)
	gold, gate, err := q.Execute(all)
	if err != nil {
		return false, nil, err
	}
	for i := range all {
		if gold[i] != gate[i] {
			return false, all[i], nil
		}
	}
	return true, nil, nil
}

// inputs are all inputs of a model.
func inputs(m *equiv.Model) (all [][]int64) {
	vars := m.Vars
	xs := make([]int64, len(vars))
	for i, v := range vars {
		xs[i] = v.Range.Lo
	}
	for {
		all = append(all, append([]int64(nil), xs...))
		i := 0
		for ; i < len(vars); i++ {
			if xs[i]++; xs[i] <= vars[i].Range.Hi {
				break
			}
			xs[i] = vars[i].Range.Lo
		}
		if i == len(vars) {
			return all
		}
	}
}

func readBack(m *netlist.Module) (*netlist.Module, error) {
	var text bytes.Buffer
	if err := rtl.WriteVerilog(&text, m); err != nil {
		return nil, err
	}
	d, err := strict.Read(rtl.Sources{Files: []rtl.Source{{Name: "m.v", Text: text.Bytes()}}, Generated: true})
	if err != nil {
		return nil, err
	}
	return d.Module(rtl.VerilogName(m.Name))
}

// certified reports whether the certificate that a question has is accepted for the case's
// circuit.
func certified(ctx context.Context, c *Case, q *equiv.Question) (bool, error) {
	s := q.Settle()
	p := s.Certificate(q, c.Unit.Name)
	if p == nil {
		return false, nil
	}
	text, err := json.Marshal(&certificate.Layer{Layer: c.Layer.Name, Tails: []certificate.Tail{{Lo: p.Lo, Hi: p.Hi}}, Points: []certificate.Point{*p}})
	if err != nil {
		return false, err
	}
	open := func(s string) func(string) (io.ReadCloser, error) {
		return func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewBufferString(s)), nil }
	}
	res, err := certificate.Check(ctx, c.Net, certificate.Run{Certificate: open(string(text)), Netlists: open(dump(c.Gate))})
	return err == nil && res.Accepted == 1, err
}

func dump(m *netlist.Module) string {
	var b bytes.Buffer
	if err := netlist.Dump(&b, m); err != nil {
		return err.Error()
	}
	return b.String()
}

// Describe is a case in words and in JSON, to look at a mismatch.
func Describe(seed uint64) (string, error) {
	c, err := draw(seed)
	if err != nil {
		return "", err
	}
	topology, _, err := spec.Encode(c.Net)
	if c.Change == Own {
		return fmt.Sprintf("%s\n%s: %s\n%s", topology, c.Unit.Name, c.What, c.Text), err
	}
	return fmt.Sprintf("%s\n%s: %s, %s %s\n%s", topology, c.Unit.Name, c.Knobs, c.Change, c.What, dump(c.Gate)), err
}
