package progress

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Kinds of work whose prices are wrong by different factors are priced anew: what is left is
// mostly of the kind that is slow, and what is done mostly of the other.
func TestWorksArePricedAnew(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{Mode: None, Now: c.now})
	p.Plan(Phase{Name: "a", Cost: 100, Prices: map[string]float64{"quick": 1, "slow": 1}, Workers: 1})
	quick, slow := Work{Kind: "quick", Total: 50}, Work{Kind: "slow", Total: 50}
	report := func() { p.ReportWorks("a", quick.Done+slow.Done, 100, []Work{quick, slow}) }
	report()
	step := func(w *Work, took time.Duration) {
		c.move(took)
		w.Done++
		w.Seconds += took.Seconds()
		report()
	}
	for range 40 {
		step(&quick, time.Second)
	}
	for range 10 {
		step(&slow, 20*time.Second)
	}
	d, ok := p.Left()
	require.True(t, ok)
	require.InEpsilon(t, 10*1+40*20, d.Seconds(), 0.1)
}

// Two workers are twice as fast as one, and one that waits is not taken for one that works.
func TestWorksOfWorkers(t *testing.T) {
	for _, busy := range []float64{2, 1.2} {
		c := &clock{t: time.Unix(0, 0)}
		p := Start(Options{Mode: None, Now: c.now})
		p.Plan(Phase{Name: "a", Cost: 100, Prices: map[string]float64{"k": 1}, Workers: 2})
		w := Work{Kind: "k", Total: 200}
		p.ReportWorks("a", 0, 200, []Work{w})
		for w.Done < 100 {
			c.move(time.Second)
			w.Done += 2
			w.Seconds += busy
			p.ReportWorks("a", w.Done, 200, []Work{w})
		}
		d, _ := p.Left()
		require.InEpsilon(t, 50, d.Seconds(), 0.1, "%v workers were busy", busy)
	}
}

// A phase that is like a kind is expected to be as slow as that, whatever the others are.
func TestPhasesLikeAKind(t *testing.T) {
	left := func(like []string) float64 {
		c := &clock{t: time.Unix(0, 0)}
		p := Start(Options{Mode: None, Now: c.now})
		p.Plan(Phase{Name: "a", Cost: 60, Prices: map[string]float64{"x": 1, "y": 1}, Telling: []string{"y"}, Workers: 1}, Phase{Name: "b", Cost: 100, Like: like})
		x, y := Work{Kind: "x", Total: 30}, Work{Kind: "y", Total: 30}
		p.ReportWorks("a", 0, 60, []Work{x, y})
		for range 30 {
			c.move(11 * time.Second)
			x.Done, y.Done = x.Done+1, y.Done+1
			x.Seconds, y.Seconds = x.Seconds+10, y.Seconds+1
			p.ReportWorks("a", x.Done+y.Done, 60, []Work{x, y})
		}
		p.Report("b", 0, 0)
		d, ok := p.Left()
		require.True(t, ok)
		return d.Seconds()
	}
	require.InEpsilon(t, 1000, left([]string{"x"}), 0.15)
	require.InEpsilon(t, 100, left(nil), 0.15, "y tells of what is behind")
}

// Works that do not move have more and more left.
func TestWorksThatWait(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{Mode: None, Now: c.now})
	p.Plan(Phase{Name: "a", Cost: 20, Prices: map[string]float64{"k": 1}, Workers: 1})
	p.ReportWorks("a", 0, 20, []Work{{Kind: "k", Total: 20}})
	c.move(10 * time.Second)
	p.ReportWorks("a", 10, 20, []Work{{Kind: "k", Done: 10, Total: 20, Seconds: 10}})
	before, _ := p.Left()
	c.move(3 * time.Second)
	soon, _ := p.Left()
	require.Less(t, soon, before)
	c.move(time.Minute)
	late, _ := p.Left()
	require.Greater(t, late, 5*before)
}
