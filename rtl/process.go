package rtl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashiflex/hashiflex/rtl/source"
	"github.com/hashiflex/hashiflex/rtl/tool"
)

// Source is one file, Sources is all text that a reader may see, and Message is what
// one says about it.
type (
	Source  = source.File
	Sources = source.Sources
	Define  = source.Define
	Message = source.Message
)

// Limits bound one process. The zero value is no limit.
type Limits struct {
	Time   time.Duration
	Memory int64 // bytes of address space
}

// context adds the time limit to ctx.
func (l Limits) context(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.Time > 0 {
		return context.WithTimeout(ctx, l.Time)
	}
	return context.WithCancel(ctx)
}

func lines(ms []Message) string {
	s := make([]string, len(ms))
	for i, m := range ms {
		s[i] = m.String()
	}
	return strings.Join(s, "\n")
}

// SourceError says that a tool does not accept the Verilog: the input is bad.
type SourceError struct {
	Tool     string
	Messages []Message
}

func (e *SourceError) Error() string { return e.Tool + ": " + lines(e.Messages) }

// ToolError says that a tool itself failed: it crashed, ran out of time or memory, or
// gave unexpected output.
type ToolError struct {
	Tool string
	Err  error
	Log  string // the end of its output
}

func (e *ToolError) Error() string {
	if e.Log == "" {
		return fmt.Sprintf("%s: %v", e.Tool, e.Err)
	}
	return fmt.Sprintf("%s: %v: %s", e.Tool, e.Err, e.Log)
}

func (e *ToolError) Unwrap() error { return e.Err }

// environment is all that a tool gets to see of ours.
func (d *workdir) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.path, "TMPDIR=" + d.path, "LC_ALL=C"}
}

// tail is the end of a log for an error message.
func tail(log string) string {
	const most = 2000
	log = strings.TrimSpace(log)
	if len(log) > most {
		log = "…" + log[len(log)-most:]
	}
	return log
}

// run runs one tool in the folder. The result is what it printed; the error is a
// *ToolError for a limit and otherwise what Wait said.
func (d *workdir) run(ctx context.Context, t tool.Tool, l Limits, args ...string) (string, error) {
	found, err := t.Find()
	if err != nil {
		return "", &ToolError{Tool: t.Name, Err: err}
	}
	ctx, cancel := l.context(ctx)
	defer cancel()
	cmd := tool.Command(ctx, found.Path, args...)
	cmd.Dir, cmd.Env = d.path, d.environment()
	var log tool.Output
	cmd.Stdout, cmd.Stderr = &log, &log
	err = d.box().Run(cmd, l.Memory)
	if ctx.Err() != nil {
		return log.String(), d.stopped(ctx, t, l)
	}
	return log.String(), err
}

// stopped is the error for a process whose context ended.
func (d *workdir) stopped(ctx context.Context, t tool.Tool, l Limits) error {
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) && l.Time > 0 {
		err = fmt.Errorf("stopped after %v: %w", l.Time, err)
	}
	return &ToolError{Tool: t.Name, Err: err}
}
