package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cost is what a command used, its children included.
type cost struct {
	cpu, wall time.Duration
	// rssMiB is the memory of the largest process at its peak, and allMiB that of
	// all of them together, shared pages counted once, as far as sampling saw it.
	rssMiB, allMiB int64
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
	err := cmd.Start()
	peak := make(chan int64, 1)
	stop := make(chan bool)
	if err == nil {
		go func() { peak <- together(cmd.Process.Pid, stop) }()
		err = cmd.Wait()
		close(stop)
	} else {
		peak <- 0
	}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() >= 0 && exit.ExitCode() <= worst) {
		return cost{}, fmt.Errorf("%s %v: %w\n%s", name, args, err, out.text)
	}
	state := cmd.ProcessState
	c := cost{cpu: state.UserTime() + state.SystemTime(), wall: time.Since(start), status: state.ExitCode()}
	c.allMiB = <-peak
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		c.rssMiB = usage.Maxrss / 1024
	}
	return c, nil
}

// together samples the memory of a process and its children until stop is closed,
// and returns the most it saw, in MiB.
func together(pid int, stop <-chan bool) int64 {
	var most int64
	for {
		select {
		case <-stop:
			return most
		case <-time.After(250 * time.Millisecond):
		}
		sum := proportional(pid)
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
		for _, task := range tasks {
			more, _ := os.ReadFile(task)
			text = append(append(text, ' '), more...)
		}
		seen := map[string]bool{}
		for _, child := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(child); err == nil && !seen[child] {
				seen[child] = true
				sum += proportional(n)
			}
		}
		most = max(most, sum/1024)
	}
}

// proportional is the memory of a process in KiB, its part of what it shares.
func proportional(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0 // it has ended
	}
	_, rest, _ := strings.Cut(string(text), "\nPss:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib
}

// tail keeps the last of what a command had to say.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-2000):]
	return len(p), nil
}
