package infer

import (
	"runtime"
	"sync"
)

// minShard is how many functions are worth a shard of their own.
const minShard = 256

// shards is into how many parts sideBySide cuts n things.
func shards(n int) int { return max(1, min(runtime.GOMAXPROCS(0), n/minShard)) }

// sideBySide does something for n things in as many parts as there are processors;
// part k is of those in [from, to). What the parts come to has to be put together so
// that it is the same for any number of them.
func sideBySide(n int, do func(k, from, to int)) {
	parts := shards(n)
	var wg sync.WaitGroup
	for k := 1; k < parts; k++ {
		wg.Go(func() { do(k, k*n/parts, (k+1)*n/parts) })
	}
	do(0, 0, n/parts)
	wg.Wait()
}
