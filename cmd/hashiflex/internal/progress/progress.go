// Package progress shows the progress of a command and when it will end.
//
// A command has one Progress from its first moment to its last. It runs through phases.
// A plan says what each costs, in seconds of a usual machine, so that there is one estimate
// for the whole: the planned cost that is left, at the pace at which planned cost was done so
// far. What is left of the current phase goes at the phase's own pace, as far as that is
// known. Recent time counts more than what is long ago, since machines are shared. A phase
// that does not count is taken to run at the pace of what came before it. A phase may consist
// of work of several kinds, each with a price and a pace of its own.
//
// On a terminal there is one line, which is drawn anew and disappears before anything
// else is written. Elsewhere there are plain lines, such as one for each finished layer,
// so that the logs of a CI stay readable; or one JSON object a line, for machines.
package progress

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Mode is how progress is shown.
type Mode string

// The modes. The zero value is Lines.
const (
	Auto  Mode = "auto"  // Bar on a terminal, else Lines
	Bar   Mode = "bar"   // one line, drawn anew
	Lines Mode = "lines" // a plain line for each larger part
	JSON  Mode = "json"  // an object a line
	None  Mode = "none"
)

// Modes are the modes that a user can name.
func Modes() []string {
	return []string{string(Auto), string(Bar), string(Lines), string(JSON), string(None)}
}

// Phase is a part of a command.
type Phase struct {
	Name string
	Cost float64 // seconds of a usual machine
	// Shape says how much of the phase's time is over when a share of its units is done,
	// if units take different times. Time goes in straight lines from 0 to the first
	// point, from point to point, and to 1. Nil: all units take equally long.
	Shape []Point
	// Prices are of units of kinds of work, if its reports tell kinds: seconds of one worker
	// on a quiet machine. They take the place of Shape.
	Prices  map[string]float64
	Workers int
	// Telling are the kinds that a busy machine slows as it does the phases behind: the pace
	// of these alone counts there. Nil: all kinds.
	Telling []string
	// Like are kinds of a phase before, whose pace is this phase's as long as it has none of
	// its own; nil: that of the whole command.
	Like []string
}

// Work is work of one kind within a phase.
type Work struct {
	Kind  string `json:"kind"`
	Done  int    `json:"done"` // units
	Total int    `json:"total"`
	// Seconds are what the units that are done took, summed over the workers.
	Seconds float64 `json:"seconds"`
}

// Point is a point of a shape, from 0 to 1 in both directions.
type Point struct{ Done, Time float64 }

// time is the share of the time that is over.
func (p *Phase) time(done float64) float64 {
	at := Point{}
	for _, next := range append(p.Shape[:len(p.Shape):len(p.Shape)], Point{1, 1}) {
		if done <= next.Done && next.Done > at.Done {
			return at.Time + (next.Time-at.Time)*(done-at.Done)/(next.Done-at.Done)
		}
		at = next
	}
	return 1
}

// Options of a Progress. The zero value shows plain lines on nothing.
type Options struct {
	W       io.Writer
	Mode    Mode
	Title   string
	Width   func() int // of the terminal, in columns; nil: 80
	Verbose bool       // lines of each part and of each phase on a terminal, too
	// Now is the time of the clock; nil: time.Now.
	Now func() time.Time
}

const (
	// patience is how long a command may take without showing anything on a terminal.
	patience = 80 * time.Millisecond
	// frame is the time between two drawings.
	frame = 100 * time.Millisecond
	// early is the share of the whole time, as it is estimated, in which nothing is said of
	// the estimate.
	early = 0.05
)

// Progress shows the progress of one command. Its methods are safe for concurrent use.
// A nil Progress shows nothing.
type Progress struct {
	mu    sync.Mutex
	o     Options
	begin time.Time
	plan  []Phase

	phase       string
	at          int // of the phase in the plan
	entered     time.Time
	before      float64 // cost of the phases that ended
	done, total int     // of the phase; total 0: it does not count
	whole       pace    // of the command
	own         pace    // of the phase
	lump        int     // units of the last step of the phase
	works       []Work  // of the phase
	speeds      map[string]*pace
	moved       time.Time // when planned cost was last done
	drawn       bool      // the line is on the terminal
	hidden      time.Time // until then, since something was written
	said        time.Time
	ended       bool
	stop        chan struct{}
	stopped     sync.WaitGroup
}

