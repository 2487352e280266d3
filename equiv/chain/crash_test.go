package chain

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// crashed are the obligations of a run that crashed, each as its detail; all others
// must be proved.
func crashed(t *testing.T, res *Result) (details []string) {
	t.Helper()
	check := func(name string, v verdict.Verdict, r verdict.Reason, detail string) {
		if r != verdict.EngineCrashed {
			require.Equal(t, verdict.Proved, v, "%s: %s: %s", name, r, detail)
			return
		}
		require.Equal(t, verdict.Failed, v, name)
		details = append(details, detail)
	}
	for _, rec := range res.Records {
		require.Len(t, rec.Points, len(rec.Units)*2)
		for _, p := range rec.Points {
			check(string(p.Edge)+" of "+p.Unit, p.Verdict, p.Reason, p.Detail)
		}
		for _, v := range rec.Vector {
			check("vectors of "+v.Unit, v.Verdict, v.Reason, v.Detail)
		}
	}
	for _, f := range res.Facts {
		check(string(f.ID()), f.Verdict, f.Reason, f.Detail)
	}
	return details
}

// oneLayer is one layer with everything but what is proved unlifted, which takes long.
func oneLayer(t *testing.T) Options {
	o := full(t)
	o.Unlifted, o.Jobs, o.Layers = 0, 2, []string{"last"}
	return o
}

// TestACrashOfOneUnitIsItsVerdict: whatever breaks while a unit is built, the other
// units of its chunk are proved.
func TestACrashOfOneUnitIsItsVerdict(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	for name, spoil := range map[string]func(*netlist.Module){
		"building":  func(*netlist.Module) { panic("planted") },
		"the point": func(m *netlist.Module) { m.Outputs[0].Value = netlist.Value(len(m.Cells)) },
		"a cell":    func(m *netlist.Module) { m.Cells[m.Outputs[0].Value].Op = netlist.NumOps },
	} {
		o := oneLayer(t)
		victim := ""
		ctx := plant.With(context.Background(), plant.Hooks{Module: func(u shiftadd.Unit, _ string, m *netlist.Module) {
			if u.Channel == 1 {
				victim = u.Name
				spoil(m)
			}
		}})
		res, err := Run(ctx, net, o)
		require.NoError(t, err, name)
		details := crashed(t, res)
		require.NotEmpty(t, details, name)
		for _, d := range details {
			require.Regexp(t, `: crash at [a-z/]+/[a-z_]+\.go:\d+: `, d, name)
		}
		for _, p := range res.Records[0].Points {
			require.Equal(t, p.Unit == victim, p.Reason == verdict.EngineCrashed, "%s: %s", name, p.Unit)
		}
	}
}

// panicking is a store that panics at one call.
type panicking struct {
	mu    sync.Mutex
	at    string
	calls map[string]int
	when  int // the call of that name, from 0 on
}

func (s *panicking) call(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.calls[name]
	s.calls[name]++
	if name == s.at && n == s.when {
		panic("planted in " + name)
	}
}

func (s *panicking) Lookup(string) (*Record, bool)        { s.call("lookup"); return nil, false }
func (s *panicking) Keep(string, *Record) error           { s.call("keep"); return nil }
func (s *panicking) LookupPart(string) (*Outcome, bool)   { s.call("lookup part"); return nil, false }
func (s *panicking) KeepPart(string, *Outcome) error      { s.call("keep part"); return nil }
func (s *panicking) Chunk(string, []byte, []byte) error   { s.call("chunk"); return nil }
func (s *panicking) Query(hash string, text string) error { s.call("query"); return nil }

// TestACrashAtAnyQueryIsOneVerdict: a panic is planted where the first query is
// kept, where the second is, and so on: claims of points, tails, rules and
// interfaces all ask some. Each run ends, and all that did not crash is proved.
func TestACrashAtAnyQueryIsOneVerdict(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := oneLayer(t)
	o.Channels, o.KeepQueries, o.Jobs = []int{0}, true, 1
	count := &panicking{calls: map[string]int{}}
	o.Store = count
	_, err = Run(context.Background(), net, o)
	require.NoError(t, err)
	total := count.calls["query"]
	require.Greater(t, total, 10)
	kinds := map[string]bool{}
	for n := range total {
		o.Store = &panicking{at: "query", when: n, calls: map[string]int{}}
		res, err := Run(context.Background(), net, o)
		require.NoError(t, err)
		details := crashed(t, res)
		require.NotEmpty(t, details, "query %d", n)
		for _, d := range details {
			if strings.Contains(d, "asked the same and crashed") {
				continue
			}
			require.Contains(t, d, "crash at equiv/chain/crash_test.go:")
			require.Contains(t, d, "planted in query")
			kinds[strings.FieldsFunc(d, func(r rune) bool { return r == '/' || r == ' ' })[0]] = true
		}
	}
	t.Logf("%d queries, crashes in %v", total, kinds)
	for _, want := range []string{"golden", "tail", "lifting", "interval", "interface"} {
		require.True(t, kinds[want], want)
	}
}

// TestACrashOfAWitnessIsItsPointsVerdict: a refutation that cannot be shown is none.
func TestACrashOfAWitnessIsItsPointsVerdict(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := oneLayer(t)
	ctx := plant.With(context.Background(), plant.Hooks{Module: func(u shiftadd.Unit, _ string, g *netlist.Module) {
		if u.Channel == 1 {
			out := &g.Outputs[0]
			out.Value = g.Xor(out.Value, g.Const(out.Width, 1))
		}
	}})
	o.Refuted = func(context.Context, *Refutation) error { panic("planted") }
	res, err := Run(ctx, net, o)
	require.NoError(t, err)
	details := crashed(t, res)
	require.Len(t, details, 2)
	for _, d := range details {
		require.Contains(t, d, "witness of golden = ")
	}
}

// TestACrashBetweenObligationsEndsTheRun with an error that says so, and no worker
// waits for ever.
func TestACrashBetweenObligationsEndsTheRun(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	for name, spoil := range map[string]func(*Options){
		"layers": func(o *Options) { o.Progress = func(Progress) { panic("planted") } },
		"facts": func(o *Options) {
			o.Progress = func(p Progress) {
				if p.Stage == "facts" {
					panic("planted")
				}
			}
		},
		"lookup": func(o *Options) { o.Store = &panicking{at: "lookup", calls: map[string]int{}} },
		"keep":   func(o *Options) { o.Store = &panicking{at: "keep", calls: map[string]int{}} },
	} {
		o := oneLayer(t)
		spoil(&o)
		_, err := Run(context.Background(), net, o)
		var e *crash.Error
		require.ErrorAs(t, err, &e, name)
		require.Contains(t, e.Value, "planted")
	}
}

// TestACrashOfALayerIsTheVerdictOfItsPoints.
func TestACrashOfALayerIsTheVerdictOfItsPoints(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := oneLayer(t)
	r, err := newRun(net, &o, func() {})
	require.NoError(t, err)
	rec, _, err := r.completed(context.Background(), nil, r.tasks[0], []*Outcome{nil})
	require.NoError(t, err)
	require.Len(t, rec.Points, 2*len(rec.Units))
	for _, pt := range rec.Points {
		require.Equal(t, verdict.Failed, pt.Verdict)
		require.Equal(t, verdict.EngineCrashed, pt.Reason)
		require.Contains(t, pt.Detail, "layer last: crash at equiv/chain/work.go:")
	}
	_, err = elaborated(nil, "m")
	require.Equal(t, verdict.EngineCrashed, notRead(err))
	require.ErrorContains(t, err, "elaboration of m: crash at rtl/elab.go:")
}
