package chain

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/internal/plant"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/spec/networks"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// far is a runner that gets its works as text and answers in text, as one on another
// machine does.
type far struct {
	Runner
	t     *testing.T
	mu    *sync.Mutex
	works map[string]bool // that were run
}

func (f *far) Run(ctx context.Context, w *Work) (*Outcome, error) {
	sent, err := json.Marshal(w)
	require.NoError(f.t, err)
	got := new(Work)
	require.NoError(f.t, json.Unmarshal(sent, got))
	out, err := f.Runner.Run(ctx, got)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(out)
	require.NoError(f.t, err)
	back := new(Outcome)
	require.NoError(f.t, json.Unmarshal(text, back))
	again, err := json.Marshal(back)
	require.NoError(f.t, err)
	require.Equal(f.t, string(text), string(again))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.works[string(sent)] = true
	return back, nil
}

// Works and outcomes are all that a runner needs: a run whose workers know each other
// only by text gives the very records of one in this process. Some channels are
// planted with faults, one behind the accumulator, so that works of every kind are run.
func TestWorksAreSelfContained(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	ctx := plant.With(context.Background(), plant.Hooks{Module: func(u shiftadd.Unit, layer string, gate *netlist.Module) {
		if layer != "project" || u.Kind != shiftadd.KindChannel || u.Channel > 1 {
			return
		}
		if at := len(gate.Cells) - 1; u.Channel == 0 {
			gate.Cells[at].Args[1], gate.Cells[at].Args[2] = gate.Cells[at].Args[2], gate.Cells[at].Args[1]
		}
	}})
	o := full(t)
	o.Jobs = 2
	near, err := Run(ctx, net, o)
	require.NoError(t, err)
	refuted := 0
	for _, r := range near.Records {
		for _, p := range r.Points {
			if p.Verdict == verdict.Refuted {
				refuted++
			}
		}
	}
	require.NotZero(t, refuted)

	f := &far{t: t, mu: new(sync.Mutex), works: map[string]bool{}}
	there := o
	o.Runner = func(ctx context.Context) (Runner, error) {
		runner, err := NewRunner(ctx, net, there)
		return &far{Runner: runner, t: f.t, mu: f.mu, works: f.works}, err
	}
	res, err := Run(ctx, net, o)
	require.NoError(t, err)
	require.Equal(t, texts(t, near.Records), texts(t, res.Records))
	require.Equal(t, near.Facts, res.Facts)
	kinds := map[string]bool{}
	for w := range f.works {
		for _, k := range []string{`"Units":`, `"Tails":`, `"Alone":`} {
			kinds[k] = kinds[k] || strings.Contains(w, k)
		}
	}
	require.Len(t, kinds, 3)
	for k, seen := range kinds {
		require.True(t, seen, "no work has %s", k)
	}
}

func texts(t *testing.T, records []*Record) []string {
	var all []string
	for _, r := range records {
		text, err := json.Marshal(r)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	return all
}

// A runner refuses the works of other networks and of other terms, and what it cannot
// do.
func TestRunnersRefuseForeignWorks(t *testing.T) {
	ctx := context.Background()
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := Options{Edges: []verdict.Edge{verdict.GoldenNetlist}, Seed: 1}
	runner, err := NewRunner(ctx, net, o)
	require.NoError(t, err)
	defer runner.Close()
	r, err := newRun(net, &o, func() {})
	require.NoError(t, err)
	good := r.work(r.tasks[0].chunks[0], false)
	_, err = runner.Run(ctx, good)
	require.NoError(t, err)
	for want, change := range map[string]func(*Work){
		"is of network":           func(w *Work) { w.Network = strings.Repeat("0", 64) },
		"under other terms":       func(w *Work) { w.Terms.Seed++ },
		"no layer nowhere":        func(w *Work) { w.Layer = "nowhere" },
		"has no module nobody":    func(w *Work) { w.Units = append(w.Units, "nobody") },
		"no solver for points":    func(w *Work) { w.Unlifted = w.Units[:1] },
		"under other terms than ": func(w *Work) { w.Terms.Edges = verdict.Edges() },
	} {
		w := r.work(r.tasks[0].chunks[0], false)
		change(w)
		_, err := runner.Run(ctx, w)
		require.ErrorContains(t, err, want)
	}
}

// A tail that was changed on its way is no tail.
func TestTailsAreReadAsWritten(t *testing.T) {
	net, err := networks.Open("tiny")
	require.NoError(t, err)
	o := Options{Edges: []verdict.Edge{verdict.GoldenNetlist}, Seed: 1}
	r, err := newRun(net, &o, func() {})
	require.NoError(t, err)
	require.NoError(t, r.start(context.Background()))
	runner, err := r.runner(context.Background())
	require.NoError(t, err)
	defer runner.Close()
	seen := 0
	for _, task := range r.tasks {
		out, err := runner.Run(context.Background(), r.work(task.chunks[0], false))
		require.NoError(t, err)
		for _, tail := range out.Tails {
			text, err := json.Marshal(tail)
			require.NoError(t, err)
			back := new(equiv.Tail)
			require.NoError(t, json.Unmarshal(text, back))
			require.Equal(t, tail.Key, back.Key)
			_, a, errA := tail.Enumerate(tail.Range)
			_, b, errB := back.Enumerate(back.Range)
			require.Equal(t, errA == nil, errB == nil)
			require.Equal(t, a, b)
			if seen++; seen > 8 {
				continue
			}
			for at, c := range text {
				if c < '1' || c > '9' {
					continue
				}
				changed := append([]byte(nil), text...)
				changed[at] = '0' + c%9 + 1
				x := new(equiv.Tail)
				if json.Unmarshal(changed, x) != nil {
					continue
				}
				// The interval is a claim of the work, and no part of the key.
				require.Equal(t, tail.Key, x.Key)
				require.NotEqual(t, tail.Range, x.Range, "%s", changed)
			}
		}
	}
	require.Greater(t, seen, 8)
}
