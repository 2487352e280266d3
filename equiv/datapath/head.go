package datapath

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/npu"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Options of Prove. The zero value is ready: Z3 on PATH, as many sessions as
// processors, the limits of the packages below, the Verilog of rtl/npu.
type Options struct {
	Opinions []smt.Opinion // the first is asked, the others about every answer that a claim rests on
	Limits   smt.Limits
	Jobs     int
	Yosys    rtl.Limits

	// Sources is the Verilog of a head of the given sizes, and Map what it calls what
	// the claims look at.
	Sources func(npu.Params) ([]rtl.Source, error)
	Map     npu.Map

	// Sizes are heads of which the steps are proved, at any size. With Fixed, Sources
	// gives one head whatever the size: small heads are not proved whole.
	Sizes []npu.Params
	Fixed bool

	// Progress is called after each fact. Keep is called once for each query, with its
	// hash and its logic. Calls of each never overlap.
	Progress func(done, total int)
	Keep     func(hash string, q smt.Query, logic string)
}

// logic is that of all queries.
const logic = "QF_BV"

// job is a claim of Prove: the fact before the proof, and the proof, which completes
// the fact.
type job struct {
	fact  equiv.Fact
	prove func(ctx context.Context, p *prover, f *equiv.Fact)
}

// Prove proves every claim about the head's data. The facts have a fixed order. A fact
// that cannot be decided is Unknown or Failed with its reason. It returns an error if a
// solver does not start or the context ends.
func Prove(ctx context.Context, o Options) ([]equiv.Fact, error) {
	p, err := newProver(ctx, o)
	if err != nil {
		return nil, err
	}
	defer p.panel.Close()
	jobs := moduleJobs()
	if !o.Fixed {
		jobs = append(jobs, wholeJobs()...)
	}
	for _, size := range o.Sizes {
		jobs = append(jobs, sizedJobs(size)...)
	}
	facts := make([]equiv.Fact, len(jobs))
	var done int
	var mu sync.Mutex
	var wg crash.Group
	wg.SetLimit(p.jobs)
	report := func() {
		mu.Lock()
		defer mu.Unlock()
		done++
		if o.Progress != nil {
			o.Progress(done, len(jobs))
		}
	}
	for i := range jobs {
		wg.Go(func() {
			facts[i] = jobs[i].fact
			p.settled(ctx, jobs[i], &facts[i])
			report()
		})
	}
	wg.Wait()
	return facts, ctx.Err()
}

// settled proves a claim; a panic is its verdict.
func (p *prover) settled(ctx context.Context, j job, f *equiv.Fact) {
	defer crash.Recover(string(f.ID()), verdict.Crashed(&f.Verdict, &f.Reason, &f.Detail))
	j.prove(ctx, p, f)
}

// moduleJobs are the claims about modules of the head, which have no sizes.
func moduleJobs() []job {
	return slices.Concat(laneJobs(), requantJobs(), argmaxJobs())
}

// wholeJobs are the claims about heads of small sizes.
func wholeJobs() []job { return append(totalJobs(), networkJobs()...) }

// prover is the state that the jobs share.
type prover struct {
	Options
	panel smt.Panel
	jobs  int

	mu      sync.Mutex
	answers map[string]*answer
	designs map[npu.Params]*design

	memories map[string]*walked // by module
	keeping  sync.Mutex
}

// answer is the outcome of a query that several claims may ask.
type answer struct {
	once, again sync.Once
	result      smt.Result
	seconded    smt.Result // the same, when the others have been asked
}

// design is the Verilog of some sizes, read once.
type design struct {
	once sync.Once
	read *rtl.Design
	err  error
}

// walked is what was found in a memory's module.
type walked struct {
	once sync.Once
	of   memoryOf
	why  string // it is no such memory; "": it is
	err  error
}

func newProver(ctx context.Context, o Options) (*prover, error) {
	if len(o.Opinions) == 0 {
		s, err := smt.Z3()
		if err != nil {
			return nil, err
		}
		o.Opinions = []smt.Opinion{{Solver: s}}
	}
	if o.Jobs < 1 {
		o.Jobs = runtime.NumCPU()
	}
	if o.Sources == nil {
		o.Sources = npu.Sources
	}
	panel, err := smt.NewPanel(ctx, o.Opinions, logic, o.Limits, o.Jobs)
	if err != nil {
		return nil, err
	}
	return &prover{Options: o, panel: panel, jobs: o.Jobs, answers: map[string]*answer{}, designs: map[npu.Params]*design{}, memories: map[string]*walked{}}, nil
}

// design reads the Verilog of a head.
func (p *prover) design(ctx context.Context, params npu.Params) (*rtl.Design, error) {
	p.mu.Lock()
	d := p.designs[params]
	if d == nil {
		d = &design{}
		p.designs[params] = d
	}
	p.mu.Unlock()
	d.once.Do(func() {
		d.err = errors.New("another claim read the same and crashed")
		sources, err := p.Sources(params)
		if err != nil {
			d.err = err
			return
		}
		d.read, _, d.err = rtl.Yosys{Limits: p.Yosys}.Read(ctx, source.Of(sources...))
	})
	return d.read, d.err
}

// ask asks a query, or recalls the answer to the same text, and records it in f.
func (p *prover) ask(ctx context.Context, f *equiv.Fact, q *question) smt.Result {
	query := q.smt()
	hash, err := query.Hash(logic)
	if err != nil {
		return smt.Result{Status: smt.Error, Reason: smt.BadQuery, Detail: err.Error()}
	}
	f.Queries = append(f.Queries, hash)
	p.mu.Lock()
	a := p.answers[hash]
	if a == nil {
		a = &answer{}
		p.answers[hash] = a
	}
	p.mu.Unlock()
	a.once.Do(func() {
		// What others get that ask the same, should this crash.
		a.result = smt.Result{Status: smt.Error, Reason: smt.NoSolver, Detail: "another claim asked the same and crashed"}
		if p.Keep != nil {
			p.keep(hash, query)
		}
		a.result = p.panel.All(ctx, query)
	})
	if f.Basis == verdict.OneSolver {
		// Whatever the others say of this one, the claim stays the first's word.
		return a.result
	}
	a.again.Do(func() { a.seconded = p.panel.Second(ctx, query, a.result) })
	f.Rest(equiv.Answered("", a.seconded, equiv.Answer{}))
	return a.seconded
}

// keep hands a query out; its caller may be interrupted by a panic.
func (p *prover) keep(hash string, q smt.Query) {
	p.keeping.Lock()
	defer p.keeping.Unlock()
	p.Keep(hash, q, logic)
}

// unread notes that the hardware could not be read.
func unread(f *equiv.Fact, err error) {
	f.Verdict, f.Reason, f.Detail = verdict.Unknown, verdict.NotRead, err.Error()
	var tool *rtl.ToolError
	if errors.As(err, &tool) {
		f.Verdict, f.Reason = verdict.Failed, verdict.ToolFailed
	}
}
