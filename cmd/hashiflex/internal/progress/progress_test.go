package progress

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

func events(t *testing.T, text string) (all []Event) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var e Event
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&e), line)
		all = append(all, e)
	}
	return all
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	p := Start(Options{W: &b, Mode: Lines})
	p.Report("layers", 0, 3)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { p.Add(1); p.Line("layer %d%%", 7) })
	}
	wg.Wait()
	p.Note("refuted")
	p.Close()
	p.Close()
	require.Equal(t, "layer 7%\nlayer 7%\nlayer 7%\nrefuted\n", b.String())
}

func TestNoneShowsNothing(t *testing.T) {
	var b bytes.Buffer
	p := Start(Options{W: &b, Mode: None, Verbose: true})
	p.Report("layers", 0, 3)
	p.Report("facts", 3, 3)
	p.Line("a layer")
	p.Note("refuted")
	p.Close()
	require.Empty(t, b.String())
	require.False(t, p.Failed("bad"))

	var absent *Progress
	absent.Plan()
	absent.Report("layers", 0, 3)
	absent.Add(1)
	absent.Line("a layer")
	absent.Note("refuted")
	absent.Close()
	require.False(t, absent.Failed("bad"))
}

func TestVerboseSaysHowLongPhasesTook(t *testing.T) {
	var b bytes.Buffer
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{W: &b, Mode: Lines, Verbose: true, Now: c.now})
	p.Report("layers", 0, 3)
	c.move(1500 * time.Millisecond)
	p.Report("facts", 0, 3)
	p.Close()
	require.Equal(t, "layers: 1.5 s\n", b.String())
}

// One estimate for all phases: what the plan says of them is scaled by the pace so far.
func TestEstimate(t *testing.T) {
	var b bytes.Buffer
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{W: &b, Mode: JSON, Now: c.now})
	p.Plan(Phase{Name: "build", Cost: 20}, Phase{Name: "layers", Cost: 40}, Phase{Name: "absent"}, Phase{Name: "head", Cost: 140})
	last := func() Event {
		all := events(t, b.String())
		return all[len(all)-1]
	}
	near := func(want float64) {
		t.Helper()
		require.InEpsilon(t, want, *last().ETA, 0.15)
	}
	p.Report("build", 0, 0)
	require.Nil(t, last().ETA, "nothing is known yet")
	c.move(40 * time.Second) // twice as slow as the plan's unit
	p.Report("layers", 0, 40)
	require.Equal(t, 0.1, last().Share)
	near(360)
	c.move(40 * time.Second)
	p.Report("layers", 20, 40)
	require.Equal(t, 0.2, last().Share)
	near(320)
	c.move(40 * time.Second)
	p.Report("head", 0, 0) // does not count: it runs as fast as what came before
	near(280)
	c.move(140 * time.Second)
	p.Report("head", 0, 0)
	require.InDelta(t, 0.65, last().Share, 0.02)
	near(140)
	c.move(time.Hour)
	p.Report("head", 0, 0)
	require.Less(t, last().Share, 1.0)
	p.Report("head", 1, 1)
	require.Equal(t, 0.0, *last().ETA)
	require.Equal(t, 1.0, last().Share)
}

// A phase that the plan thinks cheap is measured, and what follows is not taken to be as
// slow. A machine that becomes slow shows it.
func TestEstimateLearns(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{Mode: None, Now: c.now})
	p.Plan(Phase{Name: "a", Cost: 50}, Phase{Name: "b", Cost: 50}, Phase{Name: "c", Cost: 50})
	run := func(phase string, from, to int, each time.Duration) {
		for i := from; i < to; i++ {
			c.move(each)
			p.Report(phase, i+1, 100)
		}
	}
	left := func() float64 {
		d, ok := p.Left()
		require.True(t, ok)
		return d.Seconds()
	}
	run("a", 0, 100, 500*time.Millisecond)
	require.InEpsilon(t, 100, left(), 0.1)
	p.Report("b", 0, 100)
	run("b", 0, 50, 2500*time.Millisecond) // five times as slow as planned
	require.Greater(t, left(), 125.0+50)
	require.Less(t, left(), 125.0+250)
	run("b", 50, 100, 2500*time.Millisecond)
	p.Report("c", 0, 100)
	run("c", 0, 50, 500*time.Millisecond)
	require.InEpsilon(t, 25, left(), 0.7)
}

