// Package pool runs requests in worker processes, so that a crash, a hang or a
// lack of memory costs one request and not the program.
//
// A worker is this program started anew. It reads requests from its standard
// input and writes replies to its standard output, each as its length and that
// many bytes. It ends when its input does: with the program, however that ends.
package pool

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options say what workers are.
type Options struct {
	// Argv starts a worker.
	Argv []string
	// Hello is the first request that each worker gets; it is not replied to.
	Hello []byte
	// Workers is how many there are at most.
	Workers int
	// Time is how long a request may take.
	Time time.Duration
	// Memory is how many bytes a worker may have. One that holds more than a
	// quarter of that after a request makes room for a new one.
	Memory int64
}

// LostError says that a worker did not survive a request.
type LostError struct{ Why string }

func (e *LostError) Error() string { return e.Why }

// Pool is a number of workers, which are started as they are needed.
type Pool struct {
	opts   Options
	places chan bool // as many as there may be workers, less those at work
	mu     sync.Mutex
	idle   []*worker // that are started and not at work; the latest last
}

// New makes a pool. It has to be closed.
func New(opts Options) *Pool {
	p := &Pool{opts: opts, places: make(chan bool, opts.Workers)}
	for range opts.Workers {
		p.places <- true
	}
	return p
}

// Warm starts a worker, so that the first request finds it running, or nearly so.
func (p *Pool) Warm() {
	if w, err := p.start(); err == nil { // or the request says why not
		p.put(w)
	}
}

// Close ends the workers. No request may be under way.
func (p *Pool) Close() {
	for range p.opts.Workers {
		<-p.places
	}
	for w := p.take(); w != nil; w = p.take() {
		w.end()
	}
}

// take takes the worker that was put back last, nil if there is none.
func (p *Pool) take() *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	w := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return w
}

func (p *Pool) put(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
}

// Do hands a request to a worker and waits for the reply. The error is a
// LostError where the worker was lost, and that of the context where it ended.
func (p *Pool) Do(ctx context.Context, request []byte) ([]byte, error) {
	select {
	case <-p.places:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { p.places <- true }()
	w := p.take()
	if w == nil {
		var err error
		if w, err = p.start(); err != nil {
			return nil, fmt.Errorf("starting a worker: %w", err)
		}
	}
	reply, err := w.do(ctx, request, p.opts.Time)
	if err != nil {
		w.end()
		return nil, err
	}
	if w.resident() > p.opts.Memory/4 {
		w.end()
	} else {
		p.put(w)
	}
	return reply, nil
}

// worker is a process.
type worker struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr tail
}

func (p *Pool) start() (*worker, error) {
	w := &worker{cmd: exec.Command(p.opts.Argv[0], p.opts.Argv[1:]...)}
	w.cmd.Env = append(os.Environ(), memoryVariable+"="+strconv.FormatInt(p.opts.Memory, 10))
	w.cmd.Stderr = &w.stderr
	// A group of its own: Ctrl-C is the program's to deal with.
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.in, w.out = in, bufio.NewReaderSize(out, 1<<16)
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	// A worker that is gone at once shows with the first request.
	_ = writeFrame(w.in, p.opts.Hello)
	return w, nil
}

// do has one request done.
func (w *worker) do(ctx context.Context, request []byte, limit time.Duration) ([]byte, error) {
	type outcome struct {
		reply []byte
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		err := writeFrame(w.in, request)
		var reply []byte
		if err == nil {
			reply, err = readFrame(w.out)
		}
		done <- outcome{reply, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, &LostError{w.fate()}
		}
		return o.reply, nil
	case <-timer.C:
		w.kill()
		<-done
		return nil, &LostError{fmt.Sprintf("it took longer than %v", limit)}
	case <-ctx.Done():
		w.kill()
		<-done
		return nil, ctx.Err()
	}
}

func (w *worker) kill() { _ = w.cmd.Process.Kill() }

// end makes the worker end, and waits until it has.
func (w *worker) end() {
	w.in.Close()
	w.kill()
	_ = w.cmd.Wait() // it was killed
}

// fate says how the worker ended, in words for the user.
func (w *worker) fate() string {
	w.kill()
	err := w.cmd.Wait()
	said := strings.TrimSpace(w.stderr.String())
	for _, sign := range []string{"out of memory", "cannot allocate memory", "bad_alloc", "Cannot allocate"} {
		if strings.Contains(said, sign) {
			return "it ran out of memory"
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if st, ok := exit.Sys().(syscall.WaitStatus); ok && st.Signaled() && st.Signal() != syscall.SIGKILL {
			return fmt.Sprintf("the compiler crashed (%v)", st.Signal())
		}
	}
	if line, _, _ := strings.Cut(said, "\n"); line != "" {
		return "the compiler crashed: " + line
	}
	return "its worker process was killed"
}

// resident is how many bytes of memory the worker holds, 0 where that is not
// known.
func (w *worker) resident() int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", w.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// tail keeps the beginning of what a worker has to say: the first line says what
// went wrong.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 4096 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// maxFrame bounds a length that is read; more is damage.
const maxFrame = 1 << 30

func writeFrame(w io.Writer, body []byte) error {
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > maxFrame {
		return nil, errors.New("the reply is damaged")
	}
	body := make([]byte, n)
	_, err := io.ReadFull(r, body)
	return body, err
}
