package smt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// maxAnswer bounds what is read for one query: a model has some twenty bytes for
// each variable.
const maxAnswer = 8 << 20

// startLimit is how long a new process may take to say who it is.
const startLimit = 20 * time.Second

// process is one run of a solver.
type process struct {
	cmd     *exec.Cmd
	in      *os.File // its standard input
	out     *os.File // its standard output
	reader  *Reader
	stderr  *head
	name    string // as the solver reports it
	version string
	markers int // markers used so far
	queries int // queries asked so far
	buf     []byte
	peak    int64 // bytes, as last sampled
}

// failure says why an exchange gave no answer. It becomes a Result.
type failure struct {
	reason Reason
	detail string
}

func (f *failure) Error() string { return string(f.reason) + ": " + f.detail }

// launch starts a process and waits for its name and version. The process lives until
// kill, or until ctx ends.
func launch(ctx context.Context, s Solver, l Limits) (*process, error) {
	cmd := tool.Command(ctx, s.Path, s.arguments(l)...)
	// Solvers may write history and log files to their working directory.
	cmd.Dir = os.TempDir()
	p := &process{cmd: cmd, stderr: &head{}}
	cmd.Stderr = p.stderr
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, theirIn.Close(), in.Close())
	}
	cmd.Stdin, cmd.Stdout = theirIn, theirOut
	err = tool.Start(cmd, l.Memory)
	err = errors.Join(err, theirIn.Close(), theirOut.Close())
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	p.in, p.out, p.reader = in, out, NewReader(out)
	if err := p.greet(ctx, s); err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}

// greet sets the options of a session. It ignores only an answer that means
// "unsupported option".
func (p *process) greet(ctx context.Context, s Solver) error {
	release := p.deadline(ctx, startLimit)
	defer release()
	var b []byte
	b = append(b, "(set-option :print-success false)\n(set-option :produce-models true)\n(set-logic "...)
	b = append(b, logicName(s.Logic)...)
	b = append(b, ")\n(get-info :name)\n(get-info :version)\n"...)
	answer, err := p.exchange(b)
	if err != nil {
		return p.explain(ctx, err)
	}
	for _, e := range answer {
		switch {
		case e.Is("unsupported"):
		case e.Head(":name") && len(e.List) == 2:
			p.name = e.List[1].Text
		case e.Head(":version") && len(e.List) == 2:
			p.version = e.List[1].Text
		default:
			return &failure{Protocol, "at its start the solver says " + brief(e.String())}
		}
	}
	return nil
}

// deadline lets reads and writes fail after d or when ctx ends. The returned function
// ends the dependency on ctx.
func (p *process) deadline(ctx context.Context, d time.Duration) func() {
	at := time.Now().Add(d)
	// Setting a deadline fails only on a closed pipe, and then reading fails too.
	_ = p.in.SetDeadline(at)
	_ = p.out.SetDeadline(at)
	stop := context.AfterFunc(ctx, func() {
		past := time.Unix(1, 0)
		_ = p.in.SetDeadline(past)
		_ = p.out.SetDeadline(past)
	})
	return func() { stop() }
}

// exchange sends commands and returns what is printed before the next marker, or up to
// and including an error message. It sends and reads concurrently: a solver that prints
// a lot before it has read everything would otherwise cause a deadlock.
func (p *process) exchange(commands []byte) ([]Expr, error) {
	p.markers++
	marker := "hashiflex-" + strconv.Itoa(p.markers)
	commands = append(commands, `(echo "`...)
	commands = append(commands, marker...)
	commands = append(commands, "\")\n"...)
	if p.reader.Pending() {
		return nil, &failure{Protocol, "the solver printed something after its answer"}
	}
	p.reader.Allow(maxAnswer)
	sent := make(chan error, 1)
	go func() {
		_, err := p.in.Write(commands)
		sent <- err
	}()
	var answer []Expr
	for {
		e, err := p.reader.Next()
		if err != nil {
			return answer, err
		}
		if e.Text == marker && (e.Kind == Atom || e.Kind == String) {
			// The marker comes last, so the solver has read everything. An error means
			// that something else printed the marker.
			return answer, <-sent
		}
		answer = append(answer, e)
		if e.Head("error") {
			return answer, nil
		}
		if len(answer) > maxItems {
			return answer, &failure{Protocol, "the solver answers on and on"}
		}
	}
}

// sampleEvery is the number of queries between two samples of the process memory. A
// sample costs more than a small query.
const sampleEvery = 64

// maxItems is the largest number of expressions before a marker; the answer to the
// greeting has the most.
const maxItems = 5

// ask checks one query. Every error is a *failure. After an error or an Unknown, the
// process must not be used again.
func (p *process) ask(ctx context.Context, q Query, limit time.Duration) (Result, error) {
	release := p.deadline(ctx, limit)
	defer release()
	p.queries++
	p.buf = append(p.buf[:0], "(push 1)\n"...)
	p.buf = append(p.buf, q.Text...)
	p.buf = append(p.buf, "\n(check-sat)\n"...)
	answer, err := p.exchange(p.buf)
	if err := p.judge(ctx, answer, err); err != nil {
		return Result{}, err
	}
	if len(answer) != 1 || answer[0].Kind != Atom {
		return Result{}, misplaced(answer)
	}
	var r Result
	switch answer[0].Text {
	case "unsat":
		r.Status = Unsat
	case "sat":
		r.Status = Sat
		if r.Model, err = p.values(ctx, q); err != nil {
			return Result{}, err
		}
	case "unknown":
		return p.unknown(ctx)
	default:
		return Result{}, misplaced(answer)
	}
	// If the pop prints an error, the next query sees it. Waiting for it here would
	// cost each query a round trip.
	if _, err := p.in.Write([]byte("(pop 1)\n")); err != nil {
		return Result{}, p.explain(ctx, err)
	}
	if p.queries%sampleEvery == 1 {
		p.sample()
	}
	return r, nil
}

