package chain

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv"
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

// everydayUnits are the compare points of a layer with the ports that they have.
func everydayUnits(t testing.TB, l *spec.Layer) ([]shiftadd.Unit, portmap.Layer) {
	t.Helper()
	g, err := shiftadd.New(l, shiftadd.For(l.Op.(*spec.Conv).Acc))
	require.NoError(t, err)
	var out portmap.Layer
	units := g.Modules()
	seen := map[string]bool{}
	for _, u := range units {
		unit := portmap.Unit{Name: u.Name, Channel: u.Channel}
		for _, v := range equiv.ModelOf(l, u).Vars {
			p := portmap.Port{Name: v.Port, Width: v.Width}
			unit.Inputs = append(unit.Inputs, p)
			if !seen[p.Name] {
				seen[p.Name] = true
				out.Inputs = append(out.Inputs, p)
			}
		}
		o := g.Module(u).Outputs[0]
		unit.Output = portmap.Port{Name: o.Name, Width: o.Width}
		out.Channels++
		out.Units = append(out.Units, unit)
	}
	return units, out
}

// judgeText judges one text of a module by the code of a run: it is read, settled and
// confirmed, and what is refuted is replayed in Icarus. What the simulators make of a
// text that is proved is left to the run itself; see TestEverydayWhole.
func judgeText(t testing.TB, p *prover, m *everyday.Module, text []byte) judged {
	t.Helper()
	ctx := context.Background()
	begin := time.Now()
	l := m.Network.Layer(everyday.Layer)
	units, layer := everydayUnits(t, l)
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
		if design, _, err = (rtl.Yosys{Limits: limits}).Read(ctx, f.Whole()); err != nil {
			return fail(err)
		}
	}
	j := judged{rules: equiv.Rules{}, read: time.Since(begin)}
	own := *p
	o := *p.o
	o.Foreign, o.Icarus = f, limits
	own.o, own.alone = &o, true
	for _, u := range units {
		read, err := elaborated(design, rtl.VerilogName(u.Name))
		if err != nil {
			return fail(err)
		}
		out := newOutcome()
		x, err := newCircuit(u, equiv.ModelOf(l, u), netlist.Decided(read), nil)
		require.NoError(t, err)
		x.sources = f.Whole()
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
	j.took = time.Since(begin)
	return j
}

func TestEverydayMeasure(t *testing.T) {
	most := 100
	if os.Getenv("WIDE") != "" {
		most = 960
	}
	ms, err := everyday.Modules(most)
	require.NoError(t, err)
	p := byZ3(t, 1)
	p.o.Opinions = nil
	right, proved, wrong, refuted := 0, 0, 0, 0
	rules := equiv.Rules{}
	for _, m := range ms {
		if only := os.Getenv("ONLY"); only != "" && only != m.Name {
			continue
		}
		right++
		j := judgeText(t, p, &m, m.Text)
		for r := range j.rules {
			rules[r] = true
		}
		pt := j.worst()
		if pt.Verdict == verdict.Proved {
			proved++
		}
		if pt.Verdict != verdict.Proved || os.Getenv("ALL") != "" {
			fmt.Printf("RIGHT %-24s fan-in %3d %6.2fs (read %.2f) %v %v %.300s %v\n", m.Name, m.FanIn, j.took.Seconds(), j.read.Seconds(), pt.Verdict, pt.Reason, pt.Detail, pt.Strategy)
			if pt.Witness != nil {
				fmt.Printf("   %+v\n", *pt.Witness)
			}
		}
		if os.Getenv("RIGHT") != "" {
			continue
		}
		for _, f := range m.Faults {
			wrong++
			j := judgeText(t, p, &m, f.Text)
			pt := j.worst()
			if pt.Verdict == verdict.Refuted {
				refuted++
			}
			if pt.Verdict != verdict.Refuted || os.Getenv("ALL") != "" {
				fmt.Printf("WRONG %-24s:%d %-30s %6.2fs (read %.2f) %v %v %.300s %v\n", m.Name, f.Line, f.What, j.took.Seconds(), j.read.Seconds(), pt.Verdict, pt.Reason, pt.Detail, pt.Strategy)
			}
		}
	}
	fmt.Printf("right %d, proved %d; wrong %d, refuted %d; rules %d\n", right, proved, wrong, refuted, len(rules))
}
