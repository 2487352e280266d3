// Command hashiflex proves that hardware generated from a power-of-two neural
// network computes its reference model bit for bit. Its commands wire the
// packages of this module together; "hashiflex help" lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/rtl/tool"
	"github.com/hashiflex/hashiflex/spec/crash"
)

func main() {
	os.Exit(relieved(func() int { return run(os.Args[1:], os.Stdout, os.Stderr) }))
}

// patience is the time that the work has after a signal to end by itself.
const patience = 1500 * time.Millisecond

// run executes one command line and returns its exit code. Results go to
// stdout; progress and problems, one line each, go to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	return execute(rootCommand(), args, stdout, stderr)
}

func execute(root *cobra.Command, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), signals()...)
	defer stop()

	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	what := root.Name()
	if cmd, _, err := root.Find(args); err == nil {
		what = cmd.CommandPath()
	}
	ctx, screen := withScreen(ctx)
	done := make(chan error, 1)
	go func() {
		var err error
		if crashed := crash.Catch(what, func() { err = root.ExecuteContext(ctx) }); crashed != nil {
			err = crashed
		}
		done <- err
	}()
	err, ended := finished(ctx, done)
	if !ended {
		// It reads from a pipe that nobody writes, for instance. Whatever it has kept is
		// as after a kill, and a run resumes.
		fmt.Fprintln(stderr, "hashiflex: interrupted; the work did not end by itself and was cut off")
		return exitNotProved
	}
	if ctx.Err() != nil {
		err = cutOff(err)
	}
	err = errors.Join(err, machine(screen.end(root)))
	screen.report(stderr, err)
	return exitCode(err)
}

// cutOff is the error of a command that a signal ended. A tool that failed then was most
// likely ended by the signal; either way nothing is concluded.
func cutOff(err error) error {
	var rest []error
	cut := false
	for _, e := range parts(err) {
		if codeOf(e) == exitMachine {
			cut = true
		} else {
			rest = append(rest, e)
		}
	}
	if !cut {
		return err
	}
	return errors.Join(append(rest, &interruptedError{})...)
}

// signals are those that end the work. One that whoever started us wants ignored, as nohup
// does with SIGHUP, stays ignored.
func signals() (list []os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			list = append(list, s)
		}
	}
	return list
}

// finished waits for the work, and patience longer than a signal. It reports whether the
// work has ended. What it started ends with it in any case.
func finished(ctx context.Context, done <-chan error) (err error, ended bool) {
	select {
	case err = <-done:
		return err, true
	case <-ctx.Done():
	}
	select {
	case err = <-done:
		return err, true
	case <-time.After(patience):
		tool.EndAll()
		return nil, false
	}
}
