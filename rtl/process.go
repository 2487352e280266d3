package rtl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
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

// SourceError is Verilog that a tool does not accept: the input is bad.
type SourceError struct {
	Tool     string
	Messages []Message
}

func (e *SourceError) Error() string { return e.Tool + ": " + lines(e.Messages) }

// ToolError is a tool that failed on its own account: it crashed, ran out of
// time or memory, or said what nobody expects.
type ToolError struct {
	Tool string
	Err  error
	Log  string // the end of what it said
}

func (e *ToolError) Error() string {
	if e.Log == "" {
		return fmt.Sprintf("%s: %v", e.Tool, e.Err)
	}
	return fmt.Sprintf("%s: %v: %s", e.Tool, e.Err, e.Log)
}

func (e *ToolError) Unwrap() error { return e.Err }

// workdir is a private folder that holds sources under fixed names, so that no
// name from outside reaches a command line.
type workdir struct {
	path  string
	names []string          // of the sources, in order
	users map[string]string // the user's name of a fixed one
}

// newWorkdir refuses sources that are not complete with a *SourceError.
func newWorkdir(sources Sources) (*workdir, error) {
	if err := SelfContained(sources); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp("", "hashiflex-rtl-")
	if err != nil {
		return nil, &ToolError{Tool: "temporary folder", Err: err}
	}
	d := &workdir{path: path, users: map[string]string{}}
	for i, s := range sources.Files {
		name := "f" + strconv.Itoa(i) + ".v"
		if strings.HasSuffix(s.Name, ".sv") {
			name = "f" + strconv.Itoa(i) + ".sv"
		}
		d.names = append(d.names, name)
		d.users[name] = s.Name
		if err := d.write(name, s.Text); err != nil {
			d.remove()
			return nil, err
		}
	}
	return d, nil
}

func (d *workdir) write(name string, text []byte) error {
	if err := os.WriteFile(filepath.Join(d.path, name), text, 0o600); err != nil {
		return &ToolError{Tool: "temporary folder", Err: err}
	}
	return nil
}

func (d *workdir) remove() { os.RemoveAll(d.path) }

// environment is all that a tool gets to see of ours.
func (d *workdir) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.path, "TMPDIR=" + d.path, "LC_ALL=C"}
}

var place = regexp.MustCompile(`\(?\b(f\d+\.s?v):(\d+)(?:[.:]\d+(?:-\d+\.\d+)?)?\)?:?\s*`)

// message reads a line of a tool's log and puts the user's file name in.
func (d *workdir) message(line string) Message {
	m := Message{Text: line}
	if at := place.FindStringSubmatchIndex(line); at != nil {
		if user, ok := d.users[line[at[2]:at[3]]]; ok {
			m.File = user
			m.Line, _ = strconv.Atoi(line[at[4]:at[5]])
			m.Text = strings.TrimSpace(line[:at[0]] + line[at[1]:])
		}
	}
	return m
}

// maxLog is how much of a tool's log is kept.
const maxLog = 1 << 20

// logBuffer keeps the beginning of a log. It never refuses to read, since a tool
// whose pipe is full would hang.
type logBuffer struct {
	bytes.Buffer
	lost int
}

func (b *logBuffer) Write(p []byte) (int, error) {
	n := min(len(p), maxLog-b.Len())
	b.Buffer.Write(p[:n])
	b.lost += len(p) - n
	return len(p), nil
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
	var log logBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err = tool.Run(cmd, l.Memory)
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
