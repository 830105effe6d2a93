package pipeline

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// Nearly all that a run takes from the cache stays in use until it ends, so that
// collecting garbage finds little, and takes a sixth of the time of a small check.
const (
	// fewCollections lets the heap grow to five times what was in use.
	fewCollections = 400
	// plenty is where the heap is collected as ever again, in bytes: what a check of
	// one driver needs at most.
	plenty = 700 << 20
	// plentyToSolve is where collecting begins while a small program is solved, or
	// rather from seven tenths of that on.
	plentyToSolve = 900 << 20
)

// collectSeldom lets garbage lie while there is little memory in use. base is the
// size of the packed C code, with which all else grows.
func collectSeldom(base int) {
	debug.SetGCPercent(fewCollections)
	debug.SetMemoryLimit(plenty + 8*int64(base))
}

// collectAsEver undoes [collectSeldom]. The heap may double before it is collected, but where
// the machine has not that much memory: collecting more often is better than being killed.
func collectAsEver() {
	debug.SetGCPercent(100)
	debug.SetMemoryLimit(most())
}

// most is how much of the machine's memory this process is to have, in bytes.
func most() int64 { return machine() / 4 * 3 }

// machine is how much memory this process may have at most, in bytes: all of the machine's,
// or what its control group allows.
var machine = sync.OnceValue(func() int64 {
	limit := int64(math.MaxInt64)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int64
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err == nil && kib > 0 {
			limit = kib << 10
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(file); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
				limit = min(limit, n)
			}
		}
	}
	return limit
})

// collectToSolve lets garbage lie while a small program is solved, which makes twice as
// much again as is in use, half of it garbage. A percentage would be of what was in use
// when garbage was collected last, most of the program not yet among it.
func collectToSolve() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if 3*m.HeapAlloc < plenty {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(min(plentyToSolve, most()))
	} else {
		collectAsEver()
	}
}

// fewFiles is how many C files a tree may have for its lowered code to be little.
const fewFiles = 1500

// collectToLower lets garbage lie while the files of a small tree are lowered.
func collectToLower(units int) {
	if units < fewFiles {
		collectSeldom(0)
	} else {
		collectAsEver()
	}
}
