// Package progress shows the progress of a long command. On a terminal it is a bar with
// the remaining time. Elsewhere it is one plain line for each layer, so that CI logs
// stay readable.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// Progress shows the progress of one command. Its methods are safe for concurrent use.
type Progress struct {
	mu   sync.Mutex
	w    io.Writer
	bars *mpb.Progress // nil: no terminal
	bar  *mpb.Bar
}

// Start shows the progress of total units of work on w.
func Start(w io.Writer, title string, total int) *Progress {
	f, ok := w.(*os.File)
	return start(w, title, total, ok && term.IsTerminal(int(f.Fd())))
}

func start(w io.Writer, title string, total int, terminal bool) *Progress {
	p := &Progress{w: w}
	// A bar without units would never end.
	if !terminal || total <= 0 {
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(w), mpb.WithWidth(48), mpb.WithAutoRefresh())
	// The average over the whole run, because workers finish in bursts that make
	// a moving one jump.
	p.bar = p.bars.AddBar(int64(total),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(title+" "), decor.CountersNoUnit("%d/%d ")),
		mpb.AppendDecorators(decor.Percentage(), decor.Name(" left "), decor.AverageETA(decor.ET_STYLE_MMSS)),
	)
	return p
}

// Add counts n more finished units.
func (p *Progress) Add(n int) {
	if p.bar == nil {
		return
	}
	p.bar.IncrBy(n)
}

// Line writes a log line, such as a finished layer. On a terminal the bar shows it
// instead.
func (p *Progress) Line(format string, args ...any) {
	if p.bar != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// Note reports something that must be visible on any w, such as a refuted point.
func (p *Progress) Note(format string, args ...any) {
	if p.bar == nil {
		p.Line(format, args...)
		return
	}
	fmt.Fprintf(p.bars, format+"\n", args...)
}

// Close ends the progress and removes the bar. It must be called once, after the last
// Add.
func (p *Progress) Close() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
}