// Start begins to show progress.
func Start(o Options) *Progress {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Width == nil {
		o.Width = func() int { return 80 }
	}
	p := &Progress{o: o, begin: o.Now(), entered: o.Now(), moved: o.Now(), at: -1, whole: pace{cost: nominal, time: nominal}, speeds: map[string]*pace{}, stop: make(chan struct{})}
	switch o.Mode {
	case Bar:
		p.stopped.Go(p.animate)
	case JSON:
		p.object(true)
	}
	return p
}

func (p *Progress) animate() {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-timer.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
			timer.Reset(frame)
		}
	}
}

// Plan says which phases the command will have, in their order. A phase that ran already
// keeps its time. Phases that are not in a plan have no cost.
func (p *Progress) Plan(phases ...Phase) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.at, p.before = phases, -1, 0
	if w := min(nominal, assumed*p.upTo(len(phases))); w > 0 {
		p.whole = pace{cost: w, time: w}
	}
}

// Report says that done of total units of a phase are done. A phase begins with its
// first report and ends with the first one of another. A total of 0 means that the phase
// does not count.
func (p *Progress) Report(phase string, done, total int) { p.ReportWorks(phase, done, total, nil) }

// ReportWorks is Report for a phase in which work of several kinds is done at once.
func (p *Progress) ReportWorks(phase string, done, total int, works []Work) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := phase != p.phase
	if fresh {
		p.enter(phase)
	}
	p.step(done, total, works)
	if p.o.Mode == JSON {
		p.object(fresh || total > 0 && done >= total)
	}
}

// Known says that n more units of the current phase are done which took no time, since an
// earlier run did them.
func (p *Progress) Known(n int) {
	if p == nil || n == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
}

// Add counts n more units of the current phase.
func (p *Progress) Add(n int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step(p.done+n, p.total, nil)
	if p.o.Mode == JSON {
		p.object(p.total > 0 && p.done >= p.total)
	}
}

// enter begins a phase; the caller holds mu.
func (p *Progress) enter(phase string) {
	now := p.o.Now()
	if p.o.Verbose && p.phase != "" && p.o.Mode != JSON && p.o.Mode != None {
		p.print(fmt.Sprintf("%s: %.1f s", p.phase, now.Sub(p.entered).Seconds()))
	}
	first := len(p.plan) > 0 && p.at < 0 // and began with the command
	for i := p.at + 1; i < len(p.plan); i++ {
		if p.plan[i].Name == phase {
			if !first {
				p.learn(p.endCost(), now)
			}
			p.at, p.before = i, p.upTo(i)
			break
		}
	}
	p.phase, p.entered, p.own, p.done, p.total, p.lump = phase, now, pace{}, 0, 0, 0
	p.works = nil
	if !first {
		p.moved = now
	}
}

// draw writes the line of a terminal; the caller holds mu.
func (p *Progress) draw() {
	if p.ended || p.o.Mode != Bar || p.o.Now().Before(p.hidden) {
		return
	}
	fmt.Fprintf(p.o.W, "\r\x1b[K%s", p.line(max(20, p.o.Width()-1)))
	p.drawn = true
}

// bar is the number of columns of the bar itself.
const bar = 20

// line is what a terminal shows, in at most width columns.
func (p *Progress) line(width int) string {
	s := p.share()
	state := fmt.Sprintf("%s so far", human(p.o.Now().Sub(p.begin)))
	if d, ok := p.left(); ok {
		state = fmt.Sprintf("%.0f %% done, %s left", math.Floor(100*s), human(d))
	}
	full := int(s * bar)
	parts := []string{p.o.Title, "[" + strings.Repeat("#", full) + strings.Repeat("-", bar-full) + "]", state}
	if p.phase != "" && p.phase != p.o.Title {
		at := p.phase
		if p.total > 0 {
			at += fmt.Sprintf(" %d of %d", p.done, p.total)
		}
		parts = append(parts, "("+at+")")
	}
	// What is narrow does without the phase, then without the bar.
	for _, drop := range []int{3, 1} {
		if length(parts) > width && drop < len(parts) {
			parts = append(parts[:drop:drop], parts[drop+1:]...)
		}
	}
	r := []rune(strings.Join(parts, "  "))
	return string(r[:min(len(r), width)])
}

