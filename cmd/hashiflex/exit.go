package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/hashiflex/hashiflex/cmd/hashiflex/internal/slurm"
	"github.com/hashiflex/hashiflex/reports"
	"github.com/hashiflex/hashiflex/reports/rundir"
	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/crash"
	"github.com/hashiflex/hashiflex/spec/words"
)

// The exit codes. No other file defines any.
const (
	exitProved    = 0
	exitRefuted   = 1
	exitNotProved = 2
	exitBadInput  = 3
	exitMachine   = 4 // a tool or the machine failed
)

// gravest is the order in which one code goes before another when several apply.
var gravest = []int{exitRefuted, exitMachine, exitBadInput, exitNotProved}

func worst(codes ...int) int {
	for _, g := range gravest {
		for _, c := range codes {
			if c == g {
				return g
			}
		}
	}
	return exitProved
}

// conclusionCode is the exit code of a finished check.
func conclusionCode(c reports.Conclusion) int {
	switch c {
	case reports.SignedOff:
		return exitProved
	case reports.NetworkRefuted:
		return exitRefuted
	case reports.MachineryFailed:
		return exitMachine
	}
	return exitNotProved
}

// verdictError ends a command with the exit code of a conclusion that the user has
// already seen. A disproof is a result, so no error message follows.
type verdictError struct{ reports.Conclusion }

func (e *verdictError) Error() string { return string(e.Conclusion) }

// interruptedError ends a command that a signal ended before it had a verdict.
type interruptedError struct {
	resumes  bool
	bare     bool          // the command keeps no run directory
	deadline time.Duration // that was over; 0: a signal came
}

func (e *interruptedError) Error() string {
	switch {
	case e.deadline > 0 && e.bare:
		return fmt.Sprintf("the deadline of %v is over, and nothing is concluded", e.deadline)
	case e.deadline > 0 && e.resumes:
		return fmt.Sprintf("the deadline of %v is over, and nothing is concluded; run again to resume", e.deadline)
	case e.deadline > 0:
		return fmt.Sprintf("the deadline of %v is over, and nothing is concluded; with -o, a run resumes", e.deadline)
	case e.resumes:
		return "interrupted; run again to resume"
	}
	return "interrupted; with -o, a run resumes"
}

// unreadError is hardware that one reader takes and another does not: nothing is
// known of it.
type unreadError struct {
	error
	why string // with the remedy
}

func (e *unreadError) Error() string {
	return e.error.Error() + " (unknown, and not bad input: " + e.why + ")"
}

func (e *unreadError) Unwrap() error { return e.error }

// machineError is an error that is not the input's fault.
type machineError struct{ error }

func (e *machineError) Unwrap() error { return e.error }

// machine marks err as no fault of the input; nil stays nil.
func machine(err error) error {
	if err == nil {
		return nil
	}
	return &machineError{err}
}

// exitCode is the code of what ended a command. Errors are the input's fault
// unless their type says otherwise.
func exitCode(err error) int {
	if err == nil {
		return exitProved
	}
	var codes []int
	for _, e := range parts(err) {
		codes = append(codes, codeOf(e))
	}
	return worst(codes...)
}

func codeOf(err error) int {
	var (
		verdict *verdictError
		broken  *machineError
		missing *tool.MissingError
		tooOld  *tool.TooOldError
		useless *tool.BrokenError
		temp    *tool.TempError
		locked  *rundir.LockedError
		stopped *interruptedError
		crashed *crash.Error
		unread  *unreadError
		cluster *slurm.UnavailableError
	)
	switch {
	case errors.As(err, &verdict):
		return conclusionCode(verdict.Conclusion)
	case errors.As(err, &stopped), errors.As(err, &unread):
		return exitNotProved
	case errors.As(err, &broken), errors.As(err, &missing), errors.As(err, &tooOld), errors.As(err, &useless), errors.As(err, &temp), errors.As(err, &crashed), errors.As(err, &cluster),
		errors.As(err, &locked), exhausted(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return exitMachine
	}
	return exitBadInput
}

// exhausted reports whether the machine has no room, handles or health for more. That is
// never the input's fault.
func exhausted(err error) bool {
	for _, e := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ESTALE} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// parts splits an error that contains several problems. It drops the context wrapped
// around a list, since each element names it too.
func parts(err error) []error {
	var inner []error
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		// errors.Join, whose text is that of its parts. Others with several
		// causes are one problem.
		if list := e.Unwrap(); errors.Join(list...).Error() == err.Error() {
			inner = list
		}
	case interface{ Unwrap() error }:
		if wrapped := e.Unwrap(); wrapped != nil {
			inner = parts(wrapped)
			if len(inner) == 1 {
				return []error{err}
			}
		}
	}
	if len(inner) == 0 {
		return []error{err}
	}
	_, broken := err.(*machineError)
	unread, _ := err.(*unreadError)
	var all []error
	for _, e := range inner {
		for _, p := range parts(e) {
			switch {
			case broken:
				p = machine(p)
			case unread != nil:
				p = &unreadError{p, unread.why}
			}
			all = append(all, p)
		}
	}
	return all
}

// report writes one line per problem, or what a machine reads.
func (s *screen) report(w io.Writer, err error) {
	if err == nil {
		return
	}
	for _, e := range parts(err) {
		var verdict *verdictError
		if errors.As(e, &verdict) {
			continue
		}
		text := shortened(strings.Join(strings.Fields(printable(e.Error()+neighbour(e))), " "))
		if !s.progress.Failed(text) {
			fmt.Fprintf(w, "hashiflex: %s\n", text)
		}
	}
}

// neighbour asks whether a file was meant that lies beside one that is not there.
func neighbour(err error) string {
	var missing *fs.PathError
	if !errors.As(err, &missing) || !errors.Is(missing, fs.ErrNotExist) || strings.Contains(err.Error(), "did you mean") {
		return ""
	}
	folder, name := filepath.Split(filepath.Clean(missing.Path))
	f, err := os.Open(cmp.Or(folder, "."))
	for errors.Is(err, fs.ErrNotExist) { // the folder is not there either
		folder, name = filepath.Split(filepath.Clean(folder))
		f, err = os.Open(cmp.Or(folder, "."))
	}
	if err != nil {
		return ""
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxNeighbours)
	slices.Sort(names)
	return words.DidYouMean(name, names)
}

// maxNeighbours bounds how many files of a folder are looked at.
const maxNeighbours = 1000

// maxMessage is the largest number of characters of one problem.
const maxMessage = 4000

// shortened leaves out the middle of a message that is too long to read. A file name or a
// token of a stranger's file may have any length.
func shortened(s string) string {
	r := []rune(s)
	if len(r) <= maxMessage {
		return s
	}
	return fmt.Sprintf("%s … (%d characters) … %s", string(r[:maxMessage*3/4]), len(r)-maxMessage, string(r[len(r)-maxMessage/4:]))
}

// printable escapes characters that control a terminal: control characters, and those
// that change the direction of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, s)
}
