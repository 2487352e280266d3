package chain

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/equiv/smt"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/netlist"
	"github.com/hashiflex/hashiflex/netlist/shiftadd"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/spec"
	"github.com/hashiflex/hashiflex/spec/verdict"
)

// judged is what became of the channels of one module of the corpus.
type judged struct {
	points []Point
	rules  equiv.Rules
	took   time.Duration
	read   time.Duration // of which the front end took
	facts  []equiv.Fact
}

// worst is the point that speaks for all: one that is refuted, or else not proved.
func (j *judged) worst() Point {
	w := j.points[0]
	for _, pt := range j.points {
		if pt.Verdict == verdict.Refuted || w.Verdict == verdict.Proved {
			w = pt
		}
	}
	return w
}

// judgeText judges one text of a module by the code of a run: it is read, settled and
// confirmed, and what is refuted is replayed in Icarus. What the simulators make of a
// text that is proved is left to the run itself; see TestEverydayWhole.
func judgeText(t testing.TB, p *prover, m *everyday.Module, text []byte) judged {
	t.Helper()
	ctx := context.Background()
	begin := time.Now()
	l := m.Network.Layer(everyday.Layer)
	g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
	require.NoError(t, err)
	units := g.Modules()
	layer, err := mapped.Layer(l, nil)
	require.NoError(t, err)
	f := &Foreign{Sources: source.One(m.File, text)}
	limits := rtl.Limits{Time: time.Minute, Memory: 8 << 30}
	design, _, err := rtl.Yosys{Limits: limits}.Read(ctx, f.Sources)
	fail := func(err error) judged {
		return judged{points: []Point{{Verdict: verdict.Failed, Reason: verdict.NotRead, Detail: err.Error()}}}
	}
	if err != nil {
		return fail(err)
	}
	if m.Map != "" {
		pm, err := portmap.Parse("ports.toml", []byte(m.Map))
		require.NoError(t, err)
		if f.Adapter, err = pm.Adapt(design, layer); err != nil {
			return fail(err)
		}
		f.Clock = pm.Clock(design, layer)
		f.Protocol, f.Items = pm.Protocol(), pm.Items(layer)
		f.Latency, err = pm.Latency(layer)
		require.NoError(t, err)
		if design, _, err = (rtl.Yosys{Limits: limits}).Read(ctx, f.Whole()); err != nil {
			return fail(err)
		}
	}
	j := judged{rules: equiv.Rules{}, read: time.Since(begin)}
	own := *p
	o := *p.o
	o.Icarus = limits
	own.o, own.alone = &o, true
	var blocks []*circuit
	for _, u := range units {
		if f.Protocol != nil {
			read, err := executed(design, rtl.VerilogName(u.Name), portmap.Reset)
			if err != nil {
				return fail(err)
			}
			out := newOutcome()
			x, err := newCircuit(u, equiv.ModelOf(l, u), read, nil)
			require.NoError(t, err)
			x.sources, x.foreign = f.Whole(), f
			pt, _ := own.sequential(ctx, &task{layer: l, foreign: f}, x, out)
			for r := range out.rules {
				j.rules[r] = true
			}
			j.points, j.facts = append(j.points, pt), append(j.facts, out.Latencies...)
			if pt.Verdict == verdict.Proved {
				blocks = append(blocks, x)
			}
			continue
		}
		read, err := elaborated(design, rtl.VerilogName(u.Name))
		if err != nil {
			return fail(err)
		}
		out := newOutcome()
		x, err := newCircuit(u, equiv.ModelOf(l, u), netlist.Decided(read), nil)
		require.NoError(t, err)
		x.sources, x.foreign = f.Whole(), f
		var pt Point
		if registered(x.module) {
			pt, x = own.pipelined(ctx, l.Name, x, out)
		} else {
			pt = own.point(ctx, verdict.GoldenRTL, x, out)
		}
		if x != nil {
			out.rules.Collect(x.Gate)
			if pt.Witness != nil {
				own.simulate(ctx, &pt, x)
			}
		}
		for r := range out.rules {
			j.rules[r] = true
		}
		j.points = append(j.points, pt)
	}
	if len(blocks) == len(units) {
		out := newOutcome()
		require.NoError(t, own.readRuns(ctx, &task{layer: l, foreign: f}, blocks, out))
		j.facts = append(j.facts, out.Readings...)
	}
	j.took = time.Since(begin)
	return j
}