func length(parts []string) int { return utf8.RuneCountInString(strings.Join(parts, "  ")) }

// human is a time as a person says it.
func human(d time.Duration) string {
	s := int(math.Ceil(d.Seconds()))
	switch {
	case s < 100:
		return fmt.Sprintf("%d s", s)
	case s < 6000:
		return fmt.Sprintf("%d min", (s+30)/60)
	}
	return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
}

// Event is what a machine reads: one object a line.
type Event struct {
	Phase string `json:"phase"`
	Done  int    `json:"done"`
	Total int    `json:"total"` // 0: the phase does not count
	// Share is the part of the whole command that is done, from 0 to 1.
	Share float64 `json:"share"`
	// ETA is the seconds left of the whole command; nil as long as there is no estimate.
	ETA     *float64 `json:"eta_seconds" jsonschema:"nullable"`
	Elapsed float64  `json:"elapsed_seconds"`
	// Works are the kinds of work of a phase that has several, with what they took so far.
	Works []Work `json:"works,omitempty"`
	// Note is something that happened, such as a finished layer or a refuted point.
	Note string `json:"note,omitempty"`
	// Error is a problem that ends the command.
	Error string `json:"error,omitempty"`
}

// object writes an event, but not often unless it is forced; the caller holds mu.
func (p *Progress) object(force bool) {
	if now := p.o.Now(); force || now.Sub(p.said) >= frame {
		p.said = now
		p.event(Event{})
	}
}

func (p *Progress) event(e Event) {
	round := func(x float64) float64 { return math.Round(x*1000) / 1000 }
	e.Phase, e.Done, e.Total, e.Share, e.Works = p.phase, p.done, p.total, round(p.share()), p.works
	e.Elapsed = round(p.o.Now().Sub(p.begin).Seconds())
	if d, ok := p.left(); ok {
		s := round(d.Seconds())
		e.ETA = &s
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // no field of an Event fails
	}
	fmt.Fprintf(p.o.W, "%s\n", text)
}

// print writes a line where the terminal's own line may be; the caller holds mu.
func (p *Progress) print(text string) {
	p.clear()
	fmt.Fprintln(p.o.W, text)
}

// clear removes the terminal's line; the caller holds mu.
func (p *Progress) clear() {
	if p.drawn {
		fmt.Fprint(p.o.W, "\r\x1b[K")
		p.drawn = false
	}
}

// Line writes a log line, such as a finished layer. On a terminal the bar shows it
// instead.
func (p *Progress) Line(format string, args ...any) {
	p.say(p != nil && p.o.Verbose, format, args...)
}

// Note reports something that must be seen in any mode but None, such as a refuted point.
func (p *Progress) Note(format string, args ...any) { p.say(true, format, args...) }

func (p *Progress) say(onTerminal bool, format string, args ...any) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	switch {
	case p.o.Mode == JSON:
		p.event(Event{Note: text})
	case p.o.Mode == None, p.o.Mode == Bar && !onTerminal:
	default:
		p.print(text)
	}
}

// Failed reports a problem that ends the command, if the mode is JSON. It reports
// whether it did.
func (p *Progress) Failed(text string) bool {
	if p == nil || p.o.Mode != JSON {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.event(Event{Error: text})
	return true
}

// Write writes to w in the place of the bar, which comes back later.
func (p *Progress) Write(w io.Writer, b []byte) (int, error) {
	if p == nil {
		return w.Write(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.hidden = p.o.Now().Add(3 * frame)
	return w.Write(b)
}

// Close ends the progress and removes the bar. It may be called more than once.
func (p *Progress) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	first := !p.ended
	if first {
		p.clear()
		p.ended = true
		close(p.stop)
	}
	p.mu.Unlock()
	p.stopped.Wait()
}
