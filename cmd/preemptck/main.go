// Command preemptck works out what kernel functions do to the preempt count and
// checks Rust drivers against it. See the README, or `preemptck help`.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2
)

// errFindings says that the run went well and found something.
var errFindings = errors.New("there are findings")

// errReported is a failure of which the user was told already.
var errReported = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "preemptck: interrupted")
	case !errors.Is(err, errReported):
		fmt.Fprintln(os.Stderr, "preemptck:", err)
	}
	return exitFailed
}