// unread are modules that the front end cannot read.
var unread = []string{"packed_array", "packed_loop-16", "packed_loop-96", "packed_loop-960"}

// stuck are faults by which a register never takes a value, so that what it holds is
// what it had at power-up: nobody knows it, and no witness shows it.
var stuck = map[string]int{"pipeline_enable": 20, "pipeline_ready": 16}

// TestEveryday: every right module of the corpus is proved, with the latency that its
// header says, and every wrong one refuted by a witness that Icarus replays. The rules by
// which they were lifted hold.
func TestEveryday(t *testing.T) {
	ms, err := everyday.Modules(96)
	require.NoError(t, err)
	p := byZ3(t, 1)
	p.o.Opinions = nil
	rules := equiv.Rules{}
	right, wrong := 0, 0
	for i := range ms {
		m := &ms[i]
		t.Run(m.Name, func(t *testing.T) {
			j := judgeText(t, p, m, m.Text)
			pt := j.worst()
			if slices.Contains(unread, m.Name) {
				require.Equal(t, verdict.NotRead, pt.Reason, "%+v", pt)
				return
			}
			require.Equal(t, verdict.Proved, pt.Verdict, "%+v", pt)
			right++
			if m.Latency > 0 {
				require.Equal(t, m.Latency, *pt.Latency)
			}
			maps.Copy(rules, j.rules)
			for _, f := range m.Faults {
				pt := judgeText(t, p, m, f.Text)
				w := pt.worst()
				if stuck[m.Name] == f.Line {
					require.Equal(t, verdict.Unknown, w.Verdict, "%s, line %d: %+v", f.What, f.Line, w)
					require.Contains(t, w.Detail, "register")
					continue
				}
				require.Equal(t, verdict.Refuted, w.Verdict, "%s, line %d: %+v", f.What, f.Line, w)
				require.NotEqual(t, w.Witness.Gold, w.Witness.Simulated)
				wrong++
			}
		})
	}
	t.Logf("%d right modules are proved, %d wrong ones refuted, %d lifting rules", right, wrong, len(rules))
	for r := range rules {
		q, err := r.Query(netlist.OpInvalid)
		require.NoError(t, err, "%v", r)
		require.Equal(t, smt.Unsat, p.conf.Bits[0].Checker.Check(context.Background(), q).Status, "%v", r)
	}
}

// silent is a solver that never answers.
type silent struct{}

func (silent) Check(context.Context, smt.Query) smt.Result {
	return smt.Result{Status: smt.Unknown, Reason: smt.Timeout}
}

// TestWrongTailWithoutAnAnswer: what normal forms find equal up to the tail may be wrong behind
// it, and then a solver that says nothing about the sum hides no witness.
func TestWrongTailWithoutAnAnswer(t *testing.T) {
	m := everydayNamed(t, "sat_compare")
	p := byZ3(t, 1)
	p.o.Opinions = nil
	p.conf.Ints = smt.Panel{{Name: "z3", Checker: silent{}}}
	right := judgeText(t, p, m, m.Text)
	require.Equal(t, verdict.Unknown, right.worst().Verdict)
	for _, f := range m.Faults {
		j := judgeText(t, p, m, f.Text)
		require.Equal(t, verdict.Refuted, j.worst().Verdict, "%s, line %d: %+v", f.What, f.Line, j.worst())
	}
}
