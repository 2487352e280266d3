// Command hashiflex proves that hardware generated from a power-of-two neural
// network computes its reference model bit for bit. Its commands wire the
// packages of this module together; "hashiflex help" lists them.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hashiflex/hashiflex/spec/crash"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// patience is the time after a signal during which the next one is ignored.
const patience = 2 * time.Second

// run executes one command line and returns its exit code. Results go to
// stdout; progress and problems, one line each, go to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	return execute(rootCommand(), args, stdout, stderr)
}

func execute(root *cobra.Command, args []string, stdout, stderr io.Writer) int {
	// The first signal ends the work cleanly, the second one ends the program. The
	// second one must come later than patience, since some senders signal a process and
	// then its whole group.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { time.Sleep(patience); stop() })

	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	what := root.Name()
	if cmd, _, err := root.Find(args); err == nil {
		what = cmd.CommandPath()
	}
	ctx, screen := withScreen(ctx)
	var err error
	if crashed := crash.Catch(what, func() { err = root.ExecuteContext(ctx) }); crashed != nil {
		err = crashed
	}
	err = errors.Join(err, machine(screen.end(root)))
	screen.report(stderr, err)
	return exitCode(err)
}
