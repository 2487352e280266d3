package chain

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// Result is the result of a run.
type Result struct {
	Records []*Record    // in network order
	Facts   []equiv.Fact // what the records' verdicts rest on besides
	Solvers []string     // that took part, sorted: "z3 4.8.12"
	Resumed int          // layers whose record the store knew
	// Recalled are the compare points that the store knew, of these layers and of parts of
	// others.
	Recalled int
	Parts    []PartState // of a run with Options.Only: its parts, in network order
}

// Run proves the layers of a validated network. An interrupted run returns the context's
// error and the complete records. A failure of a tool or solver is a verdict. Errors are
// about the caller's input, the machine, or a defect of this program.
func Run(ctx context.Context, net *spec.Network, o Options) (*Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := newRun(net, &o, cancel)
	if err != nil {
		return nil, err
	}
	if err := r.start(ctx); err != nil {
		return r.result(), err
	}
	defer r.solvers.close()
	if err := r.layers(ctx); err != nil {
		return r.result(), err
	}
	if o.Only != nil {
		return r.result(), nil
	}
	if err := r.facts(ctx); err != nil {
		return r.result(), err
	}
	return r.result(), nil
}

// newRun plans a run.
func newRun(net *spec.Network, o *Options, cancel context.CancelFunc) (*run, error) {
	tasks, err := plan(net, o)
	if err != nil {
		return nil, err
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	r := &run{o: o, net: net, tasks: tasks, records: make([]*Record, len(tasks)), parts: map[string]PartState{}, sample: pick(tasks, o), cancel: cancel, insides: map[string]*inside{}}
	r.total = r.all()
	if r.network, err = networkHash(net); err != nil {
		return nil, err
	}
	r.terms, err = o.terms()
	return r, err
}

// start starts the solvers that workers share.
func (r *run) start(ctx context.Context) (err error) {
	keep := func(hash, text string) { r.fail(r.o.Store.Query(hash, text)) }
	r.solvers, err = newSolvers(ctx, r.o, r.measured, keep)
	return err
}

// run is the state of one Run.
type run struct {
	o       *Options
	net     *spec.Network
	tasks   []*task
	network string // its hash
	terms   Terms
	solvers *solvers
	sample  map[string]bool // units to prove unlifted
	cancel  context.CancelFunc

	mu       sync.Mutex
	records  []*Record
	found    []equiv.Fact
	parts    map[string]PartState // by chunk, of a run with Only
	resumed  int
	known    int // compare points that the store knew
	recalled int // points of earlier runs, over all edges
	done     int
	err      error

	insides map[string]*inside // by chunk that has not ended
	total   efforts
	worked  efforts // on chunks that have ended
	took    [len(efforts{})]time.Duration
	said    time.Time
}

func (r *run) result() *Result {
	res := &Result{Facts: r.found, Resumed: r.resumed, Recalled: r.known}
	if r.solvers != nil {
		res.Solvers = r.solvers.names
	}
	if r.o.Only != nil {
		for _, t := range r.tasks {
			for _, c := range t.chunks {
				if p, ok := r.parts[c.name]; ok {
					res.Parts = append(res.Parts, p)
				}
			}
		}
	}
	for _, rec := range r.records {
		if rec != nil {
			res.Records = append(res.Records, rec)
		}
	}
	return res
}

// fail notes the first error and ends the run.
func (r *run) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.cancel()
}

// failed is the first error.
func (r *run) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Proves reports whether an edge is proved.
func (o *Options) Proves(e verdict.Edge) bool { return slices.Contains(o.Edges, e) }

// EdgesOf are the edges to prove of a layer. For a user's hardware that is only golden =
// rtl, since no netlist is generated for it.
func (o *Options) EdgesOf(layer string) []verdict.Edge {
	if o.Foreign[layer] == nil {
		return o.Edges
	}
	return slices.DeleteFunc(slices.Clone(o.Edges), func(e verdict.Edge) bool { return e != verdict.GoldenRTL })
}

// progress reports; the caller holds mu.
func (r *run) progress(p Progress) {
	if r.o.Progress == nil {
		return
	}
	p.Done, p.Known = r.done, r.recalled
	for _, at := range r.insides {
		p.Done += at.points
	}
	if p.Stage == "layers" {
		p.Efforts = r.efforts()
	}
	for _, t := range r.tasks {
		for _, c := range r.mine(t) {
			p.Total += len(c.units) * len(t.edges)
		}
	}
	r.o.Progress(p)
}
