package pool

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets this program stand for its workers, which do as they are told.
func TestMain(m *testing.M) {
	if len(os.Args) != 2 || os.Args[1] != "worker" {
		os.Exit(m.Run())
	}
	err := Serve(os.Stdin, os.Stdout, func(hello []byte) (func([]byte) []byte, error) {
		return func(request []byte) []byte {
			switch string(request) {
			case "crash":
				_ = syscall.Kill(os.Getpid(), syscall.SIGSEGV)
				time.Sleep(time.Minute)
			case "exit":
				fmt.Fprintln(os.Stderr, "LLVM ERROR: something")
				os.Exit(1)
			case "killed":
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				time.Sleep(time.Minute)
			case "hang":
				time.Sleep(time.Minute)
			case "eat":
				for kept := []byte{1}; ; kept = bytes.Repeat(kept, 2) {
				}
			case "pid":
				return fmt.Append(nil, os.Getpid())
			}
			return append(append(hello, ' '), request...)
		}, nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func newPool(t *testing.T, workers int, limit time.Duration) *Pool {
	p := New(Options{Argv: []string{os.Args[0], "worker"}, Hello: []byte("hello"), Workers: workers, Time: limit, Memory: 1 << 30})
	t.Cleanup(p.Close)
	return p
}

func TestRequestsAreAnswered(t *testing.T) {
	p := newPool(t, 2, time.Minute)
	big := strings.Repeat("x", 1<<22)
	for _, request := range []string{"one", "", big, "two"} {
		reply, err := p.Do(context.Background(), []byte(request))
		require.NoError(t, err)
		assert.Equal(t, "hello "+request, string(reply))
	}
}

func TestAWorkerServesManyRequests(t *testing.T) {
	p := newPool(t, 1, time.Minute)
	first, err := p.Do(context.Background(), []byte("pid"))
	require.NoError(t, err)
	second, err := p.Do(context.Background(), []byte("pid"))
	require.NoError(t, err)
	assert.Equal(t, string(first), string(second))
}

func TestAWarmWorkerServesTheFirstRequest(t *testing.T) {
	p := newPool(t, 1, time.Minute)
	p.Warm()
	p.Warm() // one that runs already stays
	reply, err := p.Do(context.Background(), []byte("one"))
	require.NoError(t, err)
	assert.Equal(t, "hello one", string(reply))

	broken := New(Options{Argv: []string{"/no/such/program"}, Workers: 1, Time: time.Minute})
	defer broken.Close()
	broken.Warm()
	_, err = broken.Do(context.Background(), []byte("one"))
	require.ErrorContains(t, err, "starting a worker")
}

// Whatever happens to a worker, its request alone is lost, and the error says why.
func TestLostWorkers(t *testing.T) {
	patient, hasty := newPool(t, 1, time.Minute), newPool(t, 1, 3*time.Second)
	for _, c := range []struct{ request, why string }{
		{"crash", "crashed"},
		{"exit", "crashed: LLVM ERROR: something"},
		{"killed", "killed"},
		{"hang", "took longer than 3s"},
		{"eat", "out of memory"},
	} {
		p := patient
		if c.request == "hang" {
			p = hasty
		}
		_, err := p.Do(context.Background(), []byte(c.request))
		var lost *LostError
		require.ErrorAs(t, err, &lost, c.request)
		assert.Contains(t, lost.Why, c.why, c.request)
		reply, err := p.Do(context.Background(), []byte("next"))
		require.NoError(t, err)
		assert.Equal(t, "hello next", string(reply))
	}
}

func TestContextEndsARequest(t *testing.T) {
	p := newPool(t, 1, time.Minute)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := p.Do(ctx, []byte("hang"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(start), 10*time.Second)
	_, err = p.Do(ctx, []byte("next"))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAWorkerThatCannotStart(t *testing.T) {
	p := New(Options{Argv: []string{"/no/such/program"}, Workers: 1, Time: time.Minute})
	defer p.Close()
	_, err := p.Do(context.Background(), nil)
	require.ErrorContains(t, err, "starting a worker")
	_, err = p.Do(context.Background(), nil)
	assert.ErrorContains(t, err, "starting a worker", "the place is free again")
}

// A worker ends with the program that started it, in the middle of a request, too.
func TestWorkersEndWithTheirInput(t *testing.T) {
	p := newPool(t, 1, time.Minute)
	reply, err := p.Do(context.Background(), []byte("pid"))
	require.NoError(t, err)
	var pid int
	fmt.Sscan(string(reply), &pid)
	w := p.take()
	require.NoError(t, writeFrame(w.in, []byte("hang")))
	require.NoError(t, w.in.Close())
	require.Error(t, func() error { _, err := readFrame(w.out); return err }())
	_ = w.cmd.Wait()
	assert.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
}

// A worker that is running is asked before another one is started.
func TestAWarmWorkerIsTheFirstToWork(t *testing.T) {
	p := newPool(t, 2, time.Minute)
	p.Warm()
	w := p.take()
	p.put(w)
	for range 3 {
		reply, err := p.Do(context.Background(), []byte("pid"))
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("%d", w.cmd.Process.Pid), string(reply))
	}
}