// values reads the model after a sat.
func (p *process) values(ctx context.Context, q Query) (map[string]*big.Int, error) {
	if len(q.Read) == 0 {
		return map[string]*big.Int{}, nil
	}
	answer, err := p.exchange(q.appendGetValue(p.buf[:0]))
	if err := p.judge(ctx, answer, err); err != nil {
		return nil, err
	}
	if len(answer) != 1 {
		return nil, misplaced(answer)
	}
	m, err := model(answer[0], q.Read)
	if err != nil {
		return nil, &failure{Protocol, err.Error()}
	}
	return m, nil
}

// unknown asks for the reason of an unknown. If that fails, the failure is the reason.
func (p *process) unknown(ctx context.Context) (Result, error) {
	answer, err := p.exchange([]byte("(get-info :reason-unknown)\n"))
	if err := p.judge(ctx, answer, err); err != nil {
		return Result{}, err
	}
	r := Result{Reason: GaveUp}
	if len(answer) == 1 && answer[0].Head(":reason-unknown") && len(answer[0].List) == 2 {
		r.Detail = answer[0].List[1].Text
	}
	switch text := strings.ToLower(r.Detail); {
	case stopped(text) || strings.Contains(text, "timeout") || strings.Contains(text, "resource"):
		r.Reason = Timeout
	case strings.Contains(text, "mem"):
		r.Reason = Memory
	}
	return r, nil
}

// judge turns what an exchange returned into a failure, if it is one. An error
// message counts before anything else that went wrong.
func (p *process) judge(ctx context.Context, answer []Expr, err error) error {
	for _, e := range answer {
		if e.Head("error") {
			text := e.String()
			if len(e.List) == 2 && e.List[1].Kind == String {
				text = e.List[1].Text
			}
			switch {
			case outOfMemory(text):
				return &failure{Memory, brief(text)}
			case stopped(text):
				return &failure{Timeout, brief(text)}
			}
			return &failure{Rejected, brief(strings.TrimSpace(text))}
		}
	}
	if err != nil {
		return p.explain(ctx, err)
	}
	return nil
}

func misplaced(answer []Expr) error {
	text := ""
	for _, e := range answer {
		text += " " + e.String()
	}
	if text == "" {
		return &failure{Protocol, "the solver gives no answer"}
	}
	return &failure{Protocol, "the solver answers" + brief(text)}
}

// explain turns an error of reading or writing into a failure. If the process has
// ended, the exit status is part of it.
func (p *process) explain(ctx context.Context, err error) error {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case ctx.Err() != nil:
		return &failure{Cancelled, ctx.Err().Error()}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &failure{Timeout, "killed at the hard limit"}
	case errors.Is(err, ErrSyntax):
		return &failure{Protocol, err.Error()}
	}
	// The end of its output: the process has ended or is about to. Killing one
	// that is ending does not change how it ended.
	end := p.kill()
	detail := fmt.Sprint(end)
	if said := strings.TrimSpace(p.stderr.String()); said != "" {
		detail += ": " + brief(said)
	}
	if outOfMemory(detail) {
		return &failure{Memory, detail}
	}
	return &failure{Crashed, detail}
}

// stopped reports whether a text says that the solver's own limit ended a command. Z3 says
// "canceled" as the reason of an unknown, and as the error of another command that the
// limit fell into, such as "push canceled". It only chooses the reason of a missing
// answer, never a verdict.
func stopped(text string) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimRight(text, " .)\"\n")), "canceled")
}

// outOfMemory reports whether a message says that memory ran out. It only chooses the
// reason of a missing answer, never a verdict.
func outOfMemory(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "out of memory") || strings.Contains(text, "bad_alloc") ||
		strings.Contains(text, "cannot allocate memory")
}

// kill ends the process and returns its exit error. Killing twice is harmless.
func (p *process) kill() error {
	if p.cmd.ProcessState != nil {
		return errEnded
	}
	p.sample()
	err := errors.Join(tool.Kill(p.cmd), p.in.Close())
	if end := p.cmd.Wait(); end != nil {
		err = end
	}
	// Its output is closed last: until then, what it printed could be read.
	return errors.Join(err, p.out.Close())
}

var errEnded = errors.New("ended before")

// sample records the peak memory so far. The kernel's rusage of an ended child does not
// help: it includes the memory of the program that forked it.
func (p *process) sample() {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return
	}
	_, after, ok := bytes.Cut(status, []byte("VmHWM:"))
	if !ok {
		return
	}
	number, _, _ := bytes.Cut(bytes.TrimLeft(after, " \t"), []byte(" "))
	if kb, err := strconv.ParseInt(string(number), 10, 64); err == nil {
		p.peak = max(p.peak, kb<<10)
	}
}

// head keeps the first bytes that are written to it, and drops the rest.
type head struct {
	mu   sync.Mutex
	text []byte
}

func (t *head) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b[:min(len(b), 2000-len(t.text))]...)
	return len(b), nil
}

func (t *head) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
