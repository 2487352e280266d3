// Command hashiflex proves that hardware generated from a power-of-two neural
// network computes its reference model bit for bit. Its commands wire the
// packages of this module together; "hashiflex help" lists them.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run executes one command line and returns its exit code. Results go to
// stdout; progress and problems, one line each, go to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	// A first signal ends the work in good order, a second one the program.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	report(stderr, err)
	return exitCode(err)
}
