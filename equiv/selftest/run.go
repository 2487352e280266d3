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
	for _, c := range []Change{Kept, Rewritten, Faulty} {
		res.Tallies = append(res.Tallies, Tally{Change: c, Equal: true}, Tally{Change: c})
	}
	const most = 20 // mismatches that are told
	err := trials(ctx, o.Cases, o.Jobs, o.Done, func(ctx context.Context, n int) (func(), error) {
		seed := o.Seed + uint64(n)
		t, bad, err := one(ctx, seed, o.Decide)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", seed, err)
		}
		return func() {
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

// one tries a case.
func one(ctx context.Context, seed uint64, decide func(*equiv.Question) verdict.Verdict) (t Tally, bad *Mismatch, err error) {
	c, err := draw(seed)
	if err != nil {
		return t, nil, err
	}
	q := c.question(c.Gate)
	equal, at, err := truth(q)
	if err != nil {
		return t, nil, err
	}
	t = Tally{Change: c.Change, Equal: equal}
	wrong := func(format string, args ...any) {
		if bad == nil {
			bad = &Mismatch{c.Seed, fmt.Sprintf("%s, %v", c.Layer.Kind(), c.Knobs), c.Unit.Name, fmt.Sprintf("%s: %s", c.Change, c.What), fmt.Sprintf(format, args...), dump(c.Gate)}
		}
	}
	if c.Change != Faulty && !equal {
		wrong("the generator or a rewriting is wrong, on %v", at)
	}
	v := decide(q)
	against := func(who string, v verdict.Verdict) {
		switch {
		case v == verdict.Proved && !equal:
			wrong("%s: proved, and wrong on %v", who, at)
		case v == verdict.Refuted && equal:
			wrong("%s: refuted, and right on all inputs", who)
		case v == verdict.Failed:
			wrong("%s: a witness does not replay", who)
		}
	}
	against("the netlist", v)
	switch v {
	case verdict.Proved:
		t.Proved = 1
	case verdict.Refuted:
		t.Refuted = 1
	default:
		t.Open = 1
	}
	// What comes back from the Verilog is the same circuit, for the engines as well.
	read, err := readBack(c.Gate)
	var refused *strict.Refusal
	switch {
	case errors.As(err, &refused):
		// Nothing is known of a text outside the dialect, such as an operation on constants.
	case err != nil:
		wrong("its Verilog: %v", err)
	default:
		t.Read = 1
		q := equiv.NewQuestion(q.Model, read)
		if same, at, err := truth(q); err != nil || same != equal {
			wrong("its Verilog is another circuit, on %v: %v", at, err)
		}
		against("the Verilog", decide(q))
	}
	accepted, err := certified(ctx, c, q)
	if err != nil {
		return t, bad, err
	}
	if c.Change == Faulty && !equal {
		// The right circuit's certificate says nothing of the wrong one.
		stolen, err := certified(ctx, c, c.question(c.Whole))
		if err != nil {
			return t, bad, err
		}
		if stolen {
			wrong("the checker of certificates: accepted with another circuit's, and wrong on %v", at)
		}
	}
	if accepted {
		t.Checked = 1
		if !equal {
			wrong("the checker of certificates: accepted, and wrong on %v", at)
		}
	}
	return t, bad, nil
}

// truth tries all inputs. at is the first one where the sides differ.
func truth(q *equiv.Question) (equal bool, at []int64, err error) {
	vars := q.Model.Vars
	var all [][]int64
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
			break
		}
	}
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
	return fmt.Sprintf("%s\n%s: %s, %s %s\n%s", topology, c.Unit.Name, c.Knobs, c.Change, c.What, dump(c.Gate)), err
}
