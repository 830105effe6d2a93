package pool

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
)

// memoryVariable tells a worker how many bytes it may have.
const memoryVariable = "PREEMPTCK_WORKER_MEMORY"

// Serve is what a worker does: it gets the first request, which handler answers
// with a function for all others, until in ends. It then ends the process at
// once, in the middle of a request, too: there is nobody left to reply to.
func Serve(in io.Reader, out io.Writer, handler func(hello []byte) (func(request []byte) []byte, error)) error {
	limitMemory()
	r := bufio.NewReader(in)
	hello, err := readFrame(r)
	if err != nil {
		return fmt.Errorf("a worker is started by preemptck itself: %w", err)
	}
	handle, err := handler(hello)
	if err != nil {
		return err
	}
	requests := make(chan []byte)
	go func() {
		for {
			request, err := readFrame(r)
			if err != nil {
				os.Exit(0)
			}
			requests <- request
		}
	}()
	for request := range requests {
		if err := writeFrame(out, handle(request)); err != nil {
			return err
		}
	}
	return nil
}

// limitMemory bounds the memory of this process.
func limitMemory() {
	limit, err := strconv.ParseUint(os.Getenv(memoryVariable), 10, 64)
	if err != nil || limit == 0 {
		return
	}
	// Without the limit a worker still works.
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: limit, Max: limit})
}
