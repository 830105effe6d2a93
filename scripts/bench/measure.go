package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// cost is what a command used, its children included.
type cost struct {
	cpu, wall time.Duration
	// rssMiB is the memory of the largest process at its peak.
	rssMiB int64
	// status is how it exited.
	status int
}

// measure runs a command. An exit status up to worst is no failure: preemptck has
// findings or lost a file, a checker complains.
func measure(worst int, dir string, env []string, name string, args ...string) (cost, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout = dir, append(os.Environ(), env...), io.Discard
	out := &tail{}
	cmd.Stderr = out
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() >= 0 && exit.ExitCode() <= worst) {
		return cost{}, fmt.Errorf("%s %v: %w\n%s", name, args, err, out.text)
	}
	state := cmd.ProcessState
	c := cost{cpu: state.UserTime() + state.SystemTime(), wall: time.Since(start), status: state.ExitCode()}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		c.rssMiB = usage.Maxrss / 1024
	}
	return c, nil
}

// tail keeps the last of what a command had to say.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-2000):]
	return len(p), nil
}
