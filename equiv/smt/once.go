package smt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"

	"github.com/hashiflex/hashiflex/rtl/tool"
)

// By convention, a solver that answers one query exits with one of these codes.
const (
	exitSat   = 10
	exitUnsat = 20
)

// once runs a process for q. An answer counts only if the process prints it first, only
// the values of a model follow it, and the exit code agrees.
func (s *Session) once(ctx context.Context, q Query) (Result, error) {
	text, err := q.plain(s.solver.Logic)
	if err != nil {
		return Result{Reason: GaveUp, Detail: "not asked: " + err.Error()}, nil
	}
	limit, cancel := context.WithTimeout(ctx, s.limits.hard())
	defer cancel()
	// When the session's context ends, so does its process.
	defer context.AfterFunc(s.ctx, cancel)()
	cmd := tool.Command(limit, s.solver.Path, s.solver.arguments(s.limits)...)
	cmd.Dir = os.TempDir()
	said, stderr := &bounded{}, &head{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), said, stderr
	if err := tool.Start(cmd, s.limits.Memory); err != nil {
		return Result{Status: Error, Reason: NoSolver, Detail: err.Error()}, nil
	}
	s.stats.Processes++
	end := cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return Result{}, &failure{Cancelled, ctx.Err().Error()}
	case s.ctx.Err() != nil:
		return Result{}, &failure{Cancelled, s.ctx.Err().Error()}
	case limit.Err() != nil:
		return Result{}, &failure{Timeout, "killed at the hard limit"}
	case said.full:
		return Result{}, &failure{Protocol, "the solver answers on and on"}
	}
	// The solver may print messages instead of an answer.
	words := strings.TrimSpace(said.text.String() + " " + stderr.String())
	code := cmd.ProcessState.ExitCode()
	if code == exitSat || code == exitUnsat {
		return answered(said.text.Bytes(), code, q.Read)
	}
	switch {
	case outOfMemory(words):
		return Result{}, &failure{Memory, brief(words)}
	case code < 0:
		return Result{}, &failure{Crashed, strings.TrimSuffix(fmt.Sprint(end)+": "+brief(words), ": ")}
	case strings.TrimSpace(said.text.String()) == "unknown":
		return Result{Reason: GaveUp}, nil
	case words == "" || strings.HasPrefix(words, "sat") || strings.HasPrefix(words, "unsat"):
		return Result{}, &failure{Protocol, fmt.Sprintf("the solver answers %q and ends with code %d", brief(words), code)}
	}
	return Result{}, &failure{Rejected, brief(words)}
}

// answered reads the answer of a process whose exit code means an answer.
func answered(said []byte, code int, names []string) (Result, error) {
	r := NewReader(bytes.NewReader(said))
	r.Allow(len(said) + 1)
	answer, err := r.Next()
	switch {
	case err == nil && answer.Is("unsat") && code == exitUnsat:
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return Result{Status: Unsat}, nil
		}
	case err == nil && answer.Is("sat") && code == exitSat:
		m, err := assignments(r, names)
		if err != nil {
			return Result{}, &failure{Protocol, err.Error()}
		}
		return Result{Status: Sat, Model: m}, nil
	}
	return Result{}, &failure{Protocol, fmt.Sprintf("the solver answers %q and ends with code %d", brief(string(said)), code)}
}

// assignments reads names and values from the rest of r, and returns the requested
// ones. A value is in base 2; x is a bit that may have either value.
func assignments(r *Reader, names []string) (map[string]*big.Int, error) {
	all := map[string]string{}
	for {
		name, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		value, err := r.Next()
		if err != nil || value.Kind != Atom || name.Kind != Atom && name.Kind != Quoted {
			return nil, fmt.Errorf("a value is missing after %s", brief(name.String()))
		}
		if _, twice := all[name.Text]; twice {
			return nil, fmt.Errorf("%s has two values", brief(name.Text))
		}
		all[name.Text] = value.Text
	}
	m := make(map[string]*big.Int, len(names))
	for _, name := range names {
		text, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("the value of %s was asked for, and there is none", brief(name))
		}
		v, err := digits(strings.ReplaceAll(text, "x", "0"), 2)
		if err != nil {
			return nil, fmt.Errorf("the value of %s: %w", brief(name), err)
		}
		m[name] = v
	}
	return m, nil
}

// bounded keeps output up to the limit of an answer.
type bounded struct {
	text bytes.Buffer
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > maxAnswer {
		b.full = true
		return 0, errors.New("too long an answer") // ends the process, which finds its pipe closed
	}
	return b.text.Write(p)
}