// Work that an earlier run did took no time, and says nothing of the pace.
func TestKnownWorkIsNoPace(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{Mode: None, Now: c.now})
	p.Plan(Phase{Name: "a", Cost: 100})
	p.Report("a", 0, 100)
	p.Known(50)
	for i := 50; i < 75; i++ {
		c.move(4 * time.Second)
		p.Report("a", i+1, 100)
	}
	d, ok := p.Left()
	require.True(t, ok)
	require.InEpsilon(t, 100, d.Seconds(), 0.1)
}

// A phase without a report takes longer and longer, and never less than nothing.
func TestWaitingCosts(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{Mode: None, Now: c.now})
	p.Plan(Phase{Name: "a", Cost: 10}, Phase{Name: "b", Cost: 10})
	p.Report("a", 0, 10)
	c.move(5 * time.Second)
	p.Report("a", 5, 10)
	before, _ := p.Left()
	c.move(time.Second)
	soon, _ := p.Left()
	require.Less(t, soon, before)
	c.move(time.Minute)
	late, _ := p.Left()
	require.Greater(t, late, 2*before)
}

// Machines read an object a line, whatever happens.
func TestJSON(t *testing.T) {
	var b bytes.Buffer
	p := Start(Options{W: &b, Mode: JSON})
	for i := range 1000 {
		p.Report("layers", i+1, 1000)
	}
	p.Line("stem: \"6\"\n points")
	p.Note("refuted: x")
	require.True(t, p.Failed("bad input"))
	p.Close()
	all := events(t, b.String())
	require.Less(t, len(all), 30, "not one for each unit")
	require.Equal(t, "stem: \"6\"\n points", all[len(all)-3].Note)
	require.Equal(t, "bad input", all[len(all)-1].Error)
	require.Equal(t, 1000, all[len(all)-1].Done)
}

// The line says what it means, and fits.
func TestBarLine(t *testing.T) {
	c := &clock{t: time.Unix(0, 0)}
	p := Start(Options{W: io.Discard, Mode: Bar, Title: "signoff", Now: c.now})
	defer p.Close()
	c.move(time.Second)
	require.Equal(t, "signoff  [--------------------]  1 s so far", p.line(80))
	p.Report("layers", 0, 100)
	c.move(time.Second)
	p.Report("layers", 14, 100)
	require.Equal(t, "signoff  [##------------------]  14 % done, 7 s left  (layers 14 of 100)", p.line(80))
	require.Equal(t, "signoff  [##------------------]  14 % done, 7 s left", p.line(60))
	require.Equal(t, "signoff  14 % done, 7 s left", p.line(40))
	require.Equal(t, "signoff  14 % done,", p.line(19))
	c.move(50 * time.Minute)
	require.Contains(t, p.line(80), " h ")
}

// screenOf plays what a terminal shows of its last line.
func screenOf(text string) (lines []string) {
	for _, l := range strings.Split(text, "\n") {
		if i := strings.LastIndex(l, "\r\x1b[K"); i >= 0 {
			l = l[i+len("\r\x1b[K"):]
		}
		lines = append(lines, l)
	}
	return lines
}

// On a terminal something is seen soon, notes stand above the bar, what the command
// writes is not mixed with it, and nothing of it is left.
func TestBar(t *testing.T) {
	for _, done := range []int{0, 2, 3} { // a bar that was not full ends as well
		var b buffer
		p := Start(Options{W: &b, Mode: Bar, Title: "prove"})
		require.Eventually(t, func() bool { return strings.Contains(b.String(), "prove  [") }, 300*time.Millisecond, 10*time.Millisecond)
		p.Report("layers", 0, 3)
		for range done {
			p.Add(1)
		}
		require.Eventually(t, func() bool { return strings.Contains(b.String(), fmt.Sprintf("(layers %d of 3)", done)) }, time.Second, 10*time.Millisecond)
		p.Line("a layer")
		p.Note("refuted: conv0/17")
		_, err := p.Write(&b, []byte("result\n"))
		require.NoError(t, err)
		p.Close()
		require.Equal(t, []string{"refuted: conv0/17", "result", ""}, screenOf(b.String()))
	}
}

// buffer may be read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Units of a phase with a shape take different times.
func TestShape(t *testing.T) {
	p := Start(Options{W: io.Discard, Mode: Lines})
	p.Plan(Phase{Name: "claims", Cost: 1, Shape: []Point{{0.5, 0.25}, {0.75, 1}}}, Phase{Name: "rest", Cost: 1})
	for done, time := range map[int]float64{0: 0, 25: 0.125, 50: 0.25, 60: 0.55, 75: 1, 90: 1, 100: 1} {
		p.Report("claims", done, 100)
		require.InDelta(t, time/2, p.share(), 1e-9, done)
	}
}
